"""pyproject.toml, constraints.txt and CHANGELOG.md agree with each other and with the code."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

OWN = {"tenure", "tenure_api", "benchmarks", "tests"}
EXTRA = {"kb/tenure/mcp_server.py": "mcp"}
"""Modules of the package that need an extra, and are loaded where somebody asks for it."""


@pytest.fixture(scope="module")
def pyproject(repo_root: Path) -> dict[str, Any]:
    return tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def runtime(pyproject: dict[str, Any]) -> list[Requirement]:
    return [Requirement(line) for line in pyproject["project"]["dependencies"]]


@pytest.fixture(scope="module")
def development(pyproject: dict[str, Any]) -> list[Requirement]:
    return [Requirement(line) for line in pyproject["project"]["optional-dependencies"]["dev"]]


@pytest.fixture(scope="module")
def constraints(repo_root: Path) -> dict[str, Version]:
    lines = (repo_root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins: dict[str, Version] = {}
    for line in lines:
        if line.startswith("#"):
            continue
        name, separator, version = line.partition("==")
        assert separator, f"no exact version in {line!r}"
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name), f"more than a name in {line!r}"
        pins[canonicalize_name(name)] = Version(version)
    return pins


def test_the_changelog_begins_with_the_version(repo_root: Path, pyproject: dict[str, Any]) -> None:
    changelog = (repo_root / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)
    assert newest is not None
    assert newest[1] == pyproject["project"]["version"]


def test_every_forced_folder_exists(repo_root: Path, pyproject: dict[str, Any]) -> None:
    wheel = pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]
    for folder in [*wheel["packages"], *wheel["dev-mode-dirs"], *wheel["force-include"]]:
        assert (repo_root / folder).is_dir(), folder


def test_every_requirement_has_a_range(
    runtime: list[Requirement], constraints: dict[str, Version]
) -> None:
    for requirement in runtime:
        operators = sorted(specifier.operator for specifier in requirement.specifier)
        assert operators == ["<", ">="], str(requirement)
    assert constraints


def test_the_constraints_meet_every_requirement(
    runtime: list[Requirement], development: list[Requirement], constraints: dict[str, Version]
) -> None:
    for requirement in [*runtime, *development]:
        name = canonicalize_name(requirement.name)
        assert name in constraints, f"{name} is not in constraints.txt: run 'make freeze'"
        assert constraints[name] in requirement.specifier, str(requirement)


@pytest.mark.parametrize(
    ("folders", "with_development"), [(["kb", "api"], False), (["tests", "benchmarks"], True)]
)
def test_whatever_is_imported_is_required(
    folders: list[str],
    with_development: bool,
    repo_root: Path,
    pyproject: dict[str, Any],
    runtime: list[Requirement],
    development: list[Requirement],
) -> None:
    extras = pyproject["project"]["optional-dependencies"]
    assert set(EXTRA.values()) <= extras.keys()
    required = {canonicalize_name(r.name) for r in runtime}
    if with_development:
        required |= {canonicalize_name(r.name) for r in development}
        required |= {canonicalize_name(Requirement(one).name) for one in extras["bench"]}
    home_of = packages_distributions()
    missing = {
        f"{file.relative_to(repo_root)}: {module}"
        for folder in folders
        for file in sorted((repo_root / folder).rglob("*.py"))
        for module in imported(file)
        if module not in sys.stdlib_module_names
        and module not in OWN
        and EXTRA.get(file.relative_to(repo_root).as_posix()) != module
        and not required & {canonicalize_name(name) for name in home_of.get(module, [module])}
    }
    assert missing == set()


def test_whatever_is_required_to_run_is_imported(
    repo_root: Path, runtime: list[Requirement]
) -> None:
    home_of = packages_distributions()
    used = {
        canonicalize_name(name)
        for folder in ("kb", "api")
        for file in (repo_root / folder).rglob("*.py")
        for module in imported(file)
        for name in home_of.get(module, [])
    }
    assert {canonicalize_name(r.name) for r in runtime} - used == set()


def imported(file: Path) -> set[str]:
    """The top-level modules that ``file`` imports by absolute name."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module.partition(".")[0])
    return modules
