"""``time-network.md``: its example runs, and is what the project's own facts come to."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from tenure.knowledge import open_knowledge_base
from tenure.namespaces import BASE

DEPUTY = f"{BASE}id/tenure/abu-mahdi-al-muhandis--pmu-deputy-head"


@pytest.fixture(scope="module")
def page(repo_root: Path) -> Path:
    """The page."""
    return repo_root / "docs" / "explanation" / "time-network.md"


def test_the_example_runs(page: Path) -> None:
    failed, attempted = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert failed == 0
    assert attempted == 9


def test_the_facts_come_to_the_same(repo_root: Path) -> None:
    kb = open_knowledge_base(repo_root / "kb" / "facts")
    bounds = {bound.name: bound for bound in kb.explain(DEPUTY).bounds}
    assert [bound.day for bound in bounds.values()] == [
        None,
        "2020-01-02",
        "2020-01-03",
        "2020-01-03",
    ]
    labels = [step.axiom_label for step in bounds["startLatest"].steps]
    assert labels[1:] == ["nothing ends before it begins", "what is ended had begun"]


def test_the_axiom_is_the_one_of_the_ontology(page: Path, repo_root: Path) -> None:
    quoted = page.read_text(encoding="utf-8").partition("```turtle\n")[2].partition("```")[0]
    assert quoted.startswith("tn:EndedHadBegun")
    assert quoted in (repo_root / "ontology" / "time.ttl").read_text(encoding="utf-8")
