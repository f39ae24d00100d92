"""The project's facts, kept in pieces; the same whole is the session's ``kb``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tenure.knowledge import KnowledgeBase
from tenure.store import Store


@pytest.fixture(scope="session")
def pieces(kb: KnowledgeBase) -> Iterator[KnowledgeBase]:
    """The knowledge base of ``kb/facts`` with nothing held in memory; nobody changes it."""
    store = Store(None)
    world = kb.names.graph("world")
    store.add(quad for quad in kb.store.quads() if quad.graph_name != world)
    opened = KnowledgeBase(store, kb.names, most_held=0)
    yield opened
    store.close()
