"""The names nearest to one that does not exist, for remedies."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from itertools import islice
from typing import Final

from tenure.folding import folded

MANY: Final = 20_000
"""Names that are compared letter by letter."""

_FEW: Final = 16


def nearest(text: str, names: Iterable[str], n: int = 4) -> list[str]:
    """Up to ``n`` of ``names`` that look like ``text``, the most alike first.

    What follows the last ``/`` counts for itself, so that a slug is found by its name alone. Only
    the first 200 characters of ``text`` are looked at.
    """
    wanted = folded(text[:200]).rsplit("/", 1)[-1]
    by_end: dict[str, list[str]] = {}
    for name in sorted(fewer(wanted, set(names))):
        by_end.setdefault(folded(name).rsplit("/", 1)[-1], []).append(name)
    alike = difflib.get_close_matches(wanted, by_end, n=n, cutoff=0.5)
    containing = [end for end in by_end if wanted and wanted in end and end not in alike]
    return [name for end in [*alike, *containing] for name in by_end[end]][:n]


def fewer(wanted: str, names: Collection[str]) -> Collection[str]:
    """The names worth comparing: of more than :data:`MANY`, those that begin alike."""
    # To compare a name with a hundred thousand others takes seconds, and anyone can mistype.
    if len(names) <= MANY:
        return names
    start = folded(wanted)[:4]
    alike = (name for name in names if folded(name).rsplit("/", 1)[-1].startswith(start))
    return list(islice(alike, MANY)) if start else []


def remedy_of(names: Iterable[str], otherwise: str = "") -> str:
    """A remedy that offers ``names``, or ``otherwise`` where there are none."""
    listed = ", ".join(names)
    return f"Nearest: {listed}." if listed else otherwise


def some_of(names: Collection[str]) -> str:
    """All of a few names in order, or the first of many and how many there are, for a remedy."""
    listed = ", ".join(sorted(names)[:_FEW])
    return f"Known: {listed}" + (f", … ({len(names):,} in all)." if len(names) > _FEW else ".")
