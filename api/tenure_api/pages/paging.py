"""Which part of many things a page shows: the parameter is read, and a part cut out, in one way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from tenure.errors import BadParameter
from tenure_api.pages.view import PAGE

T = TypeVar("T")

EACH: Final = 25
"""Situations, events and claims on a page of a thing."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Which page of how many, ``size`` things on each, and how many there are in all."""

    page: int
    pages: int
    total: int
    size: int = EACH

    def part(self, items: Sequence[T]) -> Sequence[T]:
        """Those of the items that are on the page."""
        return items[(self.page - 1) * self.size : self.page * self.size]


def pager_of(values: Mapping[str, str], total: int, size: int = EACH, *, name: str = PAGE) -> Pager:
    """The page that a parameter asks for, of so many things.

    Raises :class:`~tenure.errors.BadParameter` where there is no such page.
    """
    number, pages = page_number(values, name), max(1, -(-total // size))
    if number > pages:
        raise no_page(number, f"The last is {pages}.", name)
    return Pager(number, pages, total, size)


def page_number(values: Mapping[str, str], name: str = PAGE) -> int:
    """The number of the page that a parameter asks for; the first where it says nothing.

    Raises :class:`~tenure.errors.BadParameter` for what is no number of a page.
    """
    text = values.get(name, "1").strip()
    number = int(text[:9]) if text.isascii() and text.isdecimal() else 0
    if not number:
        raise BadParameter(f"{text[:40]!r} is no page.", where=name, remedy="Pages count from 1.")
    return number


def no_page(number: int, remedy: str, name: str = PAGE) -> BadParameter:
    """The error for a page that there is not."""
    return BadParameter(f"There is no page {number}.", where=name, remedy=remedy)
