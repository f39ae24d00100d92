"""Graphs that are computed when first asked for, and kept within bounds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from tenure.errors import BadQuery, Refused, TenureError
from tenure.fusion import World, world_triples
from tenure.knowledge.snapshot import MOST_WORLDS, Snapshot
from tenure.model import Policy
from tenure.namespaces import TN, Names
from tenure.sandbox.query_plan import EVERYTHING, Scope
from tenure.views import (
    IMPACT,
    NEAR,
    Lineage,
    RelationRequest,
    differing,
    read_key,
    read_relation_iri,
    read_slice_iri,
    relation_iri,
    relation_triples,
    stretches_of,
    vacant_triples,
)

MOST_SLICES = 128
"""Graphs of moments that one query may name; three times as many are kept."""

MOST_KEPT = 256 << 20
"""Bytes of all graphs that are kept."""

MOST_AT_ONCE = 256 << 20
"""Bytes of all graphs that one query may name: two million statements or so."""

Make = Callable[[], bytes]

_WORLD = "world"
"""What the name of the graph of another policy's world ends with."""
_ENTITIES = "entities"
"""What the name of the graph of the entities as they were known then ends with."""


class VirtualGraphs:
    """What computed graphs hold, as N-Triples; the one asked for longest ago goes first.

    Not safe for threads: the owner locks.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._made: OrderedDict[tuple[NamedNode, Scope], bytes] = OrderedDict()
        self._bytes = 0

    def forget(self) -> None:
        """Forget all of them."""
        self._made.clear()
        self._bytes = 0

    def world(self, snapshot: Snapshot, policy: Policy) -> NamedNode:
        """The graph of the world under another policy than the default one."""
        return self._made_for(snapshot, f"{self._names.policy_part(policy.text)}{_WORLD}")

    def entities(self, snapshot: Snapshot, policy: Policy) -> NamedNode:
        """The graph of the entities as they were described when a policy's claims were known."""
        return self._made_for(snapshot, f"{self._names.policy_part(policy.text)}{_ENTITIES}")

    def _made_for(self, snapshot: Snapshot, path: str) -> NamedNode:
        graph = NamedNode(self._names.base + path)
        self.content(snapshot, graph)
        return graph

    def content(self, snapshot: Snapshot, graph: NamedNode, scope: Scope = EVERYTHING) -> bytes:
        """What a graph that is to be computed holds within a scope; raises as :meth:`maker`."""

        def made() -> bytes:
            make = self.maker(snapshot, graph.value, scope)
            assert make is not None, graph
            return make()

        return self._kept((graph, self._within(graph.value, scope)), made)

    def _within(self, iri: str, scope: Scope) -> Scope:
        """The scope of what is made of a graph."""
        return scope if read_slice_iri(self._names, iri) is not None else EVERYTHING

    def _kept(self, key: tuple[NamedNode, Scope], make: Make) -> bytes:
        """What a graph holds, made where it is not there yet; it has been asked for now."""
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        content = self._made[key] = make()
        self._bytes += len(content)
        while len(self._made) > 1 and (
            self._bytes > MOST_KEPT or len(self._made) > MOST_WORLDS + 3 * MOST_SLICES
        ):
            _, oldest = self._made.popitem(last=False)
            self._bytes -= len(oldest)
        return content

    def work_out(
        self, snapshot: Snapshot, iris: Iterable[str], scope: Scope = EVERYTHING
    ) -> dict[NamedNode, bytes]:
        """What those of the graphs hold that are to be computed and are not there yet.

        For :meth:`prepare`; nothing is kept, so that the owner need not lock. None are worked out
        of more than may be named, or of what :meth:`prepare` refuses.
        """
        found: dict[NamedNode, bytes] = {}
        for iri in sorted(set(iris))[: MOST_SLICES + 1]:
            try:
                make = self.maker(snapshot, iri, scope)
            except Refused:
                continue
            if (
                make is not None
                and ((graph := NamedNode(iri)), self._within(iri, scope)) not in self._made
            ):
                found[graph] = make()
        return found

    def prepare(
        self,
        snapshot: Snapshot,
        iris: Iterable[str],
        made: Mapping[NamedNode, bytes],
        scope: Scope = EVERYTHING,
    ) -> list[NamedNode]:
        """Make those of the graphs that are to be computed; returns them, sorted.

        ``made`` is what :meth:`work_out` made of some of them for the same snapshot. Raises:
            BadQuery: there are more than :data:`MOST_SLICES`, or they hold more together than
                :data:`MOST_AT_ONCE`.
            Refused: one names no moment, a policy that is none, or something unknown.
        """
        makers = ((NamedNode(one), self.maker(snapshot, one, scope)) for one in sorted(set(iris)))
        wanted = {graph: make for graph, make in makers if make is not None}
        if len(wanted) > MOST_SLICES:
            raise BadQuery(
                f"The query names the graphs of more than {MOST_SLICES} moments.",
                remedy="Ask about fewer at a time.",
            )
        total = 0
        for graph, make in wanted.items():
            worked_out = partial(made.__getitem__, graph) if graph in made else make
            total += len(self._kept((graph, self._within(graph.value, scope)), worked_out))
            if total > MOST_AT_ONCE:
                raise BadQuery(
                    f"The graphs that the query names are longer together than {MOST_AT_ONCE:,}"
                    " bytes.",
                    remedy="Ask about fewer moments at a time, or about one office or person.",
                )
        return list(wanted)

    def maker(self, snapshot: Snapshot, iri: str, scope: Scope = EVERYTHING) -> Make | None:
        """What makes a graph that is to be computed; None for every other graph.

        Of a graph of a moment, what of it lies within a scope; of others all.

        Raises :class:`~tenure.errors.Refused`, which says why there is no such graph.
        """
        try:
            if (relations := read_relation_iri(self._names, iri)) is not None:
                if relations.kind in IMPACT:
                    snapshot.source_iri(relations.operands[0])
                stretches_of(self._names, snapshot.resolve_dated, relations)
                asked = snapshot.policy(relations.policy)
                return lambda: _lines(_relations(snapshot, relations, asked))
            if (request := read_slice_iri(self._names, iri)) is not None and request.key:
                moment = read_key(self._names, snapshot.resolve_dated, request.key)
                asked = snapshot.policy(request.policy)
                return partial(snapshot.day_text, moment, request.view, asked, scope)
            split = self._names.split_policy(iri)
            if split is not None and split[0] and split[1] == _WORLD:
                return partial(_world, snapshot, snapshot.policy(split[0]))
            if split is not None and split[0] and split[1] == _ENTITIES:
                return partial(_entities, snapshot, snapshot.policy(split[0]))
        except TenureError as error:
            raise Refused(
                f"There is no graph <{iri[:300]}>: {error.what}",
                where=error.where,
                remedy=error.remedy,
            ) from error
        return None


