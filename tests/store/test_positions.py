"""Where a node is described: the lines of statements in Turtle and TriG."""

from __future__ import annotations

import pytest

from tenure.store import positions

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
    found = positions(TRIG).line(start + local, start + graph if graph else None)
    assert found == line


@pytest.mark.parametrize("text", ["", '"never closed', "@prefix", "@prefix a:", "{", "}", "a"])
def test_what_is_no_turtle_has_no_positions_and_no_failure(text: str) -> None:
    assert positions(text).line("http://example.org/a") is None
