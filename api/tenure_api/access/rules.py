"""From settings to the rules of access, and what has to be so before a service may start.

Kept apart from :mod:`tenure_api.access.who`, which every route needs and which reads no settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.errors import BadInput
from tenure_api.access.keys import Keys, KeysUnreadable
from tenure_api.access.tokens import Tokens
from tenure_api.access.who import READ, WRITE, Access, Recogniser, with_included

if TYPE_CHECKING:
    from tenure_api.operation.settings import Settings


def build_access(settings: Settings, keys: Keys) -> Access:
    """The rules that the settings ask for. Nothing is read or fetched before it is needed."""
    recognisers: list[Recogniser] = [keys]
    if settings.issuer:
        recognisers.append(Tokens(settings))
    return Access(recognisers, writable=settings.writable, open_reading=settings.open_reading)


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
