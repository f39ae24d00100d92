from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from tenure.reference import read_reference

HTML = {"Accept": "text/html"}


def test_a_class_has_its_rules_and_its_questions(client: TestClient) -> None:
    page = client.get("/ontology?term=Office", headers=HTML).text
    section = re.search(r'<section class="term" id="Office">.*?</section>', page, re.DOTALL)
    assert section is not None
    text = section[0]
    assert "rules that data must keep" in text
    assert "at least one." in text
    assert 'href="#Office"' in text
    assert '<a href="/ontology#officeOf">' in text
    tenure = client.get("/ontology?term=Tenure", headers=HTML).text
    assert '<a href="/queries/office-holders">' in tenure


def test_the_page_of_all_terms_is_short_and_leads_to_that_of_each(client: TestClient) -> None:
    """What a class has from elsewhere is on its own page, whatever the view adds to links."""
    view = "day=before/event/us-strike-2020-01-03&degree=possible&policy=policy%3Dnewest"
    page = client.get(f"/ontology?{view}", headers=HTML).text
    assert len(page) < 300_000
    assert '<details class="rules"' not in page
    section = re.search(r'<section class="term" id="Office">.*?</section>', page, re.DOTALL)
    assert section is not None
    found = re.search(r'<a href="(\?term=Office[^"]*)">', section[0])
    assert found is not None
    assert client.get(f"/ontology{unescape(found[1])}", headers=HTML).status_code == 200
    refused = client.get("/ontology?term=Offise", headers=HTML)
    assert refused.status_code == 404
    assert "Office" in refused.text


def test_the_page_says_what_version_it_shows_and_how_to_cite_it(client: TestClient) -> None:
    page = client.get("/ontology", headers=HTML).text
    assert "<dt>version</dt><dd>" in page
    assert "<dt>cite as</dt><dd>" in page
    assert "https://creativecommons.org/licenses/by/4.0/" in page


def test_every_anchor_that_a_page_leads_to_is_there(client: TestClient) -> None:
    pages = {path: client.get(path, headers=HTML).text for path in ("/ontology", "/vocabulary")}
    anchors = {path: set(re.findall(r' id="([^"]+)"', text)) for path, text in pages.items()}
    for here, text in pages.items():
        found = re.findall(r'href="(/ontology|/vocabulary|)#([^"]+)"', text)
        assert found
        for path, anchor in found:
            assert anchor in anchors[path or here] | {"content"}, (here, path, anchor)


def test_questions_that_a_page_names_are_there(client: TestClient) -> None:
    page = client.get("/ontology?term=Tenure", headers=HTML).text
    named = set(re.findall(r'href="(/queries/[^"]+)"', page))
    assert len(named) > 10
    for address in sorted(named)[:3]:
        assert client.get(address, headers=HTML).status_code in (200, 400)


def test_the_page_holds_no_script_and_no_style_of_its_own(client: TestClient) -> None:
    for path in ("/ontology", "/vocabulary"):
        text = client.get(path, headers=HTML).text
        assert re.findall(r"<script[^>]*>(?!</script>)", text) == []
        assert "<style" not in text
        assert " style=" not in text


def test_the_version_iri_leads_to_this_version_and_to_no_other(client: TestClient) -> None:
    turtle = client.get("/ontology").text
    found = re.search(r"versionIRI>? <https://w3id.org/tenure(/ontology/[^>]+)>", turtle)
    assert found is not None
    page = client.get(found[1], headers=HTML)
    assert page.status_code == 200
    assert 'id="Tenure"' in page.text
    assert f'<a href="{found[1]}">' in page.text
    assert client.get(found[1], headers={"Accept": "text/turtle"}).text == turtle
    missing = client.get("/ontology/99.0.0")
    assert missing.status_code == 404
    assert found[1].rpartition("/")[2] in missing.json()["remedy"]


def test_the_page_has_the_styles_of_its_terms(client: TestClient) -> None:
    page = client.get("/ontology", headers=HTML).text
    assert '<link rel="stylesheet" href="/static/terms.css">' in page
    styles = client.get("/static/terms.css")
    assert styles.headers["content-type"].startswith("text/css")
    assert ".class-tree" in styles.text


def test_the_document_is_one_ontology_and_each_part_is_another(client: TestClient) -> None:
    def headers(path: str) -> list[str]:
        text = client.get(path, headers={"Accept": "application/n-triples"}).text
        return re.findall(r"^<(\S+)> \S+#type> <\S+#Ontology>", text, re.MULTILINE)

    base = "https://w3id.org/tenure"
    assert headers("/ontology") == [f"{base}/ontology"]
    assert headers("/vocabulary") == [f"{base}/vocabulary"]
    assert headers("/ontology/time") == [f"{base}/ontology/time"]
    whole = client.get("/ontology", headers={"Accept": "application/n-triples"}).text
    assert "#imports>" not in whole
    assert client.get("/ontology/nothing").status_code == 404


def test_what_a_page_shows_is_read_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def counted(triples: Any, namespace: str, **more: Any) -> Any:
        seen.append(namespace)
        return read_reference(triples, namespace, **more)

    monkeypatch.setattr("tenure_api.routes.ontology.read_reference", counted)
    pages = ("/ontology", "/vocabulary", "/ontology?term=Office", "/ontology", "/vocabulary")
    assert all(client.get(page, headers=HTML).status_code == 200 for page in pages)
    assert len(seen) == len(set(seen)) <= 2
