"""Reading RDF with errors that tell where, and writing it the same way twice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Dataset, DefaultGraph, Literal, NamedNode, Quad, Triple

from tenure.errors import BadInput, BadParameter, BadRdf, Refused
from tenure.store import GraphFormat, graph_format, read_file, read_text, write

if TYPE_CHECKING:
    from tests.store.conftest import Listener

TTL, TRIG, NT, NQ, JSONLD = (graph_format(one) for one in ("ttl", "trig", "nt", "nq", "jsonld"))
E = "http://example.org/"
S, P, G = (NamedNode(E + one) for one in "spg")

ONE = {
    "a.ttl": f"@prefix e: <{E}> . e:s e:p 1 .",
    "a.nt": f'<{E}s> <{E}p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    "a.jsonld": f'{{"@context": {{"e": "{E}"}}, "@id": "e:s", "e:p": 1}}',
}


@pytest.mark.parametrize("name", ONE)
def test_every_format_of_triples_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(ONE[name])
    assert read_file(tmp_path / name) == [Quad(S, P, Literal(1))]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.trig", f"<{E}g> {{ <{E}s> <{E}p> 1 }}"),
        ("A.TRIG", f"GRAPH <{E}g> {{ <{E}s> <{E}p> 1 }}"),
        ("a.nq", f'<{E}s> <{E}p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <{E}g> .'),
    ],
)
def test_every_format_of_quads_is_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert read_file(tmp_path / name) == [Quad(S, P, Literal(1), G)]


@pytest.mark.parametrize("form", [TTL, TRIG, NT, NQ, JSONLD], ids=lambda one: one.name)
@pytest.mark.parametrize(
    "text",
    ["", " \n\t\n", b"", b"\xef\xbb\xbf", "\ufeff\n"],
    ids=["empty", "blank", "no bytes", "mark", "mark and line"],
)
def test_an_empty_text_holds_nothing(form: GraphFormat, text: str | bytes) -> None:
    assert read_text(text, form) == []


@pytest.mark.parametrize("text", ["\ufeff" + ONE["a.ttl"], b"\xef\xbb\xbf" + ONE["a.ttl"].encode()])
def test_a_byte_order_mark_is_passed_over(text: str | bytes) -> None:
    assert read_text(text, TTL) == [Quad(S, P, Literal(1))]


def test_relative_iris_need_a_base() -> None:
    assert read_text("<s> <p> 1 .", TTL, base=E) == [Quad(S, P, Literal(1))]
    with pytest.raises(BadRdf, match="Write the IRI in full, or declare @base"):
        read_text("<s> <p> 1 .", TTL)
    with pytest.raises(BadInput, match="base IRI"):
        read_text("<s> <p> 1 .", TTL, base="not an iri")


def test_blank_nodes_of_two_texts_never_meet() -> None:
    text = f"_:b <{E}p> 1 ."
    first, second = (read_text(text, TTL)[0].subject for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        (f"@prefix e: <{E}> .\ne:s f:p 1 .", "a.ttl:2:5", "f: has not been declared; found 'f:p"),
        (f"<{E}s> <{E}p> 1", "a.ttl:1:48", "full stop, bracket or quotation mark"),
        (f"<{E}s> <{E}p> 'x .\n", "a.ttl:1", "Correct|mark"),
        (f"\n\n<{E}s> 'p' 1 .", "a.ttl:3:24", "not a valid predicate"),
    ],
)
def test_an_error_names_file_line_and_column(
    tmp_path: Path, text: str, place: str, what: str
) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(text)
    with pytest.raises(BadRdf, match=what) as caught:
        read_file(path)
    assert str(caught.value).startswith(str(tmp_path / place))
    assert caught.value.remedy


def test_json_that_does_not_parse_tells_the_line() -> None:
    with pytest.raises(BadRdf) as caught:
        read_text('{"@id": "a:b",\n "a:c":: 1}', JSONLD, name="a.jsonld")
    assert str(caught.value).startswith("a.jsonld:2:")


@pytest.mark.parametrize(
    ("data", "what", "line"),
    [
        (f"<{E}s> <{E}p>\n '\xe9' .".encode("latin-1"), "not UTF-8", 2),
        (ONE["a.ttl"].encode("utf-16"), "UTF-16", 1),
        (f"<{E}s> <{E}p>\n\n '\ud800' .", "not UTF-8", 3),
    ],
)
def test_another_encoding_is_an_error(data: bytes | str, what: str, line: int) -> None:
    with pytest.raises(BadRdf, match=what) as caught:
        read_text(data, TTL, name="a.ttl")
    assert str(caught.value).startswith(f"a.ttl:{line}: ")


@pytest.mark.parametrize(
    "text",
    [
        '{"@context": "URL", "@id": "a:b", "a:c": 1}',
        '{"@context": ["URL", {}], "@id": "a:b", "a:c": 1}',
        '{"@context": {"@import": "URL"}, "@id": "a:b", "a:c": 1}',
        '{"@context": {"x": {"@id": "a:x", "@context": "URL"}}, "x": {"a:c": 1}}',
        '{"@id": "a:b", "a:c": {"@context": "URL", "a:d": 1}}',
    ],
)
def test_a_context_elsewhere_is_refused_and_not_fetched(text: str, listener: Listener) -> None:
    with pytest.raises(Refused, match="Write the context into the document"):
        read_text(text.replace("URL", listener.url), JSONLD)
    assert listener.calls() == 0


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_file(tmp_path / "a.ttl")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").mkdir()
    with pytest.raises(BadInput, match="cannot be read"):
        read_file(tmp_path / "a.ttl")


def test_an_unknown_extension(tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="stands for no RDF format"):
        read_file(tmp_path / "a.docx")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"a:b":' * 20_000 + "1" + "}" * 20_000, JSONLD),
        ('{"@graph":' + "[" * 20_000 + "]" * 20_000 + "}", JSONLD),
        ("<a:b> <a:b> " + "<<( <a:b> <a:b> " * 200_000, TTL),
    ],
)
def test_nesting_that_would_overflow_the_stack_is_an_error(text: str, form: GraphFormat) -> None:
    with pytest.raises(BadRdf, match="nest more than 256 deep"):
        read_text(text, form)


def test_much_that_is_not_deep_is_read() -> None:
    nodes = ",".join(f'{{"@id": "a:{n}", "a:c": ["}}", 1]}}' for n in range(1000))
    assert len(read_text(f'{{"@graph": [{nodes}]}}', JSONLD)) == 2000
    terms = "\n".join(f"<a:{n}> <a:b> <<( <a:b> <a:b> '<<' )>> ." for n in range(1000))
    assert len(read_text(terms, TTL)) == 1000


# --- writing -----------------------------------------------------------------------------------

RICH = """
@prefix e: <http://example.org/> .
e:s e:q [ e:p 1 ; a e:T ] ; a e:C ; e:p "x"@en , "y\\n" .
e:g { e:s e:p _:z . _:z e:p e:s . e:s e:p <<( e:a e:b e:c )>> . }
"""


def test_turtle_is_grouped_sorted_and_short() -> None:
    text = write(
        read_text(
            "<http://example.org/s> <http://example.org/p> 2, 1 ; a <http://example.org/C>.", TTL
        ),
        TTL,
        {"e": E},
    )
    assert text.decode() == "@prefix e: <http://example.org/> .\ne:s a e:C ;\n\te:p 1 , 2 .\n"


@pytest.mark.parametrize("form", [TRIG, NQ], ids=lambda one: one.name)
def test_what_is_written_reads_as_the_same(form: GraphFormat) -> None:
    quads = read_text(RICH, TRIG)
    again = read_text(write(quads, form, {"e": E}), form)
    assert write(again, NQ) == write(quads, NQ)
    assert len(again) == len(quads)


@pytest.mark.parametrize("form", [TRIG, NQ], ids=lambda one: one.name)
def test_writing_twice_gives_the_same_bytes(form: GraphFormat) -> None:
    first, second = (
        write(read_text(RICH, TRIG), form, {"e": E, "x": "http://x/"}) for _ in range(2)
    )
    assert first == second


def test_a_format_of_one_graph_takes_no_named_graph() -> None:
    for form in (TTL, NT):
        with pytest.raises(BadInput, match="Write TriG or N-Quads"):
            write([Quad(S, P, S, G)], form)


def test_json_ld_is_written_elsewhere() -> None:
    with pytest.raises(BadInput, match="Choose Turtle"):
        write([], JSONLD)


NODES = st.sampled_from([NamedNode(E + one) for one in "abc"])
BLANKS = st.sampled_from([BlankNode(one) for one in "xyz"])
LITERALS = st.builds(Literal, st.text(st.characters(codec="utf-8"), max_size=5))
TERMS = st.builds(Triple, NODES | BLANKS, NODES, NODES)
QUADS = st.builds(
    Quad,
    NODES | BLANKS,
    NODES,
    NODES | BLANKS | LITERALS | TERMS,
    st.just(DefaultGraph()) | NODES,
)


@given(quads=st.lists(QUADS, max_size=12), data=st.data())
def test_the_order_and_the_names_of_blank_nodes_leave_the_bytes(
    quads: list[Quad], data: st.DataObject
) -> None:
    names = data.draw(st.permutations("xyz"))
    shuffled = data.draw(st.permutations(quads))
    renamed = [_renamed(quad, dict(zip("xyz", names, strict=True))) for quad in shuffled]
    for form in (TRIG, NQ):
        written = write(quads, form, {"e": E})
        assert write(renamed + renamed[:3], form, {"e": E}) == written
        again = read_text(written, form)
        assert write(again, form, {"e": E}) == written
        assert len(set(again)) == len(Dataset(quads))


def _renamed(quad: Quad, names: dict[str, str]) -> Quad:
    subject, value = quad.subject, quad.object
    if isinstance(subject, BlankNode):
        subject = BlankNode(names[subject.value])
    if isinstance(value, BlankNode):
        value = BlankNode(names[value.value])
    elif isinstance(value, Triple) and isinstance(value.subject, BlankNode):
        value = Triple(BlankNode(names[value.subject.value]), value.predicate, value.object)
    return Quad(subject, quad.predicate, value, quad.graph_name)
