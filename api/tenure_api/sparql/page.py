"""The page of ``/sparql``: a query to try, and its answer as a table."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, Response

from tenure.catalog import EmptyAnswer, number_of, said_of_days
from tenure.store.answers import Answer, Solutions, Triples, Truth
from tenure.terms import TN_PREFIX
from tenure_api.http.answers import GRAPHS, QUERY_GRAPHS, ROWS, VARY, used_prefixes
from tenure_api.pages.grids import grid

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenure_api.service import Service
    from tenure_api.sparql.reading import Asked


def page(
    service: Service,
    asked: Asked,
    answer: Answer | None = None,
    problem: dict[str, Any] | None = None,
    possible: Callable[[], Answer] | None = None,
) -> Response:
    """The page with the query, and its answer or what is wrong with it, where there is one.

    ``possible`` is the answer from what was possible on the days whose certain graphs it reads.

    Raises :class:`~tenure.errors.BadQuery` where going through ``answer`` fails.
    """
    shown: dict[str, Any] = {"grid": None, "truth": None, "text": None, "formats": (), "more": ""}
    if isinstance(answer, Solutions):
        most = service.limits.rows
        found = grid(answer.variables, answer, most=most, links=service.links)
        if not found.rows:
            said = _said(possible) or "Nothing in the graphs that were asked fits."
            found = replace(found, nothing=EmptyAnswer("", said))
        shown["grid"] = found
        shown["formats"] = [form.name for form in ROWS]
    elif isinstance(answer, Truth):
        shown["truth"] = bool(answer)
        shown["more"] = "" if answer else _said(possible)
        shown["formats"] = [form.name for form in ROWS]
    elif answer is not None:
        listed = list(islice(answer, service.limits.rows))
        known = used_prefixes(service, listed)
        shown["text"] = Triples(listed).serialise(GRAPHS[0], known).decode()
        shown["formats"] = [form.name for form in QUERY_GRAPHS]
    carried = {"query": asked.query[asked.shift :], "policy": asked.policy or ""}
    text = service.pages.render(
        "sparql.html",
        here="/sparql",
        query=carried["query"] or _example(service),
        policy=carried["policy"],
        at_prefix=service.kb.names.at_prefix,
        base_query=urlencode({name: value for name, value in carried.items() if value}) + "&",
        problem=problem,
        **shown,
    )
    return HTMLResponse(text, problem["status"] if problem else 200, VARY)


def _said(possible: Callable[[], Answer] | None) -> str:
    """What to say where nothing was certain; empty where no day was asked about."""
    return said_of_days(number_of(possible()) if possible is not None else None)


def _example(service: Service) -> str:
    """A first query, true of any knowledge base: claims with their statements and sources."""
    lines = [
        f"PREFIX tn: <{TN_PREFIX}>",
        "",
        "SELECT ?claim ?statement ?source WHERE {",
        "  ?claim a tn:Claim ; tn:statement ?statement ; tn:source ?source .",
        "}",
        "ORDER BY ?claim",
        "LIMIT 20",
        "",
    ]
    return "\n".join(lines) if service.kb.claims else "ASK {}\n"
