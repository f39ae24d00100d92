"""``tenure reference DIR``: the ontology as pages that need no server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import questions
from tenure.reference import Question, write_pages
from tenure.resources import data_dir
from tenure.store import read_file


def reference_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that the pages are written into.")
    ],
) -> None:
    """Write the reference of the ontology: every term, its rules, and the questions that use it.

    The pages link to one another relatively, and load nothing from elsewhere.
    """
    home = data_dir("ontology")
    ontology, shapes = (
        [quad.triple for file in sorted(one.glob("*.ttl")) for quad in read_file(file)]
        for one in (home, home / "shapes")
    )
    asked = [Question(one.name, one.title, one.text) for one in questions().values()]
    for file in write_pages(folder, ontology, shapes, asked):
        typer.echo(f"written: {file}")
