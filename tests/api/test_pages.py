"""The pages: nothing from another host, everything escaped, readable colours."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from tenure.knowledge import KnowledgeBase
from tenure_api.pages.rendering import STATIC, Links

HTML = {"accept": "text/html"}
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
PAGES = [
    "/",
    "/?day=event/us-strike-2020-01-03&degree=possible&policy=policy%3Dnewest",
    "/search?q=muhan",
    "/people",
    "/offices?day=2020-01-02",
    "/events",
    "/sources",
    "/at?day=2020-02-31",
    "/diff",
    "/history",
    "/learned",
    "/policies",
    "/policies/newest",
    "/conflicts",
    "/queries",
    "/queries/timeline?entity=person/ali-shamkhani",
    "/sparql",
    "/sparql?query=SELECT+*+{+?s+?p+?o+}+LIMIT+50",
    "/at/2020-01-02",
    "/at/2020-01-02/possible",
    "/explain/tenure/abu-mahdi-al-muhandis--pmu-deputy-head",
    "/doc/person/ali-shamkhani",
    "/doc/event/us-strike-2020-01-03",
    "/claim/ina-6771/1",
    "/source/jpost-620411",
    "/ontology",
    "/vocabulary",
    "/problems",
    "/docs",
    "/nowhere",
]
LOADS = {"src", "srcset", "data", "poster", "background", "action", "formaction", "xlink:href"}


class Loads(HTMLParser):
    """What a page loads or runs, and the anchors and identifiers in it."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.anchors: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        for name, value in attrs:
            text = value or ""
            if name in LOADS or (name == "href" and tag != "a"):
                self.loaded.append(text)
            elif name == "href":
                self.anchors.append(text)
            elif name.startswith("on") or name == "style":
                self.inline.append(f"{tag} {name}")
            elif name == "id":
                self.ids.append(text)
            if "url(" in text:
                assert re.fullmatch(r"url\(#[a-z-]+\)", text), text

    def handle_data(self, data: str) -> None:
        if self._tag in {"script", "style"} and data.strip():
            self.inline.append(self._tag)
        self._tag = ""


def read(client: TestClient, address: str) -> Loads:
    response = client.get(address, headers=HTML)
    assert response.headers["content-type"] == "text/html; charset=utf-8", address
    page = Loads()
    page.feed(response.text)
    return page


def is_own(address: str) -> bool:
    return address.startswith(("/", "?", "#")) and not address.startswith("//")


@pytest.fixture(scope="module")
def status_of(client: TestClient) -> Callable[[str], int]:
    """The status of an address of the service, asked for once: pages share most of their links."""
    return cache(lambda address: client.get(address, headers=HTML).status_code)


@pytest.mark.parametrize("address", PAGES)
def test_pages_load_from_here_only(
    client: TestClient, status_of: Callable[[str], int], address: str
) -> None:
    page = read(client, address)
    assert page.loaded
    assert [one for one in page.loaded if not is_own(one)] == []
    assert page.inline == []
    assert all(is_own(one) or one.startswith(("http://", "https://")) for one in page.anchors)
    own = {one for one in page.loaded if one.startswith("/") and "?" not in one}
    for one in own:
        assert status_of(one) in {200, 400}, one


