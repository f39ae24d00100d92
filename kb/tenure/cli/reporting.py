"""What the commands that check something have in common: formats, thresholds, what is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from tenure.cli.options import chosen_format
from tenure.cli.output import print_listing
from tenure.errors import BadInput, Findings
from tenure.validate import (
    REPORT_FORMATS,
    Severity,
    fixed_files,
    groups,
    new_since,
    without_accepted,
    write_baseline,
    write_fixed,
)
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
    _exit_with(report, fail_on)


def _exit_with(report: AnyReport, fail_on: Severity) -> None:
    if isinstance(report, Report) and report.is_incomplete:
        raise typer.Exit(BadInput.exit_code)
    if report.fails(fail_on):
        raise typer.Exit(Findings.exit_code)


@dataclass(frozen=True, slots=True)
class Fixing:
    """What is to be done with fixes: shown alone, or written; the unsafe ones too."""

    write: bool
    unsafe: bool


def print_files(
    report: Report, form: str, fail_on: Severity, last: Path | None, *, by_group: bool
) -> None:
    """Print a report on files, with what is new since the run that wrote ``last``; see below."""
    if by_group:
        print_groups(report, form, last, fail_on)
    else:
        _since(report, last)
        print_report(report, form, fail_on)


def print_groups(report: Report, form: str, last: Path | None, fail_on: Severity) -> None:
    """Print the findings by rule and file, with how many are new since the run that wrote ``last``.

    That file is written anew.

    Raises:
        typer.Exit: as :func:`print_report`.
    """
    new, gone = _since(report, last)
    found = groups(report.findings, new)
    columns = ["rule", "file", "severity", "findings", "new", "safe fixes", "unsafe fixes"]
    rows = [
        (
            one.rule,
            one.file,
            one.severity.value,
            str(one.count),
            "" if one.new is None else str(one.new),
            str(one.safe or ""),
            str(one.unsafe or ""),
        )
        for one in found
    ]
    data = {
        "groups": [one.to_dict() for one in found],
        "new": None if new is None else sum(new),
        "gone": gone,
    }
    print_listing(chosen_format(form, ("text", "json")), columns, rows, data)
    _exit_with(report, fail_on)


def _since(report: Report, last: Path | None) -> tuple[list[bool] | None, int | None]:
    if last is None:
        return None, None
    since = new_since(report.findings, last)
    if not report.is_incomplete:
        write_baseline(last, report.findings)
    if since is None:
        typer.echo(f"{last} is the first run; the next says what is new.", err=True)
        return None, None
    typer.echo(f"since the last run: {sum(since[0])} new, {since[1]} gone", err=True)
    return since


def put_right(report: Report, fixing: Fixing, form: str, again: Callable[[], Report]) -> Report:
    """Show the difference that fixes make, and write it; gives what is left, checked ``again``.

    On a terminal it is asked first.

    Raises:
        BadInput: a file cannot be read or written.
        typer.Exit: where it was only to be shown, with the code for findings if there is any.
    """
    files = fixed_files(report.findings, unsafe=fixing.unsafe)
    for one in files:
        typer.echo(one.diff(), nl=False, err=form != "text")
    count, many = sum(one.count for one in files), len(files)
    told = f"{count} fix{'' if count == 1 else 'es'} in {many} file{'' if many == 1 else 's'}"
    if not fixing.write:
        typer.echo(f"to be made: {told}" if files else "nothing to be put right", err=True)
        raise typer.Exit(Findings.exit_code if files else 0)
    asked = bool(files) and sys.stdin.isatty()
    if not files or (asked and not typer.confirm(f"Write {told}?", err=True)):
        return report
    for path in write_fixed(files):
        typer.echo(f"written: {path}", err=True)
    return again()


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
