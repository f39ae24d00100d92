"""Alternatives: the ways in which all that is accepted can agree, and what each says.

From the constraints and the clusters of conflicts among them (:mod:`tenure.fusion.repairs`) to a
solution (:mod:`tenure.fusion.solution`), to conflicts between claims, and to the distinct bounds of
each occurrence with what the smallest repair that gives them leaves out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, product

from tenure.errors import BadClaim
from tenure.fusion.conflict_resolution import preferences
from tenure.fusion.constraints import ConstraintBuilder, Reason
from tenure.fusion.inconsistency import Beside, CandidateConstraints
from tenure.fusion.messages import claim_in_short, conflict_reason, unit_in_words
from tenure.fusion.repairs import (
    GIVEN_UP,
    MOST_CHOICES,
    TOO_MANY,
    UNREAD,
    AlwaysInconsistent,
    Cluster,
    Units,
    clusters,
)
from tenure.fusion.solution import Conditional, TimeSolution, Variant, Variants
from tenure.fusion.statements import Unit
from tenure.model import Claim, Policy, Source
from tenure.model.occurrence import Alternative, Conflict
from tenure.model.policy import RANK
from tenure.model.schema import Schema
from tenure.temporal import (
    ORIGIN,
    Certainty,
    Constraint,
    FourBounds,
    TimeNetwork,
    find_contradiction,
)


@dataclass
class Alternatives:
    """The clusters of one network of claims, and the solution with all that they leave open."""

    builder: ConstraintBuilder
    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]
    schema: Schema
    policy: Policy
    labels: Mapping[str, str]
    hedged: frozenset[str]
    units: list[Unit] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    _of_reason: list[tuple[int, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find the clusters. Raises :class:`~tenure.errors.BadClaim` where axioms contradict."""
        builder = self.builder
        if not builder.holes and find_contradiction(builder.constraints) is None:
            return
        try:
            self._find(builder.units())
        except AlwaysInconsistent:
            # Not even what is told beside all dates can be so: there, that can be left out too.
            always = [c for c in builder.constraints if not self._labels_of(c)]
            matter = CandidateConstraints(always).constraints
            try:
                self._find(builder.units({c.reason for c in matter}))
            except AlwaysInconsistent as error:
                raise BadClaim(
                    "The ontology's axioms and the sources' own dates contradict each other.",
                    remedy="Correct a source's tn:published, or the axiom.",
                ) from error

    def _find(self, of_reason: list[tuple[Unit, ...]]) -> None:
        builder = self.builder
        self.units = sorted({unit for units in of_reason for unit in units})
        number = {unit: place for place, unit in enumerate(self.units)}
        self._of_reason = [tuple(number[unit] for unit in units) for units in of_reason]
        holes = [
            [list(hole.constraints(n)) for n in range(len(hole.readings))]
            for _, hole in sorted(builder.holes.items())
        ]
        prefer = preferences(
            self.units, self.claims, self.sources, self.schema.rank_order, self.policy
        )
        self.clusters = clusters(builder.constraints, self._labels_of, holes, prefer)

    @cached_property
    def disputed(self) -> frozenset[Unit]:
        """What some alternative leaves out."""
        return frozenset(self.units[u] for one in self.clusters for u in one.dropped)

    @cached_property
    def bearing(self) -> frozenset[str]:
        """The claims without which there could be other alternatives."""
        return frozenset(self.units[u].claim for one in self.clusters for u in one.units)

    # ------------------------------------------------------------------ the solution

    @cached_property
    def time(self) -> TimeSolution:
        """The solved network. Derivations are searched when somebody asks for a path."""
        common, conditionals = self._split()

        def hedged(constraint: Constraint) -> bool:
            return not self.hedged.isdisjoint(self.builder.reasons[constraint.reason].claims)

        if not self.hedged:
            return self._solution(common, conditionals, None)
        firm = [c for c in common if not hedged(c)]
        some = [c for c in conditionals if not hedged(c.constraint)]
        soft = None
        if len(firm) < len(common) or len(some) < len(conditionals):
            soft = self._solution(common, conditionals, None)
        return self._solution(firm, some, soft)

    def _split(self) -> tuple[list[Constraint], list[Conditional]]:
        """The constraints of every alternative, and those of some."""
        if not self.clusters:
            return self.builder.constraints, []
        common: list[Constraint] = []
        found: list[Conditional] = []
        for constraint, reading in self._read():
            labels = self._labels_of(constraint)
            bearing = {self._cluster_of[u] for u in labels if u in self._cluster_of}
            if reading is not None:
                bearing.add(self._choice_of[reading[0]])
            kept = {place: self._keeping(place, labels, reading) for place in bearing}
            if all(kept.values()):
                some = {p: ways for p, ways in kept.items() if ways != self._all_ways(p)}
                if some:
                    found.append(Conditional(constraint, some))
                else:
                    common.append(constraint)
        return common, found

    def _read(self) -> Iterator[tuple[Constraint, tuple[int, int] | None]]:
        """All constraints, those of a reading of a date with which one it is."""
        yield from ((one, None) for one in self.builder.constraints)
        for number, (_, hole) in enumerate(sorted(self.builder.holes.items())):
            for n in range(len(hole.readings)) if number in self._choice_of else ():
                yield from ((one, (number, n)) for one in hole.constraints(n))

    @cached_property
    def _cluster_of(self) -> Mapping[int, int]:
        """The cluster of each unit that some way leaves out."""
        return {u: place for place, one in enumerate(self.clusters) for u in one.dropped}

    @cached_property
    def _choice_of(self) -> Mapping[int, int]:
        """The cluster in which each date with holes is read."""
        return {
            hole: place
            for place, one in enumerate(self.clusters)
            for way in one.ways
            for hole, _ in way.readings
        }

    def _all_ways(self, place: int) -> frozenset[int]:
        return frozenset(range(len(self.clusters[place].ways)))

    def _keeping(
        self, place: int, labels: Iterable[int], reading: tuple[int, int] | None
    ) -> frozenset[int]:
        """The ways of a cluster that keep a constraint."""
        chooses = reading is not None and self._choice_of[reading[0]] == place
        return frozenset(
            number
            for number, way in enumerate(self.clusters[place].ways)
            if way.dropped.isdisjoint(labels) and (not chooses or reading in way.readings)
        )

    def _solution(
        self,
        constraints: list[Constraint],
        conditionals: list[Conditional],
        soft: TimeSolution | None,
    ) -> TimeSolution:
        builder = self.builder
        network = TimeNetwork(constraints)
        found = TimeSolution(
            network,
            builder.points,
            tuple(builder.names),
            tuple(builder.reasons),
            network.at_least(ORIGIN),
            network.at_most(ORIGIN),
        )
        variants = None
        if conditionals:
            sizes = {
                place: [len(way.dropped) for way in self.clusters[place].ways]
                for one in conditionals
                for place in one.kept
            }
            variants = Variants(found, conditionals, sizes)
        if soft is None and variants is None:
            return found
        return TimeSolution(
            network,
            found.points,
            found.names,
            found.reasons,
            found.at_least,
            found.at_most,
            soft,
            variants,
        )

    # ------------------------------------------------------------------ conflicts

    def conflicts(
        self, iri_of: Callable[[tuple[str, ...]], str], kinds: Mapping[str, str]
    ) -> tuple[Conflict, ...]:
        """The conflicts between claims, by IRI; ``kinds`` has the occurrences."""
        found: dict[tuple[str, ...], Conflict] = {}
        for place, cluster in enumerate(self.clusters):
            sets = cluster.conflicts
            if cluster.cut == GIVEN_UP and not sets:
                sets = (frozenset(u for u in cluster.dropped if self.units[u].claim),)
            for one in sets:
                if all(self.units[unit].claim for unit in one):
                    conflict = self._conflict(place, one, iri_of, kinds)
                    known = found.get(conflict.claims)
                    found[conflict.claims] = _both(known, conflict) if known else conflict
        return tuple(sorted(found.values(), key=lambda c: c.iri))

    def _conflict(
        self,
        place: int,
        one: Units,
        iri_of: Callable[[tuple[str, ...]], str],
        kinds: Mapping[str, str],
    ) -> Conflict:
        cluster = self.clusters[place]
        claims = self._between(one)
        named = {iri for unit in one for iri in self._named(unit)}
        concerns = tuple(sorted(named & kinds.keys()))
        left_out = {way.dropped & one for way in cluster.ways}
        settled = len(one) > 1 and len(left_out) == 1 and cluster.cut != GIVEN_UP
        lost = tuple(sorted({self.units[u].claim for some in left_out for u in some}))
        rule = ""
        if settled:
            by_rank = len({dropped & one for dropped in cluster.by_rank}) == 1
            rule = RANK if by_rank else self.policy.resolve.rule
        reason = conflict_reason([self.claims[c] for c in claims], concerns, self.labels)
        cuts = [cluster.cut, GIVEN_UP if place in self._given_up else ""]
        reason = " ".join(dict.fromkeys(filter(None, (reason, *cuts))))
        return Conflict(
            iri_of(claims),
            claims,
            lost,
            settled,
            concerns,
            reason,
            rule=rule,
            lost=lost if settled else (),
        )

    @cached_property
    def _given_up(self) -> set[int]:
        """The clusters that could not be combined with those that they bear upon."""
        found: set[int] = set()
        for time in (self.time, self.time.soft):
            if time is not None and time.variants is not None:
                assert time.variants.groups is not None
                found |= time.variants.given_up
        return found

    def _between(self, one: Units) -> tuple[str, ...]:
        """The claims that a conflict is between: also those of what is told beside all dates."""
        claims = {self.units[unit].claim for unit in one}
        claims.update(claim for reason in self._cycle(one) for claim in reason.claims)
        return tuple(sorted(claims))

    def _cycle(self, one: Units) -> set[Reason]:
        """Why units contradict each other, with what is told beside all dates.

        With dates that have holes among them they do so under each choice of readings.
        """
        own = [c for unit in one for c in self._by_unit[unit] if one.issuperset(self._labels_of(c))]
        holes = [
            [list(hole.constraints(n)) for n in range(len(hole.readings))]
            for _, hole in sorted(self.builder.holes.items())
            if one.issuperset(self._of_reason[hole.reason])
        ]
        found: set[Reason] = set()
        for some in islice(product(*holes), MOST_CHOICES):
            near = self._beside.with_these([*own, *(c for read in some for c in read)])
            cycle = find_contradiction(near) or ()
            found.update(self.builder.reasons[step.reason] for step in cycle)
        return found

    def reasons_between(self, claims: tuple[str, ...]) -> set[Reason]:
        """Why these claims, all of them and no others, contradict each other."""
        sets = [one for cluster in self.clusters for one in cluster.conflicts]
        return {r for one in sets if self._between(one) == claims for r in self._cycle(one)}

    @cached_property
    def _beside(self) -> Beside:
        return Beside(self.builder.constraints, self._labels_of)

    @cached_property
    def _by_unit(self) -> Mapping[int, list[Constraint]]:
        found: dict[int, list[Constraint]] = defaultdict(list)
        for constraint in self.builder.constraints:
            for unit in self._labels_of(constraint):
                found[unit].append(constraint)
        return found

    def _named(self, unit: int) -> set[str]:
        """The things between whose days a unit's constraints are."""
        names = self.builder.names
        return {names[p][0] for c in self._by_unit[unit] for p in (c.earlier, c.later)}

    # ------------------------------------------------------------------ of one occurrence

    def of(
        self, iri: str, existence: Certainty, concerned: bool
    ) -> tuple[tuple[Alternative, ...], bool, FourBounds | None]:
        """The alternatives of an occurrence, whether it is contested, and the bounds agreed on.

        ``concerned`` says whether an unsettled conflict concerns it.
        """
        if not self.clusters:
            return (), concerned, None
        time = self.time.of(existence)
        found = time.variants_of(iri)
        contested = concerned or self._apart(found) or self._may_be_apart(iri, existence)
        if not contested:
            # What another alternative says less exactly makes no difference to what can be asked.
            found = tuple(one for one in found if not any(_holds(o, one) for o in found))
            found = found if len(found) > 1 else ()
        agreed = time.common.bounds(iri) if contested else None
        return tuple(map(self._alternative, found)), contested, agreed

    def _alternative(self, variant: Variant) -> Alternative:
        ways = [self.clusters[place].ways[way] for place, way in variant.choice]
        gone = sorted({self.units[u] for way in ways for u in way.dropped})
        said = [
            f"{claim_in_short(unit.claim)}"
            f" ({unit_in_words(unit, self.claims[unit.claim], self.schema, self.labels)})"
            for unit in gone
            if unit.claim
        ]
        parts = [f"Leaves out {'; '.join(said)}."] if said else []
        uses = [unit for unit in gone if not unit.claim]
        parts += [f"Without {self.schema.axioms[use.predicate].label!r}." for use in uses]
        holes = [hole for _, hole in sorted(self.builder.holes.items())]
        read = sorted({pair for way in ways for pair in way.readings})
        for hole, n in read:
            text = self.builder.reasons[holes[hole].reason].object
            parts.append(f"Reads {text} as {holes[hole].readings[n].text}.")
        claims = tuple(sorted({unit.claim for unit in gone if unit.claim}))
        return Alternative(variant.bounds, claims, " ".join(parts))

    def _apart(self, variants: Iterable[Variant]) -> bool:
        """Whether two ways to settle conflicts leave the start or the end no common day."""
        by_repair: dict[frozenset[int], list[FourBounds]] = defaultdict(list)
        for one in variants:
            ways = [self.clusters[place].ways[way] for place, way in one.choice]
            gone = frozenset(u for way in ways for u in way.dropped if self.units[u].claim)
            by_repair[gone].append(one.bounds)
        groups = list(by_repair.values())
        return any(
            all(_starts_apart(a, b) for a in one for b in other)
            or all(_ends_apart(a, b) for a in one for b in other)
            for place, one in enumerate(groups)
            for other in groups[:place]
        )

    def _may_be_apart(self, iri: str, existence: Certainty) -> bool:
        """Whether it is not known if conflicts leave no common day: there are too many ways."""
        return self.time.of(existence).has_too_many(iri) and any(c.conflicts for c in self.clusters)

    def note(self, iri: str, existence: Certainty) -> str:
        """What could not be told apart of an occurrence; empty where all is."""
        many = iri in self._cut or self.time.of(existence).has_too_many(iri)
        return self._notes.get(iri, "") or (TOO_MANY if many else "")

    @cached_property
    def _cut(self) -> set[str]:
        """What statements date of which it was given up to tell what follows from each."""
        given_up = {n for n, one in enumerate(self.clusters) if one.cut == GIVEN_UP}
        units = {u for n in given_up | self._given_up for u in self.clusters[n].dropped}
        return {iri for unit in units for iri in self._named(unit)}

    @cached_property
    def _notes(self) -> Mapping[str, str]:
        """By occurrence or other thing, what could not be told apart."""
        found = {statement.subject: UNREAD for statement in self.builder.unread}
        holes = [hole for _, hole in sorted(self.builder.holes.items())]
        cut = {h for c in self.clusters if c.cut == UNREAD for h in range(len(holes))}
        for cluster in self.clusters:
            cut -= {h for way in cluster.ways for h, _ in way.readings}
        found.update({self.builder.reasons[holes[h].reason].subject: UNREAD for h in cut})
        return found

    def _labels_of(self, constraint: Constraint) -> tuple[int, ...]:
        return self._of_reason[constraint.reason]


