"""Which graph a request to the graph store is about (SPARQL 1.1 Graph Store Protocol, section 4).

Indirectly by ``?graph=IRI`` or ``?default``; directly by an address below ``/rdf-graph-store/``,
which stands for the IRI of the same path under the base that everything here is named under. So a
graph keeps its name whatever host or port serves it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from tenure.errors import BadInput, BadParameter
from tenure.nearest import nearest, remedy_of
from tenure_api.http.bodies import address_fields
from tenure_api.http.negotiation import own_address
from tenure_api.sparql.reading import read_truth

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenure.terms import Names
    from tenure_api.service import Service

ADDRESS: Final = "/rdf-graph-store"
_KNOWN: Final = ("graph", "default", "format", "message", "dry-run")
_DOTS: Final = re.compile(r"(?:^|/)\.{1,2}(?:/|$)")


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is about: a graph by its IRI, the default graph, or neither (the store)."""

    graph: str | None = None
    default: bool = False
    message: str | None = None
    dry_run: bool = False

    def graph_in(self, names: Names) -> str | None:
        """The IRI of the graph; of the default graph, what users write without naming one."""
        return names.default_graph.value if self.default else self.graph

    @property
    def whole_store(self) -> bool:
        """Whether no graph is named."""
        return self.graph is None and not self.default


def target_of(request: Request, service: Service) -> Target:
    """What the request is about.

    Raises:
        BadParameter: an unknown parameter, one that comes twice, two graphs, or no IRI.
        BadInput: an address that cannot be read.
    """
    values: dict[str, str] = {}
    for name, value in address_fields(request, service.limits):
        if name not in _KNOWN:
            remedy = remedy_of(nearest(name, _KNOWN), f"It has {', '.join(_KNOWN)}.")
            raise BadParameter(
                f"This address has no parameter {name[:80]!r}.", where=name[:80], remedy=remedy
            )
        if name in values:
            raise BadParameter(
                "The parameter comes twice.", where=name, remedy="Give one graph at a time."
            )
        values[name] = value
    direct = _direct(request, service)
    named = [one for one in ("graph", "default") if one in values] + ([ADDRESS] if direct else [])
    if len(named) > 1:
        raise BadParameter(
            "The request names more than one graph.",
            where=named[0],
            remedy="Name it in the path, with `graph`, or as `default`.",
        )
    graph = direct
    if "graph" in values:
        graph = _graph(values["graph"], request, service)
    told = values.get("message", "").strip()[: service.limits.parameter] or None
    dry_run = read_truth("dry-run", values.get("dry-run", ""))
    return Target(graph, "default" in values, told, dry_run)


def address_of(graph: str, request: Request, service: Service) -> str:
    """Where a graph is addressed directly."""
    prefix = service.kb.names.graph_store_prefix
    return f"{own_address(request, service.kb.names.base)}{ADDRESS}/{graph.removeprefix(prefix)}"


def _direct(request: Request, service: Service) -> str | None:
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    try:
        path = raw.decode("utf-8").partition("?")[0]
    except UnicodeDecodeError as error:
        raise BadInput(
            "The address is not UTF-8.", where="path", remedy="Encode it in UTF-8."
        ) from error
    name = path.partition(f"{ADDRESS}/")[2]
    if not name:
        return None
    return _checked(service.kb.names.graph_store_prefix + name, "path")


def _graph(iri: str, request: Request, service: Service) -> str:
    """The name that a parameter gives; of an address in the graph store, what it stands for."""
    own = f"{own_address(request, service.kb.names.base)}{ADDRESS}/"
    if iri.startswith(own):
        iri = service.kb.names.graph_store_prefix + iri.removeprefix(own)
    return _checked(iri, "graph")


def _checked(iri: str, where: str) -> str:
    try:
        name = NamedNode(iri).value
    except ValueError as error:
        raise BadParameter(
            f"{iri[:200]!r} is no absolute IRI.", where=where, remedy="Give the IRI of a graph."
        ) from error
    if _DOTS.search(name.partition("://")[2].partition("?")[0]):
        raise BadParameter(
            "The name of a graph has no steps such as '..'.",
            where=where,
            remedy="Write the name without them.",
        )
    return name
