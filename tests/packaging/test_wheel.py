"""The wheel holds both packages, all the data, and nothing else."""

from __future__ import annotations

import configparser
import json
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

DATA = {"ontology": "ontology", "queries": "queries", "kb/facts": "facts"}


@pytest.fixture(scope="module")
def about(wheel: zipfile.ZipFile) -> str:
    """The name of the folder with the wheel's metadata."""
    (folder,) = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    return folder


def test_the_wheel_has_every_file_of_the_packages(wheel: zipfile.ZipFile, repo_root: Path) -> None:
    names = set(wheel.namelist())
    for home, package in (("kb", "tenure"), ("api", "tenure_api")):
        sources = list((repo_root / home / package).rglob("*.py"))
        assert sources
        for source in sources:
            assert source.relative_to(repo_root / home).as_posix() in names
        assert f"{package}/py.typed" in names


def test_the_wheel_has_the_data_as_they_are(wheel: zipfile.ZipFile, repo_root: Path) -> None:
    for in_checkout, in_wheel in DATA.items():
        folder = repo_root / in_checkout
        files = {f.relative_to(folder).as_posix(): f for f in folder.rglob("*") if f.is_file()}
        assert files, f"{in_checkout} is empty"
        prefix = f"tenure/_data/{in_wheel}/"
        packed = {n.removeprefix(prefix) for n in wheel.namelist() if n.startswith(prefix)}
        assert packed == set(files)
        for name, file in files.items():
            assert wheel.read(prefix + name) == file.read_bytes()


def test_the_scripts_travel_with_their_licences(wheel: zipfile.ZipFile, repo_root: Path) -> None:
    built = repo_root / "api" / "tenure_api" / "static" / "bundle"
    if not built.is_dir():
        pytest.skip("npm's packages could not be had when Tenure was installed")
    packed = {one for one in wheel.namelist() if one.startswith("tenure_api/static/bundle/")}
    assert {Path(one).name for one in packed} == {file.name for file in built.iterdir()}
    licences = wheel.read("tenure_api/static/bundle/licences.txt").decode()
    about = json.loads((repo_root / "api" / "web" / "package.json").read_text(encoding="utf-8"))
    for name in about["dependencies"]:
        assert f"{name} " in licences


def test_the_lock_file_names_no_host(repo_root: Path) -> None:
    lock = json.loads((repo_root / "api/web/package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, one in lock["packages"].items() if "resolved" in one]
    assert all("integrity" in one for name, one in lock["packages"].items() if name)


def test_the_wheel_has_nothing_else(wheel: zipfile.ZipFile, about: str) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"tenure", "tenure_api", about}
    assert not [name for name in wheel.namelist() if name.endswith((".pyc", ".pth"))]


def test_the_command_and_the_service_are_entry_points(wheel: zipfile.ZipFile, about: str) -> None:
    points = configparser.ConfigParser(delimiters=("=",))
    points.read_string(wheel.read(f"{about}/entry_points.txt").decode())
    assert points["console_scripts"]["tenure"] == "tenure.cli:main"
    assert points["tenure.commands"]["serve"] == "tenure_api.server:serve_command"


def test_both_licences_travel_along(wheel: zipfile.ZipFile, about: str, repo_root: Path) -> None:
    metadata = HeaderParser().parsestr(wheel.read(f"{about}/METADATA").decode())
    assert metadata["License-Expression"] == (
        "Apache-2.0 AND BSD-3-Clause AND CC-BY-4.0 AND ISC AND MIT"
    )
    for name in ("LICENSE", "LICENSE-DATA.md"):
        assert wheel.read(f"{about}/licenses/{name}") == (repo_root / name).read_bytes()
