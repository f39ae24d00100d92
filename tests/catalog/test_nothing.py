"""An answer without rows says what was asked, and what would be found otherwise."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.service import app_over
from typer.testing import CliRunner

from tenure.catalog import Catalog, why_empty
from tenure.cli import build_app
from tenure.knowledge import KnowledgeBase

DAY = """PREFIX org: <http://www.w3.org/ns/org#>
SELECT ?who FROM <https://w3id.org/tenure/at/2020-01-02> {
  ?who org:holds <https://w3id.org/tenure/id/office/snsc-secretary> }"""
ASK = DAY.replace("SELECT ?who", "ASK")
NOBODY = {"office": "office/pmu-deputy-head", "at": "2021-01-01"}


pytestmark = pytest.mark.usefixtures("opened_once")


@pytest.fixture(scope="module")
def client(kb: KnowledgeBase, catalog: Catalog) -> Iterator[TestClient]:
    with TestClient(app_over(kb, catalog)) as opened:
        yield opened


def text_of(client: TestClient, address: str, **given: str) -> str:
    response = client.get(address, params=given, headers={"accept": "text/html"})
    assert response.status_code == 200, response.text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def told(*words: str) -> tuple[str, str]:
    done = CliRunner().invoke(build_app(), [*words])
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def test_a_day_on_which_nothing_is_certain(client: TestClient) -> None:
    said = "Nothing is certain there; in what is possible (FROM <…/possible>) there is one row."
    assert said in told("query", DAY)[1]
    assert told("query", ASK) == ("no\n", f"{said}\n")
    page = text_of(client, "/sparql", query=DAY)
    assert said in page
    assert "not even possibly" not in page
    assert said in text_of(client, "/sparql", query=ASK)
    none = DAY.replace("snsc-secretary", "of-nobody")
    assert "in the graphs …/possible there is nothing either" in told("query", none)[1]


def test_machines_get_the_answer_alone() -> None:
    for form in ("json", "csv"):
        assert told("query", DAY, "--format", form)[1] == ""
        words = [f"--{name}={value}" for name, value in NOBODY.items()]
        assert told("ask", "office-holders", *words, "--format", form)[1] == ""


def test_a_question_says_what_was_asked_and_what_would_be_found(
    client: TestClient, kb: KnowledgeBase, catalog: Catalog
) -> None:
    found = why_empty(kb, catalog["office-holders"], NOBODY)
    asked = "office = office/pmu-deputy-head, at = 2021-01-01, under the default policy"
    assert found.asked == asked
    assert found.said == "Nothing that is known fits, not even possibly."
    assert [str(one) for one in found.otherwise] == ["Without at there is one row."]
    words = [f"--{name}={value}" for name, value in NOBODY.items()]
    stderr = told("ask", "office-holders", *words)[1]
    assert f"Asked: {asked}." in stderr
    assert "Without at there is one row." in stderr
    assert "Without at there is one row." in told("ask", "office-holders", *words, "--why")[1]
    page = client.get("/queries/office-holders", params=NOBODY, headers={"accept": "text/html"})
    (link,) = re.findall(r'href="(/queries/office-holders\?[^"]*)">Without at', page.text)
    rows = client.get(html.unescape(link)).json()["results"]["bindings"]
    assert len(rows) == 1
    as_data = client.get("/queries/office-holders", params={**NOBODY, "why": "1"}).json()
    assert as_data["results"]["bindings"] == []
    assert as_data["nothing"]["asked"] == asked
    assert as_data["nothing"]["otherwise"][0]["rows"] == 1


def test_another_policy_that_would_find_something(
    client: TestClient, kb: KnowledgeBase, catalog: Catalog
) -> None:
    asked = {"office": "office/pmu-deputy-head"}
    policy = "modalities=denied"
    found = why_empty(kb, catalog["office-holders"], asked, kb.policy(policy))
    assert str(found.otherwise[0]) == "Under the default policy there is one row."
    assert len({one.rows for one in found.otherwise}) == len(found.otherwise)
    assert found.asked.endswith(f"under the policy {policy}")
    page = text_of(client, "/queries/office-holders", **asked, policy=policy)
    assert "Under the default policy there is one row." in page
    assert "under the policy modalities=denied" in page
