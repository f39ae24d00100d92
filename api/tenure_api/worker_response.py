"""What runs the queries of the service: planned here, run by a worker, passed on as it comes.

There is no other way: a query that comes in over HTTP, a question of the catalogue, and what its
rows hang on all become a :class:`~tenure.store.QueryPlan` and go through here. What is planned with
its rows needs no worker. Plans are kept until something is written, so that a query that is asked
often costs this process little more than passing on its answer.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Self

import anyio
import anyio.to_thread
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tenure.errors import TenureError
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.virtual_graphs import MOST_SLICES
from tenure.namespaces import prefixes
from tenure.sandbox.limits import QueryLimits, Shares, stopped
from tenure.sandbox.pool import QueryPool
from tenure.sandbox.queries import Job, Kind, Reply
from tenure.sandbox.spool import Room
from tenure.sandbox.table import Table
from tenure.store import QueryPlan, Solutions, Store
from tenure.store.answers import Answer, Triples, wrap
from tenure.store.formats import N_TRIPLES, TSV, ResultFormat
from tenure.store.replicas import Replicas
from tenure.views import is_computed
from tenure_api.concurrency import FairShare
from tenure_api.negotiation import Choice, Wanted
from tenure_api.responses import HAS_PREFIXES, ONLY_HEAD, piece_of, production_ended, send_in_time
from tenure_api.security import client_of
from tenure_api.settings import Settings

_LOG: Final = logging.getLogger("tenure_api")

_MOST_KEPT: Final = 32 << 20
"""Bytes of plans and answers, with the graphs that plans carry, that are kept."""

_LOOK_OUT_AFTER: Final = 0.1
"""Seconds after which it is looked whether the client is still there."""

_THREADS: Final = 4
"""Queries that are planned at a time; what else needs a thread has others."""

_LONGEST_KEPT: Final = 64 << 10
"""Bytes of an answer that is kept with its plan."""

_CHANGES_BY_ITSELF: Final = re.compile(r"NOW|RAND|UUID|\\U", re.IGNORECASE)
"""What may make a query answer otherwise though nothing was written."""

_PAUSE: Final = 0.0005
Graphs = Callable[[], Iterable[str]]
Make = Callable[[], QueryPlan]
Tag = Callable[[], str | None]


def changes_by_itself(query: str) -> bool:
    """Whether a query may be answered otherwise though nothing was written."""
    return _CHANGES_BY_ITSELF.search(query) is not None


@dataclass(slots=True)
class Ready:
    """A query that is ready to be asked, and the tag of its answer if it has one.

    Where nothing but a write can make the answer another one, it is ``lasting``. ``answer`` is the
    whole, with its kind: where it was planned with its rows, or was given already and is short.
    """

    key: object
    job: Job
    tag: str | None
    cost: int
    lasting: bool = False
    answer: tuple[Kind, bytes] | None = None


class Executor:
    """The workers of one service, with the plans that were made for them."""

    def __init__(self, kb: KnowledgeBase, workers: QueryPool) -> None:
        self.workers = workers
        self._kb = kb
        self._prefixes = prefixes(kb.names)
        self._kept: OrderedDict[object, Ready] = OrderedDict()
        self._cost = 0
        self._state = -1
        self._threads = anyio.CapacityLimiter(_THREADS)
        # Few queries of a client are planned at a time, so that others come in between.
        self._share = FairShare(of_one=workers.shares.running, at_once=_THREADS)

    def check(self) -> None:
        """Raises :class:`~tenure.errors.TenureError` where no worker can be started."""
        if not self.workers.status().healthy:
            raise TenureError("No query worker can be started.", remedy="See the log.")

    async def ready(
        self,
        key: object,
        plan: Make,
        wanted: Wanted,
        *,
        client: str,
        tag: Tag = lambda: None,
        graphs: Graphs = tuple,
        query: str = "",
    ) -> Ready:
        """The query that ``plan`` makes, or what was made under ``key`` for the same state.

        ``graphs`` gives the graphs that it names, ``query`` is its text. Raises
        what ``plan``, ``tag`` and ``graphs`` do,
        :class:`~tenure.sandbox.limits.QueryStopped` where the graphs take too long to make, and
        what :meth:`~tenure_api.concurrency.FairShare.turn` does.
        """
        # Anything that is not current takes a while, and must not keep the others waiting.
        if self._kb.is_current and self._kb.generation == self._state:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        async with self._share.turn(client):
            state, made = await anyio.to_thread.run_sync(
                self._make_in_steps, key, graphs, query, plan, wanted, tag, limiter=self._threads
            )
        if state != self._state:
            self._kept.clear()
            self._cost, self._state = 0, state
        if key not in self._kept and made.cost < _MOST_KEPT // 8:
            self._kept[key] = made
            self._count(made.cost)
        return made

    def _count(self, more: int) -> None:
        self._cost += more
        while self._cost > _MOST_KEPT:
            self._cost -= self._kept.popitem(last=False)[1].cost

    def keep(self, ready: Ready, kind: Kind, whole: bytes) -> None:
        """Keep a short answer as long as its plan, for whoever asks the same next."""
        is_kept = self._kept.get(ready.key) is ready
        if is_kept and ready.lasting and ready.answer is None and len(whole) <= _LONGEST_KEPT:
            ready.answer = kind, whole
            ready.cost += len(whole)
            self._count(len(whole))

    def _make_in_steps(
        self, key: object, graphs: Graphs, query: str, plan: Make, wanted: Wanted, tag: Tag
    ) -> tuple[int, Ready]:
        """Makes the graphs one by one, so that others are only kept waiting for one.

        What was made is kept, so that a query which was stopped gets further when it is sent again.
        """
        limits = self.workers.limits
        end = time.monotonic() + limits.seconds
        named = sorted(iri for iri in set(graphs()) if is_computed(self._kb.names, iri))
        # More than may be named are refused below.
        for iri in named if len(named) <= MOST_SLICES else ():
            if time.monotonic() > end:
                raise stopped("time", limits)
            self._kb.make_graph(iri, query)
            # The lock of the knowledge base is not fair: whoever waits for it may have it now.
            time.sleep(_PAUSE)
        return self._make(key, plan, wanted, tag)

    def _make(self, key: object, plan: Make, wanted: Wanted, tag: Tag) -> tuple[int, Ready]:
        kb = self._kb
        with kb.undisturbed():
            planned = plan()
            state = kb.generation
            rows = wanted.rows.form if isinstance(wanted.rows, Choice) else None
            triples = wanted.triples.form if isinstance(wanted.triples, Choice) else None
            job = Job(
                replace(planned, table=None),
                rows.media_type if rows else "",
                triples.media_type if triples else "",
                self._prefixes if triples in HAS_PREFIXES else {},
            )
            carried = (len(one.content) for one in planned.virtual_graphs)
            cost = 1_000 + len(planned.sparql) + sum(carried)
            made = Ready(key, job, tag(), cost, not changes_by_itself(planned.sparql))
        if planned.table is not None:
            whole = self._written(planned.table, rows)
            made.answer, made.cost = ("rows", whole), cost + len(whole)
        return state, made

    def _written(self, table: Table, form: ResultFormat | None) -> bytes:
        """The rows of a table; of a form that has none, nothing. Raises as the workers do."""
        limits = self.workers.limits
        if len(table) > limits.rows:
            raise stopped("rows", limits)
        whole = Solutions(table).serialise(form) if form is not None else b""
        if len(whole) > limits.bytes:
            raise stopped("bytes", limits)
        return whole


class WorkerResponse(Response):
    """The answer to a query that a worker gives, passed on as it comes and as it is read.

    Args:
        request: whose share it goes on, and who may go away meanwhile.
        executor: what runs it.
        ready: the query.
        wanted: the formats; an answer of the kind that has none raises what stands there.
        headers: of the answer.
        located: makes errors give the place in the query as it was sent.
    """

    def __init__(
        self,
        request: Request,
        executor: Executor,
        ready: Ready,
        wanted: Wanted,
        headers: Mapping[str, str],
        located: Callable[[], AbstractContextManager[None]],
    ) -> None:
        super().__init__()
        self._request = request
        self._executor = executor
        self._ready = ready
        self._wanted = wanted
        self._given = dict(headers)
        self._located = located

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI 3); one that breaks off is left without its end."""
        if self._ready.answer is not None:
            production_ended(scope)
            await self._give(send, *self._ready.answer)
            return
        with DisconnectWatch(receive) as attention:
            try:
                with self._located():
                    reply = await self._executor.workers.ask(
                        self._ready.job, client=client_of(self._request)
                    )
                reply.when_made(partial(production_ended, scope))
                try:
                    await self._pass_on(reply, send, only_head=bool(scope.get(ONLY_HEAD)))
                finally:
                    reply.close()
            except asyncio.CancelledError:
                if not attention.nobody_is_there:
                    raise
                attention.over()

    async def _give(self, send: Send, kind: Kind, whole: bytes) -> None:
        """Sends an answer that is there; a long one takes room as what the workers send does."""
        room, client = self._executor.workers.room, client_of(self._request)
        size = len(whole) if len(whole) > _LONGEST_KEPT else 0
        if not room.take(client, size, 0):
            raise stopped("crowded", self._executor.workers.limits)
        try:
            await self._begin(send, kind, whole)
        finally:
            room.give_back(client, size, 0)

    async def _pass_on(self, reply: Reply, send: Send, *, only_head: bool) -> None:
        whole = reply.whole
        if whole is not None:
            self._executor.keep(self._ready, reply.kind, whole)
        await self._begin(send, reply.kind, whole)
        if whole is not None:
            return
        if only_head:
            await send(piece_of(b"", more=False))
            return
        short: bytearray | None = bytearray()
        try:
            async for piece in reply:
                await send_in_time(send, piece)
                if short is not None:
                    short += piece
                    short = short if len(short) <= _LONGEST_KEPT else None
        except TenureError as error:
            # Without a last piece the server closes the connection in the middle of the answer,
            # as after an exception, but strangers do not fill the log with tracebacks.
            _LOG.warning("an answer broke off: %s", error.what)
            return
        except OSError:
            return
        if short is not None:
            self._executor.keep(self._ready, reply.kind, bytes(short))
        await send(piece_of(b"", more=False))

    async def _begin(self, send: Send, kind: Kind, whole: bytes | None) -> None:
        """Sends the head of the answer, and what comes after it where that is there already."""
        choice = self._wanted.triples if kind == "triples" else self._wanted.rows
        if not isinstance(choice, Choice):
            raise choice
        head = Response(headers=self._given, media_type=choice.media_type)
        if whole is not None:
            head.headers["content-length"] = str(len(whole))
        else:
            del head.headers["content-length"]
        await send({"type": "http.response.start", "status": 200, "headers": head.raw_headers})
        if whole is not None:
            with suppress(OSError):  # whoever does not take it goes without the rest
                for start in range(0, len(whole) - _LONGEST_KEPT, _LONGEST_KEPT):
                    await send_in_time(send, whole[start : start + _LONGEST_KEPT])
                last = max(0, -(-len(whole) // _LONGEST_KEPT) - 1) * _LONGEST_KEPT
                await send(piece_of(whole[last:], more=False))


class DisconnectWatch:
    """Cancels the task that it was made in when the client goes away.

    A server tells of that only to those who ask; who is answered at once is not asked about.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._task = asyncio.current_task()
        self._watch: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.nobody_is_there = False

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(_LOOK_OUT_AFTER, self._begin)
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._watch is not None:
            self._watch.cancel()

    def over(self) -> None:
        """The cancelling has been dealt with."""
        if self._task is not None:
            self._task.uncancel()

    def _begin(self) -> None:
        self._watch = asyncio.ensure_future(self._look_out())

    async def _look_out(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.nobody_is_there = True
        if self._task is not None:
            self._task.cancel()


IN_LINES: Final = Wanted(Choice(TSV, TSV.media_type), Choice(N_TRIPLES, N_TRIPLES.media_type))
"""Formats of which the first lines are an answer too, only shorter."""

_LONGEST_TO_SHOW: Final = 16_000_000
"""Bytes of rows that are held here to be shown; the engine reads no row beyond 16 MiB."""


async def first_rows(
    request: Request, executor: Executor, ready: Ready, most: int, skip: int = 0
) -> Callable[[], Answer]:
    """Reads ``most`` rows or triples after ``skip`` of them, and one more where there are more.

    The query is to be answered :data:`IN_LINES`. What is returned makes the answer, in the thread
    that goes through it. Raises what the workers do, also where few rows are longer than can be
    shown; of many, a thousand bytes each may come.
    """
    if ready.answer is not None:
        return _shown(*_some_lines(*ready.answer, most, skip))
    reply = await executor.workers.ask(ready.job, client=client_of(request))
    lines = skip + most + (2 if reply.kind == "rows" else 1)
    longest = max(_LONGEST_TO_SHOW, 1_000 * (skip + most))
    text, seen = bytearray(), 0
    try:
        async for piece in reply:
            text += piece
            if len(text) > longest:
                raise stopped("bytes", replace(executor.workers.limits, bytes=longest))
            seen += piece.count(b"\n")
            if seen > lines:
                break
    finally:
        reply.close()
    return _shown(*_some_lines(reply.kind, bytes(text), most, skip))


def _some_lines(kind: Kind, whole: bytes, most: int, skip: int) -> tuple[Kind, bytes]:
    """The heading, and so many lines after those to skip."""
    head = 1 if kind == "rows" else 0
    last = head + skip + most + 1
    lines = whole.split(b"\n", last)[:last]
    return kind, b"\n".join(lines[:head] + lines[head + skip :])


def _shown(kind: Kind, whole: bytes) -> Callable[[], Answer]:
    def answer() -> Answer:
        if kind == "triples":
            return Triples([quad.triple for quad in parse(whole, format=RdfFormat.N_TRIPLES)])
        return wrap(parse_query_results(whole, format=QueryResultsFormat.TSV))

    return answer


def build_executor(kb: KnowledgeBase, settings: Settings) -> Executor:
    """The workers that the settings name, over copies of the store of ``kb``."""
    workers = settings.query_workers
    assert isinstance(kb.store, Store)
    limits = QueryLimits(
        seconds=settings.query_seconds,
        memory=settings.query_memory_mb << 20,
        rows=settings.query_rows,
    )
    names = kb.names
    pool = QueryPool(
        partial(Replicas, kb.store, lambda name: is_computed(names, name), but=names.claim_prefix),
        limits=limits,
        shares=Shares.of(workers),
        room=Room(settings.spool_mb << 20),
    )
    return Executor(kb, pool)
