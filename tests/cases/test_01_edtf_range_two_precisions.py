"""The ends of a range of dates have one precision, whatever the dates are."""

from __future__ import annotations

import pytest
from tests.cases.conftest import RunCase

from tenure.errors import BadDate
from tenure.temporal import parse


def test_the_case(run_case: RunCase) -> None:
    outcome = run_case("01-edtf-range-two-precisions")
    assert outcome.rc == 0
    assert len(outcome.lines) == 3
    for line in outcome.lines:
        assert "REFUSED" in line
        assert "The ends of a range have one precision" in line


@pytest.mark.parametrize(
    "text", ["[1984..1986-21]", "{2001-21..2003-33}", "[1667, 1984..1986-05?]", "[Y12020..2021-01]"]
)
def test_of_this_kind(text: str) -> None:
    with pytest.raises(BadDate, match="have one precision"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["[1984..1986]", "[1667, 1984-05..1986-05]", "{..1984-05, 1986..}", "[198X..1990~]"]
)
def test_members_and_open_ends_have_any(text: str) -> None:
    assert str(parse(text)) == text
