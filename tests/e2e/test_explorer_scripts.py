"""The pages that scripts enhance, in a real browser: the editor, the network, the timelines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.accessibility import axe

from tenure_api.pages.rendering import script_address

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


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    """The bundle is made when Tenure is installed, where npm's packages can be had."""
    if not script_address():
        pytest.skip("the scripts of the pages were not built: install Tenure again to build them")


class Watch:
    """The hosts that a page asks, and what goes wrong in it."""

    def __init__(self, page: Page) -> None:
        self.hosts: set[str] = set()
        self.errors: list[str] = []
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda said: self.errors.append(said.text) if said.type == "error" else None,
        )

    def was_quiet(self, address: str) -> bool:
        """Whether no other host was asked and nothing went wrong."""
        assert self.errors == []
        return self.hosts == {urlsplit(address).netloc}


def write(page: Page, text: str) -> None:
    """Put ``text`` into the editor instead of what is there, by keyboard."""
    page.locator(".cm-content").press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def test_an_error_is_marked_and_corrected_by_keyboard(page: Page, address: str) -> None:
    watch = Watch(page)
    page.goto(f"{address}/sparql")
    page.evaluate("window.stayed = true")
    editor = page.locator(".cm-content")
    write(page, "SELECT ?who WHERE {\n  ?who tn:holder ?? .\n}")
    with page.expect_response(lambda response: response.status == 400):
        page.keyboard.press("Control+Enter")
    mark = page.locator(".cm-lintRange-error, .cm-lintPoint-error")
    expect(mark).to_have_count(1)
    expect(page.locator("#results")).to_contain_text("Line 3, column")
    # The prefix was declared by itself, and the caret stands where the query is wrong.
    expect(editor).to_contain_text("PREFIX tn: <https://w3id.org/tenure/ontology#>")
    page.keyboard.press("Delete")
    page.keyboard.press("Delete")
    page.keyboard.insert_text("?what")
    with page.expect_response(lambda response: response.status == 200):
        page.keyboard.press("Control+Enter")
    expect(mark).to_have_count(0)
    write(page, "SELECT ?who WHERE { ?tenure tn:holder ?who }")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#results table")).to_be_visible()
    expect(mark).to_have_count(0)
    assert "query=" in page.url
    assert page.evaluate("window.stayed") is True
    watch.errors = [one for one in watch.errors if "400" not in one]  # the refusal itself
    assert watch.was_quiet(address)
    assert axe(page) == []


def test_completion_knows_variables_terms_and_prefixes(page: Page, address: str) -> None:
    page.goto(f"{address}/sparql")
    editor = page.locator(".cm-content")
    write(page, "SELECT ?person WHERE { ?t tn:hold")
    page.keyboard.type("e")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_contain_text("tn:holder")
    page.wait_for_timeout(100)  # an Enter sooner than that is taken for one of the text
    page.keyboard.press("Enter")
    page.keyboard.type(" ?per")
    expect(options.first).to_contain_text("?person")
    page.wait_for_timeout(100)
    page.keyboard.press("Enter")
    expect(editor).to_contain_text("PREFIX tn: <https://w3id.org/tenure/ontology#>")
    expect(editor).to_contain_text("tn:holder ?person")


def test_tabs_are_kept_and_a_day_is_written(page: Page, address: str) -> None:
    page.goto(f"{address}/sparql?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%203")
    page.get_by_role("button", name="New query").click()
    page.get_by_label("Day asked about").fill("2020-01-02")
    page.get_by_label("At least").select_option("presumed")
    page.get_by_label("Day asked about").press("Enter")
    editor = page.locator(".cm-content")
    expect(editor).to_contain_text("FROM <https://w3id.org/tenure/at/2020-01-02/presumed>")
    page.goto(f"{address}/sparql")
    expect(page.get_by_role("tab")).to_have_count(2)
    expect(editor).to_contain_text("FROM <https://w3id.org/tenure/at/2020-01-02/presumed>")
    page.get_by_role("tab").last.press("ArrowRight")
    expect(editor).to_contain_text("LIMIT 3")
    page.get_by_label("Begin with a question").select_option("timeline")
    page.get_by_role("button", name="Show its query").click()
    expect(page.get_by_role("tab", selected=True)).to_have_text(re.compile("^What is known about"))


