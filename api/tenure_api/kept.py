"""What was worked out for a base last, kept until something is written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Final, Generic, TypeVar

from tenure.knowledge import KnowledgeBase

T = TypeVar("T")

_MOST_KEPT: Final = 8


class KeptLast(Generic[T]):
    """What was made last, so that whoever turns the pages of it has it made once.

    A kind of thing that is kept is a class of its own, made by ``kb.companion``. Safe between
    threads.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._generation = -1
        self._made: dict[object, T] = {}
        self._lock = threading.Lock()

    def find(self, asked: object) -> T | None:
        """What was made of what is asked, where that is kept and nothing was written since."""
        generation = self._kb.generation
        with self._lock:
            if generation != self._generation:
                self._generation, self._made = generation, {}
            found = self._made.pop(asked, None)
            if found is not None:
                self._made[asked] = found  # now the last of them
            return found

    def of(self, asked: object, make: Callable[[], T]) -> T:
        """What is made of what is asked; what was made where that is kept. Raises as ``make``."""
        found, made = self.find(asked), self._made
        if found is None:
            found = make()
            with self._lock:
                made[asked] = found
                while len(made) > 1 and self._is_too_much(made):
                    del made[next(iter(made))]
        return found

    def _is_too_much(self, made: Mapping[object, T]) -> bool:
        return len(made) > _MOST_KEPT
