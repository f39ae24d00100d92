"""A service that may be written, over a knowledge base of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure_api.security import Access, Principal, with_included

PROOF = {"authorization": "Bearer good"}


class OnePerson:
    """Knows one token."""

    async def authenticate(self, token: str) -> Principal | None:
        """A writer, by the token ``good``."""
        return Principal("writer", with_included(["write"]), "key") if token == "good" else None

    def check(self) -> None:
        """Passes."""


@contextmanager
def writable(
    facts: Path, catalog: Catalog, *, proof: bool = True, **options: Any
) -> Iterator[tuple[TestClient, KnowledgeBase]]:
    """A client that may write, and what it writes into; ``facts`` may be an empty folder."""
    kb = open_knowledge_base(facts)
    try:
        access = Access([OnePerson()], writable=True)
        app = app_over(kb, catalog, access=access, **options)
        with TestClient(
            app,
            base_url="http://www.example",
            headers=PROOF if proof else {},
            follow_redirects=False,
        ) as client:
            yield client, kb
    finally:
        kb.store.close()
