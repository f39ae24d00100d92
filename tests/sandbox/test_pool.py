"""The pool: answers, writes made after, limits, and shares."""

from __future__ import annotations

import asyncio
import json
import os
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple
from tests.sandbox.pools import COMPUTED, FEW, GRAPH, SMALL, Asking, in_pool, numbers

from tenure.errors import BadQuery, TenureError
from tenure.sandbox.limits import QueryLimits, QueryStopped, Shares, TooBusy, TooManyQueries
from tenure.sandbox.spool import Room
from tenure.store import Solutions, Store, VirtualGraph
from tenure.store.formats import JSON
from tenure.store.replicas import Replicas

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
ROWS = "SELECT ?c ?f WHERE { ?a ?b ?c . ?d ?e ?f }"
DOUBLING = (
    "SELECT (STRLEN(?x29) AS ?n) WHERE { VALUES ?x0 { 'aaaaaaaa' } "
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(29))
    + " }"
)


def test_answers_of_every_kind(store: Store) -> None:
    async def work(asking: Asking) -> None:
        assert await asking.ask(COUNT) == b"n\r\n60\r\n"
        assert await asking.ask("ASK { ?s ?p 3 }", rows="text/csv") == b"true"
        triples = await asking.ask("CONSTRUCT WHERE { ?s ?p 3 }")
        assert triples.decode().strip() == f"{numbers()[3].triple} ."
        reply = await asking.pool.ask(asking.job("SELECT ?s ?o WHERE { ?s ?p ?o }"), client="a")
        assert (reply.kind, reply.variables) == ("rows", ("s", "o"))
        reply.close()

    in_pool(store, work)


def test_a_store_that_is_named_by_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def work(asking: Asking) -> bytes:
        return await asking.ask(COUNT)

    with Store(Path("store")) as store:
        store.add(numbers())
        assert in_pool(store, work) == b"n\r\n60\r\n"


def test_answers_as_the_store_itself_does(store: Store) -> None:
    query = "SELECT ?s ?o WHERE { ?s ?p ?o } ORDER BY ?o LIMIT 7"

    async def work(asking: Asking) -> bytes:
        return await asking.ask(query, rows="application/sparql-results+json")

    there = json.loads(in_pool(store, work))
    here = store.query(query, default_graphs=[GRAPH])
    assert isinstance(here, Solutions)
    assert there == json.loads(here.serialise(JSON))


def test_shortens_with_the_prefixes_that_are_used(store: Store) -> None:
    async def work(asking: Asking) -> bytes:
        prefixes = {"ex": "https://example.org/", "other": "https://example.com/"}
        return await asking.ask(
            "CONSTRUCT WHERE { ?s ?p 3 }", triples="text/turtle", prefixes=prefixes
        )

    turtle = in_pool(store, work).decode()
    assert "@prefix ex: <https://example.org/>" in turtle
    assert "other" not in turtle


def test_every_query_sees_the_writes_before_it(store: Store) -> None:
    async def work(asking: Asking) -> None:
        await asking.settled()
        for n in range(60, 90):
            store.add(numbers(most=n + 1)[n:])
            assert await asking.ask(COUNT, client=str(n)) == f"n\r\n{n + 1}\r\n".encode()
        store.remove_graph(GRAPH)
        assert await asking.ask(COUNT) == b"n\r\n0\r\n"
        store.replace(GRAPH, [one.triple for one in numbers(most=5)])
        assert await asking.ask(COUNT) == b"n\r\n5\r\n"
        store.change(numbers(most=2), numbers(most=9)[7:])
        assert await asking.ask(COUNT) == b"n\r\n5\r\n"
        assert asking.pool.status().replaced == 0

    in_pool(store, work)


def test_takes_new_copies_after_large_writes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.store.change_log.MOST_NOTED", 1_000)

    async def work(asking: Asking) -> None:
        await asking.settled()
        store.add(numbers(most=2_000))
        assert await asking.ask(COUNT) == b"n\r\n2000\r\n"
        await asking.settled()
        assert asking.pool.status().replaced >= FEW.workers

    in_pool(store, work, QueryLimits(seconds=20))


def test_computed_graphs_come_with_the_query(store: Store) -> None:
    name = NamedNode(COMPUTED + "day")
    store.add(numbers(name, 3))

    def graph(state: int, most: int) -> VirtualGraph:
        lines = "\n".join(f"{one.triple} ." for one in numbers(name, most))
        return VirtualGraph(name, state, lines.encode())

    async def work(asking: Asking) -> None:
        count = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}"
        named = (name,)
        for state, most in ((1, 3), (1, 3), (2, 5), (3, 4)):
            found = await asking.ask(
                count, named_graphs=named, virtual_graphs=(graph(state, most),)
            )
            assert found == f"n\r\n{most}\r\n".encode()
        # Who names none must not see what others have had made.
        every = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
        for client in "abcdef":
            found = await asking.ask(every, named_graphs=None, client=client)
            assert found == f"g\r\n{GRAPH.value}\r\n".encode()

    in_pool(store, work)


