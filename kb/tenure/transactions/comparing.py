"""What files of facts have and a store has not, and the reverse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad

from tenure.knowledge import KnowledgeBase
from tenure.load import Loaded, Origin
from tenure.store import Store
from tenure.terms import RDF_TYPE, TN
from tenure.transactions.delta import DEFAULT
from tenure.transactions.user_graphs import is_user_graph

_TIMES: Final = frozenset((TN("recordedAt"), TN("retractedAt")))
_RETRACTED: Final = TN("retractedAt")

Told = frozenset[tuple[NamedNode, object]]
"""What is said of one thing: properties and values."""


@dataclass(slots=True)
class Comparison:
    """Files compared with the store of a knowledge base.

    ``quads`` are to be added; the other fields are those of
    :class:`tenure.transactions.loading.Loading`.

    What the files say goes through a store too before it is compared, since that may write a
    number or an instant otherwise than it was told.
    """

    kb: KnowledgeBase
    loaded: Loaded
    origin: Origin
    complete: bool = field(kw_only=True)
    quads: list[Quad] = field(default_factory=list, init=False)
    added: list[str] = field(default_factory=list, init=False)
    retracted: list[str] = field(default_factory=list, init=False)
    sources: list[str] = field(default_factory=list, init=False)
    entities: list[str] = field(default_factory=list, init=False)
    graphs: list[str] = field(default_factory=list, init=False)
    missing: list[str] = field(default_factory=list, init=False)
    withdrawn: list[str] = field(default_factory=list, init=False)
    differing: set[str] = field(default_factory=set, init=False)
    same: int = field(default=0, init=False)
    written: int = field(default=0, init=False)
    _files: Store = field(default_factory=Store, init=False)
    _told: dict[NamedNode, Told] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        names = self.kb.names
        self._files.fill(self.loaded.quads)
        self._told = _by_subject(self._files, names.graph("provenance"))
        kinds: dict[object, list[NamedNode]] = defaultdict(list)
        for node in sorted(self._told, key=lambda one: one.value):
            for predicate, value in self._told[node]:
                if predicate == RDF_TYPE:
                    kinds[value].append(node)
        claims, sources = kinds[TN("Claim")], kinds[TN("Source")]
        for claim in claims:
            self._compare_claim(claim)
        self._compare_rest(sources, {*claims, *kinds[TN("Revision")]})
        self._compare_entities()
        self._compare_graphs()
        self._look_for_others({one.value for one in claims}, {one.value for one in sources})
        self._files.close()

    # ------------------------------------------------------------------ claims

    def _compare_claim(self, claim: NamedNode) -> None:
        known = self.kb.claims.get(claim.value)
        is_withdrawn = any(predicate == _RETRACTED for predicate, _ in self._told[claim])
        if known is None:
            (self.withdrawn if is_withdrawn else self.added).append(claim.value)
            return
        if is_withdrawn and known.retracted_at is None:
            self.retracted.append(claim.value)
        elif self._is_same(claim):
            self.same += 1
        else:
            self.differing.add(claim.value)

    def _is_same(self, claim: NamedNode) -> bool:
        here = {one for one in self._held("provenance", claim) if one[0] not in _TIMES}
        told = {one for one in self._told[claim] if one[0] not in _TIMES}
        stated = {quad.triple for quad in self.kb.store.quads(claim)}
        return here == told and stated == {quad.triple for quad in self._files.quads(claim)}

    def _look_for_others(self, claims: set[str], sources: set[str]) -> None:
        """Claims that only the store has."""
        for iri, claim in self.kb.claims.items():
            if iri in claims or claim.retracted_at is not None:
                continue
            if not self.origin.of_files(claim.recorded_at):
                self.written += 1
            elif self.complete or claim.source in sources:
                self.retracted.append(iri)
            else:
                self.missing.append(iri)

    # ------------------------------------------------------------------ what claims rest on

    def _compare_rest(self, sources: Iterable[NamedNode], but: set[NamedNode]) -> None:
        """Sources, and of evidence and speakers what the new claims and sources point at."""
        new: set[NamedNode] = set()
        for node in self._told.keys() - but:
            here = self._held("provenance", node)
            if not here:
                new.add(node)
            elif here != self._told[node]:
                self.differing.add(node.value)
        self.sources = [one.value for one in sources if one in new]
        wanted = [NamedNode(iri) for iri in (*self.added, *self.sources)]
        seen = set(wanted)
        while wanted:
            node = wanted.pop()
            self.quads += _described(node, self._told[node])
            for _, value in self._told[node]:
                if isinstance(value, NamedNode) and value in new and value not in seen:
                    seen.add(value)
                    wanted.append(value)
        for iri in self.added:
            self.quads += self._files.quads(NamedNode(iri))

    # ------------------------------------------------------------------ entities and other graphs

    def _compare_entities(self) -> None:
        told = _by_subject(self._files, self.kb.names.graph("entities"))
        for node in sorted(told, key=lambda one: one.value):
            here = self._held("entities", node)
            if not here:
                self.entities.append(node.value)
                self.quads += _described(node, told[node])
            elif here != told[node]:
                self.differing.add(node.value)

    def _compare_graphs(self) -> None:
        for graph in self._files.graphs():
            if not is_user_graph(graph.value, self.kb.names):
                continue
            told, here = (set(one.quads(graph)) for one in (self._files, self.kb.store))
            if not here:
                self.graphs.append(graph.value)
                self.quads += told
            elif len(here) != len(told) or without_blanks(here) != without_blanks(told):
                self.differing.add(graph.value)

    def _held(self, part: str, node: NamedNode) -> Told:
        found = self.kb.store.quads(self.kb.names.graph(part), subject=node)
        return frozenset((quad.predicate, quad.object) for quad in found)


def without_blanks(quads: Iterable[Quad]) -> set[Quad]:
    """Those that have no blank node, whose names say nothing."""
    return {
        one
        for one in quads
        if not isinstance(one.subject, BlankNode) and not isinstance(one.object, BlankNode)
    }


def _by_subject(store: Store, graph: NamedNode) -> dict[NamedNode, Told]:
    found: dict[NamedNode, set[tuple[NamedNode, object]]] = defaultdict(set)
    for quad in store.quads(graph):
        if isinstance(quad.subject, NamedNode):
            found[quad.subject].add((quad.predicate, quad.object))
    return {node: frozenset(told) for node, told in found.items()}


def _described(node: NamedNode, told: Told) -> list[Quad]:
    return [
        Quad(node, predicate, value, DEFAULT)  # type: ignore[arg-type]
        for predicate, value in told
        if predicate not in _TIMES
    ]
