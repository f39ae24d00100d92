"""On which line of a Turtle or TriG file a subject or a graph begins.

For messages that point into a file. It reads tokens, not grammar, so it also serves a file with
mistakes in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import urljoin

from tenure.store.tokens import Kind, Token, Unterminated, tokens

_DECLARES_PREFIX: Final = frozenset(("@prefix", "prefix"))
_DECLARES_BASE: Final = frozenset(("@base", "base"))


def subject_line(text: str, iri: str, prefixes: Mapping[str, str] | None = None) -> int | None:
    """The first line, counted from 1, where a statement or a graph begins with ``iri``.

    Written as ``<iri>`` or as a prefixed name; ``prefixes`` holds those that the text does not
    declare itself. None where there is no such line.
    """
    return subject_lines(text, prefixes).get(iri)


def subject_lines(text: str, prefixes: Mapping[str, str] | None = None) -> dict[str, int]:
    """Every IRI that begins a statement or a graph, with the first line where it does."""
    known = dict(prefixes or {})
    found: dict[str, int] = {}
    base = ""
    line, counted = 1, 0
    read = _tokens(text)
    depth = 0
    begins = True
    at = 0
    while at < len(read):
        token = read[at]
        word = token.text.lower()
        if begins and word in _DECLARES_PREFIX | _DECLARES_BASE:
            size = 3 if word in _DECLARES_PREFIX else 2
            if len(read) >= at + size and read[at + size - 1].kind is Kind.IRI:
                iri = urljoin(base, read[at + size - 1].text[1:-1])
                if size == 2:
                    base = iri
                else:
                    known[read[at + 1].text.removesuffix(":")] = iri
            at += size
            continue
        if begins and token.kind in {Kind.IRI, Kind.NAME}:
            iri = _meant(token, known, base)
            if iri not in found:
                line, counted = line + text.count("\n", counted, token.start), token.start
                found[iri] = line
        if token.text in {"[", "("}:
            depth += 1
        elif token.text in {"]", ")"}:
            depth = max(0, depth - 1)
        ended = depth == 0 and token.text in {".", "{", "}"}
        begins = ended or (begins and word == "graph")
        at += 1
    return found


def _tokens(text: str) -> list[Token]:
    read: list[Token] = []
    with suppress(Unterminated):  # whatever stands before the broken string has its lines
        read.extend(tokens(text))
    return read


def _meant(token: Token, known: Mapping[str, str], base: str) -> str:
    if token.kind is Kind.IRI:
        return urljoin(base, token.text[1:-1]) if base else token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    return known.get(prefix, prefix + ":") + local.replace("\\", "")
