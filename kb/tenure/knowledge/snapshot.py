"""Everything that follows from what a store held at one reading."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from tenure.errors import NotFound, TooLarge, WrongKind
from tenure.explain.what_if import WhatIf
from tenure.folding import folded
from tenure.fusion import (
    ANY,
    BATCH,
    AsOf,
    Components,
    FusionContext,
    Moment,
    PlainWorld,
    Range,
    SeatsOn,
    Ties,
    TripleDiff,
    World,
    WorldLines,
    ceasing,
    check_claims,
    common,
    fuse,
    gaps,
    has_contested,
    looks_beyond,
    named_in,
    not_certain,
    triple_diff,
    vouching_of,
)
from tenure.fusion.stretches import NextStretch, misplaced, next_stretches
from tenure.knowledge.claim_store import ClaimStore
from tenure.knowledge.store_state import State, ontology_of
from tenure.knowledge.temporal_index import TemporalIndex
from tenure.knowledge.world_graph import JudgedAlone, WorldGraph
from tenure.model import (
    Claim,
    ClaimBase,
    Conflict,
    Occurrence,
    Policy,
    PolicyTerms,
    Registry,
    Schema,
    Source,
    VersionedTable,
    parse_policy,
    read_sources,
    refuse_before,
    schema_of,
)
from tenure.model.edits import EDITS, NONE, EditLog, part_of_row, rows_changed
from tenure.namespaces import RDF_TYPE, TN, Names
from tenure.sandbox.query_plan import EVERYTHING, Scope
from tenure.store import Store
from tenure.suggest import nearest, remedy_of, some_of
from tenure.temporal import Certainty
from tenure.views import GraphView, contested_at, day_view

if TYPE_CHECKING:
    from tenure.fusion.shapes import ComponentRow
    from tenure.knowledge.columns import Judged

MOST_AT_ONCE: Final = 50_000
"""Claims of which all is worked out at once that the store does not keep: a world under another
policy than the default one, relations between all occurrences, all revisions. Of more it is
refused (:class:`~tenure.errors.TooLarge`), with what to ask instead."""

MOST_WORLDS: Final = 16
"""Graphs of worlds under other policies that are kept; the one asked for longest ago goes first."""

MOST_KEPT: Final = 64
"""Worlds that are kept as objects; the one asked for longest ago goes first."""

MOST_FUSED: Final = 8_000
"""Claims in all of these, about 23 kB each."""

_LOT: Final = 20_000

_MOST_ENDS: Final = 10_000

NO_DIFFERENCE: Final = TripleDiff(frozenset(), frozenset(), (), ())


class FusionCache:
    """Worlds of some claims, kept by all that they follow from. Safe to share between threads.

    That is the claims, the sources that date them, the policy, the ontology, and the registry with
    its types, names and seats.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[object, WhatIf] = OrderedDict()
        self._claims = 0
        self._lock = threading.Lock()

    def what_if(
        self, claims: Mapping[str, Claim], context: FusionContext, registry: Registry
    ) -> WhatIf:
        """The world that the claims make, and what it would be without one or another."""
        key = (
            context.policy.text,
            context.schema,
            registry,
            tuple(context.sources.values()),
            tuple(context.ceased.items()),
            tuple(claims.values()),
        )
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept

        def without(claim: str) -> World:
            return fuse({iri: one for iri, one in claims.items() if iri != claim}, context)

        made = WhatIf(fuse(claims, context), without)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._claims += len(claims)
            while len(self._kept) > 1 and (
                self._claims > MOST_FUSED or len(self._kept) > MOST_KEPT
            ):
                _, oldest = self._kept.popitem(last=False)
                self._claims -= len(oldest.world.claims)
        return made


