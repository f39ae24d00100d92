"""What is known of a thing whatever day is looked at: read once, kept until something is written.

An office may have thousands of holders, of which a page shows some: whoever moves the day, or turns
the pages, does not have all of them read again. Of so many only the days are read, and all there is
about those alone that are shown and those around them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from pyoxigraph import NamedNode

from tenure.fusion import ANY, FAR, Seats, World, seats_of
from tenure.knowledge import KnowledgeBase
from tenure.model import Claim, Conflict, Occurrence, Policy
from tenure.views import Relations
from tenure_api.kept import KeptLast
from tenure_api.pages.paging import EACH

MOST_CLAIMS: Final = 8_000
"""Claims in the worlds of all things that are kept, unless one alone has more."""

MOST_AT_ONCE: Final = 300
"""Claims that name a thing of which all there is about it is worked out at once."""

_MOST_PARTS: Final = 8


class _Found(NamedTuple):
    conflicts: Sequence[Conflict]
    about: dict[str, frozenset[str]]


class KnownConflicts:
    """The conflicts of a base by what they have to do with, read once until something is written.

    Made by ``kb.companion(KnownConflicts)``.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._found = KeptLast[_Found](kb)

    def of(self, policy: Policy) -> Sequence[Conflict]:
        """All under a policy, by IRI. Raises as :meth:`KnowledgeBase.conflicts`."""
        return self._of(policy).conflicts

    def chosen(self, policy: Policy, entity: str, source: str) -> list[Conflict]:
        """Those that have to do with an entity and with a source, by IRI; empty: with any."""
        claims = self._kb.claims
        found = self._of(policy)
        return [
            one
            for one in found.conflicts
            if (not source or any(claims[iri].source == source for iri in one.claims))
            and (not entity or entity in self._things(policy, one, found.about))
        ]

    def _of(self, policy: Policy) -> _Found:
        return self._found.of(policy.text, lambda: _Found(self._kb.conflicts(policy), {}))

    def _things(
        self, policy: Policy, conflict: Conflict, about: dict[str, frozenset[str]]
    ) -> frozenset[str]:
        """What a conflict concerns, who that is between, and what the claims of it name."""
        if conflict.iri not in about:
            concerned = self._kb.occurrences(conflict.concerns, policy).values()
            claims = {*conflict.claims, *(iri for one in concerned for iri in one.claims)}
            named = (
                term.value
                for iri in claims
                for stated in self._kb.claims[iri].content
                for term in (stated.subject, stated.object)
                if isinstance(term, NamedNode)
            )
            ends = (end for one in concerned for end in (one.subject, one.object) if end)
            about[conflict.iri] = frozenset((*conflict.concerns, *ends, *named))
        return about[conflict.iri]


class Surroundings:
    """All there is about a thing, or about a part of its situations, and how they lie in time."""

    def __init__(self, kb: KnowledgeBase, world: World) -> None:
        self._kb = kb
        self.world = world

    @cached_property
    def relations(self) -> Relations:
        """How what there is lies to each other in time."""
        return Relations(self.world)

    @cached_property
    def seats(self) -> Seats:
        """How many seats there are, by the registry too."""
        occurrences, statements = self.world.occurrences.values(), self.world.statements
        return seats_of(self._kb.registry.seats, occurrences, statements, self._kb.schema)


