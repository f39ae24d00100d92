"""A small folder of facts with an article about nobody in particular."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph
from tests.added import add_claim

from tenure.ingest import StatedOccurrence, Value, Vocabulary, add_source, parse_trig
from tenure.model import Claim, read_claims

ARTICLE = """\
New harbour master for Port Eva

Ada Brook took over as harbour master of Port Eva in May 2021, the Eva Courier reports. \
She said “the quay is ours” on Monday. Dr. Cole, who had held the post since 2011, stepped down \
after the flood.

The flood came on April 3, 2021. Some 40 people were hurt. It was over by night.
"""

REGISTRY = """\
# Licence: CC BY 4.0

@prefix event: <https://w3id.org/tenure/id/event/> .
@prefix office: <https://w3id.org/tenure/id/office/> .
@prefix org: <https://w3id.org/tenure/id/org/> .
@prefix person: <https://w3id.org/tenure/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .

event:eva-flood a tn:Event ;
    rdfs:label "Flood in Port Eva"@en .

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

person:cole a tn:Person ;
    rdfs:label "Dr Cole"@en .
"""

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TENURE = StatedOccurrence(
    "tenure",
    (
        ("holder", Value("person/ada-brook")),
        ("office", Value("office/harbour-master")),
        ("start", Value("2021-05")),
    ),
)

Add = Callable[..., Claim]
ClaimsOf = Callable[..., Mapping[str, Claim]]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_bytes(ARTICLE.encode())
    return path


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A folder of facts with a registry and no source."""
    folder = tmp_path / "facts"
    folder.mkdir()
    (folder / "entities.ttl").write_text(REGISTRY, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def with_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of facts with the article as the source ``eva-1``; nobody changes it."""
    root = tmp_path_factory.mktemp("harbour")
    article, folder = root / "article.txt", root / "facts"
    article.write_bytes(ARTICLE.encode())
    folder.mkdir()
    (folder / "entities.ttl").write_text(REGISTRY, encoding="utf-8")
    add_source(
        folder,
        "eva-1",
        publisher="org/eva-courier",
        published="2021-05-12",
        title="New harbour master for Port Eva",
        url="https://courier.example/1",
        text_path=article,
    )
    return folder


@pytest.fixture
def harbour(facts: Path, with_source: Path) -> Path:
    """A folder of facts with the article as the source ``eva-1``."""
    shutil.copyfile(with_source / "eva-1.trig", facts / "eva-1.trig")
    return facts


@pytest.fixture(scope="session")
def claims_of() -> ClaimsOf:
    """The claims in the file of a source (default ``eva-1``), by IRI."""

    def read(facts: Path, slug: str = "eva-1") -> Mapping[str, Claim]:
        quads, _ = parse_trig((facts / f"{slug}.trig").read_text(encoding="utf-8"))
        return read_claims((q for q in quads if q.graph_name == DefaultGraph()), quads).claims

    return read


@pytest.fixture
def add(harbour: Path, article: Path, vocabulary: Vocabulary, claims_of: ClaimsOf) -> Add:
    """Adds a claim about Ada Brook, with what is changed, and reads it back."""

    def run(**change: object) -> Claim:
        arguments: dict[str, object] = {
            "text_path": article,
            "passage": "took over as harbour master",
            "statement": "Ada Brook became harbour master in May 2021.",
            "states": [TENURE],
            "vocabulary": vocabulary,
            "now": NOW,
            **change,
        }
        added = add_claim(harbour, "eva-1", **arguments)  # type: ignore[arg-type]
        return claims_of(harbour)[added.iri]

    return run
