"""How deep RDF texts nest: the parser overflows its stack on some, which ends the process.

Measured with pyoxigraph 0.5 on an 8 MiB stack: JSON-LD objects between 1000 and 10 000 deep,
triple terms (RDF 1.2) between 10 000 and 200 000. Turtle's own brackets do no harm.
"""

from __future__ import annotations

import re
from typing import Final

from tenure.errors import BadRdf, TooMuchToRead, Where
from tenure.store.formats import JSON_LD, GraphFormat
from tenure.store.tokens import TokenKind, Unterminated, tokens

DEEPEST_JSON: Final = 256
DEEPEST_TRIPLE_TERM: Final = 256
LONGEST_BASE: Final = 4_000
MOST_BASES: Final = 5_000
"""Measured: as many that are relative to each other take a fifth of a second, ten times as many
twenty seconds."""

_JSON_PART: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


_BASE: Final = re.compile(rb"base\s*+<", re.IGNORECASE)
_LONG_BASE: Final = re.compile(
    rb"(?:base|prefix)\s*+[^\s<>\"']{0,200}+\s*+<[^<>\s]{%d}" % (LONGEST_BASE + 1), re.IGNORECASE
)


def check_nesting(encoded: bytes, form: GraphFormat, name: str) -> None:
    """Returns if ``encoded``, which is UTF-8 in ``form``, is safe to parse.

    Raises:
        BadRdf: it nests too deep.
        TooMuchToRead: its bases would make it far longer than it is.
    """
    if form is JSON_LD:
        if encoded.count(b"[") + encoded.count(b"{") > DEEPEST_JSON:
            _check_json(encoded, name)
        return
    if encoded.count(b"<<") > DEEPEST_TRIPLE_TERM:
        _check_triple_terms(encoded.decode(), name)
    _check_bases(encoded, name)


def _check_bases(encoded: bytes, name: str) -> None:
    """Every relative IRI is as long as its base, and so is every base that is relative itself."""
    long = _LONG_BASE.search(encoded)
    if long:
        line = encoded.count(b"\n", 0, long.start()) + 1
        raise TooMuchToRead(
            f"A base or prefix is longer than {LONGEST_BASE} bytes.",
            where=Where(name, line),
            remedy="Declare a shorter one.",
        )
    if encoded.count(b"base") + encoded.count(b"BASE") <= MOST_BASES:
        return
    for number, found in enumerate(_BASE.finditer(encoded)):
        if number >= MOST_BASES:
            line = encoded.count(b"\n", 0, found.start()) + 1
            raise TooMuchToRead(
                f"It declares a base more than {MOST_BASES} times.",
                where=Where(name, line),
                remedy="Declare it once, at the top.",
            )


def _check_json(encoded: bytes, name: str) -> None:
    depth = 0
    for part in _JSON_PART.finditer(encoded):
        if part[0] in (b"[", b"{"):
            depth += 1
            if depth > DEEPEST_JSON:
                line = encoded.count(b"\n", 0, part.start()) + 1
                raise _too_deep(f"brackets nest more than {DEEPEST_JSON} deep", name, line)
        elif part[0] in (b"]", b"}"):
            depth -= 1


def _check_triple_terms(text: str, name: str) -> None:
    # Turtle has no comparisons, so a bare angle bracket is half of << or >>.
    halves = 0
    try:
        for token in tokens(text, name):
            if token.kind is TokenKind.MARK and token.text in "<>":
                halves += 1 if token.text == "<" else -1
                if halves > 2 * DEEPEST_TRIPLE_TERM:
                    line = text.count("\n", 0, token.start) + 1
                    what = f"triple terms nest more than {DEEPEST_TRIPLE_TERM} deep"
                    raise _too_deep(what, name, line)
    except Unterminated as error:
        raise BadRdf(error.what, where=error.where, remedy=error.remedy) from error


def _too_deep(what: str, name: str, line: int) -> BadRdf:
    return BadRdf(f"{what}.", where=Where(name, line), remedy="Write it flatter.")
