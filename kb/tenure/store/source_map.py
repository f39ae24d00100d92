"""Where statements are in a text: Turtle, TriG, N-Triples, N-Quads, and JSON-LD.

For messages that point into a file. Lines and columns count from 1, columns in code points. A file
with a mistake in it is served too: what comes before the mistake has its place.

Turtle and TriG are gone through by their tokens, without a grammar, so that what is not Turtle yet
has places too. rdflib's parser, made to note where terms begin, takes as long and as many lines,
but ends at the first mistake and at triple terms (RDF 1.2), and reads no N-Quads.
Of N-Triples and N-Quads, where a statement never crosses a line, only the lines are read that name
a node which is asked for. Of JSON-LD, prefixes, terms, ``@base`` and ``@vocab`` of the contexts
written into the document are known; what needs more of its algorithms (type coercion, reverse
properties, included contexts) has no place of its own.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import urljoin

from tenure.store.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, GraphFormat
from tenure.store.tokens import Token, TokenKind, Unterminated, tokens

_BREAK: Final = re.compile("\n")
_BYTE_ORDER_MARK: Final = "\ufeff"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE: Final = _RDF + "type"
_NODE: Final = r"<[^<>\s]*+>|_:[^\s<>\"]++"
_LITERAL: Final = r'"(?:[^"\\\n]|\\.)*+"(?:@[\w-]++|\^\^<[^<>\s]*+>)?+'
_QUAD: Final = re.compile(
    rf"^[ \t]*+({_NODE})[ \t]*+(<[^<>\s]*+>)[ \t]*+({_NODE}|{_LITERAL})[ \t]*+({_NODE})?+[ \t]*+\.",
    re.MULTILINE,
)
_MOST_SEARCHES: Final = 400
"""About as long as this many searches takes it to read everything once."""
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_LETTERS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

Span: TypeAlias = tuple[int, int]
"""The offset of the first character, and of the one behind the last."""

NAMELESS: Final = "_:"


class StatementSpan(NamedTuple):
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


class NodeSpan(NamedTuple):
    """A stretch of the text about one node: where its name is, and the whole."""

    graph: str | None
    subject: str
    span: Span
    whole: Span


class Place(NamedTuple):
    """A place in a text, and how many characters of its line belong to it."""

    line: int
    column: int
    length: int = 1


class Excerpt(NamedTuple):
    """A line of a text, or the part of a long one round a place, and where in it the place is."""

    text: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Block:
    """The lines, from the first to the last, on which a text says something of a node."""

    graph: str | None
    subject: str
    first: int
    last: int


class SourceMap:
    """The places of the statements of one text."""

    def __init__(
        self,
        text: str = "",
        walk: Iterable[StatementSpan | NodeSpan] = (),
        lines: _QuadLines | None = None,
    ) -> None:
        """Notes what ``walk`` tells of ``text``; ``lines`` are read when they are asked for."""
        self._breaks = array("q", (match.start() for match in _BREAK.finditer(text)))
        self._text = text
        self._subjects: dict[tuple[str | None, str], Span] = {}
        self._anywhere: dict[str, Span] = {}
        self._statements: dict[tuple[str | None, str], list[StatementSpan]] = {}
        self._blocks: list[NodeSpan] = []
        self._lines = lines
        for one in walk:
            self._note(one)

    def line(self, iri: str, graph: str | None = None) -> int | None:
        """The first line that describes ``iri``, in ``graph`` where that is known."""
        place = self.subject(iri, graph)
        return place.line if place else None

    def subject(self, iri: str, graph: str | None = None) -> Place | None:
        """Where ``iri`` begins a statement or a graph, in ``graph`` where that is known."""
        self._read(iri)
        span = self._subjects.get((graph, iri)) if graph is not None else None
        return self._place(span or self._anywhere.get(iri))

    def statement(
        self,
        subject: str | None,
        predicate: str,
        value: str | None = None,
        graph: str | None = None,
        *,
        at_predicate: bool = False,
    ) -> Place | None:
        """Where a statement is: its object, or its predicate.

        ``subject`` is None for a blank node, ``value`` an IRI or a lexical form. Of several that
        fit, it is the one in ``graph``, else the last. None where no statement has that subject
        and predicate.
        """
        self._read(subject)
        stated = self._statements.get((subject, predicate))
        if not stated:
            return None
        if self._lines:
            stated = sorted(stated, key=lambda one: one.value_span)
        best = max(
            enumerate(stated),
            key=lambda one: (one[1].value == value, one[1].graph == graph, one[0]),
        )[1]
        return self._place(best.predicate_span if at_predicate else best.value_span)

    def stated(self) -> list[StatementSpan]:
        """Every statement, in the order of the text."""
        self._read(None)
        found = [one for several in self._statements.values() for one in several]
        return sorted(found, key=lambda one: one.value_span) if self._lines else found

    def place(self, span: Span) -> Place:
        """Where a part of the text is."""
        found = self._place(span)
        assert found is not None
        return found

    def first_lines(self) -> dict[str, int]:
        """Every IRI that begins a statement or a graph, with the first line where it does."""
        self._read(None)
        return {iri: self._at(span[0])[0] for iri, span in self._anywhere.items()}

    def blocks(self) -> Iterator[Block]:
        """What each stretch of lines is about; a named graph is about its name too."""
        self._read(None)
        blocks = self._blocks
        if self._lines:
            blocks = sorted(blocks, key=lambda one: one.whole)
        for graph, subject, _, (start, end) in blocks:
            yield Block(graph, subject, self._at(start)[0], self._at(max(start, end - 1))[0])

    def excerpt(self, place: Place, most: int = 120) -> Excerpt:
        """The line of a place as a reader sees it, of a long one ``most`` characters round it."""
        number = min(place.line, len(self._breaks) + 1)
        begins = self._breaks[number - 2] + 1 if number > 1 else 0
        after = self._breaks[number - 1] if number <= len(self._breaks) else len(self._text)
        start = begins
        if after - begins > most:
            start = max(begins, begins + place.column - 1 - most // 3)
        shown = self._text[start : min(after, start + most)].rstrip("\r")
        offset = begins + place.column - 1 - start
        # One character stays one character, so that a mark below the line meets its place.
        shown = "".join(one if one.isprintable() else " " for one in shown)
        return Excerpt(shown, offset, max(1, min(place.length, len(shown) - offset)))

    def _read(self, iri: str | None) -> None:
        """Reads the lines that name ``iri``, or all, where they were not read before."""
        for one in self._lines.about(iri) if self._lines else ():
            self._note(one)

    def _note(self, one: StatementSpan | NodeSpan) -> None:
        if isinstance(one, StatementSpan):
            self._statements.setdefault((one.subject, one.predicate), []).append(one)
            return
        self._blocks.append(one)
        known = self._subjects.setdefault((one.graph, one.subject), one.span)
        self._subjects[one.graph, one.subject] = min(known, one.span)
        first = self._anywhere.setdefault(one.subject, one.span)
        self._anywhere[one.subject] = min(first, one.span)

    def _place(self, span: Span | None) -> Place | None:
        if span is None:
            return None
        line, column = self._at(span[0])
        end = self._breaks[line - 1] if line <= len(self._breaks) else len(self._text)
        return Place(line, column, max(1, min(span[1], end) - span[0]))

    def _at(self, offset: int) -> tuple[int, int]:
        number = bisect_right(self._breaks, offset - 1)
        start = self._breaks[number - 1] + 1 if number else 0
        return number + 1, offset - start + 1


NOWHERE: Final = SourceMap()


def map_source(
    text: str,
    form: GraphFormat | None = None,
    prefixes: Mapping[str, str] | None = None,
    about: Container[str] | None = None,
) -> SourceMap:
    """The places of what ``text`` states, or of what it states ``about`` some nodes.

    Without ``form`` it is read as Turtle or TriG, of which N-Triples and N-Quads are parts.
    RDF/XML has none. ``prefixes`` are those that it need not declare. A byte order mark counts for
    no column. O(length of the text), in time and memory.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    if form is RDF_XML:
        return SourceMap(text)
    if form is JSON_LD:
        return SourceMap(text, _about(about, _statements_of_json(text)))
    if form in (N_TRIPLES, N_QUADS):
        return SourceMap(text, lines=_QuadLines(text))
    return SourceMap(text, _about(about, _Turtle(text, prefixes or {}).read()))


