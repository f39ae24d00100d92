"""The competency questions: read, and compared with the rows of an answer.

``../shared/competency/README.md`` says what is compared: only the columns that a row names;
``exactly`` means no other rows, after projecting to those columns and removing duplicates.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tenure.namespaces import BASE

POLICY = "sources=jpost-620411"
FILE = Path(__file__).resolve().parents[3] / "shared" / "competency" / "questions.yaml"
OURS = Path(__file__).with_name("corrected.yaml")

Row = Mapping[str, str]

_KINDS = frozenset(("event", "office", "org", "person", "place", "state"))


@dataclass(frozen=True)
class Question:
    """A question with its parameters, and what must and must not be in the answer."""

    name: str
    ask: str
    parameters: Mapping[str, str]
    rows: tuple[Row, ...]
    exactly: bool
    absent: tuple[Row, ...]
    policy: str = POLICY
    never: tuple[str, ...] = ()
    """Columns that no row has."""

    def faults(self, answer: Iterable[Row]) -> list[str]:
        """What is wrong with an answer, as sentences; empty when all is as agreed."""
        given = list(answer)
        found = [f"missing: {row}" for row in self.rows if not _has(given, row)]
        found += [f"present: {row}" for row in self.absent if _has(given, row)]
        found += [f"told: {name} in {row}" for row in given for name in self.never if name in row]
        if self.exactly:
            named = sorted({column for row in self.rows for column in row})
            wanted = {_projected(row, named) for row in self.rows}
            told = {_projected(row, named) for row in given}
            if not named:  # no row at all is wanted
                told = {tuple(sorted(row.items())) for row in given}
            found += [f"too much: {row}" for row in sorted(told - wanted, key=str)]
        return found


def read_questions(path: Path = FILE, policy: str = POLICY) -> list[Question]:
    """All questions of a file; none where the folder of outside material is absent.

    ``policy`` is that of a question that names none.
    """
    if not path.is_file():
        return []
    return [_question(one, policy) for one in yaml.safe_load(path.read_text(encoding="utf-8"))]


def rows_of(results: str | bytes) -> list[Row]:
    """The rows of SPARQL 1.1 Query Results JSON, each column as text."""
    bindings = json.loads(results)["results"]["bindings"]
    return [{column: term["value"] for column, term in row.items()} for row in bindings]


def _question(entry: Mapping[str, Any], policy: str) -> Question:
    return Question(
        entry["id"],
        entry["ask"],
        {name: str(value) for name, value in entry["with"].items()},
        tuple(_expanded(row) for row in entry.get("rows", ())),
        bool(entry.get("exactly", False)),
        tuple(_expanded(row) for row in entry.get("absent", ())),
        str(entry.get("policy", policy)),
        tuple(entry.get("never", ())),
    )


def _expanded(row: Mapping[str, Any]) -> Row:
    """The row with the slugs of entities, and of what claims tell of, as IRIs."""
    return {column: _iri(str(value)) for column, value in row.items()}


def _iri(value: str) -> str:
    head = value.partition("/")[0]
    if head in _KINDS:
        return f"{BASE}id/{value}"
    return BASE + value if head in ("claim", "source") else value


def _has(rows: Iterable[Row], wanted: Row) -> bool:
    return any(wanted.items() <= row.items() for row in rows)


def _projected(row: Row, columns: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((column, row[column]) for column in columns if column in row)
