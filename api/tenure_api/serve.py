"""``tenure serve``: the web service on this machine."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer
import uvicorn

from tenure.catalog import Catalog
from tenure.errors import BadInput
from tenure.knowledge import open_knowledge_base
from tenure_api.app import create_app
from tenure_api.home import CANONICAL

_LONGEST_HEAD = 1_000_000
"""Bytes of request line and headers; longer than any query allowed, so that the app refuses it."""


def serve_command(
    port: Annotated[
        int, typer.Option(help="The port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 8080,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    facts: Annotated[
        Path | None, typer.Option(help="The folder of the facts; default: those that come along.")
    ] = None,
    store: Annotated[
        Path | None, typer.Option(help="Keep the store in this folder; default: in memory.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="What all IRIs begin with, such as https://example.org/kb/.")
    ] = None,
) -> None:
    """Serve the knowledge base over HTTP, with its pages.

    It only reads. A port that is taken, or an address that is none of this machine's, ends it
    with a message and exit code 2.
    """
    # The port first: whoever has mistaken it should not wait for the world.
    with _listening(host, port) as listening:
        kb = open_knowledge_base(facts, store=store, base=base)
        try:
            catalog = Catalog.load()
            app = create_app(kb, catalog)
            address = _address(host, listening.getsockname()[1])
            typer.echo(_greeting(address, catalog))
            config = uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                h11_max_incomplete_event_size=_LONGEST_HEAD,
                http="h11",
            )
            # uvicorn raises the interrupt again after it has closed down in good order.
            with contextlib.suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[listening])
        finally:
            kb.store.close()


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


def _greeting(address: str, catalog: Catalog) -> str:
    """The address, and three things to try."""
    lines = [f"Tenure is at {address}", "", "Try:", f"  {address}/   (in a browser)"]
    question = catalog.get(CANONICAL)
    if question is not None:
        asked = urlencode(question.example, safe="/:")
        lines.append(f"  curl '{address}/queries/{question.name}?{asked}'")
    lines += [
        f"  curl {address}/sparql --data-urlencode 'query=SELECT * {{ ?s ?p ?o }} LIMIT 3'",
        "",
        "Stop with Ctrl-C.",
    ]
    return "\n".join(lines)
