"""The frame of every page: the bar, search, the lists, and that all of it can be reached."""

from __future__ import annotations

import re
from html import unescape
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser
PERSON = "/doc/person/ali-shamkhani"


def read(address: str) -> str:
    """A page as a browser without scripts gets it."""
    asked = Request(address, headers={"Accept": "text/html"})  # noqa: S310 - on loopback
    with urlopen(asked) as answer:  # noqa: S310
        return unescape(answer.read().decode())


def test_the_view_is_carried_on_every_link(address: str) -> None:
    page = read(f"{address}{PERSON}?day=2020-01-02&degree=possible&policy=policy%3Dnewest")
    carried = "day=2020-01-02&degree=possible&policy=policy%3Dnewest"
    main = page.partition("<main")[2].partition("</main>")[0]
    own = [one for one in re.findall(r'href="(/[^"]*)"', main) if "format=" not in one]
    assert own
    assert [one for one in own if carried not in one] == []


def test_a_day_that_is_none_is_explained_in_its_field(address: str) -> None:
    page = read(f"{address}{PERSON}?day=2020-02-31")
    assert 'value="2020-02-31"' in page
    assert 'role="alert"' in page
    assert "Ali Shamkhani" in page


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("3 January 2020", "on 3 January 2020"),
        ("2019-11", "in November 2019"),
        ("before/event/us-strike-2020-01-03", "on the day before"),
    ],
)
def test_a_day_is_typed_in_words_or_as_an_event(address: str, typed: str, shown: str) -> None:
    assert shown in read(f"{address}/at?day={typed.replace(' ', '+')}")


def test_the_day_is_moved_by_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}{PERSON}?day=2020-01-02")
    page.get_by_role("link", name="The day after, 3 January 2020").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**day=2020-01-03")
    page.get_by_role("link", name="certain", exact=True).click()
    page.get_by_text("Evidence", exact=True).click()
    page.get_by_role("link", name="Only firm claims").click()
    expect(page.get_by_text("Evidence: only firm claims")).to_be_visible()
    assert "day=2020-01-03" in page.url
    assert "degree=certain" in page.url
    page.close()
