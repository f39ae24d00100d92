"""The world as triples: what its graph in the store holds."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.errors import BadDate
from tenure.fusion.days_left import common, gaps, ruled_out
from tenure.fusion.messages import manner_of, why_not
from tenure.fusion.statements import Statement
from tenure.fusion.world import PlainOccurrence, PlainWorld, World
from tenure.model.occurrence import Conflict, Occurrence, Presumption
from tenure.namespaces import (
    EDTF_DATATYPE,
    RDF_TYPE,
    TN,
    TNV,
    XSD_BOOLEAN,
    XSD_DATE,
    Names,
    local_name,
)
from tenure.store import n_quads
from tenure.temporal import Certainty, FourBounds, from_bounds, iso

CONCEPT_OF = {
    Certainty.CERTAIN: TNV("Certain"),
    Certainty.PRESUMED: TNV("Presumed"),
    Certainty.POSSIBLE: TNV("Possible"),
    Certainty.RULED_OUT: TNV("RuledOut"),
}

_ANY: Final = NamedNode("urn:any")
"""The name for which others are put in what is written once for many."""

_MOST_WRITTEN: Final = 100_000
"""Pieces of text that are kept, some hundred bytes each: of all days of a century."""

_TRUE = Literal("true", datatype=XSD_BOOLEAN)


@dataclass(frozen=True, slots=True)
class TripleDiff:
    """What differs between two worlds, as triples of the world's graph.

    Every conflict that is in only one of them is in ``were`` or in ``are``.
    """

    removed: frozenset[Triple]
    added: frozenset[Triple]
    were: Sequence[Conflict]
    are: Sequence[Conflict]


def triple_diff(before: World, after: World, names: Names) -> TripleDiff:
    """What makes one world's graph of another's."""
    gone, come = (frozenset(world_triples(one, names)) for one in (before, after))
    return TripleDiff(gone - come, come - gone, before.conflicts, after.conflicts)


def world_triples(world: World, names: Names) -> Iterator[Triple]:
    """Occurrences with bounds, participations, quantities, conflicts, standings of claims."""
    yield from _stated(world)
    for occurrence in world.occurrences.values():
        yield from _occurrence(world, occurrence, names)
        yield from _exclusions(occurrence, names)
    yield from _plans(world)
    yield from _complete(world, names)
    yield from _existing(world, names)
    yield from _participations(world, names)
    yield from _conflicts(world)
    reasons = why_not(world)
    for claim, standing in world.standings.items():
        node = NamedNode(claim)
        yield Triple(node, TN("standing"), TNV(standing))
        if claim in reasons:
            yield Triple(node, TN("standingReason"), Literal(reasons[claim], language="en"))


class WorldLines:
    """Writes the graph of the world, piece by piece, as N-Quads."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._graph = names.graph("world")
        self._bounds: dict[tuple[int | None, ...], str] = {}

    def of(self, piece: World | PlainWorld) -> bytes:
        """The lines of a piece."""
        if isinstance(piece, PlainWorld):
            stated = (one.template.of(one.names) for one in piece.components)
            lines = chain(stated, map(self._of_bounds, piece.occurrences))
            return "".join(lines).encode()
        quads = (
            Quad(one.subject, one.predicate, one.object, self._graph)
            for one in world_triples(piece, self._names)
        )
        return n_quads(quads)

    def _of_bounds(self, one: PlainOccurrence) -> str:
        """The bounds of an occurrence: those of the start and of the end, each written once."""
        four = one.bounds
        text = self._written(four.start_earliest, four.start_latest, None, None)
        text += self._written(None, None, four.end_earliest, four.end_latest)
        return text.replace(str(_ANY), f"<{one.iri}>")

    def _written(self, *days: int | None) -> str:
        known = self._bounds.get(days)
        if known is None:
            if len(self._bounds) >= _MOST_WRITTEN:
                self._bounds.clear()
            known = self._bounds[days] = "".join(
                f"{one} {self._graph} .\n" for one in bound_triples(_ANY, FourBounds(*days))
            )
        return known


def contested_triples(occurrences: Iterable[str]) -> Iterator[Triple]:
    """That these occurrences are contested; of what is settled nothing is said."""
    for iri in occurrences:
        yield Triple(NamedNode(iri), TN("contested"), _TRUE)


def lasting_statements(world: World) -> Iterator[Statement]:
    """The statements that the world repeats: all but dates, disputed order and softened ones."""
    for statement in world.statements:
        if statement.distance is not None:
            continue
        if isinstance(statement.object, Literal) and (
            statement.object.datatype == EDTF_DATATYPE
            or world.schema.property_axioms(statement.predicate)
        ):
            continue
        if (
            world.disputed
            and world.schema.is_time(statement.predicate)
            and not world.disputed.isdisjoint(statement.units)
        ):
            continue
        if (statement.subject, statement.predicate, statement.object.value) in world.parts_out:
            continue
        occurrence = world.occurrences.get(statement.subject)
        if (
            statement.hedged
            and occurrence is not None
            and occurrence.existence is Certainty.CERTAIN
        ):
            continue
        yield statement


