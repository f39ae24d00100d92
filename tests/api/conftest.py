"""The web service over the project's own facts and catalogue, in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase


@pytest.fixture(scope="session")
def app(kb: KnowledgeBase, catalog: Catalog) -> FastAPI:
    """The service."""
    return app_over(kb, catalog, lazy=False)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the service that follows no redirects."""
    with TestClient(app, follow_redirects=False) as client:
        yield client
