"""A real server: who may write, what it logs, how it stops, and when it refuses to start."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.serving import SECONDS, Served, served
from tests.small import small_facts

from tenure.store import Store
from tenure_api.security import Keys


def tenure(command: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command, *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=SECONDS
    )


@pytest.fixture(scope="session")
def few(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Options of a service over few facts with one worker, which starts sooner."""
    folder = tmp_path_factory.mktemp("few") / "facts"
    return "--facts", str(small_facts(repo_root, folder)), "--workers", "1"


UPDATE = "INSERT DATA { GRAPH <https://example.org/graph> { <urn:x:a> <urn:x:b> <urn:x:c> } }"


def test_from_a_key_to_a_write_and_its_trace(
    command: Path, tmp_path: Path, few: tuple[str, ...]
) -> None:
    made = tenure(command, tmp_path, "key", "new", "ada", "--scope", "write", "--ends", "1d")
    key = made.stdout.strip()
    assert made.returncode == 0
    assert "ada" in made.stderr
    assert key not in made.stderr
    reader = tenure(command, tmp_path, "key", "new", "bert").stdout.strip()
    options = (*few, "--writable", "--store", "store", "--set", "log_level=info")
    with served(tmp_path, *options, "--set", "log_format=json") as server:

        def write(token: str | None) -> int:
            headers = {"Content_Type": "application/sparql-update"}
            headers |= {"X_Forwarded_For": "203.0.113.7"}
            if token is not None:
                headers["Authorization"] = f"Bearer {token}"
            return server.ask("/sparql", "POST", UPDATE, **headers)[0].status

        assert write(None) == 401
        assert write(reader) == 403
        assert write(key.swapcase()) == 401
        assert write(key) in (200, 204)
        assert server.ask(f"/queries?access_token={key}")[0].status == 400
        assert tenure(command, tmp_path, "key", "revoke", "ada").returncode == 0
        assert write(key) == 401
        assert server.stop() == 0
    lines = [json.loads(line) for line in (tmp_path / "store.audit.jsonl").read_text().splitlines()]
    refused = [(one["who"], one["status"]) for one in lines if one["outcome"] == "refused"]
    assert refused == [("anonymous", 401), ("bert", 403), ("unknown", 401), ("unknown", 401)]
    [line] = [one for one in lines if one["outcome"] != "refused"]
    assert (line["who"], line["how"], line["outcome"]) == ("ada", "key", "committed")
    assert line["from"] == "127.0.0.1"
    requests = [json.loads(line) for line in server.log.splitlines()]
    assert line["request"] in {one.get("request") for one in requests}
    everything = server.log + json.dumps(lines)
    for token in (key, reader, key.swapcase()):
        assert token not in everything
    # The store was closed, and what was acknowledged is in it.
    again = Store(tmp_path / "store")
    assert any(graph.value == "https://example.org/graph" for graph in again.graphs())
    again.close()


def test_only_proxies_that_are_set_say_where_a_request_comes_from(
    tmp_path: Path, few: tuple[str, ...]
) -> None:
    """A service without any is the one that the key above is used at."""
    settings = ("proxies=127.0.0.1", "log_format=json", "log_level=info")
    options = [word for one in settings for word in ("--set", one)]
    with served(tmp_path, *few, *options) as server:
        server.ask("/health", X_Forwarded_For="203.0.113.7", X_Request_Id="this-one")
        server.stop()
    lines = [json.loads(line) for line in server.log.splitlines()]
    assert [one["from"] for one in lines if one.get("request") == "this-one"] == ["203.0.113.7"]


def test_what_is_under_way_is_finished_before_it_stops(
    tmp_path: Path, few: tuple[str, ...]
) -> None:
    body = b"ASK { ?s ?p ?o }"
    with served(tmp_path, *few) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as slow:
            head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            kind = "Content-Type: application/sparql-query"
            slow.sendall(f"{head}{kind}\r\n\r\n".encode() + body[:5])
            wait_for(lambda: is_under_way(server))
            server.process.send_signal(signal.SIGTERM)
            wait_for(lambda: refuses(server.port))
            slow.sendall(body[5:])
            answer = b""
            while part := slow.recv(65536):
                answer += part
        assert answer.startswith(b"HTTP/1.1 200")
        assert server.process.wait(SECONDS) == 0


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


def is_under_way(server: Served) -> bool:
    """Whether a request besides the one that asks is being answered."""
    return "tenure_http_requests_in_progress 2.0" in server.ask("/metrics")[1]


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
    except OSError:
        return True
    return False


def test_what_never_ends_does_not_keep_it_from_stopping(
    tmp_path: Path, few: tuple[str, ...]
) -> None:
    with (
        served(tmp_path, *few, "--set", "drain_seconds=1") as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as stuck,
    ):
        stuck.sendall(
            b"POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
            b"Content-Type: text/turtle\r\n\r\n"
        )
        wait_for(lambda: is_under_way(server))
        assert server.stop() == 0


HANGS = """
import time
import tenure_api.server
from tenure.cli import main
from tenure.store import Store

tenure_api.server._CLOSING_SECONDS = 1
Store.close = lambda store: time.sleep(3600)
main()
"""


def test_what_hangs_when_it_closes_never_ends_it_late(tmp_path: Path, few: tuple[str, ...]) -> None:
    options = (*few, "--set", "drain_seconds=1")
    with served(tmp_path, *options, program=("-c", HANGS)) as server:
        assert server.stop() == 1
    assert "Timeout" in server.log
    assert "lambda" in server.log


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        (("--host", "0.0.0.0", "--writable"), "tenure key new NAME --scope write"),  # noqa: S104
        (("--host", "0.0.0.0", "--set", "open_reading=no"), "--scope read"),  # noqa: S104
        (("--set", "hots=x"), "Nearest: hosts"),
        (("--config", "none.toml"), "--config"),
        (("--set", "issuer=https://login.example"), "audience"),
    ],
)
def test_what_is_not_safe_does_not_start(
    command: Path, tmp_path: Path, options: tuple[str, ...], remedy: str
) -> None:
    done = tenure(command, tmp_path, "serve", "--port", "0", *options)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr


def test_keys_that_others_may_read_do_not_start_it(command: Path, tmp_path: Path) -> None:
    keys = Keys(tmp_path / "tenure-keys.json")
    keys.add("ada", ["write"])
    keys.file.chmod(0o644)
    done = tenure(command, tmp_path, "serve", "--port", "0")
    assert (done.returncode, "chmod 600" in done.stderr) == (2, True)
