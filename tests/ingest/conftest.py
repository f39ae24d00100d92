"""A small folder of facts with an article about nobody in particular."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph
from tests.added import add_claim
from tests.ingest.harbour import ARTICLE, NOW, REGISTRY, TENURE, Add, ClaimsOf
from tests.ingest.lowmoor import MAPPING, Done, Import
from typer.testing import CliRunner

from tenure.cli import build_app
from tenure.ingest import Vocabulary, add_source, parse_trig
from tenure.model import Claim, read_claims


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


@pytest.fixture
def bring(tmp_path: Path) -> Import:
    """Writes a table (text, or bytes) and imports it with a mapping."""

    def run(
        table: str | bytes | Path,
        *more: str,
        form: str = "table",
        name: str = "officers.csv",
        mapping: str | None = MAPPING,
    ) -> Done:
        path = table if isinstance(table, Path) else tmp_path / name
        if isinstance(table, bytes):
            path.write_bytes(table)
        elif isinstance(table, str):
            path.write_text(table, encoding="utf-8")
        (tmp_path / "facts").mkdir(exist_ok=True)
        report = tmp_path / "report.csv"
        words = [
            "import",
            form,
            str(path),
            "--source",
            "lowmoor",
            "--facts",
            str(tmp_path / "facts"),
        ]
        if mapping is not None:
            (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
            words += ["--mapping", str(tmp_path / "mapping.toml")]
        report.unlink(missing_ok=True)
        result = CliRunner().invoke(
            build_app(), [*words, "--report", str(report), *more], env={"COLUMNS": "200"}
        )
        lines = []
        if report.exists():
            with report.open(encoding="utf-8", newline="") as file:
                lines = list(csv.DictReader(file))
        return Done(result, lines, tmp_path / "facts" / "lowmoor.trig")

    return run
