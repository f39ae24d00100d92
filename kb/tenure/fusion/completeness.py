"""Completeness: what follows where a source names all holders of an office.

A source that states ``tn:holdersCompleteThroughout`` of an office says that its own claims name
whoever held it on these days. By its own claims alone somebody can have been in office on some days
and cannot on others; on the others he is ruled out, and so is everybody whom it does not name. It
knows nothing of days that may come after it spoke. An office in which nobody is left then is
certainly vacant. Whoever another source certainly names makes a conflict with the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal

from tenure.errors import BadDate
from tenure.fusion.constraints import date_point
from tenure.fusion.days_left import Range, common, gaps, merged
from tenure.fusion.exclusions import Taking
from tenure.fusion.fusion_input import Types, constraints_of, kinds_of
from tenure.fusion.statements import Statement, statements_of
from tenure.fusion.vouching import Vouching
from tenure.model import Claim, ClaimBase, Source
from tenure.model.occurrence import CompleteDays, Occurrence
from tenure.model.schema import PointRole, Schema
from tenure.namespaces import EDTF_DATATYPE, TN
from tenure.temporal import (
    ORIGIN,
    UNKNOWN,
    Edtf,
    Inconsistent,
    Kind,
    NoDate,
    TimeNetwork,
    parse,
)

COMPLETE: Final = "complete"
"""The kind of conflicts between a list of all holders and who names somebody else."""

HOLDERS_COMPLETE: Final = TN("holdersCompleteThroughout").value


@dataclass(frozen=True, slots=True)
class HolderList:
    """A list of all holders of an office on some days, by the claim that says so.

    ``named`` has the days on which each of those named can have been in office by the claims of the
    source alone; ``unheard`` the days on which somebody can have been of whom it tells in claims
    that do not count.
    """

    claim: str
    hedged: bool
    office: str
    days: tuple[Range, ...]
    named: Mapping[str, Sequence[Range]]
    unheard: tuple[Range, ...]

    def taking(self, occurrence: Occurrence) -> Taking:
        """The days on which somebody was not in office since the list does not name him."""
        out = common(self.days, gaps(self.named.get(occurrence.subject or "", ())))
        return Taking(self.claim, COMPLETE, tuple(out), hedged=self.hedged)

    def vacant(self) -> Iterator[CompleteDays]:
        """The days on which an office without anybody left is certainly vacant."""
        for first, last in common(self.days, gaps(self.unheard)):
            yield CompleteDays(self.office, first, last, self.claim)


def lists_in(
    listing: Iterable[Claim],
    heard: Sequence[Claim],
    occurrences: Mapping[str, Occurrence],
    types: Types,
    schema: Schema,
    sources: Mapping[str, Source],
    vouched: Mapping[str, Vouching],
) -> list[HolderList]:
    """The lists of all holders that claims speak of, in order.

    ``heard`` are all claims but denials that a policy hears, also those that it sets aside: whom a
    list names it names, whatever becomes of him.
    """
    found: list[HolderList] = []
    own: dict[str, Mapping[str, tuple[str, str, str, Range]]] = {}
    for claim in listing:
        for triple in claim.content:
            if triple.predicate.value != HOLDERS_COMPLETE:
                continue
            office = getattr(triple.subject, "value", "")
            days = _days(triple.object, vouched.get(claim.iri))
            if not days:
                continue
            if claim.source not in own:
                of_source = [one for one in heard if one.source == claim.source]
                own[claim.source] = _own(of_source, types, schema, sources, vouched)
            named: dict[str, list[Range]] = defaultdict(list)
            unheard: list[Range] = []
            for iri, (kind, who, where, can_be) in own[claim.source].items():
                if where == office and kind in schema.seat_kinds:
                    named[who].append(can_be)
                    if iri not in occurrences:
                        unheard.append(can_be)
            found.append(
                HolderList(
                    claim.iri,
                    claim.hedged,
                    office,
                    tuple(days),
                    {who: merged(ranges) for who, ranges in named.items()},
                    tuple(merged(unheard)),
                )
            )
    return found


def _days(value: object, vouching: Vouching | None) -> list[Range]:
    """The days that a list certainly covers, none of which comes after it spoke."""
    if vouching is None or not isinstance(value, Literal) or value.datatype != EDTF_DATATYPE:
        return []
    try:
        date = parse(value.value)
    except BadDate:
        return []
    parts = date.ranges if date.kind is Kind.ALL_OF else ((date.start, date.end),)
    if date.kind is Kind.ONE_OF:
        return []  # on which of the days, nobody knows
    covered: list[Range] = []
    for start, end in parts:
        first = _edge(date, start, PointRole.OBJECT_START)
        final = _edge(date, end, PointRole.OBJECT_END)
        # Of a stretch with an unknown side only the day on the other side is known.
        first = final if start is UNKNOWN else first
        final = first if end is UNKNOWN else final
        if first is None or final is None or first <= final:
            covered.append((first, final))
    return common(covered, [(None, vouching.first)])


def _edge(date: Edtf, side: Edtf | NoDate, role: PointRole) -> int | None:
    """The innermost day that a side of a date leaves open; None where it has no end."""
    if not isinstance(side, Edtf):
        return None
    days = date_point(date if date.is_interval else side, role)
    return days.latest if role is PointRole.OBJECT_START else days.earliest


def _own(
    claims: Sequence[Claim],
    types: Types,
    schema: Schema,
    sources: Mapping[str, Source],
    vouched: Mapping[str, Vouching],
) -> Mapping[str, tuple[str, str, str, Range]]:
    """Of each situation of which claims of one source tell: its kind, subject, object and days.

    The days are those on which it can have been going on by these claims alone; all, where they
    contradict each other.
    """
    base = ClaimBase({claim.iri: claim for claim in claims}, sources)
    statements = statements_of(claims, schema)
    kinds = kinds_of(statements, types, schema)
    builder = constraints_of(
        base, list(claims), statements, kinds, frozenset(), types, schema, vouched
    )
    network = TimeNetwork(builder.constraints)
    try:
        low, high = network.at_least(ORIGIN).distance, network.at_most(ORIGIN).distance
    except Inconsistent:
        low = high = {}
    found = {}
    for iri, kind in kinds.items():
        declared = schema.kinds.get(kind)
        if declared is None or declared.object_role is None:
            continue
        about = [one for one in statements if one.subject == iri]
        who, what = (_role(about, role) for role in (declared.subject_role, declared.object_role))
        if who is not None and what is not None:
            start, end = builder.points.get((iri, "start")), builder.points.get((iri, "end"))
            first = None if start is None else low.get(start)
            last = None if end is None else high.get(end)
            found[iri] = (kind, who, what, (first, last))
    return found


def _role(about: Iterable[Statement], role: str) -> str | None:
    return min((one.object.value for one in about if one.predicate == role), default=None)
