"""Two sources of a base compared: what they differ in, and what the fused world makes of it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from tenure.comparison.alike import names_alike
from tenure.comparison.differences import Difference, DifferenceKind, differences
from tenure.comparison.labels import called_otherwise
from tenure.comparison.stated import Side, bridged, side_of
from tenure.comparison.stretch import Relation, StatedStretch
from tenure.errors import BadDate, BadParameter, NotFound, Where, WrongKind
from tenure.ingest.records import harmless
from tenure.knowledge import KnowledgeBase
from tenure.model import Occurrence, Policy
from tenure.namespaces import local_name
from tenure.temporal import Bounds, Certainty, from_bounds

COLUMNS: Final = (
    "id",
    "difference",
    "kind",
    "holder",
    "holder name",
    "office",
    "office name",
    "a start",
    "a end",
    "b start",
    "b end",
    "start apart",
    "end apart",
    "hint",
    "world",
    "a claims",
    "b claims",
    "a records",
    "b records",
    "accept",
)
"""The columns of a comparison as CSV; ``accept`` is for whoever decides: ``a`` or ``b``."""


_LOT: Final = 200
"""Differences of which what the world makes is read at once."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is to be compared: IRIs of an entity and of an office, kinds, and days (numbers)."""

    entity: str | None = None
    office: str | None = None
    from_day: int | None = None
    to_day: int | None = None
    kinds: frozenset[DifferenceKind] | None = None

    def of_things(self, stretches: Iterable[StatedStretch]) -> list[StatedStretch]:
        """Those that are about the entity and the office."""
        return [
            one
            for one in stretches
            if (self.entity is None or self.entity in (one.subject, one.object))
            and (self.office is None or self.office == one.object)
        ]

    def takes(self, one: Difference) -> bool:
        """Whether a difference is of the kinds, and may be about one of the days."""
        if self.kinds is not None and one.kind not in self.kinds:
            return False
        return any(
            not _before(stretch.end_bounds.latest, self.from_day)
            and not _before(self.to_day, stretch.start_bounds.earliest)
            for stretch in one.stretches
        )


def _before(day: int | None, other: int | None) -> bool:
    return day is not None and other is not None and day < other


def filters_of(
    kb: KnowledgeBase,
    *,
    entity: str | None = None,
    office: str | None = None,
    from_: str | None = None,
    to: str | None = None,
    kinds: Collection[str] = (),
) -> Filters:
    """The filters that texts name.

    Raises:
        NotFound: no such entity or office.
        WrongKind: a person for an office, and the like.
        BadDate: ``from_`` or ``to`` is no time.
        BadParameter: a kind of difference that there is not.
    """
    known = {one.value: one for one in DifferenceKind}
    for one in kinds:
        if one not in known:
            raise BadParameter(
                f"{one[:80]!r} is no kind of difference.",
                where="kind",
                remedy=f"Choose of: {', '.join(known)}.",
            )
    return Filters(
        kb.registry.find(entity).value if entity else None,
        kb.office_iri(office) if office else None,
        _edge(kb, from_, "from", "earliest") if from_ else None,
        _edge(kb, to, "to", "latest") if to else None,
        frozenset(known[one] for one in kinds) or None,
    )


def _edge(kb: KnowledgeBase, text: str, name: str, which: str) -> int | None:
    try:
        return kb.edge(kb.moment(at=text), which)
    except (BadDate, NotFound, WrongKind) as error:
        error.where = Where(name)
        raise


@dataclass(frozen=True, slots=True)
class InWorld:
    """What the fused world makes of one situation: its dates as EDTF, and how sure they are."""

    occurrence: str
    start: str
    end: str
    certainty: str
    contested: bool

    def __str__(self) -> str:
        if self.certainty == Certainty.RULED_OUT:
            return self.certainty
        doubt = ", possible" if self.certainty == Certainty.POSSIBLE else ""
        doubt += ", contested" if self.contested else ""
        return f"{self.start or '?'} to {self.end or '?'}{doubt}"


