"""What the store says of itself: the tags of what is in it, and instants that only grow."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pyoxigraph import Literal, NamedNode, Quad

from tenure.store import Store
from tenure.terms import XSD_INTEGER, Names

_IDENTIFIER = NamedNode("http://purl.org/dc/terms/identifier")
_WRITES = NamedNode("http://schema.org/version")


@dataclass(frozen=True, slots=True)
class State:
    """Which store this is, and how many changes were committed to it."""

    identifier: str
    writes: int

    @property
    def tag(self) -> str:
        """Names this state and no other, also after the store was built anew."""
        return f"{self.identifier}-{self.writes}"

    @property
    def next(self) -> State:
        """The state after one more change."""
        return State(self.identifier, self.writes + 1)

    def quads(self, names: Names) -> list[Quad]:
        """As the store holds it, in a graph of its own."""
        node = names.graph("state")
        writes = Literal(str(self.writes), datatype=XSD_INTEGER)
        return [
            Quad(node, _IDENTIFIER, Literal(self.identifier), node),
            Quad(node, _WRITES, writes, node),
        ]


def read_state(store: Store, names: Names) -> State | None:
    """The state that the store holds; None before its first change."""
    node = names.graph("state")
    told = {
        quad.predicate: quad.object.value
        for quad in store.quads(node, subject=node)
        if isinstance(quad.object, Literal)
    }
    if _IDENTIFIER not in told or _WRITES not in told:
        return None
    return State(told[_IDENTIFIER], int(told[_WRITES]))


def new_state() -> State:
    """The state of a store to which nothing was committed, unlike that of any other store."""
    return State(secrets.token_hex(6), 0)


def graph_tag(quads: Iterable[Quad]) -> str | None:
    """A digest of the statements of a graph; None where there are none."""
    lines = sorted(str(one.triple) for one in quads)
    if not lines:
        return None
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]


def next_instant(last: str, now: datetime | None = None) -> str:
    """The instant of a new revision, in UTC with six digits: now, and later than ``last``.

    Never a whole second, which stands for its end (see :func:`tenure.claims.instant`).
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    if last and _text(moment) <= last:
        before = datetime.fromisoformat(last)
        moment = before + timedelta(microseconds=1 if before.microsecond else 1_000_001)
    return _text(moment)


def _text(moment: datetime) -> str:
    # A store may keep a date-time without the zeros at its end (Oxigraph does); so there are none.
    exact = moment if moment.microsecond % 10 else moment + timedelta(microseconds=1)
    return exact.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