class Snapshot:
    """What a store held at one reading, and the worlds that follow, worked out when asked for.

    Safe to share between threads. It stays as it is when the store changes: a question that has
    begun is answered from one snapshot. The claims stay in the store, and so does the graph of the
    world under the default policy, which every write keeps up to date. What is asked about a thing
    is worked out from the claims around it; what is asked about all of them is read from the graph.

    Attributes:
        names: how things are called.
        schema: what the ontology declares.
        registry: the entities.
        claims: every claim, whatever a policy makes of it.
        sources: every source.
        policy_terms: what a policy can name.
        default_policy: the policy of whoever names none.
        difference: what the write that led here makes of the world's graph; none where it was read.
        days: what it makes of the temporal index: what goes, and what comes.
    """

    def __init__(
        self,
        names: Names,
        schema: Schema,
        registry: Registry,
        claims: ClaimStore,
        sources: VersionedTable[Source],
        graph: WorldGraph,
        cache: FusionCache,
        policy_terms: PolicyTerms | None = None,
        edits: EditLog | None = None,
    ) -> None:
        self.names = names
        self.schema = schema
        self.registry = registry
        self.claims = claims
        self.sources = sources
        self.policy_terms = policy_terms or schema.policy_terms(sources)
        self.default_policy = parse_policy(None, self.policy_terms)
        self.difference = NO_DIFFERENCE
        self.days: tuple[frozenset[Quad], frozenset[Quad]] = (frozenset(), frozenset())
        self._graph = graph
        self._cache = cache
        self.edits = edits or _edits_of(claims, sources, names)
        self._then: OrderedDict[int, tuple[Registry, Mapping[str, Source]]] = OrderedDict()
        # What any policy takes for one: a component may be too large, never too small.
        identities = registry.identities.with_others(self.edits.merged())
        self._ties = Ties(schema, registry.types, sources, identities)
        self._components = Components(claims, self._ties, schema)
        self._around: OrderedDict[tuple[str, ...], dict[str, Claim]] = OrderedDict()
        self._ends: dict[tuple[str, str], int | None] = {}
        self._graphs: OrderedDict[str, WorldGraph] = OrderedDict()
        self._lock = threading.Lock()
        self._at_once = threading.Lock()

    # ------------------------------------------------------------------ claims and policies

    def policy(self, text: str | None) -> Policy:
        """The policy of that text.

        Raises :class:`~tenure.errors.BadPolicy`, also for a ``known-at`` before anything was known
        or a ``published-by`` before anything was published.
        """
        chosen = parse_policy(text, self.policy_terms)
        if chosen.known_at is not None:
            known = self.policy_terms.published.keys()
            heard = known - chosen.but if chosen.but else chosen.sources
            refuse_before(chosen, self.claims.first_recorded(heard))
        return chosen

    def is_stated_about(self, iri: str) -> bool:
        """Whether any claim states something about a thing, whatever a policy makes of it."""
        # Thousands of claims may name a thing that none of them is about.
        return self.claims.says_of(iri) and any(
            triple.subject == NamedNode(iri)
            for claim in self.claims.about(iri)
            for triple in claim.content
        )

    @property
    def is_large(self) -> bool:
        """Whether it has more claims than are worked through at once (:data:`MOST_AT_ONCE`)."""
        return len(self.claims) > MOST_AT_ONCE

    def refuse_if_large(self, what: str, remedy: str) -> None:
        """Raises :class:`~tenure.errors.TooLarge` where ``what`` asks for all of many claims."""
        if self.is_large:
            raise TooLarge(
                f"{what} all {len(self.claims):,} claims at once, more than {MOST_AT_ONCE:,}.",
                remedy=remedy,
            )

    # ------------------------------------------------------------------ worlds

    def around(self, things: Collection[str], policy: Policy | None = None) -> World:
        """A world that has all there is about some things, and maybe more.

        The things are entities, occurrences, sources, claims or conflicts, by IRI. What it has
        about others may be less than there is.
        """
        return self.what_if(policy, things).world

    def what_if(
        self, policy: Policy | None = None, things: Collection[str] | None = None
    ) -> WhatIf:
        """Asks what there would be about some things, or None: all, without one claim or another.

        About all raises :class:`~tenure.errors.TooLarge` where there are more than
        :data:`MOST_AT_ONCE` claims.
        """
        policy = policy or self.default_policy
        if things is not None:
            asked = [iri for iri in things if iri in self.sources]
            return self._fused(self._claims_around(things), policy, asked)
        self.refuse_if_large("This asks for", "Ask about one thing, or about one moment.")
        with self._at_once:
            return self._fused(dict(self.claims), policy, self.sources)

    def without_source(self, source: str, policy: Policy | None = None) -> tuple[World, World]:
        """What there is about all that a source speaks of, with its claims and without them.

        Raises :class:`~tenure.errors.TooLarge` where that follows from more claims than
        :data:`MOST_AT_ONCE`.
        """
        policy = policy or self.default_policy
        claims = self._claims_around(self.claims.of_source(source))
        if len(claims) > MOST_AT_ONCE:
            raise TooLarge(
                f"What {self.names.short(source)} tells is tied to {len(claims):,} claims, more "
                f"than the {MOST_AT_ONCE:,} that are fused at once.",
                remedy="Ask about one thing under the policy sources=-SLUG.",
            )
        rest = {iri: claim for iri, claim in claims.items() if claim.source != source}
        found = (self._fused(some, policy, [source]).world for some in (claims, rest))
        return next(found), next(found)

    def world(self, policy: Policy | None = None) -> World:
        """The world that all claims make, as objects; raises as :meth:`what_if` about all."""
        return self.what_if(policy).world

    def pieces(self, policy: Policy | None = None) -> Iterator[World | PlainWorld]:
        """Worlds that make the whole together, none of which has anything of another."""
        policy = policy or self.default_policy
        context = self._context(policy)

        def fused(claims: Mapping[str, Claim], one_seat: Mapping[str, int] | None) -> World:
            sources = self._ties.sources_of(claims.values(), among=context.sources)
            ceased = self._ceased(claims, context.policy)
            own = replace(context, sources=sources, one_seat=one_seat, ceased=ceased)
            return fuse(claims, own)

        one_seat = self.registry.one_seat
        if len(self.claims) <= BATCH:
            return self._components.worlds(one_seat, fused)
        # Only large bases need it.
        from tenure.fusion.shapes import ComponentShapes, pieces_in_bulk  # noqa: PLC0415

        shapes = ComponentShapes(fused, self.schema, self.names)
        rows = self._rows(context)
        return pieces_in_bulk(self._components, shapes, rows, one_seat, fused)

    def _rows(self, context: FusionContext) -> Iterator[tuple[str, ComponentRow | None]]:
        """All claims by name, in short where that says it all."""
        from tenure.fusion.shapes import ComponentReader  # noqa: PLC0415 - as in pieces

        self.registry.read_whole()
        self.sources.read_whole()
        reader = ComponentReader(
            self.schema, context.types, context.sources, context.policy, self._ties, self.names
        )
        return self.claims.rows(reader)

    def check_claims(self) -> None:
        """Raises :class:`~tenure.errors.BadClaim` for a claim that no policy could fuse."""
        rows = self._rows(self._context(self.default_policy))
        doubted = (iri for iri, row in rows if row is None or not row.is_sound)
        for some in self.in_lots(doubted):
            check_claims(some, self.schema)

    def in_lots(self, claims: Iterable[str]) -> Iterator[ClaimBase]:
        """Some of the claims, by name, in lots that are small enough to be checked in memory."""
        each = iter(claims)
        while some := {iri: self.claims[iri] for iri in islice(each, _LOT)}:
            yield ClaimBase(some, self.sources)

    def graph(self, policy: Policy | None = None) -> WorldGraph:
        """The graph of the world under a policy; of others than the default one, some are kept.

        Raises :class:`~tenure.errors.TooLarge` where there are more than :data:`MOST_AT_ONCE`
        claims and the policy is not the default one.
        """
        if policy is None or not policy.text:
            return self._graph
        with self._at_once:
            found = self._graphs.get(policy.text)
            if found is None:
                self.refuse_if_large(
                    f"The policy {policy.text!r} asks for",
                    "Ask about one thing, or under the default policy about one moment.",
                )
                store = Store(None)
                store.load(map(WorldLines(self.names).of, self.pieces(policy)))
                found = self._graphs[policy.text] = WorldGraph(store, self.names, self.schema)
                while len(self._graphs) > MOST_WORLDS:
                    self._graphs.popitem(last=False)
            self._graphs.move_to_end(policy.text)
            return found

    def _claims_around(self, things: Collection[str]) -> dict[str, Claim]:
        key = tuple(sorted(things))
        with self._lock:
            kept = self._around.get(key)
            if kept is not None:
                self._around.move_to_end(key)
                return kept
        claims = [iri for iri in key if iri in self.claims]
        claims += [claim for iri in key for claim in self._graph.claims_of_conflict(iri)]
        named = [iri for iri in key if iri not in self.claims]
        found = self._components.around(self.registry.one_seat, things=named, claims=claims)
        found = dict(sorted(found.items()))
        with self._lock:
            self._around[key] = found
            while len(self._around) > MOST_KEPT:
                self._around.popitem(last=False)
        return found

    def _fused(
        self, claims: Mapping[str, Claim], policy: Policy, asked: Iterable[str] = ()
    ) -> WhatIf:
        context = self._context(policy)
        sources = self._ties.sources_of(claims.values(), asked, context.sources)
        registry, _ = self.described_at(policy.known_at)
        ceased = self._ceased(claims, policy)
        own = replace(context, sources=sources, ceased=ceased)
        return self._cache.what_if(claims, own, registry)

    def _ceased(self, claims: Mapping[str, Claim], policy: Policy) -> dict[str, int]:
        """The offices that claims name of organizations that have ended, with when they may have.

        Worked out from what is said of each organization, in whichever component that lies.
        """
        registry, _ = self.described_at(policy.known_at)
        named = {
            triple.object.value
            for claim in claims.values()
            for triple in claim.content
            if isinstance(triple.object, NamedNode)
        }
        behind = ((one, registry.entry(one).behind) for one in sorted(named))
        days = ((one, self._ceasing(of, policy)) for one, of in behind if of is not None)
        return {office: day for office, day in days if day is not None}

    def _ceasing(self, organization: str, policy: Policy) -> int | None:
        """The first day on which an organization may have ended, where it is known to have."""
        key = organization, policy.text
        if key not in self._ends:
            day = None
            if self._components.lookup.says_of(organization):
                claims = self._claims_around([organization])
                context = self._context(policy)
                sources = self._ties.sources_of(claims.values(), (), context.sources)
                registry, _ = self.described_at(policy.known_at)
                alone = self._cache.what_if(claims, replace(context, sources=sources), registry)
                day = ceasing(context.identities.of(organization), alone.world.time)
            if len(self._ends) >= _MOST_ENDS:
                self._ends.clear()
            self._ends[key] = day
        return self._ends[key]

    def _context(self, policy: Policy) -> FusionContext:
        registry, sources = self.described_at(policy.known_at)
        return FusionContext(
            registry.types,
            self.schema,
            policy,
            self.names,
            registry.labels,
            sources,
            registry.one_seat,
            registry.horizons,
            registry.identities,
        )

    def described_at(self, known_at: str | None) -> tuple[Registry, Mapping[str, Source]]:
        """The entities and the sources as they were described at an instant; None: as they are."""
        epoch = self.edits.epoch(known_at)
        if known_at is None or epoch is None:
            return self.registry, self.sources
        with self._lock:
            found = self._then.get(epoch)
        if found is None:
            found = _described_then(self, *self.edits.differing(known_at))
            with self._lock:
                self._then[epoch] = found
                while len(self._then) > MOST_WORLDS:
                    self._then.popitem(last=False)
        return found

    def entities_at(self, known_at: str | None) -> list[Triple]:
        """What the registry had at an instant; None: what it has."""
        rows = self.claims.whole("entities")
        if known_at is not None:
            were, come = self.edits.differing(known_at)
            more = [one for one in were if part_of_row(one, self.names) == "entities"]
            rows = rows_changed(rows, come, more)
        return [one.triple for one in rows]

    # ------------------------------------------------------------------ of all occurrences

    def certainty(
        self, moment: Moment, policy: Policy | None = None, about: Collection[str] = ()
    ) -> Judged | JudgedAlone:
        """Of each occurrence that is not ruled out at the moment, how surely it was going on.

        By the bounds in the graph of the world, and by the network for whatever the moment's own
        days are tied to. Of those ``about`` some things, as :meth:`WorldGraph.certainty` has it,
        and maybe of others. Raises as :meth:`graph`.
        """
        graph = self.graph(policy)
        named = named_in([moment])
        near = self.around(named, policy)
        as_of = AsOf(moment, near.time)
        found = graph.certainty(as_of, about)
        unsure: list[str] = []
        if moment.throughout:
            # How long each can have lasted is known to its own part of the network alone.
            unsure = [iri for iri, sure in found.items() if sure is Certainty.POSSIBLE]
        if as_of.day is None:
            unsure = sorted({*unsure, *filter(found.__contains__, graph.exclusions())})
        for some in batched(unsure, BATCH):
            part = self.around(named.union(some), policy)
            exact = AsOf(moment, part.time)
            found = found.but({iri: exact.certainty(part.occurrences[iri]) for iri in some})
        found = found.but({iri: as_of.certainty(one) for iri, one in near.occurrences.items()})
        if moment.always:
            return found
        return found.but(dict.fromkeys(self._presumed(found, as_of, policy), Certainty.PRESUMED))

    def seats_taken(
        self, iris: Collection[str], policy: Policy | None = None
    ) -> Mapping[str, tuple[str, str]]:
        """Of the situations that take a seat of an office, that office and the holder."""
        return self.graph(policy).seats_taken(iris)

    def change_days(self, degree: Certainty, policy: Policy | None = None) -> Sequence[int]:
        """The days on which the world under a policy changes, by bounds alone.

        See :meth:`WorldGraph.change_days`. Raises as :meth:`graph`.
        """
        return self.graph(policy).change_days(degree)

    def _presumed(
        self, found: Judged | JudgedAlone, as_of: AsOf, policy: Policy | None
    ) -> Iterator[str]:
        """Those of the occurrences that are only possible, and presumed to be going on."""
        graph = self.graph(policy)
        for iri, office, days in graph.presumable(found, as_of):
            stretches: Sequence[Range] = [days]
            if office is not None:
                seats = partial(self.seats, office, policy=policy)
                stretches = graph.presumed_in(office, seats).get(iri, ())
            if out := graph.exclusions().get(iri):
                stretches = common(stretches, gaps(not_certain(out)))
            if any(as_of.covered(*days) for days in stretches):
                yield iri

    def seats(
        self, office: str, seated: bool = False, *, policy: Policy | None = None
    ) -> tuple[Sequence[SeatsOn], Sequence[int]]:
        """How many seats an office has on a day, and the days on which that changes.

        Where claims contradict each other about that, there is more than one number of them.

        ``seated`` where it has seatings that the store may not have yet.
        """
        stated = self.registry.seats.get(office, 1)
        if not (seated or self.graph(policy).seatings(office)):
            return [lambda _: stated], ()
        periods = self.around([office], policy).seats.periods(office)

        def on(number: int, day: int) -> int:
            found = next((one for one in periods if one.meets(day, day)), None)
            if found is None or found.most is None or found.assured is None:
                return stated
            return min(max(number, found.assured), found.most)

        differ = (one for one in periods if one.assured != one.most)
        numbers = {number or 0 for one in differ for number in (one.assured, one.most)} or {0}
        return (
            [partial(on, number) for number in sorted(numbers)],
            [one.first for one in periods if one.first is not None],
        )

    def slice(
        self, moment: Moment, policy: Policy | None = None, *, degree: Certainty = Certainty.CERTAIN
    ) -> list[Triple]:
        """The world of a moment as plain triples: what was at least so sure."""
        text = self.day_text(moment, day_view(degree), policy)
        return list(dict.fromkeys(one.triple for one in parse(text, format=RdfFormat.N_TRIPLES)))

    def day_text(
        self,
        moment: Moment,
        view: GraphView,
        policy: Policy | None = None,
        scope: Scope = EVERYTHING,
    ) -> bytes:
        """What a graph of a moment holds, as N-Triples, where some may be there twice.

        That is within a scope: of what has the thing as its subject or object that it is about, and
        maybe of others, by its predicates.
        """
        certainty = self.certainty(moment, policy, (scope.about,) if scope.about else ())
        contested = self.contested(moment, policy, certainty)
        found = certainty.only(view.degrees)
        graph, told = self.graph(policy), scope.predicates
        return graph.text(found, contested, degrees=view.tells_degrees, predicates=told)

    def contested(
        self,
        moment: Moment = ANY,
        policy: Policy | None = None,
        certainty: Mapping[str, Certainty] | None = None,
    ) -> Collection[str]:
        """The contested situations and events of which it matters for a moment that they are.

        What is certain then by all that nobody disputes is certain without a doubt; what has
        contested days taken out is contested on these. ``certainty`` is that of the moment, where
        it is at hand.
        """
        graph = self.graph(policy)
        agreed, out = graph.contested(), graph.exclusions()
        if certainty is not None and len(certainty) < max(len(agreed), len(out)):
            agreed = {iri: agreed[iri] for iri in certainty if iri in agreed}
            out = {iri: out[iri] for iri in certainty if iri in out}
        found = set(agreed)
        if certainty is None or not (found or out):
            return found
        time = self.around(named_in([moment]), policy).time
        if not moment.always and found:
            found = set(contested_at(moment, time, agreed, certainty))
        first, last = AsOf(moment, time).days
        # What is certain whatever the contested days are is so without a doubt.
        return found.union(
            iri
            for iri, days in out.items()
            if (moment.always or certainty.get(iri) is not Certainty.CERTAIN)
            and has_contested(days, first, last)
        )

    def occurrences(
        self, iris: Iterable[str], policy: Policy | None = None
    ) -> dict[str, Occurrence]:
        """Those of the situations and events that there are under a policy."""
        if policy is not None and policy.text:
            iris = list(iris)
            known = self.around(iris, policy).occurrences
            return {iri: known[iri] for iri in iris if iri in known}
        found = ((iri, self._graph.occurrence(iri)) for iri in iris)
        return {iri: one for iri, one in found if one is not None}

    def conflicts(self, policy: Policy | None = None) -> tuple[Conflict, ...]:
        """All conflicts under a policy, by IRI; as :meth:`graph` raises."""
        return self.graph(policy).conflicts()

    def stretches(self, added: Collection[str], most: int) -> tuple[NextStretch, ...]:
        """Of claims that were just added, those that belong to another stretch than they say.

        ``most`` of them are looked at.
        """
        wrong = misplaced(self.difference.are, added, self.claims, most)
        if not wrong:
            return ()
        return next_stretches(self.claims, wrong, self._context(self.default_policy), most)

    # ------------------------------------------------------------------ writing

    def changed(
        self,
        registry: Registry,
        claims: Mapping[str, Claim],
        sources: Mapping[str, Source],
        described: Iterable[str],
    ) -> Snapshot:
        """The snapshot after a write, of which only what the claims bear upon is fused anew.

        Args:
            registry: the entities then.
            claims: those that are new, or of which something else is known.
            sources: those that are new, or were revised.
            described: the IRIs of sources and entities that are described anew or otherwise.

        Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be fused.
        """
        revised = self._revised(sources)
        everyone = self.sources.updated({**sources, **revised}) if sources else self.sources
        other = Snapshot(
            self.names,
            self.schema,
            registry,
            self.claims.updated(claims),
            everyone,
            self._graph,
            self._cache,
            self.policy_terms if self._as_published(sources) else None,
            self.edits.with_claims(claims),
        )
        components = other._components
        moved = {*claims, *(iri for one in revised for iri in self._later_plans(one, everyone))}
        after = components.around(None, things=sorted(described), claims=sorted(moved))
        was, now = self._before(after), other._after(after)
        # Of all who ever held an office with one seat, only those matter who can meet these there.
        more = self._rivals((was, now), other) | self._left_behind(after, other)
        if more:
            after |= components.around(None, things=sorted(more))
            was, now = self._before(after), other._after(after)
        changed = dict.fromkeys((*was.occurrences, *now.occurrences))
        other._graph = self._graph.changed(
            *({iri: world.occurrences.get(iri) for iri in changed} for world in (now, was))
        )
        other.difference = triple_diff(was, now, self.names)
        other.days = other._days_changed(was, now, described)
        return other

    def _days_changed(
        self, was: World, now: World, described: Iterable[str]
    ) -> tuple[frozenset[Quad], frozenset[Quad]]:
        """What a write makes of the temporal index: what goes, and what comes.

        Who succeeds whom in an office bears upon others who hold it; of these only what is presumed
        can be otherwise.
        """
        index, schema = TemporalIndex(self.schema, self.names), self.schema
        come = set(index.of(now.occurrences.values()))
        changed = {*was.occurrences, *now.occurrences}
        gone = {one for iri in changed for one in self._graph.days(iri)}
        offices = set(described)
        for one in (*was.occurrences.values(), *now.occurrences.values()):
            office = one.subject if one.kind in schema.seating_kinds else one.object
            if office and (one.kind in schema.seat_kinds or one.kind in schema.seating_kinds):
                offices.add(office)
        for office in sorted(offices):
            open_ones = self._graph.open_holdings(office, changed)
            for holding in open_ones:
                presumed = self._graph.with_days_out(holding.iri)
                if presumed is None:
                    index.add_holding(office, holding)
                else:
                    index.add(presumed)
                    gone.update(self._graph.days(holding.iri, Certainty.PRESUMED))
            # Whoever was gone before the first of these began changes nothing for them.
            since = index.first_open(office)
            if since is not None:
                but = {*changed, *(one.iri for one in open_ones)}
                for holding in self._graph.other_holdings(office, since - 1, but):
                    index.add_holding(office, holding)
        come.update(index.seats(self.seats))
        return frozenset(gone - come), frozenset(come - gone)

    def _as_published(self, sources: Mapping[str, Source]) -> bool:
        """Whether each of the sources is known already, and published when it was."""
        return all(
            (known := self.sources.get(iri)) is not None and known.published == one.published
            for iri, one in sources.items()
        )

    def _revised(self, sources: Mapping[str, Source]) -> dict[str, Source]:
        """Those of the sources that are known already, with the revisions of before."""
        return {
            iri: replace(one, states=tuple(sorted({*self.sources[iri].states, *one.states})))
            for iri, one in sources.items()
            if iri in self.sources
        }

    def _later_plans(self, source: str, sources: Mapping[str, Source]) -> Iterator[str]:
        """The claims of a data set of which something else is a plan once it has a later state."""
        for claim in self.claims.each_of_source(source):
            if claim.retracted_at is not None:
                continue
            was, now = (vouching_of(claim, by[source], None) for by in (self.sources, sources))
            if was is None or was.source is not None or was == now:
                # Either a document, or a state of the same day as the one before.
                return
            if looks_beyond(claim, was.last, self.schema):
                yield claim.iri

    def _before(self, claims: Iterable[str]) -> World:
        """The world of those of the claims that there are in this version, as it has them."""
        here = {iri: claim for iri in sorted(claims) if (claim := self.claims.get(iri)) is not None}
        return self._fused(here, self.default_policy).world

    def _after(self, claims: Mapping[str, Claim]) -> World:
        return self._fused(dict(sorted(claims.items())), self.default_policy).world

    def _rivals(self, worlds: Iterable[World], after: Snapshot) -> set[str]:
        """Whoever holds a seat for one that somebody in the worlds holds, and can meet there.

        Of an office with other seats for a time also the seatings, and all holders where the
        worlds have one of these.
        """
        worlds = list(worlds)
        here = {iri for world in worlds for iri in world.occurrences}
        found: set[str] = set()
        for one in (one for world in worlds for one in world.occurrences.values()):
            if one.kind in self.schema.seating_kinds and one.subject is not None:
                found |= self._graph.held(one.subject).difference(here)
            if one.object is None or one.kind not in self.schema.seat_kinds:
                continue
            seatings = self._graph.seatings(one.object)
            found |= seatings.difference(here)
            if seatings or one.object in after.registry.one_seat:
                found |= self._graph.rivals(one).difference(here)
        return found

    def _left_behind(self, claims: Mapping[str, Claim], after: Snapshot) -> set[str]:
        """Whoever holds an office of an organization of which the claims tell another end now."""
        offices = after.registry.offices_of
        told = {
            triple.subject.value
            for claim in claims.values()
            for triple in claim.content
            if isinstance(triple.subject, NamedNode) and triple.subject.value in offices
        }
        policy = self.default_policy
        ended = (one for one in told if self._ceasing(one, policy) != after._ceasing(one, policy))
        return {
            held for one in ended for office in offices[one] for held in self._graph.held(office)
        }

    def note_undo(self, newer: Snapshot, states: tuple[State, State]) -> None:
        """Note what the next snapshot changes, before the write from one state to the other."""
        self.claims.note_undo(newer.claims)
        triples = (*newer.difference.removed, *newer.difference.added)
        told = {one.subject.value for one in triples if isinstance(one.subject, NamedNode)}
        self._graph.note_undo(newer._graph, told, states)

    def settle(self) -> None:
        """Read from the store from now on what was written to it."""
        self.claims.settle(self.sources)
        self._graph = self._graph.settled()

    # ------------------------------------------------------------------ names

    def source_iri(self, text: str) -> str:
        """The IRI of the source that a slug, an IRI, or a title that no other has, names.

        Raises :class:`~tenure.errors.NotFound` with the nearest slugs.
        """
        prefix = self.names.source_prefix
        slug = text.removeprefix(prefix).removeprefix("source/")
        if prefix + slug in self.sources:
            return prefix + slug
        wanted = folded(text)
        titled = [iri for iri, one in self.sources.items() if folded(one.title.value) == wanted]
        if len(titled) == 1:
            return titled[0]
        slugs = [one.removeprefix(prefix) for one in self.sources]
        raise NotFound(
            f"There is no source {text[:120]!r}.",
            where="source",
            remedy=remedy_of(nearest(slug, slugs), some_of(slugs)),
        )

    def claim_iri(self, text: str) -> str:
        """The IRI of the claim that ``<source>/<number>`` or an IRI names.

        Raises :class:`~tenure.errors.NotFound` with the nearest names.
        """
        prefix = self.names.claim_prefix
        full = text if text.startswith(prefix) else prefix + text.removeprefix("claim/")
        if full in self.claims:
            return full
        source = self.names.source_prefix + full.removeprefix(prefix).partition("/")[0]
        near = [*self.claims.of_source(source)] or ([] if self.is_large else list(self.claims))
        names = (self.names.short(one).removeprefix("claim/") for one in near)
        raise NotFound(
            f"There is no claim {text[:120]!r}.",
            where="claim",
            remedy=remedy_of(
                nearest(full.removeprefix(prefix), names), f"There are {len(self.claims)} claims."
            ),
        )

    def resolve_dated(self, text: str) -> str:
        """The IRI of the event or source that a slug or IRI names.

        Raises :class:`~tenure.errors.NotFound` with the nearest names, and
        :class:`~tenure.errors.WrongKind` for a person, an office and the like.
        """
        names, schema = self.names, self.schema
        source = text if text in self.sources else names.base + text
        if source in self.sources:
            return source
        for iri in (text, names.entity_iri(text)):
            if iri in self.around([iri]).occurrences:
                return iri
        if text.startswith(("source/", names.source_prefix)):
            known = [names.short(iri) for iri in self.sources]
            raise NotFound(
                f"There is no source {text[:120]!r}.",
                remedy=remedy_of(nearest(text, known), some_of(known)),
            )
        found = self.registry.find(text).value
        kinds = self.registry.types.get(found, frozenset())
        if any(schema.is_a(one, TN("Entity").value) for one in kinds) and not any(
            map(schema.is_occurrence, kinds)
        ):
            dated = [
                iri
                for iri, classes in self.registry.types.items()
                if any(map(schema.is_occurrence, classes))
            ]
            near = nearest(text, map(names.short, dated))
            raise WrongKind(
                f"{names.short(found)} is of the kind {schema.label(min(kinds))!r}; a time is"
                " a date, an event or a source.",
                remedy=remedy_of(near, "Write a date such as 2020-01-03, event/… or source/…."),
            )
        return found


