"""Claims that were written into the store of an open knowledge base count after a refresh."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.store import Truth
from tenure.terms import BASE, TN

HOLDS = (
    "ASK FROM <{day}> { ?who <http://www.w3.org/ns/org#holds>"
    " <https://w3id.org/tenure/id/office/pmu-deputy-head> }"
)
LATER = "2026-11-25T00:00:00Z"


def held(kb: KnowledgeBase, day: str) -> bool:
    answer = kb.query(HOLDS.replace("{day}", BASE + day))
    assert isinstance(answer, Truth)
    return bool(answer)


def test_what_is_retracted_is_gone_after_a_refresh(repo_root: Path) -> None:
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
    kb.refresh()
    assert f"{BASE}id/{iri}" not in kb.world().occurrences
    assert not held(kb, "at/2020-01-02")
    assert held(kb, "known/2026-11-24T00:00:00Z/at/2020-01-02")
    kb.store.replace(graph, described)
    kb.refresh()
    assert held(kb, "at/2020-01-02")
