"""A source in its passages: which carry claims and which do not, with the words where a text is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tenure.model import Claim, Evidence

AROUND: Final = 240
"""Characters of a text that are shown before and after a passage."""

MOST_PARTS: Final = 40
MOST_CLAIMS: Final = 25
MOST_SHOWN: Final = 100
"""Parts of a source on a page, claims of a part, and claims on a page."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words of a passage, with what stands before and after it; ``cut`` where there is more."""

    before: str
    words: str
    after: str
    cut_before: bool
    cut_after: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a source: a sentence, or what lies between two, with the claims that begin there.

    ``number`` and ``anchor`` are empty of what no claim points at, ``words`` where no text is at
    hand.
    """

    number: int | None
    anchor: str
    words: str
    claims: Sequence[Claim]


def anchor_of(place: Evidence) -> str:
    """The anchor of a passage on the page of its source; empty of what is no passage."""
    if place.sentence is not None:
        return f"s{place.sentence}"
    return f"c{place.start}" if place.start is not None else ""


def quoted(text: str, place: Evidence) -> Quoted | None:
    """A passage in its text; None of what is none."""
    if place.start is None or place.end is None:
        return None
    first, last = max(0, place.start - AROUND), min(len(text), place.end + AROUND)
    before, after = text[first : place.start], text[place.end : last]
    if first:  # not in the middle of a word
        before = before.partition(" ")[2]
    if last < len(text):
        after = after.rpartition(" ")[0]
    return Quoted(before, text[place.start : place.end], after, first > 0, last < len(text))


def parts_of(claims: Iterable[Claim], text: str | None) -> list[Part]:
    """The sentences that claims rest on, in order, each with those that name it first.

    With the text, what lies between them is a part without claims. Claims that rest on no passage
    are in parts of their own at the end. No part has more than :data:`MOST_CLAIMS`; of one that
    would, only the first has the anchor and the words.
    """
    places: dict[str, Evidence] = {}
    first: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda one: (one.retracted_at is not None, one.iri)):
        pointed = [place for place in claim.evidence if anchor_of(place)]
        for place in pointed:
            places.setdefault(anchor_of(place), place)
        where = anchor_of(min(pointed, key=_order)) if pointed else ""
        first.setdefault(where, []).append(claim)
    found = list(_in_order(sorted(places.values(), key=_order), first, text))
    if "" in first:
        found.append(Part(None, "", "", first[""]))
    return [each for part in found for each in _cut(part)]


def _cut(part: Part) -> Iterator[Part]:
    yield replace(part, claims=part.claims[:MOST_CLAIMS])
    for start in range(MOST_CLAIMS, len(part.claims), MOST_CLAIMS):
        yield Part(part.number, "", "", part.claims[start : start + MOST_CLAIMS])


def on_pages(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts in pages: each has :data:`MOST_PARTS`, and :data:`MOST_SHOWN` claims, at most."""
    pages: list[list[Part]] = [[]]
    claims = 0
    for part in parts:
        if len(pages[-1]) == MOST_PARTS or (pages[-1] and claims + len(part.claims) > MOST_SHOWN):
            pages.append([])
            claims = 0
        pages[-1].append(part)
        claims += len(part.claims)
    return pages


def _in_order(
    places: Sequence[Evidence], first: dict[str, list[Claim]], text: str | None
) -> Iterator[Part]:
    past = 0
    for place in places:
        anchor = anchor_of(place)
        words = ""
        if text is not None and place.start is not None and place.end is not None:
            if text[past : place.start].strip():
                yield Part(None, "", text[past : place.start].strip(), ())
            words = text[place.start : place.end]
            past = max(past, place.end)
        yield Part(place.sentence, anchor, words, first.get(anchor, ()))
    if text is not None and text[past:].strip():
        yield Part(None, "", text[past:].strip(), ())


def without_claims(parts: Sequence[Part]) -> list[int]:
    """The numbers of sentences before the last that carries a claim that carry none themselves."""
    numbers = {part.number for part in parts if part.number is not None}
    return [one for one in range(1, max(numbers, default=0)) if one not in numbers]


def _order(place: Evidence) -> tuple[int, int]:
    return (place.start if place.start is not None else -1, place.sentence or 0)
