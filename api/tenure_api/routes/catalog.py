"""``/queries`` and ``/queries/{name}``: the catalogue, one address and one operation a query.

A new ``.rq`` file in the catalogue gets its address, its OpenAPI operation and its page from
here, without a line of code. Questions are answered where strangers' queries are, in a process that
can be ended: one that is asked of everything takes as long as there is much, and nobody should have
to wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from anyio import from_thread
from fastapi import APIRouter, Request
from pyoxigraph import Literal
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tenure.catalog import (
    MEDIA_TYPE,
    MOST_COUNTED,
    CatalogQuery,
    Count,
    EmptyAnswer,
    ExplainedAnswer,
    Parameter,
    explain_answer,
    number_of,
    of_the_kinds,
    plan,
    wanted_classes,
    why_empty,
)
from tenure.errors import BadParameter, TenureError
from tenure.model import Policy
from tenure.namespaces import local_name
from tenure.sandbox.limits import QueryStopped
from tenure.store import QueryPlan
from tenure.store.answers import Solutions
from tenure.store.formats import JSON, ResultFormat, media_types
from tenure_api.negotiation import HTML, ROWS, VARY, Choice, Wanted, choose
from tenure_api.openapi import (
    described,
    format_parameter,
    known_at_parameter,
    policy_parameter,
    responses,
    why_parameter,
)
from tenure_api.pages.rendering import Pages
from tenure_api.pages.tables import EXPLAINED, Grid, explained_grid, grid
from tenure_api.pages.view import VIEW_NAMES
from tenure_api.parameters import FORMAT, POLICY, WHY, is_asked_why, read_parameters
from tenure_api.problems import TooLong, describe
from tenure_api.responses import in_one_thread
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.security import client_of
from tenure_api.service import Service
from tenure_api.worker_response import IN_LINES, Ready, WorkerResponse, first_rows


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A query of the catalogue that somebody asks, under a policy as text (None: the default).

    Its methods raise what :func:`tenure.catalog.ask` does; so does what they return, which is to be
    called in the thread that goes through the answer.
    """

    request: Request
    service: Service
    query: CatalogQuery
    arguments: Mapping[str, str]
    policy_text: str | None = None

    @property
    def policy(self) -> Policy:
        """The policy that is named."""
        return self.service.kb.policy(self.policy_text)

    @property
    def pages(self) -> Pages:
        """The pages as they are looked at by whoever asks."""
        return self.service.pages.asked(self.request)

    async def rows(self, choice: Choice[ResultFormat]) -> Response:
        """The answer as it is made, in a format."""
        wanted = Wanted(choice, IN_LINES.triples)
        ready = await self._ready(wanted)
        executor = self.service.executor
        return WorkerResponse(self.request, executor, ready, wanted, VARY, nullcontext)

    async def answer(self, most: int, *, hidden: bool = False) -> Callable[[], Solutions]:
        """What makes the first ``most`` rows, and one more where there are more.

        ``hidden``: with the columns that tell what a row hangs on.
        """
        ready = await self._ready(IN_LINES, hidden=hidden)
        made = await first_rows(self.request, self.service.executor, ready, most)

        def solutions() -> Solutions:
            answer = made()
            assert isinstance(answer, Solutions)
            return answer

        return solutions

    async def explained(self, most: int) -> Callable[[], ExplainedAnswer]:
        """What explains the first ``most`` rows."""
        made = await self.answer(self.service.settings.query_rows, hidden=True)
        count = self._count()

        def explain() -> ExplainedAnswer:
            kb, policy = self.service.kb, self.policy
            return explain_answer(kb, self.query, self.arguments, policy, made(), most, count)

        return explain

    def emptiness(self) -> EmptyAnswer:
        """What to say where it was answered without rows."""
        count = self._count()
        return why_empty(self.service.kb, self.query, self.arguments, self.policy, count)

    def grid(self, answer: Solutions) -> Grid:
        """An answer as a table, whose rows lead to their reasons."""
        return grid(
            answer.variables,
            answer,
            most=self.service.limits.rows,
            links=self.pages.links,
            explain_by=EXPLAINED,
            notes=self.notes,
        )

    @property
    def notes(self) -> dict[str, str]:
        """What the catalogue says of each column."""
        return {column.name: column.description for column in self.query.columns}

    def _count(self) -> Count:
        """Counts the rows of the question asked otherwise, in a process that can be ended.

        To be called in a thread beside the event loop. When one was stopped, no more are asked.
        """
        is_stopped = False

        async def answered(arguments: Mapping[str, str], policy: str | None) -> int:
            other = replace(self, arguments=arguments, policy_text=policy)
            return number_of((await other.answer(MOST_COUNTED))())

        def count(arguments: Mapping[str, str], policy: Policy | None) -> int:
            nonlocal is_stopped
            if is_stopped:
                return 0
            try:
                return from_thread.run(answered, arguments, policy.text if policy else None)
            except QueryStopped:
                is_stopped = True
                return 0

        return count

    async def _ready(self, wanted: Wanted, *, hidden: bool = False) -> Ready:
        given = sorted(self.arguments.items())
        key = (self.query.name, *given, self.policy_text, str(wanted), hidden)

        def planned() -> QueryPlan:
            kb, policy = self.service.kb, self.policy
            return plan(kb, self.query, self.arguments, policy, hidden=hidden, carried=True)

        client = client_of(self.request)
        return await self.service.executor.ready(key, planned, wanted, client=client)


