from __future__ import annotations

import pytest

from tenure.knowledge import KnowledgeBase, open_knowledge_base


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    """The knowledge base that Tenure comes with."""
    return open_knowledge_base()
