"""What a worker does with its replica: it loads it, repeats writes, and answers queries.

Runs in a process of its own, see :mod:`tenure.sandbox.program`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final, cast

from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from tenure.errors import BadQuery
from tenure.sandbox.frames import ALONE, FORGET, HEAD, HOLD, QUADS, UPDATE
from tenure.sandbox.limits import TooMuch
from tenure.sandbox.program import FrameOutput
from tenure.store.oxigraph import hold
from tenure.store.projection import Projection
from tenure.store.rdf import used_prefixes
from tenure.store.syntax_errors import unparsed_query
from tenure.store.well_formed import checked, refusing_unwritable

_BLANK: Final = "_:"
_LOOKED_AT: Final = 1_000
"""Triples that are held back to see which prefixes they use; later ones use those too."""

_ROW_STARTS: Final = {
    # In a literal the quotation mark would have a backslash before it, '<' would be written &lt;.
    "application/sparql-results+json": b'}},{"',
    "application/sparql-results+xml": b"<result>",
    "text/tab-separated-values": b"\n",
    # A line break inside a value counts as a row too.
    "text/csv": b"\n",
}


class LoadedReplica:
    """A copy of a store, and beside it, in memory, virtual graphs with what is asked with them."""

    def __init__(self, path: Path) -> None:
        """What a folder, or a file of N-Quads, holds. Raises :class:`OSError`."""
        self.alone = Store()
        self.held: dict[bool, set[str]] = {False: set(), True: set()}
        self._projection: Projection | None = None
        if path.is_dir():
            self.store = Store(str(path))
            self.is_on_disk = True
        else:
            self.store = Store()
            self.store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
            self.is_on_disk = False

    def update(self, request: str) -> None:
        """Repeat an update, which takes away and adds statements that it names, and graphs."""
        self.store.update(request)
        if self._projection is None:
            return
        if _BLANK not in request:
            self.alone.update(request)
            return
        # Those that are added get other names each time, and statements could not be told of one.
        kept = Store()
        for name in self.held[True]:
            kept.extend(self.alone.quads_for_pattern(None, None, None, NamedNode(name)))
        self.alone, self._projection = kept, None

    def extend(self, lines: bytes) -> None:
        """Repeat that statements were added, in N-Quads."""
        for store in (self.store, self.alone) if self._projection is not None else (self.store,):
            store.extend(parse(lines, format=RdfFormat.N_QUADS))

    def covers(self, predicates: Iterable[str]) -> bool:
        """Whether all that the copy holds by some predicates is in memory; not where it is much."""
        if self._projection is None:
            self._projection = Projection(self._stated, self.alone.bulk_extend)
        return self._projection.covers(predicates)

    def _stated(self, predicate: NamedNode) -> Iterator[Quad]:
        held = self.held[False]
        for quad in self.store.quads_for_pattern(None, predicate, None, None):
            if getattr(quad.graph_name, "value", "") not in held:
                yield quad

    @contextmanager
    def holding(self, names: Iterable[str]) -> Iterator[Store]:
        """The copy with graphs that are in memory, as long as it lasts."""
        graphs = [NamedNode(name) for name in names if name not in self.held[False]]
        try:
            for graph in graphs:
                self.store.extend(self.alone.quads_for_pattern(None, None, None, graph))
            yield self.store
        finally:
            for graph in graphs:
                self.store.remove_graph(graph)


load = LoadedReplica


def follow(replica: LoadedReplica, step: bytes) -> None:
    """Repeats a write. A step is a whole: what follows from half of one is never asked."""
    is_alone = step.startswith(ALONE)
    store = replica.alone if is_alone else replica.store
    what, body = step[is_alone : is_alone + 1], step[is_alone + 1 :]
    if what == UPDATE:
        replica.update(body.decode())
    elif what == QUADS:
        replica.extend(body)
    elif what == HOLD:
        name, _, content = body.partition(b"\n")
        replica.held[is_alone].add(name.decode())
        on_disk = replica.is_on_disk and not is_alone
        hold(store, NamedNode(name.decode()), content, on_disk=on_disk)
    else:
        assert what == FORGET, what
        replica.held[is_alone].discard(body.decode())
        store.remove_graph(NamedNode(body.decode()))


def answer(replica: LoadedReplica, query: Mapping[str, Any], output: FrameOutput) -> None:
    """Answers one query: a head, and pieces.

    Raises :class:`~tenure.errors.BadQuery` for what cannot be read, evaluated or written,
    :class:`~tenure.sandbox.limits.TooMuch` for a long answer, and :class:`MemoryError`.
    """
    predicates = query["predicates"]
    if predicates is not None and not replica.covers(predicates):
        with replica.holding(query["virtual"]) as store:
            _answer(store, query, output)
    else:
        _answer(replica.alone if query["alone"] else replica.store, query, output)


def _answer(store: Store, query: Mapping[str, Any], output: FrameOutput) -> None:
    output.row_start = _ROW_STARTS.get(query["rows"], b"")
    named = query["named"]
    try:
        # Other errors of the system (the replica cannot be read, or a SERVICE got this far and was
        # denied the network) are no refusals.
        with refusing_unwritable():
            results = store.query(
                query["sparql"],
                default_graph=[NamedNode(iri) for iri in query["default"]],
                named_graphs=None if named is None else [NamedNode(iri) for iri in named],
            )
            _write(results, output, query)
    except SyntaxError as error:
        raise unparsed_query(query["sparql"], str(error)) from error
    except UnicodeError as error:
        raise _not_evaluated("it is not Unicode") from error
    except RuntimeError as error:
        raise _not_evaluated(str(error)) from error


def _not_evaluated(why: str) -> BadQuery:
    return BadQuery(
        f"The query cannot be evaluated: {why}.",
        remedy="Bind every variable before the place that needs its value.",
    )


def _write(
    results: QuerySolutions | QueryBoolean | QueryTriples,
    output: FrameOutput,
    query: Mapping[str, Any],
) -> None:
    rows_in, triples_in = query["rows"], query["triples"]
    # It has what the engine asks of a file, and no more.
    form_in = triples_in if isinstance(results, QueryTriples) else rows_in
    file = cast("IO[bytes]", checked(output, form_in))
    if isinstance(results, QueryTriples):
        output.note(HEAD, kind="triples", variables=[])
        form = RdfFormat.from_media_type(triples_in) if triples_in else None
        if form is None:
            return
        coming = _counted(results, query["most_rows"])
        known = None
        if query["prefixes"]:
            first = list(islice(coming, _LOOKED_AT))
            known, coming = used_prefixes(query["prefixes"], first), chain(first, coming)
        serialize(coming, file, format=form, prefixes=known)
        return
    if isinstance(results, QuerySolutions):
        names = [variable.value for variable in results.variables]
        output.note(HEAD, kind="rows", variables=names)
    else:
        output.note(HEAD, kind="truth", variables=[])
    written = QueryResultsFormat.from_media_type(rows_in) if rows_in else None
    if written is not None:
        results.serialize(file, format=written)


def _counted(triples: Iterable[Triple], most: int) -> Iterator[Triple]:
    for number, triple in enumerate(triples):
        if number >= most:
            raise TooMuch("rows")
        yield triple
