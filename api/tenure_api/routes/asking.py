"""Questions of the catalogue, asked where strangers' queries are: in a process that can be ended.

Their texts are ours and their parameters are bound as values, so no question is hostile. But one
that is asked of everything takes as long as there is much, and nobody should have to wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from starlette.responses import Response

from tenure.catalog import ask
from tenure.catalog.asking import bound
from tenure_api.access.who import client_of
from tenure_api.http import answers
from tenure_api.http.answers import VARY
from tenure_api.http.negotiation import Choice
from tenure_api.http.streams import Output, Streamed
from tenure_api.sparql.answering import Wanted
from tenure_api.sparql.pooled import IN_LINES, Pooled, first_rows

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenure.catalog import CatalogQuery
    from tenure.knowledge import Prepared
    from tenure.store import Answer
    from tenure.store.formats import ResultFormat
    from tenure_api.service import Service
    from tenure_api.sparql.pooled import Pool, Ready


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
    if service.pool is None:

        def produce(output: Output) -> None:
            answers.rows(_here(service, asked), choice, output)

        return Streamed(produce)
    wanted = Wanted(choice, IN_LINES.triples)
    ready = await _ready(request, service, service.pool, asked, wanted)
    return Pooled(request, service.pool, ready, wanted, VARY, nullcontext)


async def answer_to(
    request: Request, service: Service, asked: Question, most: int
) -> Callable[[], Answer]:
    """What makes the first ``most`` rows, and one more where there are more.

    To be called in the thread that goes through them. Both raise what :func:`tenure.catalog.ask`
    does.
    """
    if service.pool is None:
        return partial(_here, service, asked)
    ready = await _ready(request, service, service.pool, asked, IN_LINES)
    return await first_rows(request, service.pool, ready, most)


async def refuse_endless(request: Request, service: Service, asked: Question) -> None:
    """Passes where the question is answered in time.

    For what can be worked out in this process only, from rows that the same query gives. Raises
    :class:`~tenure.workers.limits.QueryStopped` besides what :func:`tenure.catalog.ask` does.
    """
    if service.pool is not None:
        await answer_to(request, service, asked, most=1)


def _here(service: Service, asked: Question) -> Answer:
    return ask(service.kb, asked.query, asked.arguments, service.kb.policy(asked.policy))


async def _ready(
    request: Request, service: Service, pool: Pool, asked: Question, wanted: Wanted
) -> Ready:
    key = (asked.query.name, *sorted(asked.arguments.items()), asked.policy, str(wanted))
    prepare = partial(_prepared, service, asked)
    return await pool.ready(key, prepare, wanted, lambda: None, client=client_of(request))


def _prepared(service: Service, asked: Question) -> Prepared:
    kb = service.kb
    policy = kb.policy(asked.policy)
    row = bound(kb, asked.query, asked.arguments, policy).row
    return kb.prepare(asked.query.with_values(row), policy)
