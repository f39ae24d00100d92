"""Every way in which a few occurrences could have happened within five days.

What each property means is written down here anew, from its definition; nothing is taken from the
axioms that the engine reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from hypothesis import strategies as st

from tenure.temporal import day_number, iso

LAST = 4
FIRST_DAY = day_number(2020, 1, 1)
ANY = (-99, 99)

Span = tuple[int, int]
Solution = dict[str, Span]
Test = Callable[[Span, Span], bool]


def day(number: int) -> str:
    return iso(FIRST_DAY + number)


# ---------------------------------------------------------------- what is what

SITUATIONS = ("tenure/t", "tenure/u")
EVENTS = ("event/e", "event/killing-k")
LIFE = "person/p"
SOURCES = ("source/s1", "source/s2")


@dataclass(frozen=True)
class Date:
    """A date as written; which days its moment, its first and its last day can be.

    Of one that means all of several, ``each`` says which days the moment of each can be.
    """

    text: str
    moment: Span
    first: Span
    last: Span
    each: tuple[Span, ...] = ()

    @property
    def moments(self) -> tuple[Span, ...]:
        """The moments that the date means."""
        return self.each or (self.moment,)


def _dates() -> list[Date]:
    found = [Date(day(d), (d, d), (d, d), (d, d)) for d in range(LAST + 1)]
    for d in range(LAST + 1):
        low, high = (-99, d), (d, 99)
        found.append(Date(f"[..{day(d)}]", low, low, low))
        found.append(Date(f"[{day(d)}..]", high, high, high))
        found.append(Date(f"{day(d)}~", (d - 1, d + 1), (d - 1, d + 1), (d - 1, d + 1)))
        found.append(Date(f"{day(d)}/..", high, (d, d), ANY))
        found.append(Date(f"/{day(d)}", low, ANY, (d, d)))
        for later in range(d + 1, LAST + 1):
            both = (d, later)
            found.append(Date(f"[{day(d)}..{day(later)}]", both, both, both))
            found.append(Date(f"{day(d)}/{day(later)}", both, (d, d), (later, later)))
            # All of them: over the whole of both, or at some time in each.
            each = ((d, d), (later, later))
            found.append(Date(f"{{{day(d)}, {day(later)}}}", both, *each, each))
    return found


DATES = _dates()


def _meets(a: Span, b: Span) -> bool:
    return max(a[0], b[0]) <= min(a[1], b[1])


def _days(span: Span) -> range:
    """The days of a stretch within the five, and those next to them."""
    return range(max(span[0], -1), min(span[1], LAST + 1) + 1)


DATED: dict[str, Callable[[Span, Date], bool]] = {
    "start": lambda a, d: all(low <= a[0] <= high for low, high in d.moments),
    "end": lambda a, d: all(low <= a[1] <= high for low, high in d.moments),
    "date": lambda a, d: (
        a[0] >= d.first[0] and a[1] <= d.last[1] and all(_meets(a, one) for one in d.each)
    ),
    "heldOn": lambda a, d: all(_meets(a, one) for one in d.moments),
    # Some first and last day of the date, in this order, of which both belong to it.
    "heldThroughout": lambda a, d: any(
        d.last[0] <= last <= d.last[1]
        for first in _days(d.first)
        if first >= a[0]
        for last in range(first, a[1] + 1)
    ),
}
LASTED: dict[str, Callable[[int, int], bool]] = {
    "lastedDays": lambda days, n: days == n,
    "lastedAtLeastDays": lambda days, n: days >= n,
    "lastedAtMostDays": lambda days, n: days <= n,
}
ENDED_BY: Test = lambda a, b: a[0] < b[0] and b[0] <= a[1] <= b[1]  # noqa: E731 (one of a table)
RELATED: dict[str, Test] = {
    "after": lambda a, b: a[0] >= b[1],
    "before": lambda a, b: a[1] <= b[0],
    "during": lambda a, b: b[0] <= a[0] and a[1] <= b[1],
    "overlaps": lambda a, b: a[0] <= b[1] and b[0] <= a[1],
    "heldAt": lambda a, b: a[0] <= b[0] <= a[1],
    "startedBy": lambda a, b: b[0] <= a[0] <= b[1],
    "endedBy": ENDED_BY,
    "endsWith": lambda a, b: a[1] == b[1],
    "participant": lambda a, b: b[0] <= a[1] and b[1] >= a[0],
    "killed": lambda a, b: a[0] <= b[1] <= a[1],
}
TENSES: dict[str, Test] = {
    "Past": lambda a, b: a[1] <= b[0],
    "Present": lambda a, b: a[0] <= b[0] <= a[1],
    "Begun": lambda a, b: a[0] <= b[0],
    "Future": lambda a, b: a[0] >= b[0],
}
TO_EVENT = ("after", "before", "during", "overlaps", "heldAt", "startedBy", "endedBy")


@dataclass(frozen=True)
class Apart:
    """So many days on one side of something; None where the claim does not say.

    ``to`` and ``of`` are the points that the days are counted to and from, 0 the start and 1 the
    end, None for those that the side names.
    """

    side: str
    other: str
    least: int | None
    most: int | None
    to: int | None
    of: int | None

    def test(self, a: Span, b: Span) -> bool:
        """Whether ``a`` lies so of ``b``."""
        own_start, own_end = (a, a) if self.to is None else (2 * (a[self.to],), 2 * (a[self.to],))
        start, end = (b, b) if self.of is None else (2 * (b[self.of],), 2 * (b[self.of],))
        after = own_start[0] - end[1]
        before = start[0] - own_end[1]
        if self.side == "DaysApart":
            return max(after, before) <= (self.most or 0)
        days = after if self.side == "DaysAfter" else before
        return (self.least or 0) <= days <= (99 if self.most is None else self.most)


@dataclass(frozen=True)
class Said:
    """``subject property object``: a date, a number of days, a distance or a slug."""

    subject: str
    property: str
    object: Date | int | str | Apart


@dataclass(frozen=True)
class Told:
    """What a claim tells, all of it within the five days."""

    said: tuple[Said, ...]
    source: str
    tense: str | None
    rank: str


# ---------------------------------------------------------------- the oracle


@dataclass(frozen=True)
class Case:
    """Occurrences, sources' days, and claims about them."""

    things: tuple[str, ...]
    published: dict[str, Date]
    claims: tuple[Told, ...]

    @property
    def occurrences(self) -> tuple[str, ...]:
        return tuple(t for t in self.things if t != LIFE)

    def tests(self, chosen: frozenset[int]) -> Iterator[tuple[str, str, Test]]:
        """What the chosen claims demand of two things (or of one, named twice)."""
        told = [self.claims[i] for i in sorted(chosen)]
        for claim in told:
            for occurrence in self.occurrences if claim.tense else ():
                yield occurrence, claim.source, TENSES[claim.tense or ""]
            yield from (_test(said) for said in claim.said)
        everything = [said for claim in told for said in claim.said]
        killings = [said for said in everything if said.property == "killed"]
        for killing in killings:
            yield killing.subject, LIFE, RELATED["participant"]
            for one in everything:
                if one.property == "endsWith" and one.object == killing.object:
                    yield one.subject, killing.subject, ENDED_BY
        for situation in SITUATIONS:
            if situation in self.things:
                yield situation, LIFE, lambda a, b: b[0] <= a[0] and a[1] <= b[1]

    def solutions(self, chosen: frozenset[int]) -> Iterator[Solution]:
        """Every way in which things can have happened if the chosen claims are true."""
        tests = list(self.tests(chosen))
        spans = [(a, b) for a in range(LAST + 1) for b in range(a, LAST + 1)]
        # Only a distance can put the day of a source that matters outside of the five days.
        said = [one.object for claim in self.claims for one in claim.said]
        far = {value.other for value in said if isinstance(value, Apart)}
        domains: dict[str, list[Span]] = {
            source: [
                (d, d)
                for d in range(*((-LAST, 2 * LAST + 1) if source in far else (0, LAST + 1)))
                if date.moment[0] <= d <= date.moment[1]
            ]
            for source, date in self.published.items()
        }
        for thing in self.things:
            domains[thing] = [s for s in spans if s[0] == s[1] or thing != EVENTS[1]]
        for a, b, test in tests:
            if a == b:
                domains[a] = [span for span in domains[a] if test(span, span)]
        order = sorted(domains, key=lambda name: len(domains[name]))
        due = {
            name: [t for t in tests if t[0] != t[1] and name in t[:2] and _ready(t, order[: i + 1])]
            for i, name in enumerate(order)
        }
        yield from _extend({}, order, domains, due)

    def minimal_conflicts(self) -> set[frozenset[int]]:
        found: set[frozenset[int]] = set()
        for size in range(1, len(self.claims) + 1):
            for some in map(frozenset, combinations(range(len(self.claims)), size)):
                if any(known <= some for known in found):
                    continue
                if next(self.solutions(some), None) is None:
                    found.add(some)
        return found

    def giving_way(self, conflicts: set[frozenset[int]]) -> frozenset[int]:
        heights = {"Deprecated": 1, "Normal": 2, "Preferred": 3}
        gone: set[int] = set()
        for conflict in conflicts:
            lowest = min(heights[self.claims[i].rank] for i in conflict)
            gone |= {i for i in conflict if heights[self.claims[i].rank] == lowest}
        return frozenset(gone)


