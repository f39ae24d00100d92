"""The facts as they lie in the repository, read with nothing but the RDF library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store

Ask = Callable[[str], list[tuple[str, ...]]]

PREFIXES = """
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX tn: <https://w3id.org/tenure/ontology#>
PREFIX tnv: <https://w3id.org/tenure/vocabulary#>
PREFIX event: <https://w3id.org/tenure/id/event/>
PREFIX office: <https://w3id.org/tenure/id/office/>
PREFIX org: <https://w3id.org/tenure/id/org/>
PREFIX person: <https://w3id.org/tenure/id/person/>
PREFIX state: <https://w3id.org/tenure/id/state/>
PREFIX source: <https://w3id.org/tenure/source/>
PREFIX jpost: <https://w3id.org/tenure/claim/jpost-620411/>
"""


@pytest.fixture(scope="session")
def ontology_files(repo_root: Path) -> list[Path]:
    """The files that define terms; shapes and examples define none."""
    return sorted((repo_root / "ontology").glob("*.ttl"))


@pytest.fixture(scope="session")
def facts_files(repo_root: Path) -> list[Path]:
    """The registry and one file a source."""
    return sorted(f for f in (repo_root / "kb" / "facts").iterdir() if f.is_file())


@pytest.fixture(scope="session")
def facts(facts_files: list[Path], ontology_files: list[Path]) -> Store:
    """All facts, and the ontology; claims in their own graphs, all else in the default graph."""
    store = Store()
    for path in [*ontology_files, *facts_files]:
        turtle = path.suffix == ".ttl"
        store.load(path.read_bytes(), RdfFormat.TURTLE if turtle else RdfFormat.TRIG)
    return store


@pytest.fixture(scope="session")
def ask(facts: Store) -> Ask:
    """Asks SPARQL; the answer is rows of text, an unbound variable being empty."""

    def rows(query: str) -> list[tuple[str, ...]]:
        found = facts.query(PREFIXES + query)
        assert isinstance(found, QuerySolutions)
        return [
            tuple(t.value if isinstance(t, NamedNode | Literal) else "" for t in solution)
            for solution in found
        ]

    return rows
