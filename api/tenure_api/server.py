"""``tenure serve``: the web service on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import faulthandler
import math
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Annotated, Any
from urllib.parse import urlencode

import typer
import uvicorn
import uvloop
from fastapi import FastAPI

from tenure.catalog import Catalog, Examples
from tenure.errors import BadInput
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.languages import prefer
from tenure.resources import OwnTerms
from tenure.sandbox.tasks import Readers
from tenure.store.corruption import corruption_reported
from tenure_api.app import create_app
from tenure_api.monitoring import configure
from tenure_api.protocol import ConnectionTable, protocol_of, room_for_connections
from tenure_api.security import Keys, build_access, refuse_unsafe
from tenure_api.settings import Settings, load_settings, read_assignments
from tenure_api.worker_response import build_executor

_TRIED = "office-holders"
"""The question that whoever starts the service is shown how to ask."""

_GIVING_BACK_SECONDS = 10
"""From one look for memory that is no longer needed to the next; it takes some milliseconds."""

_CLOSING_SECONDS = 10
"""What closing the store and ending the workers may take after the last answer."""

_READING_SECONDS = 2.0
"""What reading a body may still take after a signal to stop."""


def serve_command(
    port: Annotated[
        int | None,
        typer.Option(help="The port to listen on; 0 takes a free one.", min=0, max=65535),
    ] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    facts: Annotated[
        Path | None, typer.Option(help="The folder of the facts; default: those that come along.")
    ] = None,
    store: Annotated[
        Path | None, typer.Option(help="Keep the store in this folder; default: in memory.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="What all IRIs begin with, such as https://example.org/kb/.")
    ] = None,
    writable: Annotated[
        bool | None, typer.Option("--writable", help="Let those with a key or token write.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="Processes that answer queries; default: one a core.", min=1, max=256),
    ] = None,
    query_time: Annotated[
        float | None, typer.Option(help="Seconds that a query may take; default: 10.", min=0.01)
    ] = None,
    query_memory: Annotated[
        int | None, typer.Option(help="MiB of memory that a query may take.", min=64)
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option(help="A folder of the sources' texts; pages show passages, word for word."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="The file of the settings; default: tenure.toml, if any.")
    ] = None,
    assigned: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE: any setting; `tenure doctor` lists them."),
    ] = None,
) -> None:
    """Serve the knowledge base over HTTP, with its pages.

    It only reads, unless --writable lets those write who have a key. A port that is taken, or an
    address that is none of this machine's, ends it with a message and exit code 2. A signal to
    stop lets answers that are under way finish.
    """
    given: dict[str, Any] = read_assignments(assigned or [])
    options: dict[str, Any] = {
        "port": port,
        "host": host,
        "facts": facts,
        "store": store,
        "base": base,
        "texts": texts,
    }
    options |= {"workers": workers, "query_seconds": query_time, "query_memory_mb": query_memory}
    given |= {name: value for name, value in options.items() if value is not None}
    given |= {"writable": True} if writable else {}
    settings = load_settings(config, given).settings
    prefer(settings.languages)
    keys = Keys(settings.keys)
    refuse_unsafe(settings, keys)
    configure(settings.log_format, settings.log_level)
    _bound_arenas()
    # Before anything is open, so that whatever is opened is closed whenever the signal comes.
    signal.signal(signal.SIGTERM, _end)
    # The port first: whoever has mistaken it should not wait for the world.
    with _listening(settings.host, settings.port) as listening:
        with corruption_reported(settings.store):
            kb = open_knowledge_base(
                settings.facts,
                store=settings.store,
                base=settings.base,
                terms=OwnTerms(settings.ontology, settings.policy),
                to_write=settings.writable,
            )
        try:
            catalog = Catalog.load(own=settings.queries)
            access = build_access(settings, keys)
            executor = build_executor(kb, settings)
            app = create_app(kb, catalog, executor, access=access, settings=settings)
            address = _address(settings.host, listening.getsockname()[1])
            typer.echo(_greeting(address, kb, catalog, settings))
            # uvicorn raises the interrupt again after it has closed down in good order.
            with contextlib.suppress(KeyboardInterrupt):
                _run(_Server(_configured(app, settings), app.state.bodies.readers), listening)
        finally:
            kb.store.close()


def _run(server: uvicorn.Server, listening: socket.socket) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve(sockets=[listening]))


class _Server(uvicorn.Server):
    """Ends in bounded time after a signal, whatever hangs.

    Acknowledged writes are on the disk, so that a hard end loses nothing; where every thread stood
    goes to standard error.
    """

    def __init__(self, config: uvicorn.Config, readers: Readers) -> None:
        """``readers`` read what is sent, and are stopped soon after a signal."""
        super().__init__(config)
        self._readers = readers

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begins to stop; called by a signal."""
        drain = self.config.timeout_graceful_shutdown or 0
        faulthandler.dump_traceback_later(drain + _CLOSING_SECONDS, exit=True)
        # What takes longer to read than most does would have everybody wait.
        stopping = threading.Timer(_READING_SECONDS, self._readers.close)
        stopping.daemon = True
        stopping.start()
        super().handle_exit(sig, frame)


