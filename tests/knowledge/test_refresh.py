"""Claims that were written into the store of an open knowledge base count at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from tenure.errors import BadClaim
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.namespaces import BASE, RDF_TYPE, TN
from tenure.store import Truth
from tenure.temporal import day_number
from tenure.temporal import parse as parse_edtf

HOLDS = (
    "ASK FROM <{day}> { ?who <http://www.w3.org/ns/org#holds>"
    " <https://w3id.org/tenure/id/office/pmu-deputy-head> }"
)
LATER = "2026-11-25T00:00:00Z"


def held(kb: KnowledgeBase, day: str) -> bool:
    answer = kb.query(HOLDS.replace("{day}", BASE + day))
    assert isinstance(answer, Truth)
    return bool(answer)


def test_what_is_retracted_is_gone(repo_root: Path) -> None:
    kb = open_knowledge_base(repo_root / "kb" / "facts")
    assert held(kb, "at/2020-01-02")
    iri = "tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
    world = kb.world()
    graph = kb.names.graph("provenance")
    described = [Triple(q.subject, q.predicate, q.object) for q in kb.store.quads(graph)]
    instant = Literal(LATER, datatype=NamedNode("http://www.w3.org/2001/XMLSchema#dateTime"))
    retracted = [
        Triple(NamedNode(claim), TN("retractedAt"), instant)
        for claim in world.occurrences[f"{BASE}id/{iri}"].claims
    ]
    assert retracted
    kb.store.replace(graph, [*described, *retracted])
    assert f"{BASE}id/{iri}" not in kb.world().occurrences
    assert not held(kb, "at/2020-01-02")
    assert held(kb, "known/2026-11-24T00:00:00Z/at/2020-01-02")
    kb.store.replace(graph, described)
    assert held(kb, "at/2020-01-02")


def test_our_own_writes_are_no_news(repo_root: Path) -> None:
    kb = open_knowledge_base(repo_root / "kb" / "facts")
    before, snapshot = kb.generation, kb.snapshot
    assert held(kb, "at/2020-01-02")
    assert kb.query("ASK {}", kb.policy("hedged=no"))
    assert kb.generation == before
    assert kb.snapshot is snapshot
    kb.store.add([])
    assert kb.generation == before + 1
    assert kb.snapshot is not snapshot


def test_a_plan_says_what_was_computed_for_it(repo_root: Path) -> None:
    kb = open_knowledge_base(repo_root / "kb" / "facts")
    day = NamedNode(BASE + "at/2020-01-02")
    plain = kb.plan("ASK {}")
    assert plain.virtual_graphs == ()
    assert NamedNode(f"{BASE}graph/world") in plain.default_graphs
    asked = kb.plan(HOLDS.replace("{day}", day.value))
    made = [one.name for one in asked.virtual_graphs]
    assert (asked.default_graphs, asked.named_graphs, made) == ((day,), (), [day])
    other = kb.plan(f"ASK {{ GRAPH {day} {{}} }}", kb.policy("hedged=no"))
    world = other.default_graphs[0]
    assert {one.name for one in other.virtual_graphs} == {day, world}
    assert all(one.content for one in other.virtual_graphs)
    assert day in (other.named_graphs or ())
    assert world not in (other.named_graphs or ())
    named = kb.plan(f"ASK {{ GRAPH {world} {{}} }}", kb.policy("hedged=no"))
    assert world in (named.named_graphs or ())


def test_a_plan_can_be_run_after_its_graphs_were_given_up(repo_root: Path) -> None:
    kb = open_knowledge_base(repo_root / "kb" / "facts")
    plan = kb.plan(HOLDS.replace("{day}", f"{BASE}at/2020-01-02"))
    kb.refresh()
    assert bool(kb.run(plan))


def test_what_cannot_be_understood_is_told_until_it_is_corrected(repo_root: Path) -> None:
    kb = open_knowledge_base(repo_root / "kb" / "facts")
    graph = kb.names.graph("provenance")
    described = [Triple(q.subject, q.predicate, q.object) for q in kb.store.quads(graph)]
    broken = Triple(kb.names.claim("nobody", "1"), RDF_TYPE, TN("Claim"))
    kb.store.replace(graph, [*described, broken])
    for _ in range(2):
        with pytest.raises(BadClaim):
            kb.world()
    kb.store.replace(graph, described)
    assert held(kb, "at/2020-01-02")


def test_a_source_that_is_described_otherwise_has_another_day(repo_root: Path) -> None:
    kb = open_knowledge_base(repo_root / "kb" / "facts")
    # No claim names it: nothing but its own date says when it appeared.
    iri = f"{BASE}source/new"
    snapshot = kb.snapshot
    some = next(iter(kb.sources.values()))
    for text, day in (("2021-05-06", (2021, 5, 6)), ("2020-04-05", (2020, 4, 5))):
        source = replace(some, iri=iri, published=parse_edtf(text))
        snapshot = snapshot.changed(snapshot.registry, {}, {iri: source}, [iri])
        assert snapshot.world().time.bounds(iri).start_earliest == day_number(*day)
