"""The world of a moment as plain triples, asked as a user would: by the name of its graph."""

from __future__ import annotations

import re

import pytest

from tenure.errors import BadQuery, Refused
from tenure.knowledge import KnowledgeBase, virtual_graphs
from tenure.namespaces import BASE
from tenure.store import Solutions, Truth
from tenure.temporal import Certainty

ID = f"{BASE}id/"
STRIKE = "event/us-strike-2020-01-03"
MUHANDIS = ["person/abu-mahdi-al-muhandis"]
WHO = "SELECT ?who FROM <at/{}> { ?who org:holds <id/office/pmu-deputy-head> }"
DEGREE = (
    "SELECT ?c { GRAPH <at/{}/certainty>"
    " { <id/tenure/abu-mahdi-al-muhandis--pmu-deputy-head> tn:certainty ?c } }"
)


def full(sparql: str) -> str:
    """A query with relative IRIs and two prefixes, written out."""
    text = re.sub(r"<(at|id|policy)/", rf"<{BASE}\1/", sparql)
    return f"PREFIX org: <http://www.w3.org/ns/org#> PREFIX tn: <{BASE}ontology#> {text}"


def rows(kb: KnowledgeBase, sparql: str) -> list[list[str]]:
    answer = kb.query(full(sparql))
    assert isinstance(answer, Solutions)
    return [[str(getattr(term, "value", "")).removeprefix(ID) for term in row] for row in answer]


@pytest.mark.parametrize(
    ("moment", "holders"),
    [
        ("2020-01-02", [MUHANDIS]),
        ("2020-01-03", [MUHANDIS]),
        ("2020-01-04", []),
        ("2015-06-01", []),
        ("2015-06-01/possible", [MUHANDIS]),
        (f"before/{STRIKE}", [MUHANDIS]),
        (f"after/{STRIKE}", []),
    ],
)
def test_who_held_it(kb: KnowledgeBase, moment: str, holders: list[list[str]]) -> None:
    assert rows(kb, WHO.replace("{}", moment)) == holders


def test_two_days_in_one_query_are_a_diff(kb: KnowledgeBase) -> None:
    ended = rows(
        kb,
        """SELECT ?who ?office FROM NAMED <at/2020-01-02> FROM NAMED <at/2020-01-04> {
             GRAPH <at/2020-01-02> { ?who org:holds ?office }
             FILTER NOT EXISTS { GRAPH <at/2020-01-04> { ?who org:holds ?office } } }""",
    )
    assert ["person/abu-mahdi-al-muhandis", "office/pmu-deputy-head"] in ended
    assert ["person/qasem-soleimani", "office/quds-force-head"] in ended


@pytest.mark.parametrize(
    ("day", "degrees"),
    [("2020-01-02", ["Certain"]), ("2015-06-01", ["Possible"]), ("2020-01-04", [])],
)
def test_how_surely_is_a_graph_too(kb: KnowledgeBase, day: str, degrees: list[str]) -> None:
    found = rows(kb, DEGREE.replace("{}", day))
    assert found == [[f"{BASE}vocabulary#{degree}"] for degree in degrees]


@pytest.mark.parametrize(("source", "held"), [("jpost-620411", True), ("ina-6771", False)])
def test_under_another_policy(kb: KnowledgeBase, source: str, held: bool) -> None:
    ask = "ASK FROM <policy/sources={}/at/2020-01-02>"
    answer = kb.query(
        full(ask.replace("{}", source) + " { ?who org:holds <id/office/pmu-deputy-head> }")
    )
    assert isinstance(answer, Truth)
    assert bool(answer) is held


def test_a_slice_is_what_the_python_interface_says(kb: KnowledgeBase) -> None:
    moment = kb.moment(at="2020-01-02")
    answer = rows(kb, "SELECT ?s ?p ?o FROM <at/2020-01-02> { ?s ?p ?o }")
    assert len(answer) == len(kb.slice(moment))
    certain = {i for i, c in kb.certainty(moment).items() if c is Certainty.CERTAIN}
    typed = rows(kb, "SELECT DISTINCT ?s FROM <at/2020-01-02> { ?s a ?class }")
    assert {ID + row[0] for row in typed} == certain
    assert set(kb.slice(moment)) <= set(kb.slice(moment, degree=Certainty.POSSIBLE))


def test_a_day_holds_nothing_that_says_when(kb: KnowledgeBase) -> None:
    predicates = {
        t.predicate.value for t in kb.slice(kb.moment(at="2020-01-02"), degree=Certainty.POSSIBLE)
    }
    assert not [p for p in predicates if kb.schema.is_time(p)]
    assert not predicates & {f"{BASE}ontology#{p}" for p in ("start", "end", "date", "heldOn")}


def test_answers_do_not_depend_on_what_was_asked_before(kb: KnowledgeBase) -> None:
    graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    before = rows(kb, graphs)
    rows(kb, "SELECT * FROM <at/1999-09-09> { ?s ?p ?o }")
    kb.query("ASK {}", kb.policy("hedged=no"))
    assert rows(kb, graphs) == before
    named = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } VALUES ?x { <at/2020-01-02> } }"
    assert len(rows(kb, named)) == len(before) + 1


@pytest.mark.parametrize("iri", ["at/2020-02-30", "at/event/none", "policy/x=y/at/2020"])
def test_an_unknown_graph_is_refused(kb: KnowledgeBase, iri: str) -> None:
    with pytest.raises(Refused):
        kb.query(full("SELECT * FROM <{}> { ?s ?p ?o }".replace("{}", iri)))


@pytest.mark.parametrize("iri", ["https://example.org/", "not an iri", ""])
def test_an_unknown_graph_of_the_protocol_is_refused(kb: KnowledgeBase, iri: str) -> None:
    with pytest.raises(Refused):
        kb.query("SELECT * { ?s ?p ?o }", default_graphs=[iri])
    with pytest.raises(Refused):
        kb.query("SELECT * { ?s ?p ?o }", named_graphs=[iri])


def test_a_dataset_of_the_protocol_wins(kb: KnowledgeBase) -> None:
    query = full(WHO.replace("{}", "2020-01-04"))
    answer = kb.query(query, default_graphs=[f"{BASE}at/2020-01-02"])
    assert isinstance(answer, Solutions)
    assert len(list(answer)) == 1


def test_more_moments_than_are_kept_are_refused(kb: KnowledgeBase) -> None:
    days = " ".join(f"<at/{year}-01-01>" for year in range(1000, 1001 + virtual_graphs.MOST_SLICES))
    with pytest.raises(BadQuery, match="more than"):
        kb.query(full("SELECT * { VALUES ?g { {} } GRAPH ?g { ?s ?p ?o } }".replace("{}", days)))