MOST_SUGGESTED = 2_000
"""Entities that a page offers as suggestions; a larger registry is searched by typing."""

MOST_EXPLAINED = 100
"""Rows that a page explains; reasons take milliseconds each, and pages of room."""

_KINDS = {
    "entity": "An entity: its slug (`office/…`), its IRI, or its exact name.",
    "time": "An EDTF value (`2020-01-03`, `2019-11`), or an event or a source by slug or IRI.",
    "source": "A source: its slug (`source/…`) or its IRI.",
    "claim": "A claim: `<source>/<number>` or its IRI.",
    "text": "Words.",
    "class": "A class of the ontology, by name.",
}


def router(service: Service) -> APIRouter:
    """The routes of the catalogue."""
    resources = Resources(service, "Questions")
    resources.add(
        "/queries",
        _index,
        operation_id="queries",
        summary="All questions",
        answer="The catalogue.",
    )
    answers = responses(
        "The rows.",
        [*media_types(ROWS), HTML],
        (404, "An unknown entity; the nearest are named."),
        (406, "No acceptable format."),
    )
    for query in service.catalog.values():
        resources.api.add_api_route(
            f"/queries/{query.name}",
            _endpoint(service, query),
            methods=["GET"],
            operation_id=query.name,
            summary=query.title,
            description=_description(query),
            response_class=Response,
            responses=answers,
            openapi_extra={"parameters": _parameters(query)},
        )

    @resources.api.get("/queries/{name:path}", include_in_schema=False)
    def unknown(name: str) -> Response:
        service.catalog.find(name)
        return RedirectResponse(f"/queries/{name}", 308)

    return resources.api


def _index(asked: ReadRequest) -> Response:
    service = asked.service
    if asked.as_page:
        return asked.page("queries.html", here="/queries", catalog=service.catalog)
    return asked.json({"queries": [_listed(service, one) for one in service.catalog.values()]})


