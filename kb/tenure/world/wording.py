"""Sentences that a person reads: days, bounds, conflicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tenure.claims import Claim
from tenure.terms import local_name


def name_of(iri: str, labels: Mapping[str, str]) -> str:
    """The label of something, or the last part of its IRI."""
    return labels.get(iri) or local_name(iri)


def conflict_reason(
    claims: Sequence[Claim], concerns: Sequence[str], labels: Mapping[str, str]
) -> str:
    """Why the claims cannot all be true, naming who says what."""
    about = ", ".join(name_of(iri, labels) for iri in concerns)
    said = "; ".join(f"{local_name(c.source)} says: {c.statement.rstrip('.')}" for c in claims)
    if len(claims) == 1:
        return f"On {about}: the claim contradicts what is always so. {said}."
    return f"On {about}: these cannot all be true. {said}."
