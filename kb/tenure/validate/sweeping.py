"""What no claim shows by itself: a seat held twice, a situation outside the life of its subject.

Only what is certain from the dates as stated is told (:mod:`tenure.validate.stated`), as a warning:
sources may disagree, and then both are to be kept. The seats of an office are swept: its tenures in
the order in which they certainly began, beside those that are certainly not over. That costs no
more than sorting them, where a join of tenures with each other grows with their square.

How to add a rule: a method of :class:`Sweep` that takes from a store what the rule needs, a line in
:meth:`Sweep.take`, its name in :data:`RULES`, and a file in ``ontology/examples/swept`` that breaks
it. Conflicts (``--conflicts``) find the same, and more, with the network of time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import groupby
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, Store

from tenure.temporal import Bounds, iso
from tenure.terms import TN
from tenure.validate.facts import Told
from tenure.validate.report import Severity
from tenure.validate.stated import (
    END,
    START,
    StatedTimes,
    Stretch,
    Terms,
    situations,
)
from tenure.world.schema import Axiom, PointRole

SEAT_TAKEN: Final = "SeatTaken"
OUTSIDE_LIFE: Final = "OutsideLife"
RULES: Final = frozenset((SEAT_TAKEN, OUTSIDE_LIFE))
_MOST_NAMED: Final = 3
_POINTS: Final = {
    PointRole.SUBJECT_START: START,
    PointRole.OBJECT_START: START,
    PointRole.SUBJECT_END: END,
    PointRole.OBJECT_END: END,
}
_SUBJECTS: Final = (PointRole.SUBJECT_START, PointRole.SUBJECT_END)


class _Held(NamedTuple):
    """A tenure that certainly lasted from one day to another, at the least."""

    office: str
    begun: int
    over: int
    holder: str
    tenure: str


def _anything(_iri: str) -> bool:
    return True


@dataclass(slots=True)
class Sweep:
    """Takes what the rules need from one store after another, then sweeps over it."""

    terms: Terms
    _held: list[_Held] = field(default_factory=list)
    _seats: dict[str, int] = field(default_factory=dict)
    _told: list[Told] = field(default_factory=list)
    _words: dict[str, str] = field(default_factory=dict)

    def take(self, store: Store, is_asked: Callable[[str], bool] = _anything) -> None:
        """Takes note of the situations in ``store``, the union of its graphs, that are asked about.

        O(situations of offices with seats, and of those whose life is dated).
        """
        times = StatedTimes(self.terms, store)
        self._take_seats(store, times, is_asked)
        self._take_lives(store, times, is_asked)

    def told(self) -> list[Told]:
        """What is found. O(n log n) in the tenures of offices with seats."""
        found = list(self._told)
        for office, held in groupby(sorted(self._held), key=lambda one: one.office):
            found += _crowded(held, self._seats[office])
        return found

    def _take_seats(
        self, store: Store, times: StatedTimes, is_asked: Callable[[str], bool]
    ) -> None:
        for quad in store.quads_for_pattern(None, TN("seats"), None):
            office, seats = quad.subject, _number(quad.object)
            if not isinstance(office, NamedNode) or seats is None:
                continue
            self._seats[self._word(office)] = seats
            for role in self.terms.seated:
                for told in situations(store, role, office):
                    if isinstance(told.subject, NamedNode) and is_asked(told.subject.value):
                        self._note(times, told.subject, office)

    def _note(self, times: StatedTimes, tenure: NamedNode, office: NamedNode) -> None:
        stated = times.of(tenure)
        when = stated.when
        begun, over = when.start.latest, when.end.earliest
        if begun is None or over is None or over < begun or when.contradicts_itself:
            return
        if stated.certain and len(stated.subjects) == 1:
            holder = self._word(stated.subjects.pop())
            self._held.append(_Held(self._word(office), begun, over, holder, tenure.value))

    def _take_lives(
        self, store: Store, times: StatedTimes, is_asked: Callable[[str], bool]
    ) -> None:
        for entity in sorted(_dated(store, self.terms), key=str):
            life = times.life(entity)
            if life.contradicts_itself:
                continue
            for role, axioms in self.terms.roles.items():
                for told in situations(store, role, entity):
                    situation = told.subject
                    if isinstance(situation, NamedNode) and is_asked(situation.value):
                        stated = times.of(situation)
                        broken = [one for one in axioms if _is_broken(one, stated.when, life)]
                        exempt = times.exempt(situation) if broken else frozenset()
                        broken = [one for one in broken if one.iri not in exempt]
                        if broken and stated.certain and not stated.when.contradicts_itself:
                            self._told.append(_outside(told, entity, broken[0], stated.when, life))

    def _word(self, node: NamedNode) -> str:
        """Its name, kept once."""
        return self._words.setdefault(node.value, node.value)


def _crowded(held: Iterable[_Held], seats: int) -> Iterator[Told]:
    """The tenures of one office, in order, that find all its seats taken when they begin."""
    going_on: list[tuple[int, _Held]] = []
    holders: Counter[str] = Counter()
    for one in held:
        # Who leaves on the day on which the other comes hands over.
        while going_on and going_on[0][0] <= one.begun:
            gone = heappop(going_on)[1]
            holders[gone.holder] -= 1
            if not holders[gone.holder]:
                del holders[gone.holder]
        others = len(holders) - (one.holder in holders)
        if others >= seats:
            beside = [other for _, other in going_on if other.holder != one.holder]
            if one.over == one.begun:
                beside = [other for other in beside if other.begun < one.begun]
            if len({other.holder for other in beside}) >= seats:
                yield _taken(one, beside, seats)
        heappush(going_on, (one.over, one))
        holders[one.holder] += 1


def _taken(one: _Held, beside: list[_Held], seats: int) -> Told:
    named = sorted(beside)[:_MOST_NAMED]
    last = min(one.over, *(other.over for other in named))
    others = ", ".join(other.tenure for other in named)
    more = len(beside) - len(named)
    return Told(
        SEAT_TAKEN,
        one.tenure,
        f"From {iso(one.begun)} to {iso(last)} the office {one.office} is certainly held in "
        f"{others}{f' and {more} more' if more else ''} too, and it has {seats} "
        f"{'seat' if seats == 1 else 'seats'}.",
        "Look up the dates of both and tn:seats of the office; where sources disagree, keep both.",
        Severity.WARNING,
    )


def _outside(told: Quad, entity: NamedNode, axiom: Axiom, when: Stretch, life: Stretch) -> Told:
    begins = _POINTS[axiom.later if axiom.earlier in _SUBJECTS else axiom.earlier] == START
    if begins:
        what = (
            f"It certainly began by {_day(when.start.latest)}, and {entity.value} was not there "
            f"before {_day(life.start.earliest)}."
        )
    else:
        what = (
            f"It certainly lasted until {_day(when.end.earliest)}, and {entity.value} was no "
            f"more after {_day(life.end.latest)}."
        )
    return Told(
        OUTSIDE_LIFE,
        _name(told.subject),
        what,
        "Look up the dates of both; what may be so is said with tn:exemptFrom.",
        Severity.WARNING,
    )


def _is_broken(axiom: Axiom, when: Stretch, life: Stretch) -> bool:
    """Whether an axiom between a situation and a life certainly does not hold."""

    def days(role: PointRole) -> Bounds:
        return (when if role in _SUBJECTS else life).point(_POINTS[role])

    earlier, later = days(axiom.earlier), days(axiom.later)
    least = axiom.least
    return (
        least is not None
        and earlier.earliest is not None
        and later.latest is not None
        and earlier.earliest + least > later.latest
    )


def _dated(store: Store, terms: Terms) -> set[NamedNode]:
    """The entities whose life or existence is dated, or ended by something that is."""
    found: set[NamedNode] = set()
    for iri in terms.of_lives:
        for quad in store.quads_for_pattern(None, NamedNode(iri), None):
            if isinstance(quad.subject, NamedNode):
                found.add(quad.subject)
    for iri in terms.ending:
        for quad in store.quads_for_pattern(None, NamedNode(iri), None):
            if isinstance(quad.object, NamedNode):
                found.add(quad.object)
    return found


def _number(value: object) -> int | None:
    if isinstance(value, Literal) and value.value.isdecimal():
        return int(value.value) or None
    return None


def _name(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _day(day: int | None) -> str:
    return iso(day) if day is not None else "?"
