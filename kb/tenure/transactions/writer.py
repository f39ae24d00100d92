"""What is kept between the changes of one knowledge base: the lock, the rules, the last state."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from pyoxigraph import NamedNode

from tenure.errors import PreconditionFailed
from tenure.knowledge import KnowledgeBase, Snapshot
from tenure.knowledge.store_state import State, new_state, ontology_of, read_state
from tenure.transactions.affected import ChangeValidator, change_validator
from tenure.transactions.user_graphs import as_written
from tenure.validate import UserShapes


def tag_of(kb: KnowledgeBase, graph: str | None = None) -> str | None:
    """A short text that changes when the graph does; of None, when anything written does.

    It has no quotation marks and may stand in an ``ETag``; it says nothing of the format. None
    where there is no such graph. It stays the same over a restart.
    """
    if graph is None:
        return kb.companion(Writer).state.tag
    try:
        named = NamedNode(graph)
    except ValueError:
        return None
    quads = as_written(kb.store, kb.names, named, kb.store.quads(named))
    lines = sorted(str(one.triple) for one in quads)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24] if lines else None


class Writer:
    """What is kept between the changes of one knowledge base: ``kb.companion(Writer)``."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb
        self.lock = threading.Lock()
        self.state: State = read_state(kb.store, kb.names) or new_state()
        self.snapshot: Snapshot | None = None
        self.last = ""
        self._validator: ChangeValidator | None = None

    @property
    def validator(self) -> ChangeValidator:
        """The rules, with the ontology of the knowledge base."""
        self.look()
        if self._validator is None:
            store, names = self.kb.store, self.kb.names
            ontology = ontology_of(store, names)
            own = self.kb.own_shapes
            self._validator = (
                ChangeValidator(list(ontology), UserShapes(own))
                if own
                else change_validator(ontology)
            )
        return self._validator

    def look(self) -> None:
        """Notice what somebody else has written since the last change."""
        snapshot = self.kb.snapshot
        if snapshot is self.snapshot:
            return
        if self.snapshot is None or snapshot.schema is not self.snapshot.schema:
            self._validator = None
        self.snapshot = snapshot
        self.last = snapshot.claims.last_instant()

    def check_preconditions(
        self, graph: str | None, tags: Collection[str] | None, absent: bool
    ) -> None:
        """Raises :class:`~tenure.errors.PreconditionFailed`."""
        if tags is None and not absent:
            return
        tag = tag_of(self.kb, graph)
        if absent and tag is not None:
            raise PreconditionFailed(
                "It is there already.",
                where=graph or "If-None-Match",
                remedy="Write it without If-None-Match.",
            )
        if tags is not None and (tag is None or not {"*", tag} & set(tags)):
            raise PreconditionFailed(
                "It has changed since it was read."
                if tag is not None
                else "There is no such graph.",
                where=graph or "If-Match",
                remedy="Read it again, and repeat the change over what is there now.",
            )


def next_instant(last: str, now: datetime | None = None) -> str:
    """The instant of a new revision, in UTC with six digits: now, and later than ``last``.

    Never a whole second, which means its end (see :func:`tenure.model.instant`).
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
