"""Claims that contradict themselves: one claim cannot say two things that are not so together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.claims import Claim, Source
from tenure.errors import BadClaim, BadDate
from tenure.temporal import parse
from tenure.terms import TN, TNV
from tenure.validate.facts import Facts, Told, graph_of
from tenure.validate.report import Finding, Severity
from tenure.world import Schema
from tenure.world.constraints import Reason
from tenure.world.self_contradiction import contradiction_in

Descriptions: TypeAlias = defaultdict[str, dict[str, str]]
"""By claim and source, by name: what is said of them that matters here."""
RULE: Final = "ClaimContradictsItself"
RULES: Final = frozenset((RULE,))
DESCRIBED: Final = {
    TN(name): name for name in ("source", "tense", "hedged", "retractedAt", "published")
}


def consistency_findings(facts: Facts) -> Iterator[Finding]:
    """A finding for each claim of the given documents that contradicts itself.

    Claims that are withdrawn are let be. O(statements of the claims).
    """
    if facts.time_schema is None:
        return
    described: Descriptions = defaultdict(dict)
    for document in (*facts.given, *facts.context):
        describe(described, document.quads)
    for document in facts.given:
        content = contents(document.quads)
        for told in contradictions_among(content, described, facts.types, facts.time_schema):
            yield from facts.place(
                told.rule,
                told.focus,
                told.what,
                told.remedy,
                document=document,
                graph=told.graph,
            )


def contradictions_among(
    content: Mapping[str, Sequence[Triple]],
    described: Mapping[str, Mapping[str, str]],
    types: Mapping[str, Iterable[str]],
    schema: Schema,
) -> Iterator[Told]:
    """What contradicts itself among what claims (IRIs) state; ``described`` is :func:`describe`'s.

    ``types`` are the classes of whatever they name.
    """
    for iri, triples in content.items():
        about = described.get(iri, {})
        if "source" not in about or "retractedAt" in about:
            continue
        claim = _claim(iri, about, triples)
        source = _source(claim.source, described.get(claim.source, {}))
        named = {t.value for one in triples for t in one if isinstance(t, NamedNode)}
        # What cannot be understood at all is told by other rules.
        with suppress(BadClaim):
            classes = {one: frozenset(types.get(one, ())) for one in named}
            reasons = contradiction_in(claim, source, classes, schema)
            # A relation of a thing to itself is what the shapes tell of.
            if reasons and any(one.subject != one.object for one in reasons):
                what = " and ".join(_said(one) for one in reasons)
                yield Told(
                    RULE,
                    reasons[0].subject,
                    f"{iri} contradicts itself. It cannot be that {what}.",
                    _remedy(reasons),
                    Severity.VIOLATION,
                    iri,
                )


def contents(quads: Iterable[Quad]) -> dict[str, list[Triple]]:
    """What the statements of each named graph are."""
    found: dict[str, list[Triple]] = defaultdict(list)
    for quad in quads:
        graph = graph_of(quad)
        if graph is not None:
            found[graph].append(quad.triple)
    return found


def describe(described: Descriptions, quads: Iterable[Quad]) -> None:
    """Notes what is said of claims and sources, as far as it matters here."""
    for quad in quads:
        name = DESCRIBED.get(quad.predicate)
        if (
            name is not None
            and isinstance(quad.subject, NamedNode)
            and isinstance(quad.object, NamedNode | Literal)
        ):
            described[quad.subject.value].setdefault(name, quad.object.value)


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
        recorded_at="",
        retracted_at=None,
        reading=TNV("Stated").value,
        voices=(),
        evidence=(),
        content=tuple(sorted(content, key=str)),
    )


def _source(iri: str, told: Mapping[str, str]) -> Source | None:
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