@pytest.mark.parametrize(
    ("query", "reason"),
    [(SLOW, "time"), (DOUBLING, "memory"), (ROWS + " LIMIT 1", ""), (ROWS, "")],
)
def test_stops_what_wants_too_much(store: Store, query: str, reason: str) -> None:
    async def work(asking: Asking) -> None:
        if not reason:
            assert await asking.ask(query)
            assert asking.stopped == []
            return
        with pytest.raises(QueryStopped) as caught:
            await asking.ask(query)
        assert caught.value.reason == reason
        assert asking.stopped == [reason]
        assert await asking.ask(COUNT) == b"n\r\n60\r\n"
        await asking.settled()

    in_pool(store, work, SMALL if reason == "time" else replace(SMALL, seconds=30))


@pytest.mark.parametrize("form", ["text/csv", "application/sparql-results+json"])
def test_bounds_rows_and_bytes(form: str) -> None:
    store = Store()
    store.add(numbers())

    async def work(asking: Asking) -> None:
        for limits, reason in (
            (QueryLimits(rows=1_000), "rows"),
            (QueryLimits(bytes=1_000), "bytes"),
        ):
            with pytest.raises(QueryStopped) as caught:
                await asking.ask(ROWS, rows=form, limits=limits)
            assert caught.value.reason == reason
        exact = QueryLimits(rows=3_600)
        reply = await asking.pool.ask(asking.job(ROWS, rows=form), client="a", limits=exact)
        assert len(b"".join([piece async for piece in reply])) > 10_000
        assert asking.pool.status().replaced == 0

    in_pool(store, work)


def test_tells_what_is_wrong_with_a_query(store: Store) -> None:
    async def work(asking: Asking) -> None:
        with pytest.raises(BadQuery) as caught:
            await asking.ask("SELECT ?a\nWHERE { ?a ?b }")
        assert caught.value.where is not None
        assert caught.value.where.line == 2
        assert asking.stopped == []

    in_pool(store, work)


MANY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"
PATIENT = QueryLimits(seconds=1, stall=20, rows=10**6, bytes=1 << 30)


def test_a_long_answer_waits_for_its_reader_outside_of_the_worker() -> None:
    store = Store()
    store.add(numbers(most=300))

    async def work(asking: Asking) -> None:
        await asking.settled()
        job, limits = asking.job(MANY), replace(PATIENT, seconds=60)
        replies = [await asking.pool.ask(job, client="a", limits=limits) for _ in range(6)]
        assert await asking.ask(COUNT, client="a") == b"n\r\n300\r\n"
        await asking.settled()
        room = asking.pool.room
        assert room.files == len(replies)
        assert b"".join([piece async for piece in replies[0]]).count(b"\n") == 90_001
        for reply in replies:
            reply.close()
        assert (room.used, room.files) == (0, 0)

    in_pool(store, work)


def test_without_room_a_long_answer_waits_in_the_worker() -> None:
    store = Store()
    store.add(numbers(most=300))

    async def work(asking: Asking) -> None:
        began = time.monotonic()
        quick = await asking.pool.ask(
            asking.job(MANY), client="a", limits=replace(PATIENT, seconds=60)
        )
        async for _ in quick:
            pass
        quick.close()
        limits = replace(PATIENT, seconds=max(1, 5 * (time.monotonic() - began)))
        reply = await asking.pool.ask(asking.job(MANY), client="a", limits=limits)
        await asyncio.sleep(limits.seconds + 0.3)  # longer than it may run, but it waits
        assert b"".join([piece async for piece in reply]).count(b"\n") == 90_001
        reply.close()

    in_pool(store, work, room=Room(0))


def test_nobody_holds_a_worker_by_reading_nothing() -> None:
    store = Store()
    store.add(numbers(most=300))

    async def work(asking: Asking) -> None:
        limits = replace(PATIENT, seconds=5, stall=0.3)
        reply = await asking.pool.ask(asking.job(MANY), client="a", limits=limits)
        await asyncio.sleep(0.6)
        with pytest.raises(QueryStopped):
            _ = [piece async for piece in reply]
        assert asking.stopped == ["stall"]

    in_pool(store, work, room=Room(0))


def test_who_has_no_room_left_gives_way_to_its_own() -> None:
    store = Store()
    store.add(numbers(most=300))

    async def work(asking: Asking) -> None:
        job, limits = asking.job(MANY), replace(PATIENT, seconds=60)
        replies = [await asking.pool.ask(job, client="a", limits=limits) for _ in range(2)]
        assert await asking.ask(COUNT, client="a") == b"n\r\n300\r\n"
        assert asking.stopped[0] == "crowded"
        for reply in replies:
            reply.close()

    in_pool(store, work, room=Room(0))


