"""Days between two things, written short in a draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenure.errors import BadClaim, TenureError
from tenure.ingest import add_claims, format_files
from tenure.ingest.draft import read_drafts
from tenure.validate import validate_paths

FLOOD = """\
- passage: stepped down after the flood
  statement: Dr Cole stepped down {words} the flood.
  states:
    - {about}:
        {more}
        atDistance: {distance}
"""
TENURE = "holder: person/cole\n        office: office/harbour-master"


def written(
    facts: Path, article: Path, distance: str, about: str = "tenure", more: str = TENURE
) -> str:
    text = FLOOD.format(words="after", about=about, more=more, distance=distance)
    add_claims(facts, "eva-1", read_drafts(text, "claims.yaml"), text_path=article)
    path = facts / "eva-1.trig"
    assert format_files([path], check=True) == ()
    assert [str(one) for one in validate_paths([facts]).findings] == []
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("distance", "lines"),
    [
        (
            "{after: event/eva-flood, days: 2}",
            ["AtLeastDays 2", "AtMostDays 2", "Relation tnv:DaysAfter", "From event:eva-flood"],
        ),
        ("{before: event/eva-flood, atLeastDays: 28}", ["AtLeastDays 28", "tnv:DaysBefore"]),
        ("{within: event/eva-flood, days: 10}", ["AtMostDays 10", "tnv:DaysApart"]),
        ("{after: source/eva-1, atMostDays: 3}", ["AtMostDays 3", "From source:eva-1"]),
        (
            "{after: event/eva-flood, days: 2, from: start, to: end}",
            ["tn:measuredFrom tn:ObjectStart", "tn:measuredTo tn:SubjectEnd"],
        ),
    ],
)
def test_a_distance_goes_in(harbour: Path, article: Path, distance: str, lines: list[str]) -> None:
    text = written(harbour, article, distance)
    for line in lines:
        assert line in text
    assert ("AtLeastDays" in text) == ("within" not in distance and "atMost" not in distance)
    side = distance[1:].partition(":")[0]
    other = distance.partition("/")[2].partition(",")[0]
    assert f"tn:atDistance distance:cole--harbour-master--{side}--{other}" in text


def test_an_event_and_several_distances(harbour: Path, article: Path) -> None:
    distance = "[{after: person/cole, days: 2}, {before: source/eva-1, atMostDays: 30}]"
    text = written(harbour, article, distance, "event/eva-flood", "date: 2021")
    assert "distance:eva-flood--after--cole" in text
    assert "distance:eva-flood--before--eva-1" in text


@pytest.mark.parametrize(
    ("distance", "what"),
    [
        ("{days: 2}", "exactly one side of one other"),
        ("{after: event/eva-flood, before: event/eva-flood, days: 2}", "exactly one side"),
        ("{after: event/eva-flood, dais: 2}", "no part 'dais'"),
        ("{after: event/eva-flood, days: two}", "whole number, not 'two'"),
        ("{after: event/eva-flood, days: 2, from: middle}", "not counted by 'middle'"),
        ("{after: event/eva-flud, days: 2}", "no entity 'event/eva-flud'"),
        ("{after: event/eva-flood, days: -2}", "from 0 to 3652500"),
        ("{after: event/eva-flood}", "without a number of days"),
        (
            "{after: event/eva-flood, atLeastDays: 9, atMostDays: 2}",
            "no more than",
        ),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_goes_in(
    harbour: Path, article: Path, distance: str, what: str
) -> None:
    before = (harbour / "eva-1.trig").read_text(encoding="utf-8")
    with pytest.raises(TenureError, match=what):
        written(harbour, article, distance)
    assert (harbour / "eva-1.trig").read_text(encoding="utf-8") == before


def test_only_a_distance_takes_names_and_values(harbour: Path, article: Path) -> None:
    more = f"{TENURE}\n        start: {{after: event/eva-flood}}"
    with pytest.raises(BadClaim, match="takes one value") as caught:
        written(harbour, article, "{after: event/eva-flood, days: 2}", more=more)
    assert caught.value.where is not None
    assert caught.value.where.line == 7
