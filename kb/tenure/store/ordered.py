"""Statements in the order in which they are written, however many; the same bytes every time.

The order is that of :func:`tenure.store.rdf.write`, which holds all of them in memory and is for
those that are few. Lines are sorted in runs on the disk, which are merged (Knuth, TAOCP 3, 5.4.1).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final, Self, cast

from pyoxigraph import Quad, RdfFormat, parse, serialize

from tenure.errors import BadInput
from tenure.store.formats import N_QUADS, N_TRIPLES, GraphFormat

_TYPE: Final = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_STRING: Final = b"<http://www.w3.org/2001/XMLSchema#string>"
# No IRI has it, and in a literal it comes only after the last one.
_BETWEEN: Final = b"\x01"
_BLANK: Final = b"_:"
_PIECE: Final = 2_000
"""Statements that are read back at a time."""
_MOST_STEMS: Final = 10_000


HELD: Final = 64 << 20
"""Bytes of lines, with what Python needs for each, that are held in memory."""

_EACH: Final = 90
"""Bytes that Python needs for a line beside its own (measured)."""

_READ: Final = 1 << 20


class SortedLines:
    """Takes lines in any order and gives them back in that of their bytes, each once.

    No more than ``held`` bytes are in memory; beyond that, lines lie in temporary files below
    ``folder`` (None: the system's), which are gone when the ``with`` block ends.
    """

    def __init__(self, *, held: int = HELD, folder: Path | None = None) -> None:
        self._held = held
        self._folder = folder
        self._lines: list[bytes] = []
        self._size = 0
        self._runs: list[IO[bytes]] = []
        self._files = ExitStack()

    def add(self, line: bytes) -> None:
        """Takes a line, without the line break that it may not hold.

        Raises :class:`OSError` where there is no room for temporary files.
        """
        self._lines.append(line)
        self._size += len(line) + _EACH
        if self._size >= self._held:
            self._spill()

    def __iter__(self) -> Iterator[bytes]:
        """The lines in order. To be asked once, when all are there; raises :class:`OSError`."""
        self._lines.sort()
        before = None
        for line in heapq.merge(self._lines, *map(_lines_of, self._runs)):
            if line != before:
                yield line
                before = line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.clear()
        self._files.close()

    def _spill(self) -> None:
        opened = TemporaryFile(dir=self._folder, buffering=_READ)  # noqa: SIM115 - at the end
        run = self._files.enter_context(opened)
        self._lines.sort()
        run.writelines(b"%b\n" % line for line in self._lines)
        run.flush()
        self._runs.append(run)
        self._lines.clear()
        self._size = 0


def _lines_of(run: IO[bytes]) -> Iterator[bytes]:
    run.seek(0)
    for line in run:
        yield line[:-1]


Placing = Callable[[bytes], bytes | None]


class OrderedStatements:
    """Takes statements in any order, and writes them sorted, each once.

    They are held as :class:`SortedLines` holds lines, so memory does not
    grow with their number. Those ``prefixes`` that shorten an IRI, and end in ``/`` or ``#``, are
    used where the format has prefixes. ``has_blanks`` says whether one of them has a blank node;
    their names are kept, so that other bytes come of the same statements under other names.
    """

    def __init__(
        self,
        prefixes: Mapping[str, str] | None = None,
        *,
        held: int = HELD,
        folder: Path | None = None,
    ) -> None:
        self.has_blanks = False
        self._lines = SortedLines(held=held, folder=folder)
        self._prefixes = {name: space.encode() for name, space in (prefixes or {}).items()}
        self._stems: set[bytes] = set()
        self._spaces: set[bytes] = set()
        self._subject = b""
        self._predicates: dict[bytes, bytes] = {}
        self._datatypes: set[bytes] = set()

    def add(self, quads: Iterable[Quad], placed: Placing | None = None) -> None:
        """Takes statements. Raises :class:`OSError` where there is no room.

        ``placed`` says for a graph, by its name as N-Quads write it and empty for the default one,
        in which graph its statements are to be written; None leaves them out.
        """
        taken = _LineSink(partial(self._take, placed or _as_it_is))
        serialize(quads, cast("IO[bytes]", taken), format=RdfFormat.N_QUADS)

    def write(self, output: IO[bytes], form: GraphFormat) -> int:
        """Writes them, once, and says how many.

        Raises:
            BadInput: ``form`` is neither TriG, N-Quads, Turtle nor N-Triples.
            OSError: the temporary files cannot be read, or ``output`` takes no more.
        """
        count = 0

        def counted() -> Iterator[bytes]:
            nonlocal count
            for count, line in enumerate(self._lines, start=1):  # noqa: B007 - used afterwards
                yield _line_of(line)

        if form in (N_QUADS, N_TRIPLES):
            lines = counted()
            while piece := b"".join(islice(lines, _PIECE)):
                output.write(piece)
            return count
        if form.engine not in (RdfFormat.TRIG, RdfFormat.TURTLE):
            raise BadInput(
                f"{form.media_type} cannot be written piece by piece.",
                remedy="Choose TriG, N-Quads, Turtle or N-Triples.",
            )
        quads = _read_back(counted())
        statements = quads if form.named_graphs else (quad.triple for quad in quads)
        serialize(statements, output, format=form.engine, prefixes=self._used() or None)
        return count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.__exit__()

    def _take(self, placed: Placing, lines: list[bytes]) -> None:
        # Runs once for each statement of a store: what repeats is not worked out again.
        add, predicates = self._lines.add, self._predicates
        before = place = graph = None
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            value, graph = _parted(rest[:-2])
            if graph != before:
                before, place = graph, placed(graph)
                if place:
                    self._note(place)
            if place is None:
                continue
            key = predicates.get(predicate)
            if key is None:
                self._note(predicate)
                key = (b"0" if predicate == _TYPE else b"1") + predicate[1:-1]
                predicates[predicate] = key
            if subject != self._subject:
                self._subject = subject
                self._note(subject)
            named = _named_in(value)
            if named not in self._datatypes:
                if value[:1] == b'"' and len(self._datatypes) < _MOST_STEMS:
                    self._datatypes.add(named)
                self._note(named)
            add(_BETWEEN.join((place, subject, key, value)))

    def _note(self, term: bytes) -> None:
        if term[:1] == b"<":
            self._stems.add(term[1 : 1 + max(term.rfind(b"/"), term.rfind(b"#"))])
            if len(self._stems) > _MOST_STEMS:
                self._fold()
        elif term[:2] == _BLANK:
            self.has_blanks = True

    def _fold(self) -> None:
        self._spaces = {
            one
            for one in self._prefixes.values()
            if one in self._spaces or any(stem.startswith(one) for stem in self._stems)
        }
        self._stems.clear()

    def _used(self) -> dict[str, str]:
        """Those of the prefixes that shorten something, by name."""
        self._fold()
        used = ((name, space) for name, space in self._prefixes.items() if space in self._spaces)
        return {name: space.decode() for name, space in sorted(used)}


def _as_it_is(graph: bytes) -> bytes:
    return graph


class _LineSink:
    """A file that hands on the lines that are written into it."""

    def __init__(self, take: Callable[[list[bytes]], None]) -> None:
        self._take = take
        self._rest = b""

    def write(self, data: bytes) -> int:
        """Takes a piece of text."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if lines:
            self._take(lines)
        return len(data)

    def flush(self) -> None:
        """Does nothing: the last line ends in a line break too."""


def _parted(rest: bytes) -> tuple[bytes, bytes]:
    """The object, and the graph where there is one, of what follows a predicate."""
    value, _, last = rest.rpartition(b" ")
    # No IRI and no blank node has a quotation mark; a literal has one at its end.
    if value and last.startswith((b"<", _BLANK)) and b'"' not in last:
        return value, last
    return rest, b""


def _named_in(value: bytes) -> bytes:
    """The IRI or blank node that an object is, or names: a literal its datatype."""
    if value[:1] != b'"':
        return _BLANK if value[:2] == b"<<" and _BLANK in value else value
    if value[-1:] == b">":
        return value[value.rindex(b'"') + 3 :]
    return _STRING if value[-1:] == b'"' else _TYPE


def _line_of(held: bytes) -> bytes:
    graph, subject, predicate, value = held.split(_BETWEEN, 3)
    end = b" " + graph if graph else b""
    return b"%b <%b> %b%b .\n" % (subject, predicate[1:], value, end)


def _read_back(lines: Iterator[bytes]) -> Iterator[Quad]:
    while piece := b"".join(islice(lines, _PIECE)):
        yield from parse(piece, RdfFormat.N_QUADS)
