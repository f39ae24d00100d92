"""Sentences that a person reads: conflicts, how claims are put, why one does not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from pyoxigraph import Literal, NamedNode

from tenure.errors import BadDate
from tenure.fusion.statements import Unit
from tenure.fusion.world import World
from tenure.model import Claim
from tenure.model.schema import Schema
from tenure.namespaces import EDTF_DATATYPE, local_name
from tenure.temporal import parse
from tenure.temporal.in_words import stretch_in_words


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
            stated = zip(claims, dates, strict=True)
            puts = (f"{_who(c)} puts it {date}" for c, date in stated)
            return f"On {called(concerns[0], claims, labels)}: {'; '.join(puts)}."
    about = ", ".join(called(iri, claims, labels) for iri in concerns)
    if len(claims) == 1:
        return f"On {about}: the claim contradicts what is always so. {said(claims)}"
    return f"On {about}: these cannot all be true. {said(claims)}"


def called(iri: str, claims: Iterable[Claim], labels: Mapping[str, str]) -> str:
    """The label of something, or those of what claims relate it to: who held what office."""
    if iri in labels:
        return labels[iri]
    related = {
        (triple.predicate.value, labels[triple.object.value])
        for claim in claims
        for triple in claim.content
        if triple.subject == NamedNode(iri)
        and isinstance(triple.object, NamedNode)
        and triple.object.value in labels
    }
    return ", ".join(dict.fromkeys(name for _, name in sorted(related))) or name_of(iri, labels)


def unit_in_words(unit: Unit, claim: Claim, schema: Schema, labels: Mapping[str, str]) -> str:
    """What is left out: what a claim states, in few words."""
    words = [called(unit.subject, (claim,), labels), schema.label(unit.predicate)]
    counted = any(one.over_value for one in schema.property_axioms(unit.predicate))
    if "://" in unit.object:
        words.append(name_of(unit.object, labels))
    elif not counted and (days := _date_in_words(unit.object)):
        words = [words[0], words[1].removesuffix(" on"), days]
    elif unit.object:
        words.append(unit.object)
    if unit.side in ("start", "end"):
        words.append(f"for its {unit.side}")
    return " ".join(words)


def said(claims: Sequence[Claim]) -> str:
    """What each source says, one after the other."""
    stated = (f"{local_name(c.source)} says: {c.statement.rstrip('.')}" for c in claims)
    return f"{'; '.join(stated)}."


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
    return _date_in_words(dates.pop()) if len(dates) == 1 else ""


def _date_in_words(text: str) -> str:
    """The days of an EDTF value; empty of one without any, and of what is none."""
    with suppress(BadDate):
        bounds = parse(text).fuzzy_bounds
        if bounds != (None, None):
            return stretch_in_words(bounds.earliest, bounds.latest)
    return ""


ACCEPTED = "Accepted"


def manner_of(world: World, claims: Iterable[str]) -> str:
    """How the claims are put together: *asserted, reported*.

    With *hedged* where every one is softened, and *read by us* where every one is the editor's
    reading.
    """
    return manner([world.claims[iri] for iri in claims], world.schema)


def manner(claims: Sequence[Claim], schema: Schema) -> str:
    """As :func:`manner_of`; empty where there are none."""
    words = sorted({schema.notation(claim.modality).lower() for claim in claims})
    if claims and all(claim.hedged for claim in claims):
        words.append("hedged")
    if claims and all(claim.inferred for claim in claims):
        words.append("read by us")
    return ", ".join(words)


def why_not(world: World, only: Iterable[str] | None = None) -> Mapping[str, str]:
    """Why claims do not make the world, a sentence each; of all claims, or ``only`` of some.

    Claims that are accepted are absent, also those that lost in a conflict which leaves
    nothing out of the world.
    """
    asked = world.standings if only is None else only
    lost: dict[str, list[str]] = defaultdict(list)
    for conflict in world.conflicts:
        overruled = conflict.overruled or [c for c in conflict.lost if world.claims[c].denies]
        for claim in overruled:
            others = [claim_in_short(one) for one in conflict.claims if one not in overruled]
            if conflict.settled:
                stated = f"by the rule {conflict.rule!r} it gives way to {_listed(others)}"
            else:
                rest = [claim_in_short(one) for one in conflict.claims if one != claim]
                stated = (
                    f"it contradicts {_listed(rest) or 'what is always so'}, and nothing settles it"
                )
            if stated not in lost[claim]:
                lost[claim].append(stated)
    found = {}
    for iri in asked:
        claim_ = world.claims.get(iri)
        if claim_ is None or world.standings.get(iri) == ACCEPTED:
            continue
        reasons = [*world.policy.objections(claim_), *lost.get(iri, ())]
        if reasons:
            found[iri] = "; ".join(reasons)
    return found


def claim_in_short(iri: str) -> str:
    """A claim as sentences call it: ``claim/<source>/<number>``."""
    return "/".join(iri.rsplit("/", 3)[-3:])


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
