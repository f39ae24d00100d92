"""One claim added to a folder of facts, for tests that need no file of drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from tenure.ingest import Added, Draft, StatedOccurrence, Vocabulary, add_claims


def add_claim(
    facts: Path,
    source: str,
    *,
    text_path: Path,
    passage: str | Sequence[str],
    statement: str,
    states: Sequence[StatedOccurrence],
    vocabulary: Vocabulary | None = None,
    now: datetime | None = None,
    **parts: Any,
) -> Added:
    """Add one claim; ``parts`` are those of a draft besides."""
    passages = (passage,) if isinstance(passage, str) else tuple(passage)
    draft = Draft(passages, statement, tuple(states), **parts)
    return add_claims(facts, source, [draft], text_path=text_path, vocabulary=vocabulary, now=now)[
        0
    ]
