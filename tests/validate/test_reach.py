"""How far rules look, and that pieces hold what they see: rules of every kind, on random data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize
from rdflib import Graph

from tenure.store.formats import N_QUADS
from tenure.terms import RDF_TYPE, Names
from tenure.validate import unwatched
from tenure.validate.exact import Written
from tenure.validate.facts import Told
from tenure.validate.gate import gate_shapes
from tenure.validate.large import LargeFacts, LargeFile
from tenure.validate.reach import Reach, reach_of
from tenure.validate.shapes import Shapes, told_by, told_by_core

_EX = "http://example.org/"
_HEAD = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n"
    '<http://example.org/> sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/" ] .\n'
)


def _reach(pattern: str) -> Reach:
    query = f"PREFIX ex: <{_EX}> SELECT $this ?v WHERE {{ {pattern} }}"
    return reach_of(Graph(), {"rule": query})


def test_no_rule_of_the_house_has_to_see_everything() -> None:
    shapes = gate_shapes()
    reach = reach_of(shapes.core, {one.rule: one.query for one in shapes.constraints})
    assert reach.everything == frozenset()
    assert set(reach.wide) == {"PassageInsideText", "PassageOfText"}
    assert not reach.through_graphs


@pytest.mark.parametrize(
    ("pattern", "back"),
    [
        ("$this ex:p ?v . ?v ex:q ?w", []),
        ("$this ex:p/ex:q* ?v", []),
        ("$this ?p ?v . ?p ex:q ?w", []),
        ("$this ex:p ?v . ?w ex:q $this", ["q"]),
        ("$this ^ex:p ?v . ?v ex:q ?w", ["p"]),
        ("$this ex:p ?v . ?w ex:q/ex:r ?v . ?v ex:s ?x", ["q", "r"]),
        ("$this ex:p ?v . FILTER NOT EXISTS { ?w ex:q $this }", ["q"]),
        ("$this ex:p ?v . GRAPH ?g { ?w ex:q $this }", ["q"]),
        ("$this ex:p ?v . OPTIONAL { ?w ex:q $this }", ["q"]),
    ],
)
def test_the_properties_along_which_a_rule_looks_back(pattern: str, back: Sequence[str]) -> None:
    reach = _reach(pattern)
    assert reach.back == {_EX + one for one in back}
    assert (reach.wide, reach.everything) == ({}, frozenset())


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ("$this ex:p ?v . ?w ex:q ?x", {("p", None), ("q", None)}),
        ('$this ex:p ?v . ?w ex:q "text"', {("p", None), ("q", None)}),
        # Two literals that are one: nothing leads from it to the other.
        ("$this ex:p ?v . ?w ex:q ?v", {("p", None), ("q", None)}),
        ("$this ex:p ?v . BIND (IRI(STR(?v)) AS ?w) ?w ex:q ?x", {("p", None), ("q", None)}),
        ("$this ex:p ?v . FILTER NOT EXISTS { ?w ex:q ?x }", {("p", None), ("q", None)}),
        ("$this a ex:C . OPTIONAL { $this ex:q ?w } ?w ex:r ?x", None),
    ],
)  # fmt: skip
def test_a_rule_that_finds_nodes_otherwise_is_asked_of_all_with_its_properties(
    pattern: str, kinds: set[tuple[str, str | None]] | None
) -> None:
    reach = _reach(pattern)
    assert reach.everything == frozenset()
    assert set(reach.wide) == {"rule"}
    if kinds is not None:
        assert reach.wide["rule"] == {(_EX + name, value) for name, value in kinds}


@pytest.mark.parametrize(
    "pattern",
    [
        "$this ex:p ?v . ?w ?q $this",
        "$this ex:p ?v . { SELECT ?w WHERE { ?w ex:q ?x } }",
        "$this ex:p ?v . { ?v ex:q ?w } UNION { ?w ex:r ?v }",
        "$this ex:p ?v MINUS { ?w ex:q ?x }",
        "$this !ex:p ?v",
    ],
)
def test_what_is_not_understood_has_to_see_everything(pattern: str) -> None:
    assert _reach(pattern).everything == {"rule"}


_RULES = {
    "Ahead": "$this ex:p ?v . ?v ex:q ?w . ?w ex:p ?x",
    "Perhaps": "$this ex:p ?v . OPTIONAL { ?w ex:r $this } FILTER (!BOUND(?w))",
    "Back": "$this ex:p ?v . ?w ex:q $this . ?x ex:r ?w",
    "Alone": "$this ex:p ?v . FILTER NOT EXISTS { ?w ex:q $this }",
    "Graphs": "$this ex:p ?v . GRAPH ?g { $this ex:q ?w } ?g ex:r ?x",
    "Named": "$this ex:p ?v . FILTER NOT EXISTS { ex:n0 ex:q/ex:r ?x }",
    "Computed": "$this ex:p ?v . BIND (IRI(REPLACE(STR($this), '.$', '1')) AS ?w) ?w ex:q ?x",
    "Twice": "$this ex:p ?v . ?w ex:r ?v . FILTER (?w != $this)",
    "Joined": "$this ex:p ?v . { $this ex:q ?w } UNION { $this ex:r ?w }",
    "Property": "$this ?p ?v . ?p ex:q ?w",
}
_NODES = [NamedNode(f"{_EX}n{number}") for number in range(8)]
_PROPERTIES = [NamedNode(_EX + name) for name in "pqr"]
_QUADS = st.lists(
    st.one_of(
        st.builds(
            Quad,
            st.sampled_from(_NODES),
            st.sampled_from(_PROPERTIES),
            st.one_of(st.sampled_from(_NODES), st.just(Literal("x")), st.just(Literal("y"))),
            st.sampled_from(_NODES),
        ),
        st.builds(Quad, st.sampled_from(_NODES), st.just(RDF_TYPE), st.just(NamedNode(_EX + "C"))),
        st.builds(Quad, st.sampled_from(_PROPERTIES), st.just(_PROPERTIES[1]), st.just(_NODES[0])),
    ),
    min_size=1,
    max_size=30,
)


def _shapes(folder: Path) -> Shapes:
    rules = "\n".join(
        f'ex:{name} a sh:SPARQLConstraint ; sh:message "{{?v}} is wrong. Mend it." ;'
        f' sh:select """SELECT DISTINCT $this ?v WHERE {{ {pattern} }}""" .'
        for name, pattern in _RULES.items()
    )
    core = (
        "ex:Shape a sh:NodeShape ; sh:targetClass ex:C ;"
        f" sh:sparql {', '.join(f'ex:{name}' for name in _RULES)} ;"
        " sh:property ex:Inverse , ex:Class .\n"
        "ex:Inverse a sh:PropertyShape ; sh:path [ sh:inversePath ex:q ] ; sh:maxCount 1 ;"
        ' sh:message "Too many. Take one out." .\n'
        "ex:Class a sh:PropertyShape ; sh:path ex:r ; sh:class ex:C ;"
        ' sh:message "Of another class. Take it out." .'
    )
    file = folder / "shapes.ttl"
    file.write_text(f"{_HEAD}{core}\n{rules}\n", encoding="utf-8")
    return Shapes([file])


@settings(max_examples=60)
@given(_QUADS, st.integers(60, 900))
def test_of_a_piece_every_rule_says_what_it_says_of_the_whole(quads: list[Quad], size: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        shapes = _shapes(folder)
        file = folder / "facts.nq"
        serialize(quads, file, format=RdfFormat.N_QUADS)
        with LargeFacts((), Names(), shapes, unwatched, size) as large:
            large.read(LargeFile(file, N_QUADS, given=True))
            found = large.reduced()[1]
        store = Store()
        store.extend(quads)
        told = [one for rule in shapes.constraints for one in told_by(rule, store)]
        told += told_by_core(shapes.judge, store, Written(quads))
        described = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
        assert _those(found, described) == _those(told, described)


def _those(told: Sequence[Told], described: set[str]) -> set[Told]:
    """Of a node that nothing is said of no finding comes, so nobody has to be told of it."""
    return {one for one in told if one.focus in described}
