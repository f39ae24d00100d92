"""One object that the faces of Tenure ask: the store with its claims, worlds and slices."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from pyoxigraph import NamedNode, Quad, Triple

from tenure.claims import Claim, Policy, Source
from tenure.errors import Refused
from tenure.explain import ClaimReason, Explanation, WhatIf, claim_reason, explain
from tenure.knowledge.describe import describe
from tenure.knowledge.edition import Edition
from tenure.knowledge.graphs import ComputedGraphs
from tenure.knowledge.known import read_known
from tenure.knowledge.prepared import Prepared
from tenure.load import Registry
from tenure.persistent import Ordered
from tenure.slices import (
    RelationRequest,
    View,
    is_computed,
    read_every_day,
    relation_iri,
    slice_iri,
    slice_triples,
    stretches_of,
)
from tenure.store import Answer, Inspection, Store, inspect, refuse_fetching
from tenure.temporal import Certainty
from tenure.terms import Names
from tenure.world import Moment, Schema, World, world_triples

_PARTS = ("world", "entities", "provenance", "ontology")


class KnowledgeBase:
    """Claims in, world out: everything that the command line and the web service ask.

    Safe to share between threads. It writes nothing into the claims; what it computes lies in
    graphs of its own, made when first asked for and kept within bounds. Whatever else is written
    through the store counts from the next question on.
    """

    def __init__(self, store: Store, names: Names) -> None:
        """Reads what the store holds and builds the world under the default policy.

        Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be understood.
        """
        self.store = store
        self.names = names
        self._lock = threading.RLock()
        self._graphs = ComputedGraphs(store, names)
        self._read()

    def refresh(self) -> None:
        """Read the store anew, also where no write was seen.

        Every question does that by itself when something was written through :attr:`store`. To
        be called for what another program wrote. Raises :class:`~tenure.errors.BadClaim` for a
        claim that cannot be understood; until it is corrected, every question does.
        """
        with self._lock:
            self._read()

    @property
    def generation(self) -> int:
        """A number that grows with every write into the store that is not this object's own."""
        _ = self.edition
        return self._seen

    @property
    def is_current(self) -> bool:
        """Whether nothing was written since it was read: then nothing has to be read anew."""
        return self._written() == self._seen

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """As long as it lasts, no computed graph is given up or made by another thread."""
        with self._lock:
            yield

    def _written(self) -> int:
        return self.store.generation - self._graphs.writes

    @property
    def edition(self) -> Edition:
        """All that follows from the store as it is now."""
        # Looked at twice: without the lock, one of our own writes can be half counted.
        if self._written() != self._seen:
            with self._lock:
                if self._written() != self._seen:
                    self._read()
        return self._edition

    def _read(self) -> None:
        seen = self._written()
        edition = Edition(read_known(self.store, self.names), self.names)
        world = edition.world()
        self._graphs.clear()
        self._graphs.keep(self.names.graph("world"), world_triples(world, self.names))
        self._kept = Ordered[None](dict.fromkeys(graph.value for graph in self.store.graphs()))
        self._lasting: list[NamedNode] | None = None
        self._edition, self._seen = edition, seen

    def adopt(
        self,
        edition: Edition,
        write: Callable[[], None],
        *,
        come: Collection[NamedNode] = (),
        gone: Collection[NamedNode] = (),
    ) -> None:
        """Write into the store, and answer from ``edition`` from then on.

        For a writer who has worked out already what follows from the write, which brings the
        world's graph along. ``come`` and ``gone`` are the graphs that the store will hold and did
        not, or the reverse. Nobody is answered in between.
        """
        with self._lock:
            write()
            self._edition, self._seen = edition, self._written()
            # To list them anew takes longer than all the rest, where there are many claims.
            new = dict.fromkeys(graph.value for graph in come)
            old = [graph.value for graph in gone if graph.value in self._kept]
            if old or not all(iri in self._kept for iri in new):
                self._kept, self._lasting = self._kept.updated(new, old), None
            self._graphs.forget()

    # ------------------------------------------------------------------ claims and policies

    @property
    def schema(self) -> Schema:
        """What the ontology declares."""
        return self.edition.known.schema

    @property
    def registry(self) -> Registry:
        """The entities: names, kinds, identifiers."""
        return self.edition.known.registry

    @property
    def claims(self) -> Mapping[str, Claim]:
        """Every claim by IRI, whatever a policy makes of it."""
        return self.edition.known.base.claims

    @property
    def sources(self) -> Mapping[str, Source]:
        """Every source by IRI."""
        return self.edition.known.base.sources

    def is_told_of(self, iri: str) -> bool:
        """Whether any claim states something about a thing, whatever a policy makes of it."""
        return self.edition.known.is_told_of(iri)

    def claims_about(self, iri: str) -> Sequence[Claim]:
        """The claims whose statement names a thing, whatever a policy makes of them."""
        return self.edition.known.about.get(iri, ())

    @property
    def default_policy(self) -> Policy:
        """The policy of whoever names none."""
        return self.edition.default_policy

    def policy(self, text: str | None) -> Policy:
        """The policy of that text.

        Raises :class:`~tenure.errors.BadPolicy`, also for a ``known-at`` before anything was known.
        """
        return self.edition.known.policy(text)

    def world(self, policy: Policy | None = None) -> World:
        """The world under a policy, computed once."""
        return self.edition.world(policy)

    # ------------------------------------------------------------------ asking

    def prepare(
        self,
        sparql: str,
        policy: Policy | None = None,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Prepared:
        """A stranger's query, checked, with the graphs that it may read; these are made.

        Without FROM, and without the protocol's data set (``default_graphs`` and ``named_graphs``,
        which win over FROM), the default graph is the world under the policy, the entities, the
        descriptions of claims and sources, and the ontology.

        Raises:
            BadQuery: it does not parse, or names more moments than are kept at a time.
            Refused: it would fetch something, reads from a graph that is not known, or names the
                graph of a moment that is none.
        """
        inspection = inspect(sparql)
        with self._lock:
            edition = self.edition
            refuse_fetching(inspection, self._can_ask)
            protocol = (*(default_graphs or ()), *(named_graphs or ()))
            for iri in protocol:
                refuse_fetching(
                    Inspection("select", False, False, (iri,), (), frozenset()), self._can_ask
                )
            computed = self._graphs.prepare(edition, inspection.graph_iris.union(protocol))
            if default_graphs is None and named_graphs is None and inspection.has_dataset:
                default_graphs, named_graphs = inspection.from_graphs, inspection.from_named
            if default_graphs is None and named_graphs is None:
                default = self.dataset(policy)
                # There is a graph to every claim: the list is long, and mostly not wanted.
                named = [*self._listed(), *computed] if inspection.uses_graph else []
                computed += default[:1] if is_computed(self.names, default[0].value) else []
            else:
                default = [NamedNode(iri) for iri in default_graphs or ()]
                named = [NamedNode(iri) for iri in named_graphs or ()]
            return Prepared(sparql, tuple(default), tuple(named), tuple(computed), self._seen)

    def query(
        self,
        sparql: str,
        policy: Policy | None = None,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """The answer to a stranger's query. Takes and raises what :meth:`prepare` does."""
        with self._lock:
            prepared = self.prepare(
                sparql, policy, default_graphs=default_graphs, named_graphs=named_graphs
            )
            return self.store.query(
                prepared.sparql,
                default_graphs=prepared.default_graphs,
                named_graphs=prepared.named_graphs,
            )

    def trusted_query(
        self, sparql: str, policy: Policy | None = None, graphs: Sequence[NamedNode] = ()
    ) -> Answer:
        """The answer to a query of the catalogue; ``graphs`` are graphs of moments it names."""
        with self._lock:
            self._graphs.prepare(self.edition, (graph.value for graph in graphs))
            return self.store.query(
                sparql,
                default_graphs=self.dataset(policy),
                named_graphs=[*self._listed(), *graphs] if "GRAPH" in sparql.upper() else [],
            )

    def dataset(self, policy: Policy | None = None) -> list[NamedNode]:
        """The graphs whose union is the default graph under a policy, the world's first."""
        parts = [self.names.graph(part) for part in _PARTS]
        if policy is not None and policy.text:
            with self._lock:
                parts[0] = self._graphs.world(self.edition, policy)
        return parts

    @property
    def graphs(self) -> Sequence[NamedNode]:
        """The graphs that are kept, by IRI: the parts, the claims' own, and ordinary ones."""
        _ = self.edition
        with self._lock:
            return self._listed()

    def _listed(self) -> list[NamedNode]:
        if self._lasting is None:
            self._lasting = [NamedNode(iri) for iri in self._kept]
        return self._lasting

    def knows_graph(self, iri: str) -> bool:
        """Whether a graph of that name can be asked: a part, a claim, a moment, or relations."""
        try:
            return self._can_ask(iri)
        except Refused:
            return False

    def _can_ask(self, iri: str) -> bool:
        """Like :meth:`knows_graph`, but says of a graph to be computed why it cannot be asked."""
        edition = self.edition
        return iri in self._kept or self._graphs.maker(edition, iri) is not None

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
        return self.edition.moment(at=at, before=before, after=after, from_=from_, to=to)

    def every_day(self, from_: str, to: str) -> Moment:
        """All days of a stretch together; see :func:`tenure.slices.read_every_day`."""
        return read_every_day(self.names, self.resolve_dated, from_, to)

    def source_iri(self, text: str) -> str:
        """The IRI of the source that a slug or IRI names.

        Raises :class:`~tenure.errors.NotFound` with the nearest slugs.
        """
        return self.edition.source_iri(text)

    def resolve_dated(self, text: str) -> str:
        """The IRI of the event or source that a slug or IRI names.

        Raises :class:`~tenure.errors.NotFound` with the nearest names.
        """
        return self.edition.resolve_dated(text)

    def certainty(self, moment: Moment, policy: Policy | None = None) -> Mapping[str, Certainty]:
        """Of each occurrence that is not ruled out at the moment, how surely it was going on."""
        return self.edition.certainty(moment, policy)

    def slice(
        self, moment: Moment, policy: Policy | None = None, *, possible: bool = False
    ) -> list[Triple]:
        """The world of a moment as plain triples: what was certain, or also what was possible."""
        edition = self.edition
        certainty = edition.certainty(moment, policy)
        triples = slice_triples(edition.world(policy), certainty, possible=possible)
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

    def explain(
        self,
        iri: str,
        policy: Policy | None = None,
        moments: Sequence[Moment] = (),
        what_if: WhatIf | None = None,
    ) -> Explanation:
        """Why an occurrence is in the world, and how it stood at moments, with what hangs on what.

        Whoever explains several gives the same ``what_if`` (:meth:`what_if`) to each. Raises
        :class:`~tenure.errors.NotFound`.
        """
        edition = self.edition
        asked = what_if or edition.what_if(policy)
        return explain(asked.world, iri, edition.known.registry.labels, asked, moments)

    def what_if(self, policy: Policy | None = None) -> WhatIf:
        """Asks what there would be under a policy without one claim or another."""
        return self.edition.what_if(policy)

    def claim_reason(self, iri: str, policy: Policy | None = None) -> ClaimReason:
        """A claim as explanations show it. Raises :class:`~tenure.errors.NotFound`."""
        edition = self.edition
        return claim_reason(edition.world(policy), iri, edition.known.registry.labels)

    def describe(self, iri: NamedNode) -> list[Quad]:
        """Everything that a document about an entity, claim, source or term shows."""
        return describe(self.store, self.dataset(), iri, has_graph=iri.value in self._kept)
