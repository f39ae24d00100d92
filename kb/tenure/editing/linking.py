"""Which entities may be one: proposed with a score and its reasons, and decided by a person.

What identifiers say comes first: two that share one are proposed before all others, and two that
have different identifiers of one register are never. Then names decide, in whatever script, and
what the two have in common: an office held at a time that can be the same. A proposal that was
accepted is a merge, one that was rejected an ``owl:differentFrom``; both are edits, with their
author and time, and can be undone. Whoever has the same name and nothing else is proposed with a
low score at most, and stays apart until somebody says otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, product
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.comparison.alike import BEGINNINGS, all_alike, best, keys
from tenure.editing.blocking import Way, blocks
from tenure.editing.edit_claims import edit_change
from tenure.editing.entities import found, may_be_one, same_situations
from tenure.errors import BadClaim, NotFound
from tenure.knowledge import KnowledgeBase
from tenure.model import Change, Occurrence
from tenure.model.edits import DIFFERENT, EXACT_MATCH, MERGED_INTO, Edit
from tenure.namespaces import RDFS_LABEL, SKOS_ALT_LABEL, TN

LEAST: Final = 0.7
"""The score from which on two are proposed."""
_LEAST_ALIKE: Final = 0.8
"""How alike names have to be for anything else to be looked at."""
_TOGETHER: Final = 1_000
"""Entities whose situations are read together."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """That two entities (IRIs) may be one: how likely, from 0 to 1, and why."""

    one: str
    other: str
    score: float
    reasons: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "one": self.one,
            "other": self.other,
            "score": self.score,
            "reasons": list(self.reasons),
        }


def proposals(
    kb: KnowledgeBase,
    source: str | None = None,
    other: str | None = None,
    *,
    least: float = LEAST,
) -> list[Proposal]:
    """Entities that may be one, the likeliest first.

    Those that one source names are compared with those that the ``other`` names; without it, with
    all; without either, all with all. Raises :class:`~tenure.errors.NotFound` for no such source.
    """
    mine, theirs = (_named_by(kb, one) if one else None for one in (source, other))
    found = _Candidates(kb, mine, theirs).proposals(least)
    return sorted(found, key=lambda one: (-one.score, one.one, one.other))


def reject(kb: KnowledgeBase, entity: str, other: str, *, evidence: str = "") -> Change:
    """State that two entities are not one (``owl:differentFrom``).

    Raises:
        BadClaim: they are one, or known to differ.
        NotFound: no such entity.
    """
    one, two = found(kb, entity), found(kb, other)
    mine, theirs = kb.names.short(one.value), kb.names.short(two.value)
    if one == two:
        raise BadClaim(
            f"{entity} and {other} are one entity, {mine}.",
            where=mine,
            remedy="If that is wrong, take the merge back: tenure entity split.",
        )
    edits = [Edit(one, DIFFERENT, gives=two)]
    return edit_change(kb, [(f"{mine} is not {theirs}.", edits)], evidence=evidence)


def decision(kb: KnowledgeBase, entity: str, other: str) -> Change:
    """The change that takes back what was decided about two entities.

    Raises :class:`~tenure.errors.NotFound` where nothing was.
    """
    iris = {
        next((one for one in (text, kb.names.entity_iri(text)) if one in kb.registry), None)
        or found(kb, text).value
        for text in (entity, other)
    }
    log = kb.snapshot.edits
    for claim in reversed(log.of(min(iris))):
        for row in log.rows_of([claim.iri]):
            pair = {getattr(row.subject, "value", ""), getattr(row.object, "value", "")}
            deciding = row.predicate in (DIFFERENT, MERGED_INTO)
            if pair == iris and deciding and claim.retracted_at is None:
                return Change(retracted=(claim.iri,))
    raise NotFound(
        f"Nothing was decided about {' and '.join(map(kb.names.short, sorted(iris)))}.",
        where="link",
        remedy="`tenure entity show` lists what was.",
    )


def _named_by(kb: KnowledgeBase, source: str) -> set[str]:
    """The entities that the claims of a source name, which are not retracted."""
    registry = kb.registry
    return {
        registry.identities.of(node.value)
        for claim in kb.claims_of(kb.source_iri(source))
        if claim.retracted_at is None
        for triple in claim.content
        for node in (triple.subject, triple.object)
        if isinstance(node, NamedNode) and node.value in registry
    }


class _Candidates:
    """The entities that are compared, by what leads from one to another."""

    def __init__(
        self, kb: KnowledgeBase, mine: Collection[str] | None, theirs: Collection[str] | None
    ) -> None:
        self._kb = kb
        self._names: dict[str, set[str]] = defaultdict(set)
        self._identifiers: dict[str, set[str]] = defaultdict(set)
        self._office_of: dict[str, str] = {}
        self._apart: set[frozenset[str]] = set()
        same = kb.registry.identities
        for quad in kb.store.quads(kb.names.graph("entities")):
            if isinstance(quad.subject, NamedNode):
                self._take(same.of(quad.subject.value), quad)
        self._mine = sorted(self._names if mine is None else mine)
        self._theirs = sorted(self._names if theirs is None else theirs)
        self._situations: dict[str, list[Occurrence]] = {}
        self._of_one_kind = cache(self._related)

    def _take(self, iri: str, quad: Quad) -> None:
        if isinstance(quad.object, Literal):
            if quad.predicate in (RDFS_LABEL, SKOS_ALT_LABEL):
                self._names[iri].add(quad.object.value)
            elif quad.predicate == TN("identifier"):
                self._identifiers[iri].add(quad.object.value)
        elif isinstance(quad.object, NamedNode):
            if quad.predicate == EXACT_MATCH:
                self._identifiers[iri].add(quad.object.value)
            elif quad.predicate == TN("officeOf"):
                self._office_of[iri] = self._kb.registry.identities.of(quad.object.value)
            elif quad.predicate == DIFFERENT:
                other = self._kb.registry.identities.of(quad.object.value)
                self._apart.add(frozenset((iri, other)))

    def proposals(self, least: float) -> Iterator[Proposal]:
        """What is proposed with a score of at least so much, in no order."""
        named: list[tuple[str, str, float]] = []
        for one, other in self._pairs():
            ids = self._identifiers.get(one, set()), self._identifiers.get(other, set())
            if shared := sorted(ids[0] & ids[1]):
                yield Proposal(one, other, 1.0, (f"both are {', '.join(shared)}",))
            elif not set.intersection(*(set(map(_scheme, some)) for some in ids)):
                likeness = best(self._names[one], self._names[other])
                if likeness >= _LEAST_ALIKE and _score(likeness, 1.0) >= least:
                    named.append((one, other, likeness))
        self._look_at(iri for one, other, _ in named for iri in (one, other))
        judged = (self._judged(*pair) for pair in named)
        yield from (one for one in judged if one.score >= least)

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """Pairs that are worth a look: with an identifier in common, or names that are alike."""
        seen: set[tuple[str, str]] = set()
        for one, other in chain(self._with_identifiers(), self._with_names()):
            pair = (min(one, other), max(one, other))
            if one != other and pair not in seen and self._fit(*pair):
                seen.add(pair)
                yield one, other

    def _with_identifiers(self) -> Iterator[tuple[str, str]]:
        ways: list[Way] = [lambda iri, _: self._identifiers.get(iri, ())]
        for ones, others in blocks(self._mine, self._theirs, ways):
            yield from product(ones, others)

    def _with_names(self) -> Iterator[tuple[str, str]]:
        for block in blocks(self._mine, self._theirs, [*map(self._begun, BEGINNINGS), self._third]):
            mine, theirs = (
                [(name, iri) for iri in iris for name in self._names[iri]] for iris in block
            )
            ones, others = ([name for name, _ in some] for some in (mine, theirs))
            for one, other in all_alike(ones, others, _LEAST_ALIKE):
                yield mine[one][1], theirs[other][1]

    def _begun(self, letters: int) -> Way:
        """By so many letters with which a word of a name begins."""
        return lambda iri, shared: {
            key for name in self._names.get(iri, ()) for key in keys(name, letters, *shared[:1])
        }

    def _third(self, iri: str, _shared: object) -> set[str]:
        """By what else a thing has to do with: that leads from one of many homonyms to another."""
        self._look_at([iri])
        situations = self._situations[iri]
        found = {third for one in situations for third in (one.subject, one.object)}
        return {third for third in found if third not in (iri, None)}

    def _fit(self, one: str, other: str) -> bool:
        """Whether two can be one for what they are, and nobody has said that they are not."""
        if frozenset((one, other)) in self._apart:
            return False
        offices = self._office_of.get(one), self._office_of.get(other)
        if None not in offices and offices[0] != offices[1]:
            return False
        types = self._kb.registry.types
        return self._of_one_kind(types.get(one, frozenset()), types.get(other, frozenset()))

    def _related(self, types: frozenset[str], others: frozenset[str]) -> bool:
        is_a = self._kb.schema.is_a
        return any(is_a(a, b) or is_a(b, a) for a, b in product(types, others))

    def _judged(self, one: str, other: str, likeness: float) -> Proposal:
        """How likely two are one whose names are so much alike."""
        reasons = [f"names alike by {likeness:.2f}"]
        mine, theirs = self._situations[one], self._situations[other]
        # What is shared by name alone is not evidence; what is known of both, and differs, is.
        context = 0.4
        if mine and theirs:
            shared_here = list(self._in_common(one, other))
            context = 1.0 if shared_here else 0.0
            reasons += shared_here or ["nothing else in common"]
        else:
            reasons.append("nothing else is known of " + ("one" if mine or theirs else "either"))
        return Proposal(one, other, _score(likeness, context), tuple(reasons))

    def _look_at(self, iris: Iterable[str]) -> None:
        """Read the situations of entities, of many at a time."""
        new = sorted({*iris} - self._situations.keys())
        for begin in range(0, len(new), _TOGETHER):
            some = new[begin : begin + _TOGETHER]
            found: dict[str, list[Occurrence]] = {iri: [] for iri in some}
            for one in self._kb.around(some).occurrences.values():
                for iri in found.keys() & {one.subject, one.object}:
                    found[iri].append(one)
            self._situations.update(found)

    def _in_common(self, one: str, other: str) -> Iterator[str]:
        """What both do with the same third, at a time that can be the same."""
        short = self._kb.names.short
        for mine, theirs in same_situations(
            self._situations[one], self._situations[other], one, other
        ):
            third = next(iri for iri in (theirs.subject, theirs.object) if iri != other)
            if third is not None and may_be_one(mine.bounds, theirs.bounds):
                yield f"{short(mine.iri).partition('/')[0]} with {short(third)} at one time"


def _score(likeness: float, context: float) -> float:
    return round(0.65 * likeness + 0.35 * context, 2)


def _scheme(identifier: str) -> str:
    """The register that an identifier is of: what comes before the colon, or the host of an IRI."""
    if identifier.startswith(("http://", "https://")):
        return identifier.split("/")[2]
    return identifier.partition(":")[0]
