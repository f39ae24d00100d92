"""What strangers send, read in a process that can be stopped: what comes back is N-Quads.

The functions that take ``parameters``, bodies and ``answer`` are tasks, see
:mod:`tenure.sandbox.program`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, parse, serialize

from tenure.errors import BadParameter, BadQuery, TooMuchToRead
from tenure.store.formats import RDF_XML, GraphFormat, graph_format
from tenure.store.rdf import read_lazily
from tenure.store.syntax_errors import unparsed_query

MOST_GRAPHS: Final = 20_000
"""Graphs that documents may have together: those of claims, and others."""
_AT_A_TIME: Final = 20_000

Answer = Callable[[bytes], None]


def read_bodies(
    parameters: Mapping[str, Any], bodies: list[bytes], answer: Answer
) -> dict[str, Any]:
    """Writes the statements of documents to ``answer``, and says whether some lie in named graphs.

    ``parameters`` has the media types of the documents as ``forms``, the ``base`` of relative IRIs
    or None, and the ``most`` statements that they may have together.

    Raises what :func:`tenure.store.read_text` does, and :class:`~tenure.errors.TooMuchToRead`.
    """
    count = 0
    in_graphs = False
    graphs: set[object] = set()
    for media_type, data in zip(parameters["forms"], bodies, strict=True):
        quads = read_lazily(data, _form(media_type), base=parameters["base"], name="body")
        while some := list(islice(quads, _AT_A_TIME)):
            count += len(some)
            if count > parameters["most"]:
                raise TooMuchToRead(
                    f"It holds more than {parameters['most']:,} statements, the most that are "
                    "taken at once.",
                    where="body",
                    remedy="Send it in several parts, or load it with tenure load.",
                )
            graphs.update(one.graph_name for one in some)
            if len(graphs) > MOST_GRAPHS:
                raise TooMuchToRead(
                    f"It names more than {MOST_GRAPHS:,} graphs, the most that are taken at once.",
                    where="body",
                    remedy="Send it in several parts.",
                )
            named = (one.graph_name for one in some if one.graph_name != DefaultGraph())
            in_graphs = in_graphs or next(named, None) is not None
            answer(serialize(some, format=RdfFormat.N_QUADS) or b"")
    return {"in_graphs": in_graphs, "count": count}


def _form(media_type: str) -> GraphFormat:
    """The format of a media type, those included that files are not read in."""
    if media_type == RDF_XML.media_type:
        return RDF_XML
    try:
        return graph_format(media_type)
    except BadParameter:
        engine = RdfFormat.from_media_type(media_type)
        if engine is None:
            raise
        return GraphFormat(media_type, media_type, "", engine)


def run_update(
    parameters: Mapping[str, Any],  # noqa: ARG001 - as any task
    bodies: list[bytes],
    answer: Answer,
) -> dict[str, Any]:
    """Runs an update on some statements, both given as bodies, the latter as N-Quads.

    Writes what it takes away and what it adds to ``answer``; says how many bytes the first has.
    """
    text, data = bodies
    removed, added = changed_by(text.decode(), set(parse(data, RdfFormat.N_QUADS)))
    written = serialize(removed, format=RdfFormat.N_QUADS) or b""
    answer(written)
    answer(serialize(added, format=RdfFormat.N_QUADS) or b"")
    return {"removed": len(written)}


def changed_by(text: str, before: set[Quad]) -> tuple[set[Quad], set[Quad]]:
    """What an update takes away from some statements, and what it adds, on a copy in memory.

    Raises :class:`~tenure.errors.BadQuery` for one that does not parse, or cannot be carried out.
    """
    scratch = Store()
    scratch.bulk_extend(before)
    try:
        scratch.update(text)
    except SyntaxError as error:
        raise unparsed_query(text, str(error)) from error
    except (RuntimeError, OSError) as error:
        raise BadQuery(
            f"The update cannot be carried out: {str(error)[:300]}.",
            remedy="Name graphs that are there, or write SILENT.",
        ) from error
    after = set(scratch)
    return before - after, after - before


def quads_read(data: bytes) -> Iterator[Quad]:
    """The statements that :func:`read_bodies` has written, with blank nodes of their own."""
    return parse(data, RdfFormat.N_QUADS, rename_blank_nodes=True)
