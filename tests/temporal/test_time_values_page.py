"""The tables of ``docs/reference/time-values.md`` say what the code does."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tenure.errors import BadDate
from tenure.temporal import from_bounds, parse

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "time-values.md"


def _rows(heading: str) -> list[tuple[str, ...]]:
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].partition("\n## ")[0]
    return [
        tuple(cell.strip(" `") for cell in line.strip("|").split(" | "))
        for line in section.splitlines()
        if line.startswith("| `")
    ]


@pytest.mark.parametrize(("written", "reading", "strict", "fuzzy"), _rows("Forms"))
def test_forms(written: str, reading: str, strict: str, fuzzy: str) -> None:
    value = parse(written)
    assert reading
    assert str(value) == written
    assert str(value.bounds) == strict
    assert ("the same" if value.fuzzy_bounds == value.bounds else str(value.fuzzy_bounds)) == fuzzy


@pytest.mark.parametrize(("written", "why"), _rows("Refused"))
def test_refused(written: str, why: str) -> None:
    assert why
    with pytest.raises(BadDate) as caught:
        parse(written)
    assert repr(written) in caught.value.what
    assert caught.value.remedy


def test_printed_bounds() -> None:
    printed = from_bounds(*parse("2019-12-21/2019-12-31").bounds)
    assert printed is not None
    assert f"`{printed}`" in PAGE.read_text(encoding="utf-8").split("\n## Printing bounds\n")[1]
