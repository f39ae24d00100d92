"""The words of SPARQL 1.1/1.2, which are also those of Turtle and TriG.

Follows the terminals of SPARQL 1.1 Query, section 19.8 (rules 139–173): the longest terminal
that matches wins, and comments are dropped. Whatever no terminal matches comes out as single
characters, so that every text has a reading and no character is passed over.

Every pattern is possessive: the time is linear in the length of the text, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from tenure.errors import BadInput, Where


class TokenKind(Enum):
    """What a token is."""

    IRI = "iri"
    NAME = "prefixed name"
    BLANK = "blank node label"
    VARIABLE = "variable"
    STRING = "string"
    TAG = "language tag"
    NUMBER = "number"
    WORD = "word"
    MARK = "mark"


class Token(NamedTuple):
    """One token: its kind, its text as written, and the offset of its first character."""

    kind: TokenKind
    text: str
    start: int


class Unterminated(BadInput):
    """A string that does not end, or holds an escape that does not exist."""


_BASE_BEYOND_ASCII: Final = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LATER_BEYOND_ASCII: Final = "\u00b7\u0300-\u036f\u203f-\u2040"
_BASE: Final = f"A-Za-z{_BASE_BEYOND_ASCII}"
_LATER: Final = f"0-9{_LATER_BEYOND_ASCII}"
_ANY: Final = rf"{_BASE}_{_LATER}\-"
_ESCAPED: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL: Final = (
    rf"(?:[{_BASE}_0-9:]|{_ESCAPED})"
    rf"(?:[{_ANY}:]|{_ESCAPED}|\.++(?=[{_ANY}:]|{_ESCAPED}))*+"
)

_BLANKS: Final = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)++")
# Character classes of all of Unicode take long to compile, and most texts need none.
_RUN: Final = rf"[{_ANY}.]*+"
_NAME_TAIL: Final = rf":(?:{_LOCAL})?+"
_BASE_START: Final = rf"[{_BASE}]"
_IRI: Final = re.compile(r"<(?:[^\x00-\x20<>\"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>")
# Only the escapes that exist: at a wrong one an engine with backtracking gives up the long string
# and reads its three quotes as an empty string and the beginning of another.
_ECHAR: Final = (
    r"\\(?:[tbnrf\"'\\]|u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}"
    r"|U(?!0000[dD][89a-fA-F])00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})"
)
_LONG: Final = {
    '"': re.compile(rf'"""(?:[^"\\]|{_ECHAR}|"(?!""))*+"""'),
    "'": re.compile(rf"'''(?:[^'\\]|{_ECHAR}|'(?!''))*+'''"),
}
_SHORT: Final = {
    '"': re.compile(rf'"(?:[^"\\\r\n]|{_ECHAR})*+"'),
    "'": re.compile(rf"'(?:[^'\\\r\n]|{_ECHAR})*+'"),
}
_OTHERS: Final = (
    (TokenKind.BLANK, rf"_:[{_BASE}_0-9](?:[{_ANY}]|\.++(?=[{_ANY}]))*+"),
    (TokenKind.VARIABLE, rf"[?$][{_BASE}_0-9][{_BASE}_{_LATER}]*+"),
    (TokenKind.TAG, r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+"),
    (
        TokenKind.NUMBER,
        (
            r"(?:[0-9]++\.[0-9]*+(?=[eE][+-]?[0-9])|[0-9]++(?:\.[0-9]++)?+|\.[0-9]++)"
            r"(?:[eE][+-]?[0-9]++)?+"
        ),
    ),
    (TokenKind.WORD, r"[A-Za-z_][A-Za-z0-9_]*+"),
)
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class _Patterns(dict[str, "re.Pattern[str]"]):
    """The patterns by their text, compiled when they are first needed."""

    def __init__(self, beyond: tuple[str, ...]) -> None:
        """``beyond`` are parts of character classes to be left out."""
        super().__init__()
        self._beyond = beyond

    def __missing__(self, pattern: str) -> re.Pattern[str]:
        text = pattern
        for beyond in self._beyond:
            text = text.replace(beyond, "")
        return self.setdefault(pattern, re.compile(text))


_FOR_ASCII: Final = _Patterns((_BASE_BEYOND_ASCII, _LATER_BEYOND_ASCII))
_FOR_ANY: Final = _Patterns(())


def tokens(text: str, name: str = "query") -> Iterator[Token]:
    """The tokens of ``text`` in order; ``name`` is what an error calls the text.

    Raises:
        Unterminated: a string begins and does not end.
    """
    at, end, no_name_before = 0, len(text), 0
    compiled = _FOR_ASCII if text.isascii() else _FOR_ANY
    while at < end:
        blank = _BLANKS.match(text, at)
        if blank:
            at = blank.end()
            continue
        first = text[at]
        if first in "\"'":
            token = Token(TokenKind.STRING, _string(text, at, name), at)
        elif first == "<" and (iri := _IRI.match(text, at)):
            token = Token(TokenKind.IRI, iri[0], at)
        else:
            named = None
            if at >= no_name_before:
                named, no_name_before = _prefixed_name(text, at, compiled)
            token = named or _other(text, at, compiled)
        yield token
        at += len(token.text)


def line_of(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset in ``text``, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def decoded(text: str) -> str:
    """``text`` with its codepoint escapes put into effect (SPARQL 1.1 Query, section 19.2)."""
    return _ESCAPE.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else escape[0]


def _prefixed_name(text: str, at: int, compiled: _Patterns) -> tuple[Token | None, int]:
    """The prefixed name that starts at ``at``, and an offset before which there is no other.

    The second spares going through a long run of letters once for each of its letters.
    """
    run_end = at
    if compiled[_BASE_START].match(text, at):
        run = compiled[_RUN].match(text, at)
        run_end = run.end() if run else at
        if text[run_end - 1] == ".":
            return None, run_end
    tail = compiled[_NAME_TAIL].match(text, run_end)
    if tail is None:
        return None, run_end
    return Token(TokenKind.NAME, text[at : tail.end()], at), tail.end()


def _other(text: str, at: int, compiled: _Patterns) -> Token:
    for kind, pattern in _OTHERS:
        found = compiled[pattern].match(text, at)
        if found:
            return Token(kind, found[0], at)
    return Token(TokenKind.MARK, text[at], at)


def _string(text: str, at: int, name: str) -> str:
    quote = text[at]
    patterns = _LONG if text.startswith(quote * 3, at) else _SHORT
    found = patterns[quote].match(text, at)
    if found is None:
        line, column = line_of(text, at)
        raise Unterminated(
            "a string begins here and does not end, or holds an escape that does not exist.",
            where=Where(name, line, column),
            remedy=f"Close it with {quote * 3 if patterns is _LONG else quote} and write a "
            "backslash twice; a string of several lines needs three quotes.",
        )
    return found[0]
