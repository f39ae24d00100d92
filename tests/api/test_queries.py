"""The catalogue over HTTP: one address and one operation a query."""

from __future__ import annotations

import ast
import csv
import io
import re
import shlex
import shutil
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI
from pyoxigraph import Literal, NamedNode
from starlette.testclient import TestClient
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import XSD_INTEGER
from tenure.store import Row
from tenure_api.pages.questions import with_names
from tenure_api.pages.rendering import Links
from tenure_api.settings import Limits

CANONICAL = {"office": "office/pmu-deputy-head", "before": "2020-01-03"}
HTML = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_the_canonical_question(client: TestClient) -> None:
    rows = client.get("/queries/office-holders", params=CANONICAL).json()["results"]["bindings"]
    assert [(row["person"]["value"], row["certainty"]["value"]) for row in rows] == [
        ("https://w3id.org/tenure/id/person/abu-mahdi-al-muhandis", "certain")
    ]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "html"])
def test_every_example_is_answered_in_every_format(
    client: TestClient, catalog: Catalog, form: str
) -> None:
    asked_of = [*catalog.values()]
    if form != "html":  # whose rows are written by the engine: each question in one of these
        asked_of = asked_of[["json", "xml", "csv", "tsv"].index(form) :: 4]
    assert len(asked_of) > 5
    for query in asked_of:
        asked = {**query.example, "format": form}
        response = client.get(f"/queries/{query.name}", params=asked)
        assert response.status_code == 200, (query.name, response.text)
        assert all(column.name in response.text for column in query.columns)


def test_every_query_is_an_operation(app: FastAPI, catalog: Catalog) -> None:
    paths = app.openapi()["paths"]
    for query in catalog.values():
        told = paths[f"/queries/{query.name}"]["get"]
        assert told["operationId"] == query.name
        assert told["summary"] == query.title
        assert query.description in told["description"]
        parameters = {one["name"]: one for one in told["parameters"]}
        own = {"why", "labels", "policy", "known-at", "format"}
        assert set(parameters) == own | {one.name for one in query.all_parameters}
        for one in query.all_parameters:
            assert parameters[one.name]["required"] is one.required
            assert one.description in parameters[one.name]["description"]
            assert parameters[one.name]["example"]


def test_the_list_says_how_to_ask(client: TestClient, catalog: Catalog) -> None:
    listed = client.get("/queries").json()["queries"]
    assert [one["name"] for one in listed] == list(catalog)
    for one in listed:
        response = client.get(one["address"], params=one["example"])
        assert response.status_code == 200
    page = unescape(client.get("/queries", headers=HTML).text)
    assert all(query.title in page for query in catalog.values())


def test_an_unknown_parameter_is_told_with_the_nearest(client: TestClient) -> None:
    response = client.get("/queries/office-holders", params={**CANONICAL, "befor": "2020"})
    assert response.status_code == 400
    assert response.json()["where"] == "befor"
    assert "before" in response.json()["remedy"]


def test_an_unknown_question_is_told_with_the_nearest(client: TestClient) -> None:
    response = client.get("/queries/office-holder")
    assert response.status_code == 404
    assert "office-holders" in response.json()["remedy"]


@pytest.mark.parametrize(
    ("changed", "status", "kind", "remedy"),
    [
        ({"office": ""}, 400, "BadParameter", "office/pmu-deputy-head"),
        ({"office": "office/pmu-deputy-hed"}, 404, "NotFound", "office/pmu-deputy-head"),
        ({"before": "2020-02-30"}, 400, "BadDate", "event/"),
        ({"before": "event/no-such-event"}, 404, "NotFound", "event/"),
        ({"at": "2020"}, 400, "BadParameter", "at"),
        ({"policy": "sources=jpost-62041"}, 400, "BadPolicy", "jpost-620411"),
        ({"before": "x" * 5000}, 413, "TooLong", ""),
    ],
)
def test_wrong_values_are_told_with_a_remedy(
    client: TestClient, changed: dict[str, str], status: int, kind: str, remedy: str
) -> None:
    response = client.get("/queries/office-holders", params=CANONICAL | changed)
    assert response.status_code == status
    assert response.json()["type"] == f"/problems#{kind}"
    assert remedy in response.json()["remedy"]


