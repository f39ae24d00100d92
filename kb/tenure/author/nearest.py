"""The names nearest to one that does not exist, for remedies."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(text: str, names: Iterable[str], n: int = 4) -> list[str]:
    """Up to ``n`` of ``names`` that look like ``text``, the most alike first.

    What follows the last ``/`` counts for itself, so that a slug is found by its name alone.
    """
    wanted = text.lower().rsplit("/", 1)[-1]
    by_end: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        by_end.setdefault(name.lower().rsplit("/", 1)[-1], []).append(name)
    alike = difflib.get_close_matches(wanted, by_end, n=n, cutoff=0.5)
    containing = [end for end in by_end if wanted and wanted in end and end not in alike]
    return [name for end in [*alike, *containing] for name in by_end[end]][:n]


def remedy_of(names: Iterable[str], otherwise: str = "") -> str:
    """A remedy that offers ``names``, or ``otherwise`` where there are none."""
    listed = ", ".join(names)
    return f"Nearest: {listed}." if listed else otherwise
