"""Reasoners that load their classes once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.java import classes_kept


@pytest.fixture(scope="package", autouse=True)
def _classes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with classes_kept(tmp_path_factory.mktemp("classes")):
        yield
