"""The commands put together, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import atexit
import errno
import gc
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from tenure.errors import BadInput, TenureError
from tenure.suggest import nearest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

COMMANDS = "tenure.commands"
"""The entry point group of commands from other packages: a function, a Typer or a command."""

OWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "init": "init:init_command",
        "ask": "ask:build_group",
        "query": "reading:query_command",
        "pattern": "pattern:pattern_command",
        "at": "reading:at_command",
        "timeline": "reading:timeline_command",
        "explain": "reading:explain_command",
        "conflicts": "reading:conflicts_command",
        "policies": "reading:policies_command",
        "history": "reading:build_history",
        "learned": "reading:learned_command",
        "diff": "reading:diff_command",
        "impact": "reading:impact_command",
        "compare": "comparing:compare_command",
        "position-history": "comparing:position_history_command",
        "validate": "validation:validate_command",
        "check-evidence": "evidence:check_evidence_command",
        "reason": "reason:reason_command",
        "import": "importing:import_command",
        "load": "stores:load_command",
        "export": "reading:export_command",
        "format": "writing:format_command",
        "backup": "stores:backup_command",
        "restore": "stores:restore_command",
        "verify": "stores:verify_command",
        "upgrade": "upgrading:upgrade_command",
        "mcp": "assistants:mcp_command",
        "ontology": "ontology:build_group",
        "reference": "reference:reference_command",
        "source": "writing:build_source_group",
        "claim": "writing:build_claim_group",
        "entity": "editing:build_entity_group",
        "link": "editing:build_link_group",
        "undo": "editing:undo_command",
    }
)
"""The commands of this package: module and function. One is loaded only when it is asked for,
so that each waits for nothing but what it needs (SHACL alone takes a third of a second)."""

SOFTWARE_FAULT = 70
"""The exit code for what should not happen (EX_SOFTWARE of sysexits.h)."""

BROKEN_PIPE = 141
"""What a shell reports for a program that SIGPIPE ended: the reader had enough."""

_REFUSED_BY_THE_SYSTEM: Final = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM)
)

ENDING: Final[ContextVar[ExitStack | None]] = ContextVar("ENDING", default=None)
"""Closed when the command that runs ends, however it ends."""

_GROUP: Final = "build_"
"""What the names of functions begin with that make a command with commands of its own."""


class Root(TyperGroup):
    """The command ``tenure``: its own commands and those of other packages."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands; that which most people come for goes first."""
        own = [*OWN, *super().list_commands(ctx)]
        return [*own, *sorted(one.name for one in _from_outside() if one.name not in own)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, loaded only when it is asked for."""
        if cmd_name in OWN:
            return _own(cmd_name)
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        found = next((one for one in _from_outside() if one.name == cmd_name), None)
        return None if found is None else _load(found)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the words ask for, and what is left of them."""
        # typer suggests among the commands that are loaded, and none is.
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = " or ".join(f"{one!r}" for one in nearest(args[0], self.list_commands(ctx)))
            hint = f" Did you mean {near}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; errors become a line on standard error and an exit code."""
        try:
            with ExitStack() as ending:
                ENDING.set(ending)
                result = super().invoke(ctx)
            sys.stdout.flush()
        except TenureError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(error.exit_code) from error
        except BrokenPipeError as error:
            # Whatever is still buffered must not fail once more when the interpreter ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(BROKEN_PIPE) from error
        except (typer.Exit, typer.Abort, typer.TyperException, EOFError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno in _REFUSED_BY_THE_SYSTEM:
                refused = BadInput(
                    f"It cannot be done: {error.strerror}.",
                    where=str(error.filename or "") or None,
                    remedy="See to permissions and free space, and run the command again.",
                )
                typer.echo(f"error: {refused}", err=True)
                raise typer.Exit(refused.exit_code) from error
            if os.environ.get("TENURE_DEBUG") == "1":
                typer.echo(traceback.format_exc(), err=True)
            typer.echo(
                f"error: Tenure has a fault here: {type(error).__name__}: {error}\n"
                "Please report this, with the command and what TENURE_DEBUG=1 shows before it.",
                err=True,
            )
            raise typer.Exit(SOFTWARE_FAULT) from error
        return result


def build_app() -> typer.Typer:
    """The application with all its commands."""
    # Plain help: with rich markup, "[..2020-01-03]" in a description would be read as a style.
    app = typer.Typer(
        cls=Root,
        name="tenure",
        help="Who held which office on which day, on whose word, and how surely.",
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode=None,
    )
    app.callback()(_root)
    return app


def main() -> None:
    """Run the command line with the arguments of this process; does not return."""
    # What a command makes lasts until it ends, and little of it is in circles: looking for them
    # after every 700 objects, as Python does, took a seventh of a short command's time.
    gc.set_threshold(200_000, 20, 100)
    # The interpreter looks once more when it ends, which took a sixth: all that it would find then
    # is given back anyway.
    atexit.register(gc.freeze)
    lightened(get_command(build_app()))(prog_name="tenure")


def lightened(command: Any) -> Any:
    """The command, and those in it, with texts and paths read without pydantic.

    typer has pydantic read the value of every option, given or not, and to load that takes half as
    long as all of rdflib. It still reads whatever is neither text nor path.
    """
    command.get_params = partial(_lightened_params, command.get_params)
    for one in getattr(command, "commands", {}).values():
        lightened(one)
    return command


def _lightened_params(params_of: Callable[[Any], list[Any]], context: Any) -> list[Any]:
    params = params_of(context)
    for one in params:
        if "get_runtime_param" not in vars(one):
            one.get_runtime_param = partial(_RunTimeReader, one.get_runtime_param)
    return params


class _RunTimeReader:
    """Reads the value of a parameter in the place of typer's own reader, made when it is needed."""

    def __init__(self, full: Callable[[], Any]) -> None:
        self._full = full

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        kind = param.type_descriptor.annotation
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if type(value) is kind and value is param.default:
            return value
        if kind in (str, Path) and _is_plain(kind, value):
            return kind(value)
        if kind in (list[str], list[Path]) and isinstance(value, list | tuple):
            (kind,) = get_args(kind)
            if all(_is_plain(kind, one) for one in value):
                return [kind(one) for one in value]
        return self._full().coerce(value, param=param, ctx=ctx)


def _is_plain(kind: type, value: object) -> bool:
    """Whether it is a text in Unicode, and as a path none that is there and cannot be read."""
    if not isinstance(value, str) or "\0" in value:
        return False
    if value.encode(errors="ignore").decode() != value:
        return False
    # Path.exists raises for a name that is too long, or in a folder that may not be looked into.
    return kind is str or not os.path.exists(value) or os.access(value, os.R_OK)  # noqa: PTH110


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

        try:
            typer.echo(version("tenure"))
        except PackageNotFoundError:
            typer.echo("run from its sources, without being installed")
        raise typer.Exit


def _root(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Who held which office on which day, on whose word, and how surely."""


def _from_outside() -> Iterable[EntryPoint]:
    # Brings the mail parser along, a tenth of a short command; commands of our own need neither.
    from importlib.metadata import entry_points  # noqa: PLC0415

    return entry_points(group=COMMANDS)


@cache
def _own(name: str) -> Any:
    """The command of that name, which is asked for twice when it runs."""
    module, _, named = OWN[name].partition(":")
    function = getattr(import_module(f"tenure.cli.{module}"), named)
    if function.__name__.startswith(_GROUP):
        group = get_group(function())
        group.name = name
        return lightened(group)
    return lightened(_wrapped(name, function))


def _load(found: EntryPoint) -> Any:
    """The command that an entry point names, whichever of the three forms it has."""
    try:
        value = found.load()
    except Exception as error:  # noqa: BLE001 - another package's fault must not stop the others
        return _wrapped(found.name, _unloadable(found, error))
    if isinstance(value, typer.Typer):
        return get_command(value)
    return value if isinstance(value, TyperCommand | TyperGroup) else _wrapped(found.name, value)


def _wrapped(name: str, function: Any) -> Any:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name)(function)
    return get_command(app)


def _unloadable(found: EntryPoint, error: Exception) -> Any:
    def stand_in() -> None:
        """Cannot be loaded; run it to see why."""
        raise BadInput(
            f"It cannot be loaded from {found.value}: {error}.",
            where=f"tenure {found.name}",
            remedy="Install the package that it comes from again.",
        )

    return stand_in
