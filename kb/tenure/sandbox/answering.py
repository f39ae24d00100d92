"""How a worker writes the answer to one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import IO, Any, Final, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from tenure.sandbox.frames import DATA, END, FAILED, HEAD, frame, told, write_all
from tenure.sandbox.well_formed import Unwritable, checked, refused_by_the_engine
from tenure.store.used_prefixes import used_prefixes

PIECE: Final = 64 * 1024
"""Bytes of an answer that are sent at a time."""

LOOKED_AT: Final = 1_000
"""Triples that are held back to see which prefixes they use; later ones use those too."""

_ROW_STARTS: Final = {
    # In a literal the quotation mark would have a backslash before it, '<' would be written &lt;.
    "application/sparql-results+json": b'}},{"',
    "application/sparql-results+xml": b"<result>",
    "text/tab-separated-values": b"\n",
    # A line break inside a value counts as a row too.
    "text/csv": b"\n",
}


class TooMuch(Exception):
    """The answer is longer than it may be: ``reason`` is ``rows`` or ``bytes``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Piecewise:
    """The file that an answer is written into: sends it in pieces, and counts.

    Raises :class:`TooMuch` from :meth:`write`.
    """

    def __init__(self, descriptor: int, most_bytes: int, most_rows: int, row_start: bytes) -> None:
        self._descriptor = descriptor
        self._held = bytearray()
        self._left = most_bytes
        self._rows_left = most_rows
        self._row_start = row_start
        self._tail = b""

    def tell(self, kind: bytes, /, **what: Any) -> None:
        """Takes a frame that is no piece of the answer."""
        self._held += told(kind, **what)

    def write(self, data: bytes) -> int:
        """Takes a piece of the answer."""
        self._left -= len(data)
        if self._left < 0:
            raise TooMuch("bytes")
        if self._row_start:
            self._count(data)
        self._held += frame(DATA, data)
        if len(self._held) >= PIECE:
            self.send()
        return len(data)

    def flush(self) -> None:
        """Does nothing: the engine flushes at the end of its writing, and the end is to follow."""

    def send(self) -> None:
        """Sends what is held."""
        write_all(self._descriptor, bytes(self._held))
        self._held.clear()

    def _count(self, data: bytes) -> None:
        mark = self._row_start
        seen = self._tail + data
        self._rows_left -= seen.count(mark)
        self._tail = seen[len(seen) - len(mark) + 1 :] if len(mark) > 1 else b""
        # The marks stand between rows, or beside a line of names: one more than rows is fine.
        if self._rows_left < -1:
            raise TooMuch("rows")


def answer(
    store: Store, asked: Mapping[str, Any], descriptor: int, worn: Callable[[], bool]
) -> None:
    """Answers one query: a head, pieces, and the end, or why there is none.

    The end says whether this worker is ``worn``, that is, should not be asked again.

    Raises :class:`MemoryError`, and :class:`BrokenPipeError` when the other side is gone.
    """
    rows_in, triples_in = asked["rows"], asked["triples"]
    out = Piecewise(
        descriptor, asked["most_bytes"], asked["most_rows"], _ROW_STARTS.get(rows_in, b"")
    )
    named = asked["named"]
    try:
        results = store.query(
            asked["sparql"],
            default_graph=[NamedNode(iri) for iri in asked["default"]],
            named_graphs=None if named is None else [NamedNode(iri) for iri in named],
        )
        _write(results, out, rows_in, triples_in, asked)
    except SyntaxError as error:
        out.tell(FAILED, why="syntax", what=str(error))
    except UnicodeError:
        out.tell(FAILED, why="unicode", what="")
    except RuntimeError as error:
        out.tell(FAILED, why="evaluation", what=str(error))
    except TooMuch as error:
        out.tell(FAILED, why=error.reason, what="")
    except BrokenPipeError:
        raise
    except Unwritable as error:
        out.tell(FAILED, why="format", what=str(error))
    except OSError as error:
        refused = refused_by_the_engine(error)
        if refused is not None:
            out.tell(FAILED, why="format", what=str(refused))
            out.send()
            return
        # The copy cannot be read, or a SERVICE has come through and was denied the network.
        out.tell(FAILED, why="crash", what=str(error))
    else:
        out.tell(END, worn=worn())
    out.send()


def _write(
    results: QuerySolutions | QueryBoolean | QueryTriples,
    out: Piecewise,
    rows_in: str,
    triples_in: str,
    asked: Mapping[str, Any],
) -> None:
    # It has what the engine asks of a file, and no more.
    form_in = triples_in if isinstance(results, QueryTriples) else rows_in
    file = cast("IO[bytes]", checked(out, form_in))
    if isinstance(results, QueryTriples):
        out.tell(HEAD, kind="triples", variables=[])
        form = RdfFormat.from_media_type(triples_in) if triples_in else None
        if form is None:
            return
        coming = _counted(results, asked["most_rows"])
        known = None
        if asked["prefixes"]:
            first = list(islice(coming, LOOKED_AT))
            known, coming = used_prefixes(asked["prefixes"], first), chain(first, coming)
        serialize(coming, file, format=form, prefixes=known)
        return
    if isinstance(results, QuerySolutions):
        names = [variable.value for variable in results.variables]
        out.tell(HEAD, kind="rows", variables=names)
    else:
        out.tell(HEAD, kind="truth", variables=[])
    written = QueryResultsFormat.from_media_type(rows_in) if rows_in else None
    if written is not None:
        results.serialize(file, format=written)


def _counted(triples: Iterable[Triple], most: int) -> Iterator[Triple]:
    for number, triple in enumerate(triples):
        if number >= most:
            raise TooMuch("rows")
        yield triple