def _endpoint(
    service: Service, query: CatalogQuery
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    known = [*(one.name for one in query.all_parameters), WHY, POLICY, FORMAT]

    def read(request: Request, *more: str) -> tuple[dict[str, str], bool, AskedQuestion]:
        values = read_parameters(request, (*known, *more), service.limits)
        for name in {FORMAT, *more} - {one.name for one in query.all_parameters} - {POLICY}:
            values.pop(name, None)
        why = is_asked_why(values)
        arguments = {name: value for name, value in values.items() if name != POLICY}
        return values, why, AskedQuestion(request, service, query, arguments, values.get(POLICY))

    async def page(request: Request) -> Response:
        values: dict[str, str] = {}
        problem: dict[str, Any] | None = None
        make: Callable[[], Grid] | None = None
        why = False
        asked = service.pages.asked(request, forgiving=True)
        try:
            values, why, question = read(request, *VIEW_NAMES)
            if all(one.name in values for one in query.parameters if one.required):
                make = await _grid(question, why=why)
        except TenureError as error:
            problem = describe(error)
        work = partial(_page, asked, service, query, values, make, problem, why=why)
        return await run_in_threadpool(in_one_thread, work)

    async def endpoint(request: Request) -> Response:
        choice = choose(request, ROWS, page=True)
        if choice.form is None:
            return await page(request)
        _, why, question = read(request)
        if not why:
            return await question.rows(choice)
        if choice.form is not JSON:
            raise BadParameter(
                "Reasons are given in JSON and on the page.",
                where=WHY,
                remedy="Ask with format=json or format=html, or leave out why.",
            )
        made = await question.explained(service.limits.rows)
        return await run_in_threadpool(in_one_thread, partial(_reasons, service, made))

    return endpoint


def _reasons(service: Service, made: Callable[[], ExplainedAnswer]) -> Response:
    explained = made()
    if explained.more:
        raise TooLong(
            f"The answer has more than {service.limits.rows} rows, too many to explain.",
            where=WHY,
            remedy="Ask for less, or without why.",
        )
    return Response(explained.to_json(), headers=VARY, media_type=MEDIA_TYPE)


def _page(
    pages: Pages,
    service: Service,
    query: CatalogQuery,
    values: Mapping[str, str],
    make: Callable[[], Grid] | None,
    problem: dict[str, Any] | None,
    *,
    why: bool,
) -> Response:
    found = None
    try:
        found = make() if make else None
    except TenureError as error:
        problem = describe(error)
    example = service.examples.of(query)
    page = pages.render(
        "query.html",
        here="/queries",
        query=query,
        values=values,
        policy=values.get(POLICY, ""),
        base_query=urlencode(values) + "&" if values else "",
        why=why,
        formats=[form.name for form in ROWS],
        fields=[_field(service, one, values, example) for one in query.all_parameters],
        example=urlencode(example, safe="/:"),
        grid=found,
        problem=problem,
    )
    return HTMLResponse(page, problem["status"] if problem else 200, VARY)


async def _grid(question: AskedQuestion, *, why: bool) -> Callable[[], Grid]:
    """What makes the table, in a thread of its own."""
    if why:
        explained = await question.explained(MOST_EXPLAINED)
        return lambda: _grid_of_reasons(question, explained())
    answer = await question.answer(question.service.limits.rows)

    def of_rows() -> Grid:
        found = question.grid(answer())
        if found.rows:
            return found
        return replace(found, nothing=question.emptiness(), query=question.query.name)

    return of_rows


def _grid_of_reasons(question: AskedQuestion, explained: ExplainedAnswer) -> Grid:
    kb = question.service.kb
    claims = {claim.iri for row in explained.rows for claim in row.why.claims}
    claims |= {c.iri for r in explained.rows for one in r.why.occurrences for c in one.claims}
    world = kb.around(claims, question.policy)
    found = explained_grid(explained, kb, world, notes=question.notes)
    return replace(found, query=question.query.name)


def _field(
    service: Service, one: Parameter, values: Mapping[str, str], example: Mapping[str, str]
) -> dict[str, Any]:
    # What a field shows is what was asked; what could be asked is shown as an example only.
    return {
        "name": one.name,
        "type": one.type,
        "required": one.required,
        "description": one.description,
        "value": values.get(one.name, one.default or ""),
        "example": example.get(one.name, ""),
        "choices": _suggestions(service, one),
    }


def _suggestions(service: Service, one: Parameter) -> list[tuple[str, Literal]]:
    """What a field offers: the entities or classes that it takes, with their names."""
    kb = service.kb
    if one.type == "class":
        below = {iri for cls in wanted_classes(one) for iri in kb.schema.subclasses(cls)}
        classes = sorted(below, key=local_name)
        return [(local_name(iri), service.pages.links.named(iri)[0]) for iri in classes]
    if one.type == "source" and len(kb.sources) <= MOST_SUGGESTED:
        return [(kb.names.short(iri), source.title) for iri, source in sorted(kb.sources.items())]
    if one.type != "entity" or len(kb.registry) > MOST_SUGGESTED:
        return []
    return [
        (kb.names.short(iri), service.pages.links.named(iri)[0]) for iri in of_the_kinds(kb, one)
    ]


def _listed(service: Service, query: CatalogQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "title": query.title,
        "description": query.description,
        "subject": query.subject,
        "address": f"/queries/{query.name}",
        "parameters": [
            {
                "name": one.name,
                "type": one.type,
                "required": one.required,
                "default": one.default,
                "kinds": list(one.kinds),
                "description": one.description,
            }
            for one in query.parameters
        ],
        "columns": [
            {"name": column.name, "description": column.description} for column in query.columns
        ],
        "example": dict(service.examples.of(query)),
    }


def _description(query: CatalogQuery) -> str:
    columns = "\n".join(f"- `{one.name}`: {one.description}" for one in query.columns)
    return f"{query.description}\n\nColumns:\n\n{columns}" if columns else query.description


def _parameters(query: CatalogQuery) -> list[dict[str, Any]]:
    own = [
        described(
            one.name,
            f"{one.description} {_KINDS.get(one.type, '')}".strip(),
            required=one.required,
            default=one.default,
        )
        for one in query.all_parameters
    ]
    names = [form.name for form in ROWS] + ["html"]
    common = [why_parameter(), policy_parameter(), known_at_parameter(), format_parameter(names)]
    return [*own, *common]
