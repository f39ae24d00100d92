"""``tenure ontology check`` and ``diff``: is it well made, and what changed between versions?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import chosen_format
from tenure.cli.output import print_json, print_table
from tenure.errors import Findings
from tenure.reason.changes import ChangeReport, compare_ontologies
from tenure.reason.quality import SEVERITIES, check_quality, quality_rules
from tenure.reason.versions import read_version

CHECK_FORMATS = ("text", "json")
DIFF_FORMATS = ("table", "json", "md")


def build_group() -> typer.Typer:
    """The group ``tenure ontology``."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="The ontology itself: whether it is well made, and what changed.",
    )
    group.command("check")(check_command)
    group.command("diff")(diff_command)
    return group


def check_command(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PATH]",
            help="A file, or a folder of Turtle files; default: the ontology of Tenure.",
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(help="A folder of rules (*.rq) to check instead of those of Tenure."),
    ] = None,
    severity: Annotated[
        str, typer.Option(help=f"The least grave to fail on: {', '.join(SEVERITIES)}.")
    ] = "warning",
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(CHECK_FORMATS)}.")] = "text",
) -> None:
    """Check an ontology for what reviewers of ontologies look for.

    Labels, definitions, names, ends of properties, inverses, cycles, deprecation, licence, version.
    The exit code is 1 where a finding is as grave as --severity.
    """
    chosen = chosen_format(form, CHECK_FORMATS)
    least = SEVERITIES.index(chosen_format(severity, SEVERITIES))
    asked = quality_rules(rules)
    found = check_quality(path, rules=asked)
    if chosen == "json":
        told = {"rules": len(asked), "findings": [one.to_dict() for one in found]}
        print_json(told)
    else:
        for one in found:
            typer.echo(str(one))
        typer.echo(f"{len(asked)} rules checked, findings: {len(found)}")
    if any(SEVERITIES.index(one.severity) <= least for one in found):
        raise typer.Exit(Findings.exit_code)


def diff_command(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help="A file, a folder of Turtle files, or a revision of git."
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, of the later version.")],
    folder: Annotated[
        Path | None,
        typer.Option(help="Where revisions hold the ontology; default: that of Tenure."),
    ] = None,
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(DIFF_FORMATS)}.")] = "table",
) -> None:
    """Tell what changed between two versions of an ontology: major, minor or patch?

    Terms added, removed or deprecated, axioms tightened or loosened, shapes changed.
    """
    chosen = chosen_format(form, DIFF_FORMATS)
    report = compare_ontologies(read_version(old, folder=folder), read_version(new, folder=folder))
    if chosen == "json":
        print_json(report.to_dict())
    elif chosen == "md":
        typer.echo(markdown(report))
    else:
        if report.changes:
            print_table(
                ("level", "term", "what", "detail"),
                [(one.level, one.term, one.what, one.detail) for one in report.changes],
            )
        typer.echo(f"verdict: {_verdict(report)}. {report.because}")
        typer.echo(_versions(report))


def markdown(report: ChangeReport) -> str:
    """The report for a change log or a review: a heading, the verdict, a table a level."""
    lines = [f"## Changes: {_verdict(report)}", "", _cell(report.because), "", _versions(report)]
    for level in ("major", "minor", "patch"):
        changes = [one for one in report.changes if one.level == level]
        if changes:
            lines += ["", f"### {level.capitalize()}", "", "| term | what | why |", "|---|---|---|"]
            lines += [
                f"| {_cell(one.term)} | {_cell(one.what)}: {_cell(one.detail)} "
                f"| {_cell(one.reason)} |"
                for one in changes
            ]
    return "\n".join(lines)


def _verdict(report: ChangeReport) -> str:
    """The verdict; what cannot be judged is taken for the gravest, and said to be."""
    return f"{report.verdict} (cannot be judged)" if report.unjudged else report.verdict


def _cell(text: str) -> str:
    """Text of the ontology's as text, whatever signs of Markdown or HTML it holds."""
    one_line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    for sign in ("\\", "|", "*", "_", "`", "[", "]"):
        one_line = one_line.replace(sign, "\\" + sign)
    return one_line


def _versions(report: ChangeReport) -> str:
    said = f"Version: {report.old_version or 'not stated'} to {report.new_version or 'not stated'}"
    if report.understated:
        return f"{said}; these changes need at least {report.next_version}."
    if report.next_version and report.changes and report.old_version == report.new_version:
        return f"{said}; the next is {report.next_version}."
    return f"{said}."
