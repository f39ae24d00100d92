"""``tenure ask NAME``: a question of the catalogue, with an option for each of its parameters."""

from __future__ import annotations

import shlex
from inspect import Parameter as Slot
from inspect import Signature
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from tenure import catalog
from tenure.catalog import CatalogQuery
from tenure.catalog.text import Shortener
from tenure.cli.application import lightened
from tenure.cli.opening import opened
from tenure.cli.options import SHARED, chosen_format, policy_of, questions
from tenure.cli.output import (
    ROW_FORMATS,
    print_answer,
    print_emptiness,
    print_explained,
    print_table,
)
from tenure.errors import BadParameter

_COMMON: dict[str, Any] = {
    "why": Annotated[
        bool,
        typer.Option("--why", help="Explain each row, down to the passages (table and json)."),
    ],
    "form": Annotated[
        str | None, typer.Option("--format", help=f"{', '.join(ROW_FORMATS)}; default: table.")
    ],
    **SHARED,
}
# Parameters of a query may be called as a word of Python is ("from"), or as a common option.
_PREFIX = "parameter_"


class QueryGroup(TyperGroup):
    """``ask`` with the queries of the catalogue as its commands, read when they are asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the queries."""
        del ctx
        return list(questions())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The query of that name as a command; raises NotFound with the nearest names."""
        del ctx
        # Something that begins with a dash is a mistaken option, and typer says so.
        return None if cmd_name.startswith("-") else command_of(questions().find(cmd_name))


def build_group() -> typer.Typer:
    """The command ``ask``."""
    group = typer.Typer(
        cls=QueryGroup,
        invoke_without_command=True,
        subcommand_metavar="NAME [OPTIONS]",
        help="Ask a question of the catalogue. Without a name, list the questions; "
        "`tenure ask NAME --help` shows what one needs.",
        rich_markup_mode=None,
    )
    group.callback()(_list_queries)
    return group


def _list_queries(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        queries = questions().values()
        print_table(
            ("query", "subject", "question"), [(q.name, q.subject, q.title) for q in queries]
        )


def command_of(query: CatalogQuery) -> Any:
    """A query as a command: its parameters as options, beside those that all commands have."""

    def run(**given: Any) -> None:
        common = {name: given.pop(name) for name in _COMMON}
        values = {
            name.removeprefix(_PREFIX).replace("_", "-"): value
            for name, value in given.items()
            if value is not None
        }
        _ask(query, values, **common)

    slots = [
        *(
            Slot(
                _PREFIX + parameter.name.replace("-", "_"),
                Slot.KEYWORD_ONLY,
                default=None,
                annotation=Annotated[
                    str | None,
                    typer.Option(
                        f"--{parameter.name}",
                        help=_help_of(parameter),
                        metavar=parameter.type.upper(),
                    ),
                ],
            )
            for parameter in query.all_parameters
        ),
        *(
            Slot(
                name,
                Slot.KEYWORD_ONLY,
                default=False if name == "why" else None,
                annotation=annotation,
            )
            for name, annotation in _COMMON.items()
        ),
    ]
    command: Any = run
    command.__signature__ = Signature(slots)
    columns = "\n".join(f"  {column.name}: {column.description}" for column in query.columns)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(
        query.name,
        short_help=query.title,
        help=f"{query.title}\n\n{query.description}\n\nThe columns of the answer:\n\n\b\n{columns}",
        epilog=f"For example:\n\n\b\n  {example_of(query)}",
    )(command)
    return lightened(get_command(app))


def example_of(query: CatalogQuery) -> str:
    """A command that asks the query's example."""
    words = ["tenure", "ask", query.name]
    for name, value in query.example.items():
        words += [f"--{name}", value]
    return shlex.join(words)


def _help_of(parameter: catalog.Parameter) -> str:
    if parameter.default is not None:
        return f"{parameter.description} [default: {parameter.default}]"
    return f"{parameter.description} [required]" if parameter.required else parameter.description


def _ask(
    query: CatalogQuery,
    arguments: dict[str, str],
    *,
    why: bool,
    policy: str | None,
    known_at: str | None,
    form: str | None,
    facts: Path | None,
    store: Path | None,
    base: str | None,
) -> None:
    if lacking := catalog.missing(query, arguments):
        raise BadParameter(
            f"{query.name} needs --{lacking.name}.",
            where=lacking.name,
            remedy=f"{lacking.description} For example: {example_of(query)}",
        )
    kb = opened(facts, store, base)
    ruling = policy_of(kb, policy, known_at)
    if why:
        chosen = chosen_format(form or "table", ("table", "json"))
        explained = catalog.ask_why(kb, query, arguments, ruling)
        if chosen == "json":
            typer.echo(explained.to_json())
        else:
            print_explained(explained, Shortener(kb.names))
        return
    if print_answer(catalog.ask(kb, query, arguments, ruling), form, kb.names):
        print_emptiness(catalog.why_empty(kb, query, arguments, ruling))
