"""What is known of a thing whatever day is looked at: read once, kept until something is written.

An office may have thousands of holders, of which a page shows some: whoever moves the day, or turns
the pages, does not have all of them read again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from pyoxigraph import NamedNode

from tenure.fusion import Seats, World, seats_of
from tenure.knowledge import KnowledgeBase
from tenure.model import Claim, Occurrence, Policy
from tenure.views import Relations

MOST_CLAIMS: Final = 8_000
"""Claims in the worlds of all things that are kept, unless one alone has more."""


class ThingOverTime:
    """What is known of one thing under a policy.

    Attributes:
        world: all there is about it.
        naming: the claims that name it, by IRI.
        situations: those that it is in, by kind and in the order of their days.
        parts: the events that it takes part in or is named in, each after the role.
        other_claims: the claims that tell of none of these, the retracted last.
    """

    def __init__(self, kb: KnowledgeBase, policy: Policy, iri: str) -> None:
        self._kb, self._iri = kb, iri
        self.world: World = kb.around([iri], policy)
        schema = kb.schema
        self.situations: Sequence[Occurrence] = sorted(
            (
                one
                for one in self.world.occurrences.values()
                if iri in (one.subject, one.object) and one.iri != iri
            ),
            key=lambda one: (
                one.kind not in schema.seat_kinds,
                schema.label(one.kind),
                one.subject != iri,
                *_order(one),
            ),
        )
        claims = kb.claims_about(iri)
        self.naming = frozenset(one.iri for one in claims)
        events = {(part.role, part.event) for part in self.world.participations if part.who == iri}
        events.update(self._named_in_events(claims))
        self.parts: Sequence[tuple[str, Occurrence]] = sorted(
            ((role, known) for role, event in events if (known := self._event(event)) is not None),
            key=lambda pair: (*_order(pair[1]), pair[0]),
        )
        told = {claim for one in self.situations for claim in one.claims}
        told.update(claim for _, event in self.parts for claim in event.claims)
        self.other_claims: Sequence[Claim] = sorted(
            (one for one in claims if one.iri not in told),
            key=lambda one: (one.retracted_at is not None, one.iri),
        )

    def _event(self, iri: str) -> Occurrence | None:
        one = self.world.occurrences.get(iri)
        return one if one is not None and one.subject is None else None

    def _named_in_events(self, claims: Sequence[Claim]) -> Iterator[tuple[str, str]]:
        """The events that name the thing without its taking part, as a place is named."""
        node, is_time = NamedNode(self._iri), self._kb.schema.is_time
        for claim in claims:
            for stated in (
                claim.content if self.world.standings.get(claim.iri) == "Accepted" else ()
            ):
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
        return sum(not own.isdisjoint(one.concerns) for one in self.world.conflicts)

    @cached_property
    def relations(self) -> Relations:
        """How what there is lies to each other in time."""
        return Relations(self.world)

    @cached_property
    def seats(self) -> Seats:
        """How many seats there are, by the registry too."""
        occurrences, statements = self.world.occurrences.values(), self.world.statements
        return seats_of(self._kb.registry.seats, occurrences, statements, self._kb.schema)

    def possible_on(self, day: int | None) -> Iterator[Occurrence]:
        """The situations that their bounds leave a day (None: any), and no others of many."""
        for one in self.situations:
            first, last = one.bounds.start_earliest, one.bounds.end_latest
            if day is None or ((first is None or first <= day) and (last is None or day <= last)):
                yield one


class ThingsOverTime:
    """Those asked for last; made by ``kb.companion(ThingsOverTime)``, safe between threads."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._of: object = None
        self._kept: OrderedDict[tuple[str, str], ThingOverTime] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, iri: str, policy: Policy) -> ThingOverTime:
        """What is known of a thing."""
        key, snapshot = (iri, policy.text), self._kb.snapshot
        with self._lock:
            if self._of is not snapshot:
                self._kept.clear()
                self._of = snapshot
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        found = ThingOverTime(self._kb, policy, iri)
        with self._lock:
            if self._of is snapshot:
                self._kept[key] = found
                while len(self._kept) > 1 and self._claims > MOST_CLAIMS:
                    self._kept.popitem(last=False)
        return found

    @property
    def _claims(self) -> int:
        return sum(len(one.world.claims) for one in self._kept.values())


def _order(one: Occurrence) -> tuple[int, str]:
    bounds = one.bounds
    days = (bounds.start_earliest, bounds.start_latest, bounds.end_earliest, bounds.end_latest)
    return next((day for day in days if day is not None), 1 << 40), one.iri