def test_blank_parameters_are_not_given(client: TestClient) -> None:
    asked = {**CANONICAL, "at": "", "policy": " "}
    assert client.get("/queries/office-holders", params=asked).status_code == 200


def test_a_browser_gets_form_rows_and_reasons(client: TestClient) -> None:
    asked = {**CANONICAL, "policy": "sources=jpost-620411"}
    page = client.get("/queries/office-holders", params=asked, headers=HTML).text
    assert 'value="office/pmu-deputy-head"' in page
    carried = "?policy=sources%3Djpost-620411"
    person = f"/doc/person/abu-mahdi-al-muhandis{carried}"
    assert f'<a href="{person}">Abu Mahdi al-Muhandis</a>' in page
    explain = "/explain/tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
    assert f'<a href="{explain}{carried}">why?</a>' in page


def test_a_browser_that_asks_nothing_gets_the_example_to_ask(client: TestClient) -> None:
    page = client.get("/queries/office-holders", headers=HTML)
    assert page.status_code == 200
    assert 'placeholder="' in page.text
    assert 'value="2020-' not in page.text.partition("<main")[2]
    assert "<table>" not in page.text


@pytest.mark.parametrize(
    ("given", "read", "status"),
    [
        ("3 January 2020", "2020-01-03", 307),
        ("03/01/2020", "2020-01-03", 400),
        ("US strike that killed Soleimani and al-Muhandis", "event/us-strike-2020-01-03", 307),
    ],
)
def test_a_time_is_taken_in_words_where_nobody_could_read_it_otherwise(
    client: TestClient, given: str, read: str, status: int
) -> None:
    """A page takes the likeliest and offers the others; where nobody looks, none is guessed."""
    asked = {"office": CANONICAL["office"], "before": given}
    page = client.get("/queries/office-holders", params=asked, headers=HTML)
    assert page.status_code == 200, page.text
    assert f"was read as <code>{read}</code>" in page.text
    assert f"before={read}" in page.text.replace("%2F", "/")
    same = {**asked, "before": read}
    assert page.text.count("why?") == client.get(
        "/queries/office-holders", params=same, headers=HTML
    ).text.count("why?")
    plain = client.get("/queries/office-holders", params=asked)
    assert plain.status_code == status
    assert f"before={read}" in plain.headers.get("location", f"before={read}")


def test_a_day_of_the_calendar_is_the_same_parameter(client: TestClient) -> None:
    asked = f"office={CANONICAL['office']}&before=&before={CANONICAL['before']}"
    page = client.get(f"/queries/office-holders?{asked}", headers=HTML).text
    assert 'type="date" name="before" value="2020-01-03"' in page
    assert "Abu Mahdi al-Muhandis" in page


def test_today_is_the_day_that_the_answer_names(client: TestClient) -> None:
    asked = client.get("/queries/incumbents?at=today")
    assert asked.status_code == 307
    assert re.fullmatch(r"/queries/incumbents\?at=\d{4}-\d\d-\d\d", asked.headers["location"])
    page = client.get("/queries/incumbents?at=today", headers=HTML).text
    assert asked.headers["location"].partition("=")[2] in page
    assert client.get(asked.headers["location"]).json()["results"]["bindings"]
    assert "Who is in office now?" in client.get("/queries", headers=HTML).text


