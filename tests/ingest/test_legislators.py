"""The members of Congress: days asked of the base, with the YAML itself as the oracle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.amount import cases
from typer.testing import CliRunner

from tenure.cli import build_app
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.temporal import iso

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
FIRST, LAST = 7306, 20000
"""Days since 1970 between which days are asked: 1990 to 2024."""


@pytest.fixture(scope="module")
def people(shared: Path) -> list[Any]:
    file = shared / "data" / "us-congress-legislators" / "legislators-current.yaml"
    if not file.is_file():
        pytest.skip("there are no legislators in 'shared'")
    # Every third one: what holds of them holds of all, in a third of the time.
    everybody = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506
    found: list[Any] = everybody[::3]
    return found


@pytest.fixture(scope="module")
def base(people: list[Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    root = tmp_path_factory.mktemp("congress")
    (root / "facts").mkdir()
    file = root / "legislators-current.yaml"
    file.write_text(yaml.safe_dump(people, allow_unicode=True), encoding="utf-8")
    words = ["import", "congress-legislators", str(file), "--source", "congress"]
    result = CliRunner().invoke(build_app(), [*words, "--facts", str(root / "facts")])
    assert result.exit_code == 0, result.output
    opened = open_knowledge_base(root / "facts")
    yield opened
    opened.store.close()


def as_written(people: list[Any], day: str) -> set[tuple[str, str]]:
    """Who was senator or representative for what on a day, both ends of a term included."""
    found = set()
    for person in people:
        for term in person["terms"]:
            if term["start"] <= day <= term["end"]:
                of_senate = term["type"] == "sen"
                seat = (
                    f"senate/{term['state']}/{term['class']}"
                    if of_senate
                    else (f"house/{term['state']}/{term['district']}")
                )
                found.add((person["id"]["bioguide"], f"office/{seat}"))
    return found


@pytest.fixture(scope="module")
def identifiers(base: KnowledgeBase) -> Mapping[tuple[str | None, str], str]:
    """The identifiers in the base, by entity and scheme."""
    return {
        (q.subject.value, scheme): rest  # type: ignore[union-attr]
        for q in base.store.quads(base.names.graph("entities"))
        if q.predicate.value.endswith("#identifier")
        for scheme, _, rest in [q.object.value.partition(":")]  # type: ignore[union-attr]
    }


@given(day=st.integers(FIRST, LAST))
@settings(max_examples=cases(25), deadline=None)
def test_a_day_answers_as_the_yaml_does(
    base: KnowledgeBase,
    identifiers: Mapping[tuple[str | None, str], str],
    people: list[Any],
    day: int,
) -> None:
    on = base.certainty(base.moment(at=iso(day)))
    known = {
        (identifiers[one.subject, "bioguide"], identifiers[one.object, "congress"])
        for iri, one in base.world().occurrences.items()
        if one.kind.endswith("#Tenure") and iri in on and on[iri].value == "certain"
    }  # fmt: skip
    assert known == as_written(people, iso(day))