def _stated(world: World) -> Iterator[Triple]:
    support: dict[str, set[str]] = defaultdict(set)
    for statement in lasting_statements(world):
        subject = NamedNode(statement.subject)
        yield Triple(subject, NamedNode(statement.predicate), statement.object)
        if statement.subject not in world.occurrences:
            support[statement.subject].update(statement.claims)
    for iri, claims in sorted(support.items()):
        yield from _support(world, NamedNode(iri), sorted(claims))


def _support(world: World, node: NamedNode, claims: Sequence[str]) -> Iterator[Triple]:
    for claim in claims:
        yield Triple(node, TN("supportedBy"), NamedNode(claim))
    if claims:
        yield Triple(node, TN("basis"), Literal(manner_of(world, claims)))


def _occurrence(world: World, occurrence: Occurrence, names: Names) -> Iterator[Triple]:
    node = NamedNode(occurrence.iri)
    yield Triple(node, RDF_TYPE, NamedNode(occurrence.kind))
    yield Triple(node, TN("certainty"), CONCEPT_OF[occurrence.certainty])
    yield Triple(node, TN("status"), TNV("Contested" if occurrence.contested else "Settled"))
    if occurrence.subject is not None:
        yield Triple(node, TN("subject"), NamedNode(occurrence.subject))
    if occurrence.object is not None:
        yield Triple(node, TN("object"), NamedNode(occurrence.object))
    if occurrence.contested:
        yield from contested_triples([occurrence.iri])
    yield from _support(world, node, occurrence.claims)
    yield from bound_triples(node, occurrence.bounds)
    yield from alternative_triples(occurrence, names)
    if occurrence.presumption is not None:
        yield from last_word(node, occurrence.presumption)
        yield Triple(node, TN("presumedUntil"), _day(occurrence.presumption.until))
        if occurrence.presumption.word_latest is not None:
            yield Triple(node, TN("lastWordLatest"), _day(occurrence.presumption.word_latest))


def alternative_triples(occurrence: Occurrence, names: Names) -> Iterator[Triple]:
    """The distinct bounds side by side, what each leaves out, and the bounds agreed on."""
    node, short = NamedNode(occurrence.iri), names.short(occurrence.iri)
    for number, one in enumerate(occurrence.alternatives, start=1):
        other = NamedNode(f"{names.base}alternative/{short}/{number}")
        yield Triple(node, TN("alternative"), other)
        yield Triple(other, RDF_TYPE, TN("Alternative"))
        yield from bound_triples(other, one.bounds)
        for claim in one.leaves_out:
            yield Triple(other, TN("leavesOut"), NamedNode(claim))
        if one.reason:
            yield Triple(other, TN("reason"), Literal(one.reason, language="en"))
    if occurrence.agreed is not None:
        agreed = NamedNode(f"{names.base}agreed/{short}")
        yield Triple(node, TN("agreed"), agreed)
        yield Triple(agreed, RDF_TYPE, TN("TimeBounds"))
        yield from bound_triples(agreed, occurrence.agreed)
    if occurrence.note:
        yield Triple(node, TN("boundsNote"), Literal(occurrence.note, language="en"))


def last_word(node: NamedNode, presumption: Presumption) -> Iterator[Triple]:
    """The last day that anything vouches for something, and on whose word."""
    yield Triple(node, TN("lastWord"), _day(presumption.word))
    if presumption.source is not None:
        yield Triple(node, TN("lastWordSource"), NamedNode(presumption.source))


def _day(day: int) -> Literal:
    return Literal(iso(day), datatype=XSD_DATE)


def _plans(world: World) -> Iterator[Triple]:
    """What the plans say of starts and ends."""
    planned = {plan.iri for plan in world.plans}.intersection(world.occurrences)
    for plan in (one for iri in sorted(planned) for one in world.plans_of(iri)):
        value = edtf_range(plan.low, plan.high)
        if value is not None:
            predicate = TN("plannedStart" if plan.which == "start" else "plannedEnd")
            yield Triple(NamedNode(plan.iri), predicate, value)


