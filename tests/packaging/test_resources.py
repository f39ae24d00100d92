"""The data are found beside an installed package, and in a checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenure import resources
from tenure.errors import NotFound
from tenure.resources import DataName, data_dir


@pytest.mark.parametrize(
    ("name", "folder"), [("ontology", "ontology"), ("queries", "queries"), ("facts", "kb/facts")]
)
def test_in_a_checkout_the_data_are_where_people_edit_them(
    name: DataName, folder: str, repo_root: Path
) -> None:
    assert data_dir(name) == repo_root / folder


@pytest.mark.parametrize("name", ["ontology", "queries", "facts"])
def test_data_beside_the_package_come_first(
    name: DataName, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = tmp_path / "kb" / "tenure" / "_data" / name
    for folder in (beside, tmp_path / name, tmp_path / "kb" / name):
        folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "kb" / "tenure" / "resources.py"))
    assert data_dir(name) == beside


def test_missing_data_are_an_error_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "kb" / "tenure" / "resources.py"))
    with pytest.raises(NotFound, match="'queries' is missing") as caught:
        data_dir("queries")
    assert "Install the tenure wheel again" in caught.value.remedy
