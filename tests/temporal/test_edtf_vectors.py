"""The bounds against the published examples of python-edtf, and each deviation with its reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tenure.errors import BadDate
from tenure.temporal import Qualifier, parse

ROOT: Final = Path(__file__).parents[2]
VECTORS: Final = ROOT.parent / "shared" / "suites" / "edtf" / "python-edtf_bounds.json"
PAGE: Final = ROOT / "docs" / "reference" / "time-values.md"


class Deviation(NamedTuple):
    """The bounds that are right here where the example has others."""

    strict: str
    fuzzy: str
    reason: str


COMPONENT: Final = "a mark after a component widens that component only"
JULY: Final = "a mark widens its component only, and July has 31 days"
LONG: Final = "the month reached has 31 days"
UTC: Final = "an instant in UTC is of every local day that it can be"
UNKNOWN_END: Final = "unknown is unbounded, not ten years"
BOTH_REASONS: Final = "both: unknown is unbounded, a mark widens its component only"
WINTER: Final = "winter runs to the end of February"

DEVIATIONS: Final = {
    "2004-06-11?": Deviation("2004-06-11 to 2004-06-11", "2004-06-10 to 2004-06-12", COMPONENT),
    "2004-06-11%": Deviation("2004-06-11 to 2004-06-11", "2004-06-09 to 2004-06-13", COMPONENT),
    "2004-06?": Deviation("2004-06-01 to 2004-06-30", "2004-05-01 to 2004-07-31", JULY),
    "2004-06~-11": Deviation("2004-06-11 to 2004-06-11", "2004-05-11 to 2004-07-11", COMPONENT),
    "2004-%06": Deviation("2004-06-01 to 2004-06-30", "2004-04-01 to 2004-08-31", LONG),
    "?2004-%06": Deviation("2004-06-01 to 2004-06-30", "2003-04-01 to 2005-08-31", LONG),
    "2004?-%06": Deviation("2004-06-01 to 2004-06-30", "2003-04-01 to 2005-08-31", LONG),
    "1984/2004-06~": Deviation("1984-01-01 to 2004-06-30", "1984-01-01 to 2004-07-31", JULY),
    "1984-06?/2004-08?": Deviation(
        "1984-06-01 to 2004-08-31", "1984-05-01 to 2004-09-30", COMPONENT
    ),
    "1984-06-02?/2004-08-08~": Deviation(
        "1984-06-02 to 2004-08-08", "1984-06-01 to 2004-08-09", COMPONENT
    ),
    "/2006": Deviation("unbounded to 2006-12-31", "unbounded to 2006-12-31", UNKNOWN_END),
    "2004-06-01/": Deviation("2004-06-01 to unbounded", "2004-06-01 to unbounded", UNKNOWN_END),
    "1984-06-02?/": Deviation("1984-06-02 to unbounded", "1984-06-01 to unbounded", BOTH_REASONS),
    "2010-24": Deviation("2010-12-01 to 2011-02-28", "2010-12-01 to 2011-02-28", WINTER),
    "2004-01-01T10:10:10Z": Deviation("2004-01-01 to 2004-01-01", "2003-12-31 to 2004-01-02", UTC),
}


def _read(part: str) -> list[Any]:
    vectors: list[Any] = json.loads(VECTORS.read_text(encoding="utf-8"))[part]
    return vectors


def _vectors(part: str) -> list[Any]:
    if not VECTORS.exists():
        reason = "the python-edtf vectors are not beside the checkout (../shared/suites/edtf)"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="absent")]
    return [
        # Numbered, as one of the texts stands there twice.
        pytest.param(vector, id=f"{number} {vector[0] if isinstance(vector, list) else vector}")
        for number, vector in enumerate(_read(part))
    ]


def _strict_and_fuzzy(days: list[str]) -> tuple[str, str]:
    """The bounds of a vector: one day, a pair, one day and a pair, or two pairs."""
    days = ["unbounded" if "inf" in day else day for day in days]
    strict = days[:1] * 2 if len(days) in (1, 3) else days[:2]
    fuzzy = days[-2:] if len(days) > 1 else days * 2
    return " to ".join(strict), " to ".join(fuzzy)


@pytest.mark.parametrize("vector", _vectors("EXAMPLES"))
def test_bounds(vector: tuple[str, list[str]]) -> None:
    text, days = vector
    value = parse(text)
    here = (str(value.bounds), str(value.fuzzy_bounds))
    there = _strict_and_fuzzy(days)
    assert str(value) == text
    if text in DEVIATIONS:
        assert here == DEVIATIONS[text][:2]
        assert here != there, "no longer a deviation: take it out of the table"
    else:
        assert here == there


@pytest.mark.parametrize("vector", _vectors("APPROXIMATE_UNCERTAIN_EXAMPLES"))
def test_marks(vector: tuple[str, list[bool]]) -> None:
    text, (uncertain, approximate, both) = vector
    value = parse(text)
    assert [mark in value.qualifiers for mark in Qualifier] == [uncertain, approximate, both]
    assert (value.uncertain, value.approximate) == (uncertain or both, approximate or both)


@pytest.mark.parametrize("vector", _vectors("BAD_EXAMPLES"))
def test_refused(vector: str) -> None:
    with pytest.raises(BadDate) as caught:
        parse(vector)
    assert caught.value.remedy


@pytest.mark.skipif(not VECTORS.exists(), reason="the python-edtf vectors are not there")
def test_every_deviation_is_of_an_example() -> None:
    examples = {text: _strict_and_fuzzy(days) for text, days in _read("EXAMPLES")}
    assert set(DEVIATIONS) <= set(examples)
    assert {row[0]: row[1] for row in _page_rows()} == {
        text: examples[text][1] for text in DEVIATIONS
    }


def test_the_page_lists_the_deviations() -> None:
    assert {row[0]: (row[2], row[3]) for row in _page_rows()} == {
        text: (deviation.fuzzy, deviation.reason) for text, deviation in DEVIATIONS.items()
    }


def _page_rows() -> list[list[str]]:
    section = PAGE.read_text(encoding="utf-8").partition("differ from python-edtf")[2]
    return [
        [cell.strip(" `") for cell in line.strip("|").split(" | ")]
        for line in section.splitlines()
        if line.startswith("| `")
    ]
