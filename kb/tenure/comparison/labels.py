"""The same tenure on the same dates, and each of two sources calls somebody otherwise.

What a source calls an entity is in its records alone: the registry has all names together. So of
those that have several, the ones that a record has are what its source says.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from pyoxigraph import Literal, NamedNode

from tenure.comparison.differences import Difference, DifferenceKind
from tenure.comparison.stated import ClaimRows
from tenure.comparison.stretch import StatedStretch
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import SKOS_ALT_LABEL

_RECORDS = """SELECT ?claim ?text { ?claim tn:source <$source> ;
  tn:evidence/tn:recordText ?text }"""


def called_otherwise(
    kb: KnowledgeBase,
    ones: Iterable[StatedStretch],
    others: Iterable[StatedStretch],
    labels: Callable[[str], Sequence[str]],
) -> list[Difference]:
    """Stretches on which both sides agree, with holders or offices that they call otherwise.

    ``labels`` are those of an entity in all languages.
    """
    several: dict[str, set[str]] = defaultdict(set)
    for quad in kb.store.quads(kb.names.graph("entities"), predicate=SKOS_ALT_LABEL):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            several[quad.subject.value].add(quad.object.value)
    there = {one: one for one in ones}
    pairs = [
        (one, other)
        for other in (others if several else ())
        if (other.subject in several or other.object in several)
        and (one := there.get(other)) is not None
    ]
    if not pairs:
        return []
    claims = {claim for pair in pairs for one in pair for claim in one.claims}
    sources = {kb.claims[one].source for one in claims}
    texts = {
        claim: text
        for source in sorted(sources)
        for claim, text in ClaimRows(kb.store, kb.names, source)(_RECORDS)
    }
    found = []
    for one, other in pairs:
        told = []
        for iri in (one.subject, one.object):
            names = {*several[iri], *labels(iri)} if iri in several else set[str]()
            sides = [_named(stretch, names, texts) for stretch in (one, other)]
            if all(sides) and sides[0].isdisjoint(sides[1]):
                told.append(" and ".join(f"“{min(side)}”" for side in sides))
        if told:
            found.append(Difference(DifferenceKind.LABEL, (one,), (other,), hint="; ".join(told)))
    return sorted(found, key=lambda one: one.a[0].order)


def _named(stretch: StatedStretch, names: AbstractSet[str], texts: Mapping[str, str]) -> set[str]:
    """Which of the names stand in the records of a stretch."""
    if not names:
        return set()
    values = {" ".join(one.split()) for c in stretch.claims for one in _values(texts.get(c, ""))}
    return values.intersection(names)


def _values(text: str) -> Iterator[str]:
    """The texts in a record, as the data set has it."""
    try:
        waiting: list[Any] = [json.loads(text)]
    except ValueError:
        return
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str):
            yield one
