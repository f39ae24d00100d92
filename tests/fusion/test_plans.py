"""What sources could not vouch for, against every way in which things could have happened.

What a date, a tense and a duration say of a day before and after the source spoke is written down
here anew, from the definition (``docs/explanation/plans.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests import amount
from tests.fusion.lab import Lab, entity
from tests.fusion.oracle import day

from tenure.fusion import World
from tenure.model import Claim

LAST = 3
NEAR = 4 * LAST  # no bound that there is lies further off, and what is unbounded does
DAYS = range(-2 * NEAR, LAST + 2 * NEAR)
SPANS = frozenset((a, b) for a in DAYS for b in DAYS if a <= b)
MOMENTS = frozenset((a, a) for a in DAYS)
Span = tuple[int, int]
Test = Callable[[Span, int], bool]
"""Of the first and the last day of something, and the day on which the source spoke."""


@dataclass(frozen=True)
class Says:
    """What one source, which spoke on one of the days ``spoken``, says of ``low`` to ``high``."""

    about: str
    name: str
    low: int
    high: int
    tense: str | None
    spoken: Span
    holes: bool = False
    """Whether it is one of the two days rather than one from the one to the other."""

    @property
    def text(self) -> str:
        """The statement in Turtle."""
        if self.lasts:
            return f'tn:{self.name} "{self.low + 1}"^^xsd:integer'
        open_ended = {"heldFrom": f"{day(self.low)}/..", "heldUntil": f"/{day(self.high)}"}
        if self.name in open_ended:
            return f'tn:heldThroughout "{open_ended[self.name]}"^^edtf:EDTF'
        if self.name == "heldThroughout":
            date = f"{day(self.low)}/{day(self.high)}"
        elif self.holes:
            date = f"[{day(self.low)}, {day(self.high)}]"
        else:
            date = _between(self.low, self.high)
        return f'tn:{self.name} "{date}"^^edtf:EDTF'

    @property
    def readings(self) -> list[Says]:
        """What it can mean; of a date that may be a plan all days together say as much."""
        past = self.high <= self.spoken[0] or (self.told(0) and self.told(1))
        if not (self.holes and past):
            return [self]
        return [replace(self, low=d, high=d, holes=False) for d in (self.low, self.high)]

    @property
    def lasts(self) -> bool:
        """Whether it says how long something lasts."""
        return self.name.startswith("lasted")

    def told(self, which: int) -> bool:
        """Whether the start (0) or the end (1) is told as having come."""
        return which in {"Past": (0, 1), "Begun": (0,), "Present": (0,)}.get(self.tense or "", ())

    def dated(self) -> Iterator[Test]:
        """What a date says, bound by bound: which day is at least, or at most, which day."""
        first, last = self.spoken
        bounds = {
            "start": ((0, "from", self.low), (0, "by", self.high)),
            "end": ((1, "from", self.low), (1, "by", self.high)),
            "date": ((0, "from", self.low), (1, "by", self.high)),
            "heldOn": ((0, "by", self.high), (1, "from", self.low)),
            "heldThroughout": ((0, "by", self.low), (1, "from", self.high)),
            "heldFrom": ((0, "by", self.low), (1, "from", self.low)),
            "heldUntil": ((0, "by", self.high), (1, "from", self.high)),
        }
        for which, side, d in bounds[self.name]:
            fact = d <= first or self.told(which)
            if side == "by":
                if fact:
                    yield _by(which, d)
            elif not fact and d > last:
                yield _from_speaking(which)
            else:
                yield _from(which, d if fact else first)

    def tensed(self) -> Iterator[Test]:
        """What the tense says."""
        if self.tense == "Past":
            yield lambda span, spoken: span[1] <= spoken
        if self.tense in ("Begun", "Present"):
            yield lambda span, spoken: span[0] <= spoken
        if self.tense == "Present":
            yield lambda span, spoken: span[1] >= spoken
        if self.tense == "Future":
            yield lambda span, spoken: span[0] >= spoken

    def lasting(self, *, planned: bool) -> Iterator[Test]:
        """What a duration says as a fact or as a plan."""
        if planned:
            if self.name != "lastedAtMostDays":
                yield lambda span, spoken: span[1] >= spoken
        elif self.name == "lastedAtMostDays":
            yield lambda span, _: span[1] - span[0] <= self.low
        elif self.name == "lastedAtLeastDays":
            yield lambda span, _: span[1] - span[0] >= self.low
        else:
            yield lambda span, _: span[1] - span[0] == self.low

    def spans(self, among: frozenset[Span], *, planned: bool | None) -> frozenset[Span]:
        """The stretches of which it can be true, on whichever day the source spoke.

        Of a duration that is neither ``planned`` nor a fact only the tense counts.
        """
        if self.readings != [self]:
            return frozenset().union(*(one.spans(among, planned=planned) for one in self.readings))
        tests = [*self.tensed()]
        if not self.lasts:
            tests += self.dated()
        elif planned is not None:
            tests += self.lasting(planned=planned)
        days = range(self.spoken[0], self.spoken[1] + 1)
        return frozenset(one for one in among if any(all(t(one, d) for t in tests) for d in days))


def _by(which: int, d: int) -> Test:
    return lambda span, _: span[which] <= d


def _from(which: int, d: int) -> Test:
    return lambda span, _: span[which] >= d


def _from_speaking(which: int) -> Test:
    return lambda span, spoken: span[which] >= spoken


def _between(low: int, high: int) -> str:
    return day(low) if low == high else f"[{day(low)}..{day(high)}]"


def ways(said: tuple[Says, ...], plans: frozenset[int], *, ended: bool) -> frozenset[Span]:
    """The stretches of the tenure that all sources leave; durations with these places are plans."""
    tenures, events = (
        reduce(
            lambda left, one: one[1].spans(left, planned=one[0] in plans),
            [one for one in enumerate(said) if one[1].about == about],
            among,
        )
        for about, among in (("tenure", SPANS), ("event", MOMENTS))
    )
    if ended:
        return frozenset(one for one in tenures if (one[1], one[1]) in events)
    return tenures if events else frozenset()


def right_ways(said: tuple[Says, ...], *, ended: bool) -> frozenset[Span]:
    """As :func:`ways`, once it is found out which durations are plans."""
    plans: frozenset[int] = frozenset()
    while True:
        found = ways(said, plans, ended=ended)
        least = min((start for start, _ in found), default=None)
        if least is None:
            # Facts that contradict each other are looked at source by source.
            own = [one.spans(SPANS, planned=None) for one in said if one.about == "tenure"]
            least = max((min(s for s, _ in one) for one in own if one), default=-2 * NEAR)
        beyond = {
            number
            for number, one in enumerate(said)
            if one.lasts and not one.told(1) and least >= -NEAR and least + one.low > one.spoken[1]
        }
        # Durations count from one point, so that no plan follows from another.
        if beyond <= plans:
            return found
        plans |= beyond


@st.composite
def sayings(draw: st.DrawFn) -> Says:
    about = draw(st.sampled_from(["tenure", "tenure", "event"]))
    names = ["start", "end", "heldOn", "heldThroughout", "lastedDays", "lastedAtMostDays"]
    names += ["lastedAtLeastDays", "heldFrom", "heldUntil"]
    name = "date" if about == "event" else draw(st.sampled_from(names))
    low = draw(st.integers(0, LAST))
    high = low if draw(st.booleans()) else draw(st.integers(low, LAST))
    first = draw(st.integers(0, LAST))
    last = first + draw(st.sampled_from([0, 0, 1, 2]))
    tense = draw(st.sampled_from([None, None, "Past", "Begun", "Present", "Future"]))
    holes = name in ("start", "end", "heldOn") and high > low + 1
    return Says(about, name, low, high, tense, (first, last), holes and draw(st.booleans()))


def _world_of(lab: Lab, said: tuple[Says, ...], *, ended: bool) -> World:
    tenure, event = entity("tenure/t"), entity("event/killing-k")
    roles = f"{tenure} a tn:Tenure ; tn:holder person:p ; tn:office office:o"
    claims = [
        lab.claim(
            f"{roles} ; {one.text} ." if one.about == "tenure" else f"{event} {one.text} .",
            source=f"s{number}",
            tense=one.tense,
        )
        for number, one in enumerate(said)
    ]
    published = {f"s{number}": _between(*one.spoken) for number, one in enumerate(said)}
    if ended:
        body = f"{roles} ; tn:endedBy {event} ; tn:exemptFrom tn:EndedHadBegun ."
        claims.append(lab.claim(body, source="s9"))
    return lab.world(claims, published=published | {"s9": "2026-01-01"})


def test_who_loses_a_conflict_about_a_seat_is_still_planned_to_leave(planning: Lab) -> None:
    def told(who: str, source: str) -> Claim:
        return planning.claim(
            f"tenure:{who} a tn:Tenure ; tn:holder person:{who} ; tn:office office:o ;"
            ' tn:start "2015"^^edtf:EDTF ; tn:end "2030"^^edtf:EDTF .',
            source=source,
        )

    world = planning.world(
        [told("p", "s1"), told("q", "s2")],
        published={"s1": "2019-01-01", "s2": "2020-01-01"},
        policy="resolve=newest",
        one_seat=["office/o"],
    )
    (conflict,) = world.conflicts
    assert (conflict.kind, len(conflict.lost)) == ("seats", 1)
    for who in "pq":
        assert [one.which for one in world.plans_of(entity(f"tenure/{who}").value)] == ["end"]


@settings(
    max_examples=amount.cases(300),
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(said=st.lists(sayings(), min_size=1, max_size=3).map(tuple), ended=st.booleans())
def test_bounds_are_those_of_all_ways(planning: Lab, said: tuple[Says, ...], ended: bool) -> None:
    world = _world_of(planning, said, ended=ended)
    found = right_ways(said, ended=ended)
    assert bool(found) == (not world.conflicts)
    assume(found and (ended or any(one.about == "tenure" for one in said)))
    expected: list[str | None] = []
    for days in ({start for start, _ in found}, {end for _, end in found}):
        expected.append(None if min(days) < -NEAR else day(min(days)))
        expected.append(None if max(days) > NEAR else day(max(days)))
    assert planning.bounds(world, "tenure/t") == tuple(expected)
