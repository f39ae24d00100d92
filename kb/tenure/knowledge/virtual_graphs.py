"""Graphs that are computed when first asked for, and kept within bounds."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from tenure.errors import BadQuery, Refused, TenureError
from tenure.fusion import Moment, World, contested_triples, last_word, world_triples
from tenure.knowledge.snapshot import MOST_WORLDS, Snapshot
from tenure.model import Policy
from tenure.namespaces import TN, Names
from tenure.store import Store, VirtualGraph
from tenure.temporal import Certainty
from tenure.views import (
    IMPACT,
    NEAR,
    Lineage,
    RelationRequest,
    SliceRequest,
    certainty_triples,
    differing,
    is_computed,
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

MOST_IN_ONE = 20_000
"""Triples of a graph that are written in one transaction; more are written in bulk."""

MOST_REMEMBERED = 1 << 20
"""Bytes of a graph that are remembered as they are carried to copies; larger ones are read anew."""

Make = Callable[[], Iterable[Triple]]

_WORLD = "world"
"""What the name of the graph of another policy's world ends with."""
_ENTITIES = "entities"
"""What the name of the graph of the entities as they were known then ends with."""


class VirtualGraphs:
    """Computed graphs in a store; the one asked for longest ago goes first.

    An empty graph is remembered too, although a store does not hold it. ``writes`` counts what
    this object itself has written, so that others' writes can be told from its own. Not safe for
    threads: the owner locks.
    """

    def __init__(self, store: Store, names: Names) -> None:
        self._store = store
        self._names = names
        self._made: OrderedDict[NamedNode, bytes | None] = OrderedDict()
        self._pins: Counter[NamedNode] = Counter()
        self._outdated: set[NamedNode] = set()
        self.writes = 0

    def clear(self) -> list[str]:
        """Forget all of them, also those that an earlier process left in a store on disk.

        Returns the names of the graphs that the store holds then.
        """
        self._made.clear()
        kept = []
        for graph in self._store.graphs():
            if is_computed(self._names, graph.value):
                self._remove(graph)
            else:
                kept.append(graph.value)
        return kept

    @contextmanager
    def pinned(
        self, lock: AbstractContextManager[object], graphs: Iterable[NamedNode]
    ) -> Iterator[None]:
        """As long as it lasts, the graphs are not taken out of the store, outdated or not.

        So that they can be read without the owner's ``lock``, which is taken at both ends.
        """
        chosen = [graph for graph in graphs if is_computed(self._names, graph.value)]
        with lock:
            self._pins.update(chosen)
        try:
            yield
        finally:
            with lock:
                self._pins.subtract(chosen)
                self._pins += Counter()  # without those that nobody holds any more
                for graph in self._outdated.difference(self._pins):
                    self._outdated.discard(graph)
                    if graph not in self._made:
                        self._remove(graph)

    def forget(self, but: Collection[NamedNode] = ()) -> None:
        """Forget those that this object has made, ``but`` some."""
        for graph in [one for one in self._made if one not in but]:
            del self._made[graph]
            self._remove(graph)

    def world(self, snapshot: Snapshot, policy: Policy) -> NamedNode:
        """The graph of the world under another policy than the default one."""
        names = self._names
        graph = NamedNode(f"{names.base}{names.policy_part(policy.text)}{_WORLD}")
        self._ensure(graph, partial(_world, snapshot, policy))
        return graph

    def entities(self, snapshot: Snapshot, policy: Policy) -> NamedNode:
        """The graph of the entities as they were described when a policy's claims were known."""
        names = self._names
        graph = NamedNode(f"{names.base}{names.policy_part(policy.text)}{_ENTITIES}")
        self._ensure(graph, partial(snapshot.entities_at, policy.known_at))
        return graph

    def given(self, graph: NamedNode, state: int, *, carried: bool) -> VirtualGraph:
        """A graph that was made as a plan has it: where it is ``carried``, with its content.

        ``state`` is a number that changes when what the graph is made of does.
        """
        if not carried:
            return VirtualGraph(graph, state)
        content = self._made.get(graph)
        if content is None:
            content = serialize(self._store.quads(graph), format=RdfFormat.N_QUADS) or b""
            if graph in self._made and len(content) <= MOST_REMEMBERED:
                self._made[graph] = content
        return VirtualGraph(graph, state, content)

    def work_out(self, snapshot: Snapshot, iris: Iterable[str]) -> dict[NamedNode, list[Triple]]:
        """What those of the graphs hold that are to be computed and are not there yet.

        For :meth:`prepare`; nothing is written, so that the owner need not lock. None are worked
        out of more than may be named, or of what :meth:`prepare` refuses.
        """
        found: dict[NamedNode, list[Triple]] = {}
        for iri in sorted(set(iris))[: MOST_SLICES + 1]:
            try:
                make = self.maker(snapshot, iri)
            except Refused:
                continue
            if make is not None and (graph := NamedNode(iri)) not in self._made:
                found[graph] = list(make())
        return found

    def prepare(
        self,
        snapshot: Snapshot,
        iris: Iterable[str],
        made: Mapping[NamedNode, list[Triple]] | None = None,
    ) -> list[NamedNode]:
        """Make those of the graphs that are to be computed; returns them, sorted.

        ``made`` is what :meth:`work_out` made of some of them for the same snapshot. Raises:
            BadQuery: there are more than :data:`MOST_SLICES`.
            Refused: one names no moment, a policy that is none, or something unknown.
        """
        wanted: list[tuple[NamedNode, Make]] = []
        for iri in sorted(set(iris)):
            make = self.maker(snapshot, iri)
            if make is not None:
                wanted.append((NamedNode(iri), make))
        if len(wanted) > MOST_SLICES:
            raise BadQuery(
                f"The query names the graphs of more than {MOST_SLICES} moments.",
                remedy="Ask about fewer at a time.",
            )
        for graph, make in wanted:
            self._ensure(graph, make, None if made is None else made.get(graph))
        return [graph for graph, _ in wanted]

    def restore(self, snapshot: Snapshot, graphs: Iterable[NamedNode]) -> None:
        """Have in the store what was made for a plan, also where it has been given up since."""
        for graph in graphs:
            if graph not in self._made:
                make = self.maker(snapshot, graph.value)
                assert make is not None, graph
                self._ensure(graph, make)

    def maker(self, snapshot: Snapshot, iri: str) -> Make | None:
        """What makes a graph that is to be computed; None for every other graph.

        Raises :class:`~tenure.errors.Refused`, which says why there is no such graph.
        """
        try:
            if (relations := read_relation_iri(self._names, iri)) is not None:
                if relations.kind in IMPACT:
                    snapshot.source_iri(relations.operands[0])
                stretches_of(self._names, snapshot.resolve_dated, relations)
                return partial(_relations, snapshot, relations, snapshot.policy(relations.policy))
            if (request := read_slice_iri(self._names, iri)) is not None and request.key:
                moment = read_key(self._names, snapshot.resolve_dated, request.key)
                return partial(_view, snapshot, request, moment, snapshot.policy(request.policy))
            split = self._names.split_policy(iri)
            if split is not None and split[0] and split[1] == _WORLD:
                return partial(_world, snapshot, snapshot.policy(split[0]))
            if split is not None and split[0] and split[1] == _ENTITIES:
                return partial(snapshot.entities_at, snapshot.policy(split[0]).known_at)
        except TenureError as error:
            raise Refused(
                f"There is no graph <{iri[:300]}>: {error.what}",
                where=error.where,
                remedy=error.remedy,
            ) from error
        return None

    def _ensure(self, graph: NamedNode, make: Make, made: list[Triple] | None = None) -> None:
        if graph in self._made:
            self._made.move_to_end(graph)
            return
        triples = list(make()) if made is None else made
        if len(triples) > MOST_IN_ONE:
            self._store.remove_graph(graph)
            self.writes += 1
            self._store.fill(Quad(one.subject, one.predicate, one.object, graph) for one in triples)
        else:
            self._store.replace(graph, triples)
        self.writes += 1
        self._made[graph] = None
        while len(self._made) > MOST_WORLDS + 3 * MOST_SLICES:
            oldest, _ = self._made.popitem(last=False)
            self._remove(oldest)

    def _remove(self, graph: NamedNode) -> None:
        if graph in self._pins:
            self._outdated.add(graph)
            return
        self._store.remove_graph(graph)
        self.writes += 1


def _world(snapshot: Snapshot, policy: Policy) -> Iterable[Triple]:
    return snapshot.graph(policy).triples()


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


def _view(
    snapshot: Snapshot, request: SliceRequest, moment: Moment, policy: Policy
) -> Sequence[Triple]:
    degrees = request.view.degrees
    if request.view.tells_degrees:
        everything = snapshot.certainty(moment, policy)
        certainties = {iri: sure for iri, sure in everything.items() if sure in degrees}
        found = snapshot.contested(moment, policy, everything)
        contested = sorted(set(found).intersection(certainties))
        presumed = [iri for iri, sure in certainties.items() if sure is Certainty.PRESUMED]
        words = (
            triple
            for iri, one in snapshot.occurrences(presumed, policy).items()
            if one.presumption is not None
            for triple in last_word(NamedNode(iri), one.presumption)
        )
        return [*certainty_triples(certainties), *contested_triples(contested), *words]
    return snapshot.slice(moment, policy, degree=degrees[-1])
