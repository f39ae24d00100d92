"""Claims that contradict themselves: one claim cannot say two things that are not so together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from tenure.errors import BadClaim, BadDate
from tenure.fusion import Types
from tenure.fusion.constraints import Reason
from tenure.fusion.self_contradiction import PlainClaims, contradiction_in
from tenure.model import Claim, Evidence, Schema, Source, instant
from tenure.namespaces import TN, TNV
from tenure.temporal import parse
from tenure.validate.facts import Breach, Facts, node_of

RULES: Final = frozenset(("ClaimContradictsItself",))
_OF_CLAIMS: Final = ("source", "tense", "hedged", "retractedAt", "recordedAt", "evidence")
_NAMED: Final = ("source", "tense", "evidence")


def consistency_breaches(facts: Facts) -> Iterator[Breach]:
    """What there is against each claim of the given documents that contradicts itself.

    Claims that are withdrawn are let be. O(statements of the claims).
    """
    schema = facts.time_schema
    if schema is None:
        return
    plain = PlainClaims(schema)
    sources: dict[str, Source | None] = {}
    seen: set[str] = set()
    for document in facts.given:
        for iri in sorted(document.graphs - seen):
            quads = facts.store.quads_for_pattern(None, None, None, NamedNode(iri))
            content = [one.triple for one in quads]
            classes = _classes(facts, content)
            # Of what is plain, nothing else has to be looked up.
            if not _described(facts, iri, ("tense",)) and _is_sound(plain, content, classes):
                continue
            about = _described(facts, iri, _OF_CLAIMS)
            if "source" not in about or "retractedAt" in about:
                continue
            source = about["source"]
            if source not in sources:
                described = _described(facts, source, ("published",))
                sources[source] = _source(source, described, _states(facts, source))
            about |= _described(facts, about.get("evidence", ""), ("recordLocator",))
            claim = _claim(iri, about, content)
            found = _contradiction(claim, sources[source], classes, schema)
            if found is not None:
                yield replace(found, document=document)
        seen |= document.graphs


def _described(facts: Facts, iri: str, names: Sequence[str]) -> dict[str, str]:
    """What is said of a claim or a source, as far as it matters here."""
    found: dict[str, str] = {}
    node = node_of(iri)
    for name in names if node is not None else ():
        quads = facts.store.quads_for_pattern(node, TN(name), None)
        # What is no name where one belongs, or the reverse, has findings of its own.
        kind = NamedNode if name in _NAMED else Literal
        values = {quad.object.value for quad in quads if isinstance(quad.object, kind)}
        if values:
            found[name] = min(values)
    return found


def _is_sound(plain: PlainClaims, content: Sequence[Triple], classes: Types) -> bool:
    try:
        return plain.is_sound(content, classes)
    except BadClaim:
        # What cannot be understood at all is told by other rules.
        return True


def _classes(facts: Facts, content: Sequence[Triple]) -> dict[str, frozenset[str]]:
    """The classes of all that is named."""
    named = {t.value for one in content for t in one if isinstance(t, NamedNode)}
    return {one: facts.classes_of(one) for one in named}


def _contradiction(
    claim: Claim, source: Source | None, classes: Types, schema: Schema
) -> Breach | None:
    # What cannot be understood at all is told by other rules.
    with suppress(BadClaim):
        reasons = contradiction_in(claim, source, classes, schema)
        # A relation of a thing to itself is what the shapes tell of.
        if reasons and any(one.subject != one.object for one in reasons):
            what = " and ".join(_said(one) for one in reasons)
            return Breach(
                "ClaimContradictsItself",
                reasons[0].subject,
                f"{claim.iri} contradicts itself. It cannot be that {what}.",
                _remedy(reasons),
                graph=claim.iri,
            )
    return None


def _claim(iri: str, told: Mapping[str, str], content: Sequence[Triple]) -> Claim:
    """The claim as far as it can contradict itself; how it came about is no part of that."""
    return Claim(
        iri,
        told["source"],
        statement="",
        modality=TNV("Asserted").value,
        hedged=told.get("hedged") in ("true", "1"),
        tense=told.get("tense"),
        rank=TNV("Normal").value,
        recorded_at=_instant(told.get("recordedAt", "")),
        retracted_at=None,
        reading=TNV("Stated").value,
        voices=(),
        evidence=(Evidence(iri, record=told["recordLocator"]),) if "recordLocator" in told else (),
        content=tuple(sorted(content, key=str)),
    )


def _source(iri: str, told: Mapping[str, str], states: Sequence[str]) -> Source | None:
    with suppress(BadDate):
        if "published" in told:
            return Source(iri, iri, "", parse(told["published"]), states=tuple(states))
    return None


def _states(facts: Facts, source: str) -> list[str]:
    """The instants at which what is held of a source was revised."""
    node = node_of(source)
    if node is None:
        return []
    revised = facts.store.quads_for_pattern(None, TN("revisionOf"), node)
    nodes = {quad.subject.value for quad in revised if isinstance(quad.subject, NamedNode)}
    told = (_described(facts, one, ("recordedAt",)) for one in nodes)
    return sorted(filter(None, (_instant(one.get("recordedAt", "")) for one in told)))


def _instant(text: str) -> str:
    """An instant in UTC; empty where it is none, of which other rules tell."""
    with suppress(BadClaim):
        return instant(text)
    return ""


def _said(reason: Reason) -> str:
    prop = reason.predicate
    if prop.startswith(TNV("").value):
        return f"{reason.subject} is {prop} on the day of {reason.object}"
    return f"{reason.subject} has {prop} {reason.object}"


def _remedy(reasons: Sequence[Reason]) -> str:
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in reasons:
        if _is_date(one.object):
            said[one.subject, one.predicate].add(one.object)
    several = [sorted(dates) for dates in said.values() if len(dates) > 1]
    if several:
        days = several[0]
        return (
            f'Keep the one that is meant. If it is one of them, write a set: "[{", ".join(days)}]".'
        )
    return "Correct what was misread. Two claims can disagree, and are kept; one claim cannot."


def _is_date(text: str) -> bool:
    with suppress(BadDate):
        parse(text)
        return True
    return False
