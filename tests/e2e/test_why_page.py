"""Reasons folded under the rows of an answer, in a real browser."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser

ASKED = "/queries/office-holders?office=office/pmu-deputy-head&before=2020-01-03"


def test_a_row_unfolds_its_reasons(address: str, browser: Browser) -> None:
    hosts: set[str] = set()
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(address + ASKED)
    page.get_by_label("with reasons").check()
    page.get_by_role("button", name="Ask").click()
    statement = page.get_by_text("Al-Muhandis was deputy head of the PMU until he was killed.")
    expect(statement).to_be_hidden()
    page.locator("tr.why summary").first.click()
    expect(statement).to_be_visible()
    expect(page.get_by_text("On 2 January 2020:")).to_be_visible()
    expect(page.get_by_text("it would be possible only.").first).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert wide <= 390
    assert hosts == {urlsplit(address).netloc}
