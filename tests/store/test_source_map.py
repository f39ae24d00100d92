"""Where statements stand: Turtle, TriG, N-Triples, N-Quads and JSON-LD."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, serialize

from tenure.store import GRAPH_FORMATS
from tenure.store.formats import JSON_LD
from tenure.store.source_map import map_source, subject_line, subject_lines

TRIG = '''# person:a is not described here
@prefix p: <http://example.org/p/> .
PREFIX c: <http://example.org/c/>
@base <http://example.org/> .

p:a p:says """two lines; p:b . not here
# nor here """ , "p:c ." ; p:knows p:d .
<http://example.org/p/e> p:list ( p:f [ p:g p:h ] ) .
c:1 { p:a p:is p:b . p:b p:is
  p:a }
GRAPH c:2 {
  p:a p:was p:b
}
<f.g> p:is p:a .
p:x.y p:is 1.5 .
'''


@pytest.mark.parametrize(
    ("local", "graph", "line"),
    [
        ("p/a", None, 6),
        ("p/a", "c/1", 9),
        ("p/a", "c/2", 12),
        ("p/b", None, 9),
        ("p/b", "c/2", 9),
        ("p/c", None, None),
        ("p/d", None, None),
        ("p/e", None, 8),
        ("p/f", None, None),
        ("p/g", None, None),
        ("c/1", None, 9),
        ("c/2", None, 11),
        ("f.g", None, 14),
        ("p/x.y", None, 15),
    ],
)
def test_the_line_of_a_node(local: str, graph: str | None, line: int | None) -> None:
    start = "http://example.org/"
    found = map_source(TRIG).line(start + local, start + graph if graph else None)
    assert found == line


@pytest.mark.parametrize("text", ["", '"never closed', "@prefix", "@prefix a:", "{", "}", "a"])
def test_what_is_no_turtle_has_no_positions_and_no_failure(text: str) -> None:
    assert map_source(text).line("http://example.org/a") is None


# ---------------------------------------------------------------- first lines

E = "http://example.org/"

TEXT = f"""\
@prefix e: <{E}> .
PREFIX f: <{E}f#>
@base <http://base.example/> .

# e:comment e:p 1 .
e:one e:p e:two ;
    e:p "e:three e:p 1 . ", '''
