"""Who asks, and what they may: bearer tokens, keys, tokens of an issuer, scopes.

What proves who somebody is comes as ``Authorization: Bearer …`` and nowhere else (RFC 6750,
section 2.1): never in an address, which ends up in logs and histories, and never in a cookie,
which a browser would send along by itself. So a page of another host cannot make a visitor's
browser write.

To add a kind of proof, write an :class:`Authenticator` and give it to :class:`Access`.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import os
import re
import secrets
import stat
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol, cast
from urllib.parse import urlsplit

import jwt
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from tenure.errors import BadInput, BadParameter, NotFound, TenureError
from tenure.inputs import read_input
from tenure.own_folder import own_folder
from tenure.suggest import nearest, remedy_of
from tenure_api.settings import Settings, is_loopback

READ: Final = "read"
WRITE: Final = "write"
ADMIN: Final = "admin"

SCOPES: Final = (READ, WRITE, ADMIN)
"""What one may be allowed to do; each includes those before it."""

_LONGEST_PROOF: Final = 8_192
"""Characters of a bearer token: what a token of an issuer with many claims takes, and no more."""


class Unauthorised(TenureError):
    """Nobody has said who asks, or what they sent is not known here (or no longer)."""

    title = "Not authorised"
    http_status = 401

    def __init__(self, what: str, *, scope: str, error: str = "", remedy: str = "") -> None:
        super().__init__(what, where="Authorization", remedy=remedy)
        self.headers = {"WWW-Authenticate": _challenge(scope, error)}


class Forbidden(TenureError):
    """It is known who asks; this they may not."""

    title = "Forbidden"
    http_status = 403

    def __init__(self, what: str, *, scope: str, remedy: str = "") -> None:
        super().__init__(what, where="Authorization", remedy=remedy)
        self.headers = {"WWW-Authenticate": _challenge(scope, "insufficient_scope")}


class ReadOnly(TenureError):
    """The service was started to read only, whoever asks."""

    title = "Read-only"
    http_status = 403


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks.

    ``name`` is what the audit log calls them, ``scopes`` what they may (already with what each
    scope includes), ``how`` the way in which they are known: ``open`` (nobody asked for proof),
    ``key`` or ``token``. ``identity`` tells two of the same name apart, and is what limits count
    by; it is no secret.
    """

    name: str
    scopes: frozenset[str]
    how: str
    identity: str = ""

    def may(self, scope: str) -> bool:
        """Whether ``scope`` is among what they may."""
        return scope in self.scopes


class Authenticator(Protocol):
    """A way to know somebody by a bearer token."""

    async def authenticate(self, token: str) -> Principal | None:
        """Who sent this token; None where it is not of this kind, or is not (or no longer) good.

        Raises :class:`~tenure.errors.TenureError` where there is no telling at the moment.
        """
        ...

    def check(self) -> None:
        """Raises :class:`~tenure.errors.TenureError` where nobody could be known at the moment.

        Asked every few seconds, so it fetches nothing.
        """
        ...


