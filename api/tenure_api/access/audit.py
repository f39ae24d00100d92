"""The audit log: who changed what, when, from where, and with what outcome.

One JSON object a line, only ever appended, each line in one write that is synced before the answer
goes out. The file has the mode 0600, and is opened anew for each line, so that it can be rotated
by renaming it. There is no key and no body in it: what was written is in the revision it names.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenure.errors import TenureError
from tenure_api.operation.logs import REQUEST, blotted

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenure.transactions import Committed
    from tenure_api.access.who import Principal
    from tenure_api.service import Service

_LOG = logging.getLogger("tenure_api.access.audit")


class Audit:
    """The audit log of one service; without a file, lines go to the log alone (level info)."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self._lock = threading.Lock()

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
        tells of has happened; the service is then no longer ready (:meth:`check`).
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
            _LOG.info("%s", action, extra={"told": {"audit": line}})
            return
        try:
            with self._lock:
                self._append(f"{text}\n".encode())
        except OSError as error:
            _LOG.error(
                "The audit log cannot be written: %s", error, extra={"told": {"audit": line}}
            )

    def check(self) -> None:
        """Raises :class:`OSError` where lines cannot be appended."""
        if self.file is not None:
            with self._lock:
                self._append(b"")

    def _append(self, line: bytes) -> None:
        assert self.file is not None
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        descriptor = os.open(self.file, flags, 0o600)
        try:
            if line:
                written = os.write(descriptor, line)
                if written < len(line):
                    # A full disk took a part; the rest, or nothing, on a line of its own.
                    os.write(descriptor, b"\n")
                    raise OSError("only a part of the line was written")
                os.fsync(descriptor)
        finally:
            os.close(descriptor)


def recorded(
    service: Service, request: Request, principal: Principal, work: Callable[[], Committed]
) -> Committed:
    """What ``work`` commits, having counted and recorded it, or its refusal.

    What was asked for is named by the method and path of the request. To be called in a thread
    that may wait: the line is synced to the disk. Raises what ``work`` raises.
    """
    action = f"{request.method} {request.url.path[:200]}"

    def record(outcome: str, **details: Any) -> None:
        request.state.audited = True
        service.metrics.wrote(outcome)
        service.audit.record(request, principal, action, outcome, **details)

    try:
        done = work()
    except TenureError as error:
        record("refused", why=type(error).__name__)
        raise
    except BaseException:
        record("failed")
        raise
    record(
        "dry-run" if done.dry_run else "committed",
        revisions=done.revisions,
        added=len(done.added),
        retracted=len(done.retracted),
        graphs=len(done.graphs),
    )
    return done
