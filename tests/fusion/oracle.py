"""Every way in which a few occurrences could have happened within five days.

What each property means is written down here anew, from its definition; nothing is taken from the
axioms that the engine reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product

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
OCCURRENCES = (*SITUATIONS, *EVENTS)


@dataclass(frozen=True)
class Date:
    """A date as written; which days its moment, its first and its last day can be.

    Of one that means all of several, ``each`` says which days the moment of each can be.
    One with holes has ``readings``, of which one is meant.
    """

    text: str
    moment: Span
    first: Span
    last: Span
    each: tuple[Span, ...] = ()
    readings: tuple[Date, ...] = ()

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


def _one_of(*days: int) -> Date:
    """A date with holes: one of some days."""
    both = (days[0], days[-1])
    text = f"[{', '.join(map(day, days))}]"
    readings = tuple(Date(day(d), (d, d), (d, d), (d, d)) for d in days)
    return Date(text, both, both, both, readings=readings)


DATES = _dates()
HOLED = [_one_of(0, 2), _one_of(0, 4), _one_of(1, 3), _one_of(0, 2, 4)]


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
ENDED_BY: Test = lambda a, b: b[0] <= a[1] <= b[1]  # noqa: E731 (one of a table)
HAD_BEGUN: Test = lambda a, b: a[0] < b[0]  # noqa: E731 (a default, which gives way)
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
TENSE_OF_START: dict[str, Test] = {
    "Present": lambda a, b: a[0] <= b[0],
    "Begun": lambda a, b: a[0] <= b[0],
    "Future": lambda a, b: a[0] >= b[0],
}
TENSE_OF_END: dict[str, Test] = {
    "Past": lambda a, b: a[1] <= b[0],
    "Present": lambda a, b: a[1] >= b[0],
}
ABOUT = {
    "start": ("start",),
    "end": ("end",),
    "date": ("start", "end"),
    "heldOn": ("start", "end"),
    "heldThroughout": ("start", "end"),
}
"""Which of the two days a dated statement is about."""
BY_SIDE: dict[str, dict[str, Callable[[Span, Date], bool]]] = {
    "date": {
        "start": lambda a, d: a[0] >= d.first[0],
        "end": lambda a, d: a[1] <= d.last[1],
    },
    "heldThroughout": {
        "start": lambda a, d: a[0] <= d.first[1],
        "end": lambda a, d: a[1] >= d.last[0],
    },
}
"""What an interval says of each day by itself."""
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


@dataclass(frozen=True, order=True)
class Unit:
    """What can be left out: one statement of a claim, or its tense; or a use of a default."""

    claim: int
    place: int
    side: str = ""


@dataclass(frozen=True)
class Demand:
    """A test of two things, which holds where none of the units is left out."""

    one: str
    other: str
    test: Test
    units: frozenset[Unit]


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

    @cached_property
    def demands(self) -> tuple[Demand, ...]:
        """What all claims demand of two things, or of one, named twice."""
        return tuple(self._demands())

    def _demands(self) -> Iterator[Demand]:
        by_property: dict[str, list[tuple[Unit, Said]]] = defaultdict(list)
        for number, claim in enumerate(self.claims):
            about: dict[tuple[str, str], set[Unit]] = defaultdict(set)
            for place, said in enumerate(claim.said):
                for unit, demand in _units(said, number, self._first(claim, place)):
                    yield demand
                    for side in ABOUT[said.property] if isinstance(said.object, Date) else ():
                        if unit.side in ("", side):
                            about[said.subject, side].add(unit)
                one = (Unit(number, self._first(claim, place)), said)
                by_property[said.property].append(one)
            yield from self._tenses(number, claim, about)
        for _, killing in by_property["killed"]:
            yield Demand(killing.subject, LIFE, RELATED["participant"], frozenset())
            for unit, one_said in by_property["endsWith"]:
                if one_said.object == killing.object:
                    yield from _ended_by(one_said.subject, killing.subject, frozenset([unit]))
        for situation in SITUATIONS:
            if situation in self.things:
                within: Test = lambda a, b: b[0] <= a[0] and a[1] <= b[1]  # noqa: E731
                yield Demand(situation, LIFE, within, frozenset())

    def _tenses(
        self, number: int, claim: Told, about: Mapping[tuple[str, str], set[Unit]]
    ) -> Iterator[Demand]:
        for place, occurrence in enumerate(self.occurrences if claim.tense else ()):
            told = occurrence in SITUATIONS or any(s.subject == occurrence for s in claim.said)
            for side, table in (("start", TENSE_OF_START), ("end", TENSE_OF_END)):
                if told and claim.tense in table:
                    alone = Unit(number, 90 + place)
                    units = frozenset(about.get((occurrence, side), ())) or frozenset([alone])
                    yield Demand(occurrence, claim.source, table[claim.tense], units)

    def _first(self, claim: Told, place: int) -> int:
        """A statement that a claim makes twice is one."""
        return claim.said.index(claim.said[place])

    @cached_property
    def units(self) -> frozenset[Unit]:
        """Everything that can be left out."""
        return frozenset().union(*(one.units for one in self.demands))

    def height(self, unit: Unit) -> int:
        """How high a unit stands; a default lowest."""
        return 0 if unit.claim < 0 else HEIGHTS[self.claims[unit.claim].rank]

    def possible(self, kept: frozenset[Unit]) -> bool:
        """Whether all that is kept can be true together."""
        return any(kept <= one for one in self.repairs)

    @cached_property
    def repairs(self) -> list[frozenset[Unit]]:
        """All largest sets of units that can be true together.

        Of what cannot be true together each of them lacks something.
        """
        found, seen = set(), set()
        clashes: list[frozenset[Unit]] = []
        todo = [self.units]
        while todo:
            kept = todo.pop()
            if kept in seen:
                continue
            seen.add(kept)
            clash = next((one for one in clashes if one <= kept), None)
            if clash is None and next(self.solutions(kept), None) is None:
                clash = kept
                for unit in sorted(kept):
                    if next(self.solutions(clash - {unit}), None) is None:
                        clash -= {unit}
                clashes.append(clash)
            if clash is None:
                found.add(kept)
            else:
                todo += (kept - {unit} for unit in clash)
        return [one for one in found if not any(one < other for other in found)]

    @cached_property
    def optimal(self) -> list[frozenset[Unit]]:
        """The repairs to which nothing could come back at the price of what is lower alone."""
        return [
            kept
            for kept in self.repairs
            if not any(
                self.possible(frozenset(a for a in kept if self.height(a) >= self.height(b)) | {b})
                for b in self.units - kept
            )
        ]

    def conflicts(self) -> set[frozenset[Unit]]:
        """All smallest sets of units that cannot be true together."""
        found: set[frozenset[Unit]] = set()
        disputed = sorted(frozenset().union(*(self.units - one for one in self.repairs)))
        for size in range(1, len(disputed) + 1):
            for some in map(frozenset, combinations(disputed, size)):
                if not any(known <= some for known in found) and not self.possible(some):
                    found.add(some)
        return found

    def lowest(self, conflict: frozenset[Unit]) -> frozenset[Unit]:
        """What stands lowest in a conflict."""
        height = min(map(self.height, conflict))
        return frozenset(unit for unit in conflict if self.height(unit) == height)

    def all_solutions(self) -> list[Solution]:
        """Every way in which things can have happened, whichever alternative is right."""
        found = {tuple(s.items()): s for kept in self.optimal for s in self.solutions(kept)}
        return list(found.values())

    def read(self, kept: frozenset[Unit]) -> Iterator[Case]:
        """The case with each choice between the readings of the dates with holes that are kept."""
        holed = [
            (unit, said.object.readings)
            for unit in sorted(kept)
            if unit.claim >= 0 and unit.place < len(self.claims[unit.claim].said)
            for said in [self.claims[unit.claim].said[unit.place]]
            if isinstance(said.object, Date) and said.object.readings
        ]
        for some in product(*(readings for _, readings in holed)):
            claims = [list(claim.said) for claim in self.claims]
            for (unit, _), reading in zip(holed, some, strict=True):
                own = claims[unit.claim]
                same = own[unit.place]
                for place, said in enumerate(own):
                    if said == same:
                        own[place] = replace(said, object=reading)
            told = (
                replace(claim, said=tuple(said))
                for claim, said in zip(self.claims, claims, strict=True)
            )
            yield replace(self, claims=tuple(told))

    def solutions(self, chosen: frozenset[Unit]) -> Iterator[Solution]:
        """Every way in which things can have happened if the chosen units are true.

        Of a life and of the second source, only whether there is a day for them: none is asked for.
        """
        masks, asked = self._domains
        names, values = self._spans
        left = list(masks)
        due: list[list[tuple[int, list[int]]]] = [[] for _ in names]
        for units, one, other, allowed in self._tables:
            if units <= chosen:
                if one == other:
                    left[one] &= allowed[0]
                else:
                    due[one].append((other, allowed))
        for found in _extend(0, left, due, asked):
            yield {names[n]: values[n][found[n]] for n in range(asked)}

    @cached_property
    def _spans(self) -> tuple[list[str], list[list[Span]]]:
        """What there is, with the days that each can have: first what is asked about."""
        spans = [(a, b) for a in range(LAST + 1) for b in range(a, LAST + 1)]
        # Only a distance can put the day of a source that matters outside of the five days.
        said = [one.object for claim in self.claims for one in claim.said]
        far = {value.other for value in said if isinstance(value, Apart)}
        domains: dict[str, list[Span]] = {
            thing: [s for s in spans if s[0] == s[1] or thing != EVENTS[1]]
            for thing in self.occurrences
        }
        for source, date in sorted(self.published.items()):
            domains[source] = [
                (d, d)
                for d in range(*((-LAST, 2 * LAST + 1) if source in far else (0, LAST + 1)))
                if date.moment[0] <= d <= date.moment[1]
            ]
        domains[LIFE] = spans
        return list(domains), list(domains.values())

    @cached_property
    def _domains(self) -> tuple[list[int], int]:
        """The places in the lists of days as bits, and how many things are asked about."""
        _, values = self._spans
        return [(1 << len(v)) - 1 for v in values], len(self.occurrences) + 1

    @cached_property
    def _tables(self) -> list[tuple[frozenset[Unit], int, int, list[int]]]:
        """For each demand, and each days of the thing that comes first, the other's as bits."""
        names, values = self._spans
        found = []
        for d in self.demands:
            one, other = names.index(d.one), names.index(d.other)
            if one == other:
                allowed = [_bits(d.test(a, a) for a in values[one])]
            elif one < other:
                allowed = [_bits(d.test(a, b) for b in values[other]) for a in values[one]]
            else:
                one, other = other, one
                allowed = [_bits(d.test(b, a) for b in values[other]) for a in values[one]]
            found.append((d.units, one, other, allowed))
        return found


