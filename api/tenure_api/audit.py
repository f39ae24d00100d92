"""The audit log: who changed what, when, from where, and with what outcome.

One JSON object a line, only ever appended, each line in one write that is synced before the answer
goes out. The file has the mode 0600, and is opened anew for each line, so that it can be rotated
by renaming it. There is no key and no body in it: what was written is in the revision it names.

Lines that the disk does not take wait in memory until it does, in their order; meanwhile nothing is
written to the knowledge base and the service is not ready.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import stat
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request

from tenure.errors import StoreFull
from tenure.own_folder import own_folder
from tenure_api.monitoring import REQUEST, blotted
from tenure_api.security import Principal

_LOG = logging.getLogger("tenure_api.audit")

_MOST_WAITING: Final = 10_000
"""Lines that wait in memory at a time, of some hundred bytes each; those beyond are counted."""

_TRIED: Final = b" " * 8192
"""What the check writes: more than a line and than the smallest piece that a disk gives out."""


class Audit:
    """The audit log of one service; without a file, lines go to the log alone (level info)."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._waiting: deque[str] = deque()
        self._left_out = 0

    def record(
        self,
        request: Request,
        principal: Principal,
        action: str,
        outcome: str,
        **details: Any,
    ) -> None:
        """Append a line.

        Args:
            request: what asked for the write.
            principal: who asked.
            action: what was asked for, such as ``update`` or ``claims``.
            outcome: ``committed``, ``refused``, ``dry-run`` or ``failed``.
            details: numbers and names worth keeping, such as ``revisions``; never what was sent.

        Where the line cannot be written it goes to the log as an error, since the write that it
        tells of has happened, and waits; the service is then no longer ready (:meth:`check`).
        """
        line: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "who": principal.name,
            "how": principal.how,
            "identity": principal.identity,
            "from": request.client.host if request.client else "",
            "request": REQUEST.get(),
            "action": action,
            "outcome": outcome,
            **details,
        }
        text = blotted(json.dumps(line, ensure_ascii=False, default=str))
        if self.file is None:
            _LOG.info("%s", action, extra={"fields": {"audit": line}})
            return
        with self._lock:
            self._keep(text)
            try:
                self._write_waiting()
            except OSError as error:
                fields = {"audit": line, "waiting": len(self._waiting) + self._left_out}
                _LOG.error("The audit log cannot be written: %s", error, extra={"fields": fields})

    def check(self) -> None:
        """Raises :class:`OSError` where lines cannot be appended, or still wait.

        A file beside the log takes what a line may be, as far from its start as the log is long,
        and is synced and removed: so the disk, a quota and a limit on the size of files all show.
        """
        if self.file is None:
            return
        with self._lock:
            self._write_waiting()
            with self._open() as log:
                found = os.fstat(log)
                if not stat.S_ISREG(found.st_mode):
                    os.write(log, b"\n")
                    return
            with own_folder("check", self.file.absolute().parent, hidden=True) as folder:
                tried = os.open(folder / self.file.name, os.O_WRONLY | os.O_CREAT, 0o600)
                try:
                    _refuse_half(os.pwrite(tried, _TRIED, found.st_size), _TRIED)
                    os.fsync(tried)
                finally:
                    os.close(tried)

    def refuse_unwritten(self) -> None:
        """Raises :class:`~tenure.errors.StoreFull` while lines wait that the disk does not take."""
        with self._lock:
            try:
                self._write_waiting()
            except OSError as error:
                raise StoreFull(
                    "The audit log cannot be written, and nothing is written without it.",
                    remedy="Make room on the disk; reading goes on meanwhile.",
                ) from error

    def _keep(self, text: str) -> None:
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append(text)
        else:
            self._left_out += 1

    def _write_waiting(self) -> None:
        """Append what waits, in its order. Raises :class:`OSError`; the rest goes on waiting."""
        while self._waiting:
            self._append(f"{self._waiting[0]}\n".encode())
            self._waiting.popleft()
        if self._left_out:
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            line = {"at": at, "action": "audit", "outcome": "left out", "left_out": self._left_out}
            self._append(f"{json.dumps(line)}\n".encode())
            self._left_out = 0

    def _append(self, line: bytes) -> None:
        with self._open() as log:
            size = os.fstat(log).st_size
            if size and os.pread(log, 1, size - 1) != b"\n":
                # A line that broke off, of a process that was killed or before a power cut.
                line = b"\n" + line
            try:
                _refuse_half(os.write(log, line), line)
                os.fsync(log)
            except OSError:
                # The line is written again when there is room: half of it is taken away.
                with suppress(OSError):
                    os.ftruncate(log, size)
                raise

    @contextmanager
    def _open(self) -> Iterator[int]:
        assert self.file is not None
        descriptor = os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _refuse_half(written: int, data: bytes) -> None:
    if written < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
