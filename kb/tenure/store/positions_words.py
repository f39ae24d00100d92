"""What a walk over a text tells of its statements, whatever the syntax."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, TypeAlias

Span: TypeAlias = tuple[int, int]
"""The offset of the first character, and of the one behind the last."""

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_LETTERS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


NAMELESS: Final = "_:"


class Stated(NamedTuple):
    """One statement. What has no name is None; a literal is its lexical form.

    A graph without a name is :data:`NAMELESS`, for None is the default graph.
    """

    graph: str | None
    subject: str | None
    predicate: str
    value: str | None
    predicate_span: Span
    value_span: Span
    subject_span: Span = (0, 0)
    graph_span: Span | None = None
    """Where the graph is named behind the statement, as in N-Quads."""


class Described(NamedTuple):
    """A stretch of the text about one node: where its name stands, and the whole."""

    graph: str | None
    subject: str
    span: Span
    whole: Span


def unescaped(text: str) -> str:
    """``text`` with the escapes of Turtle strings (RDF 1.1 Turtle, section 6.4) put into effect."""

    def character(escape: re.Match[str]) -> str:
        code = escape[1] or escape[2]
        if code is None:
            return _LETTERS.get(escape[3], escape[3])
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else escape[0]

    return _ESCAPE.sub(character, text) if "\\" in text else text