def test_a_table_for_a_spreadsheet_has_names_beside_iris(client: TestClient) -> None:
    asked = {**CANONICAL, "format": "csv", "labels": "1"}
    answer = client.get("/queries/office-holders", params=asked)
    assert answer.headers["content-disposition"] == (
        'attachment; filename="office-holders-2020-01-03-office-pmu-deputy-head.csv"'
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["person"] == "https://w3id.org/tenure/id/person/abu-mahdi-al-muhandis"
    assert row["personName"] == "Abu Mahdi al-Muhandis"
    assert "certaintyName" not in row
    refused = client.get("/queries/office-holders", params={**asked, "format": "json"})
    assert (refused.status_code, refused.json()["where"]) == (400, "labels")


def test_a_name_is_no_formula_of_a_spreadsheet(kb: KnowledgeBase) -> None:
    links = Links(kb)
    rows: list[Row] = [(Literal("=HYPERLINK(1)"), NamedNode("https://example.org/-x"), None)]
    rows += [(Literal("-0043"), None, Literal("+1", datatype=XSD_INTEGER))]
    text = with_names(["a", "b", "c"], iter(rows), links)
    assert text.splitlines()[1:] == [
        "'=HYPERLINK(1),https://example.org/-x,https://example.org/-x,",
        "-0043,,,+1",
    ]


def test_the_same_can_be_asked_elsewhere(client: TestClient) -> None:
    page = unescape(client.get("/queries/office-holders", params=CANONICAL, headers=HTML).text)
    shown = re.findall(r'<pre class="copy" tabindex="0"><code>(.*?)</code>', page, re.DOTALL)
    link, curl, python, command, sparql = shown
    assert client.get(link).json()["results"]["bindings"]
    assert shlex.split(curl)[-1] == link.partition("?")[0]
    assert "before=2020-01-03" in shlex.split(curl)
    ast.parse(python)
    assert "kb.ask('office-holders'" in python
    words = shlex.split(command)
    assert words[:3] == ["tenure", "ask", "office-holders"]
    assert dict(zip(words[3::2], words[4::2], strict=True)) == {
        f"--{name}": value for name, value in CANONICAL.items()
    }
    asked = client.get("/sparql", params={"query": sparql, "format": "json"})
    assert asked.json()["results"] == client.get(link).json()["results"]


def test_a_browser_keeps_its_values_when_one_is_wrong(client: TestClient) -> None:
    asked = {**CANONICAL, "before": '"><script>alert(1)<'}
    response = client.get("/queries/office-holders", params=asked, headers=HTML)
    assert response.status_code == 400
    assert "<script>" not in response.text
    assert "&lt;script&gt;" in response.text


def test_a_new_query_file_is_an_address_at_once(
    kb: KnowledgeBase, repo_root: Path, tmp_path: Path
) -> None:
    shutil.copytree(repo_root / "queries", tmp_path / "queries")
    folder = tmp_path / "queries" / "more"
    folder.mkdir()
    (folder / "how-many-claims.rq").write_text(
        "# title: How many claims are there?\n"
        "# description: All of them.\n"
        "# column: number - How many.\n"
        "PREFIX tn: <https://w3id.org/tenure/ontology#>\n"
        "SELECT (COUNT(?claim) AS ?number) WHERE { ?claim a tn:Claim }\n",
        encoding="utf-8",
    )
    app = app_over(kb, Catalog.load(tmp_path / "queries"))
    with TestClient(app) as client:
        rows = client.get("/queries/how-many-claims").json()["results"]["bindings"]
        assert rows[0]["number"]["value"] == str(len(kb.claims))
        assert "/queries/how-many-claims" in client.get("/openapi.json").json()["paths"]
        assert "How many claims are there?" in client.get("/queries", headers=HTML).text


def test_every_row_comes_with_its_reasons(client: TestClient) -> None:
    asked = {**CANONICAL, "why": "1"}
    response = client.get("/queries/office-holders", params=asked)
    assert response.headers["content-type"] == "application/json"
    plain = client.get("/queries/office-holders", params=CANONICAL).json()
    told = response.json()
    (row,) = told["results"]["bindings"]
    why = row.pop("why")
    assert told == plain
    (one,) = why["occurrences"]
    assert one["moments"][0]["certainty"] == "certain"
    assert {10, 30, 54} <= {e["sentence"] for claim in one["claims"] for e in claim["evidence"]}
    assert client.get("/queries/office-holders", params={**asked, "why": "0"}).json() == plain


def test_a_page_folds_the_reasons_under_each_row(client: TestClient) -> None:
    asked = {**CANONICAL, "why": "1"}
    page = client.get("/queries/office-holders", params=asked, headers=HTML).text
    assert page.count("<details><summary>why</summary>") == 1
    for shown in ("On 2 January 2020:", "it would be possible only.", "entence 30"):
        assert shown in page
    assert 'name="why" value="1" checked' in page
    plain = client.get("/queries/office-holders", params=CANONICAL, headers=HTML).text
    assert "<summary>why</summary>" not in plain
    assert 'name="why" value="1">' in plain


def test_reasons_on_pages_of_all_kinds(client: TestClient) -> None:
    vacancy = {"from": "2020-01-01", "to": "2020-02-15", "office": "office/pmu-deputy-head"}
    page = client.get("/queries/vacancies", params={**vacancy, "why": "1"}, headers=HTML).text
    assert "Looked for, from 4 January 2020 to 15 February 2020" in page
    page = client.get("/queries/conflicts", params={"why": "1"}, headers=HTML).text
    assert "between 11 and 20 March 2020" in page
    pair = {"first": "source/jpost-620411", "second": "event/shamkhani-visit-2020-03", "why": "1"}
    page = client.get("/queries/relation", params=pair, headers=HTML).text
    assert "was published in March 2020" in page


def test_reasons_are_not_given_in_rows_of_other_formats(client: TestClient) -> None:
    for form in ("csv", "tsv", "xml"):
        response = client.get(
            "/queries/office-holders", params={**CANONICAL, "why": "1", "format": form}
        )
        assert response.status_code == 400
        assert response.json()["where"] == "why"
    response = client.get("/queries/office-holders", params={**CANONICAL, "why": "please"})
    assert response.status_code == 400
    assert "why=1" in response.json()["remedy"]


def test_a_page_has_some_of_the_rows_in_the_order_asked_for(
    kb: KnowledgeBase, catalog: Catalog
) -> None:
    asked = {"entity": "person/ali-shamkhani"}

    def column(text: str, place: int) -> list[str]:
        rows = re.findall(r"<tr>(<td>.*?)</tr>", text)
        cells = [row.split("<td>")[place + 1] for row in rows]
        return [unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in cells]

    with TestClient(app_over(kb, catalog, limits=Limits(rows=2)), headers=HTML) as client:

        def page(**more: str) -> str:
            answer = client.get("/queries/timeline", params={**asked, **more})
            assert answer.status_code == 200
            return answer.text

        kinds, texts = [], page()
        while True:
            kinds += column(texts, 1)
            following = re.search(r'rel="next" href="([^"]*)"', texts)
            if following is None:
                break
            texts = client.get(unescape(following[1])).text
        whole = client.get("/queries/timeline", params={**asked, "format": "json"}).json()
        assert len(kinds) == len(whole["results"]["bindings"]) > 2
        assert column(page(sort="kind"), 1) == sorted(kinds, key=str.casefold)[:2]
        assert column(page(sort="-kind", page="2"), 1) == sorted(kinds, key=str.casefold)[::-1][2:4]
        beyond = client.get("/queries/timeline", params={**asked, "page": "99"})
        assert beyond.status_code == 400
        unknown = client.get("/queries/timeline", params={**asked, "sort": "size"})
        assert unknown.status_code == 400
        assert "kind" in unknown.text


def test_more_rows_than_a_page_lists_are_not_explained(kb: KnowledgeBase, catalog: Catalog) -> None:
    with TestClient(app_over(kb, catalog, limits=Limits(rows=2))) as client:
        asked = {"entity": "person/ali-shamkhani", "why": "1"}
        response = client.get("/queries/timeline", params=asked)
    assert response.status_code == 413
    assert response.json()["where"] == "why"
