"""Sentences that a person reads: days, bounds, conflicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from tenure.claims import Claim
from tenure.temporal import parse
from tenure.temporal.in_words import stretch_in_words
from tenure.terms import EDTF_DATATYPE, local_name


def name_of(iri: str, labels: Mapping[str, str]) -> str:
    """The label of something, or the last part of its IRI."""
    return labels.get(iri) or local_name(iri)


def conflict_reason(
    claims: Sequence[Claim], concerns: Sequence[str], labels: Mapping[str, str]
) -> str:
    """Why the claims cannot all be true, naming who says what."""
    if len(claims) > 1 and len(concerns) == 1:
        dates = [_dates(claim, concerns[0]) for claim in claims]
        if all(dates):
            told = zip(claims, dates, strict=True)
            puts = (f"{_who(c)} puts it {date}" for c, date in told)
            return f"On {name_of(concerns[0], labels)}: {'; '.join(puts)}."
    about = ", ".join(name_of(iri, labels) for iri in concerns)
    if len(claims) == 1:
        return f"On {about}: the claim contradicts what is always so. {said(claims)}"
    return f"On {about}: these cannot all be true. {said(claims)}"


def said(claims: Sequence[Claim]) -> str:
    """What each source says, one after the other."""
    told = (f"{local_name(c.source)} says: {c.statement.rstrip('.')}" for c in claims)
    return f"{'; '.join(told)}."


def _who(claim: Claim) -> str:
    return f"{local_name(claim.source)} (claim {local_name(claim.iri)})"


def _dates(claim: Claim, iri: str) -> str:
    """Where a claim puts something, in words; empty where it gives no date or several."""
    dates = {
        triple.object.value
        for triple in claim.content
        if isinstance(triple.subject, NamedNode)
        and triple.subject.value == iri
        and isinstance(triple.object, Literal)
        and triple.object.datatype == EDTF_DATATYPE
    }
    if len(dates) != 1:
        return ""
    bounds = parse(dates.pop()).fuzzy_bounds
    if bounds == (None, None):
        return ""
    return stretch_in_words(bounds.earliest, bounds.latest)
