"""Until when a claim can vouch: what its source told after that day was a plan.

The *vouching day* of a claim is the day on which its source spoke: the publication of a document,
and of a record of a data set the newest state that still has the record. Whether a dated statement
is a plan is decided bound by bound, by that day as the source's description states it, and never
by what the network makes of it:

- a bound by the first day that can be meant is a fact, and so is whatever the claim's tense tells
  as having come to pass (a start told as begun, an end told as over);
- a lower bound certainly after the vouching day says only that the thing had not begun, or was not
  over, before that day; an upper bound certainly after it says nothing;
- in between, a lower bound counts from the earlier of the two days, and an upper one says nothing.

How long something lasts, or how far it lies from something else, is a plan where the facts alone
put the day that is reached so certainly after the vouching day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum

from pyoxigraph import Literal

from tenure.errors import BadDate
from tenure.fusion.inconsistency import from_origin
from tenure.model import Claim, Source
from tenure.model.schema import PointRole, Schema
from tenure.namespaces import EDTF_DATATYPE, TN, XSD_INTEGER
from tenure.temporal import ORIGIN, Bounds, Constraint, Inconsistent, TimeNetwork, parse, parse_iso

_AT_DISTANCE = TN("atDistance")


class Verdict(Enum):
    """What a source can say of a day: that it was so, that it is to be, or either."""

    FACT = "fact"
    PLAN = "plan"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Vouching:
    """The day on which a source spoke: the first and the last that it can be, as stated.

    ``source`` is the IRI of the document whose day stands for it in the network; None of a day
    that is known by itself, as that of a data set's state is.
    """

    first: int
    last: int
    source: str | None = None

    def verdict(self, day: int) -> Verdict:
        """What the source can say of a day."""
        if day <= self.first:
            return Verdict.FACT
        return Verdict.PLAN if day > self.last else Verdict.OPEN

    @property
    def days(self) -> tuple[int, int]:
        """The first and the last day that it can be."""
        return self.first, self.last

    def point(self, point_of: Callable[[str, str], int]) -> tuple[int, int]:
        """The point that stands for it, and how many days after that it lies."""
        return (ORIGIN, self.first) if self.source is None else (point_of(self.source, "start"), 0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What claims say of the start or the end of something that their source could not vouch for.

    ``low`` and ``high`` are the first and the last day that they leave open, None where they do
    not say; ``vouching`` is between which days the source spoke.
    """

    iri: str
    which: str
    low: int | None
    high: int | None
    claims: tuple[str, ...]
    spoken: tuple[int, int]

    @property
    def bounds(self) -> Bounds:
        """The days that the plan leaves open."""
        return Bounds(self.low, self.high)

    @property
    def order(self) -> tuple[object, ...]:
        """What plans are sorted by."""
        days = ((day is None, day or 0) for day in self.bounds)
        return (self.iri, self.which, *days, self.claims, self.spoken)


def vouching_of(claim: Claim, source: Source | None, states_by: str | None) -> Vouching | None:
    """On which day the claim's source vouched for it, with states of data sets up to an instant.

    Of a document whose day of publication is open to one side, the recording ends it; where
    nothing is known of it, the recording stands for it. An open first day raises no doubt. None
    where the recording is not known either.
    """
    low, high = (None, None) if source is None else source.published.fuzzy_bounds
    if source is not None and low is not None and high is not None and not claim.is_record:
        return Vouching(low, high, source.iri)
    recorded = _day(claim.recorded_at)
    if recorded is not None and claim.is_record:
        gone = claim.retracted_at
        states = [
            one
            for one in (source.states if source is not None else ())
            if (states_by is None or one <= states_by) and (gone is None or one < gone)
        ]
        day = _day(max([claim.recorded_at, *states]))
        return None if day is None else Vouching(day, day)
    if source is None or (low is None and high is None):
        return None if recorded is None else Vouching(recorded, recorded)
    if high is None:
        high = max((day for day in (low, recorded) if day is not None), default=None)
    return None if high is None else Vouching(high if low is None else low, high, source.iri)


def _day(instant: str) -> int | None:
    """The day of an instant in UTC; None where there is none."""
    return parse_iso(instant[: instant.index("T")]) if instant else None


def vouchings(
    claims: Iterable[Claim], sources: Mapping[str, Source], states_by: str | None
) -> dict[str, Vouching]:
    """The vouching days of claims, by IRI."""
    found = {one.iri: vouching_of(one, sources.get(one.source), states_by) for one in claims}
    return {iri: vouching for iri, vouching in found.items() if vouching is not None}


def looks_beyond(claim: Claim, day: int, schema: Schema) -> bool:
    """Whether anything that the claim states can be a plan to a source that spoke on a day.

    Also where something else would have to be known: of how long things last.
    """
    for triple in claim.content:
        value = triple.object
        if not isinstance(value, Literal):
            if triple.predicate == _AT_DISTANCE:
                return True
        elif value.datatype == EDTF_DATATYPE:
            with suppress(BadDate):
                latest = parse(value.value).fuzzy_bounds.latest
                if latest is None or latest > day:
                    return True
        elif value.datatype == XSD_INTEGER and schema.property_axioms(triple.predicate.value):
            return True
    return False


def told_points(tense: str | None, schema: Schema) -> frozenset[str]:
    """Which points, ``start`` or ``end``, a tense tells as having come by the vouching day."""
    if tense is None:
        return frozenset()
    names = {PointRole.SUBJECT_START: "start", PointRole.SUBJECT_END: "end"}
    told = {
        names[axiom.earlier]
        for axiom in schema.concept_axioms(tense)
        if axiom.earlier in names and axiom.later not in names and (axiom.least or 0) >= 0
    }
    # What is over has begun.
    return frozenset({*told, "start"} if "end" in told else told)


