"""``tenure check-evidence``: every pointer into a text against a copy of the text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import chosen_format, facts_at_hand
from tenure.cli.reporting import FORMATS, Form, print_report
from tenure.validate import check_evidence


def check_evidence_command(
    sources: Annotated[
        Path,
        typer.Option(help="The folder of the texts: <slug>/article.txt or <slug>.txt."),
    ],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH...]", help="Facts; default: those that come with Tenure."),
    ] = None,
    form: Form = "text",
) -> None:
    """Check offsets and digests against texts.

    The exit code is 1 where one does not match. A source without a copy of its text is noted.
    """
    chosen = chosen_format(form, FORMATS)
    print_report(check_evidence(paths or [facts_at_hand()], sources), chosen)
