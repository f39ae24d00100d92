"""A day as it was known at an instant, and what is said where a graph of a moment is none."""

from __future__ import annotations

import pytest

from tenure.errors import Refused
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import BASE
from tenure.store import Solutions, Truth
from tenure.views import (
    GraphView,
    SliceRequest,
    is_computed,
    read_relation_iri,
    read_slice_iri,
    relation_iri,
)

KNOWN = f"{BASE}known/2026-11-24T00:00:00Z/at/2020-01-02"


def rows(kb: KnowledgeBase, clause: str, pattern: str = "?s ?p ?o") -> list[tuple[str, ...]]:
    answer = kb.query(f"SELECT ?s ?p ?o {clause} {{ {pattern} }}")
    assert isinstance(answer, Solutions)
    return sorted(tuple(map(str, row)) for row in answer)


@pytest.mark.parametrize("view", GraphView)
def test_the_instant_is_a_policy(kb: KnowledgeBase, view: GraphView) -> None:
    iri = KNOWN + (f"/{view}" if view else "")
    policy = "known-at=2026-11-24T00:00:00Z"
    assert read_slice_iri(kb.names, iri) == SliceRequest(policy, "2020-01-02", view)
    assert is_computed(kb.names, iri)


def test_it_stands_wherever_a_graph_can(kb: KnowledgeBase) -> None:
    expected = rows(kb, f"FROM <{BASE}policy/known-at=2026-11-24T00:00:00Z/at/2020-01-02>")
    assert expected
    inside = f"GRAPH <{KNOWN}> {{ ?s ?p ?o }}"
    assert rows(kb, f"FROM <{KNOWN}>") == expected
    assert rows(kb, f"FROM NAMED <{KNOWN}>", inside) == expected
    assert rows(kb, "", inside) == expected
    answer = kb.query("SELECT ?s ?p ?o { ?s ?p ?o }", default_graphs=[KNOWN])
    assert isinstance(answer, Solutions)
    assert sorted(tuple(map(str, row)) for row in answer) == expected


def test_a_day_mixes_with_an_ordinary_graph(kb: KnowledgeBase) -> None:
    clause = f"FROM <{KNOWN}> FROM NAMED <{BASE}graph/entities>"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    pattern = (
        f"?s <http://www.w3.org/ns/org#holds> ?p GRAPH <{BASE}graph/entities> {{ ?s {label} ?o }}"
    )
    found = rows(kb, clause, pattern)
    assert any("Soleimani" in row[2] for row in found)


@pytest.mark.parametrize("clause", ["FROM <day> { ?s ?p ?o }", "{ GRAPH <day> { ?s ?p ?o } }"])
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("at/2020-02-30", "2020-02-30"),
        ("at/event/none", "event/none"),
        ("known/yesterday/at/2020-01-02", "yesterday"),
        ("known/2001-01-01T00:00:00Z/at/2020-01-02", "first revision"),
        ("relations/before/2020-02-30", "2020-02-30"),
    ],
)
def test_the_reason_is_told(kb: KnowledgeBase, path: str, reason: str, clause: str) -> None:
    with pytest.raises(Refused) as caught:
        kb.query(f"SELECT * {clause}".replace("day", BASE + path))
    what = caught.value.what
    assert what.startswith(f"There is no graph <{BASE}{path}>: ")
    assert reason in what.partition(">: ")[2]
    assert caught.value.remedy


def test_a_day_as_it_was_known_has_one_name(kb: KnowledgeBase) -> None:
    policy = kb.policy("known-at=2026-11-24T00:00:00Z")
    moment = kb.moment(at="2020-01-02")
    assert kb.certainty_graph(moment, policy).value == f"{KNOWN}/certainty"
    also = kb.policy("known-at=2026-11-24T00:00:00Z;sources=jpost-620411")
    assert "/policy/known-at" in kb.certainty_graph(moment, also).value
    for graph in (
        kb.relation_graph("durations", (), policy),
        kb.relation_graph("durations", (), also),
    ):
        read = read_relation_iri(kb.names, graph.value)
        assert read is not None
        assert relation_iri(kb.names, read) == graph


def test_the_prefix_of_days_can_be_declared(kb: KnowledgeBase) -> None:
    answer = kb.query(f"PREFIX at: <{BASE}at/> ASK {{ GRAPH at:2020-01-02 {{ ?s ?p ?o }} }}")
    assert isinstance(answer, Truth)
    assert answer
