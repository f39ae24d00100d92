"""One object that the faces of Tenure ask: the store with its claims, worlds and slices."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from pyoxigraph import NamedNode, Quad, Triple

from tenure.claims import (
    Claim,
    Policy,
    Source,
    parse_policy,
    read_claims,
    refuse_before_first,
)
from tenure.errors import BadQuery, NotFound, Refused, TenureError
from tenure.explain import ClaimReason, Explanation, claim_reason, explain
from tenure.knowledge.describe import describe
from tenure.knowledge.graphs import VirtualGraphs
from tenure.load import Registry
from tenure.nearest import nearest, remedy_of
from tenure.slices import (
    RelationRequest,
    SliceRequest,
    View,
    certainty_triples,
    is_computed,
    read_every_day,
    read_key,
    read_moment,
    read_relation_iri,
    read_slice_iri,
    relation_iri,
    relation_triples,
    slice_iri,
    slice_triples,
    stretches_of,
)
from tenure.store import Answer, Inspection, Store, inspect, refuse_fetching
from tenure.temporal import Certainty
from tenure.terms import Names
from tenure.world import AsOf, Moment, Schema, World, fuse, world_triples

_PARTS = ("world", "entities", "provenance", "ontology")
MOST_WORLDS = 16
MOST_SLICES = 128


class KnowledgeBase:
    """Claims in, world out: everything that the command line and the web service ask.

    Safe to share between threads. It writes nothing into the claims; what it computes lies in
    graphs of its own, made when first asked for and kept within bounds.
    """

    def __init__(self, store: Store, names: Names) -> None:
        """Reads what the store holds and builds the world under the default policy.

        Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be understood.
        """
        self.store = store
        self.names = names
        self._lock = threading.RLock()
        self.refresh()

    def refresh(self) -> None:
        """Read the store anew: to be called by whoever has written claims into it.

        Worlds and graphs that were computed from the former claims are given up. Raises
        :class:`~tenure.errors.BadClaim` for a claim that cannot be understood.
        """
        with self._lock:
            self._read()

    def _read(self) -> None:
        store, names = self.store, self.names
        self.schema = Schema(store.quads(names.graph("ontology")))
        self.registry = Registry(store.quads(names.graph("entities")), names)
        contents = (
            quad
            for graph in store.graphs()
            if graph.value.startswith(names.claim_prefix)
            for quad in store.quads(graph)
        )
        self.base = read_claims(store.quads(names.graph("provenance")), contents)
        # Everything that any claim states something about, whatever a policy makes of the claim.
        self.told_of = frozenset(
            triple.subject.value
            for claim in self.base.claims.values()
            for triple in claim.content
            if isinstance(triple.subject, NamedNode)
        )
        self._worlds: dict[str, World] = {}
        self._virtual = VirtualGraphs(store, MOST_WORLDS + 3 * MOST_SLICES)
        self._policy_terms = self.schema.policy_terms(self.base.sources)
        self.default_policy = self.policy(None)
        # What an earlier process computed in a store on disk: other worlds, days long past asking.
        for graph in store.graphs():
            if is_computed(names, graph.value):
                store.remove_graph(graph)
        store.replace(names.graph("world"), world_triples(self.world(), names))
        self._lasting = store.graphs()

    # ------------------------------------------------------------------ claims and policies

    @property
    def claims(self) -> Mapping[str, Claim]:
        """Every claim by IRI, whatever a policy makes of it."""
        return self.base.claims

    @property
    def sources(self) -> Mapping[str, Source]:
        """Every source by IRI."""
        return self.base.sources

    def policy(self, text: str | None) -> Policy:
        """The policy of that text.

        Raises :class:`~tenure.errors.BadPolicy`, also for a ``known-at`` before anything was known.
        """
        chosen = parse_policy(text, self._policy_terms)
        refuse_before_first(chosen, self.base.claims.values())
        return chosen

    def world(self, policy: Policy | None = None) -> World:
        """The world under a policy, computed once."""
        chosen = policy or self.default_policy
        with self._lock:
            world = self._worlds.get(chosen.text)
            if world is None:
                if len(self._worlds) >= MOST_WORLDS:
                    oldest = next(text for text in self._worlds if text)
                    del self._worlds[oldest]
                world = self._worlds[chosen.text] = fuse(
                    self.base,
                    self.registry.types,
                    self.schema,
                    chosen,
                    self.names,
                    self.registry.labels,
                    one_seat=self.registry.one_seat,
                )
            return world

    # ------------------------------------------------------------------ asking

    def query(
        self,
        sparql: str,
        policy: Policy | None = None,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """The answer to a stranger's query.

        Without FROM, and without the protocol's data set (``default_graphs`` and ``named_graphs``,
        which win over FROM), the default graph is the world under the policy, the entities, the
        descriptions of claims and sources, and the ontology. Graphs of moments that the query names
        are made first.

        Raises:
            BadQuery: it does not parse, or names more moments than are kept at a time.
            Refused: it would fetch something, or reads from a graph that is not known.
        """
        inspection = inspect(sparql)
        refuse_fetching(inspection, self._can_ask)
        for iri in (*(default_graphs or ()), *(named_graphs or ())):
            refuse_fetching(
                Inspection("select", False, False, (iri,), (), frozenset()), self._can_ask
            )
        with self._lock:
            asked = inspection.graph_iris | {*(default_graphs or ()), *(named_graphs or ())}
            virtual = self._prepare(asked)
            if default_graphs is None and named_graphs is None and inspection.has_dataset:
                default_graphs, named_graphs = inspection.from_graphs, inspection.from_named
            if default_graphs is None and named_graphs is None:
                return self.store.query(
                    sparql,
                    default_graphs=self.dataset(policy),
                    named_graphs=[*self._lasting, *virtual],
                )
            return self.store.query(
                sparql,
                default_graphs=[NamedNode(iri) for iri in default_graphs or ()],
                named_graphs=[NamedNode(iri) for iri in named_graphs or ()],
            )

    def trusted_query(
        self, sparql: str, policy: Policy | None = None, graphs: Sequence[NamedNode] = ()
    ) -> Answer:
        """The answer to a query of the catalogue; ``graphs`` are graphs of moments it names."""
        with self._lock:
            self._prepare(graph.value for graph in graphs)
            return self.store.query(
                sparql,
                default_graphs=self.dataset(policy),
                named_graphs=[*self._lasting, *graphs],
            )

    def dataset(self, policy: Policy | None = None) -> list[NamedNode]:
        """The graphs whose union is the default graph under a policy."""
        parts = [self.names.graph(part) for part in _PARTS]
        if policy is not None and policy.text:
            parts[0] = self._world_graph(policy)
        return parts

    def _can_ask(self, iri: str) -> bool:
        """Like :meth:`knows_graph`, but says of the graph of a moment why it cannot be asked."""
        request = read_slice_iri(self.names, iri)
        if request is None:
            return self.knows_graph(iri)
        try:
            self._moment_of(request)
        except TenureError as error:
            raise Refused(
                f"There is no graph <{iri[:300]}>: {error.what}",
                where=error.where,
                remedy=error.remedy,
            ) from error
        return True

    def knows_graph(self, iri: str) -> bool:
        """Whether a graph of that name can be asked: a part, a claim, a moment, or relations."""
        if any(graph.value == iri for graph in self._lasting):
            return True
        if (relations := read_relation_iri(self.names, iri)) is not None:
            return self._knows_relations(relations)
        request = read_slice_iri(self.names, iri)
        if request is None:
            return False
        try:
            self._moment_of(request)
        except TenureError:
            return False
        return True

    # ------------------------------------------------------------------ time

    def moment(
        self,
        *,
        at: str | None = None,
        before: str | None = None,
        after: str | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> Moment:
        """The moment that parameters name; see :func:`tenure.slices.read_moment`."""
        return read_moment(
            self.names, self.resolve_dated, at=at, before=before, after=after, from_=from_, to=to
        )

    def every_day(self, from_: str, to: str) -> Moment:
        """All days of a stretch together; see :func:`tenure.slices.read_every_day`."""
        return read_every_day(self.names, self.resolve_dated, from_, to)

    def source_iri(self, text: str) -> str:
        """The IRI of the source that a slug or IRI names.

        Raises :class:`~tenure.errors.NotFound` with the nearest slugs.
        """
        slug = text.removeprefix(self.names.source_prefix).removeprefix("source/")
        iri = self.names.source_prefix + slug
        if iri in self.sources:
            return iri
        known = [one.removeprefix(self.names.source_prefix) for one in self.sources]
        raise NotFound(
            f"There is no source {text[:120]!r}.",
            where="source",
            remedy=remedy_of(nearest(slug, known), f"There are {len(known)} sources."),
        )

    def resolve_dated(self, text: str) -> str:
        """The IRI of the event or source that a slug or IRI names.

        Raises :class:`~tenure.errors.NotFound` with the nearest names.
        """
        source = text if text in self.sources else self.names.base + text
        if source in self.sources:
            return source
        if text in self.world().occurrences:
            return text
        slug = self.names.entity_iri(text)
        if slug in self.world().occurrences:
            return slug
        if text.startswith(("source/", self.names.source_prefix)):
            known = ", ".join(self.names.short(iri) for iri in sorted(self.sources)[:8])
            raise NotFound(f"There is no source {text[:120]!r}.", remedy=f"Known: {known}.")
        return self.registry.find(text).value

    def certainty(self, moment: Moment, policy: Policy | None = None) -> Mapping[str, Certainty]:
        """Of each occurrence that is not ruled out at the moment, how surely it was going on."""
        world = self.world(policy)
        as_of = AsOf(moment, world.time)
        found = {iri: as_of.certainty(o) for iri, o in world.occurrences.items()}
        return {iri: c for iri, c in found.items() if c is not Certainty.RULED_OUT}

    def slice(
        self, moment: Moment, policy: Policy | None = None, *, possible: bool = False
    ) -> list[Triple]:
        """The world of a moment as plain triples: what was certain, or also what was possible."""
        world = self.world(policy)
        triples = slice_triples(world, self.certainty(moment, policy), possible=possible)
        return list(dict.fromkeys(triples))

    def certainty_graph(self, moment: Moment, policy: Policy | None = None) -> NamedNode:
        """The name of the graph that says how surely each occurrence was going on at a moment."""
        text = policy.text if policy else ""
        return slice_iri(self.names, moment.key, View.CERTAINTY, text)

    def relation_graph(
        self, kind: str, operands: Sequence[str], policy: Policy | None = None
    ) -> NamedNode:
        """The name of the graph that holds relations of that kind; see :mod:`tenure.slices`.

        Raises like :func:`tenure.slices.read_stretch` for an operand that is none.
        """
        request = RelationRequest(policy.text if policy else "", kind, tuple(operands))
        return relation_iri(self.names, stretches_of(self.names, self.resolve_dated, request)[0])

    # ------------------------------------------------------------------ explaining, describing

    def explain(self, iri: str, policy: Policy | None = None) -> Explanation:
        """Why an occurrence is in the world. Raises :class:`~tenure.errors.NotFound`."""
        return explain(self.world(policy), iri, self.registry.labels)

    def claim_reason(self, iri: str, policy: Policy | None = None) -> ClaimReason:
        """A claim as explanations show it. Raises :class:`~tenure.errors.NotFound`."""
        return claim_reason(self.world(policy), iri, self.registry.labels)

    def describe(self, iri: NamedNode) -> list[Quad]:
        """Everything that a document about an entity, claim, source or term shows."""
        return describe(self.store, self.dataset(), self._lasting, iri)

    # ------------------------------------------------------------------ graphs made when asked for

    def _world_graph(self, policy: Policy) -> NamedNode:
        graph = NamedNode(f"{self.names.base}{self.names.policy_part(policy.text)}world")
        with self._lock:
            self._virtual.ensure(graph, lambda: world_triples(self.world(policy), self.names))
        return graph

    def _prepare(self, iris: Iterable[str]) -> list[NamedNode]:
        """Make those of the graphs that are graphs of moments; returns them."""
        made: list[NamedNode] = []
        for iri in sorted(set(iris)):
            request = read_slice_iri(self.names, iri)
            relations = read_relation_iri(self.names, iri)
            if request is None and relations is None:
                continue
            if len(made) == MOST_SLICES:
                raise BadQuery(
                    f"The query names the graphs of more than {MOST_SLICES} moments.",
                    remedy="Ask about fewer at a time.",
                )
            graph = NamedNode(iri)
            if relations is not None:
                if not self._knows_relations(relations):
                    continue
                self._virtual.ensure(graph, partial(self._relations, relations))
            elif request is not None:
                try:
                    moment, policy = self._moment_of(request)
                except TenureError:
                    continue
                self._virtual.ensure(graph, partial(self._view, request, moment, policy))
            made.append(graph)
        return made

    def _knows_relations(self, request: RelationRequest) -> bool:
        try:
            stretches_of(self.names, self.resolve_dated, request)
            self.policy(request.policy)
        except TenureError:
            return False
        return True

    def _relations(self, request: RelationRequest) -> Iterable[Triple]:
        world = self.world(self.policy(request.policy))
        return relation_triples(world, self.names, self.resolve_dated, request, self.registry.seats)

    def _moment_of(self, request: SliceRequest) -> tuple[Moment, Policy]:
        return read_key(self.names, self.resolve_dated, request.key), self.policy(request.policy)

    def _view(self, request: SliceRequest, moment: Moment, policy: Policy) -> list[Triple]:
        if request.view is View.CERTAINTY:
            return list(certainty_triples(self.certainty(moment, policy)))
        return self.slice(moment, policy, possible=request.view is View.POSSIBLE)
