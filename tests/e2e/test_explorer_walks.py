"""What a reader asks, walked from the first page, by keyboard and without scripts."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.e2e.accessibility import axe
from tests.e2e.serving import served

pytestmark = pytest.mark.browser

TEXT = "في الأول من يونيو 2019 دخلت ليلى حسن بلدية الواحة.\n"
DEPUTY = "tenure/abu-mahdi-al-muhandis--pmu-deputy-head"


def enter(page: Page, wanted: Locator) -> None:
    """Go to a link, a field or what unfolds by the tabulator alone, and press Enter there."""
    for _ in range(300):
        if wanted.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the tabulator does not reach {wanted}")


def search(page: Page, text: str) -> None:
    """Type into the search field and ask."""
    page.locator("#search").fill(text)
    page.locator("#search").press("Enter")
    page.wait_for_url("**/search?**", timeout=60_000)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_by_keyboard_from_home_to_the_sentence(
    browser: Browser, address: str, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(address)
    search(page, "deputy head")
    enter(page, page.locator("main").get_by_role("link", name="Deputy head of the").first)
    page.wait_for_url("**/doc/office/pmu-deputy-head*")
    enter(page, page.locator("details.choice > summary").first)
    page.keyboard.press("Tab")
    expect(page.locator("#bar-day")).to_be_focused()
    page.keyboard.insert_text("before/2020-01-03")
    page.keyboard.press("Enter")
    page.wait_for_url("**day=before*2020-01-03*", timeout=60_000)
    expect(page.locator(".summary").first).to_contain_text("Certainly Abu Mahdi al-Muhandis holds")
    enter(page, page.locator("li.situation").first.get_by_role("link", name="why?"))
    page.wait_for_url("**/explain/**", timeout=60_000)
    enter(page, page.locator("main").get_by_role("link", name="sentence 30").first)
    expect(page).to_have_url(re.compile("/source/jpost-620411.*#s30$"), timeout=60_000)
    expect(page.locator("#s30 .claim").first).to_be_visible()
    context.close()


def test_who_says_that_somebody_guides_another_and_how_sure(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    search(page, "Khamenei")
    page.locator("main").get_by_role("link", name="Ali Khamenei", exact=True).first.click()
    claim = page.locator(".claim", has_text="Khamenei directs Shamkhani")
    expect(claim).to_contain_text("The Jerusalem Post")
    expect(claim).to_contain_text("anonymous")
    expect(claim).to_contain_text("alleged · set aside")
    context.close()


def test_no_kind_of_page_asks_another_host(browser: Browser, address: str) -> None:
    """Those that other tests look at with axe are only opened here."""
    page = browser.new_page()
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    looked_at = (
        *("/docs", "/queries", "/queries/office-holders", "/compare", "/ontology?term=Tenure"),
        *("/doc/org/popular-mobilization-units", "/doc/place/najaf", f"/doc/{DEPUTY}"),
        *(f"/explain/{DEPUTY}", "/position-history?office=office/pmu-deputy-head"),
    )
    opened = (
        *("/", "/search?q=mu", "/people", "/at", "/diff", "/history", "/learned", "/policies"),
        *("/network", "/sparql", "/problems", "/ontology", "/vocabulary", "/conflicts", "/nowhere"),
        *("/claim/jpost-620411/54-2", "/source/jpost-620411", "/impact?source=dw-52601139"),
        *("/doc/person/ali-shamkhani", "/doc/event/us-strike-2020-01-03"),
    )
    wrong = {}
    for path in (*looked_at, *opened):
        page.goto(address + path, timeout=60_000)
        if path in looked_at and (found := axe(page)):
            wrong[path] = found
    assert wrong == {}
    assert hosts == {urlsplit(address).netloc}
    page.close()


def test_a_base_of_ones_own_in_arabic_on_a_phone(
    browser: Browser, command: Path, tmp_path: Path
) -> None:
    home = tmp_path / "waha"
    (tmp_path / "text.txt").write_text(TEXT, "utf-8")

    def tenure(*words: str, cwd: Path = home) -> None:
        subprocess.run([command, *words], cwd=cwd, check=True, capture_output=True)

    tenure("init", "waha", "--title", "الواحة", "--language", "ar", cwd=tmp_path)
    publisher = ("--publisher", "org/jarida", "--publisher-name", "الجريدة")
    text = ("--text", "../text.txt")
    told = ("--title", "في البلدية", "--published", "2021-05-01")
    tenure("source", "add", "jarida", *publisher, *told, *text)
    said = ("--passage", "دخلت ليلى حسن بلدية الواحة", "--statement", "ليلى حسن في بلدية الواحة.")
    member = ("--kind", "Membership", "--start", "2019-06-01")
    subject = ("--subject", "person/layla", "--new", "person/layla=ليلى حسن")
    whole = ("--object", "org/baladiya", "--new", "org/baladiya=بلدية الواحة")
    tenure("claim", "add", "jarida", *text, *said, *member, *subject, *whole)
    page = browser.new_page(viewport={"width": 390, "height": 844})
    with served(home, "--workers", "1", command=command) as server:
        for path in ("/", "/people", "/doc/person/layla", "/source/jarida"):
            page.goto(server.address + path)
            assert axe(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.locator("#search").fill("ليلى")
        page.keyboard.press("Enter")
        page.locator("main").get_by_role("link", name="ليلى حسن").first.click()
        name = (
            page.get_by_role("heading", level=1)
            .locator("[lang=ar]")
            .or_(page.locator("h1[lang=ar]"))
        )
        expect(name).to_have_text("ليلى حسن")
        assert name.evaluate("one => getComputedStyle(one).direction") == "rtl"
        expect(page.locator("li.situation").first).to_contain_text("بلدية الواحة")
        expect(page).to_have_title(re.compile("الواحة"))
        server.stop()
    page.close()
