"""``questions.md`` lists the catalogue as it is, and its examples answer what they show."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tenure.catalog import Catalog
from tenure.cli import build_app
from tenure.knowledge import KnowledgeBase
from tenure.store import Solutions
from tenure.views import OPERANDS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "questions.md").read_text(
    encoding="utf-8"
)
pytestmark = pytest.mark.usefixtures("opened_once")
SESSIONS = re.findall(r"```console\n\$ tenure (.*)\n((?:.*\n)*?)```", PAGE)


def test_the_tables_are_the_catalogue(catalog: Catalog) -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \| (.+\?) \| (.+) \|$", PAGE, re.MULTILINE)
    expected = [
        (
            query.name,
            query.title,
            ", ".join(f"`{p.name}`{'!' * p.required}" for p in query.parameters) or "none",
        )
        for query in catalog.values()
    ]
    assert sorted(listed) == expected


@pytest.mark.parametrize(("command", "shown"), SESSIONS, ids=[c.split()[1] for c, _ in SESSIONS])
def test_the_examples_answer_what_they_show(command: str, shown: str) -> None:
    done = CliRunner().invoke(build_app(), shlex.split(command))
    assert done.exit_code == 0, done.output
    assert [line.rstrip() for line in done.stdout.splitlines()] == shown.splitlines()


def test_there_are_examples() -> None:
    assert len(SESSIONS) == 3


def test_every_kind_of_graph_is_told_of() -> None:
    table = PAGE.split("\n## Relations in time as graphs\n")[1]
    told = re.findall(r"`([a-z]+)(?:/[^`]*)?`", table.split("\n`<x>`")[0])
    assert {kind for kind in told if kind in OPERANDS} == set(OPERANDS)


def test_the_query_shown_is_answered(kb: KnowledgeBase) -> None:
    (query,) = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
    answer = kb.query(query)
    assert isinstance(answer, Solutions)
    found = {str(getattr(row[0], "value", "")) for row in answer}
    assert kb.names.entity_iri("event/abdul-mahdi-resignation-announcement") in found
