from __future__ import annotations

import re

from starlette.testclient import TestClient

HTML = {"Accept": "text/html"}


def test_a_class_has_its_rules_and_its_questions(client: TestClient) -> None:
    page = client.get("/ontology", headers=HTML).text
    section = re.search(r'<section class="term" id="Office">.*?</section>', page, re.DOTALL)
    assert section is not None
    text = section[0]
    assert "rules that data must keep" in text
    assert "at least one." in text
    assert 'href="#Office"' in text
    assert '<a href="/ontology#officeOf">' in text
    tenure = page[page.index('id="Tenure"') :]
    assert '<a href="/queries/office-holders">' in tenure


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
    page = client.get("/ontology", headers=HTML).text
    named = set(re.findall(r'href="(/queries/[^"]+)"', page))
    assert len(named) > 20
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
