"""What commands print: tables for people, bytes for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import typer
from pyoxigraph import BlankNode, Quad, Triple
from rich.cells import cell_len

from tenure.catalog.text import Shortener, explained_lines, plain_lines
from tenure.cli.options import chosen_format
from tenure.namespaces import Names, prefixes
from tenure.store import (
    GRAPH_FORMATS,
    RESULT_FORMATS,
    Answer,
    Term,
    Triples,
    Truth,
    graph_format,
    result_format,
)

if TYPE_CHECKING:
    from tenure.catalog import EmptyAnswer, ExplainedAnswer

ROW_FORMATS = ("table", *RESULT_FORMATS)
TRIPLE_FORMATS = tuple(name for name in GRAPH_FORMATS if name not in ("trig", "nq"))


def print_answer(answer: Answer, form: str | None, names: Names) -> bool:
    """Print an answer; without a format, rows as a table and triples as Turtle.

    Returns whether a person reads that nothing, or *no*, is the answer, and may want more.

    Raises:
        BadParameter: a format for rows asked of triples, or the reverse.
    """
    if isinstance(answer, Triples):
        print_triples(answer, chosen_format(form or "ttl", TRIPLE_FORMATS), names)
        return False
    chosen = chosen_format(form or "table", ROW_FORMATS)
    if chosen != "table":
        print_bytes(answer.serialise(result_format(chosen)))
        return False
    if isinstance(answer, Truth):
        typer.echo("yes" if answer else "no")
        return not answer
    short = Shortener(names)
    rows = [[short.term(term) for term in row] for row in answer]
    print_table(answer.variables, rows)
    return not rows


def print_emptiness(nothing: EmptyAnswer) -> None:
    """Print, beside the answer, why it has no rows and what would be found otherwise."""
    for line in nothing.lines():
        typer.echo(line, err=True)


def print_explained(answer: ExplainedAnswer, short: Shortener) -> None:
    """Print the rows of an answer as a table whose rows have their reasons below them."""
    for line in explained_lines(answer, short):
        typer.echo(line)
    if not answer.rows:
        typer.echo("(nothing)", err=True)
    if answer.nothing is not None:
        print_emptiness(answer.nothing)


def print_triples(triples: Iterable[Triple], form: str, names: Names) -> None:
    """Print triples in one of :data:`TRIPLE_FORMATS`, sorted."""
    ordered = sorted(triples, key=str)
    if form == "ttl" and not any(_has_blank(triple) for triple in ordered):
        # Only Turtle needs it, and YAML comes along.
        from tenure.ingest.turtle_format import write_layout  # noqa: PLC0415

        quads = (Quad(one.subject, one.predicate, one.object) for one in ordered)
        typer.echo(write_layout(quads, names=names), nl=False)
    else:
        print_bytes(Triples(ordered).serialise(graph_format(form), prefixes(names)))


def _has_blank(term: Term) -> bool:
    if isinstance(term, Triple):
        return _has_blank(term.subject) or _has_blank(term.object)
    return isinstance(term, BlankNode)


def print_bytes(data: bytes) -> None:
    """Print what a serialiser wrote, with a line end after it."""
    typer.echo(data, nl=not data.endswith(b"\n"))


def print_json(data: object) -> None:
    """Print plain data as JSON, readable and in the letters it is written in."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def print_listing(
    form: str, columns: Sequence[str], rows: Sequence[Sequence[str]], data: object
) -> None:
    """Print the same as a table, or as JSON where ``form`` says so."""
    if form == "json":
        print_json(data)
    else:
        print_table(columns, rows)


_NARROWEST: Final = 14
"""Characters that a column needs, taken all together, for a table to be easier than a list."""


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: on a terminal fitted to its width, in a pipe with every cell in full.

    White space in cells becomes single spaces, so that every row of a piped table is one line.
    """
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _print_rich(columns, cells)
    else:
        for line in plain_lines(columns, cells):
            typer.echo(line)
    if not rows:
        typer.echo("(nothing)", err=True)


def _print_rich(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    # Only a terminal needs it, and it takes a tenth of a second to load.
    from rich import box, console, table, text  # noqa: PLC0415

    screen = console.Console()
    if screen.width < _NARROWEST * len(columns) and any(
        cell_len(line) > screen.width for line in plain_lines(columns, rows)
    ):
        # Columns of a few letters each cannot be read: one block a row, a line a column.
        names = [f"{name:<{max(map(cell_len, columns))}}  " for name in columns]
        for row in rows:
            for name, cell in zip(names, row, strict=True):
                screen.print(text.Text(name + cell), overflow="fold")
            screen.print()
        return
    grid = table.Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(text.Text(cell) for cell in row))
    screen.print(grid)
