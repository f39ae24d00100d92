"""Large files as segments: stretches of N-Quads that are read, and forgotten, one after another.

A file of N-Triples or N-Quads is cut where lines end, and stays where it is. Every other file, and
one with blank nodes, whose labels mean something in one file only, is written anew as N-Quads into
a folder for the time of the check.
"""

from __future__ import annotations

import mmap
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat, parse, serialize

from tenure.errors import BadInput, BadRdf, Where
from tenure.inputs import read_input
from tenure.store.formats import N_QUADS, N_TRIPLES, GraphFormat
from tenure.store.rdf import read_lazily
from tenure.validate.reading import cannot_open

LINE_FORMATS: Final = (N_TRIPLES, N_QUADS)
_BLANK: Final = b"_:"
_BYTES_A_STATEMENT: Final = 160
"""About as long a line is that is written here."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Some lines of a file of N-Quads or N-Triples, of the document with that number."""

    document: int
    path: Path
    start: int
    stop: int
    lines_before: int = 0

    def read(self) -> bytes:
        """The lines, without a byte order mark before the first."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            data = file.read(self.stop - self.start)
        return data if self.start else data.removeprefix(BOM_UTF8)

    def quads(self) -> Iterator[Quad]:
        """What they state; blank nodes keep their labels."""
        return iter(parse(self.read(), RdfFormat.N_QUADS))


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts files into segments of about ``size`` bytes; ``folder`` is for what is written anew."""

    folder: Path
    size: int

    def segments(
        self, document: int, path: Path, form: GraphFormat
    ) -> Iterator[tuple[Segment, Iterable[Quad]]]:
        """Each segment of a file, and what it states.

        Raises:
            BadInput: it cannot be read, or does not parse; what came before was right.
        """
        if form in LINE_FORMATS and not _has_blank_nodes(path):
            yield from self._in_place(document, path, form)
        else:
            yield from self._written_anew(document, path, form)

    def _in_place(
        self, document: int, path: Path, form: GraphFormat
    ) -> Iterator[tuple[Segment, Iterable[Quad]]]:
        before = 0
        for start, stop in _stretches(path, self.size):
            segment = Segment(document, path, start, stop, before)
            data = segment.read()
            yield segment, _shifted(read_lazily(data, form, name=str(path)), before)
            before += data.count(b"\n")

    def _written_anew(
        self, document: int, path: Path, form: GraphFormat
    ) -> Iterator[tuple[Segment, Iterable[Quad]]]:
        try:
            data = read_input(path)
        except OSError as error:
            raise cannot_open(path, error) from error
        quads = read_lazily(data, form, name=str(path))
        copy = self.folder / f"{document}.nq"
        start = 0
        most = max(1, self.size // _BYTES_A_STATEMENT)
        with copy.open("wb") as file:
            while some := list(islice(quads, most)):
                file.write(serialize(some, format=RdfFormat.N_QUADS) or b"")
                file.flush()
                yield Segment(document, copy, start, file.tell()), some
                start = file.tell()


def _stretches(path: Path, size: int) -> Iterator[tuple[int, int]]:
    try:
        with path.open("rb") as file:
            start = 0
            while True:
                file.seek(start + size)
                file.readline()
                stop = min(file.tell(), path.stat().st_size)
                if stop <= start:
                    return
                yield start, stop
                start = stop
    except OSError as error:
        raise cannot_open(path, error) from error


def _shifted(quads: Iterator[Quad], lines: int) -> Iterator[Quad]:
    """The quads; a mistake among them is told with the line of the whole file."""
    try:
        yield from quads
    except BadInput as error:
        where = error.where
        if isinstance(where, Where) and where.line is not None:
            where = replace(where, line=where.line + lines)
        raise BadRdf(error.what, where=where, remedy=error.remedy) from error


def _has_blank_nodes(path: Path) -> bool:
    """Whether the file may have some: the two characters can stand in a text as well."""
    try:
        with path.open("rb") as file:
            if not path.stat().st_size:
                return False
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return data.find(_BLANK) >= 0
    except OSError as error:
        raise cannot_open(path, error) from error
