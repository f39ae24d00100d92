"""``tenure at T``: the world of a day as plain triples."""

from __future__ import annotations

from typing import Annotated

import typer

from tenure.cli.options import (
    Base,
    Facts,
    KnownAt,
    PolicyText,
    StorePath,
    chosen_format,
    opened,
    policy_of,
)
from tenure.cli.output import TRIPLE_FORMATS, Shortener, print_table, print_triples


def at_command(
    when: Annotated[
        str,
        typer.Argument(
            metavar="T", help="A day, an EDTF value, or the slug of an event or source."
        ),
    ],
    possible: Annotated[
        bool, typer.Option("--possible", help="Also what is only possible on that day.")
    ] = False,
    form: Annotated[
        str, typer.Option("--format", help=f"table, {', '.join(TRIPLE_FORMATS)}.")
    ] = "table",
    policy: PolicyText = None,
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Show what was certainly so on a day."""
    chosen = chosen_format(form, ("table", *TRIPLE_FORMATS))
    kb = opened(facts, store, base)
    triples = kb.slice(kb.moment(at=when), policy_of(kb, policy, known_at), possible=possible)
    ordered = sorted(triples, key=str)
    if chosen == "table":
        short = Shortener(kb.names)
        rows = [
            [short.term(t) for t in (one.subject, one.predicate, one.object)] for one in ordered
        ]
        print_table(("subject", "property", "object"), rows)
    else:
        print_triples(ordered, chosen, kb.names)
