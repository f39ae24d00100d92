"""What the commands that check something have in common: formats, thresholds, what is printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from tenure.cli.options import chosen_format
from tenure.errors import BadInput, Findings
from tenure.validate import REPORT_FORMATS, Severity, without_accepted, write_baseline
from tenure.validate.finding import Report
from tenure.validate.reporters import AnyReport

FORMATS: Final = tuple(REPORT_FORMATS)
SEVERITIES: Final = tuple(one.value for one in Severity)

Form: TypeAlias = Annotated[
    str, typer.Option("--format", help=f"{', '.join(FORMATS)} (ttl: a SHACL report).")
]
FailOn: TypeAlias = Annotated[
    str,
    typer.Option("--fail-on", help=f"What makes the exit code 1: {', '.join(SEVERITIES)}."),
]
Baseline: TypeAlias = Annotated[
    Path | None, typer.Option("--baseline", help="Leave out the findings that this file accepts.")
]
WriteBaseline: TypeAlias = Annotated[
    Path | None,
    typer.Option("--write-baseline", help="Accept all findings: write them into this file."),
]


def severity_of(given: str) -> Severity:
    """The severity of that name. Raises :class:`~tenure.errors.BadParameter` for any other."""
    return Severity(chosen_format(given, SEVERITIES, "--fail-on"))


def print_report(report: AnyReport, form: str, fail_on: Severity = Severity.VIOLATION) -> None:
    """Print a report in one of :data:`FORMATS`.

    Raises:
        typer.Exit: with the code for findings, where one is as bad as ``fail_on``, and with that
            for bad input, where something that was asked for was not looked at.
    """
    typer.echo(REPORT_FORMATS[form].write(report, fail_on), nl=False)
    if isinstance(report, Report) and report.is_incomplete:
        raise typer.Exit(BadInput.exit_code)
    if report.fails(fail_on):
        raise typer.Exit(Findings.exit_code)


def accept(report: Report, baseline: Path | None, write_to: Path | None) -> Report:
    """The report without what ``baseline`` accepts; what is left is accepted into ``write_to``.

    Raises:
        NotFound: there is no such baseline.
        BadInput: it cannot be read or written.
        typer.Exit: with the code 0, once a file was written.
    """
    if write_to is not None and not report.is_incomplete:
        count = write_baseline(write_to, report.findings)
        typer.echo(f"accepted: {count} finding{'' if count == 1 else 's'}, in {write_to}")
        raise typer.Exit
    return without_accepted(report, baseline) if baseline is not None else report
