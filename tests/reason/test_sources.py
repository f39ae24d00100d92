from __future__ import annotations

import re
from pathlib import Path

import pytest

from tenure.reason.pellet import Masks, read_explanation
from tenure.reason.sources import Sources
from tenure.store import read_file

SPACE = "http://example.org/"
TURTLE = """@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:A a owl:Class ;
  owl:disjointWith :B ;
  rdfs:subClassOf :C ,
    [ a owl:Restriction ; owl:onProperty :p ; owl:minCardinality 2 ] ,
    [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 1 ] ,
    [ a owl:Restriction ; owl:onProperty :p ;
      owl:someValuesFrom [ owl:unionOf ( :B :C ) ] ] ,
    [ a owl:Restriction ; owl:onProperty :p ;
      owl:allValuesFrom [ owl:unionOf ( :B :C ) ] ] .
:p a owl:ObjectProperty ,
    owl:FunctionalProperty ,
    owl:TransitiveProperty ;
  rdfs:domain :A .
:x a :A ,
    :B ;
  :p :y ,
    :x ;
  :d "of some type" ,
    5 .
[] a owl:AllDifferent ;
  owl:distinctMembers ( :x :y ) .
[] a owl:AllDifferent ;
  owl:distinctMembers ( :x :z ) .
[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; owl:assertionProperty :p ;
  owl:targetIndividual :z .
"""


def line_of(sources: Sources, axiom: str) -> int | None:
    """The line of an axiom in which each name begins with a colon."""
    masks = Masks()
    printed = re.sub(r":(\w+)", lambda match: masks.mask(SPACE + match[1]), axiom)
    where = sources.of_axiom(printed, masks.named(printed))
    return where.line if where else None


@pytest.mark.parametrize(
    ("axiom", "line"),
    [
        (":A subClassOf :C", 6),
        (":A disjointWith :B", 5),
        (":B disjointWith :A", 5),
        (":A subClassOf :p min 2", 7),
        (":A subClassOf :p max 1", 8),
        (":A subClassOf :p some :B or :C", 9),
        (":A subClassOf :p only :B or :C", 11),
        ("Functional :p", 14),
        ("Transitive :p", 15),
        (":p domain :A", 16),
        (":x type :A", 17),
        (":x type :B", 18),
        (":x :p :y", 19),
        (":x :p :x", 20),
        (':x :d "of some type"', 21),
        (":x :d 5", 22),
        (":x differentFrom :y", 24),
        ("DifferentIndividuals(:z :x)", 26),
        ("NOT (:x :p :z)", 28),
        (":A subClassOf :D", None),
        (":x sameAs :y", None),
    ],
)
def test_an_axiom_is_found_where_it_is_written(
    tmp_path: Path, axiom: str, line: int | None
) -> None:
    file = tmp_path / "o.ttl"
    file.write_text(TURTLE, encoding="utf-8")
    assert line_of(Sources({file: read_file(file)}), axiom) == line


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("o.nt", "<{0}a> <{0}p> <{0}b> .\n<{0}x> <{0}p> <{0}y> .\n"),
        ("o.jsonld", '[{{"@id": "{0}a"}},\n {{"@id": "{0}x", "{0}p": {{"@id": "{0}y"}}}}]'),
        ("o.trig", "<{0}g> {{ <{0}a> <{0}p> <{0}b> .\n<{0}x> <{0}p> <{0}y> }}"),
    ],
)
def test_other_formats_have_lines_too(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text.format(SPACE), encoding="utf-8")
    sources = Sources({file: read_file(file)})
    assert line_of(sources, ":x :p :y") == 2
    assert str(sources.of_term(SPACE + "x")) == f"{file}:2"


def test_a_term_that_nothing_describes_is_where_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "o.ttl"
    file.write_text(f"<{SPACE}x>\n  <{SPACE}p>\n  <{SPACE}y> .\n", encoding="utf-8")
    sources = Sources({file: read_file(file)})
    places = {one: str(sources.of_term(SPACE + one)) for one in ("x", "p", "y", "z")}
    assert places == {"x": f"{file}:1", "p": f"{file}:2", "y": f"{file}:3", "z": "None"}
    found = sources.of_any([SPACE + "z", SPACE + "y"])
    assert found is not None
    assert found.line == 3
    assert sources.of_any([]) is None


def test_a_node_without_a_name_has_the_line_of_what_is_said_of_it(tmp_path: Path) -> None:
    file = tmp_path / "o.ttl"
    file.write_text(f"<{SPACE}x> a <{SPACE}A> ;\n  <{SPACE}p> [\n <{SPACE}q> 5 ] .\n", "utf-8")
    quads = read_file(file)
    (label,) = {str(one.subject) for one in quads if str(one.subject).startswith("_:")}
    assert str(Sources({file: quads}).of_term(label)) == f"{file}:3"
    assert Sources({file: quads}).of_term("_:other") is None


def test_a_node_without_a_name_is_followed_to_its_line(tmp_path: Path) -> None:
    file = tmp_path / "o.ttl"
    file.write_text(f"<{SPACE}x> a <{SPACE}A> .\n_:b <{SPACE}p> _:b .\n", encoding="utf-8")
    quads = read_file(file)
    (label,) = {str(one.subject) for one in quads if str(one.subject).startswith("_:")}
    masks = Masks()
    nameless = f"_:file:/tmp/genid-nodeid-{label}"
    printed = f"{nameless} {masks.mask(SPACE + 'p')} {nameless}"
    where = Sources({file: quads}).of_axiom(printed, masks.named(printed))
    assert str(where) == f"{file}:2"
    assert masks.told(printed) == "[nameless 1] p [nameless 1]"


def test_a_long_axiom_is_one() -> None:
    first = "1)   A subClassOf p only B\n                         or C\n     x type A\n"
    output = f"{first}\n2)   y type B\n"
    assert read_explanation(output) == [("A subClassOf p only B or C", "x type A"), ("y type B",)]
    assert read_explanation("Axiom: A subClassOf Nothing\n\nExplanation: AXIOM IS NOT") == []
