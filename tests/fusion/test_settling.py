"""Who gives way, against conflicts.md read word by word, for every rule and random claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import amount
from tests.fusion.lab import Lab, entity
from tests.fusion.oracle import day

from tenure.fusion import World
from tenure.model import Claim
from tenure.namespaces import local_name
from tenure.temporal import parse

PUBLISHED = {"s1": "2020-05-01", "s2": "2020-06-01", "s3": "2020-05/2020-06", "s4": "2021"}
RANKS = ("Deprecated", "Normal", "Preferred")
RULES = ("rank", "newest", "majority", "ranked:s2,s1", "named:s1,s4")
Span = tuple[float, float]


@dataclass(frozen=True)
class Saying:
    """One claim: on which days it leaves an event, who says so in which source."""

    event: str
    first: int
    last: int
    source: str
    rank: str
    voice: str


@st.composite
def sayings(draw: st.DrawFn) -> Saying:
    first = draw(st.integers(0, 4))
    return Saying(
        draw(st.sampled_from(["e", "e", "f"])),
        first,
        draw(st.integers(first, min(4, first + 2))),
        draw(st.sampled_from(sorted(PUBLISHED))),
        draw(st.sampled_from(["Normal", "Normal", *RANKS])),
        draw(st.sampled_from(["urn:a", "urn:b", "urn:c"])),
    )


def claims_of(lab: Lab, said: Sequence[Saying], number: Callable[[int], str] = str) -> list[Claim]:
    return [
        replace(
            lab.claim(
                f"event:{one.event} a tn:Event ;"
                f' tn:start "[{day(one.first)}..{day(one.last)}]"^^edtf:EDTF .',
                number=number(position),
                source=one.source,
                rank=one.rank,
            ),
            voices=("urn:whoever", one.voice),
        )
        for position, one in enumerate(said)
    ]


def quarrels(said: Sequence[Saying]) -> list[tuple[int, int]]:
    """Of days of one event, those that do not meet cannot both be true; two are always enough."""
    return [
        (i, j)
        for i, j in combinations(range(len(said)), 2)
        if said[i].event == said[j].event
        and (said[i].last < said[j].first or said[j].last < said[i].first)
    ]


def measure(said: Sequence[Saying], rule: str, i: int, other: int) -> Span:
    """By what the page measures a claim that quarrels with another; the more, the better."""
    one = said[i]
    name, _, listed = rule.partition(":")
    slugs = listed.split(",")
    if name == "newest":
        days = parse(PUBLISHED[one.source]).bounds
        assert days.earliest is not None
        assert days.latest is not None
        return days.earliest, days.latest
    if name == "ranked":
        value = len(slugs) - slugs.index(one.source) if one.source in slugs else 0
    elif name == "named":
        value = int(one.source in slugs)
    elif name == "majority":
        # All who contradict what this claim contradicts stand behind it.
        value = len(
            {said[k].voice for pair in quarrels(said) if other in pair for k in pair if k != other}
        )
    else:
        value = RANKS.index(one.rank)
    return value, value


def settled(said: Sequence[Saying], rule: str, i: int, j: int) -> tuple[str, int | None]:
    """By which rule one of two gives way, and which one."""
    for tried in dict.fromkeys(("rank", rule)):
        one, other = measure(said, tried, i, j), measure(said, tried, j, i)
        if one[1] < other[0]:
            return tried.partition(":")[0], i
        if other[1] < one[0]:
            return tried.partition(":")[0], j
    return "", None


def outcome(world: World) -> Mapping[frozenset[str], tuple[str, frozenset[str]]]:
    return {frozenset(c.claims): (c.rule, frozenset(c.lost)) for c in world.conflicts}


@pytest.mark.parametrize("rule", RULES)
@settings(
    max_examples=amount.cases(40),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(said=st.lists(sayings(), min_size=2, max_size=6), data=st.data())
def test_every_rule_is_what_the_page_says(
    lab: Lab, rule: str, said: list[Saying], data: st.DataObject
) -> None:
    claims = claims_of(lab, said)
    world = lab.world(claims, published=PUBLISHED, policy=f"resolve={rule}")
    expected = {}
    gone: set[int] = set()
    for i, j in quarrels(said):
        by, loser = settled(said, rule, i, j)
        lost = frozenset() if loser is None else frozenset({claims[loser].iri})
        expected[frozenset({claims[i].iri, claims[j].iri})] = (by, lost)
        gone |= {i, j} if loser is None else {loser}
    assert outcome(world) == expected
    # What remains agrees, and is all that is relied on.
    kept = [one for i, one in enumerate(said) if i not in gone]
    assert quarrels(kept) == []
    for event in {one.event for one in said}:
        left = [one for one in kept if one.event == event]
        first, last, *_ = lab.bounds(world, f"event/{event}")
        assert first == (day(max(one.first for one in left)) if left else None)
        assert last == (day(min(one.last for one in left)) if left else None)
    # Neither the order in which claims come nor what they are called makes a difference.
    order = data.draw(st.permutations(range(len(said))))
    again = lab.world([claims[i] for i in order], published=PUBLISHED, policy=f"resolve={rule}")
    assert again.conflicts == world.conflicts
    assert again.standings == world.standings
    renamed = claims_of(lab, said, lambda i: f"x{order[i]}")
    names = {new.iri: old.iri for new, old in zip(renamed, claims, strict=True)}
    other = lab.world(renamed, published=PUBLISHED, policy=f"resolve={rule}")
    assert {
        frozenset(names[c] for c in pair): (by, frozenset(names[c] for c in lost))
        for pair, (by, lost) in outcome(other).items()
    } == expected


@pytest.mark.parametrize("rule", RULES)
def test_what_remains_of_a_search_that_was_cut_agrees(lab: Lab, rule: str) -> None:
    """Thirty days for one event are 435 sets of two: more than the tree is let grow to."""
    said = [
        Saying("e", 2 * n, 2 * n, sorted(PUBLISHED)[n % 4], RANKS[n % 3], f"urn:{n % 5}")
        for n in range(30)
    ]
    claims = claims_of(lab, said)
    policy = f"resolve={rule}"
    world = lab.world(claims, published=PUBLISHED, policy=policy)
    kept = [c for c in claims if world.standings[c.iri] == "Accepted"]
    assert len(kept) < 2
    for order in (claims[::-1], claims[1::2] + claims[::2]):
        again = lab.world(order, published=PUBLISHED, policy=policy)
        assert (again.conflicts, again.standings) == (world.conflicts, world.standings)
    for conflict in world.conflicts:
        assert len(conflict.claims) == 2
        for lost in conflict.lost:
            [won] = set(conflict.claims) - {lost}
            if conflict.rule == "rank":
                ranks = [RANKS.index(local_name(world.claims[c].rank)) for c in (lost, won)]
                assert ranks[0] < ranks[1]


def test_at_equal_rank_a_hedge_gives_way(lab: Lab) -> None:
    hedged = lab.claim('event:h tn:date "2020-01-10"^^edtf:EDTF .', hedged=True)
    firm = [
        lab.claim("event:e tn:after event:h ; tn:after event:g ."),
        lab.claim('event:e tn:date "2020-01-05"^^edtf:EDTF .'),
    ]
    [conflict] = lab.world([hedged, *firm]).conflicts
    assert conflict.rule == "rank"
    assert conflict.lost == (hedged.iri,)


def test_a_conflict_concerns_what_its_claims_quarrel_about(lab: Lab) -> None:
    one = lab.claim(
        'event:a a tn:Event ; tn:date "2019"^^edtf:EDTF .'
        'event:b a tn:Event ; tn:date "2019"^^edtf:EDTF .'
    )
    other = lab.claim('event:a a tn:Event ; tn:date "2020"^^edtf:EDTF ; tn:after event:b .')
    world = lab.world([one, other])
    [conflict] = world.conflicts
    assert conflict.concerns == (entity("event/a").value,)
    assert not world.occurrences[entity("event/b").value].contested