HEIGHTS = {"Deprecated": 1, "Normal": 2, "Preferred": 3}


def _ended_by(one: str, event: str, units: frozenset[Unit]) -> Iterator[Demand]:
    yield Demand(one, event, ENDED_BY, units)
    use = Unit(-1, OCCURRENCES.index(one), event)
    yield Demand(one, event, HAD_BEGUN, units | {use})


def _units(said: Said, claim: int, place: int) -> Iterator[tuple[Unit, Demand]]:
    """The units of a statement with what each demands."""
    value, unit = said.object, Unit(claim, place)
    if isinstance(value, Date) and "/" in value.text and said.property in BY_SIDE:
        for side, dated in BY_SIDE[said.property].items():
            one = Unit(claim, place, side)
            test = _dated(dated, value)
            yield one, Demand(said.subject, said.subject, test, frozenset([one]))
        # Of a stretch without a first or a last day: it has days, from the one to the other.
        both = frozenset(Unit(claim, place, side) for side in BY_SIDE[said.property])
        yield one, Demand(*_test(said), both)
    elif said.property == "endedBy":
        for demand in _ended_by(said.subject, str(value), frozenset([unit])):
            yield unit, demand
    else:
        # That a claim tells of somebody's part stays, whatever dates are left out.
        units = frozenset() if said.property in ("killed", "participant") else frozenset([unit])
        yield unit, Demand(*_test(said), units)