def _about(
    nodes: Container[str] | None, walk: Iterable[StatementSpan | NodeSpan]
) -> Iterable[StatementSpan | NodeSpan]:
    """What a walk tells of some nodes, and of those without a name."""
    if nodes is None:
        return walk
    return (one for one in walk if one.subject is None or one.subject in nodes)


def subject_line(text: str, iri: str, prefixes: Mapping[str, str] | None = None) -> int | None:
    """The first line where a statement or a graph of a Turtle or TriG text begins with ``iri``.

    ``prefixes`` holds those that the text does not declare itself. None where there is no such
    line.
    """
    return subject_lines(text, prefixes).get(iri)


def subject_lines(text: str, prefixes: Mapping[str, str] | None = None) -> dict[str, int]:
    """Every IRI that begins a statement or a graph of a Turtle or TriG text, with its first line.

    ``prefixes`` holds those that the text does not declare itself.
    """
    return map_source(text, None, prefixes).first_lines()


# ---------------------------------------------------------------------- Turtle and TriG

_DECLARES_PREFIX: Final = frozenset(("@prefix", "prefix"))
_DECLARES_BASE: Final = frozenset(("@base", "base"))
_TERMS: Final = frozenset(
    (
        TokenKind.IRI,
        TokenKind.NAME,
        TokenKind.BLANK,
        TokenKind.STRING,
        TokenKind.NUMBER,
        TokenKind.WORD,
        TokenKind.VARIABLE,
    )
)


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


