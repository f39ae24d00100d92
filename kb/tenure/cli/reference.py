"""``tenure reference DIR``: the ontology as pages that need no server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import questions
from tenure.model.ontology import bundled_ontology
from tenure.reference import QuestionPage, write_pages
from tenure.validate.validator import all_shapes


def reference_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that the pages are written into.")
    ],
) -> None:
    """Write the reference of the ontology: every term, its rules, and the questions that use it.

    The pages link to one another relatively, and load nothing from elsewhere.
    """
    ontology = [quad.triple for quad in bundled_ontology()]
    asked = [QuestionPage(one.name, one.title, one.text) for one in questions().values()]
    for file in write_pages(folder, ontology, all_shapes(ontology), asked):
        typer.echo(f"written: {file}")
