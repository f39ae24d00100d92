"""What the OpenAPI description tells of ``/sparql``."""

from __future__ import annotations

from typing import Any

from tenure.store.formats import media_types
from tenure_api.http.answers import EVERY, QUERY_GRAPHS, ROWS
from tenure_api.http.negotiation import HTML
from tenure_api.http.parameters import (
    described,
    format_parameter,
    known_at_parameter,
    policy_parameter,
    responses,
)
from tenure_api.sparql.reading import FORM, QUERY, UPDATE

MESSAGE: dict[str, Any] = described("message", "Why, in a sentence; it is noted in the revision.")
DRY_RUN: dict[str, Any] = described(
    "dry-run", "Check everything and answer the same, but write nothing.", values=("true", "false")
)
IF_MATCH: dict[str, Any] = described(
    "If-Match", "Write only where the tag is still that.", place="header"
)

_REFUSALS = (
    (403, "SERVICE, LOAD, an unknown graph, or a service that is not open for writing."),
    (406, "No acceptable format."),
    (413, "A query or body that is too long."),
    (429, "Too many queries of one client at a time; Retry-After says how long to wait."),
    (503, "A query that was stopped, for the reason given, or too many that wait."),
)
_WRITING = (
    (401, "An update without a key."),
    (409, "An update that would change a claim."),
    (412, "What is there is not what If-Match takes it to be."),
    (415, "A body that is no query and no update, is compressed, or is not UTF-8."),
    (422, "An update that breaks rules; the report comes with it, or as SHACL in Turtle."),
)


def answers_to_get() -> dict[int | str, dict[str, Any]]:
    """What GET answers."""
    offered = [*media_types(ROWS), *media_types(QUERY_GRAPHS), HTML]
    told = responses("The answer.", offered, *_REFUSALS)
    told[304] = {"description": "Nothing has changed since the tag in If-None-Match."}
    return told


def answers_to_post() -> dict[int | str, dict[str, Any]]:
    """What POST answers."""
    offered = [*media_types(ROWS), *media_types(QUERY_GRAPHS), HTML]
    return responses("The answer; of an update, what it did.", offered, *_REFUSALS, *_WRITING)


def parameters_of_get() -> list[dict[str, Any]]:
    """The parameters of GET."""
    query = described("query", "The query.", example="SELECT * WHERE { ?s ?p ?o } LIMIT 3")
    return [query, *_of_a_query()]


def parameters_of_post() -> list[dict[str, Any]]:
    """The parameters that POST takes in the address."""
    using = [
        described("using-graph-uri", "A graph that WHERE of an update reads; may be repeated."),
        described("using-named-graph-uri", "One that GRAPH in an update reads; may be repeated."),
    ]
    return [*_of_a_query(), *using, MESSAGE, DRY_RUN, IF_MATCH]


def _of_a_query() -> list[dict[str, Any]]:
    return [
        described("default-graph-uri", "A graph to be asked, by its IRI; may be repeated."),
        described("named-graph-uri", "A graph that GRAPH reaches; may be repeated."),
        policy_parameter(),
        known_at_parameter(),
        format_parameter([*(form.name for form in EVERY), "html"]),
    ]


def body_of_post() -> dict[str, Any]:
    """The bodies that POST takes."""
    names = ["query", "update", *(one["name"] for one in parameters_of_post())]
    names.remove("If-Match")
    form = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    return {
        "required": True,
        "content": {
            QUERY: {"schema": {"type": "string"}},
            UPDATE: {"schema": {"type": "string"}},
            FORM: {"schema": form},
        },
    }
