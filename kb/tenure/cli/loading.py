"""``tenure load``: facts brought into a store on disk, as a revision; an empty one is filled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tenure.cli.options import Base, Facts, chosen_format
from tenure.cli.output import print_json
from tenure.knowledge.opening import checked_base
from tenure.store.corruption import corruption_reported
from tenure.terms import Names

if TYPE_CHECKING:
    from tenure.transactions.loading import Loading

FORMATS = ("table", "json")
_MOST_NAMED = 20


def load_command(
    store: Annotated[
        Path, typer.Option("--store", help="The folder of the store; made where there is none.")
    ],
    facts: Facts = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")
    ] = False,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="The folder has all there is: retract also the claims of sources it lacks.",
        ),
    ] = False,
    message: Annotated[str | None, typer.Option(help="Why, in a sentence.")] = None,
    by: Annotated[str | None, typer.Option(help="Who does it, by name.")] = None,
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}.")] = "table",
    base: Base = None,
) -> None:
    """Bring newer facts into a store: add, retract and leave, as one revision.

    A store that holds nothing is filled. Otherwise claims that only the files have are added, and
    those that came from files and are no longer in them are retracted; what was written to the
    store is left alone, and nothing is replaced. Exit code 1 where the files tell something
    otherwise than the store, which is left as it is.
    """
    # The gate comes along, which no other command should have to wait for.
    from tenure.transactions.loading import MESSAGE, load  # noqa: PLC0415

    chosen = chosen_format(form, FORMATS)
    names = checked_base(base)
    with corruption_reported(store):
        done = load(
            store,
            facts,
            names,
            message=message or MESSAGE,
            who=by,
            dry_run=dry_run,
            complete=complete,
        )
    if chosen == "json":
        print_json(done.to_dict())
    else:
        print_loading(done, names)
    if done.differing:
        raise typer.Exit(1)


def print_loading(done: Loading, names: Names) -> None:
    """Say what loading did, or would do."""
    if done.fills:
        typer.echo("The store holds nothing: it is filled.")
    if done.renews_ontology:
        typer.echo("ontology: that of this version of Tenure")
    _print("add", "claims", done.added, names)
    _print("add", "sources", done.sources, names)
    _print("add", "entities", done.entities, names)
    _print("add", "graphs", done.graphs, names)
    _print("retract", "claims", done.retracted, names)
    for number, what in (
        (done.same, "claims, which the files have too"),
        (done.written, "claims, which were written to the store"),
    ):
        if number:
            typer.echo(f"leave: {number:,} {what}")
    _print("leave", "claims of sources that the files do not have", done.missing, names)
    _print("leave", "claims that the files have withdrawn already", done.withdrawn, names)
    _print("leave", "things that the files tell otherwise", done.differing, names)
    if done.differing:
        typer.echo("Claims do not change: give what is told otherwise a number of its own.")
    if done.committed is not None:
        for conflict in done.committed.conflicts:
            typer.echo(f"conflict: {names.short(conflict.iri)}")
    if not (done.fills or done.committed or done.renews_ontology):
        typer.echo("There is nothing to bring in.")
    if done.dry_run:
        typer.echo("Nothing was written.")


def _print(verb: str, what: str, iris: tuple[str, ...], names: Names) -> None:
    if not iris:
        return
    named = ", ".join(names.short(iri) for iri in iris[:_MOST_NAMED])
    more = f", and {len(iris) - _MOST_NAMED:,} more" if len(iris) > _MOST_NAMED else ""
    typer.echo(f"{verb}: {len(iris):,} {what}: {named}{more}")
