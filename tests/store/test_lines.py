"""The line where a subject or a graph begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.store import subject_line, subject_lines

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