def test_a_query_that_runs_on_is_cancelled(page: Page, address: str) -> None:
    page.goto(f"{address}/sparql")
    write(
        page,
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?i) }",
    )
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#results")).to_have_text("Cancelled.")
    write(page, "ASK {}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#results")).to_contain_text("Yes.")


def test_an_answer_is_sorted_and_drawn(page: Page, address: str) -> None:
    page.goto(f"{address}/sparql?example=timeline")
    page.get_by_role("button", name="Run").click()
    table = page.locator("#results table")
    expect(table).to_be_visible()
    before = table.locator("tbody tr td:first-child").all_inner_texts()
    assert len(set(before)) > 2
    table.get_by_role("button").first.click()
    table.get_by_role("button").first.click()
    after = table.locator("tbody tr td:first-child").all_inner_texts()
    assert sorted(after) == sorted(before)
    expect(table.locator("th").first).to_have_attribute("aria-sort", "descending")
    for view, shape in (("Timeline", "rect.maybe"), ("Network", "a.node"), ("Chart", "rect.sure")):
        page.get_by_role("button", name=view, exact=True).click()
        expect(page.locator(f"#results svg {shape}").first).to_be_visible()
        assert axe(page) == []
    page.get_by_role("button", name="Table", exact=True).click()
    expect(table).to_be_visible()
    # Answers to questions of the catalogue are shown in the same ways.
    page.goto(f"{address}/queries/changes?from=2020-01-02&to=2020-01-04")
    page.get_by_role("button", name="Network", exact=True).click()
    expect(page.locator("svg.network a[aria-label='Abu Mahdi al-Muhandis']")).to_be_visible()
    expect(page.locator("svg.network a.edge").first).to_have_attribute(
        "href", re.compile("/explain/")
    )
    assert axe(page) == []
    # The timeline of such an answer is the server's, which is there without scripts too.
    page.goto(f"{address}/queries/timeline?entity=person/qasem-soleimani")
    figure = page.locator("figure.timeline")
    expect(figure).to_be_hidden()
    page.get_by_role("button", name="Timeline", exact=True).click()
    expect(figure.locator("rect.sure").first).to_be_visible()
    expect(figure.get_by_role("button", name="Larger")).to_be_visible()
    assert axe(page) == []


def test_a_field_of_a_question_is_completed_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/queries/office-holders")
    field = page.get_by_role("combobox", name="office needed")
    field.press_sequentially("deputy popular")
    page.get_by_role("option", name="Deputy head of the Popular Mobilization Units").wait_for()
    assert axe(page) == []
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("office/pmu-deputy-head")
    before = page.get_by_role("combobox", name="before")
    before.fill("3 January 2020")
    before.press("Enter")
    answer = page.get_by_role("region", name="Results")
    expect(answer.get_by_role("link", name="Abu Mahdi al-Muhandis").first).to_be_visible()


def test_the_slider_goes_through_january_2020_by_keyboard(page: Page, address: str) -> None:
    watch = Watch(page)
    page.goto(f"{address}/network?day=2020-01-01&degree=possible")
    slider = page.get_by_role("slider", name="Day of change")
    expect(slider).to_have_attribute("aria-valuetext", "2020-01-01")
    holder = page.locator("svg.network a.node[aria-label='Abu Mahdi al-Muhandis']")
    expect(holder).to_have_count(1)
    stops = []
    while "2020-02-01" not in stops:
        slider.press("ArrowRight")
        stops.append(slider.get_attribute("aria-valuetext"))
        expect(page).to_have_url(re.compile(f"day={stops[-1]}"))
    assert {"2020-01-03", "2020-01-04"} <= set(stops)
    assert len(stops) < 12
    expect(holder).to_have_count(0)
    # An edge is a link to its reasons, and the list says the same as the drawing.
    edges = page.locator("svg.network a.edge")
    assert edges.count() == page.locator("#ties > tbody > tr").count() > 0
    first = page.locator("svg.network a[tabindex='0']")
    first.focus()
    first.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/explain/"), timeout=30_000)
    assert watch.was_quiet(address)


