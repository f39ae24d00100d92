"""Claims read one at a time from where they lie, and found by what they name."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.claims import Claim, Source, instant, read_claim
from tenure.store import Solutions, Store
from tenure.terms import RDF_TYPE, TN, Names

MOST_KEPT: Final = 20_000
"""Claims that are kept after they were read, a few thousand bytes each; the oldest gives way."""

_FEW: Final = 64
_BELONGING: Final = (TN("evidence"), TN("attribution"), TN("link"))
_FIRST: Final = f"""
SELECT (MIN(?one) AS ?when) {{ ?claim <{TN("recordedAt").value}> ?one ;
  <{TN("source").value}> ?source . $among }}"""
# A whole second stands for its end and comes after its fractions: all of the last are looked at.
_LAST: Final = f"""
SELECT DISTINCT ?when {{
  {{ SELECT (MAX(?one) AS ?last) {{
    ?of <{TN("recordedAt").value}>|<{TN("retractedAt").value}> ?one }} }}
  ?claim <{TN("recordedAt").value}>|<{TN("retractedAt").value}> ?when .
  FILTER (?when > ?last - "PT1S"^^<http://www.w3.org/2001/XMLSchema#dayTimeDuration>)
}}"""
_CHANGED: Final = f"""
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT DISTINCT ?claim {{
  ?claim <{TN("recordedAt").value}>|<{TN("retractedAt").value}> ?when ;
    <{TN("source").value}> ?source .
  FILTER (?when >= "$start"^^xsd:dateTime && ?when <= "$end"^^xsd:dateTime)
}}"""
_COUNT: Final = "SELECT (COUNT(*) AS ?count) { ?claim a <%s> }"


class Shelf:
    """Reads single claims, and finds them by what they name, in the store as it is now."""

    def __init__(self, store: Store, names: Names, sources: Mapping[str, Source]) -> None:
        self._store = store
        self._names = names
        self._provenance = names.graph("provenance")
        self._sources = sources
        self._kept: OrderedDict[str, Claim] = OrderedDict()
        self._lock = threading.Lock()

    def learn(self, sources: Mapping[str, Source]) -> None:
        """Take note of all sources, some of them new in the store."""
        self._sources = sources

    def forget(self, claims: Iterable[str]) -> None:
        """Read some claims anew when they are next asked for."""
        with self._lock:
            for iri in claims:
                self._kept.pop(iri, None)

    def claim(self, iri: str) -> Claim | None:
        """A claim, or None where there is none of that name."""
        with self._lock:
            known = self._kept.get(iri)
            if known is not None:
                self._kept.move_to_end(iri)
                return known
        before = self._store.generation
        claim = self._read(iri)
        with self._lock:
            # What was read while somebody wrote may be either; it is not kept.
            if claim is not None and self._store.generation == before:
                self._kept[iri] = claim
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return claim

    def has(self, iri: str) -> bool:
        """Whether there is a claim of that name."""
        node = _node(iri) if iri.startswith(self._names.claim_prefix) else None
        if node is None:
            return False
        found = self._store.quads(
            self._provenance, subject=node, predicate=RDF_TYPE, value=TN("Claim")
        )
        return next(iter(found), None) is not None

    def naming(self, thing: str) -> set[str]:
        """The claims whose statement names a thing, the classes of things aside."""
        node = _node(thing)
        if node is None:
            return set()
        told = list(self._stated(self._store.quads(subject=node)))
        told += (
            quad
            for quad in self._stated(self._store.quads(value=node))
            if quad.predicate != RDF_TYPE
        )
        return {one.graph_name.value for one in told if isinstance(one.graph_name, NamedNode)}

    def of_source(self, source: str) -> set[str]:
        """The claims that a source makes."""
        node = _node(source)
        if node is None or source not in self._sources:
            return set()
        told = self._store.quads(self._provenance, predicate=TN("source"), value=node)
        return {quad.subject.value for quad in told if isinstance(quad.subject, NamedNode)}

    def says_of(self, thing: str) -> bool:
        """Whether any claim states something about a thing."""
        about = self._store.quads(subject=NamedNode(thing))
        return next(self._stated(about), None) is not None

    def points_at(self, thing: str, properties: Collection[str]) -> bool:
        """Whether any claim states one of the properties of something with the thing as object."""
        node = NamedNode(thing)
        # Of most things little is said, and going through it is faster than asking for each.
        for number, quad in enumerate(self._store.quads(value=node)):
            if number == _FEW:
                break
            if quad.predicate.value in properties and self._is_stated(quad):
                return True
        else:
            return False
        return any(
            next(self._stated(self._store.quads(predicate=NamedNode(one), value=node)), None)
            for one in properties
        )

    def count(self) -> int:
        """The number of claims."""
        return count_claims(self._store, self._names)

    def first_recorded(self, sources: Collection[str] | None) -> str | None:
        """When the first claim was recorded, of sources with these slugs; None: of all."""
        return min(self._instants(_FIRST, sources), default=None)

    def last_instant(self) -> str:
        """The latest instant of recorded time; empty where there is none."""
        return max(self._instants(_LAST), default="")

    def _instants(self, asked: str, sources: Collection[str] | None = None) -> list[str]:
        iris = (NamedNode(self._names.source_prefix + slug) for slug in sources or ())
        listed = " ".join(map(str, iris))
        among = f"VALUES ?source {{ {listed} }}" if listed else ""
        answer = self._store.query(
            asked.replace("$among", among), default_graphs=[self._provenance], named_graphs=()
        )
        assert isinstance(answer, Solutions)
        return [instant(one.value) for row in answer for one in row if isinstance(one, Literal)]

    def changed_between(self, start: str, end: str) -> list[str]:
        """The claims recorded or retracted between two instants, and some of the seconds around."""
        # A whole second stands for its end, so the seconds around count too.
        query = _CHANGED.replace("$start", _beside(start, -1)).replace("$end", _beside(end, 1))
        answer = self._store.query(query, default_graphs=[self._provenance], named_graphs=())
        assert isinstance(answer, Solutions)
        return sorted(row[0].value for row in answer if isinstance(row[0], NamedNode))

    def all(self) -> list[str]:
        """The names of all claims, sorted; all are gone through."""
        return sorted(self.each())

    def each(self) -> Iterator[str]:
        """The names of all claims, in the store's order, as they are gone through."""
        told = self._store.quads(self._provenance, predicate=RDF_TYPE, value=TN("Claim"))
        return (quad.subject.value for quad in told if isinstance(quad.subject, NamedNode))

    def _read(self, iri: str) -> Claim | None:
        node = _node(iri) if iri.startswith(self._names.claim_prefix) else None
        if node is None:
            return None
        described = described_with(self._store, self._provenance, [node], _BELONGING)
        if not described:
            return None
        stated = [quad.triple for quad in self._store.quads(node)]
        return read_claim(iri, described, stated, self._sources)

    def _stated(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        return filter(self._is_stated, quads)

    def _is_stated(self, quad: Quad) -> bool:
        graph = quad.graph_name
        return isinstance(graph, NamedNode) and graph.value.startswith(self._names.claim_prefix)


def described_with(
    store: Store,
    graph: NamedNode,
    nodes: Iterable[NamedNode],
    leading: Collection[NamedNode],
    known: Collection[object] = (),
) -> list[Quad]:
    """What a graph says of some nodes, and of all that they lead to by some properties.

    Nothing of ``known``, where the way ends too.
    """
    found: list[Quad] = []
    todo, seen = list(nodes), set[object](known)
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        for quad in store.quads(graph, subject=node):
            found.append(quad)
            if quad.predicate in leading and isinstance(quad.object, NamedNode):
                todo.append(quad.object)
    return found


def count_claims(store: Store, names: Names) -> int:
    """The number of claims in a store."""
    query = _COUNT % TN("Claim").value
    answer = store.query(query, default_graphs=[names.graph("provenance")], named_graphs=())
    assert isinstance(answer, Solutions)
    return next(int(row[0].value) for row in answer if isinstance(row[0], Literal))


def _beside(instant: str, seconds: int) -> str:
    try:
        moment = datetime.fromisoformat(f"{instant[:19]}+00:00") + timedelta(seconds=seconds)
    except OverflowError:  # the first or the last second that there is
        return instant
    return moment.isoformat()


def _node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None
