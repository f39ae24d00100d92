"""A folder of facts with one source of two claims, recorded at known instants."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.added import add_claim

from tenure.ingest import StatedOccurrence, Value, add_source

ARTICLE = """\
Ada Brook took over as harbour master of Port Eva in May 2021. Ben Cole held the post before her.
"""
REGISTRY = """\
# Licence: CC BY 4.0

@prefix office: <https://w3id.org/tenure/id/office/> .
@prefix org: <https://w3id.org/tenure/id/org/> .
@prefix person: <https://w3id.org/tenure/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .

office:harbour-master a tn:Office ;
    rdfs:label "Harbour master of Port Eva"@en ;
    tn:officeOf org:port-eva ;
    tn:seats 1 .

org:eva-courier a tn:MediaOutlet ;
    rdfs:label "Eva Courier"@en .

org:port-eva a tn:Organization ;
    rdfs:label "Port Eva"@en .

person:ada-brook a tn:Person ;
    rdfs:label "Ada Brook"@en .

person:ben-cole a tn:Person ;
    rdfs:label "Ben Cole"@en .
"""
FIRST = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECOND = datetime(2026, 11, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``article.txt`` and the folder ``facts``; nobody changes it."""
    root = tmp_path_factory.mktemp("history")
    article, folder = root / "article.txt", root / "facts"
    article.write_bytes(ARTICLE.encode())
    folder.mkdir()
    (folder / "entities.ttl").write_text(REGISTRY, encoding="utf-8")
    add_source(
        folder,
        "eva-1",
        publisher="org/eva-courier",
        published="2021-05-12",
        title="New harbour master",
        text_path=article,
    )
    for at, words, who, dated in (
        (FIRST, "took over as harbour master", "person/ada-brook", ("start", "2021-05")),
        (SECOND, "held the post before", "person/ben-cole", ("end", "[..2021-05]")),
    ):
        add_claim(
            folder,
            "eva-1",
            text_path=article,
            passage=words,
            statement=f"{who} held the post.",
            states=[
                StatedOccurrence(
                    "tenure",
                    (
                        ("holder", Value(who)),
                        ("office", Value("office/harbour-master")),
                        (dated[0], Value(dated[1])),
                    ),
                )
            ],
            now=at,
        )
    return root


@pytest.fixture
def article(written: Path) -> Path:
    return written / "article.txt"


@pytest.fixture
def facts(written: Path, tmp_path: Path) -> Path:
    """``eva-1/1-1`` on Ada Brook is of 1 November 2026, ``eva-1/2-1`` on Ben Cole of the 5th."""
    return Path(shutil.copytree(written / "facts", tmp_path / "facts"))
