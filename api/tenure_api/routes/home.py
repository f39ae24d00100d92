"""``/``: the canonical question, its answer and the reasons; and the page of problems.

What is asked first is a question of the catalogue, about what there is in the base. The form works
without scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tenure.catalog import CatalogQuery, EmptyAnswer, of_the_kinds
from tenure.errors import BadParameter, TenureError
from tenure.store import Solutions
from tenure.temporal import iso
from tenure_api.negotiation import VARY, own_address
from tenure_api.pages.tables import EXPLAINED
from tenure_api.pages.view import VIEW_NAMES
from tenure_api.parameters import POLICY, read_parameters
from tenure_api.problems import describe, kinds
from tenure_api.responses import in_one_thread
from tenure_api.routes.catalog import MOST_SUGGESTED, AskedQuestion
from tenure_api.routes.explain import Reasoned, reasoned, single_day
from tenure_api.service import Service

CANONICAL: Final = "office-holders"
"""The question that the home page asks; a catalogue without it has its list as home page."""

_RELATIONS: Final = ("before", "at", "after")
_WHEN, _DATE = "when", "date"
_SLUG: Final = re.compile(r"[a-z]+/[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of the answer, with its reasons."""

    person: str
    certainty: str
    why: Reasoned
    explain: str


@dataclass(frozen=True, slots=True)
class Form:
    """What the form shows: the subject's parameter, its choices, and what is chosen."""

    subject: str
    choices: list[tuple[str, Literal]]
    chosen: str
    relations: Sequence[str]
    relation: str
    date: str
    policy: str

    @property
    def arguments(self) -> dict[str, str]:
        """The parameters of the question that the form asks."""
        given = {self.subject: self.chosen, self.relation: self.date}
        return {name: value for name, value in given.items() if value}

    @property
    def query_string(self) -> str:
        """The same for an address, with the policy."""
        given = self.arguments | ({POLICY: self.policy} if self.policy else {})
        return urlencode(given, safe="/:")


def router(service: Service) -> APIRouter:
    """The routes of the home page and of the page of problems."""
    api = APIRouter()
    query = service.catalog.get(CANONICAL)

    @api.get("/", include_in_schema=False)
    async def home(request: Request) -> Response:
        if query is None:
            return RedirectResponse("/queries", 307)
        return await _home(service, query, request)

    @api.get("/problems", include_in_schema=False)
    def problems(request: Request) -> Response:
        pages = service.pages.asked(request, forgiving=True)
        return HTMLResponse(pages.render("problems.html", kinds=kinds()))

    return api


async def _home(service: Service, query: CatalogQuery, request: Request) -> Response:
    form, day, problem = await run_in_threadpool(_asked, service, query, request)
    question = AskedQuestion(request, service, query, form.arguments, form.policy or None)
    made: Callable[[], Solutions] | None = None
    if problem is None and form.chosen:
        try:
            made = await question.answer(service.limits.rows)
        except TenureError as error:
            problem = describe(error)
    work = partial(_page, question, form, made, day, problem)
    return await run_in_threadpool(in_one_thread, work)


def _asked(
    service: Service, query: CatalogQuery, request: Request
) -> tuple[Form, int | None, dict[str, Any] | None]:
    """The form as it was sent, the single day that it is about, and what is wrong with it."""
    form = _form(service, query, {})
    try:
        names = [one.name for one in query.parameters]
        values = read_parameters(request, [*names, _WHEN, _DATE, *VIEW_NAMES], service.limits)
        form = _form(service, query, values)
        return form, single_day([service.kb.moment(**{form.relation: form.date})]), None
    except TenureError as error:
        return form, None, describe(error)


def _page(
    question: AskedQuestion,
    form: Form,
    made: Callable[[], Solutions] | None,
    day: int | None,
    problem: dict[str, Any] | None,
) -> Response:
    service, query = question.service, question.query
    found: list[AnswerRow] = []
    nothing: EmptyAnswer | None = None
    try:
        if made is not None:
            found = _found(question, made(), day)
            nothing = None if found else question.emptiness()
    except TenureError as error:
        problem = describe(error)
    page = service.pages.asked(question.request, forgiving=True).render(
        "home.html",
        nothing=nothing,
        query_name=query.name,
        here="/",
        form=form,
        question=_parts(service, form),
        problem=problem,
        answers=found,
        asked=iso(day) if day is not None else "",
        address=own_address(question.request, service.kb.names.base),
        machine={
            "query": f"/queries/{query.name}?{form.query_string}",
            "page": f"/queries/{query.name}?{form.query_string}&format=html",
        },
        catalog=service.catalog,
        claims=len(service.kb.claims),
    )
    return HTMLResponse(page, problem["status"] if problem else 200, VARY)


def _form(service: Service, query: CatalogQuery, values: Mapping[str, str]) -> Form:
    """The form as it was sent, or, where a part is missing, as an example of the base has it."""
    example = service.examples.of(query)
    subject = next(one.name for one in query.parameters if one.type == "entity" and one.required)
    relations = [name for name in _RELATIONS if name in {one.name for one in query.parameters}]
    chosen = values.get(subject, example.get(subject, ""))
    usual = next((name for name in relations if name in example), relations[0])
    named = [name for name in relations if name in values]
    if len(named) > 1:
        raise BadParameter(
            f"{' and '.join(named)} name different moments.", where=named[1], remedy="Give one."
        )
    relation = named[0] if named else values.get(_WHEN, usual)
    if relation not in relations:
        raise BadParameter(
            f"There is no {relation[:80]!r}.",
            where=_WHEN,
            remedy=f"Choose one of: {', '.join(relations)}.",
        )
    date = values.get(relation, values.get(_DATE, example.get(usual, "")))
    registry, names, named_by = service.kb.registry, service.kb.names, service.pages.links.named
    parameter = next(one for one in query.parameters if one.name == subject)
    iris = sorted(of_the_kinds(service.kb, parameter), key=lambda iri: (registry.label(iri), iri))
    choices = [(names.short(iri), named_by(iri)[0]) for iri in iris[:MOST_SUGGESTED]]
    if chosen and chosen not in {value for value, _ in choices}:
        choices.insert(0, (chosen, Literal(chosen)))
    return Form(subject, choices, chosen, relations, relation, date, values.get(POLICY, ""))


def _found(question: AskedQuestion, answer: Solutions, day: int | None) -> list[AnswerRow]:
    service = question.service
    found = []
    for row in islice(answer, service.limits.rows):
        named = dict(zip(answer.variables, row, strict=True))
        person, situation, certainty = row[0], named[EXPLAINED], named["certainty"]
        assert isinstance(person, NamedNode)
        assert isinstance(situation, NamedNode)
        assert isinstance(certainty, Literal)
        why = reasoned(service, question.policy, situation.value, asked=day)
        explain = question.pages.links.explain(situation.value) or ""
        found.append(AnswerRow(person.value, certainty.value, why, explain))
    return found


def _parts(service: Service, form: Form) -> dict[str, Any]:
    """What is asked, in parts that a page shows each in its language."""

    def named(text: str) -> tuple[Literal, ...]:
        if _is_slug(text):
            return service.pages.links.named(service.kb.names.entity(text).value)
        return (Literal(text),)

    on = "as of" if _is_slug(form.date) else "on"
    return {
        "what": named(form.chosen),
        "relation": on if form.relation == "at" else form.relation,
        "when": named(form.date),
    }


def _is_slug(text: str) -> bool:
    return _SLUG.fullmatch(text) is not None