def _lines(triples: Iterable[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _world(snapshot: Snapshot, policy: Policy) -> bytes:
    return _lines(snapshot.graph(policy).triples())


def _entities(snapshot: Snapshot, policy: Policy) -> bytes:
    return _lines(snapshot.entities_at(policy.known_at))


def _relations(snapshot: Snapshot, request: RelationRequest, policy: Policy) -> Iterable[Triple]:
    if request.kind in IMPACT:
        worlds = snapshot.without_source(snapshot.source_iri(request.operands[0]), policy)
        ours, others = (world_triples(one, snapshot.names) for one in worlds)
        return differing(*((others, ours) if request.kind == "without" else (ours, others)))
    if request.kind == "vacant":
        return _vacant(snapshot, request, policy)
    things = {snapshot.names.entity_iri(one) for one in request.operands}
    things |= {snapshot.names.base + one for one in request.operands}
    if request.kind not in NEAR or not things:
        world = snapshot.world(policy)
    elif request.kind == "following":
        world = _with_kin(snapshot, policy, things)
    else:
        world = snapshot.around(things, policy)
    return relation_triples(
        world,
        snapshot.names,
        snapshot.resolve_dated,
        request,
        snapshot.registry.seats,
    )


def _vacant(snapshot: Snapshot, request: RelationRequest, policy: Policy) -> Iterable[Triple]:
    """When an office was not held, or each that is registered or that somebody held."""
    graph = snapshot.graph(policy)
    known = {snapshot.names.entity_iri(one) for one in request.operands}
    offices = known
    if not known:
        registry, _ = snapshot.described_at(policy.known_at)
        kind, is_a = TN("Office").value, snapshot.schema.is_a
        known = {i for i, classes in registry.types.items() if any(is_a(c, kind) for c in classes)}
        offices = known | graph.offices()
    about = ((office, graph.about_office(office)) for office in sorted(offices))
    held = ((office, stated) for office, stated in about if stated or office in known)
    return vacant_triples(relation_iri(snapshot.names, request).value, held)


def _with_kin(snapshot: Snapshot, policy: Policy, things: set[str]) -> World:
    """The world around things, and around what came of them and what they came of."""
    while True:
        world = snapshot.around(things, policy)
        lineage = Lineage(world)
        kin = things.union(*map(lineage.kin, things))
        if kin == things:
            return world
        things = kin
