"""The claims that an import adds: on disk until they are written, since a table may be long.

Of a record no more is held than where it lies and which situations it tells of. Each claim is made
as N-Quads whenever it is asked for, and many are read at once.
"""

from __future__ import annotations

import pickle
import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from tenure.languages import ENGLISH
from tenure.namespaces import RDF_TYPE, TN, XSD_BOOLEAN, XSD_DATETIME
from tenure.own_folder import close_with

_TYPE, _CLAIM, _RECORD = str(RDF_TYPE), str(TN("Claim")), str(TN("Record"))
_LOCATOR, _TEXT, _SOURCE, _STATEMENT, _EVIDENCE, _ATTRIBUTION, _HEDGED, _RECORDED = (
    str(TN(name))
    for name in (
        "recordLocator", "recordText", "source", "statement", "evidence", "attribution", "hedged",
        "recordedAt",
    )
)  # fmt: skip
_TRUTH: Final = {one: Literal(str(one).lower(), datatype=XSD_BOOLEAN) for one in (True, False)}


class NewRecord(NamedTuple):
    """A record with what it states, whose situations have no number of their stretch yet.

    ``content`` is in N-Triples; ``concepts`` are the properties of the claim that have a value of a
    closed vocabulary, each with it. ``key`` is what it has in common with a claim that it is.
    ``stretches`` has the dates of each situation that can have several, by its IRI; ``numbers``
    those numbers that the record itself says.
    """

    locator: str
    positional: bool
    fields: str
    statement: str
    hedged: bool
    concepts: tuple[tuple[str, str], ...]
    content: bytes
    key: bytes
    stretches: dict[str, tuple[str, ...]]
    numbers: dict[str, int]


@dataclass(frozen=True, slots=True)
class _State:
    """The claims from a row on, all recorded at one instant; ``numbers`` has those but 1."""

    first: int
    at: str
    numbers: Mapping[tuple[int, str], int]


class NewClaims:
    """The new claims of a source, in the order of their numbers."""

    def __init__(self, source: NamedNode, prefix: str, chain: NamedNode, number: int) -> None:
        """``prefix`` is what the IRIs of the claims begin with, ``number`` that of the first."""
        self._source, self._chain = source, chain
        self._prefix = prefix
        self._number = number
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it goes with this object
        close_with(self, self._file)
        self._starts = array("Q")
        self._states: list[_State] = []
        self._left_out: set[int] = set()

    def __len__(self) -> int:
        return len(self._starts) - len(self._left_out)

    @property
    def rows(self) -> int:
        """How many records were taken, with those that were left out since."""
        return len(self._starts)

    def take(self, record: NewRecord) -> int:
        """Take in a record; its row, counted from 0."""
        self._file.seek(0, 2)
        self._starts.append(self._file.tell())
        pickle.dump(tuple(record), self._file, pickle.HIGHEST_PROTOCOL)
        return len(self._starts) - 1

    def record(self, row: int) -> NewRecord:
        """A record as it was taken."""
        self._file.seek(self._starts[row])
        return NewRecord._make(pickle.load(self._file))  # noqa: S301 - our own

    def close_state(self, first: int, at: str, numbers: Mapping[tuple[int, str], int]) -> None:
        """The records from the row ``first`` on were recorded at ``at``.

        ``numbers`` has the number of the stretch by row and situation, where it is not 1.
        """
        self._states.append(_State(first, at, numbers))

    def claim(self, row: int) -> str:
        """The IRI of the claim that a record becomes."""
        return f"{self._prefix}{self._number + row}"

    def row(self, claim: str) -> int:
        """The row of the record that became a claim."""
        return int(claim.removeprefix(self._prefix)) - self._number

    def at(self, row: int) -> str:
        """When a record was recorded."""
        return self._state(row).at

    def number(self, row: int, base: str) -> int:
        """The number of the stretch that a record tells of."""
        return self._state(row).numbers.get((row, base), 1)

    def _state(self, row: int) -> _State:
        return self._states[bisect_right(self._states, row, key=lambda one: one.first) - 1]

    def leave_out(self, rows: Collection[int]) -> None:
        """Some are not to be written."""
        self._left_out.update(rows)

    def about(self, iris: Collection[str]) -> Iterator[tuple[str, str]]:
        """Of some IRIs, each with each of the claims that are or tell of it."""
        wanted = {f"<{iri}>".encode(): iri for iri in iris}
        for row in self._left():
            text = self._text(row, self.record(row))
            for written, iri in wanted.items():
                if written in text and any(
                    iri in (q.subject.value, q.graph_name.value)
                    for q in parse(text, RdfFormat.N_QUADS)
                    if isinstance(q.graph_name, NamedNode) and isinstance(q.subject, NamedNode)
                ):
                    yield iri, self.claim(row)

    def lots(self, size: int) -> Iterator[bytes]:
        """The claims with their evidence as N-Quads, ``size`` claims at a time."""
        rows = iter(self._left())
        while some := list(islice(rows, size)):
            yield self.texts(some)

    def texts(self, rows: Collection[int]) -> bytes:
        """Some claims with their evidence, as N-Quads."""
        return b"".join(self._text(row, self.record(row)) for row in rows)

    def quads(self) -> Iterator[Quad]:
        """All that is to be written of the claims."""
        for text in self.lots(1000):
            yield from parse(text, RdfFormat.N_QUADS)

    def _left(self) -> Iterator[int]:
        return (row for row in range(len(self._starts)) if row not in self._left_out)

    def _text(self, row: int, record: NewRecord) -> bytes:
        state = self._state(row)
        iri = self.claim(row)
        evidence = f"<{self._source.value}/record/{self._number + row}>"
        text = f"{evidence} {_TEXT} {Literal(record.fields)} .\n" if record.fields else ""
        concepts = "".join(f"<{iri}> <{prop}> <{one}> .\n" for prop, one in record.concepts)
        described = (
            f"{evidence} {_TYPE} {_RECORD} .\n"
            f"{evidence} {_LOCATOR} {Literal(record.locator)} .\n"
            f"{text}"
            f"<{iri}> {_TYPE} {_CLAIM} .\n"
            f"<{iri}> {_SOURCE} {self._source} .\n"
            f"<{iri}> {_STATEMENT} {Literal(record.statement, language=ENGLISH)} .\n"
            f"<{iri}> {_EVIDENCE} {evidence} .\n"
            f"<{iri}> {_ATTRIBUTION} {self._chain} .\n"
            f"<{iri}> {_HEDGED} {_TRUTH[record.hedged]} .\n"
            f"<{iri}> {_RECORDED} {Literal(state.at, datatype=XSD_DATETIME)} .\n"
            f"{concepts}"
        )
        content = record.content
        for base in record.stretches:
            number = state.numbers.get((row, base), 1)
            if number != 1:
                # A situation that has a number is the subject of what is stated.
                lines = content.split(b"\n")
                bare, named = f"<{base}> ".encode(), f"<{base}--{number}> ".encode()
                content = b"\n".join(
                    named + one.removeprefix(bare) if one.startswith(bare) else one for one in lines
                )
        return described.encode() + content.replace(b" .\n", f" <{iri}> .\n".encode())
