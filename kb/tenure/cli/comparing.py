"""``tenure compare`` and ``tenure position-history``: sources of a base beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tenure.cli.editing import editor_of, print_done
from tenure.cli.opening import opened
from tenure.cli.options import (
    Base,
    By,
    Facts,
    KnownAt,
    PolicyText,
    StorePath,
    chosen_format,
    policy_of,
)
from tenure.cli.output import print_json, print_listing, print_table
from tenure.comparison import (
    FILES,
    Accepted,
    Comparison,
    Proposals,
    accepted_of,
    compare,
    filters_of,
    position_history,
)
from tenure.errors import BadParameter
from tenure.knowledge import KnowledgeBase

if TYPE_CHECKING:
    from tenure.editing import Editor

_SHOWN: Final = 3
_FORMATS: Final = ("table", "csv", "json", *FILES)


def compare_command(
    a: Annotated[str, typer.Argument(metavar="A", help="A source, or several parted by commas.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The source to compare it with.")],
    entity: Annotated[
        str | None, typer.Option(help="Only about this person, office or organization.")
    ] = None,
    office: Annotated[str | None, typer.Option(help="Only about this office.")] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Only what may reach this day, or a later one.")
    ] = None,
    to: Annotated[str | None, typer.Option(help="Only what may have begun by this day.")] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only differences of this kind; repeatable.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help=f"{', '.join(_FORMATS)}; the last three are for B.")
    ] = "table",
    gap: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS",
            min=1,
            help="Take stretches of one side with at most so many days between them for one.",
        ),
    ] = None,
    accepted: Annotated[
        str | None,
        typer.Option(
            "--accept",
            metavar="a|b|FILE.csv",
            help="Which side is right: of all that is shown, or row by row, in a CSV.",
        ),
    ] = None,
    into: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="Write what is accepted as claims of this source."),
    ] = None,
    message: Annotated[str, typer.Option(help="Why it is accepted, in a sentence.")] = "",
    by: By = None,
    policy: PolicyText = None,
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Compare what two sources say of the same tenures and memberships.

    What only one has; other dates, and how far apart; another office or holder; stretches that are
    split or exchanged; and what the world that follows from all sources makes of it.

    With --accept and --into, what is accepted becomes claims. The formats quickstatements,
    mismatch-finder and corrected are files for whoever keeps B; without --accept, A is right.
    """
    chosen = chosen_format(form, _FORMATS)
    if into is not None and accepted is None:
        raise BadParameter(
            "It is not said which side is right.",
            where="--into",
            remedy="Add --accept a, --accept b, or --accept with a CSV.",
        )

    def compared(kb: KnowledgeBase) -> Comparison:
        filters = filters_of(kb, entity=entity, office=office, from_=from_, to=to, kinds=kind or ())
        return compare(
            kb, a, b, filters=filters, policy=policy_of(kb, policy, known_at), gap=gap or 0
        )

    if into is not None and accepted is not None:
        with editor_of(facts, store, base, by) as editor:
            found = compared(editor.kb)
            _write(found, accepted_of(found, accepted), into, editor, message)
        return
    found = compared(opened(facts, store, base))
    if chosen in FILES:
        proposals = FILES[chosen](found, accepted_of(found, accepted or "a"))
        typer.echo(proposals.text, nl=False)
        _print_left_out(proposals)
        return
    if accepted is not None:
        raise BadParameter(
            "Nothing is done with what is accepted.",
            where="--accept",
            remedy="Add --into SOURCE, or a --format for a file.",
        )
    if chosen == "json":
        print_json(found.to_dict())
    elif chosen == "csv":
        typer.echo(found.csv(), nl=False)
    else:
        _print(found)


def _print_left_out(proposals: Proposals) -> None:
    by_reason: dict[str, list[str]] = {}
    for identity, why in proposals.left_out:
        by_reason.setdefault(why, []).append(identity)
    for why, some in by_reason.items():
        more = f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else ""
        typer.echo(f"left out: {', '.join(some[:_SHOWN])}{more}: {why}", err=True)


def _print(found: Comparison) -> None:
    rows = []
    for one in found.differences:
        row = found.row(one)
        dates = (" | ".join(s.dates for s in side) for side in (one.a, one.b))
        cells = (row["difference"], row["holder name"], row["office name"])
        rows.append((*cells, *dates, found.apart(one), row["world"]))
    columns = ("difference", "holder", "office", f"A {found.a.name}", f"B {found.b.name}")
    print_table((*columns, "apart", "together"), rows)
    counts = ", ".join(f"{count} {kind}" for kind, count in found.counts.items()) or "none"
    typer.echo(
        f"{len(found)} differences ({counts}); stretches: {len(found.a.stretches)} in A, "
        f"{len(found.b.stretches)} in B",
        err=True,
    )


def _write(
    found: Comparison,
    accepted: Sequence[Accepted],
    into: str,
    editor: Editor,
    message: str,
) -> None:
    from tenure.editing import decision_on  # noqa: PLC0415 - writing needs more than reading

    made = decision_on(found, accepted, into)
    typer.echo(f"accepted: {made.added} claims added, {made.kept} there before, in {into}")
    for line in made.left_out:
        typer.echo(f"left out: {line}", err=True)
    if made.added:
        count = len(accepted)
        words = message or f"Accepted: {count} difference{'' if count == 1 else 's'}"
        print_done(editor.carry_out(made.change, words), editor)


def position_history_command(
    office: Annotated[str, typer.Argument(metavar="OFFICE", help="An office: slug, IRI or name.")],
    source: Annotated[
        list[str] | None,
        typer.Option(help="A source to be shown; repeatable; default: all that tell of it."),
    ] = None,
    form: Annotated[str, typer.Option("--format", help="table, json.")] = "table",
    policy: PolicyText = None,
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Who held an office, one after the other, by several sources beside each other.

    Gaps, overlaps, missing dates and successors are told, in each list and in that which follows
    from all sources together.
    """
    chosen = chosen_format(form, ("table", "json"))
    kb = opened(facts, store, base)
    found = position_history(kb, office, source or (), policy_of(kb, policy, known_at))
    columns = ("holder", *found.lists, "remarks")
    print_listing(chosen, columns, found.rows(), found.to_dict())
