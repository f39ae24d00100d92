"""Whether the service can do its work, and if not, why.

To add a check, give :meth:`Readiness.add` a name and a function that raises where something is
wrong; what it raises goes to the log, and only the name into the answer, which anybody may read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from tenure.errors import TenureError

_LOG = logging.getLogger("tenure_api.ready")


class Readiness:
    """The checks of one service."""

    def __init__(self) -> None:
        self._checks: dict[str, Callable[[], object]] = {}
        self._stopping = False

    def add(self, name: str, check: Callable[[], object]) -> None:
        """Not ready, for the reason ``name``, whenever ``check`` raises.

        It may raise :class:`~tenure.errors.TenureError` and :class:`OSError`.
        """
        self._checks[name] = check

    def stop(self) -> None:
        """From now on not ready: answers under way are finished, and no others should come."""
        self._stopping = True

    def problems(self) -> list[str]:
        """The names of the checks that fail now; none of a service that is ready."""
        found = ["stopping"] if self._stopping else []
        for name, check in self._checks.items():
            try:
                check()
            except (TenureError, OSError) as error:
                why = getattr(error, "why", error)
                _LOG.warning("not ready", extra={"told": {"check": name, "why": str(why)}})
                found.append(name)
        return found
