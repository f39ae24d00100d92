"""The licences of what Tenure runs on, as the documentation lists them and as the packages say."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

LISTED = re.compile(r"^\| ([a-z0-9-]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAME = re.compile(r"[\w-]+")
WORDS = {"BSD-3-Clause": "BSD", "Apache-2.0": "Apache"}


@pytest.fixture(scope="module")
def listed(repo_root: Path) -> dict[str, tuple[str, str]]:
    """The licence of each package, and what it is needed for."""
    text = (repo_root / "docs" / "reference" / "licences.md").read_text(encoding="utf-8")
    return {name: (licence, use) for name, licence, use in LISTED.findall(text)[2:]}


def test_all_that_it_runs_on_is_listed(listed: dict[str, tuple[str, str]], repo_root: Path) -> None:
    project = tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {"always": project["dependencies"], **project["optional-dependencies"]}
    found: dict[str, list[str]] = {}
    for use, packages in needed.items():
        for one in packages if use != "dev" else ():
            (name,) = NAME.findall(one)[:1]
            found.setdefault(name, []).append(use if use == "always" else f"`tenure[{use}]`")
    assert {name: use for name, (_, use) in listed.items()} == {
        name: ", ".join(uses) for name, uses in found.items()
    }


def test_each_is_under_the_licence_that_is_listed(listed: dict[str, tuple[str, str]]) -> None:
    looked_at = 0
    for name, (licence, _) in listed.items():
        try:
            told = metadata(name)
        except PackageNotFoundError:
            continue
        looked_at += 1
        if "License-Expression" in told:
            assert licence == told["License-Expression"], name
            continue
        said = " ".join([*told.get_all("License", []), *told.get_all("Classifier", [])])
        for one in re.split(" (?:AND|OR) ", licence):
            assert WORDS.get(one, one) in said, name
    assert looked_at >= 20
