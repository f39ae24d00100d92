"""Fusion against every way in which a few occurrences could have happened within five days.

What each property means is written down here anew, from its definition; nothing is taken from the
axioms that the engine reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from tenure.temporal import day_number, iso
from tenure.terms import EDTF_DATATYPE, RDF_TYPE, TN, XSD_INTEGER, Names
from tenure.world import World

if TYPE_CHECKING:
    from tests.world.conftest import Lab

LAST = 4
FIRST_DAY = day_number(2020, 1, 1)
NAMES = Names()
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
    """A date as written; which days its moment, its first and its last day can be."""

    text: str
    moment: Span
    first: Span
    last: Span


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
    return found


DATES = _dates()

DATED: dict[str, Callable[[Span, Date], bool]] = {
    "start": lambda a, d: d.moment[0] <= a[0] <= d.moment[1],
    "end": lambda a, d: d.moment[0] <= a[1] <= d.moment[1],
    "date": lambda a, d: a[0] >= d.first[0] and a[1] <= d.last[1],
    "heldOn": lambda a, d: max(a[0], d.moment[0]) <= min(a[1], d.moment[1]),
    "heldThroughout": lambda a, d: a[0] <= d.first[1] and a[1] >= d.last[0],
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
class Said:
    """``subject property object``: a date, a number of days or the slug of something."""

    subject: str
    property: str
    object: Date | int | str


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
        for one in everything:
            for other in everything:
                if one.property == "endsWith" and other.property == "killed":
                    if one.object == other.object:
                        yield one.subject, other.subject, ENDED_BY
                if other.property == "killed" and one is other:
                    yield other.subject, LIFE, RELATED["participant"]
        for situation in SITUATIONS:
            if situation in self.things:
                yield situation, LIFE, lambda a, b: b[0] <= a[0] and a[1] <= b[1]

    def solutions(self, chosen: frozenset[int]) -> Iterator[Solution]:
        """Every way in which things can have happened if the chosen claims are true."""
        tests = list(self.tests(chosen))
        spans = [(a, b) for a in range(LAST + 1) for b in range(a, LAST + 1)]
        domains: dict[str, list[Span]] = {
            source: [(d, d) for d in range(LAST + 1) if date.moment[0] <= d <= date.moment[1]]
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
                if not any(known <= some for known in found):
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
    kinds += ["order", "order"] if events else []
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
        case role:
            return Said(subject, role, LIFE)


# ---------------------------------------------------------------- the same for the engine


def _node(slug: str) -> NamedNode:
    return NAMES.source(slug[7:]) if slug.startswith("source/") else NAMES.entity(slug)


def _object(value: Date | int | str) -> NamedNode | Literal:
    if isinstance(value, Date):
        return Literal(value.text, datatype=EDTF_DATATYPE)
    return _node(value) if isinstance(value, str) else Literal(str(value), datatype=XSD_INTEGER)


def _content(case: Case, claim: Told) -> list[Triple]:
    five_days = Literal(f"{day(0)}/{day(LAST)}", datatype=EDTF_DATATYPE)
    triples = [Triple(_node(o), TN("date"), five_days) for o in case.occurrences]
    for situation in case.occurrences:
        if situation in SITUATIONS:
            triples += [
                Triple(_node(situation), RDF_TYPE, TN("Tenure")),
                Triple(_node(situation), TN("holder"), _node(LIFE)),
                Triple(_node(situation), TN("office"), _node("office/o")),
            ]
    triples += [Triple(_node(s.subject), TN(s.property), _object(s.object)) for s in claim.said]
    return triples


def build(lab: Lab, case: Case, order: Sequence[int] | None = None) -> World:
    claims = [
        lab.claim(
            _content(case, claim),
            number=str(number),
            source=claim.source.removeprefix("source/"),
            tense=claim.tense,
            rank=claim.rank,
        )
        for number, claim in enumerate(case.claims)
    ]
    chosen = claims if order is None else [claims[i] for i in order]
    published = {source[7:]: date.text for source, date in case.published.items()}
    return lab.world(chosen, published=published)


def numbers(claims: Sequence[str]) -> frozenset[int]:
    return frozenset(int(claim.rpartition("/")[2]) for claim in claims)


def _possible_source(case: Case) -> bool:
    return all(d.moment[0] <= LAST and d.moment[1] >= 0 for d in case.published.values())


# A moment's key, the thing it hangs on (if any), and the days it can be, given that thing's span.
Moments = list[tuple[str, str, Callable[[Span], tuple[int, ...]]]]
Stretches = list[tuple[str, str, Callable[[Span], Span]]]


def _moments(case: Case) -> Moments:
    found: Moments = [(day(d), "", lambda _, d=d: (d,)) for d in range(LAST + 1)]  # type: ignore[misc]
    found += [
        (f"[{day(1)}..{day(3)}]", "", lambda _: (1, 2, 3)),
        (f"{day(0)}/{day(1)}", "", lambda _: (0, 1)),
        (f"{day(2)}~", "", lambda _: (1, 2, 3)),
        (f"before/{day(3)}", "", lambda _: (2,)),
        (f"after/[{day(1)}..{day(2)}]", "", lambda _: (3,)),
    ]
    # Elsewhere than within the five days the oracle does not look for a source's day.
    if 0 <= case.published["source/s1"].moment[0] and case.published["source/s1"].moment[1] <= LAST:
        found.append(("source/s1", "source/s1", lambda span: (span[0],)))
    for event in set(EVENTS) & set(case.occurrences):
        found += [
            (event, event, lambda span: (span[0],)),
            (f"before/{event}", event, lambda span: (span[0] - 1,)),
            (f"after/{event}", event, lambda span: (span[1] + 1,)),
        ]
    return found


def _stretches(case: Case) -> Stretches:
    found: Stretches = [
        (f"sometime/{day(1)}/to/{day(3)}", "", lambda _: (1, 3)),
        (f"sometime/../to/{day(2)}", "", lambda _: (-99, 2)),
        (f"sometime/{day(2)}/to/..", "", lambda _: (2, 99)),
    ]
    for event in set(EVENTS) & set(case.occurrences):
        found.append((f"sometime/{event}/to/{event}", event, lambda span: span))
        found.append((f"sometime/{event}/to/..", event, lambda span: (span[0], 99)))
    return found


# ---------------------------------------------------------------- the comparison

CASES = cases().filter(_possible_source)
SETTINGS = settings(
    max_examples=500, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


@SETTINGS
@given(case=CASES)
def test_bounds_and_certainty_are_those_of_all_solutions(lab: Lab, case: Case) -> None:
    world = build(lab, case)
    kept = frozenset(range(len(case.claims))) - case.giving_way(case.minimal_conflicts())
    if not kept:
        return
    names = [*case.occurrences, *case.published]
    solutions = {tuple(s[name] for name in names) for s in case.solutions(kept)}
    assert solutions
    for slug in case.occurrences:
        own = names.index(slug)
        starts, ends = ({s[own][side] for s in solutions} for side in (0, 1))
        expected = (min(starts), max(starts), min(ends), max(ends))
        assert lab.bounds(world, slug) == tuple(map(day, expected))
        beside = {
            name: {(s[own], s[i]) for s in solutions} for i, name in enumerate(names)
        } | {"": {(s[own], s[own]) for s in solutions}}
        for key, other, days in _moments(case):
            holds = [a[0] <= d <= a[1] for a, b in beside[other] for d in days(b)]
            assert str(lab.certainty(world, slug, key)) == _degree(holds), (slug, key)
        for key, other, span in _stretches(case):
            meets = [a[0] <= span(b)[1] and a[1] >= span(b)[0] for a, b in beside[other]]
            assert str(lab.certainty(world, slug, key)) == _degree(meets), (slug, key)


def _degree(holds: list[bool]) -> str:
    return "certain" if all(holds) else "possible" if any(holds) else "ruled out"


@SETTINGS
@given(case=CASES)
def test_conflicts_are_the_minimal_sets_that_cannot_be_true(lab: Lab, case: Case) -> None:
    world = build(lab, case)
    expected = case.minimal_conflicts()
    assert {numbers(conflict.claims) for conflict in world.conflicts} == expected
    assert len(world.conflicts) == len(expected)
    gone = case.giving_way(expected)
    assert frozenset().union(*(numbers(c.overruled) for c in world.conflicts)) == gone
    standing = {i: s for iri, s in world.standings.items() for i in numbers([iri])}
    assert {i for i, s in standing.items() if s != "Accepted"} == gone
    unsettled = {c for conflict in world.conflicts if not conflict.settled for c in conflict.claims}
    assert {i for i, s in standing.items() if s == "Disputed"} <= numbers(sorted(unsettled))
    concerned = {o for c in world.conflicts if not c.settled for o in c.concerns}
    assert {o.iri for o in world.occurrences.values() if o.contested} == concerned


@settings(max_examples=200, suppress_health_check=[HealthCheck.filter_too_much])
@given(case=CASES, data=st.data())
def test_the_order_of_claims_changes_nothing(lab: Lab, case: Case, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(case.claims))))
    one, other = build(lab, case), build(lab, case, order)
    assert one.occurrences == other.occurrences
    assert one.conflicts == other.conflicts
    assert one.standings == other.standings
    assert one.participations == other.participations
    assert one.statements == other.statements
    assert one.time.at_least.distance == other.time.at_least.distance
    assert one.time.reasons == other.time.reasons
