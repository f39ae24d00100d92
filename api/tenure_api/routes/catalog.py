"""``/queries`` and ``/queries/{name}``: the catalogue, one address and one operation a query.

A new ``.rq`` file in the catalogue gets its address, its OpenAPI operation and its page from
here, without a line of code. Questions are answered where strangers' queries are, in a process that
can be ended: one that is asked of everything takes as long as there is much, and nobody should have
to wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from anyio import from_thread
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tenure.catalog import (
    MEDIA_TYPE,
    MOST_COUNTED,
    CatalogQuery,
    Count,
    EmptyAnswer,
    ExplainedAnswer,
    dated,
    explain_answer,
    number_of,
    plan,
    why_empty,
    without_blanks,
)
from tenure.errors import BadParameter, TenureError
from tenure.model import Policy
from tenure.sandbox.limits import QueryStopped
from tenure.store import QueryPlan, Row
from tenure.store.answers import Solutions
from tenure.store.formats import CSV, JSON, ResultFormat, media_types
from tenure_api.kept import KeptLast
from tenure_api.negotiation import HTML, ROWS, VARY, Choice, Wanted, choose
from tenure_api.openapi import (
    described,
    format_parameter,
    known_at_parameter,
    labels_parameter,
    policy_parameter,
    responses,
    why_parameter,
)
from tenure_api.pages.answers import timeline_of
from tenure_api.pages.paging import Pager, no_page, page_number, pager_of
from tenure_api.pages.questions import Copies, TimeRead, copies, form, times_read, with_names
from tenure_api.pages.rendering import Pages
from tenure_api.pages.tables import EXPLAINED, Grid, explained_grid, grid, in_order
from tenure_api.pages.view import PAGE, VIEW_NAMES
from tenure_api.parameters import FORMAT, LABELS, POLICY, WHY, is_asked, read_parameters
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

    async def answer(
        self, most: int, *, hidden: bool = False, skip: int = 0
    ) -> Callable[[], Solutions]:
        """What makes ``most`` rows after those to ``skip``, and one more where there are more.

        ``hidden``: with the columns that tell what a row hangs on.
        """
        ready = await self._ready(IN_LINES, hidden=hidden)
        made = await first_rows(self.request, self.service.executor, ready, most, skip)

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

    def grid(self, columns: Sequence[str], rows: Iterable[Row]) -> Grid:
        """Rows of an answer as a table of one page, which lead to their reasons."""
        return grid(
            columns,
            rows,
            most=self.page_length,
            links=self.pages.links,
            explain_by=EXPLAINED,
            notes=self.notes,
        )

    @property
    def page_length(self) -> int:
        """Rows of a table on one page."""
        return min(PAGE_LENGTH, self.service.limits.rows)

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
            return plan(kb, self.query, self.arguments, policy, hidden=hidden)

        client = client_of(self.request)
        return await self.service.executor.ready(key, planned, wanted, client=client)


MOST_EXPLAINED = 100
"""Rows that a page explains; reasons take milliseconds each, and pages of room."""

PAGE_LENGTH = 100
"""Rows of a table on one page."""

MOST_SORTED = 10_000
"""Rows of which a page shows some in another order than that of the question."""

MOST_KEPT = 1_000
"""Rows of an answer that are kept for whoever turns its pages."""

_Rows = tuple[Sequence[str], list[Row]]

SORT = "sort"
"""The parameter that names the column by which rows are put in order, falling after a hyphen."""

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
        subjects = {
            title: [(one, urlencode(service.examples.of(one), safe="/:")) for one in queries]
            for title, queries in service.catalog.by_subject.items()
        }
        return asked.page("queries.html", here="/queries", subjects=subjects)
    return asked.json({"queries": [_listed(service, one) for one in service.catalog.values()]})


def _endpoint(
    service: Service, query: CatalogQuery
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    known = [*(one.name for one in query.all_parameters), WHY, LABELS, POLICY, FORMAT]

    def read(request: Request, *more: str) -> tuple[dict[str, str], bool, AskedQuestion]:
        values = read_parameters(request, (*known, *more), service.limits)
        for name in {FORMAT, *more} - {one.name for one in query.all_parameters} - {POLICY}:
            values.pop(name, None)
        why = is_asked(WHY, values)
        arguments = {n: value for n, value in values.items() if n not in (POLICY, LABELS)}
        return values, why, AskedQuestion(request, service, query, arguments, values.get(POLICY))

    async def page(request: Request) -> Response:
        values: dict[str, str] = {}
        asked = service.pages.asked(request, forgiving=True)
        made = _Made(asked, query)
        try:
            values, made.why, question = read(request, *VIEW_NAMES, PAGE, SORT)
            _ = question.pages  # refused where the view is none, before anything is asked
            made.number = page_number(request.query_params)
            values.pop(LABELS, None)
            made.values = values
            made.read = await run_in_threadpool(times_read, service.kb, query, values)
            understood = {one.name: one.value for one in made.read}
            made.values = values | understood
            question = replace(question, arguments={**question.arguments, **understood})
            if all(one.name in values for one in query.parameters if one.required):
                made.grid = await _grid(question, made)
                made.question = question
        except TenureError as error:
            made.problem = describe(error)
        return await run_in_threadpool(in_one_thread, partial(_page, service, made))

    async def endpoint(request: Request) -> Response:
        choice = choose(request, ROWS, page=True)
        if choice.form is None:
            return await page(request)
        given = request.query_params.multi_items()
        asked = [(name, dated(service.kb, query, {name: value})[name]) for name, value in given]
        if asked != given:
            # What is kept of an answer is of the day that its address names.
            return RedirectResponse(f"{request.url.path}?{urlencode(asked, safe='/:')}", 307)
        values, why, question = read(request)
        if is_asked(LABELS, values):
            _refuse_other(LABELS, choice.form, CSV)
            made = await question.answer(service.settings.query_rows)
            return await run_in_threadpool(in_one_thread, partial(_named_table, question, made))
        if not why:
            return await question.rows(choice)
        _refuse_other(WHY, choice.form, JSON)
        explained = await question.explained(service.limits.rows)
        return await run_in_threadpool(in_one_thread, partial(_reasons, service, explained))

    return endpoint


def _refuse_other(name: str, form: ResultFormat, wanted: ResultFormat) -> None:
    if form is not wanted:
        raise BadParameter(
            f"{name} is for {wanted.name.upper()}" + (" and the page." if name == WHY else "."),
            where=name,
            remedy=f"Ask with format={wanted.name}, or leave out {name}.",
        )


def _named_table(question: AskedQuestion, made: Callable[[], Solutions]) -> Response:
    answer = made()
    text = with_names(answer.variables, iter(answer), question.service.pages.links)
    words = [question.query.name, *(value for _, value in sorted(question.arguments.items()))]
    name = re.sub(r"[^A-Za-z0-9.]+", "-", "-".join(words)).strip("-.")[:120]
    headers = {**VARY, "Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, headers=headers, media_type=CSV.media_type)


def _reasons(service: Service, made: Callable[[], ExplainedAnswer]) -> Response:
    explained = made()
    if explained.more:
        raise TooLong(
            f"The answer has more than {service.limits.rows} rows, too many to explain.",
            where=WHY,
            remedy="Ask for less, or without why.",
        )
    return Response(explained.to_json(), headers=VARY, media_type=MEDIA_TYPE)


@dataclass
class _Made:
    """What the page of a question shows, as far as it was made."""

    pages: Pages
    query: CatalogQuery
    values: Mapping[str, str] = field(default_factory=dict)
    why: bool = False
    read: Sequence[TimeRead] = ()
    grid: Callable[[], Grid] | None = None
    question: AskedQuestion | None = None
    number: int = 1
    pager: Pager | None = None
    sort: str = ""
    problem: dict[str, Any] | None = None


def _page(service: Service, made: _Made) -> Response:
    query, values = made.query, made.values
    found = copied = None
    try:
        if made.grid is not None and made.question is not None:
            found = made.grid()
            copied = _copies(made.question)
    except TenureError as error:
        made.problem = describe(error)
    line, lanes = timeline_of(found) if found is not None else (None, [])
    example = service.examples.of(query)
    fields = form(service.kb, made.pages.links, query, values, example)
    page = made.pages.render(
        "query.html",
        here="/queries",
        query=query,
        values=values,
        base_query=urlencode(values, safe="/:") + "&" if values else "",
        why=made.why,
        formats=[form.name for form in ROWS],
        fields=fields,
        read=made.read,
        example=urlencode(example, safe="/:"),
        grid=found,
        pager=made.pager,
        sort=made.sort,
        line=line,
        lanes=lanes,
        copies=copied,
        problem=made.problem,
    )
    return HTMLResponse(page, made.problem["status"] if made.problem else 200, VARY)


def _copies(question: AskedQuestion) -> Copies:
    address = str(question.request.url.replace(query=""))
    text = plan(question.service.kb, question.query, question.arguments, question.policy).sparql
    return copies(
        address.rstrip("?"),
        question.query,
        without_blanks(question.arguments),
        question.policy_text or "",
        text,
    )


async def _grid(question: AskedQuestion, made: _Made) -> Callable[[], Grid]:
    """What makes the table, in a thread of its own."""
    if made.why:
        explained = await question.explained(MOST_EXPLAINED)
        return lambda: _grid_of_reasons(question, explained())
    number, size = made.number, question.page_length
    skip = (number - 1) * size
    sort = question.request.query_params.get(SORT, "")
    if sort:
        all_rows = await question.answer(MOST_SORTED)
        return lambda: _sorted_grid(question, made, all_rows(), sort)
    first = await _first(question)
    beyond = await question.answer(size, skip=skip) if skip + size > MOST_KEPT else None

    def of_rows() -> Grid:
        columns, rows = first()
        if beyond is None or len(rows) <= MOST_KEPT:
            found = question.grid(columns, rows[skip:])
        else:
            found = question.grid(columns, beyond())
        made.pager = Pager(number, number + found.more, len(found.rows), size)
        if number > 1 and not found.rows:
            raise no_page(number, "There are fewer rows; begin at 1.")
        if found.rows:
            return replace(found, more=False)
        return replace(found, nothing=question.emptiness(), query=question.query.name)

    return of_rows


class _LastAnswers(KeptLast[_Rows]):
    """The first rows of the answers that pages showed last, and one more where there are more."""


async def _first(question: AskedQuestion) -> Callable[[], _Rows]:
    """What makes the first rows of an answer, in a thread of its own."""
    kept = question.service.kb.companion(_LastAnswers)
    key = (question.query.name, *sorted(question.arguments.items()), question.policy_text)
    found = kept.find(key)
    if found is not None:
        return lambda: found
    made = await question.answer(MOST_KEPT)

    def rows() -> _Rows:
        answer = made()
        return answer.variables, list(answer)

    return lambda: kept.of(key, rows)


def _sorted_grid(question: AskedQuestion, made: _Made, answer: Solutions, sort: str) -> Grid:
    """One page of the rows in the order of a column."""
    columns, rows = answer.variables, list(answer)
    name = sort.removeprefix("-")
    if name not in columns:
        raise BadParameter(
            f"The answer has no column {name[:40]!r}.",
            where=SORT,
            remedy=f"Choose one of: {', '.join(columns)}.",
        )
    is_cut = len(rows) > MOST_SORTED
    rows = in_order(rows[:MOST_SORTED], columns.index(name), question.pages.links)
    if sort != name:
        rows.reverse()
    made.pager = pager_of(question.request.query_params, len(rows), question.page_length)
    made.sort = sort
    return replace(question.grid(columns, made.pager.part(rows)), more=is_cut)


def _grid_of_reasons(question: AskedQuestion, explained: ExplainedAnswer) -> Grid:
    kb = question.service.kb
    claims = {claim.iri for row in explained.rows for claim in row.why.claims}
    claims |= {c.iri for r in explained.rows for one in r.why.occurrences for c in one.claims}
    world = kb.around(claims, question.policy)
    found = explained_grid(explained, kb, world, notes=question.notes)
    return replace(found, query=question.query.name)


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
    common = [
        why_parameter(),
        labels_parameter(),
        policy_parameter(),
        known_at_parameter(),
        format_parameter(names),
    ]
    return [*own, *common]
