"""Stretches of days with uncertain ends, and what can be said of a day.

A stretch begins on some day ``s`` and ends on some day ``e`` with ``s <= e``; both belong to it.
Four bounds say what is known: ``s`` lies in ``start_earliest .. start_latest`` and ``e`` in
``end_earliest .. end_latest``. An absent bound is an unbounded side. Every answer here is exact:
*certain* is what holds for all such pairs ``(s, e)``, *possible* what holds for some.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from tenure.errors import BadDate
from tenure.temporal.calendar import iso


class Certainty(StrEnum):
    """How surely something is the case."""

    CERTAIN = "certain"
    """In every solution."""
    PRESUMED = "presumed"
    """In every solution that it had begun, and in none is it told as over; see *presumption*."""
    POSSIBLE = "possible"
    """In some solution, and not in every one."""
    RULED_OUT = "ruled out"
    """In no solution."""


@dataclass(frozen=True, slots=True)
class FourBounds:
    """When something began and when it ended: four day numbers, all inclusive, ``None`` unbounded.

    Raises :class:`~tenure.errors.BadDate` when no stretch of days fits: an earliest day after its
    latest day, or a start that can only lie after the end.
    """

    start_earliest: int | None = None
    start_latest: int | None = None
    end_earliest: int | None = None
    end_latest: int | None = None

    def __post_init__(self) -> None:
        _in_order("The earliest start", self.start_earliest, "the latest start", self.start_latest)
        _in_order("The earliest end", self.end_earliest, "the latest end", self.end_latest)
        _in_order("The earliest start", self.start_earliest, "the latest end", self.end_latest)

    def tightened(self) -> FourBounds:
        """The same stretches with the tightest bounds: no start after the latest end, and so on.

        >>> FourBounds(start_earliest=3, end_latest=9).tightened()
        FourBounds(start_earliest=3, start_latest=9, end_earliest=3, end_latest=9)
        """
        return replace(
            self,
            start_latest=_least(self.start_latest, self.end_latest),
            end_earliest=_greatest(self.end_earliest, self.start_earliest),
        )

    def and_within(self, other: FourBounds) -> FourBounds:
        """What both leave open. Raises :class:`~tenure.errors.BadDate` where that is nothing.

        >>> FourBounds(start_earliest=3, start_latest=5).and_within(FourBounds(4, None, 7, 9))
        FourBounds(start_earliest=4, start_latest=5, end_earliest=7, end_latest=9)
        """
        return FourBounds(
            _greatest(self.start_earliest, other.start_earliest),
            _least(self.start_latest, other.start_latest),
            _greatest(self.end_earliest, other.end_earliest),
            _least(self.end_latest, other.end_latest),
        )

    def holds_on(self, day: int) -> Certainty:
        """Whether ``day`` belongs to the stretch.

        >>> bounds = FourBounds(1, 3, 7, 9)
        >>> [str(bounds.holds_on(day)) for day in (0, 2, 3, 7, 8, 10)]
        ['ruled out', 'possible', 'certain', 'certain', 'possible', 'ruled out']
        """
        return self.certainty_within(day, day)

    def certainty_within(self, earliest: int | None, latest: int | None) -> Certainty:
        """Whether a day of which only bounds are known belongs to the stretch.

        *Certain* asks for every day from ``earliest`` to ``latest`` (inclusive, ``None``
        unbounded), *possible* for one of them. Raises :class:`~tenure.errors.BadDate` when
        ``earliest`` lies after ``latest``.
        """
        _in_order("The earliest day asked for", earliest, "the latest", latest)
        if _after(self.start_earliest, latest) or _after(earliest, self.end_latest):
            return Certainty.RULED_OUT
        tight = self.tightened()
        if (
            tight.start_latest is not None
            and tight.end_earliest is not None
            and earliest is not None
            and latest is not None
            and tight.start_latest <= earliest
            and latest <= tight.end_earliest
        ):
            return Certainty.CERTAIN
        return Certainty.POSSIBLE

    def sometime(self, from_day: int | None, to_day: int | None) -> Certainty:
        """Whether the stretch shares at least one day with ``from_day .. to_day``.

        Both are inclusive, ``None`` is unbounded. *Certain* does not need one day that belongs to
        every solution: begun by the last day asked for, and not over before the first, is enough.
        Raises :class:`~tenure.errors.BadDate` when ``from_day`` lies after ``to_day``.

        >>> str(FourBounds(1, 5, 5, 9).sometime(4, 6)), str(FourBounds(1, 5, 1, 9).sometime(4, 6))
        ('certain', 'possible')
        """
        _in_order("The first day asked for", from_day, "the last", to_day)
        if _after(self.start_earliest, to_day) or _after(from_day, self.end_latest):
            return Certainty.RULED_OUT
        tight = self.tightened()
        begun = to_day is None or (tight.start_latest is not None and tight.start_latest <= to_day)
        not_over = from_day is None or (
            tight.end_earliest is not None and tight.end_earliest >= from_day
        )
        return Certainty.CERTAIN if begun and not_over else Certainty.POSSIBLE

    @property
    def duration(self) -> tuple[int, int | None]:
        """The least and the greatest number of days, both ends counted; ``None`` is unbounded.

        >>> FourBounds(1, 3, 7, 9).duration, FourBounds(1, 3).duration
        ((5, 9), (1, None))
        """
        shortest, longest = 1, None
        if self.start_latest is not None and self.end_earliest is not None:
            shortest = max(1, self.end_earliest - self.start_latest + 1)
        if self.start_earliest is not None and self.end_latest is not None:
            longest = self.end_latest - self.start_earliest + 1
        return shortest, longest


def _after(day: int | None, other: int | None) -> bool:
    return day is not None and other is not None and day > other


def _in_order(name: str, day: int | None, other_name: str, other: int | None) -> None:
    if day is not None and other is not None and day > other:
        raise BadDate(
            f"{name} ({iso(day)}) lies after {other_name} ({iso(other)}).",
            remedy="Swap them, or leave out the one that is not known.",
        )


def _least(day: int | None, other: int | None) -> int | None:
    return min((d for d in (day, other) if d is not None), default=None)


def _greatest(day: int | None, other: int | None) -> int | None:
    return max((d for d in (day, other) if d is not None), default=None)
