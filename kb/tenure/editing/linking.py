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
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.comparison.alike import best, keys
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
_MOST_WITH_KEY: Final = 300
"""Names that begin alike, above which that leads to nobody: it would lead to too many."""


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
    candidates = _Candidates(kb, mine, theirs)
    judged = (candidates.judged(*pair) for pair in candidates.pairs())
    return sorted(
        (one for one in judged if one is not None and one.score >= least),
        key=lambda one: (-one.score, one.one, one.other),
    )


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
        self._mine, self._theirs = mine, theirs
        self._names: dict[str, set[str]] = defaultdict(set)
        self._identifiers: dict[str, set[str]] = defaultdict(set)
        self._office_of: dict[str, str] = {}
        self._apart: set[frozenset[str]] = set()
        same = kb.registry.identities
        for quad in kb.store.quads(kb.names.graph("entities")):
            if isinstance(quad.subject, NamedNode):
                self._take(same.of(quad.subject.value), quad)
        self._situations: dict[str, list[Occurrence]] = {}

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

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Pairs that are worth a look: with an identifier in common, or names that begin alike."""
        compared = self._names.keys() if self._mine is None else self._mine
        wanted = self._names.keys() if self._theirs is None else self._theirs
        ways = (
            (self._identifiers, lambda values: values),
            (self._names, lambda names: {key for name in names for key in keys(name)}),
        )
        seen: set[tuple[str, str]] = set()
        for table, led_by in ways:
            by_key: dict[str, list[str]] = defaultdict(list)
            for iri in sorted(wanted):
                for key in led_by(table.get(iri, set())):
                    by_key[key].append(iri)
            for iri in sorted(compared):
                for key in sorted(led_by(table.get(iri, set()))):
                    others = by_key.get(key, ())
                    for other in others if len(others) <= _MOST_WITH_KEY else ():
                        pair = (min(iri, other), max(iri, other))
                        if iri != other and pair not in seen and self._fit(*pair):
                            seen.add(pair)
                            yield iri, other

    def _fit(self, one: str, other: str) -> bool:
        """Whether two can be one for what they are, and nobody has said that they are not."""
        registry, schema = self._kb.registry, self._kb.schema
        if frozenset((one, other)) in self._apart:
            return False
        offices = self._office_of.get(one), self._office_of.get(other)
        if None not in offices and offices[0] != offices[1]:
            return False
        pairs = product(registry.types.get(one, ()), registry.types.get(other, ()))
        return any(schema.is_a(a, b) or schema.is_a(b, a) for a, b in pairs)

    def judged(self, one: str, other: str) -> Proposal | None:
        """How likely two are one; None where something speaks against it."""
        ids = self._identifiers.get(one, set()), self._identifiers.get(other, set())
        if shared := sorted(ids[0] & ids[1]):
            return Proposal(one, other, 1.0, (f"both are {', '.join(shared)}",))
        schemes = (set(map(_scheme, some)) for some in ids)
        if set.intersection(*schemes):
            return None
        likeness = best(self._names[one], self._names[other])
        if likeness < _LEAST_ALIKE:
            return None
        reasons = [f"names alike by {likeness:.2f}"]
        mine, theirs = self._of(one), self._of(other)
        # What is shared by name alone is not evidence; what is known of both, and differs, is.
        context = 0.4
        if mine and theirs:
            shared_here = list(self._in_common(one, other))
            context = 1.0 if shared_here else 0.0
            reasons += shared_here or ["nothing else in common"]
        else:
            reasons.append("nothing else is known of " + ("one" if mine or theirs else "either"))
        return Proposal(one, other, round(0.65 * likeness + 0.35 * context, 2), tuple(reasons))

    def _of(self, iri: str) -> list[Occurrence]:
        if iri not in self._situations:
            world = self._kb.around([iri]).occurrences.values()
            self._situations[iri] = [one for one in world if iri in (one.subject, one.object)]
        return self._situations[iri]

    def _in_common(self, one: str, other: str) -> Iterator[str]:
        """What both do with the same third, at a time that can be the same."""
        short = self._kb.names.short
        for mine, theirs in same_situations(self._of(one), self._of(other), one, other):
            third = next(iri for iri in (theirs.subject, theirs.object) if iri != other)
            if third is not None and may_be_one(mine.bounds, theirs.bounds):
                yield f"{short(mine.iri).partition('/')[0]} with {short(third)} at one time"


def _scheme(identifier: str) -> str:
    """The register that an identifier is of: what comes before the colon, or the host of an IRI."""
    if identifier.startswith(("http://", "https://")):
        return identifier.split("/")[2]
    return identifier.partition(":")[0]
