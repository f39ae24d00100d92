"""A listener that counts who calls it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest


class Listener:
    """Accepts connections on loopback, hangs up, and counts them."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._calls = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """An address that leads here."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/"

    def calls(self) -> int:
        """How often somebody connected until now: every call that was begun is counted."""
        # The queue is first in, first out: when our own call is counted, so are those before it.
        with socket.create_connection(self._socket.getsockname(), timeout=10) as probe:
            probe.sendall(b"probe")
            probe.recv(1)
        return self._calls

    def close(self) -> None:
        """Stops listening."""
        with socket.create_connection(self._socket.getsockname(), timeout=10) as probe:
            probe.sendall(b"close")
            probe.recv(1)
        self._thread.join(10)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            call, _ = self._socket.accept()
            with call:
                call.settimeout(5)
                try:
                    first = call.recv(5)
                except OSError:
                    first = b""
            if first == b"close":
                return
            if first != b"probe":
                self._calls += 1


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Somebody to call, who counts."""
    one = Listener()
    yield one
    one.close()
