"""Where statements stand in N-Triples and N-Quads: only the lines that name a node are read.

A statement never crosses a line there, so that the few nodes of a report are found by a search
for their names, and a file of millions of lines need not be cut into tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tenure.store.positions_turtle import statements_of_turtle
from tenure.store.positions_words import Described, Span, Stated

_LINE: Final = re.compile(r"[^\n]+")
_MOST_SEARCHES: Final = 400
"""About as long as this many searches takes it to read everything once."""


class Lines:
    """The lines of a text that were not read yet."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._read: set[int] = set()
        self._searched: set[str] = set()
        self._all_read = False

    def about(self, iri: str | None) -> Iterator[Stated | Described]:
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

    def _from(self, start: int, end: int) -> Iterator[Stated | Described]:
        """What stands from one offset to another, without the lines that were read before."""
        for line in _LINE.finditer(self._text, start, end):
            if line.start() not in self._read:
                self._read.add(line.start())
                for one in statements_of_turtle(line[0], {}):
                    yield _moved(one, line.start())


def _moved(one: Stated | Described, by: int) -> Stated | Described:
    if isinstance(one, Described):
        return one._replace(span=_span(one.span, by), whole=_span(one.whole, by))
    return one._replace(
        predicate_span=_span(one.predicate_span, by),
        value_span=_span(one.value_span, by),
        subject_span=_span(one.subject_span, by),
        graph_span=_span(one.graph_span, by) if one.graph_span else None,
    )


def _span(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by
