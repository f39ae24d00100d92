"""Two terms of one person in one office are two situations: which one a new claim belongs to.

A situation's name says who and what, not when, so that whoever writes a claim of a second term may
name the first by mistake. Then their dates contradict each other, and no day is lost in either
source: there are two stretches. Which one is meant is looked for among those that there are, by the
same network that found the contradiction; where none fits, it is the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from pyoxigraph import NamedNode, Quad, Triple

from tenure.fusion.components import ClaimLookup, Components, Ties
from tenure.fusion.contradictions import TIME, conflicts_among
from tenure.fusion.fusion import FusionContext, fuse
from tenure.model import Claim, Conflict
from tenure.model.schema import Schema
from tenure.namespaces import RDF_TYPE, TN

MOST_LOOKED_AT: Final = 200
"""Claims for which a stretch is looked for at once: each is fused with what is around it."""

_NUMBERED: Final = re.compile(r"^(?P<first>.+)--(?P<number>[1-9][0-9]*)$")
_PARTS: Final = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class NextStretch:
    """That the dates of a claim cannot be those of a situation, and which one's they can be.

    All are IRIs. ``written`` says whether the claim was written so.
    """

    claim: str
    situation: str
    stretch: str
    written: bool = False

    def to_dict(self) -> dict[str, str | bool]:
        """As JSON takes it."""
        return {
            "claim": self.claim,
            "situation": self.situation,
            "nextStretch": self.stretch,
            "written": self.written,
        }


def next_stretches(
    lookup: ClaimLookup,
    added: Collection[str],
    setting: FusionContext,
    most: int = MOST_LOOKED_AT,
) -> tuple[NextStretch, ...]:
    """Of the claims that were added to others, those that belong to another stretch than they say.

    ``lookup`` has the added claims too, ``added`` the IRIs of those that :func:`misplaced` found;
    ``most`` of them are looked at, in the order of their numbers, so that the outcome
    does not depend on the order in which they came. Left out are those of which no other stretch
    would help, or of which it would not be apart from the first: its days certainly overlap.
    """
    return tuple(_Stretches(lookup, added, setting, most).find())


def renamed(quads: Iterable[Quad], moves: Sequence[NextStretch]) -> list[Quad]:
    """The statements with the situations in the graphs of claims named as their stretches."""
    by_claim: dict[str, dict[NamedNode, NamedNode]] = {}
    for one in moves:
        names = by_claim.setdefault(one.claim, {})
        names[NamedNode(one.situation)] = NamedNode(one.stretch)
    found = []
    for quad in quads:
        names = by_claim.get(getattr(quad.graph_name, "value", ""), {})
        triple = _renamed(quad.triple, names)
        found.append(Quad(triple.subject, triple.predicate, triple.object, quad.graph_name))
    return found


def as_written(
    quads: Collection[Quad], known: Callable[[str], Claim | None]
) -> tuple[NextStretch, ...]:
    """Of claims that are sent again, the stretches that they were written in.

    ``known`` gives a claim that there is already.
    """
    found = []
    for iri in sorted({getattr(quad.graph_name, "value", "") for quad in quads}):
        claim = known(iri) if iri else None
        if claim is None:
            continue
        sent = {quad.triple for quad in quads if quad.graph_name == NamedNode(iri)}
        stated = {one.subject.value for one in claim.content if isinstance(one.subject, NamedNode)}
        moves = [
            NextStretch(iri, situation, stretch)
            for situation in sorted({getattr(one.subject, "value", "") for one in sent} - stated)
            for stretch in sorted(stated)
            if (match := _NUMBERED.match(stretch)) and situation in (match["first"], stretch)
        ]
        if {one.triple for one in renamed(quads, moves) if one.graph_name == NamedNode(iri)} <= set(
            claim.content
        ):
            found += moves
    return tuple(found)


class _Stretches:
    def __init__(
        self, lookup: ClaimLookup, added: Collection[str], setting: FusionContext, most: int
    ) -> None:
        self._lookup = lookup
        self._setting = setting
        self._ties = Ties(setting.schema, setting.types, setting.sources, setting.identities)
        self._components = Components(lookup, self._ties, setting.schema)
        self._added = sorted(set(added), key=_in_order)[:most]
        self._placed: dict[str, Claim] = {}

    def find(self) -> Iterator[NextStretch]:
        for iri in self._added:
            claim = self._lookup.claims[iri]
            for situation in sorted(_situations(claim, self._setting.schema)):
                if not self._clashes(claim, situation):
                    continue
                for stretch in self._others(situation):
                    moved = _in_stretch(claim, situation, stretch)
                    if not self._clashes(moved, stretch):
                        if self._overlaps(moved, situation, stretch):
                            break
                        yield NextStretch(iri, situation, stretch)
                        claim = moved
                        break
                    if not self._is_stated(stretch):
                        break
            self._placed[iri] = claim

    def _others(self, situation: str) -> Iterator[str]:
        """The other stretches: those that there are, then one that there is not."""
        match = _NUMBERED.match(situation)
        first = match["first"] if match and self._is_stated(match["first"]) else situation
        for number in count(1):
            stretch = first if number == 1 else f"{first}--{number}"
            if stretch != situation:
                yield stretch

    def _is_stated(self, situation: str) -> bool:
        """Whether any claim states something of a situation, of those to be placed none."""
        about = (iri for iri in self._lookup.naming(situation) if iri not in self._added)
        node = NamedNode(situation)
        stated = (*(self._lookup.claims[iri] for iri in about), *self._placed.values())
        return any(triple.subject == node for claim in stated for triple in claim.content)

    def _clashes(self, claim: Claim, situation: str) -> bool:
        """Whether a claim cannot be true of a situation, for what others say of its time."""
        some, setting = self._around(claim, situation)
        return any(
            concerned == situation
            for conflict in conflicts_among(some, setting)
            if claim.iri in conflict.claims
            for concerned in not_of(conflict, some)
        )

    def _overlaps(self, claim: Claim, situation: str, stretch: str) -> bool:
        """Whether two stretches certainly share days, other than one on which a term ends."""
        some, setting = self._around(claim, situation, stretch)
        time = fuse(some, setting).time
        one, other = time.bounds(situation), time.bounds(stretch)
        begun, ended = (
            (one.start_latest, other.start_latest),
            (one.end_earliest, other.end_earliest),
        )
        first = max((day for day in begun if day is not None), default=0)
        last = min((day for day in ended if day is not None), default=0)
        return None not in (*begun, *ended) and first < last

    def _around(self, claim: Claim, *things: str) -> tuple[dict[str, Claim], FusionContext]:
        """What is needed to fuse a claim with what is stated of things already."""
        around = self._components.around({}, things=things, claims=[claim.iri])
        some = {iri: one for iri, one in around.items() if iri not in self._added}
        some |= {**self._placed, claim.iri: claim}
        sources = self._ties.sources_of(some.values())
        return some, replace(self._setting, sources=sources, one_seat=None)


def misplaced(
    conflicts: Iterable[Conflict],
    added: Collection[str],
    claims: Mapping[str, Claim],
    most: int = MOST_LOOKED_AT,
) -> set[str]:
    """The added claims whose dates cannot be those of a situation that others tell of too.

    No more conflicts are looked at once there are ``most`` of them: claims may have to be read.
    """
    new, found = frozenset(added), set[str]()
    for conflict in conflicts:
        if len(found) >= most:
            break
        if new.isdisjoint(conflict.claims):
            continue
        for iri in not_of(conflict, claims):
            found |= {
                claim
                for claim in new.intersection(conflict.claims)
                if any(t.subject == NamedNode(iri) for t in claims[claim].content)
            }
    return found


def not_of(conflict: Conflict, claims: Mapping[str, Claim]) -> Iterator[str]:
    """The occurrences of which claims in a conflict give dates that cannot be those of one."""
    if conflict.kind != TIME:
        return
    for iri in conflict.concerns:
        node = NamedNode(iri)
        stating = [
            one for one in conflict.claims if any(t.subject == node for t in claims[one].content)
        ]
        if len(stating) > 1:
            yield iri


def _situations(claim: Claim, schema: Schema) -> set[str]:
    return {
        triple.subject.value
        for triple in claim.content
        if triple.predicate == RDF_TYPE
        and isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, NamedNode)
        and schema.is_a(triple.object.value, TN("Situation").value)
    }


def _in_stretch(claim: Claim, situation: str, stretch: str) -> Claim:
    names = {NamedNode(situation): NamedNode(stretch)}
    return replace(claim, content=tuple(_renamed(one, names) for one in claim.content))


def _renamed(triple: Triple, names: Mapping[NamedNode, NamedNode]) -> Triple:
    subject, value = triple.subject, triple.object
    if isinstance(subject, NamedNode):
        subject = names.get(subject, subject)
    if isinstance(value, NamedNode):
        value = names.get(value, value)
    return Triple(subject, triple.predicate, value)


def _in_order(iri: str) -> list[tuple[int, str]]:
    """Numbers in an IRI by what they count."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _PARTS.split(iri)]
