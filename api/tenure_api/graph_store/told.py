"""What the OpenAPI description tells of ``/rdf-graph-store``."""

from __future__ import annotations

from typing import Any, Final

from tenure.store.formats import media_types
from tenure_api.graph_store.bodies import MULTIPART, READABLE
from tenure_api.http.answers import QUERY_GRAPHS
from tenure_api.http.parameters import described, format_parameter, responses
from tenure_api.sparql.told import DRY_RUN, IF_MATCH, MESSAGE

_SUMMARIES: Final = {
    "GET": ("Read a graph", "Without a graph, a description of the service."),
    "PUT": ("Make a graph what is sent", "A claim's graph cannot be changed, only made."),
    "POST": (
        "Add to a graph, or make a new one",
        "Without a graph, one with named graphs is added as one change; else it is a new graph.",
    ),
    "DELETE": ("Take a graph away", "Of a claim's graph, this retracts the claim."),
}
_WRITING: Final = (
    (401, "No key."),
    (403, "A service that is not open for writing, or a graph that nobody writes."),
    (409, "What would change a claim."),
    (412, "What is there is not what If-Match or If-None-Match takes it to be."),
    (422, "What would break rules; the report comes with it, or as SHACL in Turtle."),
)
_BODIES: Final = ((413, "A body that is too long."), (415, "A body that is no graph."))
_DONE: Final = {
    "PUT": ((201, "A new graph."), (204, "A graph that was there.")),
    "POST": (
        (201, "A new graph; Location says where, if it was not named."),
        (204, "A graph that was there."),
    ),
    "DELETE": ((204, "It is gone."),),
}


def told_of(method: str, *, direct: bool) -> dict[str, Any]:
    """The keyword arguments that describe a route; ``direct`` where the path names the graph."""
    summary, description = _SUMMARIES[method]
    way = "direct" if direct else "indirect"
    offered = media_types(QUERY_GRAPHS) if method == "GET" else ["application/json"]
    refusals: list[tuple[int, str]] = [(404, "No such graph.")]
    if method != "GET":
        refusals += [*_WRITING, *(() if method == "DELETE" else _BODIES)]
    answers = responses("What was done." if method != "GET" else "The graph.", offered, *refusals)
    for status, why in _DONE.get(method, ()):
        answers[status] = {"description": why}
    if method == "GET":
        answers[304] = {"description": "Nothing has changed since the tag in If-None-Match."}
        answers[406] = {"description": "No acceptable format."}
    extra: dict[str, Any] = {"parameters": _parameters(method, direct=direct)}
    if method in ("PUT", "POST"):
        kinds = [form.media_type for form in READABLE] + [MULTIPART]
        content = {kind: {"schema": {"type": "string"}} for kind in kinds}
        extra["requestBody"] = {"required": True, "content": content}
    return {
        "operation_id": f"graph-store-{method.lower()}-{way}",
        "summary": f"{summary}, named by {'the address' if direct else 'a parameter'}",
        "description": description,
        "responses": answers,
        "openapi_extra": extra,
    }


def _parameters(method: str, *, direct: bool) -> list[dict[str, Any]]:
    if direct:
        which = [
            described(
                "name",
                "The graph's name below `…/rdf-graph-store/`.",
                required=True,
                place="path",
                example="notes/1",
            )
        ]
    else:
        which = [
            described("graph", "The graph, by its IRI."),
            described("default", "What is written without naming a graph; has no value."),
        ]
    if method == "GET":
        return [*which, format_parameter([form.name for form in QUERY_GRAPHS])]
    return [*which, MESSAGE, DRY_RUN, IF_MATCH]
