"""What is accepted of a comparison becomes claims: a change, carried out as any edit.

Who accepts that A is right states, in a source of his own and with a rank above others, what A
says; of what B says beside it he denies what the two cannot have in common. So the base still holds
what each of the two says, and the decision is one more claim that can be taken back.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad

from tenure.comparison.comparison import Comparison, identity
from tenure.comparison.differences import Difference
from tenure.comparison.stretch import StatedStretch
from tenure.errors import BadInput, BadParameter
from tenure.ingest import EntityReference, Record, RecordedState, Stated, Vocabulary
from tenure.ingest.data_sets import DataSet, Revisions
from tenure.ingest.entities import Entities
from tenure.ingest.records import ImportReport
from tenure.ingest.statement import checked_slug
from tenure.inputs import read_input
from tenure.knowledge import KnowledgeBase
from tenure.model import Change
from tenure.namespaces import TN, local_name

SIDES: Final = ("a", "b")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A difference about which it is decided which side is right: ``a`` or ``b``."""

    difference: Difference
    side: str

    @property
    def right(self) -> tuple[StatedStretch, ...]:
        """What is right."""
        return self.difference.a if self.side == "a" else self.difference.b

    @property
    def wrong(self) -> tuple[StatedStretch, ...]:
        """What the other side says."""
        return self.difference.b if self.side == "a" else self.difference.a


def accepted_of(comparison: Comparison, text: str) -> list[Accepted]:
    """What ``text`` decides: ``a`` or ``b`` of all differences, or a CSV with a column ``accept``.

    The CSV is one that the comparison wrote, with ``a`` or ``b`` in the rows that are decided. A
    row about something that the two no longer differ in is refused: it may mean something else.

    Raises:
        BadParameter: a cell of ``accept`` that is neither.
        BadInput: a file that cannot be read, has no such column, or is of another comparison.
    """
    if text in SIDES:
        return [Accepted(one, text) for one in comparison.differences]
    try:
        table = csv.DictReader(io.StringIO(read_input(Path(text)).decode("utf-8-sig"), newline=""))
        rows = list(table)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            f"It cannot be read: {error}.",
            where=text,
            remedy="Give a, b, or a CSV that tenure compare wrote.",
        ) from error
    if not {"id", "accept"} <= {*(table.fieldnames or ())}:
        raise BadInput(
            "It has no columns id and accept.",
            where=text,
            remedy="Write it with tenure compare A B --format csv, and fill in accept.",
        )
    told = (
        (row["id"], side, f"{text}:{number}")
        for number, row in enumerate(rows, start=2)
        if (side := (row["accept"] or "").strip().lower())
    )
    return list(_decided(comparison, told))


