"""What a query answers: rows, a truth value, or triples.

Thin wrappers over the engine's own results, so that an answer is written by the engine (about
150 000 rows a second) and not row by row in Python. Rows and triples can be gone through once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Triple,
    serialize,
)

from tenure.errors import BadQuery
from tenure.store.formats import GraphFormat, ResultFormat

if TYPE_CHECKING:
    from tenure.sandbox.table import Table

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Row: TypeAlias = tuple[Term | None, ...]


@contextmanager
def _evaluation() -> Iterator[None]:
    """Errors that the engine meets only while it computes become :class:`BadQuery`."""
    try:
        yield
    except RuntimeError as error:
        raise BadQuery(
            f"The query cannot be evaluated: {error}.",
            remedy="Bind every variable before the place that needs its value.",
        ) from error


@dataclass(slots=True)
class Solutions:
    """The answer of a SELECT: its variables in order, and rows of terms (None where unbound)."""

    results: QuerySolutions | Table

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the columns, without ``?``."""
        return tuple(one.value for one in self.results.variables)

    def __iter__(self) -> Iterator[Row]:
        with _evaluation():
            for row in self.results:
                yield tuple(row)

    def serialise(self, form: ResultFormat) -> bytes:
        """The rows not yet gone through, in ``form``.

        Raises :class:`~tenure.errors.BadQuery` where the evaluation fails half-way.
        """
        with _evaluation():
            return self.results.serialize(format=form.engine) or b""

    def write(self, output: IO[bytes], form: ResultFormat) -> None:
        """Like :meth:`serialise`, into a file, some KiB at a time.

        What ``output`` raises ends it. Raises :class:`~tenure.errors.BadQuery` as that does.
        """
        with _evaluation():
            self.results.serialize(output, format=form.engine)


@dataclass(slots=True)
class Truth:
    """The answer of an ASK."""

    results: QueryBoolean

    def __bool__(self) -> bool:
        return bool(self.results)

    def serialise(self, form: ResultFormat) -> bytes:
        """The truth value in ``form``."""
        return self.results.serialize(format=form.engine) or b""

    def write(self, output: IO[bytes], form: ResultFormat) -> None:
        """The truth value in ``form``, into a file."""
        self.results.serialize(output, format=form.engine)


@dataclass(slots=True)
class Triples:
    """The answer of a CONSTRUCT or DESCRIBE."""

    results: QueryTriples | Iterable[Triple]

    def __iter__(self) -> Iterator[Triple]:
        with _evaluation():
            yield from self.results

    def serialise(self, form: GraphFormat, prefixes: Mapping[str, str] | None = None) -> bytes:
        """The triples not yet gone through, in ``form``; ``prefixes`` shorten IRIs where it can.

        Raises :class:`~tenure.errors.BadQuery` where the evaluation fails half-way.
        """
        with _evaluation():
            if isinstance(self.results, QueryTriples) and not prefixes:
                return self.results.serialize(format=form.engine) or b""
            known = dict(prefixes) if prefixes else None
            return serialize(self.results, format=form.engine, prefixes=known) or b""

    def write(
        self, output: IO[bytes], form: GraphFormat, prefixes: Mapping[str, str] | None = None
    ) -> None:
        """Like :meth:`serialise`, into a file, some KiB at a time.

        What ``output`` raises ends it. Raises :class:`~tenure.errors.BadQuery` as that does.
        """
        with _evaluation():
            if isinstance(self.results, QueryTriples) and not prefixes:
                self.results.serialize(output, format=form.engine)
                return
            known = dict(prefixes) if prefixes else None
            serialize(self.results, output, format=form.engine, prefixes=known)


Answer: TypeAlias = Solutions | Truth | Triples


def wrap(results: QuerySolutions | QueryBoolean | QueryTriples) -> Answer:
    """The answer for what the engine returned."""
    if isinstance(results, QueryBoolean):
        return Truth(results)
    if isinstance(results, QuerySolutions):
        return Solutions(results)
    return Triples(results)
