"""One object that the faces of Tenure ask: the store with its claims, worlds and slices."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from tenure import explain as explaining
from tenure.errors import NotFound, Refused, TooLarge, WrongKind
from tenure.fusion import Moment, World, named_in
from tenure.knowledge.materialise import is_materialised, materialise
from tenure.knowledge.snapshot import Snapshot, read_snapshot
from tenure.knowledge.store_state import State
from tenure.knowledge.virtual_graphs import VirtualGraphs
from tenure.model import (
    Claim,
    Conflict,
    Occurrence,
    Policy,
    Registry,
    Retraction,
    Revision,
    Schema,
    Source,
    Version,
    notes,
    policy_without,
    retraction_of,
    revisions,
)
from tenure.namespaces import TN, Names
from tenure.sandbox.query_plan import Scope
from tenure.store import (
    Answer,
    Inspection,
    PlanRunner,
    QueryPlan,
    Solutions,
    Store,
    Triples,
    VirtualGraph,
    inspect,
    refuse_fetching,
)
from tenure.suggest import nearest, remedy_of
from tenure.temporal import Certainty
from tenure.views import (
    RelationRequest,
    degree_view,
    forms_of,
    is_computed,
    read_every_day,
    read_moment,
    relation_iri,
    slice_iri,
    stretches_of,
)

if TYPE_CHECKING:
    from tenure.explain import AlternativeReason, ClaimReason, Explanation, LeftOut, WhatIf
    from tenure.knowledge.operations import Operation

T = TypeVar("T")

_PARTS = ("world", "entities", "provenance", "ontology", "terms")

_OUTGOING = """CONSTRUCT { ?s ?p ?o } WHERE {
  VALUES ?s { %s }
  ?s ?p ?o
}"""

# Of a claim: where it is, and the voices it came through.
_BESIDE = """PREFIX tn: <https://w3id.org/tenure/ontology#>
CONSTRUCT { ?s ?p ?o } WHERE {
  VALUES ?claim { %s }
  ?claim tn:evidence|tn:attribution|tn:attribution/tn:link ?s .
  ?s ?p ?o
}"""

_INCOMING = """CONSTRUCT { ?s ?p ?o . ?s ?q ?x } WHERE {
  VALUES ?o { %s }
  ?s ?p ?o ; ?q ?x
}"""


class KnowledgeBase:
    """Claims in, world out: everything that the command line and the web service ask.

    Safe to share between threads. It writes nothing into the claims; what it computes lies in
    graphs of its own, made when first asked for and kept within bounds. Whatever else is written
    through the store counts from the next question on.
    """

    def __init__(
        self,
        store: Store,
        names: Names,
        own_shapes: Sequence[Path] = (),
        claims: Mapping[str, Claim] = MappingProxyType({}),
    ) -> None:
        """Reads what the store holds, and builds the world under the default policy if need be.

        Whatever is written is held to the shapes in the files ``own_shapes`` too. ``claims`` are
        those of the store that were read already.

        The claims stay in the store, and so does that world, which every write keeps up to date.
        Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be understood.
        """
        self.store = store
        self.names = names
        self.own_shapes = own_shapes
        self._lock = threading.RLock()
        self._graphs = VirtualGraphs(names)
        self._runner = PlanRunner(store, partial(is_computed, names), names.claim_prefix)
        self._own_writes = 0
        self._companions: dict[object, object] = {}
        self._read(opened=True, claims=claims)

    def companion(self, make: Callable[[KnowledgeBase], T]) -> T:
        """What a layer above keeps for this base: one object, made when it is first asked for."""
        if make not in self._companions:  # who only looks does not wait for a write
            with self._lock:
                if make not in self._companions:
                    self._companions[make] = make(self)
        return cast("T", self._companions[make])

    def refresh(self) -> None:
        """Read the store anew, also where no write was seen.

        Every question does that by itself when something was written through :attr:`store`. To
        be called for what another program wrote. Raises :class:`~tenure.errors.BadClaim` for a
        claim that cannot be understood; until it is corrected, every question does.
        """
        with self._lock:
            self._read()

    def close(self) -> None:
        """Take what was computed for questions out of the store, and let go of it."""
        with self._lock:
            self._graphs.forget()
            self._runner.close()
        self.store.close()

    @property
    def generation(self) -> int:
        """A number that grows with every write into the store that is not this object's own."""
        _ = self.snapshot
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
        return self.store.generation - self._runner.writes - self._own_writes

    @property
    def snapshot(self) -> Snapshot:
        """All that follows from the store as it is now."""
        # Looked at twice: without the lock, one of our own writes can be half counted.
        if self._written() != self._seen:
            with self._lock:
                if self._written() != self._seen:
                    self._read()
        return self._snapshot

    def _read(
        self, *, opened: bool = False, claims: Mapping[str, Claim] = MappingProxyType({})
    ) -> None:
        seen = self._written()
        snapshot = read_snapshot(self.store, self.names, claims=claims)
        self._graphs.forget()
        # What a store brings along is the world of its claims; what others write makes another.
        if not (opened and is_materialised(self.store, self.names)):
            self._remove_leftovers()
            self._own_writes += materialise(snapshot, self.store, in_use=not opened)
        self._kept: set[str] | None = None
        self._lasting: list[NamedNode] | None = None
        self._snapshot, self._seen = snapshot, seen

    def _remove_leftovers(self) -> None:
        """Remove the computed graphs that an earlier version left."""
        for graph in self.store.graphs(but=self.names.claim_prefix) if self.store.is_kept else ():
            if is_computed(self.names, graph.value):
                self.store.remove_graph(graph)
                self._own_writes += 1

    def adopt(
        self,
        snapshot: Snapshot,
        write: Callable[[], None],
        states: tuple[State, State],
        *,
        come: Collection[NamedNode] = (),
        gone: Collection[NamedNode] = (),
    ) -> None:
        """Write into the store, and answer from ``snapshot`` from then on.

        For a writer who has worked out already what follows from the write, which brings the
        world's graph along. ``states`` are those of the store before and after. ``come`` and
        ``gone`` are the graphs that the store will hold and did not, or the reverse. Nobody is
        answered in between.
        """
        with self._lock:
            self._snapshot.note_undo(snapshot, states)
            write()
            snapshot.settle()
            self._snapshot, self._seen = snapshot, self._written()
            if self._kept is not None:
                prefix = self.names.claim_prefix
                new = {one.value for one in come if not one.value.startswith(prefix)}
                self._kept = (self._kept - {one.value for one in gone}) | new
            self._lasting = None
            self._graphs.forget()

    # ------------------------------------------------------------------ the graphs that are kept

    @property
    def graphs(self) -> Sequence[NamedNode]:
        """The graphs that are kept, by IRI: the parts, the claims' own, and ordinary ones."""
        _ = self.snapshot
        with self._lock:
            return self._listed()

    def some_graphs(self, most: int) -> tuple[list[NamedNode], int]:
        """At most so many of the graphs that are kept, and how many there are."""
        claims = self.snapshot.claims
        with self._lock:
            kept = sorted(self._listed_but_claims())
            found = [*kept, *claims.some(max(0, most - len(kept)))][:most]
            return [NamedNode(iri) for iri in found], len(kept) + len(claims)

    def _listed(self) -> list[NamedNode]:
        # Listed when first asked for after a write: where there are many claims, it takes a while.
        if self._lasting is None:
            graphs = (*self._listed_but_claims(), *self._snapshot.claims)
            self._lasting = [NamedNode(iri) for iri in sorted(graphs)]
        return self._lasting

    def _listed_but_claims(self) -> set[str]:
        if self._kept is None:
            graphs = (one.value for one in self.store.graphs(but=self.names.claim_prefix))
            self._kept = {iri for iri in graphs if not is_computed(self.names, iri)}
        return self._kept

    def _has_graph(self, iri: str) -> bool:
        if iri.startswith(self.names.claim_prefix):
            return iri in self._snapshot.claims
        return not is_computed(self.names, iri) and self.store.has_graph(iri)

    # ------------------------------------------------------------------ claims and policies

    @property
    def schema(self) -> Schema:
        """What the ontology declares."""
        return self.snapshot.schema

    @property
    def registry(self) -> Registry:
        """The entities: names, kinds, identifiers."""
        return self.snapshot.registry

    @property
    def claims(self) -> Mapping[str, Claim]:
        """Every claim by IRI, whatever a policy makes of it."""
        return self.snapshot.claims

    @property
    def sources(self) -> Mapping[str, Source]:
        """Every source by IRI."""
        return self.snapshot.sources

    def nearest_claims(self, text: str, source: str = "") -> list[str]:
        """The slugs of claims with a name like ``text``, of one source if it has any.

        Of a large base (:attr:`is_large`), only those of a source are looked at.
        """
        claims = self.snapshot.claims
        known = claims.of_source(source) if source else []
        if not known and not self.is_large:
            known = list(claims)
        return nearest(text, map(self.names.short, known))

    @property
    def is_large(self) -> bool:
        """Whether it has more claims than are worked through at once (``MOST_AT_ONCE``)."""
        return self.snapshot.is_large

    def is_told_of(self, iri: str) -> bool:
        """Whether any claim states something about a thing, whatever a policy makes of it."""
        return self.snapshot.is_stated_about(iri)

    def is_known(self, iri: str) -> bool:
        """Whether a thing is registered, or any claim states something about it."""
        return iri in self.registry or self.is_told_of(iri)

    def claims_about(self, iri: str) -> Sequence[Claim]:
        """The claims whose statement names a thing, whatever a policy makes of them."""
        return self.snapshot.claims.about(iri)

    @property
    def default_policy(self) -> Policy:
        """The policy of whoever names none."""
        return self.snapshot.default_policy

    def policy(self, text: str | None) -> Policy:
        """The policy of that text.

        Raises :class:`~tenure.errors.BadPolicy`, also for a ``known-at`` before anything was known.
        """
        return self.snapshot.policy(text)

    def world(self, policy: Policy | None = None) -> World:
        """The world that all claims make under a policy, as objects.

        Raises :class:`~tenure.errors.TooLarge` for a large base (:attr:`is_large`).
        """
        return self.snapshot.world(policy)

    def claims_of(self, source: str) -> list[Claim]:
        """The claims that a source makes, by IRI."""
        claims = self.snapshot.claims
        return [claims[iri] for iri in claims.of_source(source)]

    def claims_changed(self, start: str, end: str) -> Mapping[str, Claim]:
        """The claims recorded or retracted after ``start`` up to ``end``, and maybe more."""
        claims = self.snapshot.claims
        return {iri: claims[iri] for iri in claims.changed_between(start, end)}

    def revisions(
        self, source: str | None = None, known_at: str | None = None
    ) -> tuple[Revision, ...]:
        """The revisions in the order of recorded time; see :func:`tenure.model.revisions`.

        Raises :class:`~tenure.errors.TooLarge` for those of all sources of a large base.
        """
        provenance = self.names.graph("provenance")
        if source is None:
            self.snapshot.refuse_if_large(
                "This asks how they came in:",
                "Name one source, or ask what was learned between two instants.",
            )
            described = self.store.quads(provenance)
            return revisions(self.claims, described, known_at=known_at)
        of_source = self.store.quads(
            provenance, predicate=TN("revisionOf"), value=NamedNode(source)
        )
        nodes = [quad.subject for quad in of_source if isinstance(quad.subject, NamedNode)]
        noted = [quad for node in nodes for quad in self.store.quads(provenance, subject=node)]
        claims = {claim.iri: claim for claim in self.claims_of(source)}
        return revisions(claims, noted, source=source, known_at=known_at)

    def retractions(self, claims: Iterable[Claim]) -> dict[str, Retraction]:
        """Of those claims that were retracted, when, by whom, why, and what replaces them.

        Retractions are told whatever instant is asked about: what was relied on then is not today.
        """
        provenance = self.names.graph("provenance")
        gone = [claim for claim in claims if claim.retracted_at is not None]
        noted: dict[tuple[str, str], tuple[str | None, str | None]] = {}
        for source in {claim.source for claim in gone}:
            nodes = self.store.quads(
                provenance, predicate=TN("revisionOf"), value=NamedNode(source)
            )
            for node in [quad.subject for quad in nodes if isinstance(quad.subject, NamedNode)]:
                noted |= notes(self.store.quads(provenance, subject=node))
        found = {}
        for claim in gone:
            newer = self.store.quads(
                provenance, predicate=TN("supersedes"), value=NamedNode(claim.iri)
            )
            iris = [quad.subject.value for quad in newer if isinstance(quad.subject, NamedNode)]
            retraction = retraction_of(claim, noted, iris)
            if retraction is not None:
                found[claim.iri] = retraction
        return found

    def versions(self, claim: str) -> list[Version]:
        """The versions of a claim: itself, what it superseded and what superseded it.

        In the order of recorded time, each with who recorded it and why. Raises
        :class:`~tenure.errors.NotFound`.
        """
        provenance, prop = self.names.graph("provenance"), TN("supersedes")
        found, todo = set[str](), [self.snapshot.claim_iri(claim)]
        while todo:
            iri = todo.pop()
            if iri not in found:
                found.add(iri)
                node = NamedNode(iri)
                others = [
                    q.object for q in self.store.quads(provenance, subject=node, predicate=prop)
                ]
                others += (
                    q.subject for q in self.store.quads(provenance, predicate=prop, value=node)
                )
                todo += (one.value for one in others if isinstance(one, NamedNode))
        claims = sorted((self.claims[iri] for iri in found), key=lambda c: (c.recorded_at, c.iri))
        revised = {one.instant: one for one in self.revisions(claims[0].source)}
        gone = self.retractions(claims)
        return [Version(one, revised.get(one.recorded_at), gone.get(one.iri)) for one in claims]

    def occurrences(
        self, iris: Iterable[str], policy: Policy | None = None
    ) -> dict[str, Occurrence]:
        """Those of the situations and events that there are under a policy."""
        return self.snapshot.occurrences(iris, policy)

    def around(self, things: Collection[str], policy: Policy | None = None) -> World:
        """A world that has all there is about some things, and maybe more.

        The things are entities, occurrences, sources, claims or conflicts, by IRI.
        """
        return self.snapshot.around(things, policy)

    def conflicts(self, policy: Policy | None = None) -> Sequence[Conflict]:
        """All conflicts under a policy, by IRI. Raises as :meth:`world`."""
        return self.snapshot.conflicts(policy)

    def alternatives_beside(
        self, conflicts: Iterable[Conflict], policy: Policy | None = None
    ) -> dict[str, tuple[AlternativeReason, ...]]:
        """The alternatives of what conflicts concern, by IRI; of what has none, nothing."""
        concerned = sorted({iri for one in conflicts for iri in one.concerns})
        found = self.occurrences(concerned, policy)
        told = {iri: explaining.alternatives_of(one) for iri, one in found.items()}
        return {iri: several for iri, several in told.items() if several}

    # ------------------------------------------------------------------ asking

    def plan(
        self,
        sparql: str,
        policy: Policy | None = None,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        trusted: bool = False,
        about: str = "",
    ) -> QueryPlan:
        """A query with the graphs that it may read; the virtual ones among these are made.

        Without FROM, and without the protocol's data set (``default_graphs`` and ``named_graphs``,
        which win over FROM), the default graph is the world under the policy, the entities, the
        descriptions of claims and sources, and the ontology.

        Args:
            sparql: the query.
            policy: whose world it is about.
            default_graphs: the data set of the protocol.
            named_graphs: the same.
            trusted: it is one of the catalogue's, and not to be checked.
            about: the IRI of a thing that every situation or event names of which the query reads
                anything in graphs of moments; empty: of any.

        Raises:
            BadQuery: it does not parse, or names more virtual graphs than are made at a time.
            Refused: it would fetch something, reads from a graph that is not known, or names the
                graph of a moment or a policy that is none.
            TooLarge: the world under another policy is not worked out of so many claims.
        """
        inspection = inspect(sparql)
        protocol = (*(default_graphs or ()), *(named_graphs or ()))
        asked = inspection.graph_iris.union(protocol)
        scope = Scope(about, inspection.predicates)
        before, made = self._worked_out(asked, policy, scope)
        with self._lock:
            snapshot = self.snapshot
            if not trusted:
                refuse_fetching(inspection, self._can_ask)
                for iri in protocol:
                    refuse_fetching(
                        Inspection("select", False, False, (iri,), (), frozenset()), self._can_ask
                    )
            # What was worked out before somebody wrote is worked out anew.
            made = made if snapshot is before else {}
            virtual = self._graphs.prepare(snapshot, asked, made, scope)
            if default_graphs is None and named_graphs is None and inspection.has_dataset:
                default_graphs, named_graphs = inspection.from_graphs, inspection.from_named
            named: Sequence[NamedNode] | None
            if default_graphs is not None or named_graphs is not None:
                default = [NamedNode(iri) for iri in default_graphs or ()]
                named = [NamedNode(iri) for iri in named_graphs or ()]
            else:
                default = self.dataset(policy)
                world = default[0]
                if not inspection.uses_graph:
                    named = ()
                elif trusted or not is_computed(self.names, world.value):
                    named = None
                else:
                    # The world of another policy is no named graph, unless the query names it.
                    named = (*self._listed(), *virtual)
                computed = (one for one in default if is_computed(self.names, one.value))
                virtual += (one for one in computed if one not in virtual)
                if not trusted:
                    # What users have written without a graph is theirs to find, and no question's.
                    default.append(self.names.default_graph)
            return QueryPlan(
                sparql,
                tuple(default),
                None if named is None else tuple(named),
                tuple(self._given(snapshot, one, scope) for one in virtual),
                self.store.generation,
                trusted,
                inspection.predicates,
            )

    def operate(self, sparql: str, asked: Operation) -> QueryPlan | None:
        """A plan for what the query ``sparql`` means, with the rows that an operator makes.

        None where the operator does not apply; see :mod:`tenure.knowledge.operators`. It is about
        the world under the default policy.
        """
        snapshot = self.snapshot
        if any(moment.always for moment in asked.moments):
            return None  # what is told of no moment in particular is in the store
        if asked.thing is not None and not snapshot.graph().has_columns_at_hand:
            return None  # to make them takes longer than to ask the engine about one thing
        # Takes NumPy in.
        from tenure.knowledge.operators import answered  # noqa: PLC0415

        table = answered(snapshot, asked)
        if table is None:
            return None
        return QueryPlan(sparql, (), (), (), self.store.generation, trusted=True, table=table)

    def query(
        self,
        sparql: str,
        policy: Policy | None = None,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """The answer to a stranger's query. Takes and raises what :meth:`plan` does."""
        return self.run(
            self.plan(sparql, policy, default_graphs=default_graphs, named_graphs=named_graphs)
        )

    def run(self, plan: QueryPlan) -> Answer:
        """The answer to a query that was planned, worked out by this process itself.

        Raises :class:`~tenure.errors.BadQuery` where it cannot be evaluated.
        """
        if plan.table is not None:
            return Solutions(plan.table)
        with self._lock:
            snapshot = self.snapshot
            if any(one.state != self._seen for one in plan.virtual_graphs):
                # Something was written since; what is stored is of the present too.
                given = (self._given(snapshot, g.name, g.scope) for g in plan.virtual_graphs)
                plan = replace(plan, virtual_graphs=tuple(given))
        return self._runner.run(plan)

    def _given(self, snapshot: Snapshot, graph: NamedNode, scope: Scope) -> VirtualGraph:
        content = self._graphs.content(snapshot, graph, scope)
        return VirtualGraph(graph, self._seen, content, scope)

    def statements(self, plan: QueryPlan) -> list[Iterator[Quad]]:
        """What the default graphs of a plan hold, graph by graph, all as of the same moment."""
        made = {one.name: one.content for one in plan.virtual_graphs}
        return [
            iter(dict.fromkeys(parse(made[graph], format=RdfFormat.N_TRIPLES)))
            if graph in made
            else self.store.quads(graph)
            for graph in plan.default_graphs
        ]

    def make_graph(self, iri: str, query: str) -> None:
        """Have what a query can look at in the graph of a moment, or another computed one, ready.

        Raises as :meth:`plan`.
        """
        scope = Scope("", inspect(query).predicates)
        before, made = self._worked_out((iri,), None, scope)
        with self._lock:
            snapshot = self.snapshot
            self._graphs.prepare(snapshot, (iri,), made if snapshot is before else {}, scope)

    def _worked_out(
        self, iris: Iterable[str], policy: Policy | None, scope: Scope
    ) -> tuple[Snapshot, dict[NamedNode, bytes]]:
        """What graphs hold that are yet to be made, and of which snapshot; nobody waits for it."""
        snapshot = self.snapshot
        if policy is not None and policy.text:
            with suppress(TooLarge):
                snapshot.graph(policy)
        return snapshot, self._graphs.work_out(snapshot, iris, scope)

    def dataset(self, policy: Policy | None = None) -> list[NamedNode]:
        """The graphs whose union is the default graph under a policy, the world's first."""
        parts = [self.names.graph(part) for part in _PARTS]
        if policy is not None and policy.text:
            with self._lock:
                parts[0] = self._graphs.world(self.snapshot, policy)
                if self.snapshot.edits.epoch(policy.known_at) is not None:
                    parts[1] = self._graphs.entities(self.snapshot, policy)
        return parts

    def knows_graph(self, iri: str) -> bool:
        """Whether a graph of that name can be asked: a part, a claim, a moment, or relations."""
        try:
            return self._can_ask(iri)
        except Refused:
            return False

    def _can_ask(self, iri: str) -> bool:
        """Like :meth:`knows_graph`, but says of a graph to be computed why it cannot be asked."""
        snapshot = self.snapshot
        return self._has_graph(iri) or self._graphs.maker(snapshot, iri) is not None

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
        """The moment that parameters name; see :func:`tenure.views.read_moment`.

        Each may be in words too; see :meth:`as_time`.
        """
        given = {"at": at, "before": before, "after": after, "from_": from_, "to": to}
        times = {name: self.as_time(text) for name, text in given.items() if text}
        return read_moment(self.names, self.resolve_dated, **times)

    def every_day(self, from_: str, to: str) -> Moment:
        """All days of a stretch together; see :func:`tenure.views.read_every_day`."""
        first, last = self.as_time(from_), self.as_time(to)
        return read_every_day(self.names, self.resolve_dated, first, last)

    def as_time(self, text: str) -> str:
        """The form of a time that may be in words: ``today``, ``3 January 2020``, an event's name.

        The text as it is where that is a form, and where it can be several or none, which whoever
        reads it strictly then says; so with what has no words: ``2002-13`` is a slip.
        """
        forms = self.forms_of_time(text) if any(map(str.isalpha, text)) else ()
        return forms[0] if len(forms) == 1 else text

    def forms_of_time(self, text: str) -> tuple[str, ...]:
        """All that a time in words can be, likeliest first; see :func:`tenure.views.forms_of`."""
        return forms_of(text, datetime.now(UTC).date().toordinal(), self._dated_by_name)

    def _dated_by_name(self, name: str) -> str | None:
        with suppress(NotFound, WrongKind):
            return self.names.short(self.resolve_dated(self.registry.find(name).value))
        return None

    def edge(self, moment: Moment, which: str, policy: Policy | None = None) -> int | None:
        """The ``earliest`` or ``latest`` day that a moment leaves open; None if unbounded."""
        day = moment.lasting_maybe if which == "earliest" else moment.begun_maybe
        if day is None or day.iri is None:
            return None if day is None else day.shift
        bounds = self.around([day.iri], policy).time.bounds(day.iri)
        number: int | None = getattr(bounds, f"{day.which}_{which}")
        return None if number is None else number + day.shift

    def office_iri(self, text: str) -> str:
        """The IRI of the office that a slug, an IRI or a name names.

        Raises :class:`~tenure.errors.NotFound` with the nearest names, and
        :class:`~tenure.errors.WrongKind` for a person, an event and the like.
        """
        found, office = self.registry.find(text).value, TN("Office").value
        kinds = self.registry.types.get(found, frozenset())
        if kinds and not any(
            self.schema.is_a(one, office) or self.schema.is_a(office, one) for one in kinds
        ):
            offices = (iri for iri, of in self.registry.types.items() if office in of)
            raise WrongKind(
                f"{self.names.short(found)} is of the kind {self.schema.label(min(kinds))!r},"
                " and no office.",
                where="office",
                remedy=remedy_of(
                    nearest(text, map(self.names.short, offices)), "Write office/…, or its name."
                ),
            )
        return found

    def source_iri(self, text: str) -> str:
        """The IRI of the source that a slug, an IRI, or a title that no other has, names.

        Raises :class:`~tenure.errors.NotFound` with the nearest slugs.
        """
        return self.snapshot.source_iri(text)

    def resolve_dated(self, text: str) -> str:
        """The IRI of the event or source that a slug or IRI names.

        Raises :class:`~tenure.errors.NotFound` with the nearest names.
        """
        return self.snapshot.resolve_dated(text)

    def certainty(self, moment: Moment, policy: Policy | None = None) -> Mapping[str, Certainty]:
        """Of each occurrence that is not ruled out at the moment, how surely it was going on."""
        return self.snapshot.certainty(moment, policy)

    def seats_taken(
        self, iris: Collection[str], policy: Policy | None = None
    ) -> Mapping[str, tuple[str, str]]:
        """Of those of the situations that take a seat of an office, that office and the holder.

        Raises as :meth:`certainty`.
        """
        return self.snapshot.seats_taken(iris, policy)

    def change_days(self, degree: Certainty, policy: Policy | None = None) -> Sequence[int]:
        """The day numbers on which what is at least so sure changes, in order, by bounds alone.

        Raises as :meth:`certainty`.
        """
        return self.snapshot.change_days(degree, policy)

    def slice(
        self, moment: Moment, policy: Policy | None = None, *, degree: Certainty = Certainty.CERTAIN
    ) -> list[Triple]:
        """The world of a moment as plain triples: what was at least so sure."""
        return self.snapshot.slice(moment, policy, degree=degree)

    def certainty_graph(
        self,
        moment: Moment,
        policy: Policy | None = None,
        degree: Certainty = Certainty.POSSIBLE,
    ) -> NamedNode:
        """The name of a graph that says how surely each occurrence was going on at a moment.

        What is less sure than ``degree`` is not in it.
        """
        if moment.always and degree is Certainty.POSSIBLE:
            return self.dataset(policy)[0]  # as surely as there was such a thing at all
        text = policy.text if policy else ""
        return slice_iri(self.names, moment.key, degree_view(degree), text)

    def relation_graph(
        self, kind: str, operands: Sequence[str], policy: Policy | None = None
    ) -> NamedNode:
        """The name of the graph that holds relations of that kind; see :mod:`tenure.views`.

        Raises like :func:`tenure.views.read_stretch` for an operand that is none.
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
        snapshot = self.snapshot
        things = (iri, *named_in(moments))
        asked = what_if or snapshot.what_if(policy, things)
        labels = self.registry_at(asked.world.policy).labels
        found = explaining.explain(asked.world, iri, labels, asked, moments)
        ruling = asked.world.policy
        for part in ruling.exclusions if moments else ():
            wider = snapshot.what_if(policy_without(ruling, part, snapshot.policy_terms), things)
            then = explaining.explain(wider.world, iri, labels, wider, moments)
            found = explaining.beside(found, then, part, asked.world)
        if any(one.certainty == Certainty.POSSIBLE for one in found.moments):
            presumed = [moment for moment in moments if self._presumes(iri, moment, policy)]
            found = explaining.with_presumed(found, asked, presumed)
        return replace(
            found,
            claims=self._with_retractions(asked.world, found.claims),
            identities=self._identities((one.iri for one in found.claims), ruling.known_at),
        )

    def registry_at(self, policy: Policy | None = None) -> Registry:
        """The entities as they were called at a policy's instant of recorded time, or are."""
        return self.snapshot.described_at(policy.known_at if policy else None)[0]

    def _identities(self, claims: Iterable[str], known_at: str | None) -> tuple[LeftOut, ...]:
        """The edits by which what some claims name counted as one with something else."""
        log, short = self.snapshot.edits, self.names.short
        named = {
            node.value
            for iri in (claims if log.claims else ())
            for one in self.claims[iri].content
            for node in (one.subject, one.object)
            if isinstance(node, NamedNode)
        }
        return tuple(
            explaining.LeftOut(
                claim,
                " and ".join(_as_one(row, short) for row in rows)
                + f", by {short(claim)}, recorded at {log.claims[claim].recorded_at}.",
            )
            for claim, rows in sorted(log.merges_of(named, known_at).items())
        )

    def _presumes(self, iri: str, moment: Moment, policy: Policy | None) -> bool:
        with suppress(TooLarge):
            return self.snapshot.certainty(moment, policy).get(iri) is Certainty.PRESUMED
        return False

    def what_if(
        self, policy: Policy | None = None, things: Collection[str] | None = None
    ) -> WhatIf:
        """Asks what there would be about some things, or None: all, without one claim or another.

        About all raises as :meth:`world`.
        """
        return self.snapshot.what_if(policy, things)

    def claim_reason(self, iri: str, policy: Policy | None = None) -> ClaimReason:
        """A claim as explanations show it. Raises :class:`~tenure.errors.NotFound`."""
        return self.claim_reasons([iri], self.snapshot.around([iri], policy))[0]

    def claim_reasons(self, iris: Iterable[str], world: World) -> tuple[ClaimReason, ...]:
        """Claims as explanations show them, with what a world that has them makes of each.

        Raises :class:`~tenure.errors.NotFound`.
        """
        labels = self.registry_at(world.policy).labels
        found = tuple(explaining.claim_reason(world, iri, labels) for iri in iris)
        return self._with_retractions(world, found)

    def _with_retractions(
        self, world: World, reasons: Iterable[ClaimReason]
    ) -> tuple[ClaimReason, ...]:
        stated = tuple(reasons)
        gone = self.retractions(world.claims[one.iri] for one in stated)
        return tuple(replace(one, retraction=gone.get(one.iri)) for one in stated)

    def describe(self, iri: NamedNode) -> list[Quad]:
        """Everything that a document about an entity, claim, source or term shows.

        The statements with it as subject, what points at it, and its own graph if it has one; of a
        claim also the evidence and the voices it came through. Statements of a graph that bears the
        name (a claim's content) keep that graph; all others are in the default graph.
        """
        found: dict[Quad, None] = {}
        for text in (_OUTGOING, _BESIDE, _INCOMING):
            answer = self.store.query(text % iri, default_graphs=self.dataset(), named_graphs=())
            assert isinstance(answer, Triples)
            for triple in answer:
                found[Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())] = None
        if self._has_graph(iri.value):
            found.update(dict.fromkeys(self.store.quads(iri)))
        return list(found)


def _as_one(row: Triple, short: Callable[[str], str]) -> str:
    one, other = (getattr(node, "value", "") for node in (row.subject, row.object))
    return f"{short(one)} is {short(other)}"