def _test(said: Said) -> tuple[str, str, Test]:
    value = said.object
    if isinstance(value, Date):
        dated = DATED[said.property]
        return said.subject, said.subject, lambda a, _: dated(a, value)
    if isinstance(value, int):
        lasted = LASTED[said.property]
        return said.subject, said.subject, lambda a, _: lasted(a[1] - a[0] + 1, value)
    if isinstance(value, Apart):
        return said.subject, value.other, value.test
    return said.subject, value, RELATED[said.property]


def _ready(test: tuple[str, str, Test], known: Sequence[str]) -> bool:
    return test[0] in known and test[1] in known


def _extend(
    so_far: Solution,
    order: Sequence[str],
    domains: dict[str, list[Span]],
    due: dict[str, list[tuple[str, str, Test]]],
) -> Iterator[Solution]:
    if len(so_far) == len(order):
        yield dict(so_far)
        return
    name = order[len(so_far)]
    for span in domains[name]:
        so_far[name] = span
        if all(test(so_far[a], so_far[b]) for a, b, test in due[name]):
            yield from _extend(so_far, order, domains, due)
        del so_far[name]


# ---------------------------------------------------------------- cases


@st.composite
def cases(draw: st.DrawFn) -> Case:
    situations = draw(st.sampled_from([SITUATIONS[:1], SITUATIONS, ()]))
    events = draw(st.sampled_from([EVENTS, EVENTS[:1], EVENTS[1:]]))
    if len(situations) + len(events) > 2:
        events = events[:1]
    occurrences = (*situations, *events)
    published = {source: draw(st.sampled_from(DATES)) for source in SOURCES}
    size = draw(st.integers(1, 5))
    claims = tuple(draw(_claims(occurrences)) for _ in range(size))
    return Case((*occurrences, LIFE), published, claims)


