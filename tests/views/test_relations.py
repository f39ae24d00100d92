"""Graphs of relations in time: their names, and what is in them."""

from __future__ import annotations

import pytest

from tenure.errors import BadParameter
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import BASE, Names
from tenure.store import Solutions
from tenure.temporal import parse_iso
from tenure.views import (
    OPERANDS,
    RelationRequest,
    is_computed,
    read_relation_iri,
    read_slice_iri,
    read_stretch,
    relation_iri,
)

OURS = Names("https://example.org/kb/")
OPERAND = {
    "time": "2019-12-21/2020-01-03",
    "entity": "office/pmu-deputy-head",
    "source": "source/jpost-620411",
}
STRIKE = "event/us-strike-2020-01-03"


@pytest.mark.parametrize("kind", list(OPERANDS))
@pytest.mark.parametrize("policy", ["", "hedged=no;sources=a,b"])
@pytest.mark.parametrize("names", [Names(), OURS])
def test_the_iri_reads_back(names: Names, kind: str, policy: str) -> None:
    request = RelationRequest(policy, kind, tuple(OPERAND[o] for o in OPERANDS[kind]))
    graph = relation_iri(names, request).value
    assert read_relation_iri(names, graph) == request
    assert read_slice_iri(names, graph) is None
    assert is_computed(names, graph)


@pytest.mark.parametrize("date", ["2004-%06", "[2019-12-21..2019-12-31]", "{1960, 1961-12}"])
def test_any_date_reads_back(date: str) -> None:
    request = RelationRequest("", "pair", (date, STRIKE))
    assert read_relation_iri(OURS, relation_iri(OURS, request).value) == request


@pytest.mark.parametrize(
    "path", ["relations", "relations/", "relations/before", "relations/none/2020", "at/2020", ""]
)
def test_other_iris_are_none(path: str) -> None:
    assert read_relation_iri(OURS, OURS.base + path) is None
    assert read_relation_iri(OURS, BASE + "relations/durations") is None


def test_a_date_is_all_its_days(kb: KnowledgeBase) -> None:
    key, stretch = read_stretch(kb.names, kb.resolve_dated, "2020-02", where="when")
    assert key == "2020-02"
    assert stretch.start.shift == parse_iso("2020-02-01")
    assert stretch.end.shift == parse_iso("2020-02-29")
    for text in ("2020/..", "[..2020]"):
        with pytest.raises(BadParameter):
            read_stretch(kb.names, kb.resolve_dated, text, where="when")


def test_an_iri_and_a_slug_name_one_graph(kb: KnowledgeBase) -> None:
    slug = kb.relation_graph("before", [STRIKE])
    assert kb.relation_graph("before", [kb.names.entity_iri(STRIKE)]) == slug
    assert slug.value == f"{BASE}relations/before/{STRIKE}"


def test_what_another_policy_does_not_know_stands_nowhere(kb: KnowledgeBase) -> None:
    """The source tells of no strike, and nothing can be compared with it."""

    def before(policy: str | None) -> int:
        graph = kb.relation_graph("before", [STRIKE], kb.policy(policy))
        answer = kb.query("SELECT * { ?s ?p ?o }", default_graphs=[graph.value])
        assert isinstance(answer, Solutions)
        return len(list(answer))

    assert before(None) > 0
    assert before("sources=ina-6771") == 0


def test_relations_turn_round(kb: KnowledgeBase) -> None:
    def kinds(first: str, second: str) -> set[tuple[str, ...]]:
        graph = kb.relation_graph("pair", [first, second])
        answer = kb.query(
            "PREFIX tn: <https://w3id.org/tenure/ontology#> "
            "SELECT ?k ?c { ?n tn:relationKind ?k ; tn:relationCertainty ?c }",
            default_graphs=[graph.value],
        )
        assert isinstance(answer, Solutions)
        return {tuple(str(term).rpartition("#")[2].strip(">") for term in row) for row in answer}

    assert kinds(STRIKE, "2019") == {("After", "Certain")}
    assert kinds("2019", STRIKE) == {("Before", "Certain")}
    assert kinds(STRIKE, STRIKE) == {("Equals", "Certain")}
    assert kinds("2020-01-03", STRIKE) == {("Equals", "Certain")}
    assert kinds("2020-01-02", STRIKE) == {("Meets", "Certain")}
