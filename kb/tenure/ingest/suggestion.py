"""A mapping to begin with, proposed from the header of a table and what is in its columns.

It is a proposal: what a column is called and what is in it make a likely meaning, and everything
that was guessed is said in a comment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from tenure.errors import BadDate, BadInput
from tenure.ingest.dates import DAY_FIRST, MONTH_FIRST, DateReader
from tenure.ingest.formats.table import table_rows
from tenure.ingest.records import ImportReport

_LOOKED_AT: Final = 500
_SLASHED: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-][0-9]{4}")
_ITEM: Final = re.compile(r"Q[0-9]+")
_EMPTY: Final = frozenset({"-", "--", "n/a", "na", "null", "none", "?", "xx"})
_WORDS: Final = {
    "start": ("start", "from", "since", "begin", "elected", "appointed", "took", "rise", "entry"),
    "end": ("end", "to", "until", "till", "ceased", "left", "finish", "exit", "last"),
    "period": ("period", "years", "dates", "tenure", "term", "when"),
    "holder": ("name", "holder", "person", "member", "minister", "who", "official", "full name"),
    "office": ("office", "position", "post", "role", "title", "job", "ministers", "function"),
    "organization": ("organisation", "organization", "body", "ministry", "department", "agency"),
    "party": ("party", "group", "faction"),
    "born": ("birth", "born", "dob"),
    "died": ("death", "died"),
}  # fmt: skip


def suggested_mapping(path: Path) -> str:
    """A mapping for a table, as TOML with comments on what was guessed.

    Raises:
        BadInput: nothing can be read of it, or it has no column with names and none with dates.
    """
    rows = list(islice(table_rows(path, ImportReport(), {}), _LOOKED_AT))
    if not rows:
        raise BadInput("There is no row in it.", where=str(path), remedy="Check the file.")
    columns: dict[str, list[str]] = {}
    for row in rows:
        for name, value in row.cells.items():
            text = "" if value is None else " ".join(str(value).split())
            columns.setdefault(str(name), []).append(text)
    null = sorted({v for values in columns.values() for v in values if v.lower() in _EMPTY})
    filled = {name: [v for v in vs if v and v not in null] for name, vs in columns.items()}
    meant = _meanings(filled)
    if "holder" not in meant:
        raise BadInput(
            "No column looks like one of names.",
            where=str(path),
            remedy=f"Its columns are: {', '.join(columns)}. Write a mapping by hand.",
        )
    return "\n".join(_lines(path, columns, filled, null, meant)) + "\n"


def _meanings(filled: dict[str, list[str]]) -> dict[str, str]:
    """What each part of a statement is likely to be: the column by its part."""
    dates = {name for name, values in filled.items() if _share_of_dates(values) > 0.6}
    items = {
        name for name, values in filled.items() if values and all(map(_ITEM.fullmatch, values))
    }
    found: dict[str, str] = {}
    for part in _WORDS:
        dated = part in ("start", "end", "born", "died", "period")
        scores = {
            name: score
            for name in filled
            if name not in found.values()
            and name not in items
            and (name in dates or part == "period") == dated
            and (score := _score(name, _WORDS[part]))
        }
        if scores:
            found[part] = max(scores, key=lambda name: scores[name])
    if items:
        found["wikidata"] = min(items)
    left = [name for name in dates if name not in found.values()]
    for part in ("start", "end"):
        if part not in found and left:
            found[part] = left.pop(0)
    return found


def _score(name: str, words: Sequence[str]) -> int:
    parts = re.findall(r"[a-z]+", name.lower())
    for place, word in enumerate(words):
        if word == name.lower():
            return 200 - place
        if word in parts:
            return 100 - place - len(parts)
    return 0


def _share_of_dates(values: Sequence[str]) -> float:
    reader, report = DateReader(order=DAY_FIRST), ImportReport()
    other = DateReader(order=MONTH_FIRST)
    read = sum(_reads(one, reader, report) or _reads(one, other, report) for one in values)
    return read / len(values) if values else 0.0


def _reads(text: str, reader: DateReader, report: ImportReport) -> bool:
    try:
        reader.read(text, "", report)
    except BadDate:
        return False
    return any(character.isdigit() for character in text)


def _order(values: Iterable[str]) -> tuple[str, str]:
    """Which of day and month comes first, and why."""
    matches = [match for one in values if (match := _SLASHED.fullmatch(one))]
    if not matches:
        return "", ""
    first = next((m[0] for m in matches if int(m[1]) > 12), "")
    second = next((m[0] for m in matches if int(m[2]) > 12), "")
    if first and not second:
        return DAY_FIRST, f"as in {first}"
    if second and not first:
        return MONTH_FIRST, f"as in {second}"
    return DAY_FIRST, "both ways occur: check" if first else "nothing tells: check"


def _lines(
    path: Path,
    columns: dict[str, list[str]],
    filled: dict[str, list[str]],
    null: list[str],
    meant: dict[str, str],
) -> list[str]:
    def said(value: str) -> str:
        return json.dumps(value, ensure_ascii=False)

    dated = [meant[part] for part in ("start", "end", "born", "died") if part in meant]
    lines = [f"# Proposed for {path.name}; correct what was guessed wrong.", "", "[source]"]
    lines += [
        f"title = {said(path.stem)}",
        '# publisher = "org/…"',
        '# published = "2024-06-01"',
        "",
    ]
    if null:
        lines += ["[rows]", f"null = [{', '.join(map(said, null))}]", ""]
    order, why = _order(value for name in dated for value in filled[name])
    lines.append("[dates]")
    if order:
        lines.append(f"order = {said(order)}  # {why}")
    end = meant.get("end")
    if end and len(filled[end]) < len(columns[end]):
        empty = len(columns[end]) - len(filled[end])
        rows = "1 row has" if empty == 1 else f"{empty} rows have"
        lines.append(f'# {rows} no end. Does it go on for them? Then "empty end" = "present"')
    identified = (
        f", identifiers = {{ wikidata = {said(meant['wikidata'])} }}" if "wikidata" in meant else ""
    )
    person = f'{{ kind = "Person", name = {said(meant["holder"])}{identified} }}'
    above = said(meant["organization"]) if "organization" in meant else '"=…"'
    lines += ["", "[[statements]]", 'kind = "Tenure"', f"holder = {person}"]
    office = said(meant["office"]) if "office" in meant else '"=…"'
    guessed = "" if "office" in meant else "  # no column looks like the office: name it"
    lines.append(
        f'office = {{ kind = "Office", name = {office}, of = {{ name = {above} }} }}{guessed}'
    )
    lines += [f"{part} = {said(meant[part])}" for part in ("start", "end") if part in meant]
    if "period" in meant and not {"start", "end"} & meant.keys():
        lines.append(f"period = {said(meant['period'])}")
    if "party" in meant:
        lines += ["", "[[statements]]", f"when = {{ {said(meant['party'])} = true }}"]
        lines += ['kind = "Membership"', f"member = {person}"]
        lines.append(f'organization = {{ kind = "Party", name = {said(meant["party"])} }}')
        lines += [f"heldOn = {said(meant['start'])}"] if "start" in meant else []
    if {"born", "died"} & meant.keys():
        lines += ["", "[[statements]]", 'kind = "Person"', f"about = {person}"]
        for part, prop in (("born", "bornOn"), ("died", "diedOn")):
            lines += [f"{prop} = {said(meant[part])}"] if part in meant else []
    unused = [name for name in columns if name not in meant.values()]
    if unused:
        lines += ["", "# Columns that nothing is made of:"]
        lines += [f"# {name}: {', '.join(dict.fromkeys(filled[name][:3]))}"[:96] for name in unused]
    return lines