def _configured(app: FastAPI, settings: Settings) -> uvicorn.Config:
    connections = ConnectionTable(in_all=room_for_connections(), proxies=settings.proxies)
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=protocol_of(connections),
        ws="none",
        # By default uvicorn believes what any client on loopback says of its address.
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=math.ceil(settings.drain_seconds),
        callback_notify=_give_memory_back,
        timeout_notify=_GIVING_BACK_SECONDS,
    )


def _bound_arenas() -> None:
    """Have the threads of the service share their memory, where the C library is glibc.

    Every one would keep a part of its own (an arena), as large as the largest body it ever read.
    """
    arenas, trim_above = -8, -1  # M_ARENA_MAX and M_TRIM_THRESHOLD of mallopt(3)
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(arenas, 2)
        library.mallopt(trim_above, 128 * 1024)


async def _give_memory_back() -> None:
    """Have glibc return what bodies and answers took: a thing kept holds all freed below it."""
    with contextlib.suppress(OSError, AttributeError):
        await asyncio.to_thread(ctypes.CDLL(None).malloc_trim, 0)


def _end(_signal: int, _frame: object) -> None:
    """Ends the process in good order: everything that is open is closed on the way out.

    Before the server runs it is this that a signal calls, and afterwards again.
    """
    faulthandler.dump_traceback_later(_CLOSING_SECONDS, exit=True)
    raise SystemExit(0)


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound to the address, closed at the end."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise BadInput(
            f"{host!r} is no address of this machine.",
            where="--host",
            remedy="Use 127.0.0.1, or 0.0.0.0 for all of its addresses.",
        ) from error
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(place)
            bound.listen()
        except OSError as error:
            raise _cannot_listen(host, port, error) from error
        yield bound
    finally:
        bound.close()


def _cannot_listen(host: str, port: int, error: OSError) -> BadInput:
    if error.errno == errno.EADDRINUSE:
        return BadInput(
            f"Port {port} of {host} is taken by another program.",
            where="--port",
            remedy="Choose another with --port N, or --port 0 for any that is free.",
        )
    return BadInput(
        f"Cannot listen on port {port} of {host}: {error.strerror}.",
        where="--port" if error.errno == errno.EACCES else "--host",
        remedy="Choose a port above 1023 and an address of this machine.",
    )


def _address(host: str, port: int) -> str:
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - only compared
    return f"http://[{name}]:{port}" if ":" in name and "[" not in name else f"http://{name}:{port}"


def _greeting(address: str, kb: KnowledgeBase, catalog: Catalog, settings: Settings) -> str:
    """The address, three things to try, and who may."""
    reading = "open" if settings.open_reading else "for those with a key"
    writing = "for those with a key" if settings.writable else "off"
    if settings.writable and not settings.issuer and not settings.keys.is_file():
        writing += ", of which there is none yet: tenure key new makes one"
    lines = [f"Tenure is at {address}", "", "Try:", f"  {address}/   (in a browser)"]
    question = catalog.get(_TRIED)
    if question is not None:
        example = Examples(kb).of(question)
        asked = urlencode(example, safe="/:")
        if all(one.name in example for one in question.parameters if one.required):
            lines.append(f"  curl '{address}/queries/{question.name}?{asked}'")
    lines += [
        f"  curl {address}/sparql --data-urlencode 'query=SELECT * {{ ?s ?p ?o }} LIMIT 3'",
        "",
        f"Reading is {reading}; writing is {writing}.",
        "Stop with Ctrl-C.",
    ]
    return "\n".join(lines)
