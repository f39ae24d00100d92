"""Small SPARQL queries over HTTP on many tenures: how many a second, and beside hostile ones.

The peers are a bare pyoxigraph loop over the same store, in one process and without HTTP, and
pyoxigraph behind Starlette and uvicorn with nothing else, which is held to processor time: of all
processes of the server, for each answer. Every answer is compared with the loop's.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, Triple

from benchmarks.result import Result
from benchmarks.scale.processes import spent, tree
from tenure.namespaces import BASE, EDTF_DATATYPE, RDF_TYPE, TN, Names
from tenure.sandbox.limits import Shares
from tenure.sandbox.pool import QueryPool
from tenure.store import Store
from tenure.store.replicas import Replicas
from tenure.temporal import iso

TENURES = 100_000
CONNECTIONS = 8
SECONDS = 5.0
_QUERIES = 200
_NEW = 1_000
_REPLACED = 10
_GRAPH = NamedNode("https://example.org/tenures")
_QUESTION = (
    "PREFIX tn: <https://w3id.org/tenure/ontology#> "
    "SELECT ?who ?office ?start FROM <https://example.org/tenures> "
    "WHERE { <TENURE> tn:holder ?who ; tn:office ?office ; tn:start ?start }"
)
_SERVE = ("-m", "tenure", "serve", "--port", "0", "--set", "workers=2", "--store")
_STARLETTE = """
import sys, pyoxigraph, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
store = pyoxigraph.Store.read_only(sys.argv[1])
graph = [pyoxigraph.NamedNode(sys.argv[2])]
async def answer(request):
    text = request.query_params["query"]
    found = store.query(text, default_graph=graph, named_graphs=[])
    body = found.serialize(format=pyoxigraph.QueryResultsFormat.JSON)
    return Response(body, media_type="application/sparql-results+json")
app = Starlette(routes=[Route("/sparql", answer)])
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print("http://127.0.0.1:%d" % self.servers[0].sockets[0].getsockname()[1], flush=True)
Server(uvicorn.Config(app, port=0, access_log=False, log_level="warning")).run()
"""
_HOSTILE = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT ?c (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?c ?f",
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(?a, ?d), '(a+)+b') }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a",
)


def queries() -> list[Result]:
    """Throughput, the slowest in a hundred beside four hostile queries, and a replacement."""
    names = Names(BASE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store"
        texts = _filled(path, names)
        peer, expected = _bare(path, texts)
        return asyncio.run(_served(path, texts, expected, peer))


def _filled(path: Path, names: Names) -> list[str]:
    """Writes the store; returns queries about some of its tenures."""
    engine = pyoxigraph.Store(str(path))
    engine.bulk_extend(
        Quad(triple.subject, triple.predicate, triple.object, _GRAPH)
        for number in range(TENURES)
        for triple in _tenure(number, names)
    )
    del engine
    return [
        _QUESTION.replace("TENURE", _iri(number, names).value)
        for number in range(0, TENURES, TENURES // (_QUERIES + _NEW))
    ]


def _iri(number: int, names: Names) -> NamedNode:
    return names.entity(f"tenure/p{number // 3}--o{_noise(number) % 5_000}--{number}")


def _noise(number: int) -> int:
    return int((number * 2_654_435_761 + 97) % 2**32)


def _tenure(number: int, names: Names) -> tuple[Triple, ...]:
    """Somebody's tenure, made up, the same for the same number."""
    noise = _noise(number)
    start = 693_961 + noise % 42_000  # from the last day of 1900 on
    tenure = _iri(number, names)
    return (
        Triple(tenure, RDF_TYPE, TN("Tenure")),
        Triple(tenure, TN("holder"), names.entity(f"person/p{number // 3}")),
        Triple(tenure, TN("office"), names.entity(f"office/o{noise % 5_000}")),
        Triple(tenure, TN("start"), _date(start, noise)),
        Triple(tenure, TN("end"), _date(start + 30 + (noise >> 8) % 3_000, noise >> 4)),
    )


def _date(day: int, noise: int) -> Literal:
    return Literal(iso(day)[: (10, 7, 4)[noise % 3]], datatype=EDTF_DATATYPE)


def _bare(path: Path, texts: Sequence[str]) -> tuple[float, dict[str, bytes]]:
    """Seconds a query of a bare loop, and the answers."""
    with Store(path) as store:
        engine = store._engine  # noqa: SLF001 - the peer is the engine itself
        answers = {}
        rounds = []
        for _ in range(5):
            began = time.perf_counter()
            for text in texts:
                found = engine.query(text, default_graph=[_GRAPH], named_graphs=[])
                assert isinstance(found, pyoxigraph.QuerySolutions)
                answers[text] = found.serialize(format=QueryResultsFormat.JSON) or b""
            rounds.append((time.perf_counter() - began) / len(texts))
    return statistics.median(rounds), answers


