"""Times that cannot be: the message is clear, and all else can still be asked about."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.made_up import ANN, BACKWARDS, CIRCLE, REVERSED, STRANGER, made_up_facts

Run = Callable[..., Any]
ASK = ("ask", "office-holders", "--office", "office/o", "--at", "2002", "--format", "csv")


def conflicts(run: Run, facts: Path) -> dict[tuple[str, ...], str]:
    """The reasons of the conflicts by the numbers of their claims."""
    told = json.loads(run("conflicts", "--format", "json", "--facts", facts).stdout)["conflicts"]
    return {tuple(c.rpartition("/")[2] for c in one["claims"]): one["reason"] for one in told}


def test_a_circle_of_events_is_a_conflict_of_its_own(run: Run, tmp_path: Path) -> None:
    facts = made_up_facts(tmp_path / "facts", (ANN, *CIRCLE))
    found = conflicts(run, facts)
    assert list(found) == [("1", "2", "3")]
    assert "On a, b, c: these cannot all be true." in found["1", "2", "3"]
    assert "person/ann,certain" in run(*ASK, "--facts", facts).stdout


def test_what_ends_before_it_starts_by_two_claims_is_a_conflict(run: Run, tmp_path: Path) -> None:
    facts = made_up_facts(tmp_path / "facts", (ANN, *BACKWARDS))
    found = conflicts(run, facts)
    assert list(found) == [("1", "2")]
    assert "2005" in found["1", "2"]
    assert "2004" in found["1", "2"]
    assert "person/ann,certain" in run(*ASK, "--facts", facts).stdout


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (REVERSED, ["claim/made-up/1", "'2005/2004'", "end lies before the start", "2004/2005"]),
        (STRANGER, ["claim/made-up/1", "person/zoe", "not in the registry", "entities.ttl"]),
    ],
)
def test_what_cannot_be_read_is_refused_and_the_store_stays_as_it_was(
    run: Run, tmp_path: Path, wrong: str, what: list[str]
) -> None:
    good = made_up_facts(tmp_path / "good", (ANN,))
    bad = made_up_facts(tmp_path / "bad", (ANN, wrong))
    store = tmp_path / "store"
    assert run("load", "--facts", good, "--store", store).exit_code == 0
    assert "person/ann,certain" in run(*ASK, "--store", store).stdout
    result = run("load", "--facts", bad, "--store", store)
    assert result.exit_code == 2
    assert "made-up.trig:" in result.stderr
    for part in what:
        assert part in result.stderr
    assert "Traceback" not in result.output
    assert "person/ann,certain" in run(*ASK, "--store", store).stdout


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("diff", "soon", "2002"), ["from: ", "'soon'"]),
        (("diff", "2002", "2002-13"), ["to: ", "no month 13"]),
        (("diff", "2002", "event/no-such"), ["to: ", "no entity 'event/no-such'"]),
        (("at", "2002-02-30"), ["at: ", "no day 30"]),
        (("at", "2002", "--known-at", "1990-01-01T00:00:00Z"), ["known-at: ", "2026-11-23T12:00"]),
        (("timeline", "person/ann", "--known-at", "2002"), ["known-at: ", "no instant"]),
        (("ask", "sometime", "--from", "2003", "--to", "2002"), ["to: ", "before it begins"]),
        (
            ("ask", "changes", "--from", "2003", "--to", "2002"),
            ["to: The stretch ends (2002) before it begins (2003).", "Exchange"],
        ),
        (("ask", "vacancies", "--from", "2003", "--to", "2002"), ["to: ", "before it begins"]),
    ],
)
def test_a_moment_that_is_none(
    run: Run, tmp_path: Path, words: tuple[str, ...], what: list[str]
) -> None:
    facts = made_up_facts(tmp_path / "facts", (ANN,))
    result = run(*words, "--facts", facts)
    assert result.exit_code == 2
    for part in what:
        assert part in result.stderr
    assert "Traceback" not in result.output
