"""The ontology's pages in a real browser: served and written, on a phone, and no other host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from tenure.cli import build_app

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


@pytest.fixture(params=["served", "written"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of the page, from a server or from a file."""
    if request.param == "served":
        address: str = request.getfixturevalue("address")
        return f"{address}/ontology"
    result = CliRunner().invoke(build_app(), ["reference", str(tmp_path)], prog_name="tenure")
    assert result.exit_code == 0, result.output
    return (tmp_path / "index.html").as_uri()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    yield page
    page.close()


def test_a_term_is_readable_on_a_phone(phone: Page, place: str) -> None:
    asked: list[str] = []
    errors: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.on("pageerror", lambda error: errors.append(str(error)))
    phone.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    phone.goto(f"{place}#Tenure")
    term = phone.locator("#Tenure")
    expect(term.locator("h3")).to_be_in_viewport()
    widths = phone.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
    begins = place.removesuffix("/ontology").removesuffix("index.html")
    assert {url.startswith(begins) for url in asked} == {True}
    assert errors == []


def test_the_tree_leads_to_its_terms(phone: Page, place: str) -> None:
    phone.goto(place)
    tree = phone.locator(".class-tree")
    tree.get_by_role("link", name="tenure", exact=True).first.click()
    expect(phone).to_have_url(f"{place}#Tenure")


def test_rules_and_questions_unfold(phone: Page, place: str) -> None:
    phone.goto(f"{place}?term=Office")
    rules = phone.locator("#Office details.rules").first
    expect(rules.locator("li").first).to_be_hidden()
    rules.locator("summary").click()
    expect(rules.locator("li").first).to_be_visible()
