"""``tenure validate PATH…`` and ``tenure validate --at WHEN``: facts, or days, against shapes."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tenure.cli.options import (
    Base,
    Facts,
    KnownAt,
    PolicyText,
    StorePath,
    chosen_format,
    facts_at_hand,
    names_of,
    policy_of,
    policy_text,
)
from tenure.cli.progress import progress_bar
from tenure.cli.reporting import (
    FORMATS,
    Baseline,
    FailOn,
    Fixing,
    Form,
    WriteBaseline,
    accept,
    print_files,
    print_report,
    put_right,
    severity_of,
)
from tenure.cli.time_limit import within
from tenure.configuration import configuration
from tenure.errors import BadParameter, Where
from tenure.validate import (
    NOTHING_CHECKED,
    DayReport,
    Finding,
    Report,
    Severity,
    given_facts,
    refuse_unknown_rule,
    validate_paths,
)

if TYPE_CHECKING:
    from tenure.namespaces import Names
    from tenure.validate import Check, UserShapes

SECONDS: Final = 3600.0


def validate_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH...]",
            help="RDF files, or folders with such files; default: the facts of tenure.toml.",
        ),
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
        typer.Option(help="A Turtle file with shapes of your own; repeatable."),
    ] = None,
    only_shapes: Annotated[
        bool,
        typer.Option(
            "--only-shapes",
            help="Ask the shapes of your own alone, of data that are not Tenure's.",
        ),
    ] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="Leave out what this rule finds; repeatable."),
    ] = None,
    form: Form = "text",
    fail_on: FailOn = "violation",
    baseline: Baseline = None,
    write_baseline: WriteBaseline = None,
    changed_since: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Tell only of what changed since this revision of git."),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Show what puts findings right, and write it.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would write; exit code 1 if anything.")
    ] = False,
    unsafe_fixes: Annotated[
        bool,
        typer.Option("--unsafe-fixes", help="With those fixes too that change what is stated."),
    ] = False,
    group: Annotated[
        bool, typer.Option("--group", help="Tell only how many there are, by rule and file.")
    ] = False,
    last: Annotated[
        Path | None,
        typer.Option(help="Say what is new since the run that wrote this file; write it anew."),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option(help="A folder of the texts; offsets and digests are checked too."),
    ] = None,
    conflicts: Annotated[
        bool,
        typer.Option("--conflicts", help="Tell of claims in the files that contradict each other."),
    ] = False,
    context: Annotated[
        Path | None,
        typer.Option(help="Where references resolve; default: entities.ttl beside each file."),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="Stop after so many seconds.")] = SECONDS,
    policy: PolicyText = None,
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Check files against structure and shapes, or days against the shapes for a day.

    With --at or --every-change, the days are those of the knowledge base, or of the facts in the
    files named. With --conflicts, claims that contradict each other are told too, as warnings. The
    exit code is 1 where a rule is broken.
    """
    chosen = chosen_format(form, FORMATS)
    least = severity_of(fail_on)
    days = bool(at) or every_change
    settings = configuration()
    whole = not days and not paths and settings.facts is not None
    if whole and settings.facts:
        paths = [settings.facts]
    if shapes is None and not days:
        shapes = settings.terms.shapes
    _refuse_no_shapes(shapes, only_shapes)
    fixing = _fixing(fix, diff, unsafe_fixes)
    for rule in without or ():
        refuse_unknown_rule(rule)
    _refuse_what_does_not_go_together(
        days,
        bool(paths),
        conflicts,
        {
            "--possible": possible,
            "--policy": policy,
            "--known-at": known_at,
            "--facts": facts,
            "--store": store,
        },
        {
            "--conflicts": conflicts or None,
            "--baseline": baseline,
            "--write-baseline": write_baseline,
            "--changed-since": changed_since,
            "--texts": texts,
            "--fix": fix or None,
            "--diff": diff or None,
            "--group": group or None,
            "--last": last,
            "--only-shapes": only_shapes or None,
            "--without": without or None,
        },
    )
    end = time.monotonic() + seconds
    names = names_of(base) if paths else None
    if paths:
        check = None
        if names is not None and conflicts:
            check = _conflict_check(names, policy_text(policy, known_at))

        def check_files() -> Report:
            with progress_bar() as progress:
                found = validate_paths(
                    paths,
                    context=context,
                    names=names,
                    shapes=_own_shapes(shapes) if shapes and not days else None,
                    changed_since=changed_since,
                    texts=texts,
                    conflicts=check,
                    terms=settings.terms,
                    without=without or (),
                    only_shapes=only_shapes,
                    progress=progress,
                )
            return _with_questions(found, settings.queries if whole else None)

        report = accept(within(seconds, check_files), baseline, write_baseline)
        if fixing is not None:
            report = put_right(
                report, fixing, chosen, lambda: accept(within(seconds, check_files), baseline, None)
            )
        if whole and _holds_nothing(report):
            # A base that was just begun; whoever names a path means to have something checked.
            typer.echo(f"Nothing was checked: {paths[0]} holds no fact yet.")
            return
        if not days or not report.conforms:
            print_files(report, chosen, least, last, by_group=group)
            return

    # rdflib, and all of the knowledge base.
    from tenure.cli.opening import opened  # noqa: PLC0415
    from tenure.knowledge import from_quads  # noqa: PLC0415
    from tenure.knowledge.days import check_days  # noqa: PLC0415
    from tenure.knowledge.filling import own_statements  # noqa: PLC0415
    from tenure.validate import SnapshotShapes, claim_places  # noqa: PLC0415

    def check_those_days() -> DayReport:
        if paths and names:
            terms = own_statements(settings.terms, names)
            kb = from_quads(given_facts(paths, context=context), names, terms)
        else:
            kb = opened(facts, store, base)
        folder = facts or (facts_at_hand() if store is None else None)
        with progress_bar() as progress:
            return check_days(
                kb,
                at or [],
                policy_of(kb, policy, known_at),
                every_change=every_change,
                possible=possible,
                shapes=SnapshotShapes(shapes or ()),
                places=claim_places(paths or ([folder] if folder else [])),
                progress=progress,
            )

    print_report(within(max(0.1, end - time.monotonic()), check_those_days), chosen, least)


