"""``tenure import FORMAT PATH…``: a data set in a format of its own becomes claims."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from tenure.cli.options import Base, Facts, StorePath, facts_to_write, names_of, opened
from tenure.cli.output import print_table
from tenure.errors import BadInput
from tenure.importers import FORMATS, import_files


def import_command(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(FORMATS)}.")],
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, or folders with such files.")
    ],
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Import the recorded states of a data set, each as a revision of one source.

    The claims go into the folder of facts. With --store, the store is filled from that folder
    afterwards; with --store alone, an empty store is filled and no file is written.
    """
    if facts is not None or store is None:
        _import(form, paths, facts_to_write(facts), store, base)
        return
    if store.exists() and any(store.iterdir()):
        raise BadInput(
            "The store holds something already.",
            where=str(store),
            remedy="Name the folder of facts that it is filled from with --facts.",
        )
    with TemporaryDirectory() as folder:
        _import(form, paths, Path(folder), store, base)


def _import(
    form: str, paths: list[Path], facts: Path, store: Path | None, base: str | None
) -> None:
    done = import_files(form, paths, facts, names=names_of(base))
    if store is not None:
        opened(facts, store, base).store.close()
    rows = [(one.instant, str(one.added), str(one.retracted)) for one in done.revisions]
    print_table(("instant", "added", "retracted"), rows)