def _decided(comparison: Comparison, told: Iterable[tuple[str, str, str]]) -> Iterator[Accepted]:
    """What is decided by the id of a difference, its side, and where that is said."""
    known = {identity(one): one for one in comparison.differences}
    for one, side, where in told:
        if side not in SIDES:
            raise BadParameter(f"{side[:40]!r} is no side.", where=where, remedy="Write a or b.")
        if one not in known:
            raise BadInput(
                f"The two do not differ in {one[:40]!r} (any more).",
                where=where,
                remedy="Compare them again with the same filters, and decide anew.",
            )
        yield Accepted(known[one], side)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of what was accepted: the change that states it, and what cannot be said so.

    ``added`` and ``kept`` count the claims that are new, and those that were there before.
    """

    change: Change
    added: int
    kept: int
    left_out: tuple[str, ...]


def decided(comparison: Comparison, text: str, sides: Mapping[str, str]) -> list[Accepted]:
    """What is decided: ``a`` or ``b`` of all differences, or a side by the id of each.

    Raises as :func:`accepted_of`.
    """
    if text and text not in SIDES:
        raise BadParameter(f"{text[:40]!r} is no side.", where="accept", remedy="Write a or b.")
    if text:
        return accepted_of(comparison, text)
    return list(_decided(comparison, ((one, side, "sides") for one, side in sides.items())))


def decision(
    comparison: Comparison,
    accepted: Sequence[Accepted],
    source: str,
    vocabulary: Vocabulary,
    publisher: EntityReference,
) -> Decision:
    """The change by which what is accepted becomes claims of the source ``source``.

    What that source said before stays, and what it says already changes nothing. ``publisher`` is
    who decides, should the source be new.

    Raises:
        BadInput: ``source`` is no slug.
    """
    kb, names = comparison.base, comparison.base.names
    checked_slug(source, "into")
    claims = _Claims(comparison)
    records = [record for one in accepted for record in claims.records(one)]
    report = ImportReport()
    registered = kb.store.quads(names.graph("entities"))
    entities = Entities(registered, names, vocabulary, report)
    label = f"What was accepted, comparing {comparison.a.name} with {comparison.b.name}"
    iri = names.source(source)
    held = list(_held(kb, iri))
    data_set = DataSet(
        source,
        label,
        "" if held else entities.find(publisher, source),
        iri.value,
        "",
    )
    revisions = Revisions(
        data_set,
        held,
        names,
        entities,
        report,
        vocabulary=vocabulary,
        occurrences=(
            names.short(one.occurrence)
            for side in (comparison.a, comparison.b)
            for one in side.stretches
        ),
    )
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # What was recorded in this very second was so before.
    revisions.add(RecordedState(None, "", records, complete=False), max(at, _after(held)))
    (counted,) = revisions.counted
    added = [*revisions.quads, *revisions.claims.quads()] if counted.added else []
    # When and by whom it is recorded, whoever carries the change out says.
    told = [
        quad
        for quad in (*(entities.added if added else ()), *added)
        if quad.predicate != TN("recordedAt")
        and not str(quad.subject).startswith(f"<{iri.value}/revision/")
    ]
    left_out = (*claims.left_out, *(line.what for line in report.lines))
    return Decision(Change(tuple(told)), counted.added, counted.kept, left_out)


def _held(kb: KnowledgeBase, source: NamedNode) -> Iterator[Quad]:
    """What the base holds of a source: what describes it and its claims, and what these state."""
    store, provenance = kb.store, kb.names.graph("provenance")
    about = [source]
    for claim in kb.claims_of(source.value) if source.value in kb.sources else ():
        node = NamedNode(claim.iri)
        about += [node, *(NamedNode(one.iri) for one in claim.evidence)]
        yield from store.quads(node)
    for one in about:
        for quad in store.quads(provenance, subject=one):
            yield Quad(quad.subject, quad.predicate, quad.object)


def _after(held: Iterable[Quad]) -> str:
    """An instant after all that are told of."""
    stamps = (TN("recordedAt"), TN("retractedAt"))
    last = max((q.object.value for q in held if q.predicate in stamps), default="")  # type: ignore[union-attr]
    return f"{last}~" if last else ""


class _Claims:
    """Makes records of what is accepted."""

    def __init__(self, comparison: Comparison) -> None:
        self._base = comparison.base
        sides = (("a", comparison.a), ("b", comparison.b))
        self._known = {side: {_thing(one) for one in some.stretches} for side, some in sides}
        self._stretches = {
            side: {one.occurrence: one for one in some.stretches} for side, some in sides
        }
        self.left_out: list[str] = []

    def records(self, one: Accepted) -> Iterator[Record]:
        """What is right, above what others say; and of what is wrong, that it was not so."""
        locator = identity(one.difference)
        for number, stretch in enumerate(one.right, start=1):
            yield self._record(f"{locator}/{number}", stretch, one)
        right: dict[tuple[str, str, str], list[StatedStretch]] = defaultdict(list)
        for stretch in one.right:
            right[_thing(stretch)].append(stretch)
        settled = {stretch.occurrence for stretch in one.right}
        for number, stretch in enumerate(one.wrong, start=1):
            # Of the same holder in the same office the days decide, and rank settles these: of
            # each stretch that either side tells of, also where the two count them otherwise.
            if same := right.get(_thing(stretch)):
                if stretch.occurrence not in settled:
                    settled.add(stretch.occurrence)
                    other = same[min(number, len(same)) - 1]
                    told = self._stretches[one.side].get(stretch.occurrence)
                    meant = told or replace(other, occurrence=stretch.occurrence)
                    yield self._record(f"{locator}/also-{number}", meant, one)
                continue
            dates = _thing(stretch) in self._known[one.side]
            if dates and not (stretch.start and stretch.end):
                self.left_out.append(
                    f"{locator}: {self._base.names.short(stretch.subject)} held the office on "
                    f"other days too, so that without a start and an end nothing can be denied."
                )
                continue
            yield self._record(f"{locator}/not-{number}", stretch, one, denied=True, dates=dates)

    def _record(
        self,
        locator: str,
        stretch: StatedStretch,
        one: Accepted,
        *,
        denied: bool = False,
        dates: bool = True,
    ) -> Record:
        names, kind = self._base.names, self._base.schema.kinds[stretch.kind]
        assert kind.object_role is not None
        said: list[tuple[str, EntityReference | str]] = [
            (local_name(kind.subject_role), self._entity(stretch.subject)),
            (local_name(kind.object_role), self._entity(stretch.object)),
        ]
        for name, text in (("start", stretch.start), ("end", stretch.end)):
            if text and dates:
                said.append((name, text))
        stated = Stated(
            local_name(stretch.kind),
            tuple(said),
            situation="" if denied else names.short(stretch.occurrence),
        )
        registry = self._base.registry
        words = (
            f"{'Not accepted' if denied else 'Accepted'}: {registry.label(stretch.subject)}, "
            f"{registry.label(stretch.object)}, {stretch.dates}."
        )
        about = {
            "accepted": one.side,
            "difference": one.difference.kind.value,
            "claims": [names.short(claim) for claim in stretch.claims],
        }
        return Record(
            locator,
            json.dumps(about, ensure_ascii=False, sort_keys=True),
            (stated,),
            words,
            rank="preferred",
            modality="denied" if denied else "",
        )

    def _entity(self, iri: str) -> EntityReference:
        registry = self._base.registry
        return EntityReference(
            registry.kind(iri), (registry.label(iri),), slug=self._base.names.short(iri)
        )


def _thing(one: StatedStretch) -> tuple[str, str, str]:
    return one.kind, one.subject, one.object
