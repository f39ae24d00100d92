"""Repairs: in which ways claims that contradict each other can be made to agree.

What is left out are *units* (:class:`~tenure.fusion.statements.Unit`): one statement of one claim,
or one use of an axiom that gives way. A minimal conflicting set is one whose constraints have no
solution, though those of every part of it have. A *repair* keeps as much as possible: what it
leaves out is a minimal hitting set of the minimal conflicting sets (Reiter, *A theory of diagnosis
from first principles*, Artificial Intelligence 32, 1987). Both are found together, by dualisation:
the minimal hitting sets of the conflicts known so far are tried, and each that leaves a
contradiction gives a further conflict; once none does, both lists are complete (Fredman and
Khachiyan, *On the complexity of dualization of monotone disjunctive normal forms*, Journal of
Algorithms 21, 1996). Hitting sets are kept up to date as by Berge (*Hypergraphs*, 1989, ch. 2).

Conflicts that share a unit make a *cluster*; clusters are independent of each other. A date with
holes is one of several readings, a choice in the same search: a cluster's *ways* are its repairs,
each with every choice of readings that agrees with what it keeps. Where there are preferences,
those repairs stay that are Pareto-optimal: nothing that was left out could come back at the price
of what is certainly below it alone (Staworko, Chomicki and Marcinkowski, *Prioritized repairing and
consistent query answering in relational databases*, Annals of Mathematics and AI 64, 2012).

What would take too long is cut, and then says less, never what is wrong: see :data:`GIVEN_UP`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from tenure.fusion.inconsistency import (
    Beside,
    CandidateConstraints,
    LabelsOf,
    false_alone,
    from_origin,
    pinned,
)
from tenure.temporal import Constraint, find_contradiction

MOST_ALTERNATIVES: Final = 64
"""Ways of one cluster; of more the statements of one claim are left out together."""

MOST_STEPS: Final = 2_500
"""Searches of the network for the conflicts of one part of it; then the search is cut."""

MOST_SETS: Final = 4_096
"""Hitting sets that are held at a time; then the search is cut."""

MOST_CHOICES: Final = 256
"""Choices of readings that are tried where none of them agrees with all statements."""

BY_CLAIM: Final = (
    "There are too many ways to settle this statement by statement: the conflicting statements of"
    " one claim are left out together."
)
GIVEN_UP: Final = (
    "There are too many ways to settle this: none of the conflicting statements dates anything."
)
TOO_MANY: Final = (
    "More alternatives than are told apart bear upon its days: what holds in all of them is told."
)
UNREAD: Final = (
    "A date here leaves too many stretches of days to tell them apart: it counts from its first to"
    " its last day."
)

Units = frozenset[int]
"""Units by their place in a sorted list of all of them."""

Better = Callable[[int, int], bool]
"""Whether one unit is certainly preferred to another."""

NOTHING: Final[Units] = frozenset()


@dataclass(frozen=True, slots=True)
class Way:
    """One way to make the statements agree: what is left out, and how dates with holes are read.

    ``readings`` are pairs of a hole and one of its readings, by number.
    """

    dropped: Units
    readings: tuple[tuple[int, int], ...] = ()

    @property
    def order(self) -> tuple[int, list[int], tuple[tuple[int, int], ...]]:
        """What ways are sorted by: the smallest repair first."""
        return len(self.dropped), sorted(self.dropped), self.readings


@dataclass(frozen=True, slots=True)
class Cluster:
    """Conflicts that hang together, and the ways to settle them.

    ``units`` are those that can bear on it; ``conflicts`` the minimal conflicting sets; ``by_rank``
    what repairs leave out that are optimal by rank alone. ``cut`` says what was given up, and is
    empty where nothing was.
    """

    units: Units
    conflicts: tuple[Units, ...]
    ways: tuple[Way, ...]
    by_rank: frozenset[Units]
    cut: str = ""

    @property
    def dropped(self) -> Units:
        """What at least one of the ways leaves out."""
        return NOTHING.union(*(way.dropped for way in self.ways))


@dataclass(frozen=True, slots=True)
class Preferences:
    """What decides between repairs.

    ``by_rank`` and then ``better`` compare two units; ``claim_of`` and ``voice_of`` name a unit's
    claim and whose word it is. With ``majority`` the repairs with most voices stay.
    """

    by_rank: Better
    better: Better
    claim_of: Sequence[str]
    voice_of: Sequence[str]
    majority: bool = False


class _Cut(Exception):
    """The search has taken as long as it may."""


class AlwaysInconsistent(Exception):
    """What holds whatever anybody says has no solution."""


def clusters(
    constraints: Sequence[Constraint],
    labels_of: LabelsOf,
    holes: Sequence[Sequence[Sequence[Constraint]]],
    prefer: Preferences,
) -> list[Cluster]:
    """All clusters of conflicts among constraints, and of choices between readings.

    ``labels_of`` gives the units without any of which a constraint would not hold; ``holes`` are
    the constraints of each date with holes under each of its readings, besides those of the
    stretch from its first to its last day among the ``constraints``.
    The outcome depends on no order. Raises :class:`AlwaysInconsistent`.
    """
    if not holes and find_contradiction(constraints) is None:
        return []
    always = [c for c in constraints if not labels_of(c)]
    if find_contradiction(always) is not None:
        raise AlwaysInconsistent
    days = pinned(always)
    plain = from_origin(constraints, days)
    read = [[from_origin(one, days) for one in readings] for readings in holes]
    hole_of = {c: n for n, readings in enumerate(read) for one in readings for c in one}
    everything = sorted({*plain, *hole_of})
    candidates = CandidateConstraints(everything).constraints
    alone = false_alone([c for c in candidates if c not in hole_of], labels_of)
    rest = [c for c in candidates if alone.isdisjoint(labels_of(c))]
    plain_set = frozenset(plain)
    found: list[_Part] = []
    for part in _parts(rest, labels_of, hole_of):
        some = {hole_of[c] for c in part if c in hole_of}
        found.append(
            _Part([c for c in part if c in plain_set], labels_of, {n: read[n] for n in some})
        )
    return _Assembly(found, alone, prefer).clusters()


def _parts(
    constraints: Sequence[Constraint], labels_of: LabelsOf, hole_of: Mapping[Constraint, int]
) -> list[list[Constraint]]:
    """What can be in one contradiction; with holes, also what shares one of them or a unit."""
    parts = CandidateConstraints(constraints).parts(labels_of)
    if not hole_of:
        return parts
    joined: list[tuple[set[object], set[Constraint]]] = []
    for part in parts:
        keys: set[object] = {hole_of[c] for c in part if c in hole_of}
        keys = {("hole", key) for key in keys}
        keys |= {label for c in part for label in labels_of(c)}
        members = set(part)
        apart = []
        for other_keys, other in joined:
            if keys.isdisjoint(other_keys):
                apart.append((other_keys, other))
            else:
                keys |= other_keys
                members |= other
        joined = [*apart, (keys, members)]
    beside = Beside(constraints, labels_of)
    return sorted(beside.with_these(c for c in members if labels_of(c)) for _, members in joined)


class _Part:
    """Constraints that can be in one contradiction, and the readings of dates among them."""

    def __init__(
        self,
        constraints: Sequence[Constraint],
        labels_of: LabelsOf,
        holes: Mapping[int, Sequence[Sequence[Constraint]]],
    ) -> None:
        self.labels_of = labels_of
        self._labelled = [(c, frozenset(labels_of(c))) for c in constraints]
        self.holes = holes
        self.of_hole = {n: frozenset(labels_of(readings[0][0])) for n, readings in holes.items()}
        everyone = [labels for _, labels in self._labelled]
        self.units: Units = NOTHING.union(*everyone, *self.of_hole.values())
        self._steps = 0

    def restart(self) -> None:
        """Have all steps still to be taken."""
        self._steps = 0

    def contradiction(
        self, kept: Units, choice: Mapping[int, int] | None = None
    ) -> tuple[Constraint, ...] | None:
        """Constraints of what is kept that contradict each other, under a choice of readings.

        Raises :class:`_Cut` after :data:`MOST_STEPS`.
        """
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise _Cut
        heard = [c for c, labels in self._labelled if labels <= kept]
        for hole, reading in (choice or {}).items():
            if self.of_hole[hole] <= kept:
                heard += self.holes[hole][reading]
        return find_contradiction(heard)

    def dual(
        self, choice: Mapping[int, int] | None = None, group: Mapping[int, int] | None = None
    ) -> tuple[list[Units], list[Units]]:
        """All minimal conflicting sets and all repairs, by what they leave out.

        With a ``group`` for each unit, those of one group are left out together, and sets are of
        groups. Raises :class:`_Cut`.
        """
        # What contradicts by itself was found before, where nothing is read or grouped anew.
        alone = bool(choice or group)
        group = group or {unit: unit for unit in self.units}
        members: dict[int, set[int]] = defaultdict(set)
        for unit, name in group.items():
            members[name].add(unit)

        def clash(groups: Iterable[int]) -> Units | None:
            kept = frozenset(unit for name in groups for unit in members[name])
            cycle = self.contradiction(kept, choice)
            if cycle is None:
                return None
            return frozenset(group[label] for c in cycle for label in self.labels_of(c))

        everyone = frozenset(members)
        conflicts: list[Units] = []
        hitting: list[Units] = [NOTHING]
        fine: set[Units] = set()
        while True:
            tried = next((one for one in hitting if one not in fine), None)
            if tried is None:
                return conflicts, hitting
            needed = clash(everyone - tried)
            if needed is None:
                fine.add(tried)
                continue
            for name in sorted(needed) if alone or len(needed) > 2 else ():
                if clash(needed - {name}) is not None:
                    needed -= {name}
            conflicts.append(needed)
            hitting = hit(hitting, needed)

    def readings(self) -> list[dict[int, int]] | None:
        """The choices of readings with which all statements agree; None where there are too many.

        Raises :class:`_Cut`.
        """
        found: list[dict[int, int]] = []
        names = sorted(self.holes)

        def extend(choice: dict[int, int]) -> bool:
            if self.contradiction(self.units, choice) is not None:
                return True
            if len(choice) == len(names):
                found.append(choice)
                return len(found) <= MOST_ALTERNATIVES
            hole = names[len(choice)]
            return all(extend({**choice, hole: n}) for n in range(len(self.holes[hole])))

        return found if extend({}) else None

    def choices(self) -> Iterator[dict[int, int]]:
        """All choices of readings. Raises :class:`_Cut` where there are more than are tried."""
        names = sorted(self.holes)
        number = 1
        for name in names:
            number *= len(self.holes[name])
        if number > MOST_CHOICES:
            raise _Cut
        for some in product(*(range(len(self.holes[name])) for name in names)):
            yield dict(zip(names, some, strict=True))


def hit(hitting: Sequence[Units], conflict: Units) -> list[Units]:
    """The minimal hitting sets once there is one more set to hit. Raises :class:`_Cut`."""
    kept = [one for one in hitting if not one.isdisjoint(conflict)]
    by_unit: dict[int, list[Units]] = defaultdict(list)
    for one in kept:
        for unit in one & conflict:
            by_unit[unit].append(one)
    added = []
    for one in hitting:
        if one.isdisjoint(conflict):
            for unit in sorted(conflict):
                more = one | {unit}
                if not any(other <= more for other in by_unit[unit]):
                    added.append(more)
    if len(kept) + len(added) > MOST_SETS:
        raise _Cut
    return kept + added


def hitting_sets(sets: Iterable[Units]) -> list[Units]:
    """The minimal hitting sets of some sets. Raises :class:`_Cut`."""
    found: list[Units] = [NOTHING]
    for one in sorted(sets, key=lambda s: (len(s), sorted(s))):
        found = hit(found, one)
    return found


class _Assembly:
    """Makes clusters of what was found in the parts."""

    def __init__(self, parts: Sequence[_Part], alone: Collection[int], prefer: Preferences) -> None:
        self._prefer = prefer
        self._conflicts: list[Units] = [frozenset([unit]) for unit in alone]
        self._together: list[Units] = []  # of which statements of one claim go together
        self._spoiled: list[Units] = []
        self._found: list[Cluster] = []
        for part in parts:
            if part.holes:
                self._found += self._with_readings(part)
            else:
                self._plain(part)
        # What is smallest in one part need not be so in all of them together.
        self._conflicts = _minimal(self._conflicts)

    def clusters(self) -> list[Cluster]:
        """All of them, in an order that depends on the units alone."""
        groups: list[tuple[set[int], list[Units]]] = []
        everything = (*self._conflicts, *self._together, *self._spoiled)
        joining = NOTHING.union(*map(self._giving_way, everything))
        for one in everything:
            units, sets, apart = set(one & joining), [one], []
            for group in groups:
                if units.isdisjoint(group[0]):
                    apart.append(group)
                else:
                    units |= group[0]
                    sets += group[1]
            groups = [*apart, (units, sets)]
        found = [self._cluster(NOTHING.union(*sets), sets) for _, sets in groups]
        return sorted(found + self._found, key=lambda c: [way.order for way in c.ways])

    def _giving_way(self, one: Units) -> Units:
        """The units of a set that may have to give way; by others no two sets hang together.

        The majority counts the voices of these, too.
        """
        if self._prefer.majority or one in self._spoiled:
            return one
        return _lowest(one, self._prefer.by_rank)

    # ------------------------------------------------------------------ without holes

    def _plain(self, part: _Part) -> None:
        try:
            self._conflicts += part.dual()[0]
            return
        except _Cut:
            pass
        part.restart()
        group = self._by_claim(part.units)
        try:
            sets, _ = part.dual(group=group)
        except _Cut:
            self._spoiled.append(part.units)
            return
        # A set of claims stands for all that they state here.
        self._together += [frozenset(u for u in part.units if group[u] in one) for one in sets]

    def _by_claim(self, units: Iterable[int]) -> dict[int, int]:
        """For each unit the first of its claim; of uses of axioms, themselves."""
        claim_of = self._prefer.claim_of
        first: dict[str, int] = {}
        return {u: first.setdefault(claim_of[u], u) if claim_of[u] else u for u in sorted(units)}

    def _cluster(self, units: Units, sets: Sequence[Units]) -> Cluster:
        if any(one in self._spoiled for one in sets):
            return _given_up(units, [one for one in sets if one not in self._spoiled])
        plain = not any(one in self._together for one in sets)
        if plain:
            try:
                found = self._chosen(units, {(): sets}, hitting_sets(sets))
            except _Cut:
                found = None
            if found is not None and len(found[1]) <= MOST_ALTERNATIVES:
                by_rank, left = found
                return Cluster(units, _sorted(sets), _ways((d, ()) for d in left), by_rank)
        try:
            ranked = self._by_claims(sets, self._prefer.by_rank)
            left = self._most(units, self._by_claims(sets, self._prefer.better))
        except _Cut:
            return self._old_rule(units, sets)
        if len(left) > MOST_ALTERNATIVES:
            return self._old_rule(units, sets)
        ways = _ways((dropped, ()) for dropped in left)
        return Cluster(units, _sorted(sets), ways, frozenset(ranked), BY_CLAIM)

    def _by_claims(self, sets: Iterable[Units], better: Better) -> list[Units]:
        """What is left out where the statements of one claim that may have to give way do together.

        That are those which are above nothing in a set: no others ever have to.
        Raises :class:`_Cut`.
        """
        lowest = [_lowest(one, better) for one in sets]
        gone = NOTHING.union(*lowest)
        group = self._by_claim(gone)
        grouped = _minimal(frozenset(group[u] for u in one) for one in lowest)
        return [frozenset(u for u in gone if group[u] in one) for one in hitting_sets(grouped)]

    def _old_rule(self, units: Units, sets: Sequence[Units]) -> Cluster:
        """All that may have to give way in one of the conflicts does in the only way there is."""
        lowest = NOTHING.union(*(_lowest(one, self._prefer.better) for one in sets))
        return Cluster(units, _sorted(sets), (Way(lowest),), frozenset([lowest]), GIVEN_UP)

    # ------------------------------------------------------------------ with holes

    def _with_readings(self, part: _Part) -> Iterator[Cluster]:
        everything = frozenset([NOTHING])
        try:
            agreeing = part.readings()
            if agreeing is None:
                yield Cluster(part.units, (), (Way(NOTHING),), everything, UNREAD)
                return
            if agreeing:
                ways = _ways((NOTHING, tuple(sorted(one.items()))) for one in agreeing)
                yield Cluster(part.units, (), ways, everything)
                return
            part.restart()
            by_choice = {}
            repairs: list[Units] = []
            for choice in part.choices():
                conflicts, hitting = part.dual(choice)
                by_choice[tuple(sorted(choice.items()))] = conflicts
                repairs += hitting
            repairs = _minimal(repairs)
            conflicts = hitting_sets(repairs)
            by_rank, left = self._chosen(part.units, by_choice, repairs)
        except _Cut:
            yield _given_up(part.units, [])
            return
        found = {
            (dropped, tuple((h, n) for h, n in choice if part.of_hole[h].isdisjoint(dropped)))
            for dropped in left
            for choice, sets in by_choice.items()
            if not any(one.isdisjoint(dropped) for one in sets)
        }
        if len(found) > MOST_ALTERNATIVES:
            yield self._old_rule(part.units, conflicts)
            return
        yield Cluster(part.units, _sorted(conflicts), _ways(found), by_rank)

    # ------------------------------------------------------------------ preferences

    def _chosen(
        self,
        units: Units,
        by_choice: Mapping[tuple[tuple[int, int], ...], Sequence[Units]],
        repairs: Sequence[Units],
    ) -> tuple[frozenset[Units], list[Units]]:
        """What is left out of the repairs that are optimal by rank, and of those that stay."""

        def agrees(kept: Units) -> bool:
            return any(not any(one <= kept for one in sets) for sets in by_choice.values())

        def optimal(dropped: Units, better: Better) -> bool:
            kept = units - dropped
            return not any(
                agrees(frozenset(a for a in kept if not better(b, a)) | {b}) for b in dropped
            )

        prefer = self._prefer
        by_rank = [one for one in repairs if optimal(one, prefer.by_rank)]
        left = [one for one in by_rank if optimal(one, prefer.better)]
        return frozenset(by_rank), self._most(units, left)

    def _most(self, units: Units, repairs: list[Units]) -> list[Units]:
        """Those of some repairs with most voices, where the majority decides; else all of them."""
        prefer = self._prefer
        if not prefer.majority:
            return repairs
        voices = {
            one: len({prefer.voice_of[u] for u in units - one if prefer.claim_of[u]})
            for one in repairs
        }
        most = max(voices.values())
        return [one for one in repairs if voices[one] == most]


def _lowest(conflict: Units, better: Better) -> Units:
    """What is certainly above nothing else in a conflict: what never has to give way is not."""
    return frozenset(u for u in conflict if not any(better(u, other) for other in conflict))


def _given_up(units: Units, conflicts: Iterable[Units]) -> Cluster:
    """Nothing of what may conflict dates anything, where it was not found out what does."""
    return Cluster(units, _sorted(conflicts), (Way(units),), frozenset([units]), GIVEN_UP)


def _ways(found: Iterable[tuple[Units, tuple[tuple[int, int], ...]]]) -> tuple[Way, ...]:
    return tuple(sorted((Way(*one) for one in set(found)), key=lambda way: way.order))


def _sorted(sets: Iterable[Units]) -> tuple[Units, ...]:
    return tuple(sorted(sets, key=sorted))


def _minimal(sets: Iterable[Units]) -> list[Units]:
    """The sets that hold no other one."""
    kept: list[Units] = []
    holding: dict[int, list[Units]] = defaultdict(list)
    for one in sorted(set(sets), key=lambda s: (len(s), sorted(s))):
        if not any(other <= one for unit in one for other in holding[unit]):
            kept.append(one)
            for unit in one:
                holding[unit].append(one)
    return kept
