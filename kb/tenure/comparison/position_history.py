"""Who held one office, one after the other, by several sources beside each other.

What editors of Wikidata look for in such a list is told: days on which nobody held the office, days
on which more did than there are seats, a holder without a start, without an end although others
came after, without a successor, or before another one than he names.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import accumulate
from math import inf
from typing import Any, Final

from tenure.comparison.differences import paired
from tenure.comparison.stated import ClaimRows, Side, side_of
from tenure.comparison.stretch import StatedStretch
from tenure.errors import TooLarge
from tenure.knowledge import KnowledgeBase
from tenure.model import Occurrence, Policy
from tenure.namespaces import TN
from tenure.temporal import from_bounds

WORLD: Final = "together"
"""What the list is called that follows from all sources."""
MOST_HOLDERS: Final = 2_000
"""Holders of one office that are held against each other."""
_NEIGHBOURS_BY: Final = (TN("replaces"), TN("replacedBy"))
_NEIGHBOURS: Final = """SELECT ?claim ?named ?who { VALUES ?named { tn:replaces tn:replacedBy }
  ?claim tn:source <$source> GRAPH ?claim { ?tenure ?named ?who } }"""


class Remark(StrEnum):
    """What is odd about a holder in a list."""

    NO_START = "no start"
    NO_END = "no end, and others came after"
    GAP = "nobody for days after"
    OVERLAP = "more than there are seats"
    NO_SUCCESSOR = "nobody after"
    UNNAMED = "names no successor"
    OTHER_SUCCESSOR = "names another successor"
    LACKING = "not in this list"


@dataclass(frozen=True, slots=True)
class Remarked:
    """A remark about a stretch of a list: with ``days``, and the ``other`` holders it is about."""

    stretch: StatedStretch
    remark: Remark
    days: int | None = None
    other: tuple[str, ...] = ()


def remarks(
    stretches: Iterable[StatedStretch],
    seats: int = 1,
    successors: Mapping[str, frozenset[str]] | None = None,
) -> list[Remarked]:
    """What is odd about the holders of one office, in the order of their days.

    ``successors`` are those whom a claim names, by the claim; None: the list never names any.

    >>> first = StatedStretch("Tenure", "person/a", "office/x", "1990-01-01", "1994-12-31")
    >>> second = StatedStretch("Tenure", "person/b", "office/x", "1995-02-01", "1999")
    >>> [(one.stretch.subject, one.remark.value, one.days) for one in remarks([first, second])]
    [('person/a', 'nobody for days after', 31), ('person/b', 'nobody after', None)]
    """
    ordered = sorted(stretches, key=_in_time)
    dated = [one for one in ordered if one.start_bounds.earliest is not None]
    found = [Remarked(one, Remark.NO_START) for one in ordered if not one.start]
    # Whose end is missing is told so, and hides no missing successor.
    endless = {
        id(one)
        for place, one in enumerate(dated)
        if not one.end and one.not_over_before is None and len(dated) - place - 1 >= seats
    }
    ended = [one for one in dated if id(one) not in endless]
    gaps = _Gaps(dated)
    before: list[StatedStretch] = []
    for place, one in enumerate(dated):
        after = dated[place + 1 : place + 2]
        if id(one) in endless:
            found.append(Remarked(one, Remark.NO_END, other=_who(after)))
        if one.end and not after and not _lasts_as_long(one, ended):
            found.append(Remarked(one, Remark.NO_SUCCESSOR))
        gap = gaps.after(one)
        if gap is not None:
            found.append(Remarked(one, Remark.GAP, gap))
        before = [o for o in before if _is_surely_over_after(o, one.start_bounds.earliest)]
        there = [o for o in before if o.subject != one.subject and one.surely_overlaps(o)]
        if len({o.subject for o in there}) >= seats:
            found.append(Remarked(one, Remark.OVERLAP, _shared(one, there), _who(there)))
        before.append(one)
        if successors is not None and after:
            found += _by_name(one, dated[place + 1 :], successors)
    return sorted(found, key=lambda one: (_in_time(one.stretch), list(Remark).index(one.remark)))


def _in_time(one: StatedStretch) -> tuple[int, tuple[object, ...]]:
    first = one.start_bounds.earliest
    return -(1 << 40) if first is None else first, one.order


def _is_surely_over_after(one: StatedStretch, day: int | None) -> bool:
    over = one.end_bounds.earliest
    return over is not None and (day is None or over > day)


def _lasts_as_long(one: StatedStretch, others: Sequence[StatedStretch]) -> bool:
    """Whether somebody else may have been there when one had ended."""
    ended = one.end_bounds.earliest
    return any(
        o is not one
        and (o.end_bounds.latest is None or (ended is not None and o.end_bounds.latest > ended))
        for o in others
    )


class _Gaps:
    """For how many days nobody can have been there after somebody, where others came afterwards."""

    def __init__(self, dated: Sequence[StatedStretch]) -> None:
        """``dated`` are in the order of the days on which they may have begun."""
        self._dated = dated
        self._begun = [one.start_bounds.earliest or 0 for one in dated]
        until = (one.end_bounds.latest for one in dated)
        self._last = list(accumulate((inf if day is None else day for day in until), max))

    def after(self, one: StatedStretch) -> int | None:
        """None where there is no such day, or nobody came afterwards."""
        ended = one.end_bounds.latest
        if ended is None:
            return None
        place = bisect_right(self._begun, ended)
        if place and self._last[place - 1] > ended:
            return None
        later = range(place, len(self._dated))
        begun = next((self._begun[n] for n in later if self._dated[n] is not one), ended + 1)
        return begun - ended - 1 or None


def _shared(one: StatedStretch, others: Sequence[StatedStretch]) -> int | None:
    """The most days that one certainly shares with another; the day of a handover is none."""
    days = []
    for other in others:
        begun = (one.start_bounds.latest, other.start_bounds.latest)
        ended = (one.end_bounds.earliest, other.end_bounds.earliest)
        if None not in begun and None not in ended:
            days.append(
                min(d for d in ended if d is not None) - max(d for d in begun if d is not None)
            )
    return max(days, default=None)


def _by_name(
    one: StatedStretch, later: Sequence[StatedStretch], successors: Mapping[str, frozenset[str]]
) -> list[Remarked]:
    named = frozenset().union(*(successors.get(claim, frozenset()) for claim in one.claims))
    after = [o.subject for o in later if o.subject != one.subject]
    if not after:
        return []
    if not named:
        return [Remarked(one, Remark.UNNAMED, other=tuple(after[:1]))]
    first = [o.subject for o in later if o.start == later[0].start]
    if named.isdisjoint(first):
        return [Remarked(one, Remark.OTHER_SUCCESSOR, other=tuple(sorted(named)))]
    return []


def _who(stretches: Iterable[StatedStretch]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.subject for one in stretches))


# ---------------------------------------------------------------- over several sources


@dataclass(slots=True)
class PositionHolder:
    """One who held the office, by the name of each list that has him, with what is odd there."""

    subject: str
    stretches: dict[str, StatedStretch] = field(default_factory=dict)
    remarks: dict[str, list[Remarked]] = field(default_factory=lambda: defaultdict(list))

    @property
    def order(self) -> tuple[object, ...]:
        """What holders are put in order by: their first day by whoever gives one."""
        days = [
            day
            for one in self.stretches.values()
            for day in (one.start_bounds.earliest, one.end_bounds.earliest)
            if day is not None
        ]
        return min(days, default=1 << 40), self.subject


@dataclass(frozen=True, slots=True)
class PositionHistory:
    """The holders of an office in order, by several lists; the last is that of all together."""

    base: KnowledgeBase
    office: str
    seats: int
    lists: tuple[str, ...]
    holders: tuple[PositionHolder, ...]

    def in_words(self, one: Remarked) -> str:
        """A remark as one reads it."""
        who = " and ".join(map(self.base.registry.label, one.other))
        days = f"{one.days} day{'' if one.days == 1 else 's'}" if one.days is not None else ""
        if one.remark is Remark.GAP:
            return f"nobody for {days} after"
        if one.remark is Remark.OVERLAP:
            return f"overlaps {who}{f' by {days}' if days else ''}"
        if one.remark is Remark.NO_END:
            return f"no end, and {who} came after"
        if one.remark is Remark.UNNAMED:
            return f"names no successor, and {who} came after"
        if one.remark is Remark.OTHER_SUCCESSOR:
            return f"names {who} as successor, who does not follow"
        return one.remark.value

    def told(self, holder: PositionHolder) -> list[str]:
        """What is odd about a holder, each with the list that it is about."""
        return [
            f"{name}: {self.in_words(one)}"
            for name in self.lists
            for one in holder.remarks.get(name, ())
        ]

    def row(self, holder: PositionHolder) -> tuple[str, ...]:
        """The name of a holder, the dates in each list, and what is odd."""
        dates = (holder.stretches.get(name) for name in self.lists)
        told = "; ".join(self.told(holder))
        label = self.base.registry.label(holder.subject)
        return label, *("" if one is None else one.dates for one in dates), told

    def rows(self) -> list[tuple[str, ...]]:
        """A row for each holder, as :meth:`row` has it."""
        return list(map(self.row, self.holders))

    def with_most(self, number: int) -> PositionHistory:
        """The same by so many lists, those with most holders, and by all together."""
        of = Counter(name for one in self.holders for name in one.stretches if name != WORLD)
        chosen = {name for name, _ in of.most_common(number)}
        lists = tuple(name for name in self.lists if name in chosen or name == WORLD)
        return replace(self, lists=lists)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, ready for JSON."""
        names, label = self.base.names, self.base.registry.label
        return {
            "office": names.short(self.office),
            "officeName": label(self.office),
            "seats": self.seats,
            "lists": list(self.lists),
            "holders": [
                {
                    "holder": names.short(one.subject),
                    "holderName": label(one.subject),
                    "dates": {
                        name: {"start": s.start, "end": s.end} for name, s in one.stretches.items()
                    },
                    "remarks": [
                        {
                            "list": name,
                            "remark": r.remark.value,
                            "days": r.days,
                            "others": list(map(names.short, r.other)),
                            "text": self.in_words(r),
                        }
                        for name in self.lists
                        for r in one.remarks.get(name, ())
                    ],
                }
                for one in self.holders
            ],
        }


