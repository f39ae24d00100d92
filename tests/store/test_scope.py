"""Which predicates a query can look at: of the graph of a moment, no others are made for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import BadQuery
from tenure.knowledge import KnowledgeBase, base
from tenure.namespaces import BASE, RDF_TYPE
from tenure.store import Solutions, inspect
from tenure.store.formats import TSV

PREFIXES = (
    "PREFIX ex: <https://example.org/> PREFIX org: <http://www.w3.org/ns/org#> "
    f"PREFIX tn: <{BASE}ontology#> "
)


def named(query: str) -> set[str] | None:
    """The local names of the predicates, and ``a``; None for any."""
    found = inspect(PREFIXES + query).predicates
    if found is None:
        return None
    return {iri.removeprefix("https://example.org/").replace(RDF_TYPE.value, "a") for iri in found}


@pytest.mark.parametrize(
    ("query", "predicates"),
    [
        ("SELECT ?s ?o ?x { ?s ex:p ?o }", {"p"}),
        (
            "SELECT * WHERE { GRAPH <https://g/> { ?s ex:p ex:o ; a ex:C ; ex:q ?o , ex:r . } }",
            {"p", "q", "a"},
        ),
        ("SELECT * { ?s ex:p/^ex:q|ex:r ?o . ex:s ex:t ?o }", {"p", "q", "r", "t"}),
        ("SELECT * { ?s a?o FILTER(?o > ?s) }", {"a"}),
        ("SELECT (COUNT(*) AS ?n) { ?s ex:p ?o FILTER(?o > ?s && ?o < 3) }", {"p"}),
        ("SELECT * { VALUES (?a ?b) { (ex:x ex:y) (ex:z UNDEF) } ?a ex:p ?b }", {"p"}),
        ("SELECT * { VALUES ?a { ex:x ex:y ex:z } ?a ex:p [ ex:q ?c ] }", {"p", "q"}),
        (
            "CONSTRUCT { ?s ex:r ?o } WHERE { ?s ex:p ?o FILTER EXISTS { ?o ex:q 'x'@en } }",
            {"p", "q", "r"},
        ),
        (
            "ASK { ?s ex:p true . ?s ex:q -1 ; ex:r ?o OPTIONAL { ?o ex:t ?u } }",
            {"p", "q", "r", "t"},
        ),
    ],
)
def test_predicates_that_are_named(query: str, predicates: set[str]) -> None:
    found = named(query)
    assert found is not None
    assert predicates <= found
    assert found - predicates <= {"C", "x", "y", "z", "r"}
    assert ("a" in found) == ("a" in predicates)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ex:p ?x ; ?q ?o }",
        "SELECT * { [] ?p 1 }",
        "SELECT * { [ ?p true ] }",
        "SELECT * { ?s ?p (1 2) }",
        "SELECT * { ?s ?p -1 }",
        "SELECT * { ?s ?p [] }",
        "SELECT*{?s?p?o}",
        "SELECT * { ?s ex:p* ?o }",
        "SELECT * { ?s ex:p? ?o }",
        "SELECT * { ?s ex:p+ ?o }",
        "SELECT * { ?s !ex:p ?o }",
        "SELECT * { ?s !(ex:p|^ex:q) ?o }",
        "SELECT * { ?s ex:p (?a ?b) }",
        "SELECT * { (?a ?b) ex:p ?s }",
        "SELECT * { GRAPH <https://g/> {} }",
        "ASK {}",
        "DESCRIBE ex:s",
        "SELECT * { << ?s ex:p ?o >> ex:q ?x }",
        "SELECT * { ?s ex:p ?o {| ex:q ?x |} }",
    ],
)
def test_any_predicate(query: str) -> None:
    assert named(query) is None


_names = st.sampled_from(
    ["org:holds", "tn:certainty", "tn:holder", "tn:office", "a", "?p", "tn:contested"]
)
_nodes = st.sampled_from(
    ["?s", "?o", "?x", "[]", f"<{BASE}id/office/iraq-prime-minister>", "tn:Tenure"]
)
_paths = st.one_of(
    _names,
    st.builds("{}/{}".format, _names, _names),
    st.builds("^{}".format, _names),
    st.builds("({}|{})".format, _names, _names),
    st.builds("{}*".format, _names),
    st.builds("!{}".format, _names),
)
_triples = st.builds("{} {} {} .".format, _nodes, _paths, _nodes) | st.builds(
    "{} {} {} ; {} {} .".format, _nodes, _paths, _nodes, _paths, _nodes
)
_groups = st.recursive(
    st.lists(_triples, min_size=1, max_size=3).map(" ".join),
    lambda inner: st.one_of(
        st.builds("{} OPTIONAL {{ {} }}".format, inner, inner),
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("{} FILTER (!EXISTS {{ {} }})".format, inner, inner),
        st.builds("{{ SELECT ?s ?o {{ {} }} }} {}".format, inner, inner),
        st.builds("VALUES (?s ?o) {{ (UNDEF tn:Tenure) }} {}".format, inner),
        st.builds("{} MINUS {{ {} }}".format, inner, inner),
    ),
    max_leaves=3,
)


@given(group=_groups, view=st.sampled_from(["", "/possible", "/certainty"]), asks=st.booleans())
def test_answers_are_those_of_whole_graphs(
    kb: KnowledgeBase, group: str, view: str, asks: bool
) -> None:
    graph = f"<{BASE}at/2020-01-02{view}>"
    whole = f"GRAPH {graph} {{ {group} }}" if asks else group
    source = "" if asks else f"FROM {graph}"
    query = f"{PREFIXES} SELECT * {source} WHERE {{ {whole} }}"
    answers = []
    with pytest.MonkeyPatch.context() as patched:
        for predicates in (lambda one: one, lambda one: replace(one, predicates=None)):
            patched.setattr(base, "inspect", lambda text, of=predicates: of(inspect(text)))
            try:
                answer = kb.query(query)
            except BadQuery:
                return
            assert isinstance(answer, Solutions)
            answers.append(sorted(answer.serialise(TSV).splitlines()))
    assert answers[0] == answers[1]