def with_included(scopes: Sequence[str]) -> frozenset[str]:
    """The scopes with all that they include.

    Raises :class:`~tenure.errors.BadParameter` for a name that is no scope.

    >>> sorted(with_included(["write"]))
    ['read', 'write']
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise BadParameter(
                f"There is no scope {scope[:80]!r}.",
                where="scope",
                remedy=f"Choose among: {', '.join(SCOPES)}.",
            )
    highest = max((SCOPES.index(scope) for scope in scopes), default=-1)
    return frozenset(SCOPES[: highest + 1])


class Access:
    """The rules of one service: who is known, and what is open to everybody.

    Args:
        authenticators: asked in order for whoever sends a bearer token.
        writable: whether anybody at all may write.
        open_reading: whether reading needs no proof.
    """

    def __init__(
        self,
        authenticators: Sequence[Authenticator] = (),
        *,
        writable: bool = False,
        open_reading: bool = True,
    ) -> None:
        self.writable = writable
        self.open_reading = open_reading
        self._authenticators = tuple(authenticators)
        self._anybody = Principal(
            "anonymous", with_included([READ] if open_reading else []), "open"
        )

    async def identify(self, request: HTTPConnection) -> Principal:
        """Who asks; the anonymous one where no proof was sent.

        Raises:
            Unauthorised: what was sent is malformed, unknown, expired or revoked. It is refused
                also where reading is open: whoever sends a key believes it to be good.
        """
        proofs = request.headers.getlist("authorization")
        if not proofs:
            return self._anybody
        scheme, _, token = proofs[0].strip().partition(" ")
        token = token.strip()
        if len(proofs) > 1 or scheme.lower() != "bearer" or not _well_formed(token):
            raise Unauthorised(
                "The Authorization header holds no bearer token.",
                scope=READ,
                error="invalid_request",
                remedy="Send it once, as 'Authorization: Bearer' and the key.",
            )
        for authenticator in self._authenticators:
            principal = await authenticator.authenticate(token)
            if principal is not None:
                return principal
        raise Unauthorised(
            "That key or token is not known here, or is no longer good.",
            scope=READ,
            error="invalid_token",
            remedy="Ask whoever runs this service for a new one.",
        )

    def check(self) -> None:
        """Passes where whoever is known can be known; raises like :meth:`Authenticator.check`."""
        for authenticator in self._authenticators:
            authenticator.check()

    def permit(self, principal: Principal, scope: str) -> None:
        """Passes where ``principal`` may do what ``scope`` stands for.

        Raises:
            ReadOnly: the service takes no changes, from anybody.
            Unauthorised: proof is needed, and none was sent.
            Forbidden: whoever asks may not.
        """
        if scope == WRITE and not self.writable:
            raise ReadOnly(
                "This service only reads.",
                remedy="Whoever runs it can start it with --writable.",
            )
        # What is open to everybody is not closed to those who say who they are.
        if principal.may(scope) or (scope == READ and self.open_reading):
            return
        if principal.how == "open":
            raise Unauthorised(
                f"This needs a key or token with the scope '{scope}'.",
                scope=scope,
                remedy="Send one as 'Authorization: Bearer' and the key.",
            )
        raise Forbidden(
            f"{principal.name} has no scope '{scope}'.",
            scope=scope,
            remedy="Ask whoever runs this service for a key with that scope.",
        )


async def require(request: HTTPConnection, access: Access, scope: str) -> Principal:
    """Who asks, having made sure that they may do what ``scope`` stands for.

    Raises:
        Unauthorised: no proof, or a wrong one (401).
        Forbidden: a good one that does not allow this (403).
        ReadOnly: the service takes no changes (403).
    """
    state = request.scope.setdefault("state", {})
    if scope != READ:
        state["asked_to_write"] = True
    known = state.get("principal")
    principal = known if isinstance(known, Principal) else await access.identify(request)
    access.permit(principal, scope)
    return principal


def client_of(request: HTTPConnection) -> str:
    """Whom to count a request for: the bearer of a key or token, else the address it came from."""
    known = request.scope.get("state", {}).get("principal")
    if isinstance(known, Principal) and known.identity:
        return f"{known.how} {known.identity}"
    return f"address {network_of(request.client.host if request.client else '')}"


@lru_cache(maxsize=4096)
def network_of(host: str) -> str:
    """The part of an address that one client has: of IPv6 the first 64 bits (RFC 6177).

    >>> network_of("::ffff:192.0.2.1"), network_of("2001:db8::1:2")
    ('192.0.2.1', '2001:db8::/64')
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host[:80]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)


def _well_formed(token: str) -> bool:
    return 0 < len(token) <= _LONGEST_PROOF and token.isascii() and token.isprintable()


def _challenge(scope: str, error: str) -> str:
    """The header that says what proof is wanted (RFC 6750, section 3)."""
    parts = ['Bearer realm="tenure"', f'scope="{scope}"']
    if error:
        parts.append(f'error="{error}"')
    return ", ".join(parts)


if sys.platform != "win32":
    import fcntl

KEY: Final = re.compile(r"tenure_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")
"""What a key looks like, wherever it may turn up."""

_VERSION: Final = 1
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_NAME: Final = re.compile(r"[^\W_][\w .@-]{0,79}")


class KeysUnreadable(TenureError):
    """The file of keys is there but cannot be used, so nobody can be recognised.

    A client learns just that; ``why``, which names a folder of this machine, is for whoever runs
    the service.
    """

    title = "The keys cannot be read"
    http_status = 503

    def __init__(self, why: BadInput) -> None:
        super().__init__(
            "The file of keys cannot be used.",
            where="Authorization",
            remedy="Whoever runs this service finds the reason with 'tenure doctor'.",
        )
        self.why = why


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key.

    Instants are in UTC, as RFC 3339: ``ends`` is the first moment when the key is no longer good,
    ``revoked`` when somebody withdrew it.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    digest: str
    created: str
    ends: str | None = None
    revoked: str | None = None

    def state(self, now: datetime) -> str:
        """``good``, ``expired`` or ``revoked``."""
        if self.revoked is not None:
            return "revoked"
        if self.ends is not None and datetime.fromisoformat(self.ends) <= now:
            return "expired"
        return "good"


