"""The frame of every page: the bar, search, the lists, and that all of it can be reached."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Literal
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, expect
from tests.e2e.accessibility import axe

from tenure.temporal import iso

pytestmark = pytest.mark.browser
TODAY = datetime.now(UTC).date().toordinal()
PERSON = "/doc/person/ali-shamkhani"
PAGES = (
    *("people", "organizations", "offices", "events", "places", "sources", "search"),
    *("at", "diff", "history", "learned", "conflicts", "compare", "policies"),
    *("queries", "sparql", "docs", "ontology", "vocabulary", "problems"),
)
"""The pages that are there once, whatever the base holds."""
FRAME = {*PAGES[:7], "at", "diff", "history", "learned", "policies", "problems"}


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
        ("before 3 January 2020", "on 2 January 2020"),
        ("03/01/2020", 'The day was read as 2020-01-03. Or is it <a href="/at?day=2020-03-01">'),
        ("today", f"day={iso(TODAY + 1)}"),
        ("yesterday", f"day={iso(TODAY)}"),
        ("present", f"day={iso(TODAY - 1)}"),
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


def test_what_is_typed_is_offered_and_chosen_by_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/?day=2020-01-02")
    field = page.get_by_role("combobox", name="Search")
    field.fill("muhan")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("Abu Mahdi al-Muhandis")
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    page.wait_for_url("**/doc/person/abu-mahdi-al-muhandis?day=2020-01-02")
    page.get_by_role("combobox", name="Search").fill("khamen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Ali Khamenei")).to_be_visible()
    page.close()


def test_the_day_of_an_event_is_found_by_its_name(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.get_by_text("Another date").click()
    field = page.get_by_label("A day in words, or the day of an event")
    field.fill("strike that")
    page.get_by_role("option", name="US strike that killed").wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("event/us-strike-2020-01-03")
    field.press("Enter")
    expect(page.locator("h2").first).to_contain_text("on the day of US strike")
    page.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 390)])
def test_the_pages_of_the_frame_are_accessible(
    browser: Browser, address: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    wrong = {}
    paths = [*(f"/{name}" for name in PAGES if name in FRAME), "/policies/newest", "/nowhere"]
    for path in ["/?day=2020-02-31", "/?degree=possible", "/search?q=mu", *paths]:
        page.goto(address + path)
        if path == "/people":
            page.get_by_text("Evidence", exact=True).click()
            page.get_by_role("combobox", name="Search").press_sequentially("mu")
            page.get_by_role("option").first.wait_for()
        if found := axe(page):
            wrong[path] = found
    assert wrong == {}
    context.close()


def test_no_page_is_unreachable_from_home(address: str) -> None:
    """Every kind of page is reached by links alone, and each link of the frame leads somewhere."""
    kinds = {
        "/": r"/(?:\?|$)",
        **{f"/{one}": rf"/{one}(?:\?|$)" for one in PAGES},
        "person": r"/doc/person/",
        "office": r"/doc/office/",
        "organization": r"/doc/org/",
        "event": r"/doc/event/",
        "place": r"/doc/place/",
        "situation": r"/doc/tenure/",
        "why": r"/explain/",
        "claim": r"/claim/",
        "source": r"/source/",
        "question": r"/queries/.",
        "policy": r"/policies/.",
        "position history": r"/position-history",
    }
    wanted = {name: re.compile(pattern) for name, pattern in kinds.items()}
    ahead, seen = ["/"], set[str]()
    while ahead and wanted:
        path = ahead.pop(0)
        found = set(re.findall(r'href="(/[^"#]*)', read(address + path)))
        for link in sorted(found):
            fitting = [name for name, pattern in wanted.items() if pattern.match(link)]
            for name in fitting:
                del wanted[name]
            if fitting and link not in seen and "/static/" not in link:
                seen.add(link)
                ahead.append(link)
    assert wanted == {}


def test_no_page_scrolls_sideways_on_a_phone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    for path in (
        "/",
        "/at?degree=possible",
        "/offices",
        "/events",
        "/diff",
        "/history",
        "/policies",
    ):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        table = page.locator(".scroll").first
        if path in {"/offices", "/events", "/at?degree=possible"}:
            assert table.evaluate("one => one.scrollWidth <= one.clientWidth"), path
    page.goto(address + "/search?q=muhandis")
    page.locator(".found a").first.evaluate("one => { one.textContent = 'W'.repeat(300) }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.parametrize("width", [390, 1200])
def test_examples_of_days_fit_their_fields(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{address}/queries/changes")
    fits = page.evaluate(
        """() => [...document.querySelectorAll(".time input[placeholder]")].map(field => {
            const drawn = document.createElement("canvas").getContext("2d");
            const hint = getComputedStyle(field, "::placeholder"), own = getComputedStyle(field);
            drawn.font = `${hint.fontSize} ${own.fontFamily}`;
            const room = field.clientWidth - parseFloat(own.paddingLeft)
                - parseFloat(own.paddingRight);
            return drawn.measureText(field.placeholder).width <= room;
        })"""
    )
    page.close()
    assert fits == [True, True]


def test_a_name_that_is_not_known_leads_to_what_is(address: str) -> None:
    with pytest.raises(HTTPError) as refused:
        read(f"{address}/doc/person/shamkani")
    assert refused.value.code == 404
    assert PERSON in refused.value.read().decode()
