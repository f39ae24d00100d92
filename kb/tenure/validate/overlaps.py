"""What no claim shows by itself: a seat held twice, a situation outside the life of its subject.

Only what is certain from the dates as stated is told, as a warning: sources may disagree, and then
both are to be kept. What a dated statement means for the first and the last day is read from the
ontology's axioms, as in :mod:`tenure.fusion.constraints`; nothing is concluded from one occurrence
for another but what a statement that joins the two says. Claims count that the default policy
accepts and that are not hedged. The bounds are never tighter than those of the time network, so
that whatever they rule out is ruled out there as well: conflicts (``--conflicts``) find the same,
and more.

The tenures of an office are gone through in the order in which they certainly began, beside those
that are certainly not over. That costs no more than sorting them, where a join of tenures with each
other grows with their square.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, Store

from tenure.errors import BadDate
from tenure.fusion.constraints import date_point
from tenure.fusion.seats import Seating, SeatPeriod, Seats
from tenure.model import Occurrence
from tenure.model.edits import MERGED_INTO
from tenure.model.ontology import RDFS
from tenure.model.schema import Axiom, PointRole, Schema
from tenure.namespaces import EDTF_DATATYPE, RDF_TYPE, TN, local_name
from tenure.temporal import Bounds, Certainty, FourBounds, iso, parse
from tenure.validate.facts import Breach, Facts
from tenure.validate.finding import Severity

START: Final = 0
END: Final = 1
_OF_SUBJECT: Final = {PointRole.SUBJECT_START: START, PointRole.SUBJECT_END: END}
_OF_OBJECT: Final = {PointRole.OBJECT_START: START, PointRole.OBJECT_END: END}
_TYPE: Final = RDF_TYPE.value
_MODALITY: Final = TN("modality")
_HEDGED: Final = TN("hedged")
_RANK: Final = TN("rank")
_RETRACTED: Final = TN("retractedAt")
_MOST_REMEMBERED: Final = 300_000
_UNBOUNDED: Final = Bounds(None, None)


Limit = tuple[int, int | None, int | None]
"""Which day, the first or the last, and within which bounds it lies."""


@dataclass(slots=True)
class DatedStretch:
    """The first and the last day of something, each with its bounds."""

    start: Bounds = _UNBOUNDED
    end: Bounds = _UNBOUNDED

    def point(self, which: int) -> Bounds:
        """The bounds of the first or the last day."""
        return self.end if which == END else self.start

    def tighten(self, which: int, earliest: int | None, latest: int | None) -> None:
        """One day lies within further bounds."""
        old = self.point(which)
        new = Bounds(_later(old.earliest, earliest), _earlier(old.latest, latest))
        if which == END:
            self.end = new
        else:
            self.start = new

    @property
    def contradicts_itself(self) -> bool:
        """Whether no days fit, so that the claims are in conflict and nothing is certain."""
        return _before(self.start.latest, self.start.earliest) or _before(
            self.end.latest, self.end.earliest
        )


class Terms:
    """What the ontology says of time, as far as it is asked here."""

    def __init__(self, schema: Schema | None) -> None:
        """``schema`` is None for a broken ontology, which says nothing.

        It is under check itself, and has findings of its own.
        """
        self.schema = schema or Schema(())
        self._limits: dict[tuple[str, str], tuple[Limit, ...]] = {}
        by_default = self.schema.policy_terms({})
        self.modalities = by_default.default_modalities
        self.ranks = by_default.default_ranks
        self.dates = {
            iri: axioms
            for iri in self.schema.properties
            if (axioms := [one for one in self.schema.property_axioms(iri) if _of_date(one)])
        }
        kinds = self.schema.kinds.values()
        roles = {role for one in kinds for role in (one.subject_role, one.object_role) if role}
        self.roles = {
            role: axioms
            for role in sorted(roles)
            if (axioms := [one for one in self.schema.property_axioms(role) if _of_both(one)])
        }
        """The roles whom a situation binds to a life or an existence, and how."""
        self.ending = {
            iri: axioms
            for iri in sorted(self.schema.properties - self.dates_only())
            if not self.schema.is_time(iri)
            and (axioms := [one for one in self.schema.property_axioms(iri) if _of_end(one)])
            and any(one.earlier is PointRole.OBJECT_END for one in axioms)
        }
        """What an event does to a life that ends the life, and how."""
        self.seated = {
            role for one in kinds if one.iri in self.schema.seat_kinds and (role := one.object_role)
        }
        """The roles of what has seats."""
        self.subject_roles = frozenset(one.subject_role for one in kinds)
        occurrences = {TN("Occurrence").value, TN("Source").value}
        self.of_lives = sorted(
            iri
            for iri in self.dates_only()
            if all(
                self.schema.superclasses(domain).isdisjoint(occurrences)
                for domain in self.schema.ontology.iris(iri, RDFS + "domain")
            )
        )
        """The properties that date lives."""

    def dates_only(self) -> frozenset[str]:
        """The properties whose values are dates."""
        edtf = EDTF_DATATYPE.value
        return frozenset(iri for iri in self.dates if self.schema.range_of(iri) == edtf)

    def limits(self, predicate: str, date: str) -> tuple[Limit, ...]:
        """What a date says of the first and the last day of whatever bears it."""
        key = predicate, date
        found = self._limits.get(key)
        if found is None:
            axioms = self.dates[predicate]
            found = tuple(one for axiom in axioms for one in _limit(axiom, date))
            if len(self._limits) < _MOST_REMEMBERED:
                self._limits[key] = found
        return found


@dataclass(slots=True)
class StatedDates:
    """What is stated of an occurrence or an entity."""

    when: DatedStretch = field(default_factory=DatedStretch)
    certain: bool = False
    """Whether an accepted claim says outright that there was such a thing."""
    subjects: set[NamedNode] = field(default_factory=set)
    """Who is in the subject role of a situation."""


class StatedTimes:
    """The times that are stated in one store, the union of its graphs."""

    def __init__(self, terms: Terms, store: Store) -> None:
        self._terms = terms
        self._store = store
        self._accepted: dict[object, bool] = {}

    def last(self, node: NamedNode) -> NamedNode:
        """What a thing was merged into at last."""
        seen = set[NamedNode]()
        while node not in seen:
            seen.add(node)
            for quad in self._store.quads_for_pattern(node, MERGED_INTO, None):
                if isinstance(quad.object, NamedNode):
                    node = quad.object
        return node

    def of(self, node: NamedNode) -> StatedDates:
        """What is stated of something, when by its own dates. O(statements about it)."""
        terms = self._terms
        found = StatedDates()
        for quad in self._store.quads_for_pattern(node, None, None):
            name, value = quad.predicate.value, quad.object
            if name in terms.dates and isinstance(value, Literal):
                if value.datatype == EDTF_DATATYPE and self.is_accepted(quad.graph_name):
                    for limit in terms.limits(name, value.value):
                        found.when.tighten(*limit)
            elif name == _TYPE:
                found.certain = found.certain or self.is_accepted(quad.graph_name)
            if name in terms.subject_roles and isinstance(value, NamedNode):
                found.subjects.add(value)
        # Nothing ends before it begins.
        found.when.tighten(START, None, found.when.end.latest)
        found.when.tighten(END, found.when.start.earliest, None)
        return found

    def life(self, entity: NamedNode) -> DatedStretch:
        """When an entity lived or existed, from its own dates and from what ended it."""
        found = self.of(entity).when
        for iri, axioms in self._terms.ending.items():
            for quad in self._store.quads_for_pattern(None, NamedNode(iri), entity):
                if isinstance(quad.subject, NamedNode) and self.is_accepted(quad.graph_name):
                    event = self.of(quad.subject).when
                    for axiom in axioms:
                        _bind(found, axiom, event)
        return found

    def is_accepted(self, graph: object) -> bool:
        """Whether the graph is of a claim that makes the world by default, and not hedged."""
        known = self._accepted.get(graph)
        if known is None:
            known = isinstance(graph, NamedNode) and self._accepts(graph)
            self._accepted[graph] = known
        return known

    def exempt(self, node: NamedNode) -> frozenset[str]:
        """The axioms that do not bind it."""
        quads = self._store.quads_for_pattern(node, TN("exemptFrom"), None)
        return frozenset(one.object.value for one in quads if isinstance(one.object, NamedNode))

    def _accepts(self, claim: NamedNode) -> bool:
        modality = self._values(claim, _MODALITY)
        return (
            len(modality) == 1
            and local_name(modality[0]) in self._terms.modalities
            and self._values(claim, _HEDGED) == ["false"]
            and self._terms.ranks.issuperset(map(local_name, self._values(claim, _RANK)))
            and not self._values(claim, _RETRACTED)
        )

    def _values(self, node: NamedNode, predicate: NamedNode) -> list[str]:
        values = (one.object for one in self._store.quads_for_pattern(node, predicate, None))
        return [value.value for value in values if isinstance(value, NamedNode | Literal)]


def situations(store: Store, role: str, node: NamedNode) -> Iterator[Quad]:
    """The statements of claims that give something that role in a situation."""
    for quad in store.quads_for_pattern(None, NamedNode(role), node):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.graph_name, NamedNode):
            yield quad


def _limit(axiom: Axiom, text: str) -> Iterator[Limit]:
    forward = axiom.later in _OF_SUBJECT
    role = axiom.earlier if forward else axiom.later
    which = _OF_SUBJECT[axiom.later if forward else axiom.earlier]
    # What is no date has a finding of its own.
    with suppress(BadDate):
        yield _at_distance(which, date_point(parse(text), role), axiom, forward=forward)


def _bind(found: DatedStretch, axiom: Axiom, event: DatedStretch) -> None:
    """What an event says of the first or the last day of what it happens to."""
    forward = axiom.later in _OF_OBJECT
    which = _OF_OBJECT[axiom.later if forward else axiom.earlier]
    other = event.point(_OF_SUBJECT[axiom.earlier if forward else axiom.later])
    found.tighten(*_at_distance(which, other, axiom, forward=forward))


def _at_distance(which: int, other: Bounds, axiom: Axiom, *, forward: bool) -> Limit:
    """The day lies after the other as the axiom says, ``forward``, or before it."""
    least, most = axiom.least, axiom.most
    if forward:
        return which, _plus(other.earliest, least), _plus(other.latest, most)
    return which, _minus(other.earliest, most), _minus(other.latest, least)


def _of_date(axiom: Axiom) -> bool:
    points = {axiom.earlier, axiom.later}
    return len(points & _OF_SUBJECT.keys()) == 1 and not _counts(axiom)


def _of_both(axiom: Axiom) -> bool:
    points = {axiom.earlier, axiom.later}
    joins = bool(points & _OF_SUBJECT.keys()) and bool(points & _OF_OBJECT.keys())
    return joins and not _counts(axiom)


def _of_end(axiom: Axiom) -> bool:
    points = {axiom.earlier, axiom.later}
    return PointRole.OBJECT_END in points and _of_both(axiom)


def _counts(axiom: Axiom) -> bool:
    return axiom.over_value or axiom.counts_over is not None


def _later(one: int | None, other: int | None) -> int | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _earlier(one: int | None, other: int | None) -> int | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _before(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one < other


def _plus(day: int | None, days: int | None) -> int | None:
    return None if day is None or days is None else day + days


def _minus(day: int | None, days: int | None) -> int | None:
    return None if day is None or days is None else day - days


SEAT_TAKEN: Final = "SeatTaken"
OUTSIDE_LIFE: Final = "OutsideLife"
RULES: Final = frozenset((SEAT_TAKEN, OUTSIDE_LIFE))
_MOST_NAMED: Final = 3
_POINTS: Final = {
    PointRole.SUBJECT_START: START,
    PointRole.OBJECT_START: START,
    PointRole.SUBJECT_END: END,
    PointRole.OBJECT_END: END,
}
_SUBJECTS: Final = (PointRole.SUBJECT_START, PointRole.SUBJECT_END)


class _Held(NamedTuple):
    """A tenure that certainly lasted from one day to another, at the least."""

    office: str
    begun: int
    over: int
    holder: str
    tenure: str


def overlap_breaches(facts: Facts) -> Iterator[Breach]:
    """Seats that are taken twice, and situations outside the life of somebody in them.

    O(n log n) in the situations of offices with seats, and of those whose life is dated.
    """
    terms = Terms(facts.time_schema)
    times = StatedTimes(terms, facts.store)
    yield from _seats_taken(facts.store, terms, times)
    yield from _outside_lives(facts.store, terms, times)


def _seats_taken(store: Store, terms: Terms, times: StatedTimes) -> Iterator[Breach]:
    stated: dict[str, int] = {}
    for quad in store.quads_for_pattern(None, TN("seats"), None):
        number = _number(quad.object)
        if isinstance(quad.subject, NamedNode) and number is not None:
            stated[quad.subject.value] = number
    seatings = list(_seatings(store, terms, times))
    offices = stated.keys() | {one.occurrence.subject or "" for one in seatings}
    seats = Seats(stated, seatings)
    for office in sorted(offices):
        node = NamedNode(office)
        tenures = {
            quad.subject
            for role in terms.seated
            for quad in situations(store, role, node)
            if isinstance(quad.subject, NamedNode)
        }
        found = (_held(times, one, node) for one in tenures)
        held = sorted(one for one in found if one is not None)
        taken: set[str] = set()
        for period in seats.periods(office):
            for breach in _crowded(held, period):
                if breach.focus not in taken:
                    taken.add(breach.focus)
                    yield breach


def _seatings(store: Store, terms: Terms, times: StatedTimes) -> Iterator[Seating]:
    """The numbers of seats for a time, by all claims: one that may be meant rules a warning out."""
    numbers: dict[NamedNode, set[int]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, TN("numberOfSeats"), None):
        number = _number(quad.object)
        if isinstance(quad.subject, NamedNode) and number is not None:
            numbers[quad.subject].add(number)
    for node, some in sorted(numbers.items(), key=str):
        offices = {
            quad.object.value
            for role in terms.schema.seating_roles
            for quad in store.quads_for_pattern(node, NamedNode(role), None)
            if isinstance(quad.object, NamedNode)
        }
        stated = times.of(node)
        when = stated.when
        bounds = FourBounds(
            when.start.earliest, when.start.latest, when.end.earliest, when.end.latest
        )
        if when.contradicts_itself:
            bounds = FourBounds(None, None, None, None)
        sure = Certainty.CERTAIN if stated.certain else Certainty.POSSIBLE
        for office in sorted(offices):
            yield Seating(
                Occurrence(node.value, "", office, None, bounds, sure, False, ()), frozenset(some)
            )


def _held(times: StatedTimes, tenure: NamedNode, office: NamedNode) -> _Held | None:
    stated = times.of(tenure)
    when = stated.when
    begun, over = when.start.latest, when.end.earliest
    if begun is None or over is None or over < begun or when.contradicts_itself:
        return None
    if not stated.certain or len(stated.subjects) != 1:
        return None
    holder = times.last(stated.subjects.pop())
    return _Held(office.value, begun, over, holder.value, tenure.value)


def _outside_lives(store: Store, terms: Terms, times: StatedTimes) -> Iterator[Breach]:
    for entity in sorted(_dated(store, terms), key=str):
        life = times.life(entity)
        if life.contradicts_itself:
            continue
        for role, axioms in terms.roles.items():
            for quad in situations(store, role, entity):
                if not isinstance(quad.subject, NamedNode):
                    continue
                stated = times.of(quad.subject)
                broken = [one for one in axioms if _is_broken(one, stated.when, life)]
                exempt = times.exempt(quad.subject) if broken else frozenset()
                broken = [one for one in broken if one.iri not in exempt]
                if broken and stated.certain and not stated.when.contradicts_itself:
                    yield _outside(quad, entity, broken[0], stated.when, life)


def _crowded(held: Iterable[_Held], period: SeatPeriod) -> Iterator[Breach]:
    """The tenures of one office, in order, that find all its seats taken when they begin."""
    seats = period.most
    if seats is None:
        return
    going_on: list[tuple[int, _Held]] = []
    holders: Counter[str] = Counter()
    for one in _within(held, period):
        # Who leaves on the day on which the other comes hands over.
        while going_on and going_on[0][0] <= one.begun:
            gone = heappop(going_on)[1]
            holders[gone.holder] -= 1
            if not holders[gone.holder]:
                del holders[gone.holder]
        others = len(holders) - (one.holder in holders)
        if others >= seats:
            beside = [other for _, other in going_on if other.holder != one.holder]
            if one.over == one.begun:
                beside = [other for other in beside if other.begun < one.begun]
            if len({other.holder for other in beside}) >= seats:
                yield _taken(one, beside, period)
        heappush(going_on, (one.over, one))
        holders[one.holder] += 1


def _within(held: Iterable[_Held], period: SeatPeriod) -> Iterator[_Held]:
    """Those with a day in the period; what began before it counts as begun on the day before it."""
    for one in held:
        if period.meets(one.begun, one.over):
            if period.first is not None and one.begun < period.first:
                yield one._replace(begun=period.first - 1)
            else:
                yield one


def _taken(one: _Held, beside: list[_Held], period: SeatPeriod) -> Breach:
    named = sorted(beside)[:_MOST_NAMED]
    begun = one.begun if period.first is None else max(one.begun, period.first)
    last = min(one.over, *(other.over for other in named))
    if period.last is not None:
        last = min(last, period.last)
    others = ", ".join(other.tenure for other in named)
    more = len(beside) - len(named)
    seats = period.most
    return Breach(
        SEAT_TAKEN,
        one.tenure,
        f"From {iso(begun)} to {iso(last)} the office {one.office} is certainly held in "
        f"{others}{f' and {more} more' if more else ''} too, and it has {seats} "
        f"{'seat' if seats == 1 else 'seats'}.",
        "Look up the dates of both and tn:seats of the office; where it had another number of "
        "seats at the time, a claim of a tn:Seating says so; where sources disagree, keep both.",
        Severity.WARNING,
    )


def _outside(
    told: Quad, entity: NamedNode, axiom: Axiom, when: DatedStretch, life: DatedStretch
) -> Breach:
    begins = _POINTS[axiom.later if axiom.earlier in _SUBJECTS else axiom.earlier] == START
    if begins:
        what = (
            f"It certainly began by {_day(when.start.latest)}, and {entity.value} was not there "
            f"before {_day(life.start.earliest)}."
        )
    else:
        what = (
            f"It certainly lasted until {_day(when.end.earliest)}, and {entity.value} was no "
            f"more after {_day(life.end.latest)}."
        )
    return Breach(
        OUTSIDE_LIFE,
        _name(told.subject),
        what,
        "Look up the dates of both; what may be so is said with tn:exemptFrom.",
        Severity.WARNING,
    )


def _is_broken(axiom: Axiom, when: DatedStretch, life: DatedStretch) -> bool:
    """Whether an axiom between a situation and a life certainly does not hold."""

    def days(role: PointRole) -> Bounds:
        return (when if role in _SUBJECTS else life).point(_POINTS[role])

    earlier, later = days(axiom.earlier), days(axiom.later)
    least = axiom.least
    return (
        least is not None
        and earlier.earliest is not None
        and later.latest is not None
        and earlier.earliest + least > later.latest
    )


def _dated(store: Store, terms: Terms) -> set[NamedNode]:
    """The entities whose life or existence is dated, or ended by something that is."""
    found: set[NamedNode] = set()
    for iri in terms.of_lives:
        for quad in store.quads_for_pattern(None, NamedNode(iri), None):
            if isinstance(quad.subject, NamedNode):
                found.add(quad.subject)
    for iri in terms.ending:
        for quad in store.quads_for_pattern(None, NamedNode(iri), None):
            if isinstance(quad.object, NamedNode):
                found.add(quad.object)
    return found


def _number(value: object) -> int | None:
    if isinstance(value, Literal) and value.value.isdecimal():
        return int(value.value) or None
    return None


def _name(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _day(day: int | None) -> str:
    return iso(day) if day is not None else "?"
