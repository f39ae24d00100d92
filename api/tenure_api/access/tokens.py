"""Bearer tokens of an OpenID Connect issuer, checked here; off unless an issuer is set.

A token is a signed JWT (RFC 7519; as an access token RFC 9068). Its signature has to be by a key
of the issuer (its JWKS, RFC 7517) in one of the algorithms that were set, never in one that the
token chooses: ``none`` and the symmetric ``HS*`` cannot be set (RFC 8725, sections 2.1 and 3.1).
``iss`` and ``aud`` have to name the issuer and this service, ``exp`` lie ahead and ``nbf`` behind,
within the leeway for clocks that differ. Nothing that a token names (``jku``, ``x5u``) is fetched:
keys come from the address that was set, or that the issuer's own document gives.

Fetching has a time limit and follows no redirect; the keys are kept for an hour. A key id that is
not among them makes one new fetch, at most every 30 seconds, and an issuer that cannot be reached
is not asked again for ten, so that made-up tokens cannot keep this service busy.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, cast
from urllib.parse import urlsplit

import jwt
from starlette.concurrency import run_in_threadpool

from tenure.errors import TenureError
from tenure_api.access.who import SCOPES, Principal, with_included
from tenure_api.operation.settings import Settings, is_loopback

_TIME_OUT: Final = 5.0
_KEEP: Final = 3600.0
_PAUSE: Final = 10.0
_LONGEST_DOCUMENT: Final = 1_000_000
_LONGEST_NAME: Final = 255
_KINDS: Final = frozenset(("jwt", "at+jwt", "application/at+jwt"))


class IssuerUnreachable(TenureError):
    """The issuer's keys cannot be fetched at the moment, so no token of it can be checked."""

    title = "The issuer cannot be reached"
    http_status = 503

    def __init__(self, why: str) -> None:
        super().__init__(
            "The keys of the issuer cannot be fetched, so its tokens cannot be checked.",
            where="Authorization",
            remedy="Try again in a moment.",
        )
        self.headers = {"Retry-After": str(int(_PAUSE))}
        self.why = why


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        """A redirect is an error: the address was configured, and could lead anywhere else."""


class Tokens:
    """Knows those whom an issuer vouches for. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is fetched before the first token. ``settings.issuer`` must be set."""
        assert settings.issuer is not None
        assert settings.audience is not None
        self._issuer = settings.issuer
        self._audience = settings.audience
        self._algorithms = list(settings.algorithms)
        self._leeway = settings.leeway_seconds
        self._claim = settings.scope_claim
        self._prefix = settings.scope_prefix
        self._address = settings.jwks
        self._keys: jwt.PyJWKClient | None = None
        self._lock = threading.Lock()
        self._not_before = 0.0

    async def recognise(self, token: str) -> Principal | None:
        """Who sent this token, where it is good now. Raises :class:`IssuerUnreachable`."""
        if token.count(".") != 2:
            return None
        return await run_in_threadpool(self._read, token)

    def check(self) -> None:
        """Passes: an issuer that is away for a while is no fault of this service."""

    def _read(self, token: str) -> Principal | None:
        try:
            header = jwt.get_unverified_header(token)
            # Refused before any key is looked for, so that made-up tokens fetch nothing.
            if header.get("alg") not in self._algorithms:
                return None
            if str(header.get("typ", "jwt")).lower() not in _KINDS:
                return None
            claims = jwt.decode(
                token,
                self._key(header.get("kid", "")),
                algorithms=self._algorithms,
                audience=self._audience,
                issuer=self._issuer,
                leeway=self._leeway,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, RecursionError):
            # The last one is what brackets within brackets do to a reader of JSON.
            return None
        name = claims["sub"]
        if not _is_name(name):
            return None
        return Principal(name, self._scopes(claims), "token", f"{self._issuer} {name}")

    def _scopes(self, claims: Mapping[str, Any]) -> frozenset[str]:
        found: Any = claims.get(self._claim)
        if found is None:
            # Some issuers nest them, as in realm_access.roles.
            found = claims
            for part in self._claim.split("."):
                found = found.get(part) if isinstance(found, Mapping) else None
        told = found.split() if isinstance(found, str) else found
        if not isinstance(told, list):
            return frozenset()
        names = [
            one.removeprefix(self._prefix)
            for one in told
            if isinstance(one, str) and one.startswith(self._prefix)
        ]
        return with_included([name for name in names if name in SCOPES])

    def number_of_keys(self) -> int:
        """How many keys the issuer has. Raises :class:`IssuerUnreachable`."""
        with self._lock, self._fetching() as keys:
            return len(keys.get_signing_keys())

    def _key(self, kid: str) -> jwt.PyJWK:
        # One at a time: of many tokens that come with a new key, the first fetches it.
        with self._lock, self._fetching() as keys:
            return keys.get_signing_key(kid)

    @contextmanager
    def _fetching(self) -> Iterator[jwt.PyJWKClient]:
        if time.monotonic() < self._not_before:
            raise IssuerUnreachable("it could not be reached a moment ago")
        try:
            if self._keys is None:
                address = self._address or self._discover()
                self._keys = jwt.PyJWKClient(address, timeout=_TIME_OUT, lifespan=_KEEP)
            yield self._keys
        except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError, ValueError, OSError) as error:
            self._not_before = time.monotonic() + _PAUSE
            raise IssuerUnreachable(str(error)) from error
        except IssuerUnreachable:
            self._not_before = time.monotonic() + _PAUSE
            raise

    def _discover(self) -> str:
        """Where the issuer says its keys are (OpenID Connect Discovery 1.0, section 4)."""
        address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        opener = urllib.request.build_opener(_NoRedirects)
        try:
            with opener.open(address, timeout=_TIME_OUT) as answer:
                told = json.loads(answer.read(_LONGEST_DOCUMENT))
            issuer, keys = told["issuer"], told["jwks_uri"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            raise IssuerUnreachable(f"{address}: {error}") from error
        if issuer != self._issuer:
            raise IssuerUnreachable(f"{address} is the document of {issuer!r}")
        parts = urlsplit(cast("str", keys))
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise IssuerUnreachable(f"{address} gives keys over {parts.scheme!r}")
        return cast("str", keys)


def _is_name(sub: object) -> bool:
    """Whether a subject names somebody whom a log can tell from others.

    At most 255 characters (OpenID Connect Core 1.0, section 2).
    """
    if not isinstance(sub, str) or not 0 < len(sub) <= _LONGEST_NAME:
        return False
    return sub.isprintable() and not sub.startswith(" ") and not sub.endswith(" ")