def test_a_move_of_the_day_loads_no_page_anew(page: Page, address: str) -> None:
    watch = Watch(page)
    page.goto(f"{address}/doc/person/abu-mahdi-al-muhandis?day=2020-01-02&degree=certain")
    page.evaluate("window.isSame = true")
    for day in ("2020-01-03", "2020-01-04"):
        page.get_by_title("The day after").click()
        expect(page.locator("#bar-date")).to_have_value(day)
        expect(page.get_by_title("The day after")).to_be_focused()
    assert page.evaluate("window.isSame")
    # What was there before is there, links lead to the day, and scripts enhance what came.
    at = page.get_by_role("navigation", name="Main").get_by_role("link", name="A day")
    expect(at).to_have_attribute("href", "/at?day=2020-01-04&degree=certain")
    page.get_by_role("button", name="Larger").click()
    page.get_by_role("combobox", name="Search").fill("muhan")
    expect(page.get_by_role("option").first).to_contain_text("Abu Mahdi al-Muhandis")
    page.go_back()
    expect(page.locator("#bar-date")).to_have_value("2020-01-03")
    assert page.evaluate("window.isSame")
    page.locator("#bar-date").fill("2020-02-01")
    page.get_by_role("button", name="Go", exact=True).first.click()
    expect(page).to_have_url(re.compile("day=2020-02-01"))
    # What the service refuses, the browser shows as ever.
    page.get_by_text("Known now", exact=True).click()
    page.get_by_label("Only what this base had recorded by").fill("yesterday")
    page.keyboard.press("Enter")
    page.wait_for_function("!window.isSame")
    watch.errors.clear()
    assert watch.was_quiet(address)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_network_is_accessible_and_as_wide_as_a_phone(
    browser: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page.goto(f"{address}/network?day=2020-01-03&degree=possible")
    expect(page.locator("svg.network")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_things_are_completed_by_any_name_of_theirs(page: Page, address: str) -> None:
    page.goto(f"{address}/sparql")
    write(page, "DESCRIBE ")
    page.keyboard.type("muhan")
    option = page.get_by_role("listbox").get_by_role("option", name="Abu Mahdi al-Muhandis")
    option.first.click()
    expect(page.locator(".cm-content")).to_have_text(
        "DESCRIBE <https://w3id.org/tenure/id/person/abu-mahdi-al-muhandis>"
    )


def test_without_scripts_the_forms_and_links_do_the_same(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/sparql")
    page.get_by_label("Begin with a question").select_option("incumbents")
    page.get_by_role("button", name="Show its query").click()
    expect(page.get_by_label("Query", exact=True)).to_have_value(re.compile("tn:Tenure"))
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#results table")).to_be_visible()
    page.goto(f"{address}/network?day=2020-01-03&degree=possible")
    page.get_by_label("Kind").select_option("Membership")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#ties tbody tr").first).to_contain_text("member of")
    page.get_by_role("link", name="4 January 2020").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The network on 4 January 2020")
    page.locator("#ties").get_by_role("link", name="why?").first.click()
    expect(page).to_have_url(re.compile("/explain/"), timeout=30_000)
    context.close()


def test_a_timeline_is_enlarged_and_a_click_shows_that_day(page: Page, address: str) -> None:
    page.goto(f"{address}/doc/person/qasem-soleimani?day=2020-01-02")
    figure = page.locator("figure.timeline").first
    sure = figure.locator("rect.sure").first
    before = sure.bounding_box()
    figure.get_by_role("button", name="Earlier").press("Enter")
    figure.get_by_role("button", name="Larger").press("Enter")
    for _ in range(3):
        figure.get_by_role("button", name="Earlier").press("Enter")
    after = sure.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > 1.5 * before["width"]
    assert axe(page) == []
    sure.hover()
    told = figure.locator("output").inner_text()
    sure.click()
    expect(page).to_have_url(re.compile(f"day={told[:10]}"), timeout=30_000)
    page.get_by_role("link", name="the network around it").click()
    expect(page).to_have_url(re.compile("/network.*around=person"), timeout=30_000)
    expect(page.locator("svg.network a.node").first).to_be_visible()
