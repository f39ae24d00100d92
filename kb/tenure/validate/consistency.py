"""Claims that contradict themselves: one claim cannot say two things that are not so together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from tenure.claims import Claim, Source
from tenure.errors import BadClaim, BadDate
from tenure.temporal import parse
from tenure.terms import TN, TNV
from tenure.validate.facts import Facts, graph_of
from tenure.validate.report import Finding
from tenure.world.constraints import Reason
from tenure.world.self_contradiction import contradiction_in

RULE: Final = "ClaimContradictsItself"
RULES: Final = frozenset((RULE,))
_DESCRIBED: Final = {
    TN(name): name for name in ("source", "tense", "hedged", "retractedAt", "published")
}


def consistency_findings(facts: Facts) -> Iterator[Finding]:
    """A finding for each claim of the given documents that contradicts itself.

    Claims that are withdrawn are let be. O(statements of the claims).
    """
    described = _descriptions(facts)
    for document in facts.given:
        content: dict[str, list[Triple]] = defaultdict(list)
        for quad in document.quads:
            graph = graph_of(quad)
            if graph is not None:
                content[graph].append(quad.triple)
        for iri, triples in content.items():
            told = described.get(iri, {})
            if "source" not in told or "retractedAt" in told:
                continue
            claim = _claim(iri, told, triples)
            source = _source(claim.source, described.get(claim.source, {}))
            named = {t.value for one in triples for t in one if isinstance(t, NamedNode)}
            types = {one: frozenset(facts.types.get(one, ())) for one in named}
            # What cannot be understood at all is told by other rules.
            with suppress(BadClaim):
                reasons = contradiction_in(claim, source, types, facts.time_schema)
                # A relation of a thing to itself is what the shapes tell of.
                if reasons and any(one.subject != one.object for one in reasons):
                    yield from facts.place(
                        RULE,
                        reasons[0].subject,
                        f"{iri} contradicts itself. It cannot be that "
                        f"{' and '.join(_said(one) for one in reasons)}.",
                        _remedy(reasons),
                        document=document,
                        graph=iri,
                    )


def _descriptions(facts: Facts) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for document in (*facts.given, *facts.context):
        for quad in document.quads:
            name = _DESCRIBED.get(quad.predicate)
            if (
                name is not None
                and isinstance(quad.subject, NamedNode)
                and isinstance(quad.object, NamedNode | Literal)
            ):
                found[quad.subject.value].setdefault(name, quad.object.value)
    return found


def _claim(iri: str, told: dict[str, str], content: Sequence[Triple]) -> Claim:
    """The claim as far as it can contradict itself; how it came about is no part of that."""
    return Claim(
        iri,
        told["source"],
        statement="",
        modality=TNV("Asserted").value,
        hedged=told.get("hedged") in ("true", "1"),
        tense=told.get("tense"),
        rank=TNV("Normal").value,
        recorded_at="",
        retracted_at=None,
        reading=TNV("Stated").value,
        voices=(),
        evidence=(),
        content=tuple(sorted(content, key=str)),
    )


def _source(iri: str, told: dict[str, str]) -> Source | None:
    with suppress(BadDate):
        if "published" in told:
            return Source(iri, iri, "", parse(told["published"]))
    return None


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
