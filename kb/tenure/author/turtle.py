"""Terms as the house writes them in Turtle and TriG: short where the grammar allows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from tenure.errors import BadInput
from tenure.terms import RDF_TYPE, XSD_BOOLEAN, XSD_INTEGER, XSD_STRING

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

# A part of PN_LOCAL (Turtle 1.1, production 168) that needs no escape; the rest is written in full.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.:-]*[A-Za-z0-9_:-])?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DIGITS = re.compile(r"([0-9]+)")
# Line ends would break the string; the others are legal there and cannot be seen by an editor.
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


NaturalKey: TypeAlias = tuple[tuple[int, str], ...]


def natural(text: str) -> NaturalKey:
    """A sort key that puts ``30-2`` before ``30-10``.

    Texts that differ only in leading zeros are told apart by the text itself, at the end.
    """
    pieces = []
    for place, piece in enumerate(_DIGITS.split(text)):
        # Digits compare by length, then as text: Python refuses to make a number of very many.
        digits = piece.lstrip("0") if place % 2 else ""
        pieces.append((len(digits), digits) if place % 2 else (0, piece))
    return (*pieces, (0, text))


class TermWriter:
    """Writes terms with the prefixes it is given, and remembers which of them it used."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        by_namespace: dict[str, str] = {}
        for prefix, namespace in sorted(prefixes.items()):
            by_namespace.setdefault(namespace, prefix)
        self._longest_first = sorted(by_namespace.items(), key=lambda pair: (-len(pair[0]), pair))
        self._written: dict[str, str] = {}
        self.used: dict[str, str] = {}

    def iri(self, node: NamedNode) -> str:
        """A prefixed name where the local part needs no escape, else the IRI in angle brackets."""
        value = node.value
        if value not in self._written:
            self._written[value] = self._shorten(value) or str(node)
        return self._written[value]

    def _shorten(self, value: str) -> str | None:
        for namespace, prefix in self._longest_first:
            if value.startswith(namespace) and _LOCAL.fullmatch(value, len(namespace)):
                self.used[prefix] = namespace
                return f"{prefix}:{value[len(namespace) :]}"
        return None

    def predicate(self, node: NamedNode) -> str:
        """As :meth:`iri`, with ``a`` for ``rdf:type``."""
        return "a" if node == RDF_TYPE else self.iri(node)

    def literal(self, literal: Literal) -> str:
        """A literal; numbers and truth values without quotes where that reads back the same."""
        value = literal.value
        if literal.datatype == XSD_BOOLEAN and value in ("true", "false"):
            return value
        if literal.datatype == XSD_INTEGER and _INTEGER.fullmatch(value):
            return value
        quoted = '"' + _ESCAPED.sub(_escape, value) + '"'
        if literal.language:
            direction = f"--{literal.direction.value}" if literal.direction else ""
            return f"{quoted}@{literal.language}{direction}"
        return (
            quoted if literal.datatype == XSD_STRING else f"{quoted}^^{self.iri(literal.datatype)}"
        )

    def term(self, term: Term) -> str:
        """Any term.

        Raises:
            BadInput: for a blank node, which has no name that stays the same.
        """
        match term:
            case NamedNode():
                return self.iri(term)
            case Literal():
                return self.literal(term)
            case Triple():
                parts = (term.subject, term.predicate, term.object)
                return f"<<( {' '.join(self.term(part) for part in parts)} )>>"
        raise BadInput(
            "There is a blank node, and facts have none.",
            remedy="Give the node a name, so that every line can be pointed at.",
        )


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"
