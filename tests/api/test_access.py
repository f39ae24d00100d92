"""The gate before every route, and what a route asks of it: through a whole service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from starlette.responses import JSONResponse, Response
from starlette.testclient import TestClient
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure_api.middleware import hosts_of
from tenure_api.security import (
    ADMIN,
    READ,
    WRITE,
    Access,
    Forbidden,
    Keys,
    Principal,
    build_access,
    require,
    with_included,
)
from tenure_api.settings import Settings

Serve = Callable[..., TestClient]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys.json")


@pytest.fixture
def serve(kb: KnowledgeBase, catalog: Catalog, keys: Keys) -> Iterator[Serve]:
    """A client of a service with these settings, with an address for each scope."""
    opened = ExitStack()

    def start(**changed: Any) -> TestClient:
        given = {"hosts": ("testserver",), "keys": keys.file, **changed}
        settings = Settings(**given)
        access = build_access(settings, keys)
        app = app_over(kb, catalog, access=access, settings=settings)
        add_scoped(app, access)
        return opened.enter_context(TestClient(app, follow_redirects=False))

    with opened:
        yield start


def add_scoped(app: Any, access: Access) -> None:
    """``/need/{scope}``, which says who asks."""

    async def need(request: Request) -> Response:
        who = await require(request, access, request.path_params["scope"])
        return JSONResponse({"name": who.name, "how": who.how})

    app.add_api_route("/need/{scope}", need, methods=["GET", "POST"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_without_settings_everybody_reads_and_nobody_writes(client: TestClient) -> None:
    assert client.get("/ready").status_code == 200
    told = client.post("/sparql", data={"update": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"})
    assert told.status_code == 403


@pytest.mark.parametrize(
    ("scope", "needed", "status"),
    [
        (None, READ, 200),
        (None, WRITE, 401),
        (None, ADMIN, 401),
        (READ, READ, 200),
        (READ, WRITE, 403),
        (WRITE, READ, 200),
        (WRITE, WRITE, 200),
        (WRITE, ADMIN, 403),
        (ADMIN, WRITE, 200),
        (ADMIN, ADMIN, 200),
    ],
)
def test_who_may_what(
    serve: Serve, keys: Keys, scope: str | None, needed: str, status: int
) -> None:
    headers = bearer(keys.add("Ada", [scope])[0]) if scope else {}
    answer = serve(writable=True).get(f"/need/{needed}", headers=headers)
    assert answer.status_code == status
    if status == 200:
        name = "Ada" if scope else "anonymous"
        assert answer.json() == {"name": name, "how": "key" if scope else "open"}
    else:
        challenge = answer.headers["www-authenticate"]
        assert f'scope="{needed}"' in challenge
        assert ("insufficient_scope" in challenge) == (status == 403)
        assert answer.json()["where"] == "Authorization"


def test_a_service_that_only_reads_takes_no_change_from_anybody(serve: Serve, keys: Keys) -> None:
    told, _ = keys.add("Ada", ["admin"])
    answer = serve().get("/need/write", headers=bearer(told))
    assert (answer.status_code, answer.json()["title"]) == (403, "Read-only")


def test_a_key_that_is_revoked_is_refused_from_the_next_request_on(
    serve: Serve, keys: Keys
) -> None:
    told, key = keys.add("Ada", ["write"])
    client = serve(writable=True)
    assert client.get("/need/write", headers=bearer(told)).status_code == 200
    Keys(keys.file).revoke(key.id)
    answer = client.get("/need/write", headers=bearer(told))
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    # Also where anybody may read: whoever sends a key believes that it is good.
    assert client.get("/queries", headers=bearer(told)).status_code == 401


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b\t", "Bearer é", "Bearer " + "x" * 9_000],
)
def test_what_is_no_bearer_token(serve: Serve, value: str) -> None:
    headers = {b"Authorization": value.encode("latin-1")}
    assert serve().get("/queries", headers=headers).status_code == 401


def test_two_headers_of_authorization(serve: Serve, keys: Keys) -> None:
    told, _ = keys.add("Ada", ["read"])
    both = [("Authorization", f"Bearer {told}"), ("Authorization", "Bearer x")]
    assert serve().get("/queries", headers=both).status_code == 401


@pytest.mark.parametrize("path", ["/queries?access_token=x", "/queries?a=1&API_KEY=x", "/?token="])
def test_a_name_that_promises_a_key_in_an_address(serve: Serve, path: str) -> None:
    answer = serve().get(path)
    assert (answer.status_code, answer.json()["where"]) == (400, "address")


def test_a_key_in_an_address_is_refused_wherever_it_stands(serve: Serve, keys: Keys) -> None:
    told, _ = keys.add("Ada", ["read"])
    client = serve()
    hidden = "".join(f"%{ord(c):02X}" for c in told)
    for path in (f"/queries?q={told}", f"/queries?{told}", f"/doc/{told}", f"/queries?q={hidden}"):
        answer = client.get(path, headers=bearer(told))
        assert answer.status_code == 400
        assert told not in answer.text


def test_closed_reading(serve: Serve, keys: Keys) -> None:
    told, _ = keys.add("Ada", ["read"])
    client = serve(open_reading=False)
    for path in ("/", "/queries", "/sparql?query=ASK{}", "/doc/state/iraq", "/nowhere", "/docs"):
        answer = client.get(path)
        assert answer.status_code == 401, path
    for path in ("/health", "/ready", "/static/tenure.css"):
        assert client.get(path).status_code == 200
    assert client.get("/queries", headers=bearer(told)).status_code == 200
    assert client.options("/queries").status_code != 401


def test_what_is_open_to_everybody_is_open_to_those_who_say_who_they_are() -> None:
    nothing = Principal("ada", with_included([]), "token", "ada")
    Access().permit(nothing, READ)
    with pytest.raises(Forbidden):
        Access(open_reading=False).permit(nothing, READ)
    with pytest.raises(Forbidden):
        Access(writable=True).permit(nothing, WRITE)


def test_a_file_of_keys_that_cannot_be_read_lets_nobody_in(serve: Serve, keys: Keys) -> None:
    told, _ = keys.add("Ada", ["read"])
    keys.file.write_text("no keys")
    client = serve(open_reading=False)
    answer = client.get("/queries", headers=bearer(told))
    assert answer.status_code == 503
    assert str(keys.file.parent) not in answer.text
    assert "doctor" in answer.json()["remedy"]
    assert client.get("/ready").json()["problems"] == ["keys"]
    keys.file.unlink()
    assert client.get("/ready").status_code == 200


# ------------------------------------------------------------------ names of the service


@pytest.mark.parametrize(
    ("settings", "host", "status"),
    [
        ({"hosts": ()}, "127.0.0.1:8080", 200),
        ({"hosts": ()}, "localhost", 200),
        ({"hosts": ()}, "LOCALHOST:1", 200),
        ({"hosts": ()}, "[::1]:8080", 200),
        ({"hosts": ()}, "evil.example", 421),
        ({"hosts": ()}, "127.0.0.1.evil.example", 421),
        ({"hosts": ()}, "localhost:80@evil.example", 421),
        ({"hosts": ()}, "", 421),
        ({"hosts": ("kb.example.org",)}, "kb.example.org", 200),
        ({"hosts": ("kb.example.org",)}, "evil.example", 421),
        ({"hosts": ("*.example.org",)}, "kb.example.org:443", 200),
        ({"hosts": ("*.example.org",)}, "example.org", 421),
        ({"hosts": ("*.example.org",)}, "a.b.example.org", 421),
        ({"hosts": (), "host": "0.0.0.0"}, "anything.example", 200),  # noqa: S104 - a setting
        ({"hosts": ("kb.example.org",), "host": "0.0.0.0"}, "localhost", 421),  # noqa: S104
    ],
)
def test_the_names_it_answers_to(
    serve: Serve, settings: dict[str, Any], host: str, status: int
) -> None:
    client = serve(**settings)
    assert client.get("/queries", headers={"Host": host}).status_code == status
    # Who watches over it asks by whatever address there is.
    assert client.get("/ready", headers={"Host": host}).status_code == 200


def test_a_request_with_two_hosts_is_refused(serve: Serve) -> None:
    two = [("Host", "localhost"), ("Host", "evil.example")]
    assert serve().get("/queries", headers=two).status_code == 400


def test_on_loopback_a_name_of_the_web_is_not_ours() -> None:
    names = hosts_of(Settings())
    assert names is not None
    assert {"127.0.0.1", "localhost", "[::1]"} <= set(names)


# ------------------------------------------------------------------ how often, how much


def test_a_client_that_asks_too_often(serve: Serve, keys: Keys) -> None:
    told, _ = keys.add("Ada", ["read"])
    client = serve(rate=0.001, burst=3)
    assert [client.get("/queries").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = client.get("/queries")
    assert int(refused.headers["retry-after"]) > 1
    assert refused.headers["content-type"] == "application/problem+json"
    # Whoever has a key is counted apart, and those who watch are not counted.
    assert client.get("/queries", headers=bearer(told)).status_code == 200
    assert client.get("/health").status_code == 200
    assert client.get("/ready").status_code == 200


def test_guessing_keys_is_counted_for_the_address(serve: Serve) -> None:
    client = serve(rate=0.001, burst=3)
    guesses = [bearer(f"tenure_{n:08x}_{'x' * 43}") for n in range(5)]
    statuses = [client.get("/queries", headers=guess).status_code for guess in guesses]
    assert statuses == [401, 401, 401, 429, 429]


def test_headers_that_are_too_many_or_too_long(serve: Serve) -> None:
    client = serve()
    many = client.get("/health", headers={f"X-{n}": "x" for n in range(120)})
    assert (many.status_code, many.json()["where"]) == (431, "headers")
    long = client.get("/health", headers={"X-Long": "x" * 17_000})
    assert (long.status_code, long.json()["where"]) == (431, "x-long")
