"""``tenure backup``, ``restore`` and ``verify``: copies of a store, and whether it is sound."""

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

from tenure.cli.options import Base, chosen_format, names_of
from tenure.cli.output import print_json
from tenure.errors import BadInput
from tenure.own_folder import own_folder
from tenure.store import Store
from tenure.store.corruption import corruption_reported

if TYPE_CHECKING:
    from tenure.transactions.verify import Verified

KEY: Final = "TENURE_KEY"
"""The environment variable that holds the key for a server; keys do not go on a command line."""

PLAIN: Final = ".nq"
FORMATS = ("table", "json")
_TIMEOUT: Final = 600.0


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
        # The gate comes along, which no other command should have to wait for.
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
    # The gate comes along, which no other command should have to wait for.
    from tenure.transactions.backup import restore, size_of  # noqa: PLC0415
    from tenure.transactions.verify import verify  # noqa: PLC0415

    names = names_of(base)
    with corruption_reported(backup):
        restore(backup, target, names)
    with _opened(target) as opened:
        found = verify(opened, names)
    typer.echo(f"restored: {backup} to {target}, {size_of(target):,} bytes")
    _print(found)
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
    # The gate comes along, which no other command should have to wait for.
    from tenure.transactions.verify import verify  # noqa: PLC0415

    chosen = chosen_format(form, FORMATS)
    with _opened(store) as opened:
        found = verify(opened, names_of(base))
    if chosen == "json":
        print_json(found.to_dict())
    else:
        _print(found)
    if not found.sound:
        raise typer.Exit(1)


def _print(found: Verified) -> None:
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
    # The gate comes along, which no other command should have to wait for.
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
        told = json.loads(answer.read(65_536))
        said = f"{told['detail']} {told.get('remedy', '')}".strip()
    except (ValueError, KeyError, TypeError):
        said = answer.reason
    return BadInput(
        f"The server answers with HTTP status {answer.status}: {said}",
        where=address,
        remedy=f"A key with the scope 'admin' goes into {KEY}.",
    )
