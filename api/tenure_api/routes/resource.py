"""One way to declare an address that is read: its formats, parameters, description and page.

A handler gets a :class:`ReadRequest`, whose format is negotiated and whose parameters are read, and
returns a response, which that helps to make. What the OpenAPI description says follows from the
same declaration.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from inspect import iscoroutinefunction, signature
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from pyoxigraph import Quad, Triple
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from tenure.model import Policy
from tenure.store.formats import GraphFormat, ResultFormat, media_types
from tenure_api.negotiation import HTML, PLAIN_JSON, VARY, Choice, NotAcceptable, choose
from tenure_api.openapi import format_parameter, operation
from tenure_api.pages.rendering import Pages
from tenure_api.pages.view import DAY, DEGREE, VIEW_NAMES, View
from tenure_api.parameters import FORMAT, KNOWN_AT, POLICY, read_parameters
from tenure_api.responses import in_one_thread, own_document
from tenure_api.service import Service

JSON_AND_PAGE: Final = (PLAIN_JSON,)


@dataclass(frozen=True)
class ReadRequest:
    """What is asked of an address: in which format, of what.

    ``wanted`` is the format, or what stands against any: of what is not there that is told,
    whatever the format (404 before 406).
    """

    request: Request
    service: Service
    values: dict[str, str]
    wanted: Choice[Any] | NotAcceptable

    @property
    def choice(self) -> Choice[Any]:
        """The format, none for a page. Raises :class:`NotAcceptable` where there is none."""
        if isinstance(self.wanted, NotAcceptable):
            raise self.wanted
        return self.wanted

    @cached_property
    def pages(self) -> Pages:
        """The pages as they are looked at by whoever asks."""
        return self.service.pages.asked(self.request)

    @property
    def view(self) -> View:
        """How they are looked at."""
        return self.pages.view

    @property
    def as_page(self) -> bool:
        """Whether a page for people is wanted."""
        return self.choice.form is None

    @property
    def policy(self) -> Policy:
        """The policy that is named, or the default one."""
        return self.service.kb.policy(self.values.get(POLICY))

    def path(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def json(self, body: dict[str, Any]) -> Response:
        """The answer as an object of JSON."""
        return JSONResponse(body, headers=VARY)

    def document(self, statements: Iterable[Quad | Triple]) -> Response:
        """The answer as RDF."""
        return own_document(self.service.kb.names, statements, self.choice)

    def page(self, template: str, **values: Any) -> Response:
        """The answer as a page, with a link to the same as JSON."""
        as_json = urlencode({**self.values, FORMAT: "json"})
        text = self.pages.render(template, json_query=as_json, **values)
        return HTMLResponse(text, headers=VARY)


class PlainRoute(APIRoute):
    """A route of whose handlers those that take the request alone get nothing else.

    They read it themselves, and answer with a response. What FastAPI does for others before and
    after, reading parameters again and making a response of what it is given, took a tenth of the
    time of a small answer.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        endpoint = self.endpoint
        if iscoroutinefunction(endpoint) and list(signature(endpoint).parameters) == ["request"]:
            return endpoint
        return super().get_route_handler()


Handler = Callable[[ReadRequest], Response] | Callable[[ReadRequest], Awaitable[Response]]


class Resources:
    """The addresses of one subject; ``api`` is what FastAPI includes."""

    def __init__(self, service: Service, tag: str) -> None:
        self.api = APIRouter(tags=[tag], route_class=PlainRoute)
        self._service = service

    def add(
        self,
        path: str,
        handler: Handler,
        *,
        operation_id: str = "",
        summary: str = "",
        answer: str = "The answer.",
        formats: Sequence[ResultFormat | GraphFormat] = JSON_AND_PAGE,
        parameters: Sequence[dict[str, Any]] = (),
        refusals: Iterable[tuple[int, str]] = (),
        paging: Sequence[str] = (),
    ) -> None:
        """An address that answers ``GET`` in ``formats`` and as a page.

        ``parameters`` describe it and are those that are read, besides ``format``; as a page also
        those of the view (:mod:`tenure_api.pages.view`), of which a handler is given by its
        ``values`` those that it declares itself. Without an
        ``operation_id`` the address is not described. A handler that is no coroutine runs in a
        thread of its own. ``paging`` are parameters of the page alone, which say what part of it is
        shown.
        """
        names = [*(form.name for form in formats), "html"]
        known = [one["name"] for one in parameters if one["in"] == "query"]

        def read(request: Request) -> ReadRequest:
            wanted: Choice[Any] | NotAcceptable
            try:
                wanted = choose(request, formats, page=True)
            except NotAcceptable as error:
                wanted = error.with_traceback(None)
            is_page = isinstance(wanted, Choice) and wanted.form is None
            more = (*VIEW_NAMES, *paging) if is_page else ()
            values = read_parameters(request, (*known, FORMAT, *more), self._service.limits)
            if more and not {POLICY, KNOWN_AT} & set(known):
                values.pop(POLICY, None)
            for name in {DAY, DEGREE} - set(known):
                values.pop(name, None)
            asked = ReadRequest(request, self._service, values, wanted)
            if is_page:
                _ = asked.view  # refused where it is none, whatever the handler looks at
            return asked

        def in_thread(request: Request) -> Response:
            def work() -> Response:
                response = handler(read(request))
                assert isinstance(response, Response)
                return response

            return in_one_thread(work)

        async def in_loop(request: Request) -> Response:
            response = handler(read(request))
            assert not isinstance(response, Response)
            return await response

        self.api.add_api_route(
            path,
            in_loop if iscoroutinefunction(handler) else in_thread,
            methods=["GET"],
            operation_id=operation_id or None,
            summary=summary or None,
            include_in_schema=bool(operation_id),
            **operation(
                answer,
                [*media_types(formats), HTML],
                [*parameters, format_parameter(names)],
                *refusals,
            ),
        )


def allow(api: APIRouter, path: str, *methods: str) -> None:
    """Answers ``OPTIONS`` with the methods that an address takes, and 405 to the others."""
    headers = {"Allow": ", ".join((*methods, "OPTIONS"))}

    async def options() -> Response:
        return Response(status_code=204, headers=headers)

    async def others() -> Response:
        raise HTTPException(405, headers=headers)

    refused = [one for one in ("POST", "PUT", "PATCH", "DELETE") if one not in methods]
    api.add_api_route(path, options, methods=["OPTIONS"], include_in_schema=False)
    api.add_api_route(path, others, methods=refused, include_in_schema=False)
