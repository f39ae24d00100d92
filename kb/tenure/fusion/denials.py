"""Denials: claims that something was not so. They take days out and never make a fact.

Who denies a situation denies it for every stretch of that kind, subject and object; who denies an
event denies that event; who only names its participants denies their parts. Denied are

* the days that the claim dates it to: every day that a date leaves open on which it was held, and
  all days from a start to an end; a start or an end alone is denied by itself and takes out no day,
  except that who *is* not what he was since a day was it on no day since;
* else, in the present tense, the vouching day;
* else every day up to the vouching day; of what is told as future, none.

Nobody vouches for days to come: no denial reaches beyond its vouching day. Where that is vague, it
reaches the first that it can be, or as far as the days that are told as past.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import Literal, NamedNode

from tenure.errors import BadDate
from tenure.fusion.certainty import Day, Distances
from tenure.fusion.conflict_resolution import MinimalConflicts, Settle
from tenure.fusion.days_left import Range
from tenure.fusion.exclusions import Opposed, Taking
from tenure.fusion.fusion_input import Types, kinds_of
from tenure.fusion.solution import TimeSolution
from tenure.fusion.statements import Statement, statements_of
from tenure.fusion.vouching import Vouching, vouchings
from tenure.fusion.world import World
from tenure.model import Claim
from tenure.model.occurrence import Occurrence, Participation
from tenure.model.schema import Schema
from tenure.namespaces import EDTF_DATATYPE, RDF_TYPE, TN, TNV
from tenure.temporal import Certainty, Edtf, parse, readings

DENIED: Final = "denied"
"""The kind of conflicts between a denial and what others say."""

_HELD: Final = tuple(TN(name).value for name in ("date", "heldOn", "heldThroughout"))
_START, _END, _HELD_AT = (TN(name).value for name in ("start", "end", "heldAt"))
_DURING: Final = (TN("during").value, TN("overlaps").value)
_PAST, _PRESENT, _FUTURE = (TNV(name).value for name in ("Past", "Present", "Future"))


@dataclass(frozen=True, slots=True)
class Denial:
    """One thing that a claim denies: an event by its IRI, or a situation by who and what.

    ``parts`` are the participations in it that are denied, as (role, who); with ``only_parts``
    nothing else of it is.
    """

    claim: str
    hedged: bool
    iri: str
    kind: str | None
    subject: str | None
    object: str | None
    parts: tuple[tuple[str, str], ...]
    only_parts: bool
    ranges: tuple[Range, ...]
    some: tuple[Day, ...]

    def means(self, occurrence: Occurrence, schema: Schema) -> bool:
        """Whether it denies the occurrence."""
        if self.only_parts:
            return False
        if occurrence.iri == self.iri:
            return True
        return (
            self.subject is not None
            and self.kind is not None
            and schema.is_a(occurrence.kind, self.kind)
            and (occurrence.subject, occurrence.object) == (self.subject, self.object)
        )

    @property
    def taking(self) -> Taking:
        """What it takes out of an occurrence that it denies."""
        return Taking(self.claim, DENIED, self.ranges, self.some, self.hedged)


def denials_in(
    claims: Iterable[Claim],
    occurrences: Mapping[str, Occurrence],
    types: Types,
    schema: Schema,
    vouched: Mapping[str, Vouching],
    time: TimeSolution,
) -> list[Denial]:
    """What claims deny, in order; ``occurrences`` and ``time`` date events that they name.

    Without its vouching day nothing follows from a denial.
    """
    found: list[Denial] = []
    for claim in claims:
        vouching = vouched.get(claim.iri)
        if vouching is None:
            continue
        statements = statements_of([claim], schema)
        kinds = kinds_of(statements, types, schema)
        about: dict[str, list[Statement]] = defaultdict(list)
        for statement in statements:
            about[statement.subject].append(statement)
        for iri, told in sorted(about.items()):
            known = occurrences.get(iri)
            kind = kinds.get(iri) or (known.kind if known is not None else None)
            if kind is None:
                continue
            roles = schema.kinds.get(kind)
            subject = obj = None
            if roles is not None:
                subject = _role(told, roles.subject_role) or (known.subject if known else None)
                obj = _role(told, roles.object_role) or (known.object if known else None)
            ranges, some = _days(told, claim, vouching, time)
            if not (ranges or some):
                continue
            parts = tuple(
                (one.predicate, one.object.value)
                for one in told
                if TN("participant").value in schema.superproperties(one.predicate)
            )
            itself = roles is not None or any(
                one.predicate == RDF_TYPE.value or _date(one) is not None for one in told
            )
            if itself or parts:
                found.append(
                    Denial(
                        claim.iri,
                        claim.hedged,
                        iri,
                        kind,
                        subject,
                        obj,
                        parts,
                        not itself,
                        ranges,
                        some,
                    )
                )
    return found


def denied_of(world: World, occurrence: Occurrence) -> list[Denial]:
    """The denials of an occurrence, or of parts in it, that a policy hears, counted or not."""
    heard = [world.claims[iri] for iri in sorted(world.standings) if world.claims[iri].denies]
    vouched = vouchings(heard, world.sources, world.policy.states_by)
    found = denials_in(heard, world.occurrences, {}, world.schema, vouched, world.time)
    return [
        one
        for one in found
        if one.means(occurrence, world.schema) or (one.parts and one.iri == occurrence.iri)
    ]


def _role(told: Sequence[Statement], role: str | None) -> str | None:
    return min((s.object.value for s in told if s.predicate == role), default=None)


def _date(statement: Statement) -> Edtf | None:
    value = statement.object
    if isinstance(value, Literal) and value.datatype == EDTF_DATATYPE:
        try:
            return parse(value.value)
        except BadDate:
            return None
    return None


def _days(
    told: Sequence[Statement], claim: Claim, vouching: Vouching, time: TimeSolution
) -> tuple[tuple[Range, ...], tuple[Day, ...]]:
    """The days that are denied, and days of the network of which only bounds are known."""
    edges = {s.predicate: d for s in told if s.predicate in (_START, _END) and (d := _date(s))}
    ranges = [r for s in told if s.predicate in _HELD and (d := _date(s)) for r in _every_day(d)]
    some: list[Day] = []
    past, vague = claim.tense == _PAST, vouching.first < vouching.last
    spoke = Day(vouching.source, "start", 0) if vague else Day(None, "", vouching.first)
    for event, is_moment in _events(told):
        bounds = time.bounds(event)
        if is_moment and bounds.start_earliest != bounds.start_latest:
            day = Day(event, "start", 0)
            least = Distances(time).least(day, spoke)
            if past or (least is not None and least >= 0):
                some.append(day)
        elif bounds.start_latest is not None:
            last = bounds.start_latest if is_moment else bounds.end_earliest
            # Of an event whose days are not known, those on which it certainly was.
            ranges += [(bounds.start_latest, last)] if last is not None else []
    present = claim.tense == _PRESENT
    held = any(s.predicate in _HELD for s in told)
    dated = bool(edges or held or some or any(_events(told)))
    if _START in edges and (_END in edges or present):
        last = edges[_END].bounds.latest if _END in edges else None
        ranges.append((edges[_START].bounds.earliest, last))
        some += [spoke] if vague and _END not in edges else []
    elif present and not dated:
        if vague:
            some.append(spoke)
        else:
            ranges.append(vouching.days)
    elif not dated and claim.tense != _FUTURE:
        ranges.append((None, vouching.first))
    return tuple(_until(ranges, vouching, past)), tuple(some)


def _events(told: Iterable[Statement]) -> Iterator[tuple[str, bool]]:
    """What the denied is said to have been held at, as a day (true), or during (false)."""
    for statement in told:
        if isinstance(statement.object, NamedNode) and statement.predicate in (_HELD_AT, *_DURING):
            yield statement.object.value, statement.predicate == _HELD_AT


def _every_day(value: Edtf) -> Iterator[Range]:
    """All days that a date leaves open, whatever marks it has; of a set, those of its members.

    None of a date with too many holes to name them.
    """
    several = readings(value)
    if several is None:
        return
    if several and not value.ranges:
        yield from (one.bounds for one in several)
        return
    for first, last in value.ranges or ((value, value),):
        yield (
            first.bounds.earliest if isinstance(first, Edtf) else None,
            last.bounds.latest if isinstance(last, Edtf) else None,
        )


def _until(ranges: Iterable[Range], vouching: Vouching, past: bool) -> Iterator[Range]:
    """The ranges as far as the source can speak of them; what is told as ``past`` had been."""
    for first, end in ranges:
        until = vouching.first if end is None else min(end, vouching.first)
        if past and end is not None and end <= vouching.last:
            until = end
        if first is None or first <= until:
            yield first, until


# ---------------------------------------------------------------------- participations


def without_denied(
    parts: Iterable[Participation],
    denials: Sequence[Denial],
    occurrences: Mapping[str, Occurrence],
    schema: Schema,
    settle: Settle,
) -> tuple[tuple[Participation, ...], tuple[tuple[Participation, Opposed], ...]]:
    """The participations that are left, and the conflicts with those who deny some of them.

    A part is denied where all the days on which its event can have been are. What a part rests on
    more than once, each way by itself says against the denial.
    """
    left: list[Participation] = []
    conflicts: list[tuple[Participation, Opposed]] = []
    for part in parts:
        event = occurrences.get(part.event)
        against = [one for one in denials if event and _denies(one, part, event, schema)]
        lost = contested = softened = False
        for denial in against:
            sets = [tuple(sorted({denial.claim, *way})) for way in part.ways]
            found = MinimalConflicts(sets)
            outcomes = [settle(one, found) for one in sets]
            conflicts += (
                (part, Opposed(DENIED, (denial.claim,), claims, outcome))
                for claims, outcome in zip(sets, outcomes, strict=True)
            )
            if any(one.rule and denial.claim in one.overruled for one in outcomes):
                continue
            if not all(one.rule for one in outcomes):
                contested = True
            elif denial.hedged:
                softened = True
            else:
                lost = True
        if not lost:
            kept = Certainty.POSSIBLE if contested or softened else part.certainty
            left.append(replace(part, certainty=kept, contested=contested))
    return tuple(left), tuple(conflicts)


def _denies(denial: Denial, part: Participation, event: Occurrence, schema: Schema) -> bool:
    roles = schema.superproperties(part.role)
    if denial.iri != part.event or not any(
        role in roles and who == part.who for role, who in denial.parts
    ):
        return False
    first, last = event.bounds.start_earliest, event.bounds.end_latest
    return any(
        (start is None or (first is not None and first >= start))
        and (end is None or (last is not None and last <= end))
        for start, end in denial.ranges
    )
