"""``tenure key``: keys made, listed and withdrawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import wraps
from pathlib import Path
from typing import Annotated, Final, ParamSpec, TypeVar

import typer

from tenure.cli.options import chosen_format
from tenure.cli.output import print_json, print_table
from tenure.errors import BadInput, BadParameter
from tenure_api.security import SCOPES, Keys, KeysUnreadable
from tenure_api.settings import load_settings

P = ParamSpec("P")
R = TypeVar("R")
commands = typer.Typer(
    help="Keys of those who may write, or read where reading is not open.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
_SPAN: Final = re.compile(r"(\d{1,5})([hdwy])")
_HOURS: Final = {"h": 1, "d": 24, "w": 24 * 7, "y": 24 * 365}
KeysFile = Annotated[
    Path | None,
    typer.Option("--keys", help="The file of the keys; default: what the settings say."),
]
Config = Annotated[
    Path | None,
    typer.Option("--config", help="The file of the settings; default: tenure.toml, if it exists."),
]


def explaining(command: Callable[P, R]) -> Callable[P, R]:
    """The command, which says why the file of keys cannot be used where it cannot."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except KeysUnreadable as error:
            raise error.why from error

    return run


@commands.command("new")
@explaining
def new_command(
    name: Annotated[str, typer.Argument(help="What the audit log calls its bearer.")],
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help=f"What it allows, repeatable: {', '.join(SCOPES)}."),
    ] = None,
    ends: Annotated[
        str,
        typer.Option("--ends", help="A day, an instant, a span such as 90d, 12h, 1y, or 'never'."),
    ] = "90d",
    keys: KeysFile = None,
    config: Config = None,
) -> None:
    """Make a key and show it, this once: only its hash is kept."""
    kept = _keys(keys, config)
    secret, key = kept.add(name, scope or ["read"], _instant(ends))
    until = f"good until {key.ends}" if key.ends else "good until it is revoked"
    # A service that was started elsewhere reads another file, and refuses the key.
    typer.echo(
        f"{key.id} for {key.name} in {kept.file}: {', '.join(key.scopes)}; {until}. Keep this:",
        err=True,
    )
    # Alone on standard output, so that it can go into a file without passing a screen.
    typer.echo(secret)


@commands.command("list")
@explaining
def list_command(
    form: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
    keys: KeysFile = None,
    config: Config = None,
) -> None:
    """List the keys: ids, names, scopes, whether they are good. Neither keys nor hashes."""
    chosen = chosen_format(form, ("table", "json"))
    kept = _keys(keys, config)
    if not kept.file.exists():
        typer.echo(f"note: there is no file {kept.file}, and so no key.", err=True)
    now = datetime.now(UTC)
    columns = ("id", "name", "scopes", "created", "ends", "state")
    rows = [
        (key.id, key.name, " ".join(key.scopes), key.created, key.ends or "never", key.state(now))
        for key in kept.all().values()
    ]
    if chosen == "json":
        listed = {"keys": [dict(zip(columns, row, strict=True)) for row in rows]}
        print_json(listed)
        return
    print_table(columns, rows)


@commands.command("revoke")
@explaining
def revoke_command(
    which: Annotated[str, typer.Argument(help="The id of a key, or the name of its bearer.")],
    keys: KeysFile = None,
    config: Config = None,
) -> None:
    """Withdraw a key, or all keys of a name, at once: also from a service that is running."""
    withdrawn = _keys(keys, config).revoke(which)
    for key in withdrawn:
        typer.echo(f"{key.id} of {key.name} is revoked.")
    if not withdrawn:
        typer.echo("It was revoked before.")


@commands.command("forget")
@explaining
def forget_command(keys: KeysFile = None, config: Config = None) -> None:
    """Drop the entries of keys that have expired or are revoked."""
    gone = _keys(keys, config).forget()
    for key in gone:
        typer.echo(f"{key.id} of {key.name} is forgotten.")
    if not gone:
        typer.echo("There was none to forget.")


def _keys(keys: Path | None, config: Path | None) -> Keys:
    return Keys(load_settings(config, {"keys": keys}).settings.keys)


def _instant(text: str) -> datetime | None:
    """The end that ``--ends`` names, in UTC; a day ends with its last moment."""
    if text == "never":
        return None
    now = datetime.now(UTC)
    span = _SPAN.fullmatch(text)
    try:
        if span is not None:
            return now + timedelta(hours=int(span[1]) * _HOURS[span[2]])
        if len(text) == len("2030-01-01"):
            following = date.fromisoformat(text) + timedelta(days=1)
            return datetime.combine(following, time(), UTC)
        instant = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise _no_end(text) from error
    if instant.tzinfo is None:
        raise BadInput(
            f"{text!r} does not say in which zone.", where="--ends", remedy="Add Z for UTC."
        )
    return instant


def _no_end(text: str) -> BadParameter:
    return BadParameter(
        f"{text[:80]!r} is no end.",
        where="--ends",
        remedy="Give a day (2030-01-01), an instant, a span (90d, 12h, 2w, 1y) or 'never'.",
    )
