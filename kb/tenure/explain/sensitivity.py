"""What would change an answer: the claims that it hangs on, and the days that are not known.

A bound hangs on a claim when it would be another without it. Only a claim on every tightest
derivation can be so necessary, hence only those on one derivation in each alternative are tried,
with whatever else tells of the occurrences on it; the few claims without which other constraints
would hold; and those without which others would no longer lose in a conflict. Each is tried by
solving without it (:mod:`tenure.explain.what_if`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from tenure.errors import BadDate
from tenure.explain.model import Dependency, MomentReason
from tenure.explain.what_if import WhatIf
from tenure.fusion import DATING, AsOf, Day, Distances, Moment, TimeSolution, World, name_of
from tenure.model import Occurrence
from tenure.namespaces import local_name
from tenure.temporal import ORIGIN, Certainty, Constraint, Reach, iso, parse
from tenure.temporal.in_words import date_in_words, day_in_words, stretch_in_words

_EDGES = {"before": "the day before {}", "after": "the day after {}"}


def moment_in_words(moment: Moment, labels: Mapping[str, str], world: World) -> str:
    """When a moment is, as a phrase: *on 3 January 2020*, *on the day US strike began*."""
    head, _, rest = moment.key.partition("/")
    if moment.always:
        return "at some time or other"
    if head in _EDGES:
        day = moment.begun or moment.lasting
        if day is not None and day.iri is None and moment.begun == moment.lasting:
            return f"on {day_in_words(day.shift)}"
        if day is not None and day.iri is not None:
            return f"on {day_of(day, labels, world)}"
        return f"on {_EDGES[head].format(rest)}"
    if moment.stretch or moment.throughout:
        first, last = (
            (moment.lasting, moment.begun) if moment.stretch else (moment.begun, moment.lasting)
        )
        word = "on every day" if moment.throughout else "at some time"
        return _stretch(first, last, word, labels, world)
    day = moment.begun
    if day is not None and day.iri is not None:
        return f"on {day_of(day, labels, world)}"
    try:
        return date_in_words(parse(moment.key).text)
    except BadDate:
        return f"at {moment.key}"


def day_of(day: Day, labels: Mapping[str, str], world: World) -> str:
    """A day of a moment: by its date, or by what began or ended on it."""
    if day.iri is None:
        return day_in_words(day.shift)
    source = world.sources.get(day.iri)
    if source is not None:
        named = f"“{source.label}” was published"
    else:
        verb = "ended" if day.which == "end" else "began"
        occurrence = world.occurrences.get(day.iri)
        name = name_of(day.iri, labels)
        if occurrence is not None and occurrence.subject is not None:
            whose = name_of(occurrence.subject, labels)
            name = f"the {world.schema.label(occurrence.kind)} of {whose}"
        named = f"“{name}” {verb}"
    number = abs(day.shift)
    if number == 0:
        return f"the day on which {named}"
    ahead = "before" if day.shift < 0 else "after"
    return f"the day {ahead} {named}" if number == 1 else f"{number} days {ahead} {named}"


def _stretch(
    first: Day | None, last: Day | None, word: str, labels: Mapping[str, str], world: World
) -> str:
    begins = "" if first is None else f" from {day_of(first, labels, world)} on"
    ends = "" if last is None else f" up to {day_of(last, labels, world)}"
    return f"{word}{begins}{ends}"


BOUNDS: Final = (
    ("startEarliest", "start", False),
    ("startLatest", "start", True),
    ("endEarliest", "end", False),
    ("endLatest", "end", True),
)
"""The name of each bound, the point it is of, and whether it is its greatest day."""

Labels = Mapping[str, str]


def claim_in_words(world: World, iri: str) -> str:
    """What a sentence calls a claim: its source and its number."""
    return f"{local_name(world.claims[iri].source)} (claim {local_name(iri)})"


def claims_to_try(
    what_if: WhatIf, time: TimeSolution, iris: Sequence[str], path: Iterable[Constraint]
) -> list[str]:
    """The claims without which something about the occurrences can be otherwise, in order.

    ``path`` are the constraints that it follows from, in the solution ``time``.
    """
    world = what_if.world
    reasons = [time.reason(constraint) for constraint in path]
    found = {claim for reason in reasons for claim in reason.claims}
    named = {iri for reason in reasons for iri in (reason.subject, reason.object)}
    for iri in named.union(iris):
        if iri in world.occurrences:
            found.update(world.occurrences[iri].claims)
            found.update(c for out in world.occurrences[iri].exclusions for c in out.claims)
    found.update(what_if.shaping)
    # What gave way anywhere dates nothing any more. Were one side of a conflict gone, the other
    # would date again whatever follows from it, which need not be what the conflict concerns.
    found.update(c for one in world.conflicts if one.kind in DATING for c in one.claims)
    return sorted(found)


class Sensitivity:
    """What the answers about one occurrence hang on."""

    def __init__(self, what_if: WhatIf, occurrence: Occurrence, labels: Labels) -> None:
        self._what_if = what_if
        self._world = what_if.world
        self._occurrence = occurrence
        self._labels = labels
        self._time = self._world.time.of(occurrence.existence)
        self._lefts: dict[str, Occurrence | None] = {}

    # ------------------------------------------------------------------ bounds

    def of_bound(self, name: str) -> tuple[tuple[Dependency, ...], str]:
        """What one of the four bounds hangs on, and what to say where it hangs on no one claim."""
        place = [bound for bound, _, _ in BOUNDS].index(name)
        now = _days(self._occurrence)[place]
        found = []
        for claim in self._telling:
            left = self._left(claim)
            if left is None:
                # Where nothing bounds the day, that is no news about it.
                found += [self._gone(claim)] if now is not None else []
            elif _days(left)[place] != now:
                found.append(self._other_day(claim, _days(left)[place]))
        several = now is not None and len(self.every_claim(name)) > 1
        alone = "The day hangs on no single claim: several derivations give it."
        return tuple(found), alone if several and not found else ""

    def every_claim(self, name: str) -> tuple[str, ...]:
        """The claims on any of the tightest derivations of a bound, sorted."""
        _, which, greatest = next(bound for bound in BOUNDS if bound[0] == name)
        time = self._time.attaining((self._occurrence.iri, which), greatest=greatest)
        point = time.points.get((self._occurrence.iri, which))
        reach = time.at_most if greatest else time.at_least
        if point is None or point not in reach.distance:
            return ()
        whole = time.network.constraints
        on_any = tight(whole, reach, point, greatest=greatest)
        return tuple(sorted({c for one in on_any for c in self._time.reason(one).claims}))

    def loose(self) -> tuple[str, ...]:
        """Which of the two days are not known, and what would settle them."""
        bounds = self._occurrence.bounds
        stated = []
        for word, first, last in (
            ("first", bounds.start_earliest, bounds.start_latest),
            ("last", bounds.end_earliest, bounds.end_latest),
        ):
            if first is not None and first == last:
                continue
            lies = f"Its {word} day lies {stretch_in_words(first, last)}"
            if first is None and last is None:
                lies = f"Nothing bounds its {word} day"
            stated.append(f"{lies}; a source that names the day would settle it.")
        return tuple(stated)

    # ------------------------------------------------------------------ a moment

    def at(self, moment: Moment) -> MomentReason:
        """How surely it was going on at a moment, and what would change that."""
        now = AsOf(moment, self._world.time).certainty(self._occurrence)
        found = []
        for claim in self.claims_at(moment):
            without = self._what_if.without(claim)
            left = without.occurrence(self._occurrence)
            if left is None:
                found.append(self._gone(claim))
                continue
            then = AsOf(moment, without.time).certainty(left)
            if then is not now:
                found.append(self._otherwise(claim, now, then))
        note = (
            "" if found else "No single claim decides this: without any one it would be the same."
        )
        return MomentReason(
            moment.key,
            moment_in_words(moment, self._labels, self._world),
            str(now),
            tuple(found),
            note,
            self._would_be_certain(moment) if now is Certainty.POSSIBLE else "",
        )

    def _would_be_certain(self, moment: Moment) -> str:
        needs = []
        start, end = (Day(self._occurrence.iri, which, 0) for which in ("start", "end"))
        tied = [(d.iri, d.which) for d in (start, end, moment.begun, moment.lasting) if d and d.iri]
        every = [Distances(time) for time in self._time.combinations(tied)]
        for point, day, word, side in (
            (start, moment.begun, "start", "before"),
            (end, moment.lasting, "end", "after"),
        ):
            if day is None:
                if not (moment.stretch or moment.always):
                    return "Nothing could make it certain of a time that is open to one side."
                continue
            pair = (point, day) if side == "before" else (day, point)
            if any((one.least(*pair) or -1) < 0 and one.least(*pair) != 0 for one in every):
                needs.append(f"its {word} on or {side} {day_of(day, self._labels, self._world)}")
        stated = f"A source that dates {' and '.join(needs)}" if needs else ""
        if self._occurrence.existence is not Certainty.CERTAIN:
            unhedged = "a claim that tells of it without a hedge"
            stated = f"{stated}, and {unhedged}," if stated else unhedged.capitalize()
        return f"{stated} would make it certain." if stated else ""

    # ------------------------------------------------------------------ which claims to try

    @cached_property
    def _telling(self) -> list[str]:
        """The claims without which a bound can be otherwise."""
        return self._candidates(self._paths())

    def _left(self, claim: str) -> Occurrence | None:
        """What is left without a claim. Kept, as there may be room for few whole worlds."""
        if claim not in self._lefts:
            self._lefts[claim] = self._what_if.without(claim).occurrence(self._occurrence)
        return self._lefts[claim]

    def claims_at(self, moment: Moment) -> list[str]:
        """The claims without which how it stood at a moment can be otherwise, in order."""
        return self._candidates(self._paths_from(moment))

    def _candidates(self, paths: Iterable[Constraint]) -> list[str]:
        return claims_to_try(self._what_if, self._time, (self._occurrence.iri,), paths)

    def _paths(self) -> Iterator[Constraint]:
        """The derivations of the bounds, in every alternative.

        Without a claim any of them can come to be the one that a bound is that of.
        """
        own = [(self._occurrence.iri, which) for which in ("start", "end")]
        for time in self._time.combinations(own):
            for name in own:
                for reach in (time.at_least, time.at_most):
                    yield from _path(time, reach, name)

    def _paths_from(self, moment: Moment) -> Iterator[Constraint]:
        """The derivations between the days of a moment and those of the occurrence."""
        yield from self._paths()
        days = (moment.begun, moment.lasting, moment.begun_maybe, moment.lasting_maybe)
        points = [(day.iri, day.which) for day in days if day is not None and day.iri is not None]
        own = [(self._occurrence.iri, which) for which in ("start", "end")]
        if moment.throughout:
            points.append(own[1])
        for time in self._time.combinations([*own, *points]) if points else ():
            for name in dict.fromkeys(points):
                point = time.points.get(name)
                if point is None:
                    continue
                for reach in (time.network.at_least(point), time.network.at_most(point)):
                    for which in own:
                        yield from _path(time, reach, which)
                for reach in (time.at_least, time.at_most):
                    yield from _path(time, reach, name)

    # ------------------------------------------------------------------ words

    def _gone(self, claim: str) -> Dependency:
        text = f"Without {claim_in_words(self._world, claim)} nothing would tell of it."
        return Dependency(claim, None, True, text)

    def _other_day(self, claim: str, day: int | None) -> Dependency:
        then = "unbounded" if day is None else day_in_words(day)
        text = f"Without {claim_in_words(self._world, claim)} it would be {then}."
        return Dependency(claim, None if day is None else iso(day), False, text)

    def _otherwise(self, claim: str, now: Certainty, then: Certainty) -> Dependency:
        fallen = (now, then) == (Certainty.CERTAIN, Certainty.POSSIBLE)
        word = "possible only" if fallen else str(then)
        text = f"Without {claim_in_words(self._world, claim)} it would be {word}."
        return Dependency(claim, str(then), False, text)


def tight(
    constraints: Iterable[Constraint], reach: Reach, point: int, *, greatest: bool
) -> tuple[Constraint, ...]:
    """The constraints on any of the tightest derivations of a point's bound from the origin."""
    into: dict[int, list[Constraint]] = {}
    sign = -1 if greatest else 1
    for constraint in constraints:
        start, target = constraint.earlier, constraint.later
        if greatest:
            start, target = target, start
        if start not in reach.distance or target not in reach.distance:
            continue
        if reach.distance[start] + sign * constraint.least == reach.distance[target]:
            into.setdefault(target, []).append(constraint)
    found: list[Constraint] = []
    todo, seen = [point], {point}
    while todo:
        here = todo.pop()
        if here == ORIGIN:
            continue
        for constraint in into.get(here, ()):
            found.append(constraint)
            before = constraint.later if greatest else constraint.earlier
            if before not in seen:
                seen.add(before)
                todo.append(before)
    return tuple(sorted(set(found)))


def _days(occurrence: Occurrence) -> tuple[int | None, ...]:
    four = occurrence.bounds
    return four.start_earliest, four.start_latest, four.end_earliest, four.end_latest


def _path(time: TimeSolution, reach: Reach, name: tuple[str, str]) -> tuple[Constraint, ...]:
    point = time.points.get(name)
    return reach.path(point) if point is not None and point in reach.distance else ()
