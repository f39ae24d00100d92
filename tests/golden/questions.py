"""What is asked of every face: each question under each policy and as of each kind of moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tenure.catalog import Catalog, CatalogQuery
from tenure.knowledge import KnowledgeBase
from tenure.temporal import iso

MOMENTS: Mapping[str, str] = {
    "day": "2020-01-03",
    "event": "event/us-strike-2020-01-03",
    "source": "source/jpost-620411",
    "vague": "2020-01~",
}
"""A moment of each kind; what a question or a base does not know is an error at every face."""

_ENDS = ("from", "to")


@dataclass(frozen=True)
class Case:
    """One question to a face: ``kind`` says which, ``name`` what about."""

    kind: str
    name: str
    arguments: tuple[tuple[str, str], ...] = ()
    policy: str = ""

    def __str__(self) -> str:
        words = [self.kind, self.name, *(f"{name}={value}" for name, value in self.arguments)]
        return " ".join(words + ([f"[{self.policy}]"] if self.policy else []))

    @property
    def number(self) -> int:
        """A number that samples are drawn by, the same in every run."""
        return int(hashlib.sha256(str(self).encode()).hexdigest()[:8], 16)


def policies(kb: KnowledgeBase) -> list[str]:
    """No policy, each that has a name, and one of each other kind."""
    named = sorted(kb.snapshot.policy_terms.named)
    source = kb.names.short(kb.source_iri("jpost-620411")).removeprefix("source/")
    known_at = kb.revisions()[0].instant
    return ["", *named, f"sources={source}", "hedged=no", f"known-at={known_at}"]


def cases(kb: KnowledgeBase, catalog: Catalog) -> Iterator[Case]:
    """Everything that is asked, in an order that stays."""
    under = policies(kb)
    for name in sorted(catalog):
        for arguments in sorted(set(_arguments(catalog[name]))):
            yield from (Case("ask", name, arguments, policy) for policy in under)
    for iri in sorted(kb.world().occurrences):
        yield Case("explain", kb.names.short(iri))
    for day in days_of_change(kb):
        yield Case("certain", day)
        yield Case("possible", day)
        yield Case("certainty", day)
    yield Case("export", "everything")


def _arguments(query: CatalogQuery) -> Iterator[tuple[tuple[str, str], ...]]:
    """The example, as little as will do, and either with a moment of each kind in each place."""
    times = [one.name for one in query.parameters if one.type == "time"]
    needed = {one.name for one in query.parameters if one.required}
    example = {name: value for name, value in query.example.items() if value}
    timeless = {k: v for k, v in example.items() if k not in times or k in needed}
    least = {k: v for k, v in timeless.items() if k in needed}
    yield tuple(sorted(example.items()))
    for given in (timeless, least):
        yield tuple(sorted(given.items()))
    for place in times:
        for kind, moment in MOMENTS.items():
            if place in ("before", "after") and kind == "vague":
                continue
            yield tuple(sorted({**timeless, place: moment}.items()))
    if set(_ENDS) <= set(times):
        stretch = {"from": "2019-11", "to": MOMENTS["day"]}
        yield tuple(sorted({**timeless, **stretch}.items()))


def days_of_change(kb: KnowledgeBase) -> list[str]:
    """The days on which anything certainly or possibly begins, and those after which it ends."""
    found = set()
    for one in kb.world().occurrences.values():
        bounds = one.bounds
        found |= {bounds.start_earliest, bounds.start_latest}
        found |= {d + 1 for d in (bounds.end_earliest, bounds.end_latest) if d is not None}
    return [iso(day) for day in sorted(one for one in found if one is not None)]