@dataclass(frozen=True, slots=True)
class Reached:
    """A constraint of a duration or a distance, which is a plan where it leads beyond ``vouching``.

    ``from_`` is the point that it counts from, ``to`` the point that it reaches, and ``days`` how
    many days later that is; ``upper`` where it says that no more days lie between them.
    """

    constraint: Constraint
    from_: int
    to: int
    days: int
    upper: bool
    vouching: Vouching
    claims: tuple[str, ...]

    def is_beyond(self, low: int | None) -> bool:
        """Whether it leads beyond the vouching day, from a point that can be ``low`` at first."""
        return low is not None and low + self.days > self.vouching.last


def planned(
    facts: Sequence[Constraint],
    reached: Sequence[Reached],
    fixed: Mapping[int, int],
    claims_of: Callable[[Constraint], tuple[str, ...]],
) -> dict[Reached, int | None]:
    """Those that are plans: facts put the day that they reach certainly after the vouching day.

    With the day at the earliest, or of an upper bound at the latest, that they reach. What is no
    plan counts among the facts for the others. Of facts that contradict each other each claim's
    own are looked at by themselves, so that none is relied on too much; facts that have nothing to
    do with each other are never looked at together. ``fixed`` are points of which the day is known.
    """
    counted = {_from_origin(one, fixed): one for one in reached}
    found: dict[Reached, int | None] = {}
    for near, some in _groups(from_origin(facts, fixed), list(counted)):
        plans = _planned(near, some, claims_of)
        found |= {counted[one]: day for one, day in plans.items()}
    return found


def _from_origin(one: Reached, fixed: Mapping[int, int]) -> Reached:
    (constraint,) = from_origin([one.constraint], fixed)
    if one.from_ not in fixed:
        return replace(one, constraint=constraint)
    return replace(one, constraint=constraint, from_=ORIGIN, days=one.days + fixed[one.from_])


def _groups(
    facts: Sequence[Constraint], reached: Sequence[Reached]
) -> Iterator[tuple[list[Constraint], list[Reached]]]:
    """Durations and distances that count from points tied to each other, with the facts on the way.

    The way is any to the points that they count from, and from there on back to the origin: what is
    reached too late for what others say contradicts them.
    """
    into: dict[int, list[Constraint]] = defaultdict(list)
    for fact in (*facts, *(each.constraint for each in reached)):
        into[fact.later].append(fact)
    left = list(reached)
    while left:
        some, seen = [left.pop(0)], {ORIGIN}
        todo = [some[0].from_]
        while todo:
            point = todo.pop()
            if point not in seen:
                seen.add(point)
                todo += (fact.earlier for fact in into[point])
                more = [one for one in left if one.from_ == point or one.to == point]
                todo += (one.from_ for one in more)
                some += more
                left = [one for one in left if one not in more]
        after = _onwards(facts, seen - {ORIGIN})
        near = [
            one
            for one in facts
            if one.earlier in after or (one.later in seen and one.earlier in seen)
        ]
        yield near, some


def _onwards(facts: Iterable[Constraint], points: Iterable[int]) -> set[int]:
    """The points, and all that come after them: what says that they cannot be so late."""
    out_of: dict[int, list[int]] = defaultdict(list)
    for fact in facts:
        out_of[fact.earlier].append(fact.later)
    found, todo = {ORIGIN}, list(points)
    while todo:
        point = todo.pop()
        if point not in found:
            found.add(point)
            todo += out_of[point]
    return found - {ORIGIN}


def _planned(
    facts: Sequence[Constraint],
    reached: Sequence[Reached],
    claims_of: Callable[[Constraint], tuple[str, ...]],
) -> dict[Reached, int | None]:
    plans: dict[Reached, int | None] = {}
    while True:
        kept = [one for one in reached if one not in plans]
        network = TimeNetwork([*facts, *(one.constraint for one in kept)])
        try:
            low = network.at_least(ORIGIN)
        except Inconsistent:
            return _by_claim(facts, reached, claims_of)
        beyond = [one for one in kept if one.is_beyond(low.distance.get(one.from_))]
        if not beyond:
            return plans
        # One that follows from others that are plans is looked at again without these.
        given = {one.constraint for one in beyond}
        first = [one for one in beyond if given.isdisjoint(low.path(one.from_))]
        high = network.at_most(ORIGIN)
        for one in first or beyond:
            day = (high if one.upper else low).distance.get(one.from_)
            plans[one] = None if day is None else day + one.days


def _by_claim(
    facts: Sequence[Constraint],
    reached: Sequence[Reached],
    claims_of: Callable[[Constraint], tuple[str, ...]],
) -> dict[Reached, int | None]:
    """As :func:`_planned`, by what each claim says alone."""
    own: dict[str, list[Constraint]] = defaultdict(list)
    always = TimeNetwork(one for one in facts if not claims_of(one))
    for one in facts:
        for claim in claims_of(one):
            own[claim].append(one)
    low: dict[int, int] = {}
    for constraints in own.values():
        with suppress(Inconsistent):
            reach = TimeNetwork(constraints, within=always).at_least(ORIGIN)
            for point, day in reach.distance.items():
                low[point] = max(day, low.get(point, day))
    return {
        one: None if one.upper else low[one.from_] + one.days
        for one in reached
        if one.is_beyond(low.get(one.from_))
    }
