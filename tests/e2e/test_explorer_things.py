"""The pages of things, claims and conflicts as somebody walks them, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient
from tests.e2e.accessibility import axe
from tests.made_facts import MadeSource, Said, made_facts
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure_api.settings import Settings

pytestmark = pytest.mark.browser

HTML = {"accept": "text/html"}
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all walks, without JavaScript and as narrow as a phone."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def test_from_the_strike_to_what_it_changed(address: str, page: Page) -> None:
    page.goto(f"{address}/doc/event/us-strike-2020-01-03")
    changes = page.locator("ul.what-changed").first
    ended = changes.locator("li", has=page.locator(".change.ended"))
    expect(ended).to_have_count(2)
    expect(ended.first).to_contain_text("Abu Mahdi al-Muhandis holds Deputy head of the")
    expect(page.get_by_text("killed Qasem Soleimani certain")).to_be_visible()
    changes.get_by_role("link", name="Qasem Soleimani").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qasem Soleimani")


def test_conditions_carry_their_words(address: str, page: Page) -> None:
    page.goto(f"{address}/doc/person/qasem-soleimani?day=2020-01-02")
    expect(page.get_by_text("Certainly holds Head of the IRGC Quds Force.")).to_be_visible()
    timeline = page.locator("figure.timeline")
    expect(timeline.locator("ol.lanes > li")).to_have_count(8)
    timeline.get_by_role("link", name="left with a vacuum where he had been").click()
    card = page.locator(":target")
    expect(card).to_contain_text("Iran is concerned by Qasem Soleimani: left with a vacuum")
    expect(card.locator(".badge")).to_have_text("not yet")


def test_from_a_person_to_what_is_contested(address: str, page: Page) -> None:
    page.goto(f"{address}/doc/person/mohammed-allawi")
    page.get_by_role("link", name=re.compile("conflicts? about it")).click()
    card = page.locator("section.conflict")
    expect(card).to_have_count(1)
    expect(card.get_by_role("heading")).to_have_text("Allawi's failure to form a government")
    assert card.locator("ol.lanes > li").count() == 1 + card.locator("ul.positions > li").count()
    page.get_by_label("What would another policy say?").select_option("newest")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("note")).to_contain_text("It would be contested.")


def test_from_an_office_to_the_sentence(address: str, page: Page) -> None:
    page.goto(f"{address}/doc/office/pmu-deputy-head?day=before/2020-01-03")
    expect(page.locator(".summary").first).to_contain_text("Certainly Abu Mahdi al-Muhandis holds")
    card = page.locator("li.situation").first
    expect(card.locator(".badge").first).to_have_text("certain")
    card.get_by_role("link", name="why?").click()
    page.get_by_role("link", name="sentence 30").first.click()
    expect(page).to_have_url(re.compile(r"/source/.*sentence=30.*#s30$"))
    expect(page.locator("#s30 h3")).to_have_text("Sentence 30")
    expect(page.locator("#s30 .claim").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_row_that_names_a_situation_has_its_words(address: str, page: Page) -> None:
    page.goto(f"{address}/queries/changes?from=2020-01-02&to=2020-01-04")
    vacuum = "Iran – Qasem Soleimani – left with a vacuum where he had been"
    expect(page.get_by_role("link", name=vacuum).first).to_be_visible()


def test_a_word_of_the_glossary_says_what_it_means(address: str, page: Page) -> None:
    page.goto(f"{address}/claim/jpost-620411/54-2")
    word = page.locator(".gloss", has_text="set aside").first
    word.focus()
    shown = word.evaluate("one => getComputedStyle(one, '::after').content")
    assert "not among those that the policy accepts" in shown


def test_axe_finds_nothing_wrong(address: str, browser: Browser) -> None:
    page = browser.new_page()
    for path in (
        "/doc/person/qasem-soleimani",
        "/doc/office/iraq-prime-minister",
        "/doc/event/allawi-failure",
        "/claim/jpost-620411/54-2",
        "/source/jpost-620411?page=2",
        "/conflicts?under=newest",
        "/impact?source=dw-52601139",
    ):
        page.goto(address + path)
        assert axe(page) == [], path
    page.close()


def test_where_an_event_took_place(address: str, page: Page) -> None:
    page.goto(f"{address}/doc/place/najaf")
    event = page.locator("li.situation", has_text="took place in").first
    expect(event).to_contain_text("Najaf")


def test_markup_in_labels_and_claims_is_text(tmp_path: Path, catalog: Catalog) -> None:
    entities = (
        f'person:ada a tn:Person ; rdfs:label "Ada {MARKUP}"@en .\n'
        'office:x a tn:Office ; rdfs:label "X"@en ; tn:seats 1 .\n'
        'org:press a tn:Organization ; rdfs:label "Press"@en .\n'
    )
    said = [
        Said(
            "tenure:ada a tn:Tenure ; tn:holder person:ada ; tn:office office:x ;"
            f' tn:title "{MARKUP}"@en ; tn:start "20{n}"^^edtf:EDTF .',
            slug,
        )
        for n, slug in ((18, "a"), (19, "b"))
    ]
    sources = {"a": MadeSource("2020"), "b": MadeSource("2021")}
    facts = made_facts(tmp_path / "facts", entities, said, sources)
    with TestClient(app_over(open_knowledge_base(facts), catalog)) as client:
        for path in (
            "/doc/person/ada",
            "/doc/office/x",
            "/doc/tenure/ada",
            "/claim/a/1",
            "/source/a",
            "/conflicts",
        ):
            answer = client.get(path, headers=HTML)
            assert answer.status_code == 200, path
            assert "<img" not in answer.text, path
            assert "<script>alert" not in answer.text, path
        assert "&lt;img" in client.get("/doc/person/ada", headers=HTML).text


def test_many_holders_are_shown_page_by_page(tmp_path: Path, catalog: Catalog) -> None:
    number = 60
    entities = 'office:x a tn:Office ; rdfs:label "X"@en ; tn:seats 1 .\n' + "".join(
        f'person:p{n} a tn:Person ; rdfs:label "Holder {n}"@en .\n' for n in range(number)
    )
    entities += 'org:press a tn:Organization ; rdfs:label "Press"@en .\n'
    said = [
        Said(
            f"tenure:t{n} a tn:Tenure ; tn:holder person:p{n} ; tn:office office:x ;"
            f' tn:start "{1900 + n}-02-01"^^edtf:EDTF ; tn:end "{1900 + n}-12-31"^^edtf:EDTF .'
        )
        for n in range(number)
    ]
    facts = made_facts(tmp_path / "facts", entities, said, {"a": MadeSource("2020")})
    with TestClient(app_over(open_knowledge_base(facts), catalog)) as client:
        first, last = (client.get(f"/doc/office/x?page={n}", headers=HTML).text for n in (1, 3))
        beyond = client.get("/doc/office/x?page=4", headers=HTML)
    assert beyond.status_code == 400
    assert "The last is 3." in beyond.text
    assert "Page 1 of 3, of 60 situations" in first
    assert "Page 3 of 3" in last
    assert first.count('<li class="situation') == 25
    assert last.count('<li class="situation') == 10
    assert "After <a" in first
    vacant = "Nobody is known to have held it from 1 January {0} to 31 January {0}"
    years = [year for year in range(1900, 1960) if vacant.format(year) in first]
    assert years == list(range(1901, 1925))
    assert len(first) < 300_000


def test_passages_in_their_text(shared: Path, catalog: Catalog, kb: KnowledgeBase) -> None:
    """With the texts at hand a claim shows the words that it rests on, in what is around them."""
    sources = shared / "sources"
    settings = Settings(texts=sources)
    app = app_over(kb, catalog, settings=settings)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        claim = client.get("/claim/jpost-620411/30-1", headers=HTML).text
        source = client.get("/source/jpost-620411", headers=HTML).text
    text = (sources / "jpost-620411" / "article.txt").read_text(encoding="utf-8")
    (marked,) = re.findall(r"<mark>(.*?)</mark>", claim, re.DOTALL)
    assert len(marked) > 40
    assert text[3298:3453].split()[0] in marked
    assert source.count("<mark>") >= 20
    assert "No claim rests on this." in source
