"""Every refusal as an RFC 9457 problem, in this one place.

A :class:`~tenure.errors.TenureError` brings its status, title, place and remedy along; what the
framework refuses (no such address, wrong method, a fault of ours) is said the same way. Clients
get ``application/problem+json``; a browser, which asks for HTML first, gets a page with the same
words and the same status. A traceback goes to the log and never into an answer.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from itertools import islice
from typing import Any, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Match

from tenure.errors import BadInput, TenureError
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.name_search import NameSearch
from tenure_api.monitoring import REQUEST
from tenure_api.negotiation import negotiate
from tenure_api.pages.rendering import SECURITY_HEADERS, Pages

MEDIA_TYPE = "application/problem+json"
_OFFERED = (MEDIA_TYPE, "application/json", "text/html")
_MOST_NEAR = 5
"""Things that the page of a name that is not known leads to."""
_LOG = logging.getLogger("tenure_api")


class TooLong(BadInput):
    """A query, body or parameter is longer than this service reads."""

    title = "Too long"
    http_status = 413


class UnsupportedMediaType(BadInput):
    """The body is of a kind that this address cannot read."""

    title = "Unsupported kind of body"
    http_status = 415


def install(app: FastAPI, pages: Pages) -> None:
    """Makes ``app`` answer every refusal with a problem."""

    def of_tenure(request: Request, error: Exception) -> Response:
        assert isinstance(error, TenureError)
        return answer(request, pages, error)

    def of_framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        body = _body(status, status.phrase, _FRAMEWORK_DETAIL.get(status, status.description))
        body["where"] = f"{request.method} {request.url.path}"
        if status == HTTPStatus.NOT_FOUND:
            body["remedy"] = "All addresses are listed at /docs."
        headers = dict(error.headers or {})
        if status == HTTPStatus.METHOD_NOT_ALLOWED and not _takes(app, request, request.method):
            # The framework names the methods of the first route alone (RFC 9110, section 10.2.1).
            taken = [one for one in _METHODS if _takes(app, request, one)]
            headers["Allow"] = ", ".join([*taken, *(["HEAD"] if "GET" in taken else [])])
            body["remedy"] = f"It takes {headers['Allow']}."
        return _answer(request, pages, body, headers)

    def of_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
        body = _body(HTTPStatus.BAD_REQUEST, "Wrong parameter", f"{first['msg']}.")
        body["where"] = place
        return _answer(request, pages, body)

    def of_fault(request: Request, error: Exception) -> Response:
        _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
        body = _body(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "A fault of the service",
            "The request was understood, but answering it failed.",
        )
        body["remedy"] = "Try again; if it stays, tell who runs this service the time and address."
        # This answer is made outside of all middleware, so it brings the headers itself.
        headers = {**SECURITY_HEADERS, "X-Request-Id": REQUEST.get()}
        return _answer(request, pages, body, headers)

    app.add_exception_handler(TenureError, of_tenure)
    app.add_exception_handler(HTTPException, of_framework)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(Exception, of_fault)


def answer(request: Request, pages: Pages, error: TenureError) -> Response:
    """The problem that says what ``error`` says, with the headers that it brings if any."""
    request.state.why = type(error).__name__
    return _answer(request, pages, describe(error), dict(getattr(error, "headers", {})))


def describe(error: TenureError) -> dict[str, Any]:
    """The members of the problem that says what ``error`` says (RFC 9457, section 3)."""
    body = _body(HTTPStatus(error.http_status), error.title, error.what)
    body["type"] = f"/problems#{type(error).__name__}"
    if error.where is not None:
        body["where"] = str(error.where)
        if error.where.line is not None:
            body["line"] = error.where.line
        if error.where.column is not None:
            body["column"] = error.where.column
    if error.remedy:
        body["remedy"] = error.remedy
    return body


def kinds() -> list[type[TenureError]]:
    """Every kind of refusal that a problem's ``type`` can name, by name."""
    found: set[type[TenureError]] = {TenureError}
    ahead: list[type[TenureError]] = [TenureError]
    while ahead:
        below = ahead.pop().__subclasses__()
        found.update(below)
        ahead.extend(below)
    # A base that several share is no kind of its own: nothing raises it.
    named = (kind for kind in found if not kind.__name__.startswith("_"))
    return sorted(named, key=lambda kind: kind.__name__)


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _takes(app: FastAPI, request: Request, method: str) -> bool:
    """Whether a route is there for the address and the method, be it one that refuses it itself."""
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in app.router.routes)


_FRAMEWORK_DETAIL = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method.",
}


def _body(status: HTTPStatus, title: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "status": int(status), "detail": detail}


def _answer(
    request: Request, pages: Pages, body: dict[str, Any], headers: dict[str, str] | None = None
) -> Response:
    status = cast("int", body["status"])
    headers = {"Vary": "Accept", **(headers or {})}
    if negotiate(request.headers.get("accept"), _OFFERED) == "text/html":
        page = _page(request, pages, body)
        return HTMLResponse(page, status, headers)
    text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    return Response(text, status, headers, MEDIA_TYPE)


def _page(request: Request, pages: Pages, body: dict[str, Any]) -> str:
    try:
        asked = pages.asked(request, forgiving=True)
    except TenureError:  # what is wrong with the base itself is told without its days
        asked = pages
    near: list[tuple[str, str, str]] = []
    if body["status"] == HTTPStatus.NOT_FOUND:  # another day would not be found there either
        here = asked.view
        asked = asked.under(replace(here, path="/", others=()))
        parameter, text = _meant(request, body["detail"])
        with suppress(TenureError):
            for iri in _near(pages.kb, text):
                # What a field of a form cannot tell apart leads to the same page, asked rightly.
                slug = pages.kb.names.short(iri)
                near.append((iri, slug, here.here(**{parameter: slug}) if parameter else ""))
    return asked.render("problem.html", problem=body, near=near)


def _meant(request: Request, detail: str) -> tuple[str, str]:
    """What was to name a thing: a parameter that the problem speaks of and its value, or the path.

    The parameter is empty for a path.
    """
    named = ((name, text.strip()) for name, text in request.query_params.multi_items())
    return next(
        ((name, text) for name, text in named if text and repr(text) in detail),
        ("", request.url.path),
    )


def _near(kb: KnowledgeBase, name: str) -> list[str]:
    """The IRIs of things that the last part of an address or a slug may have been meant to name."""
    slug = name.strip("/").rpartition("/")[2]
    found = (one.iri for one in kb.companion(NameSearch).find(slug.replace("-", " ")))
    near = list(islice(found, _MOST_NEAR))
    return near or [kb.names.entity_iri(one) for one in kb.registry.nearest(slug)]
