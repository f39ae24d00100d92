"""A retracted claim says so on every page and in explanations: when, by whom, why, by what."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.service import app_over
from typer.testing import CliRunner

from tenure import editing
from tenure.catalog import Catalog
from tenure.cli import build_app
from tenure.editing import Editor
from tenure.ingest import Draft, StatedOccurrence, Value, supersede_claim
from tenure.knowledge import open_knowledge_base

LATER = datetime(2026, 11, 9, 8, 30, tzinfo=UTC)
AT = "2026-11-09T08:30:00Z"
EARLY = "known-at=2026-11-08T00:00:00Z"
WHY = "The month was misread"
ADA = "tenure/ada-brook--harbour-master"
RESTATED = "restated in our words"


@pytest.fixture(scope="module")
def corrected(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the two claims, one was superseded by another, and the other one withdrawn."""
    facts = Path(shutil.copytree(written / "facts", tmp_path_factory.mktemp("shown") / "facts"))
    article = written / "article.txt"
    draft = Draft(
        passages=("took over as harbour master",),
        statement="Ada Brook became harbour master in May 2021.",
        states=(
            StatedOccurrence(
                "tenure",
                (
                    ("holder", Value("person/ada-brook")),
                    ("office", Value("office/harbour-master")),
                    ("start", Value("2021-05-11")),
                ),
            ),
        ),
    )
    supersede_claim(
        facts, "eva-1/1-1", [draft], text_path=article, message=WHY, by="Eva Dale", now=LATER
    )
    editor = Editor.open(facts)
    gone = editing.retract(editor.kb, ["eva-1/2-1"])
    editor.carry_out(gone, "Nobody said so", now=LATER)
    return facts


@pytest.fixture(scope="module")
def served(corrected: Path, catalog: Catalog) -> Iterator[TestClient]:
    with TestClient(app_over(open_knowledge_base(corrected), catalog)) as client:
        yield client


def text_of(client: TestClient, address: str) -> str:
    response = client.get(address, headers={"accept": "text/html"})
    assert response.status_code == 200, response.text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


@pytest.mark.parametrize(
    "address",
    ["/source/eva-1", "/doc/office/harbour-master", "/doc/person/ada-brook", "/claim/eva-1/1-1"],
)
def test_on_every_page_that_shows_it(served: TestClient, address: str) -> None:
    text = text_of(served, address)
    assert f"retracted at {AT} by Eva Dale : {WHY}".replace(" :", ":") in text.replace(" :", ":")
    assert re.search(r"Superseded by claim eva-1/1-\d", text)
    assert RESTATED in text


@pytest.mark.parametrize("address", ["/source/eva-1", "/doc/office/harbour-master"])
def test_those_that_stand_come_first(served: TestClient, address: str) -> None:
    text = text_of(served, address)
    assert ("1 stand, 2 were retracted" in text) is address.startswith("/source")
    assert text.index("Ada Brook became harbour master") < text.index(f"retracted at {AT}")
    assert text.index(" Retracted (") < text.index("person/ben-cole held the post.")


def test_of_an_instant_at_which_it_was_relied_on(served: TestClient) -> None:
    asked = f"office=office/harbour-master&at=2021-06&why=1&policy={EARLY}"
    for address in (f"/explain/{ADA}?policy={EARLY}", f"/queries/office-holders?{asked}"):
        text = text_of(served, address)
        assert f"retracted at {AT} by Eva Dale" in text
    told = served.get(f"/explain/{ADA}", params={"policy": EARLY}).json()
    (claim,) = told["claims"]
    assert claim["retraction"]["instant"] == AT
    assert claim["retraction"]["by"] == "Eva Dale"
    assert claim["retraction"]["message"] == WHY
    assert len(claim["retraction"]["superseded_by"]) == 1
    assert told["basis"] == "asserted"


def test_the_claim_page_names_both_ways(served: TestClient) -> None:
    text = text_of(served, "/claim/eva-1/1-1")
    newer = re.search(r"superseded by claim (eva-1/1-\d)", text)
    assert newer is not None
    assert "supersedes claim eva-1/1-1" in text_of(served, f"/claim/{newer[1]}")


def test_explained_by_command(corrected: Path) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(build_app(), [*words, "--facts", str(corrected)])
        assert done.exit_code == 0, done.output
        return done.stdout

    for words in (("claim/eva-1/1-1",), (ADA, "--policy", EARLY)):
        told = run("explain", *words)
        assert f"RETRACTED at {AT} by Eva Dale: {WHY}; superseded by claim/eva-1/1-" in told
        assert "in our words" in told
    assert "RETRACTED at 2026-11-09T08:30:01Z: Nobody said so" in run("explain", "claim/eva-1/2-1")
    as_data = json.loads(run("explain", "claim/eva-1/1-1", "--format", "json"))
    assert as_data["retraction"]["message"] == WHY
    assert as_data["because"] == f"it was retracted at {AT}"
