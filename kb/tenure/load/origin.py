"""Which files a store was filled from: noted in the store, so that others are told from them.

Every change that is committed is recorded later than whatever the store held when it was filled.
So the claims that came from files are those recorded up to the last instant in the first files, and
those recorded by a later load; all others were written here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.store import Store
from tenure.terms import Names

_TERMS: Final = "http://purl.org/dc/terms/"
_FACTS: Final = NamedNode(_TERMS + "source")
_UNTIL: Final = NamedNode(_TERMS + "created")
_LOADED: Final = NamedNode(_TERMS + "modified")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a store notes of the files in it.

    Attributes:
        facts: the digest of the facts, see :func:`digest`.
        until: the last instant of recorded time in the files that the store was filled from.
        loads: the instants of the revisions that brought in others.
    """

    facts: str
    until: str
    loads: frozenset[str] = frozenset()

    def of_files(self, recorded: str) -> bool:
        """Whether a claim that was recorded at that instant came from files."""
        return recorded <= self.until or recorded in self.loads

    def at(self, instant: str | None) -> Origin:
        """The same with one more load; None: with a load that changed no claim."""
        return self if instant is None else replace(self, loads=self.loads | {instant})

    def quads(self, names: Names) -> list[Quad]:
        """As the store holds it."""
        node = names.graph("state")
        told = [(_FACTS, self.facts), (_UNTIL, self.until)]
        told += [(_LOADED, one) for one in sorted(self.loads)]
        return [Quad(node, predicate, Literal(value), node) for predicate, value in told]


def read_origin(store: Store, names: Names) -> Origin | None:
    """What the store notes; None where it notes nothing, as one that was restored from quads."""
    node = names.graph("state")
    told: dict[NamedNode, set[str]] = {}
    for quad in store.quads(node, subject=node):
        if isinstance(quad.object, Literal):
            told.setdefault(quad.predicate, set()).add(quad.object.value)
    if _FACTS not in told:
        return None
    one = {predicate: max(values) for predicate, values in told.items()}
    return Origin(
        one[_FACTS],
        one.get(_UNTIL, ""),
        frozenset(told.get(_LOADED, ())),
    )


def digest(files: Iterable[Path]) -> str:
    """A text that changes with the names and the bytes of files."""
    whole = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{content}  {path.name}\n".encode())
    return f"sha256:{whole.hexdigest()}"
