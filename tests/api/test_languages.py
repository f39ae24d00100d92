"""Names in several languages: one is shown, the same everywhere, in its language and direction."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.ingest import add_claims, add_source, read_drafts
from tenure.knowledge import open_knowledge_base

PERSIAN = "\u0642\u0627\u0633\u0645 \u0631\u062d\u06cc\u0645\u06cc"
CHAIR = "\u0631\u0626\u06cc\u0633"
STATEMENT = f"{PERSIAN} {CHAIR}"
HTML = {"accept": "text/html"}
CLAIMS = f"""- passage: One.
  statement: {STATEMENT}
  language: fa
  states:
    - tenure: {{holder: person/rahimi, office: office/chair, start: 1990, end: 1995}}
    - tenure: {{holder: person/ana, office: office/chair, start: 1996}}
    - event/dinner: {{date: 1990, participant: person/anna}}
  new entities:
    - person/rahimi: {{fa: {PERSIAN}}}
    - person/ana: {{de: Aana, fa: {PERSIAN} {CHAIR}, en: Zana}}
    - person/anna: {{fr: Anne, de: Anna}}
    - event/dinner: {{kind: Meeting, label: Dinner}}
    - office/chair: {{label: {{ar: {CHAIR}}}, officeOf: org/gaz, seats: 1}}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("languages")
    facts, text = folder / "f", folder / "a.txt"
    facts.mkdir()
    (facts / "entities.ttl").touch()
    text.write_text("The gazette of officers\n\nOne. Two. Three.\n")
    add_source(
        facts,
        "gaz",
        publisher="org/gaz",
        published="2021-05-12",
        title=f"{CHAIR}@fa",
        text_path=text,
        publisher_name="Gazette",
    )
    add_claims(facts, "gaz", read_drafts(CLAIMS, "claims.yaml"), text_path=text)
    kb = open_knowledge_base(facts=facts)
    with TestClient(app_over(kb, catalog), follow_redirects=False) as client:
        yield client


def page(client: TestClient, address: str) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200
    return answer.text


def test_a_name_says_its_language_and_direction(client: TestClient) -> None:
    name = f'<bdi lang="fa" dir="rtl">{PERSIAN}</bdi>'
    office = f'<bdi lang="ar" dir="rtl">{CHAIR}</bdi>'
    title = f'<bdi lang="fa" dir="rtl">{CHAIR}</bdi>'
    sentence = f'<p class="says" lang="fa" dir="rtl">{STATEMENT}</p>'
    person = page(client, "/doc/person/rahimi")
    assert f"<h1>{name}</h1>" in person
    assert f">{office}</a>" in person
    assert sentence in person
    assert f"<title>{PERSIAN}" in person
    reasons = page(client, "/explain/tenure/rahimi--chair")
    assert f"<h1>{name} – {office}</h1>" in reasons
    follows = reasons.partition('<ul class="bounds">')[2]
    assert f'<bdi dir="rtl">{PERSIAN}' in follows
    assert PERSIAN not in re.sub(r"<bdi[^>]*>.*?</bdi>", "", follows)
    assert f"<h1>{title}</h1>" in page(client, "/source/gaz")
    assert f'<h1 lang="fa" dir="rtl">{STATEMENT}</h1>' in page(client, "/claim/gaz/2-1")
    home = page(client, "/?day=1992-06-01")
    assert f">{office}</a>" in home
    assert f">{name}</a>" in home
    assert name in page(client, "/at/1992-01-01")
    assert f">{name}</a>" in page(client, f"/search?q={PERSIAN.rsplit(maxsplit=1)[-1]}")
    assert f">{office}</a>" in page(client, "/offices")
    assert '<html lang="en">' in home


def test_one_of_several_names_is_shown_and_the_others_beside_it(client: TestClient) -> None:
    person = page(client, "/doc/person/ana")
    assert "<h1>Zana</h1>" in person
    also = person.partition("<dt>also called</dt>")[2].partition("</dd>")[0]
    assert '<bdi lang="de" dir="ltr">Aana</bdi>' in also
    assert f'<bdi lang="fa" dir="rtl">{STATEMENT}</bdi>' in also
    # Without an English name, the first by the tag of its language.
    assert '<h1><bdi lang="de" dir="ltr">Anna</bdi></h1>' in page(client, "/doc/person/anna")
    assert "Zana" in client.get("/explain/tenure/ana--chair?at=1997").text
