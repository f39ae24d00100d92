"""What a reader of a format hands over: records that name entities, and what went wrong.

A reader turns each record of its data set into a :class:`Record`. Which entity of the registry is
meant, which stretch of time a statement belongs to, what is new and what is gone is found out by
whoever takes the records (:mod:`tenure.ingest.data_sets`), in the same way for all formats.
``docs/howto/importing.md`` shows how to add one.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from tenure.errors import BadParameter, TenureError
from tenure.ingest.forms import require_form
from tenure.outputs import replaced


@dataclass(frozen=True, slots=True)
class EntityReference:
    """An entity as a record names it.

    Attributes:
        kind: the local name of its class: ``Person``, ``Office``.
        names: its names, the one to be shown first; each may end in its language (``…@fa``).
        identifiers: ``scheme:value``; those of the data set itself have its slug as scheme.
        slug: where the mapping says which one is meant, its slug in the registry.
        of: of an office, the organization that it is an office of.
        seats: of an office, how many may hold it at a time.
        language: the language of names that say none.
    """

    kind: str
    names: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    slug: str = ""
    of: EntityReference | None = None
    seats: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a record states of one situation, or of an entity itself (``about``).

    ``kind`` is the local name of the class. The values of ``properties`` are texts (dates in
    EDTF), entities, or a situation by its roles. ``situation`` is the slug of the one that is
    meant, where whoever makes the record knows it; else the stretch is found by its dates.
    """

    kind: str
    properties: tuple[tuple[str, StatedValue], ...]
    about: EntityReference | None = None
    situation: str = ""

    def text(self, name: str) -> str:
        """The first text that a property has, or the empty one."""
        return next((v for n, v in self.properties if n == name and isinstance(v, str)), "")


StatedValue: TypeAlias = "str | EntityReference | Stated"


