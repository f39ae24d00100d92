"""``tenure validate PATH…`` and ``tenure validate --at WHEN``: facts, or days, against shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenure.cli.options import (
    Base,
    Facts,
    KnownAt,
    PolicyText,
    StorePath,
    chosen_format,
    names_of,
    opened,
    policy_of,
)
from tenure.errors import BadParameter, Findings
from tenure.resources import data_dir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.terms import Names
    from tenure.validate import DayReport, Report

FORMATS = ("text", "json", "ttl")


def validate_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="RDF files, or folders with such files."),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at",
            metavar="WHEN",
            help="Check this day, an EDTF value, or the slug of an event or source; repeatable.",
        ),
    ] = None,
    every_change: Annotated[
        bool, typer.Option("--every-change", help="Check every day on which something changes.")
    ] = False,
    possible: Annotated[
        bool, typer.Option("--possible", help="Check what is possible on the days.")
    ] = False,
    shapes: Annotated[
        list[Path] | None,
        typer.Option(help="A Turtle file with shapes of your own for a day; repeatable."),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help=f"{', '.join(FORMATS)} (a SHACL report).")
    ] = "text",
    context: Annotated[
        Path | None,
        typer.Option(help="Where references resolve; default: entities.ttl beside each file."),
    ] = None,
    policy: PolicyText = None,
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Check files against structure and shapes, or days against the shapes for a day.

    With --at or --every-change, the days are those of the knowledge base, or of the facts in the
    files named. The exit code is 1 where a rule is broken.
    """
    # SHACL brings in rdflib, most of a second, which no other command should have to wait for.
    from tenure.knowledge.days import check_days  # noqa: PLC0415
    from tenure.knowledge.given import knowledge_of  # noqa: PLC0415
    from tenure.validate import (  # noqa: PLC0415
        SnapshotShapes,
        claim_places,
        given_facts,
        validate_paths,
    )

    chosen = chosen_format(form, FORMATS)
    days = bool(at) or every_change
    _refuse_what_does_not_go_together(
        days,
        bool(paths),
        {
            "--possible": possible,
            "--shapes": shapes,
            "--policy": policy,
            "--known-at": known_at,
            "--facts": facts,
            "--store": store,
        },
    )
    if paths:
        report = validate_paths(paths, context=context, names=names_of(base))
        if not days or not report.conforms:
            print_report(report, chosen)
            return
        kb = knowledge_of(given_facts(paths, context=context), names_of(base))
    else:
        kb = opened(facts, store, base)
    folder = facts or (data_dir("facts") if store is None else None)
    outcome = check_days(
        kb,
        at or [],
        policy_of(kb, policy, known_at),
        every_change=every_change,
        possible=possible,
        shapes=SnapshotShapes(shapes or ()),
        places=claim_places(paths or ([folder] if folder else [])),
    )
    _print_days(outcome, chosen, kb.names)


def print_report(report: Report, form: str) -> None:
    """Print a report in one of :data:`FORMATS`.

    Raises:
        typer.Exit: with the code for findings, where a rule is broken.
    """
    _print(report, [f"{one.severity.value}: {one}" for one in report.findings], form)


def _print_days(report: DayReport, form: str, names: Names) -> None:
    lines = [f"{one.severity.value}: {one.in_words(names)}" for one in report.findings]
    _print(report, lines, form)


def _print(report: Report | DayReport, lines: Sequence[str], form: str) -> None:
    if form == "json":
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    elif form == "ttl":
        typer.echo(report.to_shacl_turtle(), nl=False)
    else:
        for line in (*lines, *(f"note: {note}" for note in report.notes)):
            typer.echo(line)
        counted = ", ".join(f"{number} {name}" for name, number in report.checked.items())
        count = len(report.findings)
        verdict = "no findings" if not count else f"{count} finding{'s' if count > 1 else ''}"
        typer.echo(f"{verdict} ({counted})")
    if not report.conforms:
        raise typer.Exit(Findings.exit_code)


def _refuse_what_does_not_go_together(days: bool, paths: bool, given: dict[str, Any]) -> None:
    if not days and not paths:
        raise BadParameter(
            "There is nothing to check.",
            where="PATH...",
            remedy="Name files or folders, or a day with --at.",
        )
    named = [name for name, value in given.items() if value]
    if not days and named:
        raise BadParameter(
            f"{' and '.join(named)} can only be used with days.",
            where=named[0],
            remedy="Name a day with --at, or give --every-change.",
        )
    kept = [name for name in ("--facts", "--store") if given[name] is not None]
    if paths and kept:
        raise BadParameter(
            "The days can be those of the files named or those of a knowledge base.",
            where=kept[0],
            remedy="Leave out one of the two.",
        )
