"""A walk over Turtle, TriG, N-Triples or N-Quads that notes where every statement stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from tenure.store.positions_words import NAMELESS, Described, Span, Stated, unescaped
from tenure.store.tokens import Kind, Token, Unterminated, tokens

_DECLARES_PREFIX: Final = frozenset(("@prefix", "prefix"))
_DECLARES_BASE: Final = frozenset(("@base", "base"))
_TERMS: Final = frozenset(
    (Kind.IRI, Kind.NAME, Kind.BLANK, Kind.STRING, Kind.NUMBER, Kind.WORD, Kind.VARIABLE)
)
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE: Final = _RDF + "type"


@dataclass(slots=True)
class _Open:
    """A statement, a list of properties in brackets, or a collection, as far as it was read."""

    bracket: str
    subject: str | None = None
    begun: Span | None = None
    predicate: tuple[str, Span] | None = None
    expects: str = "subject"
    items: int = 0
    opened: Span = (0, 0)


def statements_of_turtle(text: str, prefixes: Mapping[str, str]) -> Iterator[Stated | Described]:
    """What the text states, in its order; each node after the statements of its stretch."""
    return _Walk(text, prefixes).run()


class _Walk:
    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self._tokens: list[Token] = []
        with suppress(Unterminated):  # whatever stands before the broken string has its place
            self._tokens.extend(tokens(text))
        self._prefixes = dict(prefixes)
        self._base = ""
        self._graph: str | None = None
        self._graph_begun: Span | None = None
        self._open = [_Open(".")]
        self._last: Stated | None = None

    def run(self) -> Iterator[Stated | Described]:
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            if len(self._open) == 1 and self._open[0].expects == "subject":
                size = self._directive(at)
                if size:
                    at += size
                    continue
            if token.kind is Kind.MARK:
                if token.text == "^" and self._mark_at(at + 1) == "^":
                    at += 3  # the datatype of the literal before
                    continue
                yield from self._mark(token)
            elif token.kind in _TERMS:
                yield from self._term(token, self._mark_at(at + 1) == "{")
            at += 1
        yield from self._told()
        yield from self._graph_ended(self._tokens[-1] if self._tokens else None)

    def _mark_at(self, at: int) -> str:
        return self._tokens[at].text if at < len(self._tokens) else ""

    def _directive(self, at: int) -> int:
        """The number of words of the prefix or base that stands at ``at``; 0 where there is none.

        A full stop behind it begins no statement, so it need not count.
        """
        word = self._tokens[at].text.lower()
        if word not in _DECLARES_PREFIX | _DECLARES_BASE:
            return 0
        size = 3 if word in _DECLARES_PREFIX else 2
        declared = self._tokens[at : at + size]
        if len(declared) == size and declared[-1].kind is Kind.IRI:
            iri = urljoin(self._base, declared[-1].text[1:-1])
            if size == 2:
                self._base = iri
            else:
                self._prefixes[declared[1].text.removesuffix(":")] = iri
        return size

    def _term(self, token: Token, opens_graph: bool) -> Iterator[Stated | Described]:
        top = self._open[-1]
        span = (token.start, token.start + len(token.text))
        if top.expects == "subject":
            if token.kind is Kind.WORD and token.text.upper() == "GRAPH":
                return
            meant = self._meant(token)
            if opens_graph:
                self._graph, self._graph_begun = meant or NAMELESS, span
                return
            top.subject, top.begun, top.expects = meant, span, "predicate"
        elif top.expects == "predicate":
            iri = _TYPE if token.text == "a" else self._meant(token)
            top.predicate, top.expects = (iri or "", span), "object"
        elif top.expects in ("object", "item"):
            yield from self._value(self._meant(token), span)
            if top.expects == "object":
                top.expects = "after"
        elif top.expects == "after" and len(self._open) == 1 and self._last is not None:
            # The fourth word of a line of N-Quads.
            self._graph = self._meant(token) or NAMELESS
            self._last = self._last._replace(graph=self._graph, graph_span=span)

    def _mark(self, token: Token) -> Iterator[Stated | Described]:
        top, mark = self._open[-1], token.text
        span = (token.start, token.start + 1)
        if mark in ("[", "("):
            inner = _Open(mark, expects="predicate" if mark == "[" else "item", opened=span)
            if mark == "[":
                inner.begun = span
            self._open.append(inner)
        elif mark in ("]", ")") and len(self._open) > 1:
            yield from self._closed(span)
        elif mark == ";":
            top.expects = "predicate"
        elif mark == ",":
            top.expects = "object"
        elif mark == "." and len(self._open) == 1:
            yield from self._ended(token)
        elif mark in ("{", "}"):
            yield from self._ended(token)
            if mark == "}":
                yield from self._graph_ended(token)

    def _closed(self, span: Span) -> Iterator[Stated]:
        """What is in the brackets comes before what they are a value of, as the parser has it."""
        inner, outer = self._open.pop(), self._open[-1]
        if inner.items:
            yield from self._cell("rest", _RDF + "nil", span)
        if outer.expects == "subject":
            outer.begun, outer.expects = inner.opened, "predicate"
        elif outer.expects in ("object", "item"):
            nil = inner.bracket == "(" and not inner.items
            yield from self._value(_RDF + "nil" if nil else None, inner.opened)
            if outer.expects == "object":
                outer.expects = "after"

    def _value(self, value: str | None, span: Span) -> Iterator[Stated]:
        yield from self._told()
        top = self._open[-1]
        if top.expects == "item":
            if top.items:
                yield from self._cell("rest", None, span)
            top.items += 1
            yield from self._cell("first", value, span)
        if top.predicate:
            iri, where = top.predicate
            begun = top.begun or span
            self._last = Stated(self._graph, top.subject, iri, value, where, span, begun)

    def _cell(self, name: str, value: str | None, span: Span) -> Iterator[Stated]:
        yield Stated(self._graph, None, _RDF + name, value, span, span, span)

    def _told(self) -> Iterator[Stated]:
        # Held back by one, for N-Quads name the graph behind the object.
        if self._last is not None:
            yield self._last
        self._last = None

    def _ended(self, token: Token) -> Iterator[Stated | Described]:
        yield from self._told()
        first = self._open[0]
        if first.subject is not None and first.begun is not None:
            whole = (first.begun[0], token.start + 1)
            yield Described(self._graph, first.subject, first.begun, whole)
        if self._graph_begun is None:
            self._graph = None
        self._open = [_Open(".")]

    def _graph_ended(self, token: Token | None) -> Iterator[Described]:
        first = self._open[0]
        if token is not None and first.subject is not None and first.begun is not None:
            end = token.start + len(token.text)
            yield Described(self._graph, first.subject, first.begun, (first.begun[0], end))
        if token is not None and self._graph is not None and self._graph_begun is not None:
            whole = (self._graph_begun[0], token.start + len(token.text))
            yield Described(None, self._graph, self._graph_begun, whole)
        self._graph = self._graph_begun = None

    def _meant(self, token: Token) -> str | None:
        """The IRI or the lexical form; None for a blank node."""
        text = token.text
        if token.kind is Kind.IRI:
            iri = unescaped(text[1:-1])
            return urljoin(self._base, iri) if self._base else iri
        if token.kind is Kind.NAME:
            prefix, _, local = text.partition(":")
            return self._prefixes.get(prefix, prefix + ":") + local.replace("\\", "")
        if token.kind is Kind.STRING:
            quotes = 3 if text[:3] in ('"""', "'''") and len(text) > 5 else 1
            return unescaped(text[quotes:-quotes])
        return None if token.kind is Kind.BLANK else text
