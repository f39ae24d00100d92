"""``tenure format PATH…``: facts in the house layout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import Base, names_of
from tenure.errors import Findings
from tenure.ingest import format_files


def format_command(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files of facts, or folders with them.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if a file would change.")
    ] = False,
    drop_comments: Annotated[
        bool, typer.Option("--drop-comments", help="Drop comments below the head of a file.")
    ] = False,
    base: Base = None,
) -> None:
    """Put files of facts into the house layout.

    One layout keeps the differences between versions readable.
    """
    changed = format_files(paths, check=check, drop_comments=drop_comments, names=names_of(base))
    for path in changed:
        typer.echo(f"{'would change' if check else 'formatted'}: {path}")
    if check and changed:
        raise typer.Exit(Findings.exit_code)
