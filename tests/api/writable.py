"""A service that may be written, over a knowledge base of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure_api.access.who import Access, Principal, with_included
from tenure_api.app import create_app
from tenure_api.operation.settings import Settings
from tenure_api.sparql.pooled import build_pool

PROOF = {"authorization": "Bearer good"}


class OnePerson:
    """Knows one token."""

    async def recognise(self, token: str) -> Principal | None:
        """A writer, by the token ``good``."""
        return Principal("writer", with_included(["write"]), "key") if token == "good" else None

    def check(self) -> None:
        """Passes."""


@contextmanager
def writable(
    facts: Path, catalog: Catalog, *, proof: bool = True, workers: int = 0, **options: Any
) -> Iterator[tuple[TestClient, KnowledgeBase]]:
    """A client that may write, and what it writes into; ``facts`` may be an empty folder."""
    kb = open_knowledge_base(facts)
    try:
        pool = build_pool(kb, Settings(workers=workers))
        access = Access([OnePerson()], writable=True)
        app = create_app(kb, catalog, access=access, pool=pool, **options)
        with TestClient(
            app,
            base_url="http://www.example",
            headers=PROOF if proof else {},
            follow_redirects=False,
        ) as client:
            yield client, kb
    finally:
        kb.store.close()
