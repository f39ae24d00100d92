"""Comments of a Turtle or TriG text: those at the head stay, all others would be lost."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Strings and IRIs come first, so that a "#" inside them begins no comment (Turtle 1.1, 6.2).
_TOKENS = re.compile(
    r'''
      """(?:[^"\\]|\\.|"(?!""))*"""
    | \'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\'
    | "(?:[^"\\\n]|\\.)*"
    | '(?:[^'\\\n]|\\.)*'
    | <[^\s<>"{}|^`]*>
    | \\.
    | (?P<comment>\#[^\r\n]*)
    ''',
    re.VERBOSE | re.DOTALL,
)


# What ends a comment; str.splitlines knows more line ends than Turtle does.
_LINE_ENDS = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its line, counted from 1; ``text`` includes the ``#``."""

    line: int
    text: str


def header(text: str) -> tuple[str, ...]:
    """The comment lines at the head of ``text``, with the empty lines between them."""
    lines: list[str] = []
    for line in _LINE_ENDS.split(text):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            break
        lines.append(stripped)
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return tuple(lines)


def inner_comments(text: str) -> tuple[Comment, ...]:
    """Every comment that is not part of the header."""
    found = tuple(
        Comment(text.count("\n", 0, match.start()) + 1, match["comment"].rstrip())
        for match in _TOKENS.finditer(text)
        if match["comment"] is not None
    )
    of_the_header = sum(1 for line in header(text) if line)
    return found[of_the_header:]
