"""``tenure timeline ENTITY``: everything that concerns an entity, in the order of time."""

from __future__ import annotations

from typing import Annotated

import typer

from tenure.catalog import Catalog, ask, why_empty
from tenure.cli.options import Base, Facts, KnownAt, PolicyText, StorePath, opened, policy_of
from tenure.cli.output import ROW_FORMATS, print_answer, print_emptiness

QUERY = "timeline"


def timeline_command(
    entity: Annotated[
        str, typer.Argument(help="A slug such as person/ali-shamkhani, an IRI, or an exact name.")
    ],
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(ROW_FORMATS)}.")] = "table",
    policy: PolicyText = None,
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Show what is known of an entity over time."""
    query = Catalog.load().find(QUERY)
    kb = opened(facts, store, base)
    chosen = policy_of(kb, policy, known_at)
    arguments = {query.parameters[0].name: entity}
    if print_answer(ask(kb, query, arguments, chosen), form, kb.names):
        print_emptiness(why_empty(kb, query, arguments, chosen))