def _dated(dated: Callable[[Span, Date], bool], value: Date) -> Test:
    return lambda a, _: any(dated(a, one) for one in value.readings or (value,))


def _test(said: Said) -> tuple[str, str, Test]:
    value = said.object
    if isinstance(value, Date):
        return said.subject, said.subject, _dated(DATED[said.property], value)
    if isinstance(value, int):
        lasted = LASTED[said.property]
        return said.subject, said.subject, lambda a, _: lasted(a[1] - a[0] + 1, value)
    if isinstance(value, Apart):
        return said.subject, value.other, value.test
    return said.subject, value, RELATED[said.property]


def _bits(holds: Iterable[bool]) -> int:
    return sum(1 << place for place, one in enumerate(holds) if one)


def _extend(
    place: int, left: list[int], due: Sequence[Sequence[tuple[int, list[int]]]], asked: int
) -> Iterator[tuple[int, ...]]:
    """All choices from what is left of each; of what is not asked about, whether there is one."""
    if place == len(left):
        yield ()
        return
    mask = left[place]
    while mask:
        value = (mask & -mask).bit_length() - 1
        mask &= mask - 1
        after = left
        if due[place]:
            after = left.copy()
            for other, allowed in due[place]:
                after[other] &= allowed[value]
                if not after[other]:
                    break
            if not after[other]:
                continue
        for rest in _extend(place + 1, after, due, asked):
            yield (value, *rest)
            if place + 1 >= asked:
                break
        else:
            continue
        if place >= asked:
            return


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
    rank = draw(st.sampled_from(["Normal", "Normal", "Normal", "Deprecated"]))
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
            date = st.sampled_from([*DATES, *HOLED, *HOLED, *HOLED])
            return Said(subject, draw(st.sampled_from(sorted(DATED))), draw(date))
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
