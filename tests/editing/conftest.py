"""A town to put right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.editing.town import build_town

from tenure.editing import Editor
from tenure.knowledge import open_knowledge_base


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The facts of the town in files."""
    return build_town(tmp_path / "facts")


@pytest.fixture
def editor(town: Path) -> Iterator[Editor]:
    """An editor of the town, in memory."""
    kb = open_knowledge_base(town)
    yield Editor(kb, by="Eva Dale")
    kb.store.close()