def _own_shapes(files: list[Path]) -> UserShapes:
    from tenure.validate import UserShapes  # noqa: PLC0415 - brings rdflib along

    return UserShapes(files)


def _conflict_check(names: Names, policy: str | None) -> Check:
    from tenure.knowledge.conflicting import conflict_check  # noqa: PLC0415 - brings fusion along

    return conflict_check(names, policy)


def _holds_nothing(report: Report) -> bool:
    looked_at_nothing = any(one.rule == NOTHING_CHECKED for one in report.findings)
    return looked_at_nothing and bool(report.checked["files"])


def _with_questions(report: Report, own: Path | None) -> Report:
    """The report with what is wrong with the questions of the base's own.

    With one that is wrong hardly any command of the base runs, so it is told whatever else changed.
    """
    from tenure.catalog.checking import question_faults  # noqa: PLC0415 - most name paths

    faults = question_faults(own) if own is not None else []
    if not faults:
        return report
    told = (
        Finding(where.name, where.line, "Question", Severity.VIOLATION, "", one.what, one.remedy)
        for one in faults
        for where in [one.where or Where(str(own))]
    )
    # There may be no fact yet.
    kept = (one for one in report.findings if one.rule != NOTHING_CHECKED)
    return replace(report, findings=(*kept, *told))


def _refuse_no_shapes(shapes: list[Path] | None, only_shapes: bool) -> None:
    if only_shapes and not shapes:
        raise BadParameter(
            "There are no shapes of your own.",
            where="--only-shapes",
            remedy="Name them with --shapes, or put them into the folder 'shapes' of the terms.",
        )


def _fixing(fix: bool, diff: bool, unsafe: bool) -> Fixing | None:
    if unsafe and not (fix or diff):
        raise BadParameter(
            "It is not said what is to be done with the fixes.",
            where="--unsafe-fixes",
            remedy="Add --diff to see them, or --fix to have them written.",
        )
    return Fixing(write=fix and not diff, unsafe=unsafe) if fix or diff else None


def _refuse_what_does_not_go_together(
    days: bool, paths: bool, conflicts: bool, of_days: dict[str, Any], of_files: dict[str, Any]
) -> None:
    if not days and not paths:
        raise BadParameter(
            "There is nothing to check.",
            where="PATH...",
            remedy="Name files or folders, or a day with --at.",
        )
    if days and conflicts:
        raise BadParameter(
            "Conflicts are told of files, and not of days.",
            where="--conflicts",
            remedy="Ask for one of the two at a time.",
        )
    also = ("--policy", "--known-at") if conflicts else ()
    named = [name for name, value in of_days.items() if value and name not in also]
    if not days and named:
        told = "days or --conflicts" if {*named} <= {"--policy", "--known-at"} else "days"
        raise BadParameter(
            f"{' and '.join(named)} can only be used with {told}.",
            where=named[0],
            remedy="Name a day with --at, or give --every-change.",
        )
    kept = [name for name in ("--facts", "--store") if of_days[name] is not None]
    if paths and kept:
        raise BadParameter(
            "The days can be those of the files named or those of a knowledge base.",
            where=kept[0],
            remedy="Leave out one of the two.",
        )
    without = [name for name, value in of_files.items() if value is not None]
    if not paths and without:
        raise BadParameter(
            f"{' and '.join(without)} can only be used with files.",
            where=without[0],
            remedy="Name files or folders.",
        )
