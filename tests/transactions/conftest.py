"""A knowledge base that is written to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.transactions import ChangeRequest, Committed, commit

SMALL = ("entities.ttl", "ina-6771.trig", "rt-483298.trig")


@pytest.fixture(scope="session")
def small_facts(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the registry and two sources."""
    folder = tmp_path_factory.mktemp("facts")
    for name in SMALL:
        shutil.copyfile(repo_root / "kb" / "facts" / name, folder / name)
    return folder


@pytest.fixture
def kb(small_facts: Path) -> Iterator[KnowledgeBase]:
    """A knowledge base over two sources, in memory."""
    opened = open_knowledge_base(small_facts)
    yield opened
    opened.store.close()


@pytest.fixture
def write(kb: KnowledgeBase) -> Callable[..., Committed]:
    """Commits a change to the knowledge base, as somebody."""

    def written(change: ChangeRequest, **how: object) -> Committed:
        told = {"who": "ada", "message": "Of the gazette.", **how}
        return commit(kb, change, **told)  # type: ignore[arg-type]

    return written