async def _served(
    path: Path, texts: Sequence[str], expected: dict[str, bytes], peer: float
) -> list[Result]:
    peer_name = "bare pyoxigraph loop, no HTTP"
    starlette = "pyoxigraph behind Starlette, processor"
    new, texts = texts[_QUERIES:], texts[:_QUERIES]
    bare_new, bare_often = await _bare_starlette(path, texts, new, expected)
    async with _server(*_SERVE, str(path)) as (port, server):
        await _once(port, texts, expected)
        began, used = time.perf_counter(), spent(tree(server))
        asked = await _once(port, new, expected)
        first = (time.perf_counter() - began) / asked
        our_new = (spent(tree(server)) - used) / asked
        used = spent(tree(server))
        times = await _ask_for(port, texts, expected, SECONDS)
        our_often = (spent(tree(server)) - used) / len(times)
        each = SECONDS / len(times)
        # Clients of their own: each address of the loopback network is one.
        hostile = [
            asyncio.ensure_future(_hostile(port, text, f"127.0.2.{number}"))
            for number, text in enumerate(_HOSTILE, 1)
        ]
        await asyncio.sleep(1)
        beside = await _ask_for(port, texts, expected, SECONDS)
        running = sum(not one.done() for one in hostile)
        for one in hostile:
            one.cancel()
        await asyncio.gather(*hostile, return_exceptions=True)
    print(
        f"queries: {1 / each:,.0f} a second at {CONNECTIONS} connections; p50 "
        f"{_part(times, 0.5):.1f} ms, p99 {_part(times, 0.99):.1f} ms; beside {running} hostile "
        f"ones {len(beside) / SECONDS:,.0f} a second, p50 {_part(beside, 0.5):.1f} ms, p99 "
        f"{_part(beside, 0.99):.1f} ms; never asked before {1 / first:,.0f} a second",
        file=sys.stderr,
    )
    replaced = await _replaced(path)
    count = f"{TENURES:,} tenures"
    return [
        Result(f"small queries over HTTP, {count}", each, peer, peer_name, len(times)),
        Result("the same, asked again and again", our_often, bare_often, starlette, len(times)),
        Result("the same, never asked before", our_new, bare_new, starlette, asked),
        Result(
            f"the same, p99 beside {running} hostile ones",
            _part(beside, 0.99) / 1000,
            peer,
            peer_name,
            len(beside),
        ),
        Result(f"queries never asked before, {count}", first, peer, peer_name, len(new)),
        Result("a killed worker replaced", replaced, 0.1, "what is aimed at", _REPLACED),
    ]


async def _bare_starlette(
    path: Path, texts: Sequence[str], new: Sequence[str], expected: dict[str, bytes]
) -> tuple[float, float]:
    """Seconds of the processor for an answer: of queries that are new, and of those asked often."""
    async with _server("-c", _STARLETTE, str(path), _GRAPH.value) as (port, server):
        await _once(port, texts, expected)
        used = spent(tree(server))
        asked = await _once(port, new, expected)
        first = (spent(tree(server)) - used) / asked
        used = spent(tree(server))
        times = await _ask_for(port, texts, expected, SECONDS)
        return first, (spent(tree(server)) - used) / len(times)


async def _once(port: int, texts: Sequence[str], expected: dict[str, bytes]) -> int:
    """Asks each query once, over all connections; how many these were."""
    parts = (_connection(port, texts[n::CONNECTIONS], expected, 0) for n in range(CONNECTIONS))
    return sum(map(len, await asyncio.gather(*parts)))


async def _replaced(path: Path) -> float:
    """The median of the seconds from killing an idle worker until another one is idle."""
    shares = Shares(workers=2, spares=1)
    seconds: list[float] = []
    with Store(path) as store:
        pool = QueryPool(partial(Replicas, store, lambda _: False), shares=shares)
        await pool.start()
        try:
            for _ in range(_REPLACED + 1):
                # It is measured from outside, so there is no event to wait for.
                while pool.status().idle < shares.workers + shares.spares:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
                if seconds and seconds[-1] < 0:
                    seconds[-1] += time.perf_counter()
                gone = pool.status().replaced
                seconds.append(-time.perf_counter())
                pool.kill_one()
                while pool.status().replaced == gone:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
        finally:
            await pool.close()
    return statistics.median(seconds[:_REPLACED])


def _part(times: list[float], part: float) -> float:
    """The time in milliseconds that so large a part of ``times`` stays below."""
    return sorted(times)[int(part * (len(times) - 1))] * 1000


async def _ask_for(
    port: int, texts: Sequence[str], expected: dict[str, bytes], seconds: float
) -> list[float]:
    """The seconds of each answer, over and over, from all connections together."""
    until = time.perf_counter() + seconds
    turned = [[*texts[n * 7 :], *texts[: n * 7]] for n in range(CONNECTIONS)]
    found = await asyncio.gather(*(_connection(port, part, expected, until) for part in turned))
    return [one for times in found for one in times]


async def _connection(
    port: int, texts: Sequence[str], expected: dict[str, bytes], until: float
) -> list[float]:
    """The seconds of each answer on one connection; ``until`` 0: each query once."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times: list[float] = []
    requests = [(_request(port, text), expected[text]) for text in texts]
    while True:
        for request, answer in requests:
            began = time.perf_counter()
            if until and began > until:
                writer.close()
                return times
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            if not head.startswith(b"HTTP/1.1 200") or length is None:
                raise SystemExit(f"queries: {head!r}")
            body = await reader.readexactly(int(length[1]))
            times.append(time.perf_counter() - began)
            if body != answer:
                raise SystemExit(f"queries: {body!r} is not {answer!r}")
        if not until:
            writer.close()
            return times


async def _hostile(port: int, text: str, address: str) -> None:
    """One client that asks one hostile query after the other."""
    request = _request(port, text.replace(" {", f" FROM <{_GRAPH.value}> {{", 1))
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        writer.write(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        with contextlib.suppress(OSError):
            while await reader.read(1 << 20):
                pass
        writer.close()


def _request(port: int, text: str) -> bytes:
    return (
        f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Accept: application/sparql-results+json\r\n\r\n"
    ).encode()


@contextlib.asynccontextmanager
async def _server(*words: str) -> AsyncIterator[tuple[int, int]]:
    """A server that Python runs with some words, by its port and its process."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-u", *words, stdout=subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        async for line in server.stdout:
            found = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
            if found:
                yield int(found[1]), server.pid
                return
        raise SystemExit("queries: the server did not start")
    finally:
        server.terminate()
        await server.wait()