e:four e:p 1 .
''' .
<{E}two> a e:C . e:five a e:C .
f:six a e:C ; e:p ( e:seven ) , [ e:p e:eight . ] .
<relative> a e:C .
e:one e:p 2 .
e:g {{ e:nine e:p 1 .
  e:ten.x e:p 1.5 }}
GRAPH <{E}h> {{
  e:eleven e:p 1
}}
other:x a e:C .
e:es\\-caped a e:C .
"""


@pytest.mark.parametrize(
    ("iri", "line"),
    [
        (E + "one", 6),
        (E + "two", 10),
        (E + "five", 10),
        (E + "f#six", 11),
        ("http://base.example/relative", 12),
        (E + "g", 14),
        (E + "nine", 14),
        (E + "ten.x", 15),
        (E + "h", 16),
        (E + "eleven", 17),
        ("http://other.example/x", 19),
        (E + "es-caped", 20),
        (E + "three", None),
        (E + "four", None),
        (E + "seven", None),
        (E + "eight", None),
        (E + "comment", None),
        (E + "C", None),
    ],
)
def test_the_first_line_of_a_subject(iri: str, line: int | None) -> None:
    assert subject_line(TEXT, iri, {"other": "http://other.example/"}) == line


def test_a_text_with_a_mistake_keeps_the_lines_before_it() -> None:
    assert subject_lines("<a:b> <a:b> 1 .\n<c:d> <a:b> 'open .\n<e:f> <a:b> 1 .") == {
        "a:b": 1,
        "c:d": 2,
    }


@given(st.text(alphabet="ab:<>'\"#.{}[]()@prefixgraph \n\\", max_size=120))
def test_any_text_is_gone_through(text: str) -> None:
    lines = subject_lines(text)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())


# ---------------------------------------------------------------- statements

IRIS = st.sampled_from([E + "a", E + "b#c", E + "d/e.f", "urn:x:y"]).map(NamedNode)
VALUES = IRIS | st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(Literal)
QUADS = st.lists(
    st.builds(Quad, IRIS, IRIS, VALUES, IRIS | st.just(DefaultGraph())),
    min_size=1,
    max_size=8,
    unique=True,
)


@given(QUADS, st.sampled_from(["trig", "nq", "jsonld"]))
def test_every_statement_is_found_where_its_value_is_written(quads: list[Quad], name: str) -> None:
    form = GRAPH_FORMATS[name]
    text = (serialize(quads, format=form.engine, prefixes={"e": E}) or b"").decode()
    lines = text.split("\n")
    found = map_source(text, form)
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        assert isinstance(subject, NamedNode)
        assert isinstance(value, NamedNode | Literal)
        graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else None
        place = found.statement(subject.value, predicate, value.value, graph)
        assert place is not None, (quad, text)
        written = lines[place.line - 1][place.column - 1 :][: place.length]
        if isinstance(value, NamedNode):
            assert written.strip('<>"').replace("\\", "").rpartition(":")[2] in value.value
        else:
            assert written[0] in "\"'{"
        assert found.subject(subject.value, graph) is not None


def test_a_statement_and_its_predicate() -> None:
    text = f'@prefix e: <{E}> .\n\ne:a\te:p "x" ,\n  "y\\n" ; e:q [ e:r 5 ] .\n'
    found = map_source(text)
    assert found.statement(E + "a", E + "p", "x") == (3, 9, 3)
    assert found.statement(E + "a", E + "p", "y\n") == (4, 3, 5)
    assert found.statement(E + "a", E + "p", at_predicate=True) == (3, 5, 3)
    assert found.statement(None, E + "r", "5") == (4, 21, 1)
    assert found.statement(E + "a", E + "none") is None


def test_of_two_graphs_the_one_asked_for() -> None:
    text = f"<{E}g> {{ <{E}a> <{E}p> 1 }}\n<{E}h> {{ <{E}a> <{E}p> 1 }}\n"
    found = map_source(text)
    for graph, line in ((E + "g", 1), (E + "h", 2)):
        place = found.statement(E + "a", E + "p", "1", graph)
        assert place is not None
        assert (place.line, found.line(E + "a", graph)) == (line, line)


def test_json_ld_with_a_context() -> None:
    text = json.dumps(
        {
            "@context": {"e": E, "name": {"@id": "e:name"}, "id": "@id", "@vocab": E + "v#"},
            "@graph": [
                {"id": "e:a", "@type": "Kind", "name": "Ada", "knows": {"id": "e:b"}},
                {"id": "e:g", "@graph": [{"id": "e:c", "name": ["One", "Two"]}]},
            ],
        },
        indent=1,
    )
    lines = text.split("\n")
    found = map_source(text, JSON_LD)
    for subject, predicate, value, graph, written in (
        ("a", "name", "Ada", None, '"Ada"'),
        ("a", "v#knows", E + "b", None, '"e:b"'),
        ("c", "name", "One", E + "g", '"One"'),
        ("c", "name", "Two", E + "g", '"Two"'),
    ):
        place = found.statement(E + subject, E + predicate, value, graph)
        assert place is not None
        assert lines[place.line - 1][place.column - 1 :][: place.length] == written
    assert found.line(E + "c", E + "g") == lines.index('     "id": "e:c",') + 1


@given(st.text(alphabet='{}[]:,"\\ab@idgraph \n', max_size=80))
def test_any_text_is_gone_through_as_json(text: str) -> None:
    for block in map_source(text, JSON_LD).blocks():
        assert 1 <= block.first <= block.last <= text.count("\n") + 1


def test_a_long_line_is_shown_round_the_place() -> None:
    text = f'<{E}a> <{E}p> "{"x" * 100_000}" , "here" ; <{E}q> "{"y" * 100_000}" .'
    found = map_source(text)
    place = found.statement(E + "a", E + "p", "here")
    assert place is not None
    excerpt = found.excerpt(place)
    assert len(excerpt.text) <= 120
    assert excerpt.text[excerpt.offset :][: excerpt.length] == '"here"'


def test_blocks_are_the_lines_of_a_node() -> None:
    text = f"<{E}a> <{E}p> 1 ;\n  <{E}q> 2 .\n<{E}g> {{\n<{E}b> <{E}p> 3 .\n}}\n"
    told = {(one.graph, one.subject[-1], one.first, one.last) for one in map_source(text).blocks()}
    assert told == {(None, "a", 1, 2), (E + "g", "b", 4, 4), (None, "g", 3, 5)}