@st.composite
def _claims(draw: st.DrawFn, occurrences: tuple[str, ...]) -> Told:
    said = tuple(draw(_saids(occurrences)) for _ in range(draw(st.integers(1, 2))))
    tense = draw(st.sampled_from([None, None, None, None, *TENSES]))
    rank = draw(st.sampled_from(["Normal", "Normal", "Normal", "Preferred", "Deprecated"]))
    return Told(said, draw(st.sampled_from(SOURCES)), tense, rank)


@st.composite
def _saids(draw: st.DrawFn, occurrences: tuple[str, ...]) -> Said:
    subject = draw(st.sampled_from(occurrences))
    events = [o for o in occurrences if o in EVENTS and o != subject]
    kinds = ["date", "date", "days", "source"]
    kinds += ["order", "order", "distance", "distance", "distance"] if events else []
    kinds += ["life"] if subject in SITUATIONS else ["killed", "participant"]
    match draw(st.sampled_from(kinds)):
        case "date":
            return Said(subject, draw(st.sampled_from(sorted(DATED))), draw(st.sampled_from(DATES)))
        case "days":
            return Said(subject, draw(st.sampled_from(sorted(LASTED))), draw(st.integers(1, 4)))
        case "source":
            return Said(subject, "heldAt", draw(st.sampled_from(SOURCES)))
        case "order":
            return Said(subject, draw(st.sampled_from(TO_EVENT)), draw(st.sampled_from(events)))
        case "life":
            return Said(subject, "endsWith", LIFE)
        case "distance":
            others = [*events, *events, draw(st.sampled_from(SOURCES))]
            return Said(subject, "atDistance", draw(_aparts(others)))
        case role:
            return Said(subject, role, LIFE)


@st.composite
def _aparts(draw: st.DrawFn, others: list[str]) -> Apart:
    side = draw(st.sampled_from(["DaysAfter", "DaysBefore", "DaysApart"]))
    few = st.integers(0, LAST)
    least = None if side == "DaysApart" else draw(st.none() | few)
    most = draw(few if least is None else st.none() | st.integers(least, LAST))
    point = st.sampled_from([None, None, 0, 1])
    return Apart(side, draw(st.sampled_from(others)), least, most, draw(point), draw(point))
