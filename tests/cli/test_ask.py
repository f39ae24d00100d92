"""``tenure ask``: a question of the catalogue, asked from the command line."""

from __future__ import annotations

import json

from tests.cli.conftest import Run


def test_who_held_an_office_before_a_day(run: Run) -> None:
    asked = ("ask", "office-holders", "--office", "office/pmu-deputy-head")
    done = run(*asked, "--before", "2020-01-03", "--format", "json")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.output)["results"]["bindings"]
    everybody = json.loads(run(*asked, "--format", "json").output)["results"]["bindings"]
    assert 0 < len(rows) <= len(everybody)


def test_the_questions_are_listed(run: Run) -> None:
    done = run("ask")
    assert done.exit_code == 0
    assert "office-holders" in done.output
