"""``tenure query``: a SPARQL query of one's own, from a file, a pipe or the command itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.catalog import possibly, said_of_days
from tenure.cli.options import Base, Facts, KnownAt, PolicyText, StorePath, opened, policy_of
from tenure.cli.output import ROW_FORMATS, TRIPLE_FORMATS, print_answer
from tenure.errors import BadQuery, NotFound, TenureError, Where
from tenure.inputs import read_input, read_standard_input


def query_command(
    file: Annotated[
        str, typer.Argument(help="A file with a SPARQL query, or the query; - reads the pipe.")
    ],
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help=f"Rows: {', '.join(ROW_FORMATS)} (default: table). "
            f"Graphs: {', '.join(TRIPLE_FORMATS)} (default: ttl).",
        ),
    ] = None,
    policy: PolicyText = None,
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Ask a SPARQL query of your own.

    SELECT, ASK, CONSTRUCT or DESCRIBE. Without FROM the query sees the world, the entities, the
    descriptions of claims and sources, and the ontology. Nothing is ever fetched.
    """
    sparql = _read(file)
    kb = opened(facts, store, base)
    try:
        ruling = policy_of(kb, policy, known_at)
        if print_answer(kb.query(sparql, ruling), form, kb.names):
            more = said_of_days(possibly(kb, sparql, ruling))
            if more:
                typer.echo(more, err=True)
    except TenureError as error:
        # The guard calls the text "query"; here it has a name that an editor can open.
        if error.where and error.where.name == "query" and not (file == "-" or _is_query(file)):
            error.where = Where(file, error.where.line, error.where.column)
        raise


def _is_query(text: str) -> bool:
    """Whether an argument is the query itself: no file is called anything with a brace in it."""
    return "{" in text


def _read(file: str) -> str:
    if _is_query(file):
        return file
    try:
        raw = read_standard_input() if file == "-" else read_input(Path(file))
        return raw.decode("utf-8")
    except FileNotFoundError as error:
        raise NotFound(
            "There is no such file.", where=file, remedy="Name a file with a SPARQL query, or -."
        ) from error
    except OSError as error:
        raise BadQuery(
            f"It cannot be read: {error.strerror}.", where=file, remedy="Name a readable file."
        ) from error
    except UnicodeDecodeError as error:
        raise BadQuery(
            "It is no UTF-8 text.", where=file, remedy="Save the query as UTF-8."
        ) from error
