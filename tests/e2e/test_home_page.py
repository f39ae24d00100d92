"""Pages in a real browser: who is in office and why, queries, the API, and no other host."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


class Watched:
    """A page, the hosts that it asked, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.hosts: set[str] = set()
        self.errors: list[str] = []
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda said: self.errors.append(said.text) if said.type == "error" else None,
        )


@pytest.fixture(params=["scripts", "no scripts"])
def watched(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Watched]:
    """A page with scripts and one without."""
    context = browser.new_context(java_script_enabled=request.param == "scripts")
    yield Watched(context.new_page())
    context.close()


def alone(watched: Watched, address: str) -> None:
    """The page asked no other host, and nothing went wrong."""
    assert watched.hosts == {urlsplit(address).netloc}
    assert watched.errors == []


def test_whoever_is_in_office_leads_to_the_reasons_and_the_claim(
    watched: Watched, address: str
) -> None:
    page = watched.page
    page.goto(f"{address}/?day=2020-01-02")
    holder = page.locator(".holder", has_text="Abu Mahdi al-Muhandis")
    expect(holder.locator(".badge")).to_have_text("certain")
    holder.locator("a:has(.badge)").click()
    for sentence in (10, 30, 54):
        expect(page.locator("main")).to_contain_text(f"sentence {sentence} (characters")
    page.locator(".claim").get_by_role("link", name="claim jpost-620411/30-1").first.click()
    expect(page.get_by_role("heading", name="What it states")).to_be_visible()
    alone(watched, address)


def test_the_day_is_set_with_the_form(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(address)
    page.get_by_label("Day", exact=True).fill("2020-01-02")
    page.get_by_role("button", name="Go").first.click()
    expect(page.locator(".offices")).to_contain_text("Abu Mahdi al-Muhandis")
    page.get_by_role("link", name="The day after").click()
    expect(page.locator("h2").first).to_have_text("In office on 3 January 2020")
    alone(watched, address)


def test_the_description_of_the_api_is_a_page(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(f"{address}/docs")
    page.locator("#operation-office-holders > summary").click()
    operation = page.locator("#operation-office-holders")
    expect(operation).to_contain_text("application/sparql-results+json")
    expect(operation.get_by_role("code").filter(has_text="known-at=2026")).to_be_visible()
    assert "`" not in page.locator("main").inner_text()
    operation.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Who held an office?")).to_be_visible()
    alone(watched, address)


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_the_window(browser: Browser, address: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 700})
    page = context.new_page()
    for path in ("/", "/queries/timeline?entity=person/ali-shamkhani", "/sparql", "/ontology"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