class _Turtle:
    """A walk over the tokens of one text."""

    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self._tokens: list[Token] = []
        with suppress(Unterminated):  # what comes before the broken string has its place
            self._tokens.extend(tokens(text))
        self._prefixes = dict(prefixes)
        self._base = ""
        self._graph: str | None = None
        self._graph_begun: Span | None = None
        self._open = [_Open(".")]
        self._last: StatementSpan | None = None

    def read(self) -> Iterator[StatementSpan | NodeSpan]:
        """What the text states, in its order; each node after the statements of its stretch."""
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            if len(self._open) == 1 and self._open[0].expects == "subject":
                size = self._directive(at)
                if size:
                    at += size
                    continue
            if token.kind is TokenKind.MARK:
                if token.text == "^" and self._mark_at(at + 1) == "^":
                    at += 3  # the datatype of the literal before
                    continue
                yield from self._mark(token)
            elif token.kind in _TERMS:
                yield from self._term(token, self._mark_at(at + 1) == "{")
            at += 1
        yield from self._noted()
        yield from self._graph_ended(self._tokens[-1] if self._tokens else None)

    def _mark_at(self, at: int) -> str:
        return self._tokens[at].text if at < len(self._tokens) else ""

    def _directive(self, at: int) -> int:
        """The number of words of the prefix or base that is at ``at``; 0 where there is no such.

        A full stop behind it begins no statement, so it need not count.
        """
        word = self._tokens[at].text.lower()
        if word not in _DECLARES_PREFIX | _DECLARES_BASE:
            return 0
        size = 3 if word in _DECLARES_PREFIX else 2
        declared = self._tokens[at : at + size]
        if len(declared) == size and declared[-1].kind is TokenKind.IRI:
            iri = urljoin(self._base, declared[-1].text[1:-1])
            if size == 2:
                self._base = iri
            else:
                self._prefixes[declared[1].text.removesuffix(":")] = iri
        return size

    def _term(self, token: Token, opens_graph: bool) -> Iterator[StatementSpan | NodeSpan]:
        top = self._open[-1]
        span = (token.start, token.start + len(token.text))
        if top.expects == "subject":
            if token.kind is TokenKind.WORD and token.text.upper() == "GRAPH":
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

    def _mark(self, token: Token) -> Iterator[StatementSpan | NodeSpan]:
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

    def _closed(self, span: Span) -> Iterator[StatementSpan]:
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

    def _value(self, value: str | None, span: Span) -> Iterator[StatementSpan]:
        yield from self._noted()
        top = self._open[-1]
        if top.expects == "item":
            if top.items:
                yield from self._cell("rest", None, span)
            top.items += 1
            yield from self._cell("first", value, span)
        if top.predicate:
            iri, where = top.predicate
            begun = top.begun or span
            self._last = StatementSpan(self._graph, top.subject, iri, value, where, span, begun)

    def _cell(self, name: str, value: str | None, span: Span) -> Iterator[StatementSpan]:
        yield StatementSpan(self._graph, None, _RDF + name, value, span, span, span)

    def _noted(self) -> Iterator[StatementSpan]:
        # Held back by one, for N-Quads name the graph behind the object.
        if self._last is not None:
            yield self._last
        self._last = None

    def _ended(self, token: Token) -> Iterator[StatementSpan | NodeSpan]:
        yield from self._noted()
        first = self._open[0]
        if first.subject is not None and first.begun is not None:
            whole = (first.begun[0], token.start + 1)
            yield NodeSpan(self._graph, first.subject, first.begun, whole)
        if self._graph_begun is None:
            self._graph = None
        self._open = [_Open(".")]

    def _graph_ended(self, token: Token | None) -> Iterator[NodeSpan]:
        first = self._open[0]
        if token is not None and first.subject is not None and first.begun is not None:
            end = token.start + len(token.text)
            yield NodeSpan(self._graph, first.subject, first.begun, (first.begun[0], end))
        if token is not None and self._graph is not None and self._graph_begun is not None:
            whole = (self._graph_begun[0], token.start + len(token.text))
            yield NodeSpan(None, self._graph, self._graph_begun, whole)
        self._graph = self._graph_begun = None

    def _meant(self, token: Token) -> str | None:
        """The IRI or the lexical form; None for a blank node."""
        text = token.text
        if token.kind is TokenKind.IRI:
            iri = _unescaped(text[1:-1])
            return urljoin(self._base, iri) if self._base else iri
        if token.kind is TokenKind.NAME:
            prefix, _, local = text.partition(":")
            return self._prefixes.get(prefix, prefix + ":") + local.replace("\\", "")
        if token.kind is TokenKind.STRING:
            quotes = 3 if text[:3] in ('"""', "'''") and len(text) > 5 else 1
            return _unescaped(text[quotes:-quotes])
        return None if token.kind is TokenKind.BLANK else text


