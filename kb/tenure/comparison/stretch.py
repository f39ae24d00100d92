"""A stretch as one source states it, and how far two dates lie apart.

Two lists rarely disagree in earnest: one knows the year, the other the day. So two dates are first
asked whether they can be the same day at all, and only if not, how many days lie between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tenure.temporal import Bounds, civil, parse


@dataclass(frozen=True, slots=True)
class StatedStretch:
    """One situation as one source states it, such as a tenure.

    ``kind``, ``subject`` and ``object`` are IRIs; ``start`` and ``end`` are EDTF values as written,
    empty where the source gives none. ``begun_by`` and ``not_over_before`` are the days (numbers)
    that it says it was going on, at the latest and earliest; by themselves they are no difference.
    ``title`` is what the source calls it. ``occurrence``, ``claims`` and ``records`` say where that
    stands.
    """

    kind: str
    subject: str
    object: str
    start: str = ""
    end: str = ""
    begun_by: int | None = field(default=None, compare=False)
    not_over_before: int | None = field(default=None, compare=False)
    title: str = ""
    occurrence: str = field(default="", compare=False)
    claims: tuple[str, ...] = field(default=(), compare=False)
    records: tuple[str, ...] = field(default=(), compare=False)

    @property
    def start_bounds(self) -> Bounds:
        """Between which days it began."""
        return parse(self.start).fuzzy_bounds if self.start else Bounds(None, self.begun_by)

    @property
    def end_bounds(self) -> Bounds:
        """Between which days it ended."""
        return parse(self.end).fuzzy_bounds if self.end else Bounds(self.not_over_before, None)

    @property
    def dates(self) -> str:
        """Start and end as one writes them: ``1999 to 2003-05-01``, ``from 1999``, ``undated``."""
        if self.start and self.end:
            return f"{self.start} to {self.end}"
        return f"from {self.start}" if self.start else f"to {self.end}" if self.end else "undated"

    @property
    def order(self) -> tuple[str, str, str, int, str, str, str]:
        """What stretches are put in order by, the same in every run."""
        first = self.start_bounds.earliest
        day = -(1 << 40) if first is None else first
        return self.kind, self.object, self.subject, day, self.start, self.end, self.title

    def may_share_a_day(self, other: StatedStretch) -> bool:
        """Whether nothing that is said keeps the two from having a day in common."""
        return not (
            _after(self.start_bounds.earliest, other.end_bounds.latest)
            or _after(other.start_bounds.earliest, self.end_bounds.latest)
        )

    def surely_overlaps(self, other: StatedStretch) -> bool:
        """Whether the two certainly have more days in common than that of a handover."""
        began = (self.start_bounds.latest, other.start_bounds.latest)
        ended = (self.end_bounds.earliest, other.end_bounds.earliest)
        if None in began or None in ended:
            return False
        return max(d for d in began if d is not None) < min(d for d in ended if d is not None)


class Relation(StrEnum):
    """How two dates of the same thing stand to each other."""

    SAME = "same"
    """Written alike, or neither is given."""
    PRECISION = "precision"
    """They can be the same day: one is vaguer, or doubts it."""
    MISSING = "missing"
    """Only one of the two is given, and nothing that the other source says speaks against it."""
    DAYS = "days"
    """They cannot be the same day."""


@dataclass(frozen=True, slots=True)
class DatesApart:
    """How the start (or the end) of one stretch stands to that of the other.

    ``least`` and ``most`` are days, more than 0 where the second is later and less where the first
    is; of what can be the same day both are None, and ``most`` is of what has no bound. ``hint``
    says what may have happened.
    """

    relation: Relation
    least: int | None = None
    most: int | None = None
    hint: str = ""

    @property
    def in_words(self) -> str:
        """``9 days later``, ``between 3 and 33 days earlier``; of anything else, its relation."""
        if self.relation is not Relation.DAYS or self.least is None:
            return self.relation.value
        way = "later" if self.least > 0 else "earlier"
        near = abs(self.least)
        if self.most is None:
            told = f"at least {near} days"
        elif self.most == self.least:
            told = f"{near} day{'' if near == 1 else 's'}"
        else:
            told = f"between {near} and {abs(self.most)} days"
        return f"{told} {way}"

    def reversed(self) -> DatesApart:
        """The same, seen from the other side."""
        least, most = (None if one is None else -one for one in (self.least, self.most))
        return DatesApart(self.relation, least, most, self.hint)


def apart(one: str, other: str, bounds: Bounds, other_bounds: Bounds) -> DatesApart:
    """How two dates stand to each other; ``bounds`` are those of each, observations counted.

    >>> apart("1997", "1997-01-20", parse("1997").bounds, parse("1997-01-20").bounds).in_words
    'precision'
    >>> apart("2003-02-28", "2003-02-19", *map(lambda d: parse(d).bounds,
    ...       ("2003-02-28", "2003-02-19"))).in_words
    '9 days earlier'
    """
    if one == other:
        return DatesApart(Relation.SAME)
    for early, late, sign in ((bounds, other_bounds, 1), (other_bounds, bounds, -1)):
        if early.latest is not None and late.earliest is not None and early.latest < late.earliest:
            most = None
            if early.earliest is not None and late.latest is not None:
                most = sign * (late.latest - early.earliest)
            least = sign * (late.earliest - early.latest)
            return DatesApart(Relation.DAYS, least, most, _hint(one, other))
    return DatesApart(Relation.PRECISION if one and other else Relation.MISSING)


def _hint(one: str, other: str) -> str:
    """What may have happened to one of two days, where it has a name."""
    if len(one) != 10 or len(other) != 10:
        return ""
    first, second = (parse(text).bounds for text in (one, other))
    if first.earliest is None or second.earliest is None:
        return ""
    if first.earliest != first.latest or second.earliest != second.latest:
        return ""
    (year, month, day), (other_year, other_month, other_day) = map(
        civil, (first.earliest, second.earliest)
    )
    if (year, month, day) == (other_year, other_day, other_month):
        return "day and month are swapped"
    if (month, day) == (other_month, other_day):
        return "only the years differ"
    if (year, day) == (other_year, other_day):
        return "only the months differ"
    if year < 1930 and abs(first.earliest - second.earliest) == _calendars_apart(
        min(first.earliest, second.earliest)
    ):
        return "as far as the Julian calendar from the Gregorian"
    if {(month, day), (other_month, other_day)} & {(1, 1)}:
        return "1 January may stand for the whole year"
    firsts = abs(first.earliest - second.earliest) < 31 and 1 in (day, other_day)
    if firsts and (year, month) == (other_year, other_month):
        return "the first may stand for the whole month"
    return ""


def _calendars_apart(day: int) -> int:
    """How many days the Julian calendar is behind the Gregorian on a day."""
    year, month, _ = civil(day)
    century = (year if month > 2 else year - 1) // 100
    return century - century // 4 - 2


def _after(day: int | None, other: int | None) -> bool:
    return day is not None and other is not None and day > other