class Keys:
    """The keys of a file; a file that is not there holds none. Safe to share between threads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._keys: dict[str, Key] = {}

    # ------------------------------------------------------------------ knowing somebody

    async def authenticate(self, token: str) -> Principal | None:
        """Who sent this key, where it is good now. Raises :class:`KeysUnreadable`."""
        found = KEY.fullmatch(token)
        if found is None:
            return None
        key = self.all().get(found[1])
        # An unknown id is compared too, so that it takes as long as a wrong secret.
        digest = key.digest if key is not None else "0" * 64
        same = hmac.compare_digest(_digest(token), digest)
        if key is None or not same or key.state(_now()) != "good":
            return None
        return Principal(key.name, with_included(key.scopes), "key", key.id)

    def check(self) -> None:
        """Passes where the file can be used. Raises :class:`KeysUnreadable`."""
        self.all()

    def all(self) -> dict[str, Key]:
        """The keys by id, as the file is at this moment. Raises :class:`KeysUnreadable`."""
        with self._lock:
            try:
                found = self.file.stat()
            except FileNotFoundError:
                self._seen, self._keys = None, {}
                return self._keys
            except OSError as error:
                raise self._unreadable(str(error.strerror)) from error
            # The inode changes with every replacement, also within one tick of the clock.
            seen = (found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode)
            if seen != self._seen:
                self._keys = self._read(found)
                self._seen = seen
            return self._keys

    def good(self) -> list[Key]:
        """The keys that are good now. Raises :class:`KeysUnreadable`."""
        now = _now()
        return [key for key in self.all().values() if key.state(now) == "good"]

    def _read(self, found: os.stat_result) -> dict[str, Key]:
        if os.name == "posix" and found.st_mode & _OTHERS:
            raise self._unreadable(
                "others than its owner may read or change it", f"Run: chmod 600 {self.file}"
            )
        try:
            content = json.loads(read_input(self.file))
            if content["version"] != _VERSION:
                raise self._unreadable(
                    f"it has the version {content['version']}, of another Tenure"
                )
            keys = [_key(one) for one in content["keys"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._unreadable(f"{type(error).__name__}: {error}") from error
        return {key.id: key for key in keys}

    def _unreadable(self, why: str, remedy: str = "") -> KeysUnreadable:
        remedy = remedy or "Restore it from a copy, or remove it and make new keys."
        return KeysUnreadable(
            BadInput(
                f"The file of keys cannot be used: {why}.", where=str(self.file), remedy=remedy
            )
        )

    # ------------------------------------------------------------------ changing them

    def add(
        self, name: str, scopes: Sequence[str], ends: datetime | None = None
    ) -> tuple[str, Key]:
        """A new key, which is shown here and never again, and what is kept of it.

        Args:
            name: what the audit log will call its bearer.
            scopes: what they may.
            ends: from when on it is no longer good; None: never.

        Raises:
            BadParameter: a name, scope or end that cannot be.
            KeysUnreadable: the file is there and cannot be used.
        """
        if not _NAME.fullmatch(name):
            raise BadParameter(
                f"{name[:80]!r} cannot name a key.",
                where="name",
                remedy="Use up to 80 letters, digits, spaces and . @ - _, a letter first.",
            )
        with_included(scopes)
        if not scopes:
            raise BadParameter("A key needs a scope.", where="scope", remedy="Give it 'read'.")
        now = _now()
        if ends is not None and ends <= now:
            raise BadParameter(
                f"It would have ended already, at {_text(ends)}.",
                where="ends",
                remedy="Give an instant to come.",
            )
        with self._changing() as keys:
            # Eight digits are few enough to meet by chance in a long file.
            names = (secrets.token_hex(4) for _ in range(100))
            number = next(one for one in names if one not in keys)
            secret = f"tenure_{number}_{secrets.token_urlsafe(32)}"
            key = Key(
                number,
                name,
                tuple(dict.fromkeys(scopes)),
                _digest(secret),
                _text(now),
                _text(ends) if ends is not None else None,
            )
            keys[number] = key
        return secret, key

    def revoke(self, which: str) -> list[Key]:
        """Withdraw the key of that id, or all good ones of that name; returns them.

        Raises:
            NotFound: there is none.
            KeysUnreadable: the file is there and cannot be used.
        """
        now = _now()
        with self._changing() as keys:
            found = [key for key in keys.values() if which in (key.id, key.name)]
            if not found:
                raise NotFound(
                    f"There is no key {which[:80]!r}.",
                    where=str(self.file),
                    remedy=remedy_of(
                        nearest(
                            which, [name for key in keys.values() for name in (key.id, key.name)]
                        ),
                        "List them with 'tenure key list'.",
                    ),
                )
            withdrawn = [replace(key, revoked=_text(now)) for key in found if key.revoked is None]
            keys.update((key.id, key) for key in withdrawn)
        return withdrawn

    def forget(self) -> list[Key]:
        """Drop what is kept of keys that are no longer good; returns them.

        Raises :class:`KeysUnreadable`.
        """
        now = _now()
        with self._changing() as keys:
            gone = [key for key in keys.values() if key.state(now) != "good"]
            for key in gone:
                del keys[key.id]
        return gone

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Key]]:
        """The keys, to be changed; written when the block ends without an error."""
        with _alone(self.file):
            keys = dict(self.all())
            yield keys
            self._write(keys)

    def _write(self, keys: dict[str, Key]) -> None:
        content = {"version": _VERSION, "keys": [asdict(key) for key in keys.values()]}
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        with own_folder("draft", self.file.parent, hidden=True) as folder:
            draft = folder / self.file.name
            # Nobody else may read it, whatever the umask.
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
                _keep_owner(file.fileno(), self.file)
            draft.replace(self.file)
        _sync_folder(self.file.parent)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One process at a time changes the file. Raises :class:`~tenure.errors.BadInput`."""
    beside = file.with_name(f".{file.name}.lock")
    try:
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BadInput(
            f"It cannot be written: {error.strerror}.",
            where=str(file),
            remedy="Name a file in a folder that exists and that you may write to.",
        ) from error
    try:
        if sys.platform != "win32":
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _keep_owner(descriptor: int, file: Path) -> None:
    """Root may change the keys of a service that runs as somebody else, who still has to read."""
    if sys.platform != "win32" and os.geteuid() == 0 and file.exists():
        found = file.stat()
        os.fchown(descriptor, found.st_uid, found.st_gid)


