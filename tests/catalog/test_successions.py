"""Who followed whom where offices themselves come, go, merge and split."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.gazette import add

import tenure

TENURES = {  # by person: the office, and the days of 2020
    "a": ("one", "01-01", "01-31"),
    "b": ("one", "02-01", "02-29"),
    "c": ("two", "01-01", "02-29"),
    "d": ("joint", "03-01", "03-31"),
    "e": ("late", "06-01", "06-30"),
    "f": ("left", "07-01", "07-31"),
    "g": ("right", "07-05", "07-31"),
}
CHANGES = {  # by event: what was before, what came of it
    "merger": (("one", "two"), ("joint",)),
    "replacing": (("joint",), ("empty",)),
    "again": (("empty",), ("late",)),
    "split": (("late",), ("left", "right")),
}
EXPECTED = {
    "one": {"ab", "bd"},
    "two": {"cd"},
    "joint": {"bd", "cd", "de"},
    "empty": set[str](),
    "late": {"de", "ef", "eg"},
    "right": {"eg"},
}
"""Pairs; nobody ever held the office in between, so that it holds up no succession."""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("successions")
    (folder / "a.txt").write_text("The gazette of officers\n\nOne.", encoding="utf-8")
    drafts = ["- passage: One.", "  statement: Offices came and went.", "  states:"]
    drafts += [
        f"    - tenure: {{holder: person/{who}, office: office/{office},"
        f" start: 2020-{start}, end: 2020-{end}}}"
        for who, (office, start, end) in TENURES.items()
    ]
    drafts += [
        f"    - event/{event}: {{predecessor: [{', '.join(f'office/{o}' for o in before)}],"
        f" successor: [{', '.join(f'office/{o}' for o in after)}]}}"
        for event, (before, after) in CHANGES.items()
    ]
    offices = sorted({office for sides in CHANGES.values() for side in sides for office in side})
    drafts += ["  new entities:", "    - org/town: Town"]
    drafts += [f"    - person/{who}: {who.upper()}" for who in TENURES]
    drafts += [f"    - office/{o}: {{label: The {o}, officeOf: org/town}}" for o in offices]
    drafts += [f"    - event/{e}: {{kind: InstitutionalChange, label: The {e}}}" for e in CHANGES]
    add(folder, "\n".join(drafts))
    return folder / "f"


def test_they_go_on_in_what_came_of_an_office(facts: Path) -> None:
    with tenure.open(facts) as kb:
        for office, expected in EXPECTED.items():
            rows = kb.ask("successions", office=f"office/{office}")
            found = {f"{row.person[-1]}{row.next[-1]}" for row in rows}
            assert found == expected, office
            for row in rows:
                held, taken = (TENURES[who[-1]][0] for who in (row.person, row.next))
                assert (row.held, row.taken) == (f"office/{held}", f"office/{taken}")


def test_a_row_is_explained_by_the_change_too(facts: Path) -> None:
    with tenure.open(facts) as kb:
        (row,) = kb.ask("successions", office="office/two")
        assert "The merger" in str(row.why())
