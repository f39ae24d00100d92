"""Days held to shapes: what no day may show, however sound each claim is for itself.

How to add a rule: ``ontology/snapshots/prefixes.ttl`` says it. Pure: a world in, a report out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import NamedNode, Quad, Store

from tenure.slices import View, slice_iri
from tenure.temporal import iso, parse_iso
from tenure.terms import Names
from tenure.validate.facts import Facts
from tenure.validate.progress import Progress, Stage, Step, unwatched
from tenure.validate.report import Severity
from tenure.validate.snapshots_claims import Places, claims_behind, involved
from tenure.validate.snapshots_graph import Shared, Snapshot, changes, snapshot, snapshot_triples
from tenure.validate.snapshots_report import ClaimPlace, DayFinding, DayReport
from tenure.validate.snapshots_shapes import Breach, SnapshotShapes
from tenure.world import Moment, World, on_day_within

_DAY: Final = NamedNode("urn:x-tenure:day")


def validate_days(
    world: World,
    moments: Sequence[Moment],
    background: Iterable[Quad],
    names: Names,
    *,
    possible: bool = False,
    of_change: bool = False,
    shapes: SnapshotShapes | None = None,
    places: Places | None = None,
    progress: Progress = unwatched,
) -> DayReport:
    """Hold the graphs of days to the shapes for a day.

    ``background`` is what stands round each day: the entity registry and the ontology. With
    ``possible`` the graphs of what was possible are checked. ``of_change`` says that the moments
    are those of :func:`days_of_change`, in order; what is found on several of them without a break
    is then told once, with its last day. ``shapes`` are by default those that come with the
    ontology; ``places`` says in which files the claims stand. A day costs O(dated things) and the
    constraints' queries; nothing is kept. ``progress`` is told of each.

    Raises:
        BadParameter: a moment that is a stretch of time.
        BadRdf: shapes that cannot be run.
    """
    chosen = shapes or SnapshotShapes()
    store = Store()
    store.bulk_extend(Quad(q.subject, q.predicate, q.object) for q in background)
    findings: list[DayFinding] = []
    counted = 0
    shared = Shared(world)
    for number, moment in enumerate(moments):
        progress(Step(Stage.DAYS, number, len(moments)))
        day = snapshot(shared, moment, possible=possible)
        store.remove_graph(_DAY)
        triples = set(snapshot_triples(day))
        counted += len(triples)
        store.bulk_extend(Quad(t.subject, t.predicate, t.object, _DAY) for t in triples)
        breaches = chosen.breaches(store, possible=possible)
        findings += _findings(day, breaches, names, places or {})
    if of_change:
        findings = _once(findings, [moment.key for moment in moments])
    return DayReport(tuple(findings), {"days": len(moments), "triples": counted}, names=names)


def days_of_change(world: World, *, possible: bool = False) -> list[Moment]:
    """The days on which the graph of the day differs from that of the day before, in order.

    Between two of them all days have the same graph, so what holds of these holds of all days.
    """
    days = changes(world, possible=possible)
    return [on_day_within(iso(day), day, day) for day in days]


def _findings(
    day: Snapshot, breaches: Iterable[Breach], names: Names, places: Places
) -> list[DayFinding]:
    """One finding for all results that say the same of the same node and the same value."""
    merged: dict[tuple[str, str, str, str], Breach] = {}
    for one in breaches:
        value = one.result.value if one.result is not None else None
        key = (one.rule, one.focus, one.message, str(value))
        before = merged.get(key, one)
        merged[key] = replace(before, terms=before.terms | one.terms)
    view = View.POSSIBLE if day.possible else View.CERTAIN
    graph = slice_iri(names, day.moment.key, view, day.world.policy.text).value
    short = Facts((), (), (), names).short
    found = []
    for _, one in sorted(merged.items()):
        occurrences = involved(day, one.terms, one.focus, one.path)
        claims = claims_behind(day, occurrences, {*one.terms, one.focus})
        found.append(
            DayFinding(
                day.moment.key,
                graph,
                one.rule,
                one.severity,
                one.focus,
                short(one.message),
                short(one.remedy),
                tuple(occurrences),
                tuple(ClaimPlace(iri, *places.get(iri, (None, None))) for iri in claims),
                result=one.result,
            )
        )
    return sorted(found, key=lambda one: (one.severity is not Severity.VIOLATION, one.rule))


def _once(findings: Sequence[DayFinding], days: Sequence[str]) -> list[DayFinding]:
    """Each finding of several days of change on end as one, with the last day that it lasts."""
    if not findings:
        return []
    ends = [iso(parse_iso(day) - 1) for day in days[1:]]
    last = dict(zip(days, [*ends, ".."], strict=True))
    before = dict(zip(days[1:], ends, strict=True))
    runs: dict[tuple[object, ...], list[DayFinding]] = defaultdict(list)
    for one in findings:
        run = runs[one.rule, one.focus, one.message, one.occurrences, one.result]
        if run and run[-1].until == before.get(one.at):
            run[-1] = replace(run[-1], until=last[one.at])
        else:
            run.append(replace(one, until=last[one.at]))
    place = {day: number for number, day in enumerate(days)}
    return sorted((one for run in runs.values() for one in run), key=lambda one: place[one.at])
