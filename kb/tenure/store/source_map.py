"""Where statements stand in a text: Turtle, TriG, N-Triples, N-Quads, and JSON-LD.

For messages that point into a file. It reads tokens, not grammar, so it also serves a file with
mistakes in it: whatever stands before the mistake has its place. Lines and columns count from 1,
columns in code points.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from tenure.store.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, GraphFormat
from tenure.store.positions_json import statements_of_json
from tenure.store.positions_lines import Lines
from tenure.store.positions_turtle import statements_of_turtle
from tenure.store.positions_words import Described, Span, Stated

_BREAK: Final = re.compile("\n")
_BYTE_ORDER_MARK: Final = "\ufeff"


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
        walk: Iterable[Stated | Described] = (),
        lines: Lines | None = None,
    ) -> None:
        """Notes what ``walk`` tells of ``text``; ``lines`` are read when they are asked for."""
        self._breaks = array("q", (match.start() for match in _BREAK.finditer(text)))
        self._text = text
        self._subjects: dict[tuple[str | None, str], Span] = {}
        self._anywhere: dict[str, Span] = {}
        self._statements: dict[tuple[str | None, str], list[Stated]] = {}
        self._blocks: list[Described] = []
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
        """Where a statement stands: its object, or its predicate.

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

    def stated(self) -> list[Stated]:
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

    def _note(self, one: Stated | Described) -> None:
        if isinstance(one, Stated):
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
        return SourceMap(text, _about(about, statements_of_json(text)))
    if form in (N_TRIPLES, N_QUADS):
        return SourceMap(text, lines=Lines(text))
    return SourceMap(text, _about(about, statements_of_turtle(text, prefixes or {})))


def _about(
    nodes: Container[str] | None, walk: Iterable[Stated | Described]
) -> Iterable[Stated | Described]:
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