def position_history(
    kb: KnowledgeBase,
    office: str,
    sources: Sequence[str] = (),
    policy: Policy | None = None,
) -> PositionHistory:
    """Who held an office one after the other, by each of some sources and by all together.

    Args:
        kb: the base.
        office: a slug, IRI or name.
        sources: slugs; none: all that say something of who held it.
        policy: which claims count.

    Raises:
        NotFound: no such office or source.
        WrongKind: a person for an office, and the like.
        TooLarge: more than :data:`MOST_HOLDERS` held it.
    """
    policy = policy or kb.default_policy
    iri = kb.office_iri(office)
    held = _held(kb, iri, policy)
    if len(held) > MOST_HOLDERS:
        raise TooLarge(
            f"{kb.names.short(iri)} had {len(held):,} holders, more than {MOST_HOLDERS:,}.",
            remedy="A list of all who sat in a parliament is no succession; take one seat of it.",
        )
    names = kb.snapshot.described_at(policy.known_at)[0].identities.all(iri)
    about = [claim for one in names for claim in kb.claims_about(one)]
    slugs = sources or sorted({kb.names.short(c.source).removeprefix("source/") for c in about})
    sides: list[tuple[str, list[StatedStretch], Mapping[str, frozenset[str]] | None]] = []
    some_name = any(any(kb.store.quads(predicate=one)) for one in _NEIGHBOURS_BY)
    for slug in slugs:
        side = side_of(kb, slug, policy, about)
        own = [one for one in side.stretches if one.object == iri and _takes_seat(kb, one)]
        if own or sources:
            sides.append((side.name, own, _successors(kb, side) if some_name else None))
    together = [*map(in_world, held)]
    seats = kb.registry.seats.get(iri, 1)
    by_subject: dict[str, list[PositionHolder]] = defaultdict(list)
    for name, own, named in [*sides, (WORLD, together, None)]:
        holder_of = _put(by_subject, name, own)
        for one in remarks(own, seats, named):
            holder_of[id(one.stretch)].remarks[name].append(one)
    holders = [holder for some in by_subject.values() for holder in some]
    for name, own, _ in sides:
        for holder in holders if own else ():
            if name not in holder.stretches:
                some = next(iter(holder.stretches.values()))
                holder.remarks[name].append(Remarked(some, Remark.LACKING))
    lists = (*(name for name, _, _ in sides), WORLD)
    return PositionHistory(kb, iri, seats, lists, tuple(sorted(holders, key=lambda h: h.order)))