@dataclass(frozen=True, slots=True)
class Record:
    """What one record of a data set says; it becomes a claim.

    Attributes:
        locator: how the data set names the record: an identifier, a row.
        fields: its own text as JSON, kept as evidence.
        states: what it states.
        statement: the same in a sentence; made from ``states`` where it is empty.
        positional: whether the locator is a mere place, which changes when others come before it.
        tense: ``present`` where the data set says that it goes on.
        rank: ``preferred`` or ``deprecated`` where the data set ranks it so.
        hedged: whether the data set doubts it.
        modality: ``denied`` where it says that this was not so; else it is asserted.
    """

    locator: str
    fields: str
    states: tuple[Stated, ...]
    statement: str = ""
    positional: bool = False
    tense: str = ""
    rank: str = ""
    hedged: bool = False
    modality: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One thing that an import has to tell of a record.

    ``kind`` is one of :data:`KINDS`, ``imported`` whether the record went in all the same, and
    ``value`` what was written there.
    """

    kind: str
    locator: str
    what: str
    remedy: str = ""
    value: str = ""
    imported: bool = True


FAULT: Final = "fault"
REWRITTEN: Final = "rewritten"
REPEATED: Final = "repeated"
UNSURE: Final = "unsure"
MATCHED: Final = "matched"
SKIPPED: Final = "skipped"
OUTDATED: Final = "outdated"
KINDS: Final = (FAULT, OUTDATED, UNSURE, SKIPPED, REPEATED, MATCHED, REWRITTEN)
"""What a line tells of: something wrong; what may have ended since; an entity that may be another;
what the mapping leaves out; what was told before; an entity known again by its name alone; a date
put into EDTF."""

_MOST_LINES: Final = 200_000


@dataclass
class ImportReport:
    """All that an import has to tell, in the order found; beyond a length only counted."""

    lines: list[ReportLine] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    whole: bool = True
    """False where a file broke off, so that what it lacks may well be in the data set."""
    _broken: set[tuple[str, str]] = field(default_factory=set)

    def tell(
        self,
        kind: str,
        locator: str,
        what: str,
        remedy: str = "",
        value: str = "",
        *,
        imported: bool = True,
    ) -> None:
        """Add a line."""
        self.counts[kind] += 1
        if len(self.lines) < _MOST_LINES:
            shown = value if len(value) <= 200 else f"{value[:199]}…"
            self.lines.append(ReportLine(kind, locator, what, remedy, shown, imported))

    def fault(self, locator: str, error: TenureError | str, *, imported: bool = False) -> None:
        """Add something wrong with a record, which is left out unless ``imported``."""
        if isinstance(error, str):
            self.tell(FAULT, locator, error, imported=imported)
        else:
            place = f"{error.where}: " if error.where and str(error.where) not in locator else ""
            self.tell(FAULT, locator, f"{place}{error.what}", error.remedy, imported=imported)

    def fits(self, value: Any, form: Any, locator: str) -> bool:
        """Whether a value has a form (:mod:`tenure.ingest.forms`); where not, that is told."""
        try:
            require_form(value, form)
        except TenureError as error:
            self.fault(locator, error)
            return False
        return True

    @contextmanager
    def first_pass(self) -> Iterator[None]:
        """Take back what is told within: of a file that is read twice, the second pass tells."""
        before, whole, broken = len(self.lines), self.whole, set(self._broken)
        yield
        for one in self.lines[before:]:
            self.counts[one.kind] -= 1
        del self.lines[before:]
        self.whole, self._broken = whole, broken

    def broken_off(self, locator: str, error: TenureError | str) -> None:
        """Add that a file could not be read to its end, so that nothing may be taken as gone."""
        self.whole = False
        # A file that is read several times breaks off each time.
        if (locator, str(error)) not in self._broken:
            self._broken.add((locator, str(error)))
            self.fault(locator, error)

    @property
    def faults(self) -> int:
        """How many things were wrong."""
        return self.counts[FAULT]

    def write(self, path: Path) -> None:
        """Write all lines as CSV or JSON, as the ending of the file's name says.

        Raises:
            BadParameter: another ending.
        """
        if path.suffix == ".json":
            told = {
                "counts": {kind: self.counts[kind] for kind in KINDS},
                "lines": [asdict(one) for one in self.lines],
            }
            text = json.dumps(told, ensure_ascii=False, indent=1)
        elif path.suffix == ".csv":
            text = self.csv()
        else:
            raise BadParameter(
                f"{path.suffix or path.name!r} is no form of a report.",
                where="--report",
                remedy="Give it a name that ends in .csv or .json.",
            )
        with replaced(path) as file:
            file.write(text.encode())

    def csv(self) -> str:
        """All lines as CSV with a header."""
        text = io.StringIO()
        out = csv.writer(text)
        out.writerow(("kind", "locator", "what", "remedy", "value", "imported"))
        for one in self.lines:
            cells = (one.kind, one.locator, one.what, one.remedy, one.value, str(one.imported))
            out.writerow(map(harmless, cells))
        return text.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def words_of_record(record: Record, label: dict[EntityReference, str]) -> str:
    """A record in a sentence, with the labels of the entities that it names."""
    return "; ".join(_words(one, label) for one in record.states) + "."


def _words(stated: Stated, label: dict[EntityReference, str]) -> str:
    parts = list(_part_words(stated.properties, label))
    about = f"{label[stated.about]}: " if stated.about is not None else f"{stated.kind}: "
    return about + ", ".join(parts)


def _part_words(
    properties: Iterable[tuple[str, StatedValue]], label: dict[EntityReference, str]
) -> Iterator[str]:
    for name, value in properties:
        if isinstance(value, EntityReference):
            yield f"{name} {label[value]}"
        elif isinstance(value, Stated):
            # Who or what it is of stands in the sentence already, or is the same for all.
            texts = [one for _, one in value.properties if isinstance(one, str)]
            yield f"{name} {', '.join(texts)}"
        else:
            yield f"{name} {value}"