def _both(one: Conflict, other: Conflict) -> Conflict:
    """Two sets of statements of the same claims as one conflict."""
    settled = one.settled and other.settled
    overruled = tuple(sorted({*one.overruled, *other.overruled}))
    concerns = tuple(sorted({*one.concerns, *other.concerns}))
    reason = one.reason if len(one.concerns) >= len(other.concerns) else other.reason
    rule = "" if not settled else one.rule if one.rule == other.rule else RANK
    return Conflict(
        one.iri,
        one.claims,
        overruled,
        settled,
        concerns,
        reason,
        rule=rule,
        lost=overruled if settled else (),
    )


def _holds(wide: Variant, narrow: Variant) -> bool:
    """Whether one alternative leaves all that another one does, and more."""
    a, b = wide.bounds, narrow.bounds
    return a != b and all(
        outer is None or (inner is not None and (inner >= outer if least else inner <= outer))
        for outer, inner, least in (
            (a.start_earliest, b.start_earliest, True),
            (a.start_latest, b.start_latest, False),
            (a.end_earliest, b.end_earliest, True),
            (a.end_latest, b.end_latest, False),
        )
    )


def _starts_apart(a: FourBounds, b: FourBounds) -> bool:
    return _apart(a.start_earliest, a.start_latest, b.start_earliest, b.start_latest)


def _ends_apart(a: FourBounds, b: FourBounds) -> bool:
    return _apart(a.end_earliest, a.end_latest, b.end_earliest, b.end_latest)


def _apart(low: int | None, high: int | None, other: int | None, top: int | None) -> bool:
    return (high is not None and other is not None and high < other) or (
        top is not None and low is not None and top < low
    )
