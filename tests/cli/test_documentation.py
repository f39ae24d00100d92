"""docs/reference/cli.md names every command and every option, and its examples run."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from tenure.cli.ask import QueryGroup

# As pyproject.toml names them; read here, so that they need not be installed for the tests.
OUTSIDE: dict[str, str] = tomllib.loads(
    (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
)["project"]["entry-points"]["tenure.commands"]

Run = Callable[..., Any]


@pytest.fixture
def sections(repo_root: Path) -> dict[str, str]:
    """The sections of the page by heading; the part before the first command under ``""``."""
    page = (repo_root / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    first, *others = re.split(r"^## (tenure [a-z -]+)$", page, flags=re.MULTILINE)
    return {"": first, **dict(zip(others[::2], others[1::2], strict=True))}


@pytest.fixture(autouse=True)
def _with_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = [EntryPoint(name, value, "tenure.commands") for name, value in OUTSIDE.items()]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: outside)


def leaves(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its words."""
    if not isinstance(command, TyperGroup) or isinstance(command, QueryGroup):
        yield path, command
        return
    if command.invoke_without_command:
        yield path, command
    context = typer.Context(command)
    for name in command.list_commands(context):
        yield from leaves(command.get_command(context, name), f"{path} {name}")


def options(command: Any) -> set[str]:
    return {
        name for parameter in command.params for name in parameter.opts if name.startswith("--")
    } - {"--help"}


def test_every_command_has_its_section_and_no_section_is_left_over(
    app: typer.Typer, sections: dict[str, str]
) -> None:
    commands = dict(leaves(get_command(app), "tenure"))
    assert set(commands) == set(sections) - {""}


def test_every_option_is_documented_where_its_command_is(
    app: typer.Typer, sections: dict[str, str]
) -> None:
    root = get_command(app)
    assert options(root) - named(sections[""]) == set()
    for path, command in leaves(root, "tenure"):
        if isinstance(command, QueryGroup):
            command = command.get_command(None, "conflicts")  # noqa: PLW2901 - its options are common
        assert options(command) - named(sections[path]) == set(), path


def named(text: str) -> set[str]:
    return set(re.findall(r"(?<![a-z])--[a-z][a-z-]*", text))


def test_options_that_are_documented_exist(app: typer.Typer, sections: dict[str, str]) -> None:
    for path, command in leaves(get_command(app), "tenure"):
        prose = re.sub(r"```.*?```|`tenure ask [^`]*`", "", sections[path], flags=re.DOTALL)
        if isinstance(command, QueryGroup):
            command = command.get_command(None, "conflicts")  # noqa: PLW2901 - its options are common
        # Properties of the ontology are options of `claim add` too.
        own = {"--start", "--ended-by"} if path == "tenure claim add" else set()
        assert named(prose) - options(command) - own - {"--help"} == set(), path


def test_the_examples_run(
    run: Run,
    sections: dict[str, str],
    repo_root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Some name files of the checkout, and some write where they run.
    for one in ("kb", "docs", "ontology", "queries", "tests"):
        (tmp_path / one).symlink_to(repo_root / one)
    monkeypatch.chdir(tmp_path)
    seen = 0
    for text in sections.values():
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
            # A command goes on over lines that are indented.
            for line in re.split(r"\n(?! )", block.rstrip("\n")):
                result = run(*shlex.split(line.removeprefix("tenure ")))
                assert result.exit_code == 0, (line, result.output)
                assert result.stdout.strip()
                seen += 1
    assert seen >= 4
