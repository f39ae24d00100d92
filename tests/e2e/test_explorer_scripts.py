"""The pages that scripts enhance, in a real browser: the editor, the network, the timelines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.e2e.accessibility import axe

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content("<!doctype html><html><title>x</title><img src='data:,'></html>")
    found = axe(page)
    assert any(one.startswith("image-alt:") for one in found)


@pytest.mark.parametrize("path", ["/sparql", "/sparql?query=SELECT%20*%20{}"])
def test_pages_are_accessible(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    assert axe(page) == []
