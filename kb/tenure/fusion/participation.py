"""Who takes part in which event, as what, and how surely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from tenure.fusion.certainty import at_occurrence, certainty_at
from tenure.fusion.seats import Seats
from tenure.fusion.solution import TimeSolution
from tenure.fusion.statements import Statement
from tenure.model.occurrence import Occurrence, Participation
from tenure.model.schema import Schema
from tenure.namespaces import TN, local_name
from tenure.temporal import Certainty

Key = tuple[str, str, str]


def participations_of(
    statements: list[Statement],
    occurrences: Mapping[str, Occurrence],
    schema: Schema,
    time: TimeSolution,
    seats: Seats,
) -> tuple[Participation, ...]:
    """All participations: those stated by name, and those that an office stands for."""
    parts: dict[Key, list[tuple[Certainty, tuple[str, ...]]]] = defaultdict(list)
    ways: dict[Key, set[tuple[str, ...]]] = defaultdict(set)
    participant = TN("participant").value
    for statement in statements:
        if participant in schema.superproperties(statement.predicate):
            certainty = Certainty.POSSIBLE if statement.hedged else Certainty.CERTAIN
            key = (statement.subject, statement.predicate, statement.object.value)
            parts[key].append((certainty, statement.claims))
            ways[key].add(statement.claims)
        elif statement.predicate in schema.by_office:
            seen = _holders(statement, occurrences, schema, time, seats)
            for who, certainty, claims in seen:
                key = statement.subject, schema.by_office[statement.predicate][0], who
                together = tuple(sorted({*statement.claims, *claims}))
                parts[key].append((certainty, together))
                if certainty is Certainty.CERTAIN:
                    ways[key].add(together)
    return tuple(
        Participation(
            event,
            role,
            who,
            Certainty.CERTAIN
            if any(c is Certainty.CERTAIN for c, _ in stated)
            else Certainty.POSSIBLE,
            tuple(sorted({claim for _, claims in stated for claim in claims})),
            tuple(sorted(ways[event, role, who])),
        )
        for (event, role, who), stated in sorted(parts.items())
    )


def _holders(
    statement: Statement,
    occurrences: Mapping[str, Occurrence],
    schema: Schema,
    time: TimeSolution,
    seats: Seats,
) -> Iterator[tuple[str, Certainty, tuple[str, ...]]]:
    """Whom a participant described by office can be.

    The holder at the time is certainly meant when certainly in an office with one seat; a former
    holder is only ever possibly meant, since others may have held the office whom no claim names.
    """
    _, when = schema.by_office[statement.predicate]
    office = statement.object.value
    moment = at_occurrence(statement.subject)
    event = time.bounds(statement.subject)
    only_one = seats.only_one(office, event.start_earliest, event.start_latest)
    for tenure in occurrences.values():
        if tenure.object != office or tenure.subject is None:
            continue
        # Others, such as a stance, can have an office as their object too.
        if tenure.kind not in schema.seat_kinds:
            continue
        certainty = certainty_at(tenure, moment, time)
        if local_name(when) == "AtEventStart":
            if certainty is not Certainty.RULED_OUT:
                sure = certainty is Certainty.CERTAIN and not statement.hedged
                if sure and only_one is not None:
                    claims = tuple(sorted({*tenure.claims, *only_one}))
                    yield tenure.subject, Certainty.CERTAIN, claims
                else:
                    yield tenure.subject, Certainty.POSSIBLE, tenure.claims
        elif certainty is not Certainty.CERTAIN and _can_be_over(tenure, statement.subject, time):
            yield tenure.subject, Certainty.POSSIBLE, tenure.claims


def _can_be_over(tenure: Occurrence, event: str, time: TimeSolution) -> bool:
    """Whether the tenure can have ended before the day the event began."""
    time = time.of(tenure.existence)
    start, end = time.points.get((event, "start")), time.points.get((tenure.iri, "end"))
    if start is None or end is None:
        return True
    for one in time.combinations(((event, "start"), (tenure.iri, "end"))):
        least = one.network.at_least(start).distance.get(end)
        if least is None or least < 0:
            return True
    return False
