"""The writes of a store as they happen, so that copies of it can repeat them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Quad

MOST_NOTED: Final = 50_000
"""Statements of one write that are passed on; whoever follows a larger one takes a new copy."""


@dataclass(frozen=True, slots=True)
class Written:
    """One write, which leads to ``generation``.

    It is ``update`` (SPARQL 1.1 Update) or, where that is empty, the ``quads`` that were added.
    ``graph`` is the one graph that it concerned, where that is known. Of a write that was too
    large to be passed on nothing is known: ``complete`` is false.
    """

    generation: int
    update: str = ""
    quads: Sequence[Quad] = ()
    graph: NamedNode | None = None
    complete: bool = True


Follower = Callable[[Written], None]
"""Called after every write, before the next can begin. It must be quick, and must not raise."""


class Noted:
    """Statements as they pass by, held up to :data:`MOST_NOTED`."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._quads = quads
        self.held: list[Quad] = []
        self.count = 0

    def __iter__(self) -> Iterator[Quad]:
        for quad in self._quads:
            self.count += 1
            if self.count <= MOST_NOTED:
                self.held.append(quad)
            yield quad

    @property
    def written(self) -> Written:
        """The write that adds them, the generation still to be filled in."""
        if self.count > MOST_NOTED:
            return Written(0, complete=False)
        return Written(0, quads=self.held)
