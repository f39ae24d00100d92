"""The stores that a pool works over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox.pools import numbers

from tenure.store import Store


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store with :func:`numbers`, in memory and on disk."""
    with Store(tmp_path / "store" if request.param == "disk" else None) as opened:
        opened.add(numbers())
        yield opened
