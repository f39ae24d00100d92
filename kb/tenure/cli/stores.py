"""Stores on disk: ``tenure load``, ``backup``, ``restore`` and ``verify``."""

from __future__ import annotations

import http.client
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

import typer

from tenure.cli.options import Base, DryRun, Facts, chosen_format, names_of
from tenure.cli.output import print_json
from tenure.configuration import configuration
from tenure.errors import BadInput
from tenure.namespaces import Names
from tenure.own_folder import own_folder
from tenure.store import Store
from tenure.store.corruption import corruption_reported

# SHACL comes along with these, which no other command should have to wait for.
if TYPE_CHECKING:
    from tenure.transactions.loading import Loading
    from tenure.transactions.verify import Verified

KEY: Final = "TENURE_KEY"
"""The environment variable that holds the key for a server; keys do not go on a command line."""

PLAIN: Final = ".nq"
FORMATS: Final = ("table", "json")
_TIMEOUT: Final = 600.0
_MOST_NAMED: Final = 20


# ---------------------------------------------------------------------- load


def load_command(
    store: Annotated[
        Path, typer.Option("--store", help="The folder of the store; made where there is none.")
    ],
    facts: Facts = None,
    dry_run: DryRun = False,
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
    from tenure.transactions.loading import MESSAGE, load  # noqa: PLC0415

    chosen = chosen_format(form, FORMATS)
    names, settings = names_of(base), configuration()
    with corruption_reported(store):
        done = load(
            store,
            facts or settings.facts,
            names,
            settings.terms,
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
    _print_some("add", "claims", done.added, names)
    _print_some("add", "sources", done.sources, names)
    _print_some("add", "entities", done.entities, names)
    _print_some("add", "graphs", done.graphs, names)
    _print_some("retract", "claims", done.retracted, names)
    for number, what in (
        (done.same, "claims, which the files have too"),
        (done.written, "claims, which were written to the store"),
    ):
        if number:
            typer.echo(f"leave: {number:,} {what}")
    _print_some("leave", "claims of sources that the files do not have", done.missing, names)
    _print_some("leave", "claims that the files have withdrawn already", done.withdrawn, names)
    _print_some("leave", "things that the files tell otherwise", done.differing, names)
    if done.differing:
        typer.echo("Claims do not change: give what differs a number of its own.")
    if done.committed is not None:
        for conflict in done.committed.conflicts:
            typer.echo(f"conflict: {names.short(conflict.iri)}")
    if not (done.fills or done.committed or done.renews_ontology):
        typer.echo("There is nothing to bring in.")
    if done.dry_run:
        typer.echo("Nothing was written.")


def _print_some(verb: str, what: str, iris: tuple[str, ...], names: Names) -> None:
    if not iris:
        return
    named = ", ".join(names.short(iri) for iri in iris[:_MOST_NAMED])
    more = f", and {len(iris) - _MOST_NAMED:,} more" if len(iris) > _MOST_NAMED else ""
    typer.echo(f"{verb}: {len(iris):,} {what}: {named}{more}")


# ---------------------------------------------------------------------- backup, restore, verify


def backup_command(
    store: Annotated[
        str, typer.Argument(metavar="STORE", help="The folder of a store, or a server's address.")
    ],
    target: Annotated[
        Path,
        typer.Argument(
            metavar="DEST",
            help="A folder for a whole copy; a file.nq or file.trig for a plain one.",
        ),
    ],
    base: Base = None,
) -> None:
    """Back up a store, whole or as a file of quads that any version of Tenure reads.

    A store that is being served is backed up through its server, plain: give the server's address,
    and a key with the scope 'admin' in TENURE_KEY.
    """
    if store.startswith(("http://", "https://")):
        written = _from_server(store, target)
    else:
        from tenure.transactions.backup import back_up  # noqa: PLC0415

        with _opened(Path(store)) as opened:
            written = back_up(opened, target, names_of(base))
    typer.echo(f"backed up: {store} to {target}, {written:,} bytes")


def restore_command(
    backup: Annotated[
        Path, typer.Argument(metavar="BACKUP", help="What tenure backup wrote, of either kind.")
    ],
    target: Annotated[
        Path, typer.Argument(metavar="DEST", help="The folder of the store to be made.")
    ],
    base: Base = None,
) -> None:
    """Make a store out of a backup, and verify it."""
    from tenure.transactions.backup import restore, size_of  # noqa: PLC0415
    from tenure.transactions.verify import verify  # noqa: PLC0415

    names = names_of(base)
    with corruption_reported(backup):
        restore(backup, target, names)
    with _opened(target) as opened:
        found = verify(opened, names)
    typer.echo(f"restored: {backup} to {target}, {size_of(target):,} bytes")
    _print_verified(found)
    if not found.sound:
        raise typer.Exit(1)


def verify_command(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="The folder of a store.")],
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}.")] = "table",
    base: Base = None,
) -> None:
    """Work everything out anew from the claims alone, and compare it with what is stored.

    Writes nothing. Exit code 1 where something differs, or a claim is not whole.
    """
    from tenure.transactions.verify import verify  # noqa: PLC0415

    chosen = chosen_format(form, FORMATS)
    with _opened(store) as opened:
        found = verify(opened, names_of(base))
    if chosen == "json":
        print_json(found.to_dict())
    else:
        _print_verified(found)
    if not found.sound:
        raise typer.Exit(1)


