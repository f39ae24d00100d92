"""``tenure validate PATH…``: facts, or the ontology, against the shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tenure.cli.options import Base, chosen_format, names_of
from tenure.errors import Findings

if TYPE_CHECKING:
    from tenure.validate import Report

FORMATS = ("text", "json", "ttl")


def validate_command(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="RDF files, or folders with such files.")
    ],
    form: Annotated[
        str, typer.Option("--format", help=f"{', '.join(FORMATS)} (a SHACL report).")
    ] = "text",
    context: Annotated[
        Path | None,
        typer.Option(help="Where references resolve; default: entities.ttl beside each file."),
    ] = None,
    base: Base = None,
) -> None:
    """Check files against structure and shapes.

    The exit code is 1 where a rule is broken.
    """
    # SHACL brings in rdflib, most of a second, which no other command should have to wait for.
    from tenure.validate import validate_paths  # noqa: PLC0415

    chosen = chosen_format(form, FORMATS)
    print_report(validate_paths(paths, context=context, names=names_of(base)), chosen)


def print_report(report: Report, form: str) -> None:
    """Print a report in one of :data:`FORMATS`.

    Raises:
        typer.Exit: with the code for findings, where a rule is broken.
    """
    if form == "json":
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    elif form == "ttl":
        typer.echo(report.to_shacl_turtle(), nl=False)
    else:
        for finding in report.findings:
            typer.echo(f"{finding.severity.value}: {finding}")
        for note in report.notes:
            typer.echo(f"note: {note}")
        counted = ", ".join(f"{number} {name}" for name, number in report.checked.items())
        count = len(report.findings)
        verdict = "no findings" if not count else f"{count} finding{'s' if count > 1 else ''}"
        typer.echo(f"{verdict} ({counted})")
    if not report.conforms:
        raise typer.Exit(Findings.exit_code)
