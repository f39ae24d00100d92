"""The ontology as it is, and a maker of small worlds under it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse
from tests.fusion.lab import Lab

from tenure.model import Schema


@pytest.fixture(scope="session")
def ontology(repo_root: Path) -> list[Quad]:
    """The ontology's own files as statements, without shapes and examples."""
    return [
        quad
        for path in sorted((repo_root / "ontology").glob("*.ttl"))
        for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)
    ]


@pytest.fixture(scope="session")
def lab(ontology: list[Quad]) -> Lab:
    """Makes small worlds under the ontology as it is, in which every date is a fact."""
    return Lab(Schema(ontology))


@pytest.fixture(scope="session")
def planning(ontology: list[Quad]) -> Lab:
    """Makes small worlds in which nobody vouches for what comes later."""
    return Lab(Schema(ontology), plans=True)