class ThingOverTime:
    """What is known of one thing under a policy.

    Attributes:
        naming: the claims that name it, by IRI.
        situations: those that it is in, by kind and in the order of their days.
        parts: the events that it takes part in or is named in, each after the role.
        other_claims: the claims that tell of none of these, the retracted last.
    """

    def __init__(self, kb: KnowledgeBase, policy: Policy, iri: str) -> None:
        self._kb, self._iri, self._policy = kb, iri, policy
        self._parts: OrderedDict[tuple[str, ...], Surroundings] = OrderedDict()
        self.naming = frozenset(kb.snapshot.claims.naming(iri))
        known, self._is_whole = self._known()
        schema = kb.schema
        self.situations: Sequence[Occurrence] = sorted(
            (one for one in known if iri in (one.subject, one.object) and one.iri != iri),
            key=lambda one: (
                one.kind not in schema.seat_kinds,
                schema.label(one.kind),
                one.subject != iri,
                *_order(one),
            ),
        )
        told = {claim for one in self.situations for claim in one.claims}
        own = sorted(self.naming if self._is_whole else self.naming - told)
        seatings = [one.iri for one in self.situations if one.kind in schema.seating_kinds]
        self._always = [iri] if self._is_whole else [*own, *seatings]
        world, claims = self.around(()).world, [kb.claims[one] for one in own]
        events = {(part.role, part.event) for part in world.participations if part.who == iri}
        events.update(self._named_in_events(world, claims))
        found = ((role, world.occurrences.get(event)) for role, event in events)
        self.parts: Sequence[tuple[str, Occurrence]] = sorted(
            ((role, one) for role, one in found if one is not None and one.subject is None),
            key=lambda pair: (*_order(pair[1]), pair[0]),
        )
        told.update(claim for _, event in self.parts for claim in event.claims)
        self.other_claims: Sequence[Claim] = sorted(
            (one for one in claims if one.iri not in told),
            key=lambda one: (one.retracted_at is not None, one.iri),
        )

    def _known(self) -> tuple[Sequence[Occurrence], bool]:
        """The situations, and whether all there is about the thing is worked out at once.

        Else they are read from the world of the default policy, without days taken out.
        """
        kb, iri = self._kb, self._iri
        if len(self.naming) > MOST_AT_ONCE and not self._policy.text and not kb.occurrences([iri]):
            iris = kb.snapshot.certainty(ANY, self._policy, [iri])
            found = list(kb.occurrences(iris).values())
            told = {claim for one in found for claim in one.claims}
            if 2 * len(self.naming - told) <= len(self.naming):
                return found, False
        return list(kb.around([iri], self._policy).occurrences.values()), True

    def around(self, shown: Sequence[Occurrence]) -> Surroundings:
        """All there is about the situations shown, and whoever sat in an office beside them."""
        key: tuple[str, ...] = ()
        things = self._always
        if not self._is_whole:
            here = {one.iri for one in shown}
            near = {one.iri for one in (*self.before_and_after(here), *self._beside(here))}
            things = sorted({*self._always, *here, *near})
            key = tuple(sorted(here))
        found = self._parts.get(key)
        if found is None:
            found = Surroundings(self._kb, self._kb.around(things, self._policy))
            self._parts[key] = found
            while len(self._parts) > _MOST_PARTS:
                self._parts.popitem(last=False)
        return found

    def before_and_after(self, here: Collection[str]) -> Sequence[Occurrence]:
        """Some of the holders, those just before the first of them, and the one after the last."""
        places = [place for place, one in enumerate(self.holders) if one.iri in here]
        return self.holders[max(0, places[0] - EACH) : places[-1] + 2] if places else ()

    def _beside(self, here: Collection[str]) -> Iterator[Occurrence]:
        """Whoever may have been there when some of the holders began."""
        begun = [one.bounds for one in self.holders if one.iri in here]
        first = min((_or(one.start_earliest, -FAR) for one in begun), default=FAR)
        last = max((_or(one.start_latest, FAR) for one in begun), default=-FAR)
        for one in self.holders:
            days = one.bounds
            if _or(days.start_earliest, -FAR) <= last and first <= _or(days.end_latest, FAR):
                yield one

    @property
    def claims_at_hand(self) -> int:
        """How many claims are kept with it."""
        return sum(len(one.world.claims) for one in self._parts.values())

    def _named_in_events(self, world: World, claims: Sequence[Claim]) -> Iterator[tuple[str, str]]:
        """The events that name the thing without its taking part, as a place is named."""
        node, is_time = NamedNode(self._iri), self._kb.schema.is_time
        for claim in claims:
            for stated in claim.content if world.standings.get(claim.iri) == "Accepted" else ():
                named = stated.object == node and not is_time(stated.predicate.value)
                if named and isinstance(stated.subject, NamedNode):
                    yield stated.predicate.value, stated.subject.value

    @cached_property
    def holders(self) -> Sequence[Occurrence]:
        """The situations that take a seat of it, where it is an office."""
        seats = self._kb.schema.seat_kinds
        return [one for one in self.situations if one.kind in seats and one.object == self._iri]

    @cached_property
    def both_ways(self) -> frozenset[str]:
        """The kinds of situation that it is on either side of."""
        out = {one.kind for one in self.situations if one.subject == self._iri}
        return frozenset(out & {o.kind for o in self.situations if o.subject != self._iri})

    @cached_property
    def conflicts(self) -> int:
        """How many conflicts have to do with it."""
        own = {self._iri, *(one.iri for one in self.situations)}
        own.update(event.iri for _, event in self.parts)
        if not self._is_whole:
            conflicts = self._kb.companion(KnownConflicts).of(self._policy)
        else:
            conflicts = self.around(()).world.conflicts
        return sum(not own.isdisjoint(one.concerns) for one in conflicts)

    def possible_on(self, day: int | None) -> Iterator[Occurrence]:
        """The situations that their bounds leave a day (None: any), and no others of many."""
        for one in self.situations:
            first, last = one.bounds.start_earliest, one.bounds.end_latest
            if day is None or ((first is None or first <= day) and (last is None or day <= last)):
                yield one


class ThingsOverTime(KeptLast[ThingOverTime]):
    """Those asked for last; made by ``kb.companion(ThingsOverTime)``."""

    def about(self, iri: str, policy: Policy) -> ThingOverTime:
        """What is known of a thing."""
        return self.of((iri, policy.text), lambda: ThingOverTime(self._kb, policy, iri))

    def _is_too_much(self, made: Mapping[object, ThingOverTime]) -> bool:
        return sum(one.claims_at_hand for one in made.values()) > MOST_CLAIMS


def _or(day: int | None, otherwise: int) -> int:
    return otherwise if day is None else day


def _order(one: Occurrence) -> tuple[int, str]:
    bounds = one.bounds
    days = (bounds.start_earliest, bounds.start_latest, bounds.end_earliest, bounds.end_latest)
    return next((day for day in days if day is not None), 1 << 40), one.iri
