"""``tenure import FORMAT PATH…``: a data set in a format of its own becomes claims."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.loading import print_loading
from tenure.cli.options import Base, Facts, facts_to_write
from tenure.cli.output import print_table
from tenure.errors import BadInput
from tenure.ingest import FORMATS, import_files
from tenure.knowledge.opening import checked_base, holds_nothing
from tenure.own_folder import own_folder
from tenure.store import Store
from tenure.store.corruption import corruption_reported


def import_command(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(FORMATS)}.")],
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, or folders with such files.")
    ],
    facts: Facts = None,
    store: Annotated[
        Path | None, typer.Option("--store", help="A store that takes the claims in as well.")
    ] = None,
    base: Base = None,
) -> None:
    """Import the recorded states of a data set, each as a revision of one source.

    The claims go into the folder of facts. With --store, that folder is loaded into the store
    afterwards, as by tenure load; with --store alone, an empty store is filled and no file is
    written.
    """
    if facts is not None or store is None:
        _import(form, paths, facts_to_write(facts), store, base)
        return
    # Made first, so that what a killed import left beside it goes, even where this one is refused.
    with own_folder("facts") as folder:
        with corruption_reported(store), Store(store) as opened:
            if not holds_nothing(opened):
                raise BadInput(
                    "The store holds something already.",
                    where=str(store),
                    remedy="Name the folder of facts that it is filled from with --facts.",
                )
        _import(form, paths, folder, store, base)


def _import(
    form: str, paths: list[Path], facts: Path, store: Path | None, base: str | None
) -> None:
    names = checked_base(base)
    done = import_files(form, paths, facts, names=names)
    rows = [(one.instant, str(one.added), str(one.retracted)) for one in done.revisions]
    print_table(("instant", "added", "retracted"), rows)
    if store is not None:
        # The gate comes along, which no other command should have to wait for.
        from tenure.transactions.loading import load  # noqa: PLC0415

        with corruption_reported(store):
            print_loading(load(store, facts, names), names)
