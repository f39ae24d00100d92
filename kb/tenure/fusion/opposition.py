"""What denials and lists of all holders make of a world: days out, parts out, conflicts.

They come after the bounds, which they leave as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tenure.fusion.certainty import ANY, AsOf, Distances
from tenure.fusion.completeness import COMPLETE, HolderList, lists_in
from tenure.fusion.conflict_resolution import Settle
from tenure.fusion.denials import DENIED, Denial, denials_in, without_denied
from tenure.fusion.exclusions import Opposed, can_be_on, excluded
from tenure.fusion.fusion_input import Types
from tenure.fusion.messages import name_of, said
from tenure.fusion.solution import TimeSolution
from tenure.fusion.vouching import vouchings
from tenure.model import Claim, Source
from tenure.model.occurrence import CompleteDays, Conflict, Exclusion, Occurrence, Participation
from tenure.model.schema import Schema
from tenure.namespaces import local_name
from tenure.temporal import Certainty
from tenure.temporal.in_words import all_days_in_words

IriOf = Callable[[tuple[str, ...]], str]
Part = tuple[str, str, str]
"""Event, role and who."""


@dataclass(frozen=True, slots=True)
class Opposition:
    """All denials and lists of all holders that count."""

    denials: Sequence[Denial]
    lists: Sequence[HolderList]
    claims: Mapping[str, Claim]
    schema: Schema
    settle: Settle
    iri_of: IriOf
    labels: Mapping[str, str]

    @classmethod
    def of(
        cls,
        listing: Sequence[Claim],
        denying: Sequence[Claim],
        heard: Sequence[Claim],
        occurrences: Mapping[str, Occurrence],
        types: Types,
        schema: Schema,
        sources: Mapping[str, Source],
        states_by: str | None,
        time: TimeSolution,
        settle: Settle,
        iri_of: IriOf,
        labels: Mapping[str, str],
    ) -> Opposition:
        """What the claims say.

        ``listing`` are those that count and name all holders of an office, ``heard`` all that
        count and all that are set aside, denials apart.
        """
        speaking = [*denying, *heard] if denying or listing else []
        vouched = vouchings(speaking, sources, states_by)
        return cls(
            denials_in(denying, occurrences, types, schema, vouched, time),
            lists_in(listing, heard, occurrences, types, schema, sources, vouched),
            {claim.iri: claim for claim in (*heard, *denying)},
            schema,
            settle,
            iri_of,
            labels,
        )

    @property
    def complete(self) -> tuple[CompleteDays, ...]:
        """The days on which all holders of an office are named."""
        return tuple(days for one in self.lists for days in one.vacant())

    def occurrences(
        self, occurrences: Mapping[str, Occurrence], time: TimeSolution
    ) -> tuple[dict[str, Occurrence], list[Conflict]]:
        """The occurrences less the days that are taken out of them, and the conflicts."""
        left = dict(occurrences)
        conflicts: list[Conflict] = []
        if not (self.denials or self.lists):
            return left, conflicts
        denied, listed = defaultdict(list), defaultdict(list)
        for denial in self.denials:
            denied[denial.iri].append(denial)
            if denial.subject is not None:
                denied[denial.subject].append(denial)
        for holders in self.lists:
            listed[holders.office].append(holders)
        at_all = AsOf(ANY, time)
        known: dict[int, tuple[TimeSolution, Distances]] = {}
        for iri, one in occurrences.items():
            near = dict.fromkeys((*denied.get(iri, ()), *denied.get(one.subject or "", ())))
            takings = [denial.taking for denial in near if denial.means(one, self.schema)]
            if one.kind in self.schema.seat_kinds:
                takings += [holders.taking(one) for holders in listed.get(one.object or "", ())]
            takings = [
                taking
                for taking in takings
                if taking.some or any(can_be_on(one, *days) for days in taking.ranges)
            ]
            if not takings:
                continue
            points = {(iri, "start"), (iri, "end")}
            points |= {(day.iri, day.which) for t in takings for day in t.some if day.iri}
            ways = time.of(one.existence).combinations(points)
            exclusions, opposed = excluded(one, takings, ways, self.settle, known)
            if exclusions:
                less = replace(one, exclusions=exclusions)
                left[iri] = replace(less, at_all=at_all.certainty(less))
            days = {taking.claim: taking.ranges for taking in takings}
            conflicts += (self._conflict(one, each, days) for each in opposed)
        return left, conflicts

    def participations(
        self, parts: Sequence[Participation], occurrences: Mapping[str, Occurrence]
    ) -> tuple[tuple[Participation, ...], frozenset[Part], list[Conflict]]:
        """The parts that are left, those less sure than others say, and the conflicts."""
        if not self.denials:
            return tuple(parts), frozenset(), []
        stated = {(part.event, part.role, part.who): part.certainty for part in parts}
        left, opposed = without_denied(
            _of_events(parts, occurrences), self.denials, occurrences, self.schema, self.settle
        )
        found = []
        for part, one in opposed:
            who, event = name_of(part.who, self.labels), name_of(part.event, self.labels)
            role = self.schema.label(part.role)
            reason = f"{event} {role} {who}: {self._words(one)}"
            found.append(self._made(one, (part.event,), reason, (part.role, part.who)))
        surely = {(part.event, part.role, part.who): part.certainty for part in left}
        less = frozenset(key for key, one in stated.items() if surely.get(key) is not one)
        return left, less, found

    def losing(self, conflict: Conflict) -> Iterable[str]:
        """The claims whose standing a conflict changes: who lost a denial still denies it."""
        lost = conflict.lost if conflict.settled else conflict.claims
        denied = (claim for claim in lost if self.claims[claim].denies)
        return denied if conflict.kind in (DENIED, COMPLETE) else conflict.overruled

    def _conflict(
        self,
        occurrence: Occurrence,
        opposed: Opposed,
        days: Mapping[str, Sequence[tuple[int | None, int | None]]],
    ) -> Conflict:
        stretches = [stretch for taker in opposed.takers for stretch in days[taker]]
        when = ", ".join(dict.fromkeys(all_days_in_words(*stretch) for stretch in stretches))
        parts = [
            name_of(iri, self.labels) for iri in (occurrence.subject, occurrence.object) if iri
        ]
        about = ", ".join(parts) or name_of(occurrence.iri, self.labels)
        days_meant = f" The days meant are {when}." if when else ""
        reason = f"{about}: {self._words(opposed)}{days_meant}"
        return self._made(opposed, (occurrence.iri,), reason, ())

    def _words(self, opposed: Opposed) -> str:
        takers = [self.claims[claim] for claim in opposed.takers]
        others = [self.claims[claim] for claim in opposed.claims if claim not in opposed.takers]
        who = " and ".join(f"{local_name(c.source)} (claim {local_name(c.iri)})" for c in takers)
        if opposed.kind != COMPLETE:
            return f"{who} denies it. {said(others)}"
        listing = {self.claims[one.claim].source for one in self.lists}
        several = any(claim.source in listing for claim in others)
        both = " Both lists are said to be complete." if several else ""
        return f"{who} names all holders, and not this one then.{both} {said(others)}"

    def _made(
        self, opposed: Opposed, concerns: tuple[str, ...], reason: str, more: tuple[str, ...]
    ) -> Conflict:
        outcome = opposed.outcome
        lost = outcome.overruled if outcome.rule else ()
        iri = self.iri_of((opposed.kind, *concerns, *more, *opposed.claims))
        return Conflict(
            iri,
            opposed.claims,
            (),
            bool(outcome.rule),
            concerns,
            reason,
            opposed.kind,
            outcome.rule,
            lost,
        )


def _of_events(
    parts: Iterable[Participation], occurrences: Mapping[str, Occurrence]
) -> Iterable[Participation]:
    """The parts as far as there still is an event, where that is denied."""
    for part in parts:
        event = occurrences.get(part.event)
        if event is None or not event.exclusions:
            yield part
        elif event.certainty is not Certainty.RULED_OUT:
            softer = event.certainty is not event.existence
            contested = any(map(_contested, event.exclusions))
            yield (
                replace(part, certainty=Certainty.POSSIBLE, contested=contested) if softer else part
            )


def _contested(exclusion: Exclusion) -> bool:
    return exclusion.contested