def _sync_folder(folder: Path) -> None:
    """Make a renaming last through a power cut, where a folder can be synced."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _key(entry: dict[str, Any]) -> Key:
    key = Key(**{**entry, "scopes": tuple(entry["scopes"])})
    if not set(key.scopes) <= set(SCOPES):
        raise ValueError(f"the key {key.id!r} has a scope that is none")
    if len(key.digest) != 64 or not re.fullmatch("[0-9a-f]{8}", key.id):
        raise ValueError(f"the key {key.id!r} is malformed")
    for instant in (key.created, key.ends, key.revoked):
        if instant is not None and datetime.fromisoformat(instant).tzinfo is None:
            raise ValueError(f"the key {key.id!r} has an instant without its zone")
    return key


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds")


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

    async def authenticate(self, token: str) -> Principal | None:
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
        listed = found.split() if isinstance(found, str) else found
        if not isinstance(listed, list):
            return frozenset()
        names = [
            one.removeprefix(self._prefix)
            for one in listed
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
                document = json.loads(answer.read(_LONGEST_DOCUMENT))
            issuer, keys = document["issuer"], document["jwks_uri"]
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


def build_access(settings: Settings, keys: Keys) -> Access:
    """The rules that the settings ask for. Nothing is read or fetched before it is needed."""
    authenticators: list[Authenticator] = [keys]
    if settings.issuer:
        authenticators.append(Tokens(settings))
    return Access(authenticators, writable=settings.writable, open_reading=settings.open_reading)


def refuse_unsafe(settings: Settings, keys: Keys) -> None:
    """Passes where a service with these settings is safe to start.

    Raises :class:`~tenure.errors.BadInput` for a file of keys that cannot be used, and where
    nobody could do what the settings promise: on an address that others reach, writing without
    anybody who may write, or closed reading without anybody who may read.
    """
    try:
        scopes = [with_included(key.scopes) for key in keys.good()]
    except KeysUnreadable as error:
        raise error.why from error
    if settings.issuer or settings.on_loopback:
        return
    for wanted, scope in ((settings.writable, WRITE), (not settings.open_reading, READ)):
        if wanted and not any(scope in one for one in scopes):
            raise BadInput(
                f"On {settings.host}, which others can reach, this asks for a key with the scope "
                f"'{scope}', and {keys.file} holds none that is good.",
                where="writable" if scope == WRITE else "open_reading",
                remedy=f"Make one: tenure key new NAME --scope {scope} --keys {keys.file}",
            )
