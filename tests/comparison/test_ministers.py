"""Lists of ministers beside Wikidata: every line of its editors' differences is found.

The files are those of ``data/ministers`` in the folder ``shared``: of each office or cabinet a list
as it was read from a web page (``scraped``), what Wikidata had (``wikidata``), and ``diff``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import Literal, NamedNode

from tenure.comparison import Comparison, Difference, DifferenceKind, compare
from tenure.ingest import SourceDescription, import_files
from tenure.knowledge import open_knowledge_base
from tenure.namespaces import TN

MAPPING = {
    "dates": {},
    "statements": [
        {
            "kind": "Tenure",
            "holder": {"kind": "Person", "name": "name", "identifiers": {"wikidata": "item"}},
            "office": {"kind": "Office", "name": "office", "of": {"name": "=Government"}},
            "start": "start",
            "end": "end",
            "key": "psid",
        }
    ],
}


class Line(NamedTuple):
    """What a line of a ``diff.csv`` says of the side that it is about: who, what, when."""

    list: str
    mark: str
    item: str
    name: str
    office: str
    start: str
    end: str


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {key.lower(): value or "" for key, value in row.items()} for row in csv.DictReader(file)
        ]


def lists(shared: Path) -> Iterator[tuple[str, Path]]:
    root = shared / "data" / "ministers"
    for path in sorted(root.glob("*/sources/**/diff.csv")):
        yield f"{path.relative_to(root).parts[0]}/{path.parent.name}", path.parent


def office_of(name: str, row: dict[str, str]) -> str:
    return f"{name}: {row.get('positionlabel') or 'the office'}"


class Compared(NamedTuple):
    comparison: Comparison
    lines: list[Line]
    items: dict[str, str]


@pytest.fixture(scope="module")
def compared(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compared]:
    """All lists of the one kind as one source, all of the other as another, compared."""
    if not (shared / "data" / "ministers").is_dir():
        pytest.skip("there is no folder data/ministers in 'shared'")
    folder = tmp_path_factory.mktemp("ministers")
    facts = folder / "facts"
    facts.mkdir()
    for side in ("scraped", "wikidata"):
        path = folder / f"{side}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(("item", "name", "office", "start", "end", "psid"))
            for name, place in lists(shared):
                # The official lists have numbers of their own: they are compared by name.
                by_name = place.name == "official"
                for number, row in enumerate(rows(place / f"{side}.csv")):
                    out.writerow((
                        "" if by_name else row.get("item", ""),
                        f"{name}/{row['itemlabel']}" if by_name else row["itemlabel"],
                        office_of(name, row),
                        row.get("startdate", ""),
                        row.get("enddate", ""),
                        row.get("psid") or f"{name}-{number}",
                    ))  # fmt: skip
        import_files(
            "table",
            [path],
            facts,
            source=SourceDescription(side, published="2022-07-17", publisher="Lists"),
            mapping=MAPPING,
        )
    kb = open_knowledge_base(facts)
    items = {
        quad.subject.value: quad.object.value.removeprefix("wikidata:")
        for quad in kb.store.quads(kb.names.graph("entities"), predicate=TN("identifier"))
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
    }
    yield Compared(compare(kb, "wikidata", "scraped"), list(told(shared)), items)
    kb.store.close()


def told(shared: Path) -> Iterator[Line]:
    for name, place in lists(shared):
        for row in rows(place / "diff.csv"):
            both = {key: value.partition("->") for key, value in row.items() if key != "@@"}
            for mark, side in (("---", 0), ("+++", 2)):
                if row["@@"] not in ("->", mark):
                    continue
                cells = {
                    key: (value[side] if value[1] else value[0]) for key, value in both.items()
                }
                changed = {key for key, value in both.items() if value[1]} - {"itemlabel"}
                if row["@@"] == "->" and not changed:
                    continue  # only the label differs
                yield Line(
                    name,
                    mark,
                    cells.get("item", ""),
                    cells.get("itemlabel", ""),
                    office_of(name, cells),
                    cells.get("startdate", ""),
                    cells.get("enddate", ""),
                )


def is_of(line: Line, one: Difference, known: Compared) -> bool:
    """Whether a difference tells of the stretch of a line, on the side that the line is about."""
    label = known.comparison.label
    for stretch in one.a if line.mark == "---" else one.b:
        who = {label(stretch.subject), known.items.get(stretch.subject, "")}
        if (
            label(stretch.object) == line.office
            and who & {line.item or line.name, f"{line.list}/{line.name}"}
            # Some lines have no dates; where a list gives none, the line has that of the other.
            and (line.start in ("", stretch.start) or not stretch.start)
            and (line.end in ("", stretch.end) or not stretch.end)
        ):
            return True
    return False


def test_every_line_is_found(compared: Compared) -> None:
    assert len(compared.lines) > 20
    missed = [
        line
        for line in compared.lines
        if not any(is_of(line, one, compared) for one in compared.comparison.differences)
    ]
    assert missed == []


def test_what_is_found_beyond_is_explained(compared: Compared) -> None:
    """Vaguer or missing dates, other names, and days that the editors let pass."""
    beyond = [
        one
        for one in compared.comparison.differences
        if not any(is_of(line, one, compared) for line in compared.lines)
    ]
    apart = [
        abs(date.least)
        for one in beyond
        for date in (one.start, one.end)
        if one.kind is DifferenceKind.DATES and date is not None and date.least is not None
    ]
    kinds = {
        DifferenceKind.PRECISION,
        DifferenceKind.MISSING,
        DifferenceKind.DATES,
        DifferenceKind.LABEL,
    }
    assert {one.kind for one in beyond} == kinds
    assert (len(apart), max(apart)) == (9, 6)
