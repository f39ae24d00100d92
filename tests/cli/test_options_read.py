"""Options are read without pydantic as typer reads them with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.main import get_command

from tenure.cli.application import lightened


def _command(seen: list[object]) -> Any:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    @app.command()
    def show(
        paths: Annotated[list[Path] | None, typer.Argument()] = None,
        word: str = "word",
        maybe: Annotated[str | None, typer.Option()] = None,
        path: Annotated[Path | None, typer.Option()] = None,
        words: Annotated[list[str] | None, typer.Option()] = None,
        number: int = 3,
        seconds: Annotated[float, typer.Option(min=0.1)] = 2.5,
        yes: bool = False,
    ) -> None:
        seen.append((paths, word, maybe, path, words, number, seconds, yes))

    return get_command(app)


def _read(words: list[str], *, light: bool) -> object:
    seen: list[object] = []
    command = lightened(_command(seen)) if light else _command(seen)
    try:
        command.main(words, standalone_mode=False)
    except typer.TyperException as error:
        return str(error)
    return seen


@pytest.mark.parametrize(
    "words",
    [
        "",
        "a b/c",
        "--word x --maybe y --path p",
        "--word= --path .",
        "--words one --words two",
        "--number 7 --seconds 1 --yes",
        "--number seven",
        "--seconds 0.01",
        "--word",
        "--path a\0b",
        "--word \udce9",
        "\udce9",
    ],
)
def test_the_same_values_and_refusals(words: str) -> None:
    given = words.split(" ") if words else []
    assert _read(given, light=True) == _read(given, light=False)
