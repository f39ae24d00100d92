"""How far a check is, told step by step to whoever wants to watch.

What tells knows nothing of terminals: it calls a function with a :class:`ProgressStep`. How to
watch: pass a function of your own as ``progress``. It is called by the thread that checks, and not
often.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Stage(Enum):
    """What a check is busy with, in the order in which it comes; the value is what people read."""

    READING = "reading files"
    RULES = "rules"
    SHAPES = "shapes"
    OWN_SHAPES = "shapes of your own"
    TEXTS = "evidence"
    CONFLICTS = "conflicts"
    PLACES = "places"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """So much of a stage is done; ``of`` is how much there is, None where that is not known."""

    stage: Stage
    done: int
    of: int | None = None


Progress = Callable[[ProgressStep], None]
"""What is told of each step."""


def unwatched(_step: ProgressStep) -> None:
    """For checks that nobody watches."""
