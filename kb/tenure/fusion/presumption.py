"""Until when something is presumed to go on, though nobody vouches for it any more.

What had certainly begun and of which no end is stated as a fact is presumed to go on for as long as
the ontology says of its kind, of the capacity in which an office is held, or the registry of the
office (``tn:horizonDays``), counted from the last word: the last day that anything vouches for it.
A planned end replaces that. Who succeeded whom is for :mod:`tenure.fusion.succession` to tell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from tenure.fusion.certainty import FAR
from tenure.fusion.solution import TimeSolution
from tenure.fusion.statements import Statement
from tenure.fusion.vouching import Plan, Vouching
from tenure.model import Claim
from tenure.model.occurrence import Occurrence, Presumption
from tenure.model.schema import Schema
from tenure.namespaces import TN
from tenure.temporal import ORIGIN, Certainty, Constraint

_CAPACITY = TN("capacity").value


class Presuming:
    """Finds how long each situation of one world is presumed to go on."""

    def __init__(
        self,
        plans: Sequence[Plan],
        vouched: Mapping[str, Vouching],
        claims: Mapping[str, Claim],
        kinds: Mapping[str, str],
        schema: Schema,
        horizons: Mapping[str, int],
        ceased: Mapping[str, int],
    ) -> None:
        """``horizons`` are those of offices, in days, and ``plans`` those that count.

        ``ceased`` has the offices of organizations that have ended, as :func:`ceasing` says.
        """
        self._plans: dict[str, list[Plan]] = {}
        for plan in plans:
            self._plans.setdefault(plan.iri, []).append(plan)
        self._vouched = vouched
        self._claims = claims
        self._sources = {claim.source for claim in claims.values()}
        self._kinds = kinds
        self._schema = schema
        self._horizons = horizons
        self._ceased = ceased

    def of(
        self, one: Occurrence, about: Collection[Statement], time: TimeSolution
    ) -> Presumption | None:
        """Until when an occurrence is presumed to go on, by itself; None where it never is.

        ``about`` is what is stated of it. Of several alternatives of ``time`` any may be right: it
        is presumed as long as it is certain or presumed in each.
        """
        horizon = self._horizon(one, about)
        if horizon is None or one.existence is not Certainty.CERTAIN:
            return None
        if one.note:
            # More alternatives than can be told apart: one of them may have it end.
            return None
        found: list[Presumption] = []
        last: list[int] = []
        for solution in time.combinations(((one.iri, "start"), (one.iri, "end"))):
            bounds = solution.bounds(one.iri)
            if bounds.start_latest is None:
                return None
            presumed = self._in(one, solution, horizon)
            if presumed is not None:
                found.append(presumed)
                last.append(presumed.until)
            elif bounds.end_earliest is None:
                return None
            else:
                last.append(bounds.end_earliest)
        if not found:
            return None
        until = min(last)
        chosen = min(found, key=lambda each: (each.until, each.word))
        begun = one.bounds.start_latest
        if until <= chosen.word or begun is None or until < begun:
            return None
        return replace(chosen, until=until)

    def _in(self, one: Occurrence, time: TimeSolution, horizon: int) -> Presumption | None:
        """As :meth:`of`, in one solution of time; None also where an end is stated as a fact."""
        bounds = time.bounds(one.iri)
        begun, lasting = bounds.start_latest, bounds.end_earliest
        start, end = (time.points.get((one.iri, which)) for which in ("start", "end"))
        if begun is None or start is None or end is None:
            return None
        word = begun if lasting is None else max(begun, lasting)
        planned = self._planned_end(one.iri, end, time)
        if planned is None:
            return None
        until = _until([*planned, *self._plans_of(one.iri, "end")], word, word + horizon)
        over = time.bounds(one.object) if one.object is not None else None
        if over is not None and over.end_latest is not None:
            # An organization that has ended ends what was held in it.
            until = min(until, word if over.end_earliest is None else over.end_earliest)
        until = min(until, self._ceased.get(one.object or "", until))
        if until <= word:
            return None
        latest = self._latest_word(end, begun, time)
        by_end = lasting is not None and lasting >= begun
        reach, point = (time.at_least, end) if by_end else (time.at_most, start)
        return Presumption(until, word, latest, self._source(reach.path(point), time))

    def _horizon(self, one: Occurrence, about: Collection[Statement]) -> int | None:
        """By capacity, by office, by kind: the first that has one."""
        kind = self._schema.horizon_of(one.kind)
        if kind is None:
            return None
        capacities = (s.object.value for s in about if s.predicate == _CAPACITY)
        found = [h for c in capacities if (h := self._schema.horizon_of(c)) is not None]
        if found:
            return min(found)
        return self._horizons.get(one.object or "", kind)

    def _planned_end(self, iri: str, end: int, time: TimeSolution) -> list[Plan] | None:
        """What others' days say of the end as planned; None where an end is stated as a fact.

        An end is stated where, beside lives and existences that are not known to be over, anything
        comes after it: a date, an event that ended it, a successor's start.
        """
        found: list[Plan] = []
        todo, seen = [end], {end}
        while todo:
            for constraint in time.network.onwards(todo.pop()):
                later = constraint.later
                if later == ORIGIN:
                    return None
                if later in seen:
                    continue
                seen.add(later)
                name, which = time.names[later]
                kind = self._kinds.get(name)
                if name in self._sources:
                    return None
                if kind is None or (which == "end" and kind in self._schema.kinds and name != iri):
                    todo.append(later)
                    continue
                plans = self._only_planned(name, time)
                if plans is None:
                    return None
                found += plans
        return found

    def _only_planned(self, iri: str, time: TimeSolution) -> list[Plan] | None:
        """The plans for an occurrence that nobody tells of as a fact; None of any other."""
        if time.bounds(iri).start_latest is not None:
            return None
        plans = self._plans_of(iri, "start") + self._plans_of(iri, "end")
        return plans or None

    def _plans_of(self, iri: str, which: str) -> list[Plan]:
        return [one for one in self._plans.get(iri, ()) if one.which == which]

    def _latest_word(self, end: int, begun: int, time: TimeSolution) -> int | None:
        """The last day that the last word can be; None where it is not known."""
        latest = begun
        for constraint in time.network.backwards(end):
            day = time.at_most.distance.get(constraint.earlier)
            spoken = [
                self._vouched[claim].last
                for claim in time.reason(constraint).claims
                if claim in self._vouched
            ]
            days = [] if day is None else [day + constraint.least]
            if not (days or spoken):
                return None
            # Nobody vouches for a day after that on which he spoke.
            latest = max(latest, min([*days, *spoken]))
        return latest

    def _source(self, path: Sequence[Constraint], time: TimeSolution) -> str | None:
        """The source behind the last step of a derivation that claims bring."""
        for constraint in reversed(path):
            claims = time.reason(constraint).claims
            if claims:
                return self._claims[claims[0]].source
        return None


def _until(plans: Sequence[Plan], word: int, horizon: int) -> int:
    """The last day presumed, by what is planned for the end, else by the horizon.

    What was planned before the last word for a day before it is overtaken, and so is a plan of
    which another source spoke certainly later.
    """
    ahead = [p for p in plans if (p.high if p.high is not None else p.low or word + 1) > word]
    newest = [p for p in ahead if not any(o.spoken[0] > p.spoken[1] for o in ahead)]
    days = []
    for plan in newest:
        if plan.low is None:
            days.append(horizon if plan.high is None else min(horizon, plan.high))
        elif plan.high is None and plan.which == "end":
            days.append(max(horizon, plan.low))
        else:
            days.append(plan.low)
    return min(days, default=horizon)


def ceasing(iri: str, time: TimeSolution) -> int | None:
    """The day from which on something may have ended; None where it is not known to have ended.

    Of several alternatives any may be right: the first of their days. What may have ended on any
    day whatever has the day minus :data:`~tenure.fusion.FAR`.
    """
    several = [one.bounds for one in time.variants_of(iri)] or [time.bounds(iri)]
    days = [
        -FAR if four.end_earliest is None else four.end_earliest
        for four in several
        if four.end_latest is not None
    ]
    return min(days, default=None)


def until_excluded(one: Occurrence) -> Occurrence:
    """The occurrence, presumed only until the first day after the last word that is taken out.

    It is not presumed at all where what is taken out may be all there was of it.
    """
    presumption = one.presumption
    if presumption is None or not one.exclusions:
        return one
    if one.certainty is not Certainty.CERTAIN:
        return replace(one, presumption=None)
    word = presumption.word
    after = [e.first for e in one.exclusions if e.last is None or e.last > word]
    until = min(
        [presumption.until, *(word if day is None else max(word, day - 1) for day in after)]
    )
    return replace(one, presumption=replace(presumption, until=until) if until > word else None)