@pytest.mark.parametrize("address", PAGES)
def test_every_link_within_leads_somewhere(
    client: TestClient, status_of: Callable[[str], int], address: str
) -> None:
    page = read(client, address)
    assert len(set(page.ids) - {"veil-left", "veil-right"}) == len(
        [one for one in page.ids if not one.startswith("veil-")]
    )
    within = sorted({a.partition("#")[0] for a in page.anchors if a.startswith("/")})
    # A page has hundreds of links of few kinds; those of one kind stand together.
    for one in within[:: max(1, len(within) // 15)]:
        assert status_of(one) in {200, 303, 307}, one
    for one in page.anchors:
        if one.startswith("#"):
            assert one[1:] in page.ids


def test_the_page_of_the_api_leads_to_pages_and_shows_a_request_for_what_is_none(
    client: TestClient, status_of: Callable[[str], int]
) -> None:
    text = unescape(client.get("/docs", headers=HTML).text)
    links = re.findall(r'Try it: <a href="([^"]+)"', text)
    assert {one for one in links if status_of(one) not in {200, 303}} == {"/terms"}  # it has none
    requests = re.findall(r"Try it: <code>GET ([^<]+)<", text)
    assert {one: client.get(one).status_code for one in requests if "/notes/" not in one} == {
        "/rdf-graph-store?graph=https://w3id.org/tenure/graph/world": 200,
        "/validate?at=2020-01-03": 200,
        "/export/trig": 200,
        "/health": 200,
        "/ready": 200,
        "/metrics": 200,
    }


def test_what_has_no_object_shows_what_tells_it_from_others(client: TestClient) -> None:
    text = client.get("/doc/org/government-of-iraq", headers=HTML).text
    cards = re.findall(r'<li class="situation.*?</p>', text, re.DOTALL)
    assert any("a caretaker government" in card for card in cards)


def test_styles_and_scripts_load_nothing(client: TestClient) -> None:
    files = sorted(one for one in STATIC.rglob("*") if one.suffix in (".css", ".js", ".svg"))
    assert files
    for file in files:
        name = file.relative_to(STATIC).as_posix()
        text = client.get(f"/static/{name}").text
        assert "@import" not in text
        assert not re.findall(r"url\((?![\"']?(?:#|data:))", text)
        hosts = {urlsplit(one).netloc for one in re.findall(r"https?://[^\s\"'`)]+", text)}
        assert hosts <= {"www.w3.org"}  # names of namespaces


@pytest.mark.parametrize(
    "address",
    [
        f"/?degree={HOSTILE}",
        f"/?policy={HOSTILE}",
        f"/?known-at={HOSTILE}",
        f"/search?kind={HOSTILE}",
        f"/people?page={HOSTILE}",
        f"/diff?from={HOSTILE}&to={HOSTILE}",
        f"/policies/{HOSTILE}",
        f"/?{HOSTILE}=1",
        f"/queries/{HOSTILE}",
        f"/queries/timeline?entity={HOSTILE}",
        f"/queries/timeline?{HOSTILE}=1",
        f"/sparql?query={HOSTILE}&policy={HOSTILE}",
        f"/sparql?query=ASK{{}}&policy={HOSTILE}",
        f"/sparql?format={HOSTILE}",
        f"/at/{HOSTILE}",
        f"/doc/{HOSTILE}",
        f"/claim/{HOSTILE}/1",
        f"/source/{HOSTILE}",
        f"/explain/{HOSTILE}",
        f"/nowhere/{HOSTILE}",
    ],
)
def test_hostile_input_stays_text(client: TestClient, address: str) -> None:
    response = client.get(address, headers=HTML)
    assert 400 <= response.status_code < 500
    assert "<script>alert" not in response.text
    assert "<img" not in response.text


@pytest.mark.parametrize("address", ["/?day=", "/doc/person/ali-shamkhani?day=", "/search?q="])
def test_what_is_kept_in_its_field_stays_text(client: TestClient, address: str) -> None:
    response = client.get(address + HOSTILE, headers=HTML)
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert "<img" not in response.text
    assert "&lt;script&gt;alert" in response.text


def test_a_long_policy_is_carried_along_whole(client: TestClient, kb: KnowledgeBase) -> None:
    slugs = [kb.names.short(iri).removeprefix("source/") for iri in kb.sources]
    policy = f"sources={','.join(slugs * 2)}"
    page = unescape(client.get("/people", params={"policy": policy}, headers=HTML).text)
    links = re.findall(r"href=\"(/doc/[^\"]+)\"", page)
    assert links
    assert {dict(parse_qsl(urlsplit(link).query))["policy"] for link in links} == {policy}


def test_the_last_day_that_can_be_written_has_none_after_it(client: TestClient) -> None:
    page = client.get("/people?day=9999-12-31", headers=HTML).text
    assert "day=9999-12-30" in page
    assert "10000-01-01" not in page


def test_asking_for_another_moment_keeps_the_day(client: TestClient) -> None:
    address = "/explain/tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
    page = client.get(f"{address}?day=2020-01-02&degree=certain", headers=HTML).text
    form = page.partition('<form class="card" method="get">')[2].partition("</form>")[0]
    assert 'name="day" value="2020-01-02"' in form
    assert 'name="degree" value="certain"' in form


def test_days_that_are_compared_have_the_names_of_events(client: TestClient) -> None:
    page = client.get("/diff?from=event/us-strike-2020-01-03&to=2020-03", headers=HTML).text
    assert "What changed between US strike" in page


def test_a_name_that_turns_the_direction_turns_nothing_after_it(client: TestClient) -> None:
    style = client.get("/static/tenure.css").text
    assert re.search(r"^a[ ,][^{]*{[^}]*unicode-bidi: isolate", style, re.MULTILINE)


def test_hostile_answers_stay_text(client: TestClient) -> None:
    query = (
        "SELECT * { VALUES (?iri ?text) { "
        "(<javascript:alert(1)> '<script>alert(1)</script>') (<data:text/html,x> '<img src=x>') } }"
    )
    response = client.get("/sparql", params={"query": query}, headers=HTML)
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert "<img" not in response.text
    assert 'href="javascript:' not in response.text
    assert 'href="data:' not in response.text


def test_the_home_page_shows_who_is_in_office(client: TestClient) -> None:
    def shown(view: str) -> str:
        page = client.get(f"/?{view}", headers=HTML).text
        return page.partition("<h2>In office")[2].partition("<h2>")[0]

    before = shown("day=2020-01-02")
    assert "Abu Mahdi al-Muhandis" in before
    assert '<span class="badge certain">certain</span>' in before
    assert "Abu Mahdi al-Muhandis" not in shown("day=2020-01-05&degree=possible")
    assert '<span class="badge possible">possible</span>' in shown("day=2015-06-01&degree=possible")


def test_an_unknown_policy_has_its_nearest(client: TestClient) -> None:
    refused = client.get("/policies/newst", headers={"accept": "application/json"})
    assert refused.status_code == 404
    assert "newest" in refused.json()["remedy"]


def test_no_domain_fact_is_in_the_code(repo_root: Path, kb: KnowledgeBase) -> None:
    slugs = {kb.names.short(iri).rpartition("/")[2] for iri in kb.registry}
    labels = {label for label in kb.registry.labels.values() if len(label) > 3}
    fact = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(slugs | labels)))})\b")
    code = (repo_root / "api" / "tenure_api", repo_root / "api" / "web" / "src")
    for file in sorted(file for folder in code for file in folder.rglob("*")):
        if file.suffix in {".py", ".html", ".js", ".css"} and file.parent.name != "bundle":
            assert fact.findall(file.read_text(encoding="utf-8")) == [], file.name


