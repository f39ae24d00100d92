"""The OpenAPI description of one service: schemas of answers, and examples of its own base."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from pyoxigraph import NamedNode

from tenure.namespaces import TN
from tenure_api.problems import MEDIA_TYPE
from tenure_api.schemas import components, reference
from tenure_api.service import Service

_OWN_JSON: Final = ("application/json", "application/sparql-results+json")
_OTHER: Final = {
    "description": "Any other refusal: no key, no such address or format, too much, too busy.",
    "content": {MEDIA_TYPE: {"schema": reference("Problem")}},
}


def completed(document: dict[str, Any], service: Service) -> dict[str, Any]:
    """The description with the schema of every answer, and an example for every parameter.

    Examples are of the base that is served. What is RDF in JSON-LD may be any JSON.
    """
    schemas, answers = components(service.catalog.values())
    document.setdefault("components", {}).setdefault("schemas", {}).update(schemas)
    examples = _Examples(service)
    for operation_id, told in _operations(document):
        for status, response in told["responses"].items():
            content = response.get("content", {})
            # Where both rows and graphs are answered, plain JSON is that of either.
            own = _OWN_JSON if "application/ld+json" not in content else _OWN_JSON[1:]
            for media_type, body in content.items():
                if media_type in own and operation_id in answers and status != "default":
                    body["schema"] = answers[operation_id]
                elif "json" in media_type and media_type != MEDIA_TYPE:
                    body["schema"] = {"description": "Any JSON."}
        told["responses"].setdefault("default", _OTHER)
        for parameter in told.get("parameters", ()):
            if "example" not in parameter:
                parameter["example"] = examples.of(operation_id, parameter)
    return document


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in document["paths"].values():
        for told in path.values():
            yield told.get("operationId", ""), told


class _Examples:
    """Values to try with the base that is served."""

    def __init__(self, service: Service) -> None:
        kb, names = service.kb, service.kb.names
        self._service = service
        entity = next(iter(sorted(kb.registry)), names.entity_iri("person/somebody"))
        world = kb.store.quads(names.graph("world"), predicate=TN("certainty"))
        told = next((q.subject.value for q in world if isinstance(q.subject, NamedNode)), entity)
        sources = [names.short(iri).removeprefix("source/") for iri in islice(kb.sources, 2)]
        sources += ["some-paper", "another-paper"]
        claim = next(iter(kb.claims), names.claim_prefix + "some-paper/1")
        _, _, number = claim.rpartition("/")
        office = next((iri for iri in kb.registry if "/office/" in iri), entity)
        now = datetime.now(UTC).strftime("%Y-%m-%dT00:00:00Z")
        of_claim = names.short(claim).removeprefix("claim/").rpartition("/")[0]
        self._by_name: dict[str, str] = {
            "a": sources[0],
            "around": names.short(entity),
            "at": "2020-01-03",
            "b": sources[1],
            "default": "",
            "default-graph-uri": str(names.graph("world").value),
            "degree": "presumed",
            "entity": names.short(entity),
            "file": "quickstatements",
            "from": "2020-01-01",
            "graph": "https://example.org/graph",
            "If-Match": '"a-tag-that-an-answer-had"',
            "iri": told,
            "kind": "dates",
            "known-at": now,
            "message": "Corrected after the paper's erratum.",
            "name": "notes",
            "named-graph-uri": str(names.graph("provenance").value),
            "gap": "30",
            "number": number,
            "office": names.short(office),
            "policy": "hedged=no",
            "slug": names.short(told),
            "source": of_claim,
            "to": "2020-02-15",
            "using-graph-uri": "https://example.org/graph",
            "using-named-graph-uri": "https://example.org/graph",
            "version": "0.1.0",
        }
        self._by_operation: dict[str, Callable[[], Mapping[str, str]]] = {
            query.name: lambda query=query: service.examples.each(query)  # type: ignore[misc]
            for query in service.catalog.values()
        }
        self._by_operation["search"] = lambda: {"kind": "people"}
        self._by_operation["network"] = lambda: {"kind": "Tenure"}
        self._by_operation["graph-store-get-indirect"] = lambda: {
            "graph": names.graph("world").value
        }
        self._by_operation["clock-learned"] = lambda: {
            "from": "2000-01-01T00:00:00Z",
            "to": now,
        }

    def of(self, operation_id: str, parameter: Mapping[str, Any]) -> str:
        """A value for a parameter."""
        name, allowed = parameter["name"], parameter["schema"].get("enum")
        if allowed:
            return str(allowed[-1] if allowed == ["0", "1"] else allowed[0])
        own = self._by_operation.get(operation_id, dict)()
        return own.get(name) or self._by_name.get(name, "…")
