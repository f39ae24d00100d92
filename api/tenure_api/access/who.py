"""Who asks, and what they may: the one question that every address which is not open puts.

A route that changes something begins with ``principal = await require(request, service, WRITE)``.
What proves who somebody is comes as ``Authorization: Bearer …`` and nowhere else (RFC 6750,
section 2.1): never in an address, which ends up in logs and histories, and never in a cookie,
which a browser would send along by itself. So a page of another host cannot make a visitor's
browser write.

To add a kind of proof, write a :class:`Recogniser` and give it to :class:`Access`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from tenure.errors import BadParameter, TenureError

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from tenure_api.service import Service

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


class Recogniser(Protocol):
    """A way to know somebody by a bearer token."""

    async def recognise(self, token: str) -> Principal | None:
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
        recognisers: asked in order for whoever sends a bearer token.
        writable: whether anybody at all may write.
        open_reading: whether reading needs no proof.
    """

    def __init__(
        self,
        recognisers: Sequence[Recogniser] = (),
        *,
        writable: bool = False,
        open_reading: bool = True,
    ) -> None:
        self.writable = writable
        self.open_reading = open_reading
        self._recognisers = tuple(recognisers)
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
        for recogniser in self._recognisers:
            principal = await recogniser.recognise(token)
            if principal is not None:
                return principal
        raise Unauthorised(
            "That key or token is not known here, or is no longer good.",
            scope=READ,
            error="invalid_token",
            remedy="Ask whoever runs this service for a new one.",
        )

    def check(self) -> None:
        """Passes where whoever is known can be known; raises like :meth:`Recogniser.check`."""
        for recogniser in self._recognisers:
            recogniser.check()

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


async def require(request: HTTPConnection, service: Service, scope: str) -> Principal:
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
    principal = known if isinstance(known, Principal) else await service.access.identify(request)
    service.access.permit(principal, scope)
    return principal


def client_of(request: HTTPConnection) -> str:
    """Whom to count a request for: the bearer of a key or token, else the address it came from."""
    known = request.scope.get("state", {}).get("principal")
    if isinstance(known, Principal) and known.identity:
        return f"{known.how} {known.identity}"
    return f"address {network_of(request.client.host if request.client else '')}"


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
