"""Forms and examples are of the base that is served, and a form applies what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.conflicting import made_up_conflicts
from tests.service import app_over

from tenure.catalog import Catalog, Examples
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.model import Registry

HTML = {"accept": "text/html"}
ARTICLE = ("pmu-deputy-head", "shamkhani", "us-strike", "jpost", "iran")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_up_conflicts(tmp_path_factory.mktemp("made-up") / "facts")


@pytest.fixture(scope="module")
def other(facts: Path, catalog: Catalog) -> Iterator[TestClient]:
    with TestClient(app_over(open_knowledge_base(facts), catalog)) as client:
        yield client


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("empty")
    (folder / "entities.ttl").write_text(
        "@prefix tn: <https://w3id.org/tenure/ontology#> .\n", encoding="utf-8"
    )
    with TestClient(app_over(open_knowledge_base(folder), catalog)) as client:
        yield client


def fields(page: str) -> dict[str, str]:
    """What the fields of a form are filled in with."""
    form = page.partition('<main id="content"')[2]
    inputs = re.findall(
        r'<input id="[a-z-]+"(?: type="date")? name="([a-z-]+)" value="([^"]*)"', form
    )
    return {name: value for name, value in inputs if value}


def test_a_page_without_arguments_shows_none_as_asked(other: TestClient, catalog: Catalog) -> None:
    for query in catalog.values():
        page = other.get(f"/queries/{query.name}", headers=HTML)
        assert page.status_code == 200, query.name
        given = {one.name: one.default for one in query.parameters if one.default}
        assert fields(page.text) == given, query.name


def test_what_is_shown_is_applied(client: TestClient) -> None:
    for address in ("/queries/events", "/queries/stances"):
        asked_of_all = client.get(address, headers=HTML).text
        rows = client.get(address).json()["results"]["bindings"]
        assert rows
        assert asked_of_all.count("<tr>") == len(rows) + 1
    given = {"from": "2019-12-21", "to": "2020-01-03"}
    page = client.get("/queries/events", params=given, headers=HTML).text
    assert fields(page) == given
    assert 'placeholder="e.g. 2019-12-21"' in page


def test_every_example_is_of_the_base(other: TestClient, catalog: Catalog) -> None:
    listed = {one["name"]: one for one in other.get("/queries").json()["queries"]}
    found = 0
    for query in catalog.values():
        example = listed[query.name]["example"]
        assert not any(word in value for value in example.values() for word in ARTICLE), example
        needed = [one.name for one in query.parameters if one.required]
        if all(name in example for name in needed):
            answer = other.get(f"/queries/{query.name}", params=example)
            assert answer.status_code == 200, (query.name, example)
            found += bool(answer.json()["results"]["bindings"])
        page = other.get(f"/queries/{query.name}", headers=HTML).text
        # What follows holds the text of the question's file, whose header has its example.
        form = page.partition("Ask the same elsewhere")[0].partition("What the columns say")[0]
        assert not any(word in form for word in ARTICLE), query.name
    assert found > 15


def test_an_example_of_two_agents_is_of_two_who_held_something(other: TestClient) -> None:
    """Whoever publishes is an agent too, and the voice of most claims."""
    listed = {one["name"]: one["example"] for one in other.get("/queries").json()["queries"]}
    assert set(listed["overlaps"].values()) == {"person/ada-brook", "person/cy-dale"}
    assert listed["colleagues"]["person"].startswith("person/")
    assert listed["said-by"]["agent"].startswith("org/")


def test_an_example_of_days_alone_is_of_days_near_what_is_known(
    facts: Path, tmp_path: Path, catalog: Catalog
) -> None:
    """What spans a century need not know anything of the days in the header of a question."""
    for path in facts.iterdir():
        old = path.read_text(encoding="utf-8")
        for year in range(2015, 2024):
            old = old.replace(f'"{year}-', f'"{year - 100}-')
        (tmp_path / path.name).write_text(old, encoding="utf-8")
    with closing(open_knowledge_base(tmp_path)) as kb:
        day = Examples(kb).of(catalog["incumbents"])["at"]
    assert day.startswith("19")


def test_the_home_page_asks_what_there_is(other: TestClient) -> None:
    page = other.get("/", headers=HTML)
    assert page.status_code == 200
    assert "Ada Brook" in page.text or "Cy Dale" in page.text
    asked = re.findall(r'href="(/queries/office-holders\?[^"]*)"', page.text)
    answer = other.get(asked[0].replace("&amp;", "&"), headers=HTML)
    assert answer.status_code == 200
    assert "No rows." not in answer.text


def test_an_empty_base_says_that_it_is_empty(empty: TestClient, catalog: Catalog) -> None:
    page = empty.get("/", headers=HTML)
    assert page.status_code == 200
    assert "This base knows of no office yet" in page.text
    # Nothing vouches for any day, so it is looked at as of the day that it is.
    assert f'value="{datetime.now(UTC).date()}"' in page.text
    assert "can vouch for" not in page.text
    for query in catalog.values():
        shown = empty.get(f"/queries/{query.name}", headers=HTML)
        assert shown.status_code == 200
        assert fields(shown.text) == {}
    assert all(not one["example"] for one in empty.get("/queries").json()["queries"])


def test_in_the_facts_of_tenure_they_are_those_of_the_headers(
    kb: KnowledgeBase, catalog: Catalog
) -> None:
    examples = Examples(kb)
    for query in catalog.values():
        assert examples.of(query) == query.example


def test_what_is_no_name_here_is_not_compared_with_all_names(
    facts: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home shows examples, and works them out anew after each write."""
    compared: list[str] = []

    def nearest(_: Registry, text: str) -> list[str]:
        compared.append(text)
        return []

    monkeypatch.setattr(Registry, "nearest", nearest)
    with closing(open_knowledge_base(facts)) as kb:
        examples = Examples(kb)
        found = [examples.of(query) for query in catalog.values()]
    assert any(found)
    assert compared == []