def _exclusions(occurrence: Occurrence, names: Names) -> Iterator[Triple]:
    """The days out of an occurrence, and where some are ruled out, the days that are left."""
    about = names.short(occurrence.iri)
    for one in occurrence.exclusions:
        node = _stretch(names, "out", about, one.first, one.last, *one.claims)
        yield from _days(node, "DaysOut", occurrence.iri, one.first, one.last)
        yield Triple(node, TN("mostCertainty"), CONCEPT_OF[one.certainty])
        for claim in one.claims:
            yield Triple(node, TN("supportedBy"), NamedNode(claim))
        if one.contested:
            yield from contested_triples([node.value])
    out = ruled_out(occurrence.exclusions)
    if out:
        several = occurrence.several_bounds
        for first, last in common(
            ((four.start_earliest, four.end_latest) for four in several), gaps(out)
        ):
            node = _stretch(names, "left", about, first, last)
            yield from _days(node, "DaysLeft", occurrence.iri, first, last)


def _complete(world: World, names: Names) -> Iterator[Triple]:
    for one in world.complete:
        node = _stretch(names, "complete", names.short(one.office), one.first, one.last, one.claim)
        yield from _days(node, "CompleteDays", one.office, one.first, one.last)
        yield Triple(node, TN("supportedBy"), NamedNode(one.claim))


def _existing(world: World, names: Names) -> Iterator[Triple]:
    for one in world.existing:
        about = names.short(one.institution)
        node = _stretch(names, "existence", about, one.first, one.last)
        yield from _days(node, "ExistenceDays", one.institution, one.first, one.last)


def _stretch(names: Names, kind: str, *parts: str | int | None) -> NamedNode:
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:12]
    return NamedNode(f"{names.base}days/{kind}/{digest}")


def _days(
    node: NamedNode, kind: str, of: str, first: int | None, last: int | None
) -> Iterator[Triple]:
    yield Triple(node, RDF_TYPE, TN(kind))
    yield Triple(node, TN("daysOf"), NamedNode(of))
    for name, day in (("firstDay", first), ("lastDay", last)):
        if day is not None:
            yield Triple(node, TN(name), Literal(iso(day), datatype=XSD_DATE))


def bound_triples(node: NamedNode, bounds: FourBounds) -> Iterator[Triple]:
    """The four bounds as ``xsd:date``, absent where unbounded, and the two ranges as EDTF."""
    for name, day in (
        ("startEarliest", bounds.start_earliest),
        ("startLatest", bounds.start_latest),
        ("endEarliest", bounds.end_earliest),
        ("endLatest", bounds.end_latest),
    ):
        if day is not None:
            yield Triple(node, TN(name), Literal(iso(day), datatype=XSD_DATE))
    for name, low, high in (
        ("startRange", bounds.start_earliest, bounds.start_latest),
        ("endRange", bounds.end_earliest, bounds.end_latest),
    ):
        value = edtf_range(low, high)
        if value is not None:
            yield Triple(node, TN(name), value)


def edtf_range(low: int | None, high: int | None) -> Literal | None:
    """The days between two as a date; None where neither bounds them."""
    # EDTF as read here ends at a year that reckoning can pass: a million million and a day.
    with suppress(BadDate):
        value = from_bounds(low, high)
        if value is not None:
            return Literal(value.text, datatype=EDTF_DATATYPE)
    return None


def _participations(world: World, names: Names) -> Iterator[Triple]:
    for part in world.participations:
        event, who = names.short(part.event), names.short(part.who).replace("/", "-")
        node = NamedNode(
            f"{names.base}participation/{event.removeprefix('event/')}"
            f"/{local_name(part.role)}/{who}"
        )
        yield Triple(node, RDF_TYPE, TN("Participation"))
        yield Triple(node, TN("participationIn"), NamedNode(part.event))
        yield Triple(node, TN("participationOf"), NamedNode(part.who))
        yield Triple(node, TN("participationRole"), NamedNode(part.role))
        yield Triple(node, TN("participationCertainty"), CONCEPT_OF[part.certainty])
        if part.contested:
            yield from contested_triples([node.value])
        yield from _support(world, node, part.claims)


def _conflicts(world: World) -> Iterator[Triple]:
    for conflict in world.conflicts:
        node = NamedNode(conflict.iri)
        yield Triple(node, RDF_TYPE, TN("Conflict"))
        yield Triple(node, TN("reason"), Literal(conflict.reason, language="en"))
        settled = TNV("Settled" if conflict.settled else "Contested")
        yield Triple(node, TN("status"), settled)
        yield Triple(node, TN("conflictKind"), Literal(conflict.kind))
        if conflict.rule:
            yield Triple(node, TN("settledBy"), Literal(conflict.rule))
        for claim in conflict.lost:
            yield Triple(node, TN("gaveWay"), NamedNode(claim))
        for claim in conflict.claims:
            yield Triple(node, TN("conflictingClaim"), NamedNode(claim))
        for iri in conflict.concerns:
            yield Triple(node, TN("concerns"), NamedNode(iri))
