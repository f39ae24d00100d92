"""Who gives way, against conflicts.md read word by word, for every rule and random claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import amount
from tests.fusion.lab import Lab, entity
from tests.fusion.oracle import FIRST_DAY, day

from tenure.fusion import World
from tenure.fusion.repairs import MOST_ALTERNATIVES
from tenure.model import Claim
from tenure.temporal import parse

PUBLISHED = {"s1": "2020-05-01", "s2": "2020-06-01", "s3": "2020-05/2020-06", "s4": "2021"}
RANKS = ("Deprecated", "Normal", "Preferred")
RULES = ("rank", "newest", "majority", "ranked:s2,s1", "named:s1,s4")


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


def better(said: Sequence[Saying], rule: str, i: int, j: int) -> bool:
    """Whether one claim certainly stands above another, by rank and then by the rule."""
    ranks = [RANKS.index(said[n].rank) for n in (i, j)]
    if ranks[0] != ranks[1]:
        return ranks[0] > ranks[1]
    name, _, listed = rule.partition(":")
    slugs = listed.split(",")
    first, second = said[i].source, said[j].source
    if name == "newest":
        one, other = (parse(PUBLISHED[source]).bounds for source in (first, second))
        return (one.earliest or 0) > (other.latest or 0)
    if name == "ranked":
        place = {slug: len(slugs) - n for n, slug in enumerate(slugs)}
        return place.get(first, 0) > place.get(second, 0)
    return name == "named" and first in slugs and second not in slugs


def crowds(said: Sequence[Saying]) -> list[frozenset[int]]:
    """The claims that quarrel with each other, directly or through others."""
    found: list[frozenset[int]] = []
    for pair in map(frozenset, quarrels(said)):
        joined = [one for one in found if one & pair]
        found = [one for one in found if not one & pair] + [pair.union(*joined)]
    return found


def repairs(said: Sequence[Saying], crowd: frozenset[int], rule: str) -> list[frozenset[int]]:
    """The largest sets that agree and to which nothing could come back for what is lower alone."""
    pairs = [frozenset(pair) for pair in quarrels(said)]

    def agree(some: frozenset[int]) -> bool:
        return not any(pair <= some for pair in pairs)

    every = [
        frozenset(some)
        for size in range(1, len(crowd) + 1)
        for some in combinations(sorted(crowd), size)
        if agree(frozenset(some))
    ]
    largest = [one for one in every if not any(one < other for other in every)]
    left = [
        one
        for one in largest
        if not any(
            agree(frozenset(a for a in one if not better(said, rule, b, a)) | {b})
            for b in crowd - one
        )
    ]
    if rule == "majority":
        voices = {one: len({said[i].voice for i in one}) for one in left}
        left = [one for one in left if voices[one] == max(voices.values())]
    return left


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
    by_crowd = {crowd: repairs(said, crowd, rule) for crowd in crowds(said)}
    for i, j in quarrels(said):
        [crowd] = [one for one in by_crowd if i in one]
        lost, by = set(), ""
        for tried in dict.fromkeys(("rank", rule)):
            left_out = {frozenset({i, j}) - kept for kept in repairs(said, crowd, tried)}
            if len(left_out) == 1 and not by:
                by, lost = tried.partition(":")[0], {claims[n].iri for n in left_out.pop()}
        expected[frozenset({claims[i].iri, claims[j].iri})] = (by, frozenset(lost))
    assert outcome(world) == expected
    for event in {one.event for one in said}:
        about = [i for i, one in enumerate(said) if one.event == event]
        undisputed = {i for i in about if not any(i in crowd for crowd in by_crowd)}
        mine = [some for crowd, some in by_crowd.items() if crowd <= set(about)]
        spans = set()
        for some in product(*mine):
            kept = undisputed.union(*some)
            spans.add((max(said[i].first for i in kept), min(said[i].last for i in kept)))
        low, high, *_ = lab.bounds(world, f"event/{event}")
        assert (low, high) == (day(min(a for a, _ in spans)), day(max(b for _, b in spans)))
        occurrence = world.occurrences[entity(f"event/{event}").value]
        found = occurrence.alternatives or (occurrence,)
        days = {(one.bounds.start_earliest, one.bounds.start_latest) for one in found}
        assert days == {tuple(FIRST_DAY + n for n in span) for span in spans}
        assert occurrence.contested == any(len(some) > 1 for some in mine)
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


@pytest.mark.parametrize("number", [19, MOST_ALTERNATIVES, MOST_ALTERNATIVES + 6])
def test_of_many_that_disagree_no_one_survives_as_certain(lab: Lab, number: int) -> None:
    """Beyond what can be told apart none of them dates anything, and the answer says so."""
    claims = [
        lab.claim(f'event:e a tn:Event ; tn:date "{2000 + n}"^^edtf:EDTF .', source=f"s{n % 4}")
        for n in range(number)
    ]
    world = lab.world(claims)
    event = world.occurrences[entity("event/e").value]
    assert event.contested
    assert set(world.standings.values()) == {"Disputed"}
    told = {"too many ways" in conflict.reason for conflict in world.conflicts}
    if number <= MOST_ALTERNATIVES:
        assert len(event.alternatives) == number
        assert told == {False}
        assert lab.certainty(world, "event/e", "2005-06-01") == "possible"
        assert lab.certainty(world, "event/e", f"{2001 + number}") == "ruled out"
    else:
        assert event.alternatives == ()
        assert told == {True}
        assert lab.bounds(world, "event/e") == (None, None, None, None)
    again = lab.world(claims[1::2] + claims[::2])
    assert again.conflicts == world.conflicts
    assert again.occurrences == world.occurrences


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
