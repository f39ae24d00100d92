"""The example with days between in ``time-network.md``, and the readings of months."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from tests.fusion.lab import Lab

from tenure.temporal import day_number


@pytest.fixture
def example(repo_root: Path) -> str:
    """The part of the page about days between."""
    page = (repo_root / "docs" / "explanation" / "time-network.md").read_text(encoding="utf-8")
    return page.partition("## An example with days between\n")[2]


def test_the_bounds_are_those_of_the_table(lab: Lab, example: str) -> None:
    world = lab.world([lab.claim(example.partition("```turtle\n")[2].partition("```")[0])])
    rows = re.findall(r"^\| `(\S+)` \| (\S+) to (\S+) \| (\S+) to (\S+) \|$", example, re.MULTILINE)
    assert len(rows) == 3
    for slug, *days in rows:
        assert lab.bounds(world, slug) == tuple(None if d == "…" else d for d in days)


def test_months_and_years_are_as_long_as_the_calendar_has_them(repo_root: Path) -> None:
    page = (repo_root / "docs" / "reference" / "time-values.md").read_text(encoding="utf-8")
    months = [day_number(year, month, 1) for year in range(2019, 2029) for month in range(1, 13)]
    for words, several in (("a month", 1), ("two months", 2), ("a year", 12)):
        lengths = {
            later - day for day, later in zip(months, months[several:], strict=False) if later > day
        }
        assert f"| {words} after | {min(lengths)} | {max(lengths)} |" in page
    assert {later - day for day, later in pairwise(months)} == {28, 29, 30, 31}
