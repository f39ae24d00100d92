"""The command that writes a pattern of SPARQL for a day or a range: pattern."""

from __future__ import annotations

from typing import Annotated

import typer

from tenure.configuration import configuration
from tenure.namespaces import checked_base
from tenure.views import least_degree, pattern, read_days


def pattern_command(
    on: Annotated[str | None, typer.Option(help="A day, such as 2020-01-02.")] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="The first day of a range, or a date it begins.")
    ] = None,
    to: Annotated[
        str | None, typer.Option(help="The last day of the range, or a date it ends.")
    ] = None,
    degree: Annotated[
        str | None,
        typer.Option(help="certain (the default), presumed or possible: what is less sure is out."),
    ] = None,
    variable: Annotated[
        str, typer.Option(help="The variable of the situations and events.")
    ] = "occurrence",
    base: Annotated[
        str | None, typer.Option(help="What IRIs begin with (default: the settings).")
    ] = None,
) -> None:
    """Write the part of a SPARQL query that finds what was going on on a day or in a range.

    For any SPARQL engine that has the base's export with --index, and for tenure query.
    """
    first, last = read_days(on, from_, to)
    names = checked_base(base or configuration().base)
    least = least_degree(degree or "certain")
    typer.echo(pattern(names, first, last, degree=least, variable=variable), nl=False)
