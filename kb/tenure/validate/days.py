"""Days held to shapes: what no day may show, however sound each claim is for itself.

The shapes are those of ``ontology/snapshots``, whose ``prefixes.ttl`` says how to add a rule, and a
user's own. They are asked of the graph of a day: the slice (:func:`tenure.views.slice_triples`)
and what snapshot shapes alone are told, beside the entity registry and the ontology. The house's
constraints in SPARQL run once a day for all focus nodes; a user's shapes may use all of SHACL and
go through pySHACL as they are, node by node. Pure: a world in, a report out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib import Graph
from rdflib.namespace import SH
from rdflib.term import Literal as RdfLiteral
from rdflib.term import URIRef

from tenure.errors import BadInput, BadParameter
from tenure.fusion import (
    CONCEPT_OF,
    AsOf,
    Day,
    Moment,
    TimeSolution,
    World,
    bound_triples,
    combined,
    left_on_day,
    on_day_within,
    seats_of,
)
from tenure.fusion.statements import Statement
from tenure.model import Alternative, Occurrence
from tenure.namespaces import TN, XSD_INTEGER, Names, local_name
from tenure.resources import data_dir
from tenure.temporal import Certainty, FourBounds, iso, parse_iso
from tenure.validate.documents import documents_in, text_of
from tenure.validate.facts import Breach, short
from tenure.validate.finding import ClaimPlace, DayFinding, DayReport, Severity
from tenure.validate.progress import Progress, ProgressStep, Stage, unwatched
from tenure.validate.pyshacl_runner import plain_graph, run_shapes, shapes_graph, verdicts_in
from tenure.validate.shapes import Shapes, SparqlConstraint, check
from tenure.validate.user_shapes import breach_of, check_shapes
from tenure.views import GraphView, Lineage, slice_iri, slice_triples

EDGE: Final = NamedNode("https://w3id.org/tenure/shapes#edge")
KIN: Final = NamedNode("https://w3id.org/tenure/shapes#kinOnDay")
SEATS: Final = NamedNode("https://w3id.org/tenure/shapes#seatsOnDay")
_DAY: Final = NamedNode("urn:x-tenure:day")
_ASKED_OF: Final = "https://w3id.org/tenure/shapes#askedOf"
_VIEWS: Final = ("certain", "possible")
_WITHOUT_MESSAGE: Final = "Correct the claims named here, or the shape."

Places = Mapping[str, tuple[str, int | None]]
"""By the IRI of a claim: the file that it is in, and the line where it begins."""


class SnapshotShapes:
    """The shapes for a day, read once."""

    def __init__(self, own: Sequence[Path] = ()) -> None:
        """Those that come with the ontology, and those in the files ``own``.

        Raises:
            NotFound: a file that is not there.
            BadInput: a file without any shape.
            BadRdf: a file that does not parse, or whose shapes are wrong themselves.
            Refused: a constraint that would fetch something.
        """
        files = sorted((data_dir("ontology") / "snapshots").glob("*.ttl"))
        self.house = Shapes(files)
        self._asked_of = {rule: view for file in files for rule, view in _marks(file)}
        self._own: dict[str, Graph] = {}
        self._files = ", ".join(str(path) for path in own)
        if own:
            self._read_own(own, [one for one in files if one.name == "prefixes.ttl"])

    def breaches(self, store: Store, *, possible: bool) -> Iterator[Breach]:
        """What the graph of a day, with what stands round it, breaks. May repeat itself.

        Raises :class:`~tenure.errors.BadRdf` for shapes of a user that cannot be run.
        """
        view = _VIEWS[possible]

        def asked(rule: SparqlConstraint) -> bool:
            return self._asked_of.get(rule.rule, view) == view

        yield from check(store, self.house, asked=asked)
        if view in self._own:
            report = run_shapes(plain_graph(store), self._own[view], self._files)
            for verdict in verdicts_in(report):
                yield breach_of(verdict, _WITHOUT_MESSAGE)

    def _read_own(self, paths: Sequence[Path], prefixes: Sequence[Path]) -> None:
        for path in paths:
            check_shapes(path)
        marks = {rule: view for path in paths for rule, view in _marks(path)}
        texts = [path.read_bytes() for path in (*paths, *prefixes)]
        for view in _VIEWS:
            # The prefixes of the house can be used; its rules run anyway.
            graph = self._own[view] = shapes_graph(*texts)
            for subject in set(graph.subjects()):
                if isinstance(subject, URIRef) and marks.get(local_name(subject), view) != view:
                    graph.add((subject, SH.deactivated, RdfLiteral(True)))


def _marks(file: Path) -> Iterator[tuple[str, str]]:
    """Which of the two graphs of a day a rule is asked of, by its local name."""
    for quad in parse(file.read_bytes(), format=RdfFormat.TURTLE):
        if quad.predicate.value == _ASKED_OF:
            view = getattr(quad.object, "value", "")
            if view not in _VIEWS:
                raise BadInput(
                    f"A rule cannot be asked of {view[:80]!r}.",
                    where=str(file),
                    remedy=f'Write tns:askedOf with "{_VIEWS[0]}" or "{_VIEWS[1]}".',
                )
            yield local_name(text_of(quad.subject)), view


def _property(path: object) -> str | None:
    """The property of a simple or an inverse path (SHACL, section 2.3.1)."""
    if isinstance(path, tuple) and path[0] == "inversePath":
        path = path[1][0]
    return path if isinstance(path, str) else None


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
    seats = {
        text_of(quad.subject): int(quad.object.value)
        for quad in store.quads_for_pattern(None, TN("seats"), None)
        if isinstance(quad.object, Literal) and quad.object.value.isdecimal()
    }
    shared = SharedByDays(world, seats)
    for number, moment in enumerate(moments):
        progress(ProgressStep(Stage.DAYS, number, len(moments)))
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
    day: DaySnapshot, breaches: Iterable[Breach], names: Names, places: Places
) -> list[DayFinding]:
    """One finding for all results that say the same of the same node and the same value."""
    merged: dict[tuple[str, str, str, str], Breach] = {}
    for one in breaches:
        value = one.result.value if one.result is not None else None
        key = (one.rule, one.focus, one.what, str(value))
        before = merged.get(key, one)
        merged[key] = replace(before, terms=before.terms | one.terms)
    view = GraphView.POSSIBLE if day.possible else GraphView.CERTAIN
    graph = slice_iri(names, day.moment.key, view, day.world.policy.text).value
    found = []
    for _, one in sorted(merged.items()):
        path = _property(one.result.path) if one.result is not None else None
        occurrences = involved(day, one.terms, one.focus, path)
        claims = claims_behind(day, occurrences, {*one.terms, one.focus})
        found.append(
            DayFinding(
                day.moment.key,
                graph,
                one.rule,
                one.severity,
                one.focus,
                short(one.what, names),
                short(one.remedy, names),
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


def claim_places(paths: Iterable[Path]) -> Places:
    """Where each claim in RDF files, or in folders with such files, is described.

    What does not parse is passed over. Raises :class:`~tenure.errors.NotFound` for a path that
    does not exist.
    """
    found: dict[str, tuple[str, int | None]] = {}
    for document in documents_in(list(paths), [], []):
        for iri in document.subjects:
            found.setdefault(iri, (document.name, document.positions.line(iri)))
    return found


def involved(
    day: DaySnapshot, terms: Collection[str], focus: str, path: str | None = None
) -> Sequence[str]:
    """The occurrences of the day that a result of a shape is about, sorted.

    They are those among the ``terms`` of the result. Where none is, those between two of the
    terms, or else those with ``focus`` as their subject or object. Where some kind flattens to
    the property ``path``, they are of that kind.
    """
    named = [iri for iri in terms if iri in day.shown]
    if named:
        return sorted(set(named))
    flat = {iri: kind.flattens_to for iri, kind in day.world.schema.kinds.items()}
    near = [day.world.occurrences[iri] for iri in day.shown]
    near = [one for one in near if focus in (one.subject, one.object)]
    if path is not None and path in flat.values():
        near = [one for one in near if flat.get(one.kind) == path]
    both = [one for one in near if {one.subject, one.object} <= {*terms, focus}]
    return sorted(one.iri for one in both or near)


def claims_behind(
    day: DaySnapshot, occurrences: Iterable[str], terms: Iterable[str]
) -> Sequence[str]:
    """The claims that tell of the occurrences and date them, and those that date absent lives.

    Sorted by source and number. O(length of the derivations).
    """
    world = day.world
    found: set[str] = set()
    for iri in occurrences:
        occurrence = world.occurrences[iri]
        time = world.time.of(occurrence.existence)
        found.update(occurrence.claims)
        found |= _along(time, iri, "start", greatest=True) | _along(time, iri, "end")
    for iri in day.absent.intersection(terms):
        time = world.time
        found |= _along(time, iri, "end", greatest=True) | _along(time, iri, "start")
    return sorted(found, key=_in_reading_order)


def _along(time: TimeSolution, iri: str, which: str, *, greatest: bool = False) -> set[str]:
    time = time.attaining((iri, which), greatest=greatest)
    reach = time.at_most if greatest else time.at_least
    point = time.points.get((iri, which))
    if point is None or point not in reach.distance:
        return set()
    return {claim for step in reach.path(point) for claim in time.reason(step).claims}


def _in_reading_order(iri: str) -> tuple[str, list[tuple[int, str]]]:
    source = iri.rpartition("/")[0]
    parts = local_name(iri).split("-")
    return source, [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


class SharedByDays:
    """What all days of one world share, worked out once."""

    def __init__(self, world: World, seats: Mapping[str, int]) -> None:
        """``seats`` are those of offices in the registry. O(statements and dated things)."""
        self.world = world
        occurrences = world.occurrences.values()
        self.lineage = Lineage(world)
        self.seats = seats_of(seats, occurrences, world.statements, world.schema)
        self.statements: dict[str, list[Statement]] = defaultdict(list)
        for statement in world.statements:
            if statement.subject in world.occurrences:
                self.statements[statement.subject].append(statement)
        self.lives = [_life(world, iri) for iri in sorted(_entities(world))]


@dataclass(frozen=True, slots=True)
class DaySnapshot:
    """The world of one day; ``shown`` are the occurrences in its graph.

    ``absent`` are the entities that certainly did not exist on the day.
    """

    shared: SharedByDays
    moment: Moment
    possible: bool
    shown: Mapping[str, Certainty]
    absent: frozenset[str]

    @property
    def world(self) -> World:
        """The world that it is a day of."""
        return self.shared.world


def snapshot(shared: SharedByDays, moment: Moment, *, possible: bool = False) -> DaySnapshot:
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
    return DaySnapshot(shared, moment, possible, shown, frozenset(absent))


def snapshot_triples(day: DaySnapshot) -> Iterator[Triple]:
    """The slice of the day, and what snapshot shapes alone are told."""
    world = day.world
    stated = (one for iri in day.shown for one in day.shared.statements.get(iri, ()))
    # Only statements about what is shown reach the slice; a long list of others takes its time.
    small = replace(world, statements=tuple(stated))
    yield from slice_triples(small, day.shown, moment=day.moment, possible=day.possible)
    for iri in sorted(day.absent):
        node = NamedNode(iri)
        yield Triple(node, TN("certainty"), CONCEPT_OF[Certainty.RULED_OUT])
        yield from bound_triples(node, world.time.bounds(iri))
        for other in sorted(day.shared.lineage.kin(iri) - day.absent):
            yield Triple(node, KIN, NamedNode(other))
    yield from _seats(day)
    if not _is_one_day(day.moment):
        return
    shown = [world.occurrences[iri] for iri in day.shown]
    for edge, shift in (("first", -1), ("last", 1)):
        beside = _shown(world, _shifted(day.moment, shift), day.possible, shown)
        for iri in sorted(day.shown.keys() - beside.keys()):
            yield Triple(NamedNode(iri), EDGE, Literal(edge))


def _seats(day: DaySnapshot) -> Iterator[Triple]:
    """The most seats that the offices that are held on the day can have on it, where known."""
    begun, lasting = day.moment.begun, day.moment.lasting
    first = begun.shift if begun and begun.iri is None else None
    last = lasting.shift if lasting and lasting.iri is None else None
    held = (day.world.occurrences[iri] for iri in day.shown)
    kinds = day.world.schema.seat_kinds
    for office in sorted({one.object for one in held if one.object and one.kind in kinds}):
        most = [p.most for p in day.shared.seats.periods(office) if p.meets(first, last)]
        if None not in most:
            number = max(one for one in most if one is not None)
            yield Triple(NamedNode(office), SEATS, Literal(str(number), datatype=XSD_INTEGER))


def changes(world: World, *, possible: bool = False) -> list[int]:
    """The days, by number and sorted, on which the graph of the day is another than the day before.

    That is where something begins, or has ended, that is certain (or, with ``possible``, not ruled
    out), where a life or the existence of an organization is certainly over, and where an office
    can come to another number of seats.
    """
    found: set[int | None] = set()
    for occurrence in world.occurrences.values():
        if possible or occurrence.kind in world.schema.seating_kinds:
            found |= set(_edges(occurrence))
        if not possible and occurrence.existence is Certainty.CERTAIN:
            begun, lasting = occurrence.bounds.start_latest, occurrence.bounds.end_earliest
            if begun is not None and lasting is not None and begun <= lasting:
                found |= {begun, _after(lasting)}
        for out in occurrence.exclusions:
            found |= {out.first, _after(out.last)}
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


def _edges(one: Occurrence) -> Iterator[int]:
    """The days on which it becomes possible, or is ruled out after it was not."""
    for bounds in one.several_bounds:
        for day in (bounds.start_earliest, _after(bounds.end_latest)):
            if day is not None and (
                (_on(one, day) is Certainty.RULED_OUT)
                is not (_on(one, day - 1) is Certainty.RULED_OUT)
            ):
                yield day


def _on(one: Occurrence, day: int) -> Certainty:
    """The certainty on a known day, for which the bounds are enough, and an eighth of the time."""
    if not one.alternatives:
        return _within(one, one.bounds, day)
    return combined(_within(one, bounds, day) for bounds in one.several_bounds)


def _within(one: Occurrence, bounds: FourBounds, day: int) -> Certainty:
    first, last = bounds.start_earliest, bounds.end_latest
    if (first is not None and day < first) or (last is not None and day > last):
        return Certainty.RULED_OUT
    begun, lasting = bounds.start_latest, bounds.end_earliest
    sure = begun is not None and lasting is not None and begun <= day <= lasting
    certain = sure and one.existence is Certainty.CERTAIN
    return left_on_day(Certainty.CERTAIN if certain else Certainty.POSSIBLE, one.exclusions, day)


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
    several = tuple(Alternative(v.bounds, (), "") for v in world.time.variants_of(iri))
    return Occurrence(iri, "", None, None, bounds, Certainty.CERTAIN, False, (), several)


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
