"""Sorting that does not hold everything: lines, and statements in the order of the writer."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from tenure.errors import BadInput
from tenure.namespaces import PREFIXES
from tenure.resources import data_dir
from tenure.store import GRAPH_FORMATS, graph_format, read_file, write
from tenure.store.formats import JSON_LD
from tenure.store.ordered import OrderedStatements, SortedLines

LINES = st.lists(st.binary(max_size=8).map(lambda one: one.replace(b"\n", b"")), max_size=60)
IRIS = st.sampled_from(
    ["a:b", "a:b/c", "a:b#c", "a:b>".replace(">", "-"), "http://www.w3.org/2001/XMLSchema#date"]
).map(NamedNode)
LITERALS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(Literal),
    st.sampled_from(["<a:b> <c:d>", 'x <y"^^<z>', "_:b", "\x01", "\\", "a\nb"]).map(Literal),
    st.builds(Literal, st.text('a<> "', max_size=5), language=st.just("en")),
    st.builds(Literal, st.text('a<> "', max_size=5), datatype=IRIS),
)
QUADS = st.builds(
    Quad,
    IRIS,
    st.one_of(IRIS, st.just(NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"))),
    st.one_of(IRIS, LITERALS),
    st.one_of(IRIS, st.just(DefaultGraph())),
)


@given(LINES, st.integers(1, 2_000))
def test_lines_come_in_order_and_once(lines: list[bytes], held: int) -> None:
    with SortedLines(held=held) as taken:
        for line in lines:
            taken.add(line)
        assert list(taken) == sorted(set(lines))


def test_temporary_files_lie_where_they_should_and_go(tmp_path: Path) -> None:
    with SortedLines(held=1, folder=tmp_path) as taken:
        for number in range(20):
            taken.add(b"%d" % number)
        assert len(list(taken)) == 20
    assert list(tmp_path.iterdir()) == []
    with SortedLines(held=1, folder=tmp_path / "none") as taken, pytest.raises(OSError, match="No"):
        taken.add(b"x")


def written(quads: list[Quad], form: str, held: int) -> bytes:
    output = io.BytesIO()
    with OrderedStatements(PREFIXES, held=held) as statements:
        statements.add(quads)
        assert statements.write(output, graph_format(form)) == len(set(quads))
    return output.getvalue()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(QUADS, max_size=30), st.integers(1, 4_000))
def test_any_statements_are_written_as_by_the_writer(quads: list[Quad], held: int) -> None:
    assert written(quads, "nq", held) == write(quads, graph_format("nq"))


@pytest.mark.parametrize("form", ["nq", "trig", "nt", "ttl"])
@pytest.mark.parametrize("held", [20_000, 100_000_000])
def test_the_facts_are_written_as_by_the_writer(form: str, held: int) -> None:
    path = data_dir("facts") / "jpost-620411.trig"
    quads = [
        quad if graph_format(form).named_graphs else Quad(*quad.triple) for quad in read_file(path)
    ]
    used = {
        name: space
        for name, space in PREFIXES.items()
        if any(space in str(quad) for quad in quads) or name in ("xsd", "rdf")
    }
    assert written(quads, form, held) == write(quads, graph_format(form), used)


@pytest.mark.parametrize(
    ("quad", "has"),
    [
        (Quad(NamedNode("a:b"), NamedNode("a:b"), Literal("_:b")), False),
        (Quad(BlankNode("b"), NamedNode("a:b"), NamedNode("a:b")), True),
        (Quad(NamedNode("a:b"), NamedNode("a:b"), BlankNode("b"), NamedNode("a:g")), True),
        (Quad(NamedNode("a:b"), NamedNode("a:b"), Literal("x"), BlankNode("g")), True),
        (
            Quad(
                NamedNode("a:b"),
                NamedNode("a:b"),
                Triple(BlankNode("b"), NamedNode("a:b"), Literal("x")),
            ),
            True,
        ),
    ],
)
def test_it_tells_of_blank_nodes(quad: Quad, has: bool) -> None:
    with OrderedStatements() as statements:
        statements.add([quad])
        assert statements.has_blanks == has


def test_other_formats_are_refused() -> None:
    assert JSON_LD in GRAPH_FORMATS.values()
    with OrderedStatements() as statements, pytest.raises(BadInput, match="piece by piece"):
        statements.write(io.BytesIO(), JSON_LD)
