"""The options that commands share, and what they open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

from tenure.configuration import configuration
from tenure.errors import BadInput, BadParameter
from tenure.namespaces import Names, checked_base
from tenure.resources import data_dir

if TYPE_CHECKING:
    from tenure.catalog import Catalog
    from tenure.knowledge import KnowledgeBase
    from tenure.model import Policy

Facts: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--facts",
        help="The folder of the facts; default: that of tenure.toml, else what comes along.",
    ),
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
By: TypeAlias = Annotated[
    str | None,
    typer.Option(help="Who does it, by name; default: editor in tenure.toml, or git's user.name."),
]
DryRun: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")
]
LISTINGS: Final = ("table", "json")
Listing: TypeAlias = Annotated[str, typer.Option("--format", help=f"{', '.join(LISTINGS)}.")]
TextForm: TypeAlias = Annotated[str, typer.Option("--format", help="text, json.")]
Possible: TypeAlias = Annotated[
    bool, typer.Option("--possible", help="The same as --degree possible.")
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


def questions() -> Catalog:
    """The questions of the catalogue, with those of the base's own.

    Raises as :meth:`~tenure.catalog.Catalog.load`.
    """
    from tenure.catalog import Catalog  # noqa: PLC0415 - most commands ask no question

    return Catalog.load(own=configuration().queries)


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


def facts_at_hand() -> Path:
    """The folder of the facts that is set, else of those that come with Tenure."""
    return configuration().facts or data_dir("facts")


def facts_to_write(facts: Path | None) -> Path:
    """The folder of facts that a writing command changes.

    Raises:
        BadInput: none is named or set, and the default belongs to the installed package.
    """
    facts = facts or configuration().facts
    if facts is not None:
        return facts
    folder = data_dir("facts")
    if folder.parent.name == "_data":
        raise BadInput(
            "The facts that come with the installed package are not to be changed.",
            where=str(folder),
            remedy="Begin a base of your own with: tenure init DIR",
        )
    return folder


def names_of(base: str | None) -> Names:
    """The IRIs under ``base``, else under the one that is set, else those of Tenure.

    Raises :class:`~tenure.errors.BadInput` for a base that is no IRI.
    """
    return checked_base(base or configuration().base)
