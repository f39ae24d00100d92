"""RDF that is sent here: read, and held to the rules, in processes that can be killed.

Nothing of a stranger's body is parsed in the process that serves the others. What comes back is
N-Quads, a report that is already written out, or an error in words, each of bounded length.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import NamedNode, Quad, RdfFormat, serialize
from starlette.concurrency import run_in_threadpool

from tenure.sandbox.parsing import quads_read
from tenure.sandbox.readers import Readers
from tenure.sandbox.tasks import Done, Task, TaskLimits
from tenure.store.formats import GraphFormat
from tenure_api.http.shares import FairShare

if TYPE_CHECKING:
    from tenure.knowledge import KnowledgeBase

AT_ONCE: Final = 4
"""Bodies that are read at a time, one of each client."""
MOST_STATEMENTS: Final = 200_000
"""Statements that one body may add."""
SMALL_REGISTRY: Final = 2_000
"""Entities that each body is held against; of a larger registry it is those that the body names,
and no others are proposed for what is misspelt or doubled."""
_CALM: Final = 2.0
"""Seconds after which a body makes room for those that wait."""

_PARSING: Final = "tenure.sandbox.parsing"
_RULES: Final = "tenure.knowledge.sent"


class SentRdf:
    """Reads bodies for one service. ``limits`` are those of one body."""

    def __init__(self, kb: KnowledgeBase, limits: TaskLimits) -> None:
        self.readers = Readers(limits)
        self._kb = kb
        self._share = FairShare(of_one=1, at_once=AT_ONCE)
        self._registry: tuple[int, bytes] | None = None

    async def statements(
        self,
        documents: Iterable[tuple[bytes, GraphFormat]],
        *,
        client: str,
        base: str | None = None,
    ) -> list[Quad]:
        """The statements of documents; relative IRIs are resolved against ``base``.

        Raises:
            BadInput: one does not parse, or takes more to read than it may.
            ReadingStopped: there is no room for it now.
            TooManyQueries: this client has too many that wait.
            TooBusy: too many wait already.
        """
        given = list(documents)
        task = Task(
            _PARSING,
            "read",
            {
                "forms": [form.media_type for _, form in given],
                "base": base,
                "most": MOST_STATEMENTS,
            },
            tuple(data for data, _ in given),
        )
        done = await self._do(task, client)
        return await run_in_threadpool(lambda: list(quads_read(done.data)))

    async def report(
        self, data: bytes, form: GraphFormat, asked: Mapping[str, Any], *, client: str
    ) -> tuple[bytes, bool]:
        """The report on a body, and whether it conforms; see :func:`tenure.knowledge.sent.check`.

        Raises what :meth:`statements` does, and what is wrong with what was ``asked``.
        """
        told = {"form": form.media_type, "base": self._kb.names.base}
        names: list[str] | None = None
        if len(self._kb.registry) > SMALL_REGISTRY:
            found = await self._do(Task(_RULES, "named", told, (data,)), client)
            names = json.loads(found.data)
        known = await run_in_threadpool(self._registered, names)
        done = await self._do(Task(_RULES, "check", {**told, **asked}, (data, known)), client)
        return done.data, bool(done.told.get("conforms"))

    async def _do(self, task: Task, client: str) -> Done:
        # Whoever waits for so long has one stopped that has been read for as long.
        waits = asyncio.get_running_loop().call_later(_CALM, self.readers.make_room, _CALM)
        try:
            async with self._share.turn(client):
                waits.cancel()
                return await run_in_threadpool(partial(self.readers.do, task))
        finally:
            waits.cancel()

    def _registered(self, named: list[str] | None) -> bytes:
        """What the registry says of the entities named, or all of it, as N-Quads."""
        kb = self._kb
        entities = kb.names.graph("entities")
        if named is not None:
            known = [NamedNode(iri) for iri in named if iri in kb.registry]
            return _written(q for one in known for q in kb.store.quads(entities, subject=one))
        kept = self._registry
        if kept is None or kept[0] != kb.generation:
            kept = self._registry = kb.generation, _written(kb.store.quads(entities))
        return kept[1]


def _written(quads: Iterable[Quad]) -> bytes:
    return serialize((one.triple for one in quads), format=RdfFormat.N_TRIPLES) or b""
