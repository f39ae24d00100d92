"""What shapes for one day are asked of: the graph of the day, with what stands round it.

That is the slice (:func:`tenure.slices.slice_triples`), what snapshot shapes alone are told
(``ontology/snapshots/prefixes.ttl`` says what), the entity registry and the ontology.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from tenure.errors import BadParameter
from tenure.slices import slice_triples
from tenure.temporal import Certainty
from tenure.terms import TN
from tenure.world import CONCEPT_OF, AsOf, Day, Moment, Occurrence, World, bound_triples
from tenure.world.statements import Statement

EDGE: Final = NamedNode("https://w3id.org/tenure/shapes#edge")


class Shared:
    """What all days of one world share, worked out once."""

    def __init__(self, world: World) -> None:
        """O(statements and dated things)."""
        self.world = world
        self.statements: dict[str, list[Statement]] = defaultdict(list)
        for statement in world.statements:
            if statement.subject in world.occurrences:
                self.statements[statement.subject].append(statement)
        self.lives = [_life(world, iri) for iri in sorted(_entities(world))]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The world of one day; ``shown`` are the occurrences in its graph.

    ``absent`` are the entities that certainly did not exist on the day.
    """

    shared: Shared
    moment: Moment
    possible: bool
    shown: Mapping[str, Certainty]
    absent: frozenset[str]

    @property
    def world(self) -> World:
        """The world that it is a day of."""
        return self.shared.world


def snapshot(shared: Shared, moment: Moment, *, possible: bool = False) -> Snapshot:
    """The world of a day, or what is possible on it. O(dated things).

    Raises:
        BadParameter: the moment is a stretch of time, of which no two things need share a day.
    """
    if moment.always or moment.stretch:
        raise BadParameter(
            f"{moment.key} is no day: in it would stand together what never was at once.",
            where="at",
            remedy="Name a day, an EDTF value, an event or a source.",
        )
    world = shared.world
    lives = _certainties(world, moment, shared.lives)
    absent = {one.iri for one in shared.lives} - lives.keys()
    shown = _shown(world, moment, possible, world.occurrences.values())
    return Snapshot(shared, moment, possible, shown, frozenset(absent))


def snapshot_triples(day: Snapshot) -> Iterator[Triple]:
    """The slice of the day, and what snapshot shapes alone are told."""
    world = day.world
    stated = (one for iri in day.shown for one in day.shared.statements.get(iri, ()))
    # Only statements about what is shown reach the slice; a long list of others takes its time.
    small = replace(world, statements=tuple(stated))
    yield from slice_triples(small, day.shown, possible=day.possible)
    for iri in sorted(day.absent):
        node = NamedNode(iri)
        yield Triple(node, TN("certainty"), CONCEPT_OF[Certainty.RULED_OUT])
        yield from bound_triples(node, world.time.bounds(iri))
    if not _is_one_day(day.moment):
        return
    shown = [world.occurrences[iri] for iri in day.shown]
    for edge, shift in (("first", -1), ("last", 1)):
        beside = _shown(world, _shifted(day.moment, shift), day.possible, shown)
        for iri in sorted(day.shown.keys() - beside.keys()):
            yield Triple(NamedNode(iri), EDGE, Literal(edge))


def changes(world: World, *, possible: bool = False) -> list[int]:
    """The days, by number and sorted, on which the graph of the day is another than the day before.

    That is where something begins, or has ended, that is certain (or, with ``possible``, not ruled
    out), and where a life or the existence of an organization is certainly over.
    """
    found: set[int | None] = set()
    for occurrence in world.occurrences.values():
        bounds = occurrence.bounds
        if possible:
            found |= {bounds.start_earliest, _after(bounds.end_latest)}
        elif occurrence.existence is Certainty.CERTAIN:
            begun, lasting = bounds.start_latest, bounds.end_earliest
            if begun is not None and lasting is not None and begun <= lasting:
                found |= {begun, _after(lasting)}
    found |= {_after(world.time.bounds(iri).end_latest) for iri in _entities(world)}
    return sorted(day for day in found if day is not None)


def _after(day: int | None) -> int | None:
    return None if day is None else day + 1


def _shown(
    world: World, moment: Moment, possible: bool, among: Iterable[Occurrence]
) -> dict[str, Certainty]:
    found = _certainties(world, moment, among)
    if possible:
        return found
    return {iri: one for iri, one in found.items() if one is Certainty.CERTAIN}


def _certainties(world: World, moment: Moment, among: Iterable[Occurrence]) -> dict[str, Certainty]:
    """How surely each was there, without those that are ruled out."""
    day = _number(moment)
    if day is None:
        as_of = AsOf(moment, world.time)
        found = ((one.iri, as_of.certainty(one)) for one in among)
    else:
        found = ((one.iri, _on(one, day)) for one in among)
    return {iri: certainty for iri, certainty in found if certainty is not Certainty.RULED_OUT}


def _on(one: Occurrence, day: int) -> Certainty:
    """The certainty on a known day, for which the bounds are enough, and an eighth of the time."""
    bounds = one.bounds
    first, last = bounds.start_earliest, bounds.end_latest
    if (first is not None and day < first) or (last is not None and day > last):
        return Certainty.RULED_OUT
    begun, lasting = bounds.start_latest, bounds.end_earliest
    sure = begun is not None and lasting is not None and begun <= day <= lasting
    return Certainty.CERTAIN if sure and one.existence is Certainty.CERTAIN else Certainty.POSSIBLE


def _number(moment: Moment) -> int | None:
    """The number of the day where the moment is one known day."""
    day = moment.begun
    others = (moment.lasting, moment.begun_maybe, moment.lasting_maybe)
    if day is None or day.iri is not None or any(other != day for other in others):
        return None
    return day.shift


def _entities(world: World) -> set[str]:
    """Whatever has dates and does not occur: persons, organizations, offices."""
    dated = {iri for iri, _ in world.time.points}
    return dated - world.occurrences.keys() - world.sources.keys()


def _life(world: World, iri: str) -> Occurrence:
    bounds = world.time.bounds(iri)
    return Occurrence(iri, "", None, None, bounds, Certainty.CERTAIN, False, ())


def _is_one_day(moment: Moment) -> bool:
    return moment.begun is not None and moment.begun == moment.lasting


def _shifted(moment: Moment, days: int) -> Moment:
    def moved(day: Day | None) -> Day | None:
        return None if day is None else replace(day, shift=day.shift + days)

    return replace(
        moment,
        begun=moved(moment.begun),
        lasting=moved(moment.lasting),
        begun_maybe=moved(moment.begun_maybe),
        lasting_maybe=moved(moment.lasting_maybe),
    )