def _print_verified(found: Verified) -> None:
    for fault in found.faults:
        typer.echo(str(fault))
    for note in found.notes:
        typer.echo(f"note: {note}")
    counted = ", ".join(f"{name} {number:,}" for name, number in found.counts.items())
    typer.echo(f"{'sound' if found.sound else 'not sound'}: {counted}")


@contextmanager
def _opened(path: Path) -> Iterator[Store]:
    """The store of that folder, which has to be there and is left as it is to the last byte."""
    with corruption_reported(path), Store(path, kept=False) as opened:
        yield opened


def _from_server(address: str, target: Path) -> int:
    """Have the server at ``address`` send a plain backup; returns its bytes."""
    if target.suffix != PLAIN:
        raise BadInput(
            "A server sends a plain backup.",
            where=str(target),
            remedy="Name a file that ends in .nq; tenure restore makes a store of it.",
        )
    if target.exists():
        raise BadInput("It exists already.", where=str(target), remedy="Name another file.")
    from tenure.transactions.dump import check_whole  # noqa: PLC0415

    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    headers = {"Accept": "application/n-quads"}
    if key := os.environ.get(KEY):
        headers["Authorization"] = f"Bearer {key}"
    connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT)
    try:
        connection.request("POST", f"{parts.path.rstrip('/')}/admin/backup", headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise _refused(address, answer)
        with own_folder("draft", target.parent, hidden=True) as folder:
            draft = folder / target.name
            with draft.open("wb") as file:
                shutil.copyfileobj(answer, file)
                file.flush()
                os.fsync(file.fileno())
            check_whole(draft, sealed=True)
            draft.rename(target)
    except (OSError, http.client.HTTPException) as error:
        raise BadInput(
            f"The backup did not arrive: {str(error) or type(error).__name__}.",
            where=address,
            remedy="Check the address, that the server runs, and the room on this disk.",
        ) from error
    finally:
        connection.close()
    return target.stat().st_size


def _refused(address: str, answer: http.client.HTTPResponse) -> BadInput:
    try:
        problem = json.loads(answer.read(65_536))
        reason = f"{problem['detail']} {problem.get('remedy', '')}".strip()
    except (ValueError, KeyError, TypeError):
        reason = answer.reason
    return BadInput(
        f"The server answers with HTTP status {answer.status}: {reason}",
        where=address,
        remedy=f"A key with the scope 'admin' goes into {KEY}.",
    )
