"""The command ``import``: data sets in formats of their own, as revisions of one source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import Base, Facts, facts_to_write, names_of
from tenure.cli.output import print_table
from tenure.cli.progress import progress_bar
from tenure.cli.stores import print_loading
from tenure.cli.writing import conflicts_before, print_effects
from tenure.configuration import configuration
from tenure.errors import BadInput, BadParameter, Findings
from tenure.ingest import ImportReport, SourceDescription, format_names, import_files, read_mapping
from tenure.knowledge.filling import holds_nothing
from tenure.own_folder import own_folder
from tenure.store import Store
from tenure.store.corruption import corruption_reported

_SHOWN = 20
_LOOKED_THROUGH = 16 << 20
"""Bytes of the files of a folder up to which an import looks for conflicts, about 20,000 claims."""
_HEADINGS = {
    "fault": "wrong",
    "outdated": "may have ended since",
    "unsure": "unsure which entity is meant",
    "skipped": "left out by the mapping",
    "repeated": "said before",
    "matched": "known again by name alone",
    "rewritten": "dates put into EDTF",
}


def import_command(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(format_names())}.")],
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, or folders with such files.")
    ],
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Of a table: only print a mapping to begin with.")
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(help="The slug of the source: small letters, digits and dashes."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="What the data set's words mean, as TOML or YAML.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="What a new source is called.")] = None,
    publisher: Annotated[
        str | None,
        typer.Option(help="Who published a new source: a slug of the registry, or a new name."),
    ] = None,
    published: Annotated[
        str | None, typer.Option(help="The day that the data of a new source tell of, as EDTF.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="The web address of a new source.")] = None,
    recorded_at: Annotated[
        str | None,
        typer.Option(
            help="When this state was recorded, such as 2026-11-24T00:00:00Z; default: now."
        ),
    ] = None,
    message: Annotated[str, typer.Option(help="Why, in a sentence.")] = "",
    by: Annotated[str | None, typer.Option(help="Who does it, by name.")] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="A file for all there is to tell of the records, .csv or .json."),
    ] = None,
    facts: Facts = None,
    store: Annotated[
        Path | None, typer.Option("--store", help="A store that takes the claims in as well.")
    ] = None,
    base: Base = None,
) -> None:
    """Import a data set: its state becomes a revision of one source.

    What it says anew is added, what it no longer says is retracted, and the same state once more
    changes nothing. What cannot be understood is told with its place, and the rest goes in; exit
    code 1 then.

    The claims go into the folder of facts. With --store, that folder is loaded into the store
    afterwards, as by tenure load; with --store alone, an empty store is filled and no file is
    written.
    """
    if suggest:
        if form != "table" or len(paths) != 1:
            raise BadParameter(
                "A mapping is proposed for one table.",
                where="--suggest",
                remedy="Write tenure import table --suggest FILE.",
            )
        # It reads a table, which no other import may need.
        from tenure.ingest.suggestion import suggested_mapping  # noqa: PLC0415

        typer.echo(suggested_mapping(paths[0]), nl=False)
        return
    given = SourceDescription(
        source or "", title or "", publisher or "", published or "", url or ""
    )

    def run(folder: Path) -> ImportReport:
        names = names_of(base)
        before = conflicts_before(folder, names) if _is_short(folder) else None
        with progress_bar() as progress:
            done = import_files(
                form,
                paths,
                folder,
                source=given,
                mapping=None if mapping is None else read_mapping(mapping),
                recorded_at=recorded_at,
                message=message,
                by=by,
                names=names,
                progress=progress,
            )
        changed = [one for one in done.revisions if one.added or one.retracted]
        rows = [(one.instant, str(one.added), str(one.retracted)) for one in done.revisions]
        print_table(("instant", "added", "retracted"), rows if changed else [])
        if _is_short(folder):
            print_effects(folder, names, before=before)
        else:
            typer.echo(
                "note: conflicts were not looked for among so many claims; ask `tenure conflicts`."
            )
        if store is not None:
            # The gate comes along, which no other command should have to wait for.
            from tenure.transactions.loading import load  # noqa: PLC0415

            with corruption_reported(store):
                print_loading(load(store, folder, names, configuration().terms), names)
        return done.report

    if facts is not None or store is None:
        told = run(facts_to_write(facts))
    else:
        # Made first, so that what a killed import left beside it goes, even where this is refused.
        with own_folder("facts") as folder:
            with corruption_reported(store), Store(store if store.exists() else None) as opened:
                if not holds_nothing(opened, names_of(base)):
                    raise BadInput(
                        "The store holds something already.",
                        where=str(store),
                        remedy="Name the folder of facts that it is filled from with --facts.",
                    )
            told = run(folder)
    if report is not None:
        told.write(report)
    _print_report(told, report)
    if told.faults:
        raise typer.Exit(Findings.exit_code)


def _is_short(folder: Path) -> bool:
    """Whether there is so little in a folder that its conflicts can be looked for beside."""
    from tenure.validate.documents import are_large, files_in  # noqa: PLC0415 - as in print_effects

    return not are_large(files_in([folder], []), _LOOKED_THROUGH)


def _print_report(told: ImportReport, written: Path | None) -> None:
    """What there is to tell, on the error stream: all counts, and the first lines of each kind."""
    for kind, heading in _HEADINGS.items():
        count = told.counts[kind]
        if not count:
            continue
        typer.echo(f"{heading}: {count}", err=True)
        lines = [one for one in told.lines if one.kind == kind]
        for line in lines[: _SHOWN if kind == "fault" else 3]:
            remedy = f" {line.remedy}" if line.remedy else ""
            value = f" ({line.value})" if line.value else ""
            typer.echo(f"    {line.locator}: {line.what}{value}{remedy}", err=True)
    if told.lines and written is not None:
        typer.echo(f"all of it is in {written}", err=True)
    elif any(told.counts[kind] > 3 for kind in _HEADINGS):
        typer.echo("--report FILE.csv has all of it.", err=True)
    if not told.whole:
        typer.echo("A file broke off: nothing was retracted, as it may say more.", err=True)
