"""What a source changes in the world, against whole worlds with it and without it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Triple
from tests import amount
from tests.fusion.lab import NAMES, Lab
from tests.fusion.tales import PUBLISHED, tales

from tenure.catalog import Catalog, ask
from tenure.errors import NotFound, WrongKind
from tenure.fusion import World, world_triples
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import TN
from tenure.store import Solutions
from tenure.temporal import iso
from tenure.views import differing

TOLD_BY = {TN("supportedBy"), TN("basis")}
MARKS = {TN("basis"), TN("conflictKind")}


def _by_subject(triples: Iterable[Triple]) -> dict[str, set[Triple]]:
    found: dict[str, set[Triple]] = defaultdict(set)
    for one in triples:
        if one.predicate not in TOLD_BY:
            found[str(one.subject)].add(one)
    return found


def _different(ours: World, others: World) -> set[str]:
    """The things of which two whole worlds have something else; not what is only part of them."""
    both = [list(world_triples(world, NAMES)) for world in (ours, others)]
    things = {str(one.subject) for triples in both for one in triples if one.predicate in MARKS}
    one, other = (_with_parts(triples, things) for triples in both)
    return {thing for thing in things if one.get(thing) != other.get(thing)}


def _with_parts(triples: list[Triple], things: set[str]) -> dict[str, set[Triple]]:
    """What a world has of each thing, with its parts, such as alternatives of its days."""
    table = _by_subject(triples)
    found = {thing: set(table.get(thing, ())) for thing in things}
    for part in sorted(one for one in table.keys() - things if "/claim/" not in one):
        owners = {s for s, own in table.items() if any(str(t.object) == part for t in own)}
        owners |= {str(one.object) for one in table[part]}
        for owner in owners & things:
            found[owner] |= table[part]
    return found


POLICIES = ("", "modalities=all", "resolve=newest", "hedged=no")


@pytest.mark.parametrize("policy", POLICIES)
def test_what_changes_is_what_differs_from_the_world_without_it(
    kb: KnowledgeBase, policy: str
) -> None:
    for source in sorted(kb.sources)[POLICIES.index(policy) :: len(POLICIES)]:
        slug = kb.names.short(source)
        left_out = f"{policy};sources=-{slug.removeprefix('source/')}"
        expected = _different(kb.world(kb.policy(policy)), kb.world(kb.policy(left_out)))
        answer = ask(kb, Catalog.load()["impact"], {"source": slug}, kb.policy(policy))
        assert isinstance(answer, Solutions)
        column = [one.name for one in Catalog.load()["impact"].columns].index("thing")
        assert {str(row[column]) for row in answer} == expected, slug


@settings(max_examples=amount.cases(300), suppress_health_check=[HealthCheck.too_slow])
@given(told=st.lists(tales(), min_size=1, max_size=8), slug=st.sampled_from(sorted(PUBLISHED)))
def test_only_what_differs_is_told_and_all_of_it(
    lab: Lab, told: list[dict[str, str]], slug: str
) -> None:
    claims = [lab.claim(number=str(n), **one) for n, one in enumerate(told)]  # type: ignore[arg-type]
    source = NAMES.source(slug).value
    ours = lab.world(claims, published=PUBLISHED)
    others = lab.world([one for one in claims if one.source != source], published=PUBLISHED)
    by_policy = lab.world(claims, published=PUBLISHED, policy=f"sources=-{slug}")
    assert by_policy.occurrences == others.occurrences
    assert by_policy.conflicts == others.conflicts
    expected = _different(ours, others)
    both = [list(world_triples(one, NAMES)) for one in (ours, others)]
    told_of = [*differing(*both), *differing(*reversed(both))]
    assert {str(one.subject) for one in told_of if one.predicate in MARKS} == expected


def test_a_source_that_alone_dates_something(kb: KnowledgeBase) -> None:
    query = Catalog.load()["impact"]
    answer = ask(kb, query, {"source": "dw-52601139"}, None)
    assert isinstance(answer, Solutions)
    columns = [one.name for one in query.columns]
    rows = [dict(zip(columns, row, strict=True)) for row in answer]
    tenure = kb.names.entity_iri("tenure/mohammed-allawi--iraq-prime-minister-designate")
    (row,) = (one for one in rows if getattr(one["thing"], "value", "") == tenure)
    assert getattr(row["change"], "value", "") == "other days"
    with_it = kb.around([tenure]).occurrences[tenure].bounds
    assert with_it.start_earliest is not None
    assert getattr(row["start"], "value", "") == iso(with_it.start_earliest)
    assert getattr(row["startWithout"], "value", "") != getattr(row["start"], "value", "")


def test_what_is_no_source_is_refused(kb: KnowledgeBase) -> None:
    query = Catalog.load()["impact"]
    with pytest.raises(NotFound, match="no source"):
        ask(kb, query, {"source": "source/nobody"}, None)
    with pytest.raises(WrongKind, match="takes a source"):
        ask(kb, query, {"source": "person/qasem-soleimani"}, None)
