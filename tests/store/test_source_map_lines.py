"""Lines read one by one when they are asked for tell the same places as the whole text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tenure.store.formats import N_QUADS, TRIG
from tenure.store.source_map import map_source

_IRIS = st.sampled_from([f"http://example.org/{name}" for name in ("a", "ab", "b", "c")])
_TERMS = st.one_of(
    _IRIS.map("<{}>".format),
    st.sampled_from(['"a"', '"<http://example.org/a> ."@en', '"x\\n\\"y\\""', "_:b1"]),
)


@st.composite
def _texts(draw: st.DrawFn) -> str:
    lines = draw(
        st.lists(st.tuples(_IRIS, _IRIS, _TERMS, st.none() | _IRIS, st.booleans()), max_size=12)
    )
    return "".join(
        f"{'# <http://example.org/a>' + chr(10) if remark else ''}"
        f"<{subject}> <{predicate}> {value}{f' <{graph}>' if graph else ''} .\n"
        for subject, predicate, value, graph, remark in lines
    )


@given(_texts(), st.lists(st.tuples(_IRIS, _IRIS, st.none() | _IRIS), max_size=6))
def test_lines_tell_what_the_whole_text_tells(
    text: str, asked: list[tuple[str, str, str | None]]
) -> None:
    lazy, eager = map_source(text, N_QUADS), map_source(text, TRIG)
    for subject, predicate, graph in asked:
        assert lazy.subject(subject, graph) == eager.subject(subject, graph)
        assert lazy.statement(subject, predicate, "a", graph) == eager.statement(
            subject, predicate, "a", graph
        )
    assert lazy.first_lines() == eager.first_lines()
    assert sorted(lazy.blocks(), key=repr) == sorted(eager.blocks(), key=repr)


def test_a_name_with_an_escape_is_found() -> None:
    text = "<http://example.org/\\u0061> <http://example.org/p> <http://example.org/b> .\n"
    place = map_source(text, N_QUADS).subject("http://example.org/a")
    assert place is not None
    assert place.line == 1
