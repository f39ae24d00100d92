"""Conflicts as cards: what they concern, what each side says, what a policy would make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce

from pyoxigraph import Literal, NamedNode

from tenure.errors import BadDate
from tenure.explain import AlternativeReason, alternatives_of
from tenure.model import Claim, Conflict, Occurrence, Policy
from tenure.model.schema import PointRole
from tenure.namespaces import EDTF_DATATYPE
from tenure.temporal import FourBounds, parse
from tenure.temporal.in_words import date_in_words
from tenure_api.pages.figure import LaneSpan, Timeline, timeline
from tenure_api.pages.rendering import Pages
from tenure_api.pages.sentences import Sentence, sentence_of, text, when_of
from tenure_api.pages.tables import ClaimView, claim_views
from tenure_api.pages.things import Group, LaneName


@dataclass(frozen=True, slots=True)
class Position:
    """What a claim says in a conflict: its dates in words, and whether it lost."""

    view: ClaimView
    says: str
    lost: bool


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """All conflicts that concern the same things, with the positions side by side.

    ``standing`` is what the policy makes of what they concern, ``under`` what another would.
    """

    anchor: str
    about: Sequence[Sentence]
    kinds: Sequence[str]
    reasons: Sequence[str]
    rules: Sequence[str]
    positions: Sequence[Position]
    lanes: Sequence[Group]
    line: Timeline | None
    standing: Sequence[str]
    alternatives: Sequence[AlternativeReason]
    under: Sequence[str]
    explained: Sequence[str]


def grouped(conflicts: Sequence[Conflict]) -> list[list[Conflict]]:
    """The conflicts by what they concern, those that nothing settled first."""
    found: dict[tuple[str, ...], list[Conflict]] = {}
    for one in conflicts:
        found.setdefault(one.concerns, []).append(one)
    return sorted(found.values(), key=lambda some: (all(c.settled for c in some), some[0].concerns))


def card_of(
    pages: Pages, some: Sequence[Conflict], policy: Policy, other: Policy | None
) -> ConflictCard:
    """The card of conflicts that concern the same; ``other`` is the policy of *what would*."""
    kb = pages.kb
    world = kb.around(some[0].concerns, policy)
    known = {iri: world.occurrences[iri] for iri in some[0].concerns if iri in world.occurrences}
    claims = [kb.claims[iri] for iri in dict.fromkeys(i for one in some for i in one.claims)]
    lost = {iri for one in some for iri in one.lost}
    views = claim_views(kb, world, claims)
    spans: list[LaneSpan] = []
    lanes: list[LaneName] = []
    for one in known.values():
        lanes.append(LaneName(len(spans), "", (text("together"),)))
        spans.append(
            LaneSpan(
                one.bounds,
                contested=one.contested,
                alternatives=tuple(each.bounds for each in one.alternatives),
            )
        )
    positions = []
    for view in views:
        dates = list(_dates(pages, view.claim, some[0].concerns))
        for bounds in joined([bounds for _, bounds in dates], some[0].concerns):
            slug = kb.names.short(view.claim.source).removeprefix("source/")
            lanes.append(LaneName(len(spans), "", (), slug))
            spans.append(LaneSpan(bounds))
        says = "; ".join(words for words, _ in dates)
        positions.append(Position(view, says, view.claim.iri in lost))
    about = [
        sentence_of(pages, known[iri]) if iri in known else (NamedNode(iri),)
        for iri in some[0].concerns
    ]
    day = pages.view.first if pages.view.first == pages.view.last else None
    dated = len(spans) > len(known)
    return ConflictCard(
        kb.names.short(some[0].iri).replace("/", "."),
        about,
        list(dict.fromkeys(one.kind for one in some)),
        list(dict.fromkeys(one.reason for one in some)),
        list(dict.fromkeys(one.rule for one in some if one.rule)),
        positions,
        [Group("Positions", "", (), lanes)] if dated else [],
        timeline(spans, day if day and _near(day, spans) else None) if dated else None,
        [when_of(one) for one in known.values()],
        [each for one in known.values() for each in alternatives_of(one)],
        [] if other is None else _under(pages, some, known, other),
        list(known),
    )


def _near(day: int, spans: Sequence[LaneSpan]) -> bool:
    days = [one for span in spans for one in span.days]
    return bool(days) and min(days) <= day <= max(days)


def _under(
    pages: Pages, some: Sequence[Conflict], known: Mapping[str, Occurrence], other: Policy
) -> list[str]:
    then = pages.kb.around(some[0].concerns, other)
    told = []
    for iri in known:
        one = then.occurrences.get(iri)
        if one is None:
            told.append("There would be no such thing.")
        else:
            told.append(when_of(one) + (" It would be contested." if one.contested else ""))
    losing = {iri for one in then.conflicts for iri in one.lost}
    gone = [iri for iri in dict.fromkeys(i for one in some for i in one.claims) if iri in losing]
    if gone:
        names = ", ".join(pages.kb.names.short(iri).removeprefix("claim/") for iri in gone)
        told.append(f"These would give way: {names}.")
    return told


def _dates(pages: Pages, claim: Claim, concerns: Sequence[str]) -> Iterator[tuple[str, FourBounds]]:
    """The dates that a claim gives of what a conflict concerns, in words and as drawn."""
    for stated in claim.content:
        value = stated.object
        if not (isinstance(value, Literal) and value.datatype == EDTF_DATATYPE):
            continue
        if not isinstance(stated.subject, NamedNode) or stated.subject.value not in concerns:
            continue
        prop = stated.predicate.value
        words = f"{pages.kb.schema.label(prop).removesuffix(' on')} {date_in_words(value.value)}"
        yield words, _bounds(pages, prop, value.value)


def joined(each: Sequence[FourBounds], concerns: Sequence[str]) -> Sequence[FourBounds]:
    """One stretch of the start and the end that a claim gives of one thing, where they fit."""
    if len(concerns) > 1 or len(each) < 2:
        return each
    with suppress(BadDate):
        return [reduce(FourBounds.and_within, each)]
    return each


def _bounds(pages: Pages, prop: str, date: str) -> FourBounds:
    """What a date says by itself, by the axioms that the ontology gives its property."""
    low, high = parse(date).bounds
    axioms = pages.kb.schema.property_axioms(prop)
    later, earlier = {one.later for one in axioms}, {one.earlier for one in axioms}
    return FourBounds(
        low if PointRole.SUBJECT_START in later else None,
        high if PointRole.SUBJECT_START in earlier else None,
        low if PointRole.SUBJECT_END in later else None,
        high if PointRole.SUBJECT_END in earlier else None,
    ).tightened()
