"""What is asked of each engine, about which days and things, and what an answer is."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeAlias

from tenure.temporal import iso, parse_iso

Row: TypeAlias = tuple[str, ...]
"""One row of an answer, things by their names without the base's address."""

CERTAIN: Final = "certain"
POSSIBLE: Final = "possible"
RULED_OUT: Final = "ruled-out"


class Tenure(NamedTuple):
    """One tenure with its bounds in day numbers, unknown ones None."""

    name: str
    person: str
    office: str
    start_earliest: int | None
    start_latest: int | None
    end_earliest: int | None
    end_latest: int | None


class Engine(Protocol):
    """What can be asked. Each method gives what :meth:`rows` makes rows of, outside of the time."""

    name: str

    def load(self, folder: Path) -> None:
        """Take in the register that stands in a folder; see :mod:`benchmarks.scale.register`."""

    def pids(self) -> Sequence[int]:
        """The processes that work beside this one."""

    def disk(self) -> int:
        """Bytes on the disk."""

    def day(self, on: int) -> object:
        """Office, person, degree of whoever held an office on a day."""

    def plain(self, on: int) -> object:
        """Person and office of whoever certainly did, as triples of that day have it."""

    def office(self, office: str, on: int) -> object:
        """Tenure, person, degree of whoever held an office on a day."""

    def stretch(self, first: int, last: int) -> object:
        """Tenure and degree of what held on some day of a stretch."""

    def changes(self, first: int, last: int) -> object:
        """Tenure and change between two days."""

    def vacancies(self, office: str, first: int, last: int) -> object:
        """First and last day of each stretch on which nobody can have held an office."""

    def history(self, person: str) -> object:
        """The tenures of a person."""

    def rows(self, work: str, answer: object) -> Iterable[Row]:
        """The rows of an answer."""

    def close(self) -> None:
        """End what was started."""


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of question: its name on the page, the method, and the arguments of each round."""

    title: str
    method: str
    rounds: Sequence[tuple[object, ...]]


FIRST: Final = parse_iso("1985-06-01")


def works(tenures: int) -> list[Work]:
    """What is asked of a register of so many tenures."""
    days = [FIRST + 37 * number for number in range(40)]
    offices = [f"id/office/o{number * 7 % max(1, tenures // 100)}" for number in range(40)]
    persons = [f"id/person/p{number * 13 % (tenures // 3)}" for number in range(40)]
    last = parse_iso("2020-12-31")
    after = [(FIRST + number,) for number in range(20)]
    return [
        Work("whole day, a new one", "day", [(day,) for day in days]),
        Work("whole day, the same again", "day", [(FIRST,)] * 10),
        Work("whole day in plain triples, a new one", "plain", [(day + 11,) for day in days]),
        Work("whole day in plain triples, the day after", "plain", after),
        Work("one office on a day", "office", list(zip(offices, days, strict=True))),
        Work("30 days", "stretch", [(day + 5, day + 34) for day in days]),
        Work("changes over 30 days", "changes", [(day + 3, day + 33) for day in days]),
        Work("vacancies of one office", "vacancies", [(one, FIRST, last) for one in offices]),
        Work("history of one person", "history", [(one,) for one in persons]),
    ]


_WORDS: Final = {
    (CERTAIN, RULED_OUT): "ended",
    (CERTAIN, POSSIBLE): "no longer certain",
    (POSSIBLE, RULED_OUT): "no longer possible",
    (RULED_OUT, CERTAIN): "began",
    (POSSIBLE, CERTAIN): "became certain",
    (RULED_OUT, POSSIBLE): "became possible",
}


def changed(pairs: Iterable[tuple[str, str, str]]) -> Iterator[Row]:
    """Tenure and change, of tenures with their degrees on the first day and on the last."""
    for name, was, now in pairs:
        if was != now:
            yield name, _WORDS[was, now]


def gaps(
    stretches: Iterable[tuple[int | None, int | None]], first: int, last: int
) -> Iterator[Row]:
    """The days within two that no stretch has, as ISO dates."""
    free = first
    for begins, ends in sorted(
        (first if a is None else a, last if b is None else b) for a, b in stretches
    ):
        if begins > last:
            break
        if begins > free:
            yield iso(free), iso(begins - 1)
        free = max(free, ends + 1)
    if free <= last:
        yield iso(free), iso(last)


def read_register(folder: Path) -> Iterator[Tenure]:
    """The tenures of a register with their bounds."""
    with (folder / "bounds.csv").open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        next(lines)
        for name, person, office, *days in lines:
            yield Tenure(name, person, office, *(parse_iso(day) if day else None for day in days))


def digest(rows: Iterable[Row]) -> tuple[int, str]:
    """How many different rows there are, and what tells them from others."""
    found = sorted(set(rows))
    return len(found), hashlib.sha256(repr(found).encode()).hexdigest()