def _edits_of(claims: ClaimStore, sources: Mapping[str, Source], names: Names) -> EditLog:
    source = names.source(EDITS).value
    return EditLog(claims[one] for one in claims.of_source(source)) if source in sources else NONE


def _described_then(
    snapshot: Snapshot, were: Collection[Triple], come: Collection[Triple]
) -> tuple[Registry, Mapping[str, Source]]:
    """The entities and sources as they were where some rows were there, and others yet to come."""
    now: dict[str, list[Quad]] = {}
    then: dict[str, list[Quad]] = {}
    for part in ("entities", "provenance"):
        rows = [one for one in (*were, *come) if part_of_row(one, snapshot.names) == part]
        about = sorted({one.subject.value for one in rows if isinstance(one.subject, NamedNode)})
        now[part] = snapshot.claims.described(part, about)
        then[part] = rows_changed(now[part], come, [one for one in were if one in rows])
    sources = read_sources(then["provenance"])
    revised = {
        iri: replace(one, states=snapshot.sources[iri].states)
        for iri, one in sources.items()
        if iri in snapshot.sources
    }
    registry = snapshot.registry
    if now["entities"] != then["entities"]:
        registry = registry.revised(now["entities"], then["entities"])
    return registry, snapshot.sources.updated(revised)


def batched(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The items, so many at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def read_snapshot(
    store: Store,
    names: Names,
    *,
    ontology: frozenset[Quad] | None = None,
    claims: Mapping[str, Claim] = MappingProxyType({}),
) -> Snapshot:
    """What follows from what the store holds now, under its own ontology or another one.

    ``claims`` are those that were read already, from what was just written to it.

    A source that cannot be understood is found when it is asked for.
    """
    schema = schema_of(ontology_of(store, names) if ontology is None else ontology)
    registry = Registry.stored(partial(store.quads, names.graph("entities")), names)
    sources = VersionedTable.stored(partial(_sources_in, store, names.graph("provenance")))
    return Snapshot(
        names,
        schema,
        registry,
        ClaimStore.of(store, names, sources, claims),
        sources,
        WorldGraph(store, names, schema),
        FusionCache(),
    )


def _sources_in(
    store: Store, provenance: NamedNode, source: NamedNode | None
) -> Mapping[str, Source]:
    """A source that a store has, with its revisions; None: all of them."""
    described: list[Quad] = []
    if source is None:
        of_kind = partial(store.quads, provenance, predicate=RDF_TYPE)
        found = [*of_kind(value=TN("Source")), *of_kind(value=TN("Revision"))]
    else:
        described += store.quads(provenance, subject=source)
        # Of most that is asked about nothing is said there.
        revised = partial(store.quads, provenance, predicate=TN("revisionOf"), value=source)
        found = [*revised()] if described else []
    for one in found:
        if isinstance(one.subject, NamedNode):
            described += store.quads(provenance, subject=one.subject)
    return read_sources(described)