def _put(
    holders: dict[str, list[PositionHolder]], name: str, stretches: Sequence[StatedStretch]
) -> dict[int, PositionHolder]:
    """Put the stretches of a list beside those of the others, the nearest of the same holder.

    Returns whose each stretch is, by its ``id``.
    """
    of: dict[str, list[StatedStretch]] = defaultdict(list)
    for one in stretches:
        of[one.subject].append(one)
    found = {}
    for subject, own in of.items():
        known = holders[subject]
        first_of = {id(next(iter(one.stretches.values()))): one for one in known}
        firsts = [next(iter(one.stretches.values())) for one in known]
        pairs, _, left = paired(firsts, own)
        for first, one in pairs:
            first_of[id(first)].stretches[name] = one
            found[id(one)] = first_of[id(first)]
        for one in left:
            known.append(PositionHolder(subject, {name: one}))
            found[id(one)] = known[-1]
    return found


def _takes_seat(kb: KnowledgeBase, one: StatedStretch) -> bool:
    return one.kind in kb.schema.seat_kinds


def _held(kb: KnowledgeBase, office: str, policy: Policy) -> list[Occurrence]:
    """The tenures of the office."""
    return [
        one
        for one in kb.around([office], policy).occurrences.values()
        if one.object == office and one.subject is not None and one.kind in kb.schema.seat_kinds
    ]


def in_world(one: Occurrence) -> StatedStretch:
    """A tenure as all sources together date it."""
    bounds = one.bounds
    start, end = (
        str(from_bounds(*days) or "") if None not in days else ""
        for days in (
            (bounds.start_earliest, bounds.start_latest),
            (bounds.end_earliest, bounds.end_latest),
        )
    )
    return StatedStretch(
        one.kind,
        one.subject or "",
        one.object or "",
        start,
        end,
        bounds.start_latest,
        # That who began lasted as long as to his first day vouches for nothing.
        None if bounds.end_earliest == bounds.start_earliest else bounds.end_earliest,
        occurrence=one.iri,
        claims=one.claims,
    )


def _successors(kb: KnowledgeBase, side: Side) -> Mapping[str, frozenset[str]] | None:
    """Whom each claim names as successor; None: the source names none.

    Who names the one before alone (``tn:replaces``) names no successor.
    """
    one_with = kb.registry.identities.of
    named: dict[str, frozenset[str]] = {}
    for source in side.sources:
        for claim, name, who in ClaimRows(kb.store, kb.names, source)(_NEIGHBOURS):
            after = {one_with(who)} if name == TN("replacedBy").value else ()
            named[claim] = named.get(claim, frozenset()).union(after)
    return named or None
