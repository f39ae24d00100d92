"""A gazette as a source, and claims of it, as the drafts of cases have them."""

from __future__ import annotations

from pathlib import Path

from tenure.ingest import add_claims, add_source, read_drafts


def add(folder: Path, told: str) -> None:
    """Writes the drafts into ``f``, a new folder of facts; the gazette's text lies beside it."""
    facts = folder / "f"
    facts.mkdir()
    (facts / "entities.ttl").touch()
    add_source(
        facts,
        "gaz",
        publisher="org/gaz",
        published="2021-05-12",
        title="Officers",
        text_path=folder / "a.txt",
        publisher_name="Gazette",
    )
    add_claims(facts, "gaz", read_drafts(told, "claims.yaml"), text_path=folder / "a.txt")
