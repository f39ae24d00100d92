"""What ``tenure conflicts`` and ``tenure policies`` answer, exactly."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conflicting import KINDS, MADE_UP, OF_THE_FACTS, made_up_conflicts, told

from tenure.namespaces import Names

Run = Callable[..., Any]
POLICIES = {
    "every-rank": "ranks=all",
    "everything-said": "modalities=all",
    "majority": "resolve=majority",
    "newest": "resolve=newest",
    "only-firm": "hedged=no",
    "only-stated": "inferred=no",
}


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    return made_up_conflicts(tmp_path / "facts")


def listed(run: Run, *words: object) -> list[dict[str, Any]]:
    result = run("conflicts", "--format", "json", *words)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["conflicts"]
    return found


def test_the_conflicts_of_the_facts_and_no_other(run: Run) -> None:
    found = listed(run)
    prefix = Names().claim_prefix
    assert {frozenset(c.removeprefix(prefix) for c in one["claims"]) for one in found} == (
        OF_THE_FACTS
    )
    assert len(found) == len(OF_THE_FACTS)
    assert {(one["kind"], one["settledBy"]) for one in found} == {("time", None)}
    assert all(one["gaveWay"] == [] for one in found)


def test_by_the_majority_the_article_gives_way(run: Run) -> None:
    found = listed(run, "--policy", "majority")
    prefix = Names().claim_prefix
    settled = {
        frozenset(c.removeprefix(prefix) for c in one["claims"]): [
            c.removeprefix(prefix) for c in one["gaveWay"]
        ]
        for one in found
        if one["settledBy"] == "majority"
    }
    assert settled == {
        one: ["jpost-620411/13-1"] for one in OF_THE_FACTS if "jpost-620411/13-1" in one
    }


@pytest.mark.parametrize(
    ("policy", "rule", "lost"),
    [
        ("", None, [[], [], []]),
        ("newest", "newest", [["courier-1/2"], ["courier-1/1"], ["courier-1/1"]]),
        (
            "resolve=ranked:courier-1",
            "ranked",
            [["herald-1/3"], ["herald-1/1", "herald-1/4"], ["herald-1/2"]],
        ),
        ("resolve=named:herald-1", "named", [["courier-1/2"], ["courier-1/1"], ["courier-1/1"]]),
        ("majority", None, [[], [], []]),
    ],
)
def test_the_conflicts_of_a_made_up_base(
    run: Run, made_up: Path, policy: str, rule: str | None, lost: list[list[str]]
) -> None:
    found = listed(run, "--facts", made_up, *(("--policy", policy) if policy else ()))
    assert all(one.pop("conflict").startswith(Names().base + "conflict/") for one in found)
    assert sorted(found, key=lambda one: KINDS.index(one["kind"])) == told(rule, lost)


def test_the_table_names_what_gave_way(run: Run, made_up: Path) -> None:
    lines = run("conflicts", "--facts", made_up, "--policy", "newest").stdout.splitlines()
    assert lines[0].split("  ")[0] == "conflict"
    rows = sorted(lines[1:], key=lambda line: KINDS.index(line.split()[1]))
    assert [row.split()[1:3] for row in rows] == [[kind, "newest"] for kind in KINDS]
    for line, (*_, reason) in zip(rows, MADE_UP, strict=True):
        assert line.rstrip().endswith(reason)
    contested = run("conflicts", "--facts", made_up).stdout.splitlines()
    assert [line.split()[2] for line in contested[1:]] == ["contested"] * 3


def test_before_anything_was_known_there_is_nothing_to_ask(run: Run, made_up: Path) -> None:
    result = run("conflicts", "--facts", made_up, "--known-at", "2026-01-01T00:00:00Z")
    assert result.exit_code == 2
    assert "2026-11-23T12:00:00Z" in result.stderr


def test_the_policies(run: Run) -> None:
    assert json.loads(run("policies", "--format", "json").stdout) == {"policies": POLICIES}
    lines = run("policies").stdout.splitlines()
    assert [line.split() for line in lines] == [["policy", "text"], *map(list, POLICIES.items())]


def test_what_is_no_format_or_policy_is_refused(run: Run) -> None:
    for words in (("conflicts", "--format", "csv"), ("policies", "--format", "csv")):
        assert run(*words).exit_code == 2
    refused = run("conflicts", "--policy", "newst")
    assert refused.exit_code == 2
    assert "newest" in refused.stderr
