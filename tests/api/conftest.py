"""The web service over the project's own facts and catalogue, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure_api.app import create_app


@pytest.fixture(scope="session")
def kb(repo_root: Path) -> Iterator[KnowledgeBase]:
    """The knowledge base of ``kb/facts``, in memory."""
    opened = open_knowledge_base(repo_root / "kb" / "facts")
    yield opened
    opened.store.close()


@pytest.fixture(scope="session")
def catalog(repo_root: Path) -> Catalog:
    """The catalogue of ``queries``."""
    return Catalog.load(repo_root / "queries")


@pytest.fixture(scope="session")
def app(kb: KnowledgeBase, catalog: Catalog) -> FastAPI:
    """The service."""
    return create_app(kb, catalog)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the service that follows no redirects."""
    with TestClient(app, follow_redirects=False) as client:
        yield client
