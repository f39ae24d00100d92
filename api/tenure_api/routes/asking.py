"""Questions of the catalogue, asked where strangers' queries are: in a process that can be ended.

Their texts are ours and their parameters are bound as values, so no question is hostile. But one
that is asked of everything takes as long as there is much, and nobody should have to wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anyio import from_thread
from starlette.responses import Response

from tenure.catalog import MOST_COUNTED, Explained, explain_answer, number_of, plan
from tenure.sandbox.limits import QueryStopped
from tenure_api.access.who import client_of
from tenure_api.http.answers import VARY
from tenure_api.http.negotiation import Choice
from tenure_api.sparql.answering import Wanted
from tenure_api.sparql.executor import IN_LINES, Answered, first_rows

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenure.catalog import CatalogQuery, Count
    from tenure.claims import Policy
    from tenure.store import Answer, QueryPlan
    from tenure.store.formats import ResultFormat
    from tenure_api.service import Service
    from tenure_api.sparql.executor import Ready


@dataclass(frozen=True, slots=True)
class Question:
    """A query of the catalogue with its arguments, under a policy as text (None: the default)."""

    query: CatalogQuery
    arguments: Mapping[str, str]
    policy: str | None = None


async def rows_of(
    request: Request, service: Service, asked: Question, choice: Choice[ResultFormat]
) -> Response:
    """The answer as it is made, in a format. Raises what :func:`tenure.catalog.ask` does."""
    wanted = Wanted(choice, IN_LINES.triples)
    ready = await _ready(request, service, asked, wanted)
    return Answered(request, service.executor, ready, wanted, VARY, nullcontext)


async def answer_to(
    request: Request, service: Service, asked: Question, most: int, *, hidden: bool = False
) -> Callable[[], Answer]:
    """What makes the first ``most`` rows, and one more where there are more.

    ``hidden``: with the columns that tell what a row hangs on. To be called in the thread that goes
    through them. Both raise what :func:`tenure.catalog.ask` does.
    """
    ready = await _ready(request, service, asked, IN_LINES, hidden=hidden)
    return await first_rows(request, service.executor, ready, most)


async def reasons_for(
    request: Request, service: Service, asked: Question, most: int
) -> Callable[[], Explained]:
    """What explains the first ``most`` rows. Both raise what :func:`tenure.catalog.ask` does."""
    made = await answer_to(request, service, asked, service.settings.query_rows, hidden=True)
    count = counting(request, service, asked.query)

    def explained() -> Explained:
        kb = service.kb
        policy = kb.policy(asked.policy)
        return explain_answer(kb, asked.query, asked.arguments, policy, made(), most, count)

    return explained


def counting(request: Request, service: Service, query: CatalogQuery) -> Count:
    """Counts the rows of a question asked otherwise, in a process that can be ended.

    To be called in a thread beside the event loop. When one was stopped, no more are asked.
    """
    is_stopped = False

    async def answered(arguments: Mapping[str, str], policy: str | None) -> int:
        asked = Question(query, arguments, policy)
        return number_of((await answer_to(request, service, asked, MOST_COUNTED))())

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


async def _ready(
    request: Request, service: Service, asked: Question, wanted: Wanted, *, hidden: bool = False
) -> Ready:
    key = (asked.query.name, *sorted(asked.arguments.items()), asked.policy, str(wanted), hidden)

    def planned() -> QueryPlan:
        kb = service.kb
        policy = kb.policy(asked.policy)
        return plan(kb, asked.query, asked.arguments, policy, hidden=hidden, carried=True)

    client = client_of(request)
    return await service.executor.ready(key, planned, wanted, lambda: None, client=client)