def test_links_lead_to_own_addresses(kb: KnowledgeBase) -> None:
    links = Links(kb)
    base = kb.names.base
    assert links.href(f"{base}id/state/iraq") == "/doc/state/iraq"
    assert links.href(f"{base}claim/ina-6771/1") == "/claim/ina-6771/1"
    assert links.href(f"{base}ontology#Tenure") == "/ontology#Tenure"
    assert links.href(f"{base}vocabulary#Asserted") == "/vocabulary#Asserted"
    assert links.href("https://example.org/") == "https://example.org/"
    assert links.href("javascript:alert(1)") is None
    assert links.href("urn:x") is None


PAIRS = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "tint"),
    ("soft", "paper"),
    ("soft", "card"),
    ("soft", "tint"),
    ("accent", "paper"),
    ("accent", "card"),
    ("accent", "tint"),
    ("on-accent", "accent"),
    ("certain", "certain-ground"),
    ("possible", "possible-ground"),
    ("contested", "contested-ground"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_keep_the_contrast_of_wcag_aa(scheme: str) -> None:
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1 for text, 1.4.11: 3 to 1 for fields."""
    css = (STATIC / "tenure.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part)) for part in _roots(css))
    colours = light if scheme == "light" else light | dark
    for text, ground in PAIRS:
        assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert _contrast(colours["field"], colours["card"]) >= 3


def _roots(css: str) -> list[str]:
    found = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(found) == 2
    return list(found)


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_page_asks_for_the_files_of_this_version(client: TestClient) -> None:
    page = read(client, "/")
    files = [one for one in page.loaded if one.startswith("/static/")]
    assert len(files) >= 2
    assert all(re.fullmatch(r"/static/[\w/.]+\?[0-9a-f]{16}", one) for one in files), files
    assert {client.get(one).status_code for one in files} == {200}