class Comparison:
    """What two sides of a base differ in; ``differences`` are in the order of their offices."""

    def __init__(
        self,
        kb: KnowledgeBase,
        a: Side,
        b: Side,
        found: Sequence[Difference],
        policy: Policy,
    ) -> None:
        self.a, self.b = a, b
        self.differences = tuple(found)
        self.policy = policy
        self.base = kb
        self._names = kb.names
        self._world: dict[str, InWorld | None] = {}

    def __len__(self) -> int:
        return len(self.differences)

    @property
    def counts(self) -> dict[str, int]:
        """How many differences there are of each kind."""
        counted = Counter(one.kind for one in self.differences)
        return {kind.value: counted[kind] for kind in DifferenceKind if counted[kind]}

    def label(self, iri: str) -> str:
        """What a thing is called in the registry."""
        return self.base.registry_at(self.policy).label(iri)

    def in_world(self, one: Difference) -> list[InWorld]:
        """What the world makes of the situations that a difference is about.

        Read in lots, since whoever shows some of thousands does not need the others.
        """
        iris = _occurrences([one])
        if any(iri not in self._world for iri in iris):
            self._read(self._lots[id(one)])
        seen = (self._world[iri] for iri in iris)
        return [each for each in seen if each is not None]

    @cached_property
    def _lots(self) -> Mapping[int, Sequence[Difference]]:
        """The lot that each difference is in, by its ``id``."""
        every = range(0, len(self.differences), _LOT)
        lots = [self.differences[start : start + _LOT] for start in every]
        return {id(one): lot for lot in lots for one in lot}

    def _read(self, lot: Sequence[Difference]) -> None:
        iris = _occurrences(lot)
        there = self.base.occurrences(iris, self.policy)
        # What the store keeps of the world does not tell what is denied from what is only possible.
        doubtful = [iri for iri, one in there.items() if one.certainty is not Certainty.CERTAIN]
        if doubtful:
            fused = self.base.around(doubtful, self.policy).occurrences
            there.update((iri, fused[iri]) for iri in doubtful if iri in fused)
        self._world.update((iri, _in_world(there[iri]) if iri in there else None) for iri in iris)

    def row(self, one: Difference) -> dict[str, str]:
        """A difference by the :data:`COLUMNS`; several of a kind are parted by `` | ``."""
        things = one.stretches

        def each(values: Iterable[str]) -> str:
            return " | ".join(dict.fromkeys(values))

        def all_of(values: Iterable[str]) -> str:
            found = list(values)
            return " | ".join(found) if any(found) else ""

        def short(iris: Iterable[str]) -> str:
            return each(map(self._names.short, iris))

        return {
            "id": identity(one),
            "difference": one.kind.value,
            "kind": each(local_name(s.kind) for s in things),
            "holder": short(s.subject for s in things),
            "holder name": each(self.label(s.subject) for s in things),
            "office": short(s.object for s in things),
            "office name": each(self.label(s.object) for s in things),
            "a start": all_of(s.start for s in one.a),
            "a end": all_of(s.end for s in one.a),
            "b start": all_of(s.start for s in one.b),
            "b end": all_of(s.end for s in one.b),
            "start apart": one.start.in_words if one.start else "",
            "end apart": one.end.in_words if one.end else "",
            "hint": one.hint,
            "world": each(map(str, self.in_world(one))),
            "a claims": short(c for s in one.a for c in s.claims),
            "b claims": short(c for s in one.b for c in s.claims),
            "a records": each(r for s in one.a for r in s.records),
            "b records": each(r for s in one.b for r in s.records),
            "accept": "",
        }

    def apart(self, one: Difference) -> str:
        """How far the dates of a difference lie apart, and what may explain it, in words."""
        told = [
            f"{name} {each.in_words}"
            for name, each in (("start", one.start), ("end", one.end))
            if each is not None and each.relation is not Relation.SAME
        ]
        return ", ".join([*told, *filter(None, [one.hint])])

    def csv(self) -> str:
        """All differences as CSV with a header."""
        text = io.StringIO()
        out = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        out.writeheader()
        for one in self.differences:
            # A year before 1 begins with a dash, and is no formula.
            out.writerow(
                {
                    name: cell if name.endswith(("start", "end")) else harmless(cell)
                    for name, cell in self.row(one).items()
                }
            )
        return text.getvalue()

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, ready for JSON."""
        return {
            "a": self.a.name,
            "b": self.b.name,
            "policy": self.policy.text,
            "stretches": {"a": len(self.a.stretches), "b": len(self.b.stretches)},
            "counts": self.counts,
            "differences": [self._as_data(one) for one in self.differences],
        }

    def _as_data(self, one: Difference) -> dict[str, Any]:
        def date(apart: Any) -> dict[str, Any] | None:
            if apart is None:
                return None
            return {"relation": apart.relation.value, "least": apart.least, "most": apart.most}

        return {
            "id": identity(one),
            "difference": one.kind.value,
            "a": [self._stretch(stretch) for stretch in one.a],
            "b": [self._stretch(stretch) for stretch in one.b],
            "start": date(one.start),
            "end": date(one.end),
            "hint": one.hint,
            "world": [
                {
                    "occurrence": self._names.short(seen.occurrence),
                    "start": seen.start,
                    "end": seen.end,
                    "certainty": seen.certainty,
                    "contested": seen.contested,
                }
                for seen in self.in_world(one)
            ],
        }

    def _stretch(self, one: StatedStretch) -> dict[str, Any]:
        short = self._names.short
        return {
            "kind": local_name(one.kind),
            "holder": short(one.subject),
            "holderName": self.label(one.subject),
            "office": short(one.object),
            "officeName": self.label(one.object),
            "start": one.start,
            "end": one.end,
            "occurrence": short(one.occurrence),
            "claims": [short(claim) for claim in one.claims],
            "records": list(one.records),
        }


def identity(one: Difference) -> str:
    """A short name of a difference, which stays as long as both sides say what they say."""
    told = "\n".join(
        f"{side}\t{s.kind}\t{s.subject}\t{s.object}\t{s.start}\t{s.end}\t{s.title}"
        for side, some in (("a", one.a), ("b", one.b))
        for s in some
    )
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def compare(
    kb: KnowledgeBase,
    a: str,
    b: str,
    *,
    filters: Filters | None = None,
    policy: Policy | None = None,
    gap: int = 0,
) -> Comparison:
    """Where what two sources of a base state differs.

    Args:
        kb: the base.
        a: the slug of a source, or several parted by commas.
        b: the same, of the other side.
        filters: what is to be compared; None: all.
        policy: which claims count, and whose world is shown.
        gap: stretches of one side, of one holder in one office, with at most so many days between
            the one and the next count as one; 0: each counts by itself.

    Raises:
        NotFound: no such source.
        BadParameter: both sides are the same.
    """
    policy = policy or kb.default_policy
    sides = side_of(kb, a, policy), side_of(kb, b, policy)
    if {*sides[0].sources} & {*sides[1].sources}:
        raise BadParameter(
            "A source would be compared with itself.",
            where="B",
            remedy="Name other sources on the other side.",
        )
    chosen = filters or Filters()
    ones, others = (chosen.of_things(side.stretches) for side in sides)
    things = [iri for one in (*ones, *others) for iri in (one.subject, one.object)]
    registry = kb.registry_at(policy)

    def names(iri: str) -> list[str]:
        return [name.value for name in registry.names(iri)]

    if gap:
        ones, others = bridged(ones, gap), bridged(others, gap)
    found = differences(ones, others, names_alike(things, names))
    found += called_otherwise(kb, ones, others, names)
    return Comparison(kb, *sides, [one for one in found if chosen.takes(one)], policy)


def _occurrences(some: Iterable[Difference]) -> list[str]:
    """What some differences are about, each once."""
    every = (stretch.occurrence for one in some for stretch in one.stretches)
    return list(dict.fromkeys(filter(None, every)))


def _in_world(one: Occurrence) -> InWorld:
    bounds = one.bounds
    start = _written(Bounds(bounds.start_earliest, bounds.start_latest))
    end = _written(Bounds(bounds.end_earliest, bounds.end_latest))
    return InWorld(one.iri, start, end, one.certainty.value, one.contested)


def _written(days: Bounds) -> str:
    return str(from_bounds(*days) or "")
