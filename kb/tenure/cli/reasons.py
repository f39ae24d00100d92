"""An explained answer as text: after each row, what it hangs on."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from tenure.catalog import Explained, RowReason
from tenure.cli.explain import RESTATED, claim_lines, explanation_lines, hanging_lines, step_lines
from tenure.cli.output import Shortener, plain_lines, print_emptiness

_INDENT = "    "


def print_explained(answer: Explained, short: Shortener) -> None:
    """Print the rows of an answer as a table whose rows have their reasons below them.

    What several rows hang on is told below the first of them.
    """
    cells = [[" ".join(short.term(term).split()) for term in row.terms] for row in answer.rows]
    head, *lines = plain_lines(answer.variables, cells)
    typer.echo(head)
    told: set[str] = set()
    for line, row in zip(lines, answer.rows, strict=True):
        typer.echo(line)
        typer.echo("")
        for reason in reason_lines(row.why, short, told):
            typer.echo(f"{_INDENT}{reason}".rstrip())
        typer.echo("")
    if not answer.rows:
        typer.echo("(nothing)", err=True)
    if answer.nothing is not None:
        print_emptiness(answer.nothing)


def reason_lines(why: RowReason, short: Shortener, told: set[str]) -> Iterator[str]:
    """The reasons for one row; ``told`` holds what was explained before, and grows."""
    if why.absence is not None:
        yield f"Looked for, {why.absence.when}: {why.absence.sought}"
        yield f"Policy: {why.absence.policy or 'the default one'}"
        bounding = "These are ruled out:" if why.occurrences else "No claim tells of any."
        yield bounding
    for occurrence in why.occurrences:
        key = f"{occurrence.iri} {[moment.key for moment in occurrence.moments]}"
        if key in told:
            yield f"{occurrence.label}: explained above"
            continue
        told.add(key)
        yield from explanation_lines(occurrence, short)
        yield ""
    for order in why.order:
        yield f"{order.text}:"
        yield from step_lines(order.steps, short)
        yield from hanging_lines(order.hangs_on, order.note)
    for part in why.parts:
        yield f"{part.text}: {part.certainty}"
        yield from hanging_lines(part.hangs_on, part.note)
    for source in why.sources:
        yield f"{source.label} ({short.iri(source.iri)}) was published {source.when}"
    for conflict in why.conflicts:
        yield f"Conflict {short.iri(conflict.iri)}: {conflict.reason}"
        settled = f"settled by {conflict.rule}" if conflict.rule else "contested"
        gave_way = ", ".join(map(short.iri, conflict.lost))
        yield f"  {settled}; gave way: {gave_way}" if gave_way else f"  {settled}"
    if why.claims:
        claims = "The claims behind the row" if why.occurrences else "The claims"
        yield f"{claims} ({RESTATED}):"
    for claim in why.claims:
        if claim.iri in told:
            yield f"  {short.iri(claim.iri)}: shown above"
            continue
        told.add(claim.iri)
        yield from claim_lines([claim], short)
