"""The options that commands share, and what they open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeAlias

import typer

from tenure.cli.application import ENDING
from tenure.errors import BadInput, BadParameter
from tenure.knowledge import KnowledgeBase, open_knowledge_base, read_knowledge_base
from tenure.model import Policy
from tenure.namespaces import BASE, Names
from tenure.resources import data_dir

Facts: TypeAlias = Annotated[
    Path | None,
    typer.Option("--facts", help="The folder of the facts; default: those that come with Tenure."),
]
StorePath: TypeAlias = Annotated[
    Path | None,
    typer.Option("--store", help="Read the store in this folder; default: the facts, in memory."),
]
Base: TypeAlias = Annotated[
    str | None,
    typer.Option("--base", help="What all IRIs begin with, such as https://example.org/kb/."),
]
PolicyText: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--policy",
        help="Which claims count, such as 'sources=jpost-620411;modalities=asserted;hedged=no'.",
    ),
]
KnownAt: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--known-at", help="Only what was recorded by this instant, such as 2026-11-24T00:00:00Z."
    ),
]


SHARED: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "policy": PolicyText,
        "known_at": KnownAt,
        "facts": Facts,
        "store": StorePath,
        "base": Base,
    }
)
"""The options of every command that asks a base under a policy, by the names of its arguments."""


def opened(facts: Path | None, store: Path | None, base: str | None) -> KnowledgeBase:
    """The knowledge base that the options of a reading command name.

    A store has to be there; what is computed in it goes when the command ends. Raises as
    :func:`open_knowledge_base` and :func:`read_knowledge_base`.
    """
    if store is None:
        return open_knowledge_base(facts, base=base)
    kb = read_knowledge_base(store, facts, base=base)
    if (ending := ENDING.get()) is not None:
        ending.callback(kb.close)
    return kb


def policy_of(kb: KnowledgeBase, policy: str | None, known_at: str | None) -> Policy:
    """The policy that the options name. Raises :class:`~tenure.errors.BadPolicy`."""
    return kb.policy(policy_text(policy, known_at))


def policy_text(policy: str | None, known_at: str | None) -> str | None:
    """The text of the policy that the options name; None where they name none."""
    parts = [policy] if policy else []
    if known_at:
        parts.append(f"known-at={known_at}")
    return ";".join(parts) or None


def chosen_format(given: str, possible: Sequence[str], option: str = "--format") -> str:
    """``given`` in lower case. Raises :class:`~tenure.errors.BadParameter` unless possible."""
    name = given.lower()
    if name in possible:
        return name
    kind = "format for this" if option == "--format" else "value for this"
    raise BadParameter(
        f"{given[:80]!r} is no {kind}.",
        where=option,
        remedy=f"Choose one of: {', '.join(possible)}.",
    )


def facts_to_write(facts: Path | None) -> Path:
    """The folder of facts that a writing command changes.

    Raises:
        BadInput: none is named and the default belongs to the installed package.
    """
    if facts is not None:
        return facts
    folder = data_dir("facts")
    if folder.parent.name == "_data":
        raise BadInput(
            "The facts that come with the installed package are not to be changed.",
            where=str(folder),
            remedy="Copy that folder, and name the copy with --facts.",
        )
    return folder


def names_of(base: str | None) -> Names:
    """The IRIs under ``base``, by default those of Tenure."""
    return Names(base or BASE)
