"""What a command leaves to be done when it ends; apart, since everything else imports much."""

from __future__ import annotations

from contextlib import ExitStack
from contextvars import ContextVar
from typing import Final

ENDING: Final[ContextVar[ExitStack | None]] = ContextVar("ENDING", default=None)
"""Closed when the command that runs ends, however it ends."""
