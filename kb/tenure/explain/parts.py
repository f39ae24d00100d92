"""Why someone has a part in an event: by which claims, and what would change it.

A part can be told of by name or follow from an office that someone held. Without a claim, what is
left of the statements and of the days is asked again.
"""

from __future__ import annotations

from collections.abc import Iterator

from tenure.explain.model import Dependency, PartReason
from tenure.explain.reasons import Labels, thing_in_words
from tenure.explain.sensitivity import Sensitivity, claim_in_words
from tenure.explain.what_if import WhatIf
from tenure.fusion import at_occurrence, participations_of
from tenure.fusion.statements import Statement
from tenure.model import Occurrence, Participation
from tenure.temporal import Certainty


class Parts:
    """The parts in one event, with what each hangs on."""

    def __init__(self, what_if: WhatIf, event: str, labels: Labels) -> None:
        """``labels`` are the names of entities."""
        self._what_if = what_if
        self._world = what_if.world
        self._event = event
        self._labels = labels
        self._found = [p for p in self._world.participations if p.event == event]
        self._told = [s for s in self._world.statements if s.subject == event]
        by_office = self._world.schema.by_office
        offices = {s.object.value for s in self._told if s.predicate in by_office}
        self._held = [o for o in self._world.occurrences.values() if o.object in offices]

    def of(self, who: str) -> Iterator[PartReason]:
        """The parts that someone has in the event."""
        for part in self._found:
            if part.who == who:
                hangs_on = tuple(self._hanging(part))
                event = thing_in_words(self._world, part.event, self._labels)
                role = self._world.schema.label(part.role)
                text = f"{event} {role} {thing_in_words(self._world, who, self._labels)}"
                note = "" if hangs_on else "This hangs on no single claim."
                yield PartReason(text[:1].upper() + text[1:], str(part.certainty), hangs_on, note)

    def _hanging(self, part: Participation) -> Iterator[Dependency]:
        candidates = set(part.claims)
        moment = at_occurrence(part.event)
        for tenure in self._held:
            if tenure.subject == part.who:
                sensitivity = Sensitivity(self._what_if, tenure, self._labels)
                candidates.update(sensitivity.claims_at(moment))
        for claim in sorted(candidates):
            then = self._without(part, claim)
            if then is part.certainty:
                continue
            who = claim_in_words(self._world, claim)
            if then is None:
                yield Dependency(claim, None, True, f"Without {who} nothing would tell of it.")
            else:
                word = "possible only" if then is Certainty.POSSIBLE else str(then)
                yield Dependency(claim, str(then), False, f"Without {who} it would be {word}.")

    def _without(self, part: Participation, claim: str) -> Certainty | None:
        """How sure the part would be without a claim; None where nothing would tell of it."""
        left: list[Statement] = [s for s in self._told if claim not in s.claims]
        without = self._what_if.without(claim)
        held: dict[str, Occurrence] = {}
        for tenure in self._held:
            now = without.occurrence(tenure)
            if now is not None:
                held[now.iri] = now
        seats = self._world.seats.seen(without.occurrence)
        found = participations_of(left, held, self._world.schema, without.time, seats)
        same = (p for p in found if (p.role, p.who) == (part.role, part.who))
        return next((p.certainty for p in same), None)