# ---------------------------------------------------------------------- N-Triples and N-Quads


class _QuadLines:
    """The lines of a text that were not read yet."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._read: set[int] = set()
        self._searched: set[str] = set()
        self._all_read = False

    def about(self, iri: str | None) -> Iterator[StatementSpan | NodeSpan]:
        """What the lines say that name ``iri``, all lines for None; of each line once."""
        if self._all_read or iri in self._searched:
            return
        # A name may be written with escapes, which no search finds.
        if iri is None or "\\" in self._text or len(self._searched) >= _MOST_SEARCHES:
            self._all_read = True
            yield from self._from(0, len(self._text))
            return
        self._searched.add(iri)
        name = f"<{iri}>"
        at = self._text.find(name)
        while at >= 0:
            start = self._text.rfind("\n", 0, at) + 1
            end = self._text.find("\n", at)
            end = end if end >= 0 else len(self._text)
            yield from self._from(start, end)
            at = self._text.find(name, end)

    def _from(self, start: int, end: int) -> Iterator[StatementSpan | NodeSpan]:
        """What lies between two offsets, without the lines that were read before."""
        for line in _QUAD.finditer(self._text, start, end):
            if line.start() in self._read:
                continue
            self._read.add(line.start())
            subject, predicate, value = (_term(line[number]) for number in (1, 2, 3))
            graph = _term(line[4]) or NAMELESS if line[4] else None
            named = line.span(4) if line[4] else None
            spans = line.span(2), _words(self._text, *line.span(3)), line.span(1)
            yield StatementSpan(graph, subject, predicate or "", value, *spans, named)
            if subject is not None:
                yield NodeSpan(graph, subject, line.span(1), (line.start(1), line.end()))


def _words(text: str, start: int, end: int) -> Span:
    """Of a literal what is in its quotation marks, with them; else all of the term."""
    return (start, text.rindex('"', start, end) + 1) if text[start] == '"' else (start, end)


def _term(written: str) -> str | None:
    """The IRI or the lexical form; None for a node without a name."""
    if written.startswith("_:"):
        return None
    return _unescaped(written[1 : written.rindex('"' if written[0] == '"' else ">")])


def _unescaped(text: str) -> str:
    """``text`` with the escapes of RDF 1.1 Turtle, section 6.4, put into effect."""

    def character(escape: re.Match[str]) -> str:
        code = escape[1] or escape[2]
        if code is None:
            return _LETTERS.get(escape[3], escape[3])
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else escape[0]

    return _ESCAPE.sub(character, text) if "\\" in text else text


# ---------------------------------------------------------------------- JSON-LD

_WORD: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}:,]|[^\s\[\]{}:,"]++', re.DOTALL)


@dataclass(slots=True)
class _Object:
    """An object of the text, as far as it was read."""

    begun: int
    inside: tuple[str, Span] | None
    """The key that leads to it, with its place."""
    parent: _Object | None
    entries: list[tuple[str, Span, str | _Object, Span]] = field(default_factory=list)
    end: int = 0


_Entry: TypeAlias = "tuple[str, Span, str | _Object, Span]"


def _statements_of_json(text: str) -> Iterator[StatementSpan | NodeSpan]:
    """What the text states, in its order; each node after the statements of its stretch."""
    top = _objects(text)
    context = _Context()
    for one in top:
        context.learn(one)
    for one in top:
        if one.parent is None:
            yield from _statements_of(one, None, context)


class _Context:
    """What the words of a document stand for."""

    def __init__(self) -> None:
        self._terms: dict[str, str] = {}
        self._base = ""
        self._vocabulary = ""

    def learn(self, one: _Object) -> None:
        """Takes in the definitions that stand in the object as its context."""
        if one.inside is None or one.inside[0] != "@context":
            return
        for key, _, value, _ in one.entries:
            if isinstance(value, str):
                if key == "@base":
                    self._base = value
                elif key == "@vocab":
                    self._vocabulary = value
                elif not key.startswith("@"):
                    self._terms[key] = value
            else:
                for inner, _, meant, _ in value.entries:
                    if inner == "@id" and isinstance(meant, str):
                        self._terms[key] = meant

    def property(self, key: str) -> str:
        """The IRI of a key."""
        return self._expanded(key, self._vocabulary)

    def keyword(self, key: str) -> str:
        """The keyword that a key stands for, or the key."""
        return self._terms.get(key, key)

    def node(self, value: str) -> str:
        """The IRI of a node."""
        prefix, colon, local = value.partition(":")
        if colon and prefix in self._terms:
            return self._expanded(prefix, "") + local
        return urljoin(self._base, value) if self._base else value

    def _expanded(self, word: str, start: str, depth: int = 8) -> str:
        if word in self._terms and depth:
            return self._expanded(self._terms[word], start, depth - 1)
        prefix, colon, local = word.partition(":")
        if colon and prefix in self._terms and depth:
            return self._expanded(prefix, start, depth - 1) + local
        return word if colon else start + word


def _statements_of(
    one: _Object, graph: str | None, context: _Context
) -> Iterator[StatementSpan | NodeSpan]:
    # A stack of its own: the text may nest as deep as the reader of RDF lets it.
    waiting = [(one, graph)]
    while waiting:
        node, inside = waiting.pop()
        name = _name(node, context)
        for key, where, value, span in node.entries:
            word = context.keyword(key)
            if word == "@context":
                continue
            if word == "@graph" and isinstance(value, _Object):
                waiting.append((value, name[0] if name else inside))
                continue
            if isinstance(value, _Object):
                waiting.append((value, inside))
            yield from _statement((key, where, value, span), name, inside, context)
        if name is not None:
            yield NodeSpan(inside, name[0], name[1], (node.begun, node.end))


def _statement(
    entry: _Entry,
    name: tuple[str, Span] | None,
    graph: str | None,
    context: _Context,
) -> Iterator[StatementSpan]:
    key, where, value, span = entry
    word = context.keyword(key)
    subject = name[0] if name else None
    if word == "@type":
        if isinstance(value, str):
            meant = context.property(value)
            yield StatementSpan(graph, subject, _TYPE, meant, where, span)
    elif not word.startswith("@"):
        iri = context.property(key)
        if isinstance(value, str):
            # Whether it is a name or a text is for the context to say, so it is both.
            yield StatementSpan(graph, subject, iri, context.node(value), where, span)
            if context.node(value) != value:
                yield StatementSpan(graph, subject, iri, value, where, span)
        else:
            value_of, spot = _meant(value, context) or (None, span)
            yield StatementSpan(graph, subject, iri, value_of, where, spot)


def _name(node: _Object, context: _Context) -> tuple[str, Span] | None:
    for key, _, value, span in node.entries:
        if context.keyword(key) == "@id" and isinstance(value, str):
            return context.node(value), span
    return None


def _meant(node: _Object, context: _Context) -> tuple[str, Span] | None:
    """The name, or the value, that an object stands for."""
    name = _name(node, context)
    if name is not None:
        return name
    for key, _, value, span in node.entries:
        if context.keyword(key) == "@value" and isinstance(value, str):
            return value, span
    return None


def _objects(text: str) -> list[_Object]:
    """Every object of the text, the outer before the inner; of a broken text those that begin."""
    found: list[_Object] = []
    open_objects: list[_Object | None] = []
    keys: list[tuple[str, Span] | None] = [None]
    awaits_value = False
    for match in _WORD.finditer(text):
        word, span = match[0], match.span()
        parent = next((one for one in reversed(open_objects) if one is not None), None)
        if word == "{":
            one = _Object(span[0], keys[-1], parent, end=len(text))
            found.append(one)
            if parent is not None and keys[-1] is not None:
                parent.entries.append((*keys[-1], one, span))
            open_objects.append(one)
            keys.append(None)
            awaits_value = False
        elif word == "[":
            open_objects.append(None)
            keys.append(keys[-1])
        elif word in ("}", "]") and open_objects:
            closed = open_objects.pop()
            keys.pop()
            if closed is not None:
                closed.end = span[1]
        elif word == ":":
            awaits_value = True
        elif word == ",":
            awaits_value = False
        elif open_objects and open_objects[-1] is not None and not awaits_value:
            keys[-1] = (_scalar(word), span)
        elif parent is not None and keys[-1] is not None:
            parent.entries.append((*keys[-1], _scalar(word), span))
    return found


def _scalar(word: str) -> str:
    if not word.startswith('"'):
        return word
    try:
        return str(json.loads(word, strict=False))
    except ValueError:
        return word[1:-1]
