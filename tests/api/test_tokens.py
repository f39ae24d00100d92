"""Bearer tokens of an issuer that listens on loopback for as long as a test runs."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from tenure_api.security import IssuerUnreachable, Principal, Tokens
from tenure_api.settings import Settings

AUDIENCE = "https://kb.example.org"


class Issuer:
    """An issuer with one key of each kind; ``asked`` holds the paths that were fetched."""

    def __init__(self) -> None:
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.asked: list[str] = []
        self.broken = False
        self.named: str | None = None
        self.keys_at: str | None = None
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                status, body = issuer.answer(self.path)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/jwks")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def answer(self, path: str) -> tuple[int, bytes]:
        if self.broken:
            return 500, b"broken"
        if path == "/.well-known/openid-configuration":
            told = {
                "issuer": self.named or self.url,
                "jwks_uri": self.keys_at or f"{self.url}/jwks",
            }
            return 200, json.dumps(told).encode()
        if path == "/jwks":
            keys = {"keys": [self.jwk(self.rsa, "r", "RS256"), self.jwk(self.ec, "e", "ES256")]}
            return 200, json.dumps(keys).encode()
        return (302, b"") if path == "/moved" else (404, b"")

    @staticmethod
    def jwk(key: Any, kid: str, algorithm: str) -> dict[str, Any]:
        kind = jwt.algorithms.get_default_algorithms()[algorithm]
        told: dict[str, Any] = json.loads(kind.to_jwk(key.public_key()))
        return {**told, "kid": kid, "use": "sig", "alg": algorithm}

    def token(
        self, *, kid: str = "r", alg: str = "RS256", typ: str = "at+jwt", **changed: Any
    ) -> str:
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "ada",
            "exp": int(time.time()) + 300,
            "scope": "openid tenure:write",
        }
        claims |= changed
        claims = {name: value for name, value in claims.items() if value is not None}
        key = self.rsa if alg.startswith(("RS", "PS")) else self.ec
        return jwt.encode(claims, key, alg, headers={"kid": kid, "typ": typ})

    def settings(self, **changed: Any) -> Settings:
        return Settings(**{"issuer": self.url, "audience": AUDIENCE, **changed})


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    started = Issuer()
    yield started
    started.server.shutdown()
    started.thread.join()
    started.server.server_close()


Know = Callable[..., Principal | None]


@pytest.fixture
def know(issuer: Issuer) -> Know:
    """Who is known by a token."""
    tokens = Tokens(issuer.settings())
    return lambda token: asyncio.run(tokens.authenticate(token))


@pytest.mark.parametrize(("kid", "alg"), [("r", "RS256"), ("e", "ES256")])
def test_whoever_has_a_good_token_is_known(issuer: Issuer, know: Know, kid: str, alg: str) -> None:
    found = know(issuer.token(kid=kid, alg=alg))
    assert found == Principal("ada", frozenset({"read", "write"}), "token", f"{issuer.url} ada")


def test_the_keys_are_fetched_once(issuer: Issuer, know: Know) -> None:
    assert issuer.asked == []
    for _ in range(5):
        assert know(issuer.token()) is not None
    assert issuer.asked == ["/.well-known/openid-configuration", "/jwks"]


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": 32_503_680_000},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "https://other.example.org"},
        {"aud": None},
        {"sub": None},
        {"kid": "x"},
        {"kid": "e"},
        {"alg": "RS512"},
        {"alg": "PS256"},
        {"typ": "dpop+jwt"},
    ],
)
def test_a_token_that_is_not_good_for_this_service(
    issuer: Issuer, know: Know, changed: dict[str, Any]
) -> None:
    assert know(issuer.token(**changed)) is None
    assert know(issuer.token()) is not None


@pytest.mark.parametrize(
    "sub",
    ["", " ", "\t", "\u00a0", "ada\n", " ada", "a\x00b", "a\u2028b", "\u202eada", "a" * 256],
)
def test_a_token_that_names_nobody(issuer: Issuer, know: Know, sub: str) -> None:
    assert know(issuer.token(sub=sub)) is None
    assert know(issuer.token(sub="ada roe|1")) is not None


def test_clocks_may_differ_by_the_leeway_and_no_more(issuer: Issuer, know: Know) -> None:
    now = int(time.time())
    assert know(issuer.token(exp=now - 10, nbf=now + 10)) is not None
    assert know(issuer.token(exp=now - 60)) is None
    assert know(issuer.token(nbf=now + 60)) is None


def test_a_token_without_a_signature(issuer: Issuer, know: Know) -> None:
    good = issuer.token()
    header, claims, signature = good.split(".")
    for alg in ("none", "None", "NONE", ""):
        bare = encoded({"alg": alg, "typ": "JWT", "kid": "r"})
        for end in ("", signature):
            assert know(f"{bare}.{claims}.{end}") is None
    assert know(f"{header}.{claims}.") is None
    assert know(f"{header}.{claims}.{'A' * len(signature)}") is None


def test_a_public_key_taken_for_a_shared_secret(issuer: Issuer, know: Know) -> None:
    public = issuer.rsa.public_key()
    for form in (serialization.Encoding.PEM, serialization.Encoding.DER):
        secret = public.public_bytes(form, serialization.PublicFormat.SubjectPublicKeyInfo)
        signed = ".".join(
            [encoded({"alg": "HS256", "typ": "JWT", "kid": "r"}), issuer.token().split(".")[1]]
        )
        mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        assert know(f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}") is None


def test_nothing_that_a_token_names_is_fetched(issuer: Issuer, know: Know) -> None:
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    named = {"kid": "r", "jku": f"{issuer.url}/evil", "x5u": f"{issuer.url}/evil"}
    claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": "eve", "exp": int(time.time()) + 60}
    forged = jwt.encode(
        claims, own, "RS256", headers={**named, "jwk": issuer.jwk(own, "r", "RS256")}
    )
    assert know(forged) is None
    assert "/evil" not in issuer.asked


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("claim", "value", "settings", "expected"),
    [
        ("scope", "tenure:read", {}, {"read"}),
        ("scope", ["tenure:admin", 3], {}, {"read", "write", "admin"}),
        ("scope", "write admin", {}, set()),
        ("scope", "tenure:all tenure:", {}, set()),
        ("scope", {"tenure:write": True}, {}, set()),
        ("roles", ["kb-write"], {"scope_claim": "roles", "scope_prefix": "kb-"}, {"read", "write"}),
        ("realm", {"roles": ["tenure:read"]}, {"scope_claim": "realm.roles"}, {"read"}),
        ("realm", "x", {"scope_claim": "realm.roles"}, set()),
    ],
)
def test_scopes(
    issuer: Issuer, claim: str, value: Any, settings: dict[str, Any], expected: set[str]
) -> None:
    tokens = Tokens(issuer.settings(**settings))
    found = asyncio.run(tokens.authenticate(issuer.token(**{"scope": None, claim: value})))
    assert found is not None
    assert found.scopes == expected


def test_an_issuer_that_cannot_be_reached_is_not_asked_for_every_token(
    issuer: Issuer, know: Know
) -> None:
    issuer.broken = True
    for _ in range(3):
        with pytest.raises(IssuerUnreachable) as caught:
            know(issuer.token())
    assert caught.value.http_status == 503
    assert caught.value.headers["Retry-After"] == "10"
    assert len(issuer.asked) == 1


def test_made_up_key_ids_fetch_nothing_more(issuer: Issuer, know: Know) -> None:
    assert know(issuer.token()) is not None
    for number in range(20):
        assert know(issuer.token(kid=f"x{number}")) is None
    assert issuer.asked.count("/jwks") == 1


@pytest.mark.parametrize(
    ("named", "keys_at"),
    [("https://other.example", None), (None, "http://other.example/jwks"), (None, "/moved")],
)
def test_a_document_that_leads_elsewhere(
    issuer: Issuer, know: Know, named: str | None, keys_at: str | None
) -> None:
    issuer.named = named
    issuer.keys_at = f"{issuer.url}{keys_at}" if keys_at == "/moved" else keys_at
    with pytest.raises(IssuerUnreachable):
        know(issuer.token())


def test_the_address_of_the_keys_can_be_set(issuer: Issuer) -> None:
    tokens = Tokens(issuer.settings(jwks=f"{issuer.url}/jwks"))
    assert asyncio.run(tokens.authenticate(issuer.token())) is not None
    assert tokens.number_of_keys() == 2
    assert issuer.asked == ["/jwks"]


UNREACHABLE = Tokens(Settings(issuer="http://127.0.0.1:9", audience=AUDIENCE))


@given(
    st.text(max_size=60)
    | st.lists(st.binary(max_size=60), min_size=3, max_size=3).map(
        lambda parts: ".".join(base64.urlsafe_b64encode(one).decode().rstrip("=") for one in parts)
    )
)
def test_no_text_that_was_not_signed_is_known(text: str) -> None:
    assert asyncio.run(UNREACHABLE.authenticate(text)) is None


def test_brackets_within_brackets(know: Know) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 5_000).decode().rstrip("=")
    assert know(f"{deep}.{deep}.x") is None
