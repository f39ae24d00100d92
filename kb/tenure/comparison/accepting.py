"""What is accepted of a comparison becomes claims, by the same way as any import.

Who accepts that A is right states, in a source of his own and with a rank above others, what A
says; of what B says beside it he denies what the two cannot have in common. So the base still holds
what each of the two says, and the decision is one more claim that can be taken back.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tenure.comparison.comparison import Comparison, identity
from tenure.comparison.differences import Difference
from tenure.comparison.stretch import Stretch
from tenure.errors import BadInput, BadParameter
from tenure.ingest import (
    EntityReference,
    Format,
    ImportContext,
    Imported,
    Record,
    RecordedState,
    SourceDescription,
    Stated,
    import_files,
)
from tenure.inputs import read_input
from tenure.namespaces import local_name

SIDES: Final = ("a", "b")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A difference about which it is decided which side is right: ``a`` or ``b``."""

    difference: Difference
    side: str

    @property
    def right(self) -> tuple[Stretch, ...]:
        """What is right."""
        return self.difference.a if self.side == "a" else self.difference.b

    @property
    def wrong(self) -> tuple[Stretch, ...]:
        """What the other side says."""
        return self.difference.b if self.side == "a" else self.difference.a


def accepted_of(comparison: Comparison, text: str) -> list[Accepted]:
    """What ``text`` decides: ``a`` or ``b`` of all differences, or a CSV with a column ``accept``.

    The CSV is one that the comparison wrote, with ``a`` or ``b`` in the rows that are decided. A
    row about something that the two no longer differ in is refused: it may mean something else.

    Raises:
        BadParameter: a cell of ``accept`` that is neither.
        BadInput: a file that cannot be read, has no such column, or is of another comparison.
    """
    if text in SIDES:
        return [Accepted(one, text) for one in comparison.differences]
    try:
        table = csv.DictReader(io.StringIO(read_input(Path(text)).decode("utf-8-sig"), newline=""))
        rows = list(table)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            f"It cannot be read: {error}.",
            where=text,
            remedy="Give a, b, or a CSV that tenure compare wrote.",
        ) from error
    if not {"id", "accept"} <= {*(table.fieldnames or ())}:
        raise BadInput(
            "It has no columns id and accept.",
            where=text,
            remedy="Write it with tenure compare A B --format csv, and fill in accept.",
        )
    known = {identity(one): one for one in comparison.differences}
    found = []
    for number, row in enumerate(rows, start=2):
        side = (row["accept"] or "").strip().lower()
        if not side:
            continue
        if side not in SIDES:
            raise BadParameter(
                f"{side[:40]!r} is no side.", where=f"{text}:{number}", remedy="Write a or b."
            )
        if row["id"] not in known:
            raise BadInput(
                f"The two do not differ in {row['id']!r} (any more).",
                where=f"{text}:{number}",
                remedy="Compare them again with the same filters, and decide anew.",
            )
        found.append(Accepted(known[row["id"]], side))
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """What became of what was accepted: the revision, and what cannot be said as a claim."""

    imported: Imported
    left_out: tuple[str, ...]


def accept(
    comparison: Comparison,
    accepted: Sequence[Accepted],
    facts: Path,
    *,
    source: str,
    by: str | None = None,
    message: str = "",
) -> Done:
    """Write what is accepted into a folder of facts, as a revision of the source ``source``.

    What that source said before stays, and what it says already changes nothing.

    Raises:
        BadInput: a rule would be broken.
    """
    claims = _Claims(comparison)
    records = [record for one in accepted for record in claims.records(one)]
    count = len(accepted)

    def read(_context: ImportContext) -> Iterable[RecordedState]:
        said = f"Accepted: {count} difference{'' if count == 1 else 's'}"
        yield RecordedState(None, said, records, complete=False)

    names, a, b = comparison.base.names, comparison.a.name, comparison.b.name
    described = SourceDescription(
        source,
        f"What was accepted, comparing {a} with {b}",
        by or "Editors",
        url=names.source(source).value,
    )
    imported = import_files(
        Format("accepted differences", (), read),
        [],
        facts,
        source=described,
        message=message,
        by=by,
        names=names,
    )
    return Done(imported, tuple(claims.left_out))


class _Claims:
    """Makes records of what is accepted."""

    def __init__(self, comparison: Comparison) -> None:
        self._base = comparison.base
        self._known = {
            side: {_thing(one) for one in some.stretches}
            for side, some in (("a", comparison.a), ("b", comparison.b))
        }
        self.left_out: list[str] = []

    def records(self, one: Accepted) -> Iterator[Record]:
        """What is right, above what others say; and of what is wrong, that it was not so."""
        locator = identity(one.difference)
        for number, stretch in enumerate(one.right, start=1):
            yield self._record(f"{locator}/{number}", stretch, one)
        right = {_thing(stretch) for stretch in one.right}
        for number, stretch in enumerate(one.wrong, start=1):
            # Of the same holder in the same office the days decide, and rank settles these.
            if _thing(stretch) in right:
                continue
            dates = _thing(stretch) in self._known[one.side]
            if dates and not (stretch.start and stretch.end):
                self.left_out.append(
                    f"{locator}: {self._base.names.short(stretch.subject)} held the office on "
                    f"other days too, so that without a start and an end nothing can be denied."
                )
                continue
            yield self._record(f"{locator}/not-{number}", stretch, one, denied=True, dates=dates)

    def _record(
        self,
        locator: str,
        stretch: Stretch,
        one: Accepted,
        *,
        denied: bool = False,
        dates: bool = True,
    ) -> Record:
        names, kind = self._base.names, self._base.schema.kinds[stretch.kind]
        assert kind.object_role is not None
        said: list[tuple[str, EntityReference | str]] = [
            (local_name(kind.subject_role), self._entity(stretch.subject)),
            (local_name(kind.object_role), self._entity(stretch.object)),
        ]
        for name, text in (("start", stretch.start), ("end", stretch.end)):
            if text and dates:
                said.append((name, text))
        stated = Stated(
            local_name(stretch.kind),
            tuple(said),
            situation="" if denied else names.short(stretch.occurrence),
        )
        registry = self._base.registry
        words = (
            f"{'Not accepted' if denied else 'Accepted'}: {registry.label(stretch.subject)}, "
            f"{registry.label(stretch.object)}, {stretch.dates}."
        )
        about = {
            "accepted": one.side,
            "difference": one.difference.kind.value,
            "claims": [names.short(claim) for claim in stretch.claims],
        }
        return Record(
            locator,
            json.dumps(about, ensure_ascii=False, sort_keys=True),
            (stated,),
            words,
            rank="preferred",
            modality="denied" if denied else "",
        )

    def _entity(self, iri: str) -> EntityReference:
        registry = self._base.registry
        return EntityReference(
            registry.kind(iri), (registry.label(iri),), slug=self._base.names.short(iri)
        )


def _thing(one: Stretch) -> tuple[str, str, str]:
    return one.kind, one.subject, one.object
