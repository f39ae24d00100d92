"""What a reader does with RDF that is to be written: it comes back as N-Quads, which are safe."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from pyoxigraph import DefaultGraph, Quad, RdfFormat, serialize

from tenure.errors import BadParameter, TooMuchToRead
from tenure.store.formats import RDF_XML, GraphFormat, graph_format
from tenure.store.rdf import read_lazily

_AT_A_TIME: Final = 20_000

MOST_GRAPHS: Final = 20_000
"""Graphs that documents may have together: those of claims, and others."""


def read(
    told: Mapping[str, Any], bodies: list[bytes], answer: Callable[[bytes], None]
) -> dict[str, Any]:
    """Writes the statements of documents to ``answer``, and says whether some lie in named graphs.

    ``told`` has the media types of the documents as ``forms``, the ``base`` of relative IRIs or
    None, and the ``most`` statements that they may have together.

    Raises what :func:`tenure.store.read_text` does, and
    :class:`~tenure.sandbox.tasks.TooMuchToRead`.
    """
    count = 0
    in_graphs = False
    graphs: set[object] = set()
    for media_type, data in zip(told["forms"], bodies, strict=True):
        quads = read_lazily(data, _form(media_type), base=told["base"], name="body")
        while some := list(islice(quads, _AT_A_TIME)):
            count += len(some)
            if count > told["most"]:
                raise TooMuchToRead(
                    f"It holds more than {told['most']:,} statements, the most that are taken at "
                    "once.",
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
            in_graphs = in_graphs or _in_graphs(some)
            answer(serialize(some, format=RdfFormat.N_QUADS) or b"")
    return {"in_graphs": in_graphs, "count": count}


def _in_graphs(quads: list[Quad]) -> bool:
    return any(not isinstance(one.graph_name, DefaultGraph) for one in quads)


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


def quads_read(data: bytes) -> Iterator[Quad]:
    """The statements that :func:`read` has written. Raises what reading N-Quads does."""
    return read_lazily(data, graph_format("nq"), name="body")
