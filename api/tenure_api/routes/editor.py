"""What the editor of ``/sparql`` is given: prefixes, terms to complete, questions as examples."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import JSONResponse

from tenure.catalog import bound
from tenure.namespaces import TN_PREFIX, TNV_PREFIX, local_name, prefixes
from tenure.temporal import parse_iso
from tenure.views import pattern
from tenure_api.service import Service

_ON_A_DAY: Final = "on-a-day"
_HEADER: Final = re.compile(r"^# (?!title:).*\n", re.MULTILINE)


def router(service: Service) -> APIRouter:
    """The route of what the editor completes by."""
    api = APIRouter()

    @api.get("/sparql/editor", include_in_schema=False)
    def editor() -> JSONResponse:
        links = service.pages.links
        terms = [
            {"name": links.compact(iri), "label": label.value, "kind": _kind(iri)}
            for iri, label in sorted(links.terms.items())
        ]
        return JSONResponse({"prefixes": dict(prefixes(service.kb.names)), "terms": terms})

    return api


def _kind(iri: str) -> str:
    """What the editor shows beside a term, by the habit of writing classes with a capital."""
    if iri.startswith(TNV_PREFIX):
        return "enum"
    return "class" if local_name(iri)[:1].isupper() else "property"


def example_text(service: Service, name: str) -> str:
    """A question of the catalogue in SPARQL as it is asked of this base.

    It has the values of an example, where the base has one. Raises
    :class:`~tenure.errors.NotFound` where there is no such question.
    """
    if name == _ON_A_DAY:
        return _on_a_day(service)
    query = service.catalog.find(name)
    arguments = service.examples.of(query)
    text = query.with_values(bound(service.kb, query, arguments).row) if arguments else query.text
    return _HEADER.sub("", text)


def examples(service: Service) -> dict[str, list[tuple[str, Any]]]:
    """The names and titles of the questions of the catalogue by subject."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for query in service.catalog.values():
        found.setdefault(query.subject, []).append((query.name, query.title))
    found.setdefault("time", []).append((_ON_A_DAY, "What was certain on a day, by its pattern"))
    return found


def _on_a_day(service: Service) -> str:
    """A query of the temporal index, as ``tenure pattern`` writes its middle."""
    names = service.kb.names
    found = pattern(names, parse_iso("2020-01-02"), variable="situation")
    return (
        f"PREFIX tn: <{TN_PREFIX}>\n\nSELECT ?who ?what WHERE {{\n"
        f"{found}?situation tn:subject ?who ; tn:object ?what .\n}}\n"
    )
