"""``tenure reason [PATH…]``: the ontology before a reasoner, with facts if wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import chosen_format
from tenure.cli.output import print_json
from tenure.errors import Findings
from tenure.reason import SECONDS, ReasonReport, check_ontology

FORMATS = ("text", "json")


def reason_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH...]",
            help="RDF files, or folders with such files, to reason over with the ontology.",
        ),
    ] = None,
    ontology: Annotated[
        Path | None,
        typer.Option(
            help="A file or folder with an ontology of your own; default: that of Tenure."
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="How long the reasoner may take, in seconds.")
    ] = SECONDS,
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}.")] = "text",
) -> None:
    """Check that the ontology is consistent.

    Facts beside it are taken as true all at once. It needs Java, and says so where there is none.
    What cannot hold is shown as the fewest axioms that clash, each with its file and line.
    The exit code is 1 where something is wrong.
    """
    chosen = chosen_format(form, FORMATS)
    report = check_ontology(ontology, sample=paths or (), limit=seconds)
    if chosen == "json":
        print_json(report.to_dict())
    else:
        for line in _lines(report):
            typer.echo(line)
    if not report.conforms:
        raise typer.Exit(Findings.exit_code)


def _lines(report: ReasonReport) -> list[str]:
    lines = [f"can have no member: {iri}" for iri in report.unsatisfiable]
    for number, clash in enumerate(report.clashes, start=1):
        what = f"{clash.about} can have no member" if clash.about else "no world fits them all"
        lines.append(f"clash {number}: {what}, for these cannot all hold:")
        lines += [f"    {axiom}" for axiom in clash.axioms]
    if report.unexplained:
        lines.append(f"not explained: {report.unexplained}")
    lines += [f"follows: {sub} is a kind of {sup}" for sub, sup in report.inferred]
    lines += [f"note: {note}" for note in report.notes]
    counted = f"({report.triples} triples)"
    if not report.reasoned:
        return [*lines, f"not reasoned: {report.reason} {counted}"]
    if not report.consistent:
        return [*lines, f"inconsistent: no world fits all that is stated {counted}"]
    but = ", but not all that is named can have members" if report.unsatisfiable else ""
    return [*lines, f"consistent{but} {counted}"]
