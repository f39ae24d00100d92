"""How a policy settles claims that contradict each other where their ranks do not.

Written as the part ``resolve`` of a policy: ``rank`` (the default: by rank alone), ``newest``,
``majority``, ``ranked:<source>,<source>…`` or ``named:<source>,<source>…``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from tenure.errors import BadPolicy
from tenure.nearest import nearest, remedy_of

RANK: Final = "rank"
NEWEST: Final = "newest"
MAJORITY: Final = "majority"
RANKED: Final = "ranked"
NAMED: Final = "named"
_ALONE = (RANK, NEWEST, MAJORITY)
_LISTING = (RANKED, NAMED)


@dataclass(frozen=True, slots=True)
class Resolution:
    """The rule that comes after rank: its name, and source slugs where it lists some.

    For ``ranked`` the order of the slugs counts, the most trusted first; for ``named`` it does not.
    """

    rule: str = RANK
    sources: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}:{','.join(self.sources)}" if self.sources else self.rule


def parse_resolution(text: str | None, sources: Collection[str]) -> Resolution:
    """The rule that the text names.

    Raises :class:`~tenure.errors.BadPolicy` for an unknown rule, or a source that is not there.
    """
    rule, colon, listed = (text or RANK).partition(":")
    rule = rule.strip().lower()
    if rule not in _ALONE + _LISTING or bool(colon) != (rule in _LISTING):
        raise BadPolicy(
            f"Conflicts cannot be resolved by {(text or '')[:80]!r}.",
            where="policy",
            remedy=f"Write {', '.join(_ALONE)}, ranked:SOURCE,… or named:SOURCE,….",
        )
    if rule not in _LISTING:
        return Resolution(rule)
    slugs = [slug.strip() for slug in listed.split(",")]
    for slug in slugs:
        if slug not in sources:
            raise BadPolicy(
                f"resolve names no source {slug[:80]!r}.",
                where="policy",
                remedy=remedy_of(nearest(slug, sources), f"There are {len(sources)} sources."),
            )
    if len(set(slugs)) < len(slugs):
        raise BadPolicy(
            "resolve names a source twice.", where="policy", remedy="Name each source once."
        )
    return Resolution(rule, tuple(slugs if rule == RANKED else sorted(slugs)))