def test_a_client_that_is_gone_frees_its_worker() -> None:
    store = Store()
    store.add(numbers())

    async def work(asking: Asking) -> None:
        await asking.settled()
        tasks = [asyncio.create_task(asking.ask(SLOW, client="gone")) for _ in range(4)]
        await asyncio.sleep(0.05)
        assert asking.pool.status().waiting == 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asking.settled()
        assert asking.stopped == []

    in_pool(store, work, QueryLimits(seconds=60))


def test_one_client_has_its_share_and_no_more() -> None:
    store = Store()
    store.add(numbers())

    async def work(asking: Asking) -> None:
        await asking.settled()
        hogs = [asyncio.create_task(asking.ask(SLOW, client="hog")) for _ in range(6)]
        await asyncio.sleep(0.05)
        assert asking.pool.status().waiting == 4
        with pytest.raises(TooManyQueries) as caught:
            await asking.ask(COUNT, client="hog")
        assert int(caught.value.headers["Retry-After"]) >= 1
        for n in range(20):
            assert await asking.ask(COUNT, client=f"other {n % 3}") == b"n\r\n60\r\n"
        assert not any(hog.done() for hog in hogs)
        for hog in hogs:
            hog.cancel()
        await asyncio.gather(*hogs, return_exceptions=True)

    in_pool(store, work, QueryLimits(seconds=60))


def test_many_hogs_do_not_take_every_worker() -> None:
    store = Store()
    store.add(numbers())

    async def work(asking: Asking) -> None:
        await asking.settled()
        hogs = [asyncio.create_task(asking.ask(SLOW, client=f"hog {n}")) for n in range(5)]
        for n in range(10):
            assert await asking.ask(COUNT, client=f"other {n}") == b"n\r\n60\r\n"
        assert asking.stopped.count("crowded") >= 1
        for hog in hogs:
            hog.cancel()
        await asyncio.gather(*hogs, return_exceptions=True)

    in_pool(store, work, QueryLimits(seconds=60))


def test_refuses_when_all_queues_are_full() -> None:
    store = Store()
    store.add(numbers())
    shares = Shares(workers=1, slow=0, spares=0, running=1, waiting=4, waiting_in_all=2)

    async def work(asking: Asking) -> None:
        await asking.settled()
        hogs = [asyncio.create_task(asking.ask(SLOW, client=f"hog {n}")) for n in range(3)]
        await asyncio.sleep(0.05)
        with pytest.raises(TooBusy):
            await asking.ask(COUNT, client="other")
        for hog in hogs:
            hog.cancel()
        await asyncio.gather(*hogs, return_exceptions=True)

    in_pool(store, work, QueryLimits(seconds=60), shares)


def test_a_worker_that_dies_is_replaced(store: Store) -> None:
    async def work(asking: Asking) -> None:
        await asking.settled()
        killed = set(asking.pool.idle)
        for worker in killed:
            os.kill(worker.process.pid, 9)
        while not killed.isdisjoint(asking.pool.idle):  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(0.01)
        assert await asking.ask(COUNT) == b"n\r\n60\r\n"
        await asking.settled()

    in_pool(store, work)


def test_the_log_says_why_a_worker_does_not_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Replicas, "_dumped", lambda _: (Path("/nowhere/at all"), 0))

    async def work(asking: Asking) -> None:
        async with asyncio.timeout(30):
            while True:
                if not asking.pool.status().healthy:
                    return
                await asyncio.sleep(0.05)

    with Store() as store:
        in_pool(store, work)
    assert "FileNotFoundError" in caplog.text


def test_leaves_nothing_behind(store: Store) -> None:
    async def work(asking: Asking) -> list[int]:
        await asking.settled()
        assert await asking.ask(COUNT)
        return [worker.process.pid for worker in asking.pool.idle]

    pids = in_pool(store, work)
    assert len(pids) >= FEW.workers
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    store.add([Quad(GRAPH, GRAPH, Literal("written after"), GRAPH)])
    assert Triple(GRAPH, GRAPH, Literal("written after")) in [q.triple for q in store.quads(GRAPH)]


def test_a_new_client_is_served_before_many_who_ask_for_much() -> None:
    store = Store()
    store.add(numbers())

    async def work(asking: Asking) -> float:
        async def hog(number: int) -> None:
            while True:
                with suppress(TenureError):
                    await asking.ask(SLOW, client=f"hog {number}")

        await asking.settled()
        given_up = asyncio.get_running_loop().time() + 60
        hogs = [asyncio.create_task(hog(number)) for number in range(12)]
        loop = asyncio.get_running_loop()
        while len(asking.pool._queue._taken) < len(hogs):
            # Each has to be found to ask for much.
            assert (await asyncio.sleep(0.1, loop.time())) < given_up
        began = loop.time()
        assert await asking.ask(COUNT, client="new") == b"n\r\n60\r\n"
        took = loop.time() - began
        for one in hogs:
            one.cancel()
        await asyncio.gather(*hogs, return_exceptions=True)
        return took

    assert in_pool(store, work, QueryLimits(seconds=60), replace(FEW, waiting_in_all=512)) < 1
