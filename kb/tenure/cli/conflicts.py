"""``tenure conflicts`` and ``tenure policies``: what contradicts what, and what settles it."""

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
from tenure.cli.output import print_json, print_table

FORMATS = ("table", "json")
Form = Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}.")]


def conflicts_command(
    form: Form = "table",
    policy: PolicyText = None,
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """List the claims that contradict each other, and which gave way by what rule."""
    chosen = chosen_format(form, FORMATS)
    kb = opened(facts, store, base)
    found = kb.conflicts(policy_of(kb, policy, known_at))
    if chosen == "json":
        told = {"conflicts": [one.to_dict() for one in found]}
        print_json(told)
        return
    short = kb.names.short
    rows = [
        (
            short(one.iri),
            one.kind,
            one.rule or "contested",
            " ".join(short(claim) for claim in one.claims),
            " ".join(short(claim) for claim in one.lost),
            one.reason,
        )
        for one in found
    ]
    print_table(("conflict", "kind", "settled by", "claims", "gave way", "reason"), rows)


def policies_command(
    form: Form = "table",
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """List the policies that have a name, for --policy."""
    chosen = chosen_format(form, FORMATS)
    named = opened(facts, store, base).schema.named_policies
    if chosen == "json":
        print_json({"policies": named})
        return
    print_table(("policy", "text"), sorted(named.items()))
