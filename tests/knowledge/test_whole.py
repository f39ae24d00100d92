"""What is served, piece by piece, is what all claims make together by the one fusion."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from pyoxigraph import NamedNode
from tests.knowledge.conftest import Whole, as_in_graph

from tenure.errors import BadPolicy, NotFound
from tenure.explain import claim_reason, explain
from tenure.fusion import AsOf, Moment, World, world_triples
from tenure.knowledge import KnowledgeBase
from tenure.model import learned, read_claims
from tenure.namespaces import BASE
from tenure.store import Solutions
from tenure.temporal import Certainty, iso
from tenure.validate import days_of_change
from tenure.views import is_computed, read_key, slice_triples

POLICIES = ("", "sources=jpost-620411", "hedged=no", "modalities=all", "resolve=newest")
EDGES = (
    "2020",
    "2019-12",
    "2020-01~",
    "[2019-12-21..2019-12-31]",
    "[..2020-01-03]",
    "-0500",
    "before/2020-01-03",
    "after/2020-01",
    "before/event/us-strike-2020-01-03",
    "after/event/us-embassy-storming",
    "sometime/2020-01-01/to/2020-02-15",
    "sometime/../to/2012",
    "sometime/2020-03-01/to/..",
    "sometime/event/us-embassy-storming/to/event/us-strike-2020-01-03",
    "throughout/event/us-embassy-storming/to/2020-01-02",
    "any",
)


def moment(kb: KnowledgeBase, key: str) -> Moment:
    return read_key(kb.names, kb.resolve_dated, key)


def dated(world: World) -> list[str]:
    """The keys of all events and sources."""
    names = [iri.removeprefix(BASE + "id/").removeprefix(BASE) for iri in sorted(world.sources)]
    events = [iri.removeprefix(BASE + "id/") for iri in world.occurrences if "/event/" in iri]
    return names + events


def days(world: World) -> list[str]:
    """The days on which something changes, and those beside them."""
    changes = [
        day
        for one in days_of_change(world, possible=True)
        if one.begun is not None
        for day in (one.begun.shift - 1, one.begun.shift, one.begun.shift + 1)
    ]
    return [iso(day) for day in sorted(set(changes))]


def same_at(kb: KnowledgeBase, whole: Whole, keys: Iterable[str], policy: str = "") -> int:
    world, chosen, count = whole(policy).world, kb.policy(policy), 0
    for key in keys:
        at = moment(kb, key)
        as_of = AsOf(at, world.time)
        sure = {iri: as_of.certainty(one) for iri, one in world.occurrences.items()}
        expected = {iri: one for iri, one in sure.items() if one is not Certainty.RULED_OUT}
        # What is presumed is possible, as far as the network of time can tell.
        assert {
            iri: Certainty.POSSIBLE if sure is Certainty.PRESUMED else sure
            for iri, sure in kb.certainty(at, chosen).items()
        } == expected, key
        for possible in (False, True):
            plain = set(slice_triples(world, expected, moment=at, possible=possible))
            degree = Certainty.POSSIBLE if possible else Certainty.CERTAIN
            assert set(kb.slice(at, chosen, degree=degree)) == plain, key
        count += len(expected)
    return count


@pytest.mark.parametrize("policy", POLICIES)
def test_the_graph_of_the_world(kb: KnowledgeBase, whole: Whole, policy: str) -> None:
    expected = set(world_triples(whole(policy).world, kb.names))
    assert expected
    assert set(kb.snapshot.graph(kb.policy(policy)).triples()) == expected
    if not policy:
        assert {quad.triple for quad in kb.store.quads(kb.names.graph("world"))} == expected


def test_days_on_which_something_changes(kb: KnowledgeBase, whole: Whole) -> None:
    keys = days(whole("").world)[::4]
    assert len(keys) > 15
    assert same_at(kb, whole, keys) > 300


def test_moments_that_hang_on_others(kb: KnowledgeBase, whole: Whole) -> None:
    ways = ("", "before/", "after/")
    keys = [f"{way}{key}" for key in dated(whole("").world) for way in ways][::100]
    assert len(keys) > 1
    assert same_at(kb, whole, (*EDGES, *keys)) > 500


@pytest.mark.parametrize("policy", POLICIES[1:])
def test_moments_under_a_policy(kb: KnowledgeBase, whole: Whole, policy: str) -> None:
    keys = ("2020-01-02", "2020-03", "event/us-strike-2020-01-03", "source/jpost-620411")
    assert same_at(kb, whole, (*EDGES[POLICIES.index(policy) :: 4], *keys), policy) > 0


@pytest.mark.parametrize("policy", ["", "hedged=no"])
def test_what_is_around_a_thing(kb: KnowledgeBase, whole: Whole, policy: str) -> None:
    chosen, world = kb.policy(policy), whole(policy).world
    things = list(dict.fromkeys((*world.occurrences, *world.sources, *world.claims)))
    for iri in things[:: 200 if policy else 20]:
        near = kb.around([iri], chosen)
        assert near.occurrences.get(iri) == world.occurrences.get(iri)
        assert near.standings.get(iri) == world.standings.get(iri)
        assert near.time.bounds(iri) == world.time.bounds(iri)
        assert near.occurrences.items() <= world.occurrences.items()
        parts = [one for one in near.participations if one.event == iri]
        assert parts == [one for one in world.participations if one.event == iri]
    for conflict in world.conflicts[:2]:
        assert conflict in kb.around([*conflict.concerns], chosen).conflicts
        if not policy:
            assert conflict in kb.around([conflict.iri]).conflicts
    iris = [*world.occurrences, f"{BASE}id/tenure/nobody--nothing"]
    assert kb.occurrences(iris, chosen) == dict(world.occurrences)


def test_explanations(kb: KnowledgeBase, whole: Whole) -> None:
    asked, labels = whole(""), kb.registry.labels
    keys = ("2020-01-02", "event/us-strike-2020-01-03", "sometime/2020-01-01/to/2020-02-15")
    moments = [moment(kb, key) for key in keys]
    for iri in list(asked.world.occurrences)[::72]:
        mine = kb.explain(iri, moments=moments).to_dict()
        assert mine == explain(asked.world, iri, labels, asked, moments).to_dict(), iri
    with pytest.raises(NotFound):
        kb.explain(f"{BASE}id/tenure/nobody--nothing")


@pytest.mark.parametrize("policy", POLICIES[1:3])
def test_explanations_under_a_policy(kb: KnowledgeBase, whole: Whole, policy: str) -> None:
    asked, labels = whole(policy), kb.registry.labels
    for iri in list(asked.world.occurrences)[30::90]:
        mine = kb.explain(iri, kb.policy(policy)).to_dict()
        assert mine == explain(asked.world, iri, labels, asked).to_dict()


def test_claims_by_themselves(kb: KnowledgeBase, whole: Whole) -> None:
    world = whole("").world
    for iri in list(kb.claims)[::40]:
        assert kb.claim_reason(iri) == claim_reason(world, iri, kb.registry.labels)
    with pytest.raises(NotFound):
        kb.claim_reason(f"{BASE}claim/jpost-620411/0")


def test_conflicts(kb: KnowledgeBase, whole: Whole) -> None:
    for policy in POLICIES:
        expected = as_in_graph(whole(policy).world)
        assert policy or expected
        assert list(kb.conflicts(kb.policy(policy))) == expected


def test_claims_as_a_mapping(kb: KnowledgeBase) -> None:
    prefix = kb.names.claim_prefix
    graphs = [one for one in kb.store.graphs() if one.value.startswith(prefix)]
    contents = [quad for one in graphs for quad in kb.store.quads(one)]
    read = read_claims(kb.store.quads(kb.names.graph("provenance")), contents)
    mine = kb.claims
    assert len(mine) == len(read.claims)
    assert list(mine) == sorted(read.claims)
    assert dict(mine) == dict(read.claims)
    assert dict(kb.sources) == dict(read.sources)
    for nothing in ("", "no IRI", f"{BASE}claim/jpost-620411/0", f"{BASE}source/jpost-620411"):
        assert nothing not in mine
        assert mine.get(nothing) is None
        with pytest.raises(KeyError):
            mine[nothing]
    assert 7 not in mine  # type: ignore[comparison-overlap]
    for source in kb.sources:
        made = [one for _, one in sorted(read.claims.items()) if one.source == source]
        assert kb.claims_of(source) == made
    assert kb.claims_of(f"{BASE}source/nobody") == []


def test_what_is_said_about_a_thing(kb: KnowledgeBase) -> None:
    for claim in list(kb.claims.values())[::20]:
        for triple in claim.content:
            assert isinstance(triple.subject, NamedNode)
            assert claim in kb.claims_about(triple.subject.value)
            assert kb.is_told_of(triple.subject.value)
    assert not kb.claims_about(f"{BASE}id/person/nobody")
    assert not kb.is_told_of("no IRI")


def test_policies_and_recorded_time(kb: KnowledgeBase) -> None:
    claims = kb.claims.values()
    first, source = min(claim.recorded_at for claim in claims), "jpost-620411"
    of_source = min(c.recorded_at for c in claims if c.source.endswith(source))
    assert kb.policy(f"known-at={first}").known_at == first
    assert kb.policy(f"known-at={of_source};sources={source}").known_at == of_source
    never = "known-at=1999-01-01T00:00:00Z"
    # A source that began later than another has a first day of its own.
    late = max(claims, key=lambda one: one.recorded_at)
    before = min(c.recorded_at for c in claims if c.source == late.source)
    wrong = [never, "sources=nobody", f"{never};sources={source}"]
    if first < before:
        wrong.append(f"known-at={first};sources={late.source.rpartition('/')[2]}")
    for text in wrong:
        with pytest.raises(BadPolicy):
            kb.policy(text)
    last = max(max(c.recorded_at, c.retracted_at or "") for c in claims)
    assert kb.snapshot.claims.last_instant() == last


def test_what_was_learned(kb: KnowledgeBase) -> None:
    everything = dict(kb.claims)
    instants = sorted({claim.recorded_at for claim in everything.values()})
    stretches = [("1990-01-01T00:00:00Z", one) for one in instants]
    stretches += [(one, "2999-01-01T00:00:00Z") for one in instants]
    for start, end in stretches:
        found = learned(kb.claims_changed(start, end), start, end)
        assert found == learned(everything, start, end)
    for edge in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert not learned(kb.claims_changed(edge, edge), edge, edge).added


def test_what_was_computed_for_others_is_not_seen(kb: KnowledgeBase) -> None:
    kb.query(f"ASK FROM <{BASE}at/2020-01-02> {{ ?s ?p ?o }}")
    kb.query("ASK { ?s ?p ?o }", kb.policy("hedged=no"))
    assert any(is_computed(kb.names, one.value) for one in kb.store.graphs())
    other = f"{BASE}at/2020-02-02"
    asked = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } OPTIONAL { GRAPH <$OTHER> { ?x ?y ?z } } }"
    answer = kb.query(asked.replace("$OTHER", other))
    assert isinstance(answer, Solutions)
    seen = {row[0].value for row in answer if isinstance(row[0], NamedNode)}
    assert {one for one in seen if is_computed(kb.names, one)} == {other}
    assert seen - {other} == {one.value for one in kb.graphs}
    assert [one.value for one in kb.graphs] == sorted(seen - {other})
