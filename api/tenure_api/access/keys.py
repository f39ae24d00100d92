"""Keys: random, shown once, kept as hashes in a file that only its owner may read.

A key reads ``tenure_<id>_<secret>``. The id (8 hexadecimal digits) is no secret: it finds the
entry and names the key in logs. The secret is 32 random bytes. Of the whole only the SHA-256 is
kept. A slow password hash (scrypt, Argon2) would add nothing: it makes guessing words dear, and
nobody can guess 256 random bits, however fast the hash; yet each request would pay for it. The
comparison takes the same time wherever the first difference is, so that time tells nothing either.

The file is replaced as a whole (written beside, synced, renamed), so that a reader finds the old
keys or the new ones, never half of them. It is looked at again whenever it has changed: a revoked
key is refused from the next request on. Where the file cannot be read, no key is good.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tenure.errors import BadInput, BadParameter, NotFound, TenureError
from tenure.inputs import read_input
from tenure.nearest import nearest, remedy_of
from tenure.own_folder import own_folder
from tenure_api.access.who import SCOPES, Principal, with_included

if sys.platform != "win32":
    import fcntl

KEY: Final = re.compile(r"tenure_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")
"""What a key looks like, wherever it may turn up."""

_VERSION: Final = 1
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_NAME: Final = re.compile(r"[^\W_][\w .@-]{0,79}")


class KeysUnreadable(TenureError):
    """The file of keys is there but cannot be used, so nobody can be told from anybody.

    A client is told just that; ``why``, which names a folder of this machine, is for whoever runs
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

    async def recognise(self, token: str) -> Principal | None:
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
            told = json.loads(read_input(self.file))
            if told["version"] != _VERSION:
                raise self._unreadable(f"it has the version {told['version']}, of another Tenure")
            keys = [_key(one) for one in told["keys"]]
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
        """A new key, which is told here and never again, and what is kept of it.

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
            told = f"tenure_{number}_{secrets.token_urlsafe(32)}"
            key = Key(
                number,
                name,
                tuple(dict.fromkeys(scopes)),
                _digest(told),
                _text(now),
                _text(ends) if ends is not None else None,
            )
            keys[number] = key
        return told, key

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
        told = {"version": _VERSION, "keys": [asdict(key) for key in keys.values()]}
        text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
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


def _key(told: dict[str, Any]) -> Key:
    key = Key(**{**told, "scopes": tuple(told["scopes"])})
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
