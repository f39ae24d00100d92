"""Claims that stay in the store, read when they are asked for, and found by what they name.

Each write makes another version. A version goes on answering as it did when it was made: what a
write changes is noted in the version before it, and whoever asks that one looks there after having
looked into the store. (Such notes are how databases keep several versions, as *undo logs*; see
Bernstein and Goodman, *Multiversion concurrency control*, 1983.)
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.model import Claim, Source, instant, read_claim
from tenure.model.edits import EDITS, is_edit
from tenure.namespaces import EDTF_DATATYPE, RDF_TYPE, TN, TNV, XSD_STRING, Names
from tenure.store import Solutions, Store

if TYPE_CHECKING:
    from tenure.fusion.shapes import ComponentReader, ComponentRow

MOST_KEPT: Final = 20_000
"""Claims that are kept after they were read, a few thousand bytes each; the oldest goes first."""

_LANGUAGE: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
_KEPT_AS_TEXT: Final = (EDTF_DATATYPE, XSD_STRING, _LANGUAGE)
_BELONGING: Final = (TN("evidence"), TN("attribution"), TN("link"))
_FIRST: Final = f"""
SELECT (MIN(?one) AS ?when) {{ ?claim <{TN("recordedAt").value}> ?one ;
  <{TN("source").value}> ?source . $among }}"""
# A whole second means its end and comes after its fractions: all of the last are looked at.
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
_MADE: Final = f"""
SELECT ?claim ?source ?when {{ ?claim a <{TN("Claim").value}> ;
  <{TN("source").value}> ?source ; <{TN("recordedAt").value}> ?when }}"""
_COUNT: Final = f"SELECT (COUNT(*) AS ?count) {{ ?claim a <{TN('Claim').value}> }}"


def _apart() -> str:
    """The query for the claims that are put otherwise than most, or described otherwise.

    It decodes nothing of the others, which is why it takes a tenth of reading them.
    """
    from tenure.fusion.shapes import PLAIN_MANNER  # noqa: PLC0415 - only large bases need it

    once = ("source", "recordedAt", "statement", "attribution", "modality", "hedged")
    parts = [f"?claim {TN(name)} ?value" for name in ("tense", "retractedAt")]
    parts += [
        f"?claim {TN(name)} ?value FILTER (!sameTerm(?value, {plain}))"
        for name, plain in {**PLAIN_MANNER, "hedged": "false"}.items()
    ]
    parts += [
        f"?claim a {TN('Claim')} MINUS {{ ?claim {TN(name)} ?value }}"
        for name in (*once, "evidence")
    ]
    parts += [
        f"SELECT ?claim {{ ?claim {TN(name)} ?value }} GROUP BY ?claim HAVING (COUNT(*) > 1)"
        for name in (*once, "rank", "reading")
    ]
    return f"SELECT DISTINCT ?claim {{ {{ {' } UNION { '.join(parts)} }} }}"


class _Reader:
    """Reads single claims, and finds them by what they name, in the store as it is now."""

    def __init__(self, store: Store, names: Names, sources: Mapping[str, Source]) -> None:
        self.store = store
        self.names = names
        self.sources = sources
        self._provenance = names.graph("provenance")
        self._edits = f"{names.claim_prefix}{EDITS}/"
        self._kept: OrderedDict[str, Claim] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, claims: Mapping[str, Claim]) -> None:
        """Take the place of reading some claims, but for those that the store gives otherwise."""
        if len(claims) <= MOST_KEPT:
            self._kept.update((iri, one) for iri, one in claims.items() if _as_stored(one))

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
        before = self.store.generation
        claim = self._read(iri)
        with self._lock:
            # What was read while somebody wrote may be either; it is not kept.
            if claim is not None and self.store.generation == before:
                self._kept[iri] = claim
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return claim

    def plain(self) -> Iterator[list[str]]:
        """The claims that say by whom they were made, and when, in the store's order: with both.

        Of those that are :meth:`apart`, there may be several or none.
        """
        return self._found(_MADE)

    def apart(self) -> set[str]:
        """The claims of which more is said than that, or something else, or not all that has to."""
        return {iri for (iri,) in self._found(_apart())}

    def _found(self, query: str) -> Iterator[list[str]]:
        """A claim, and more, for each row of an answer from what describes them."""
        answer = self.store.query(query, default_graphs=[self._provenance], named_graphs=())
        assert isinstance(answer, Solutions)
        for row in answer:
            if isinstance(row[0], NamedNode):
                yield [getattr(one, "value", "") for one in row]

    def has(self, iri: str) -> bool:
        """Whether there is a claim of that name."""
        node = _node(iri) if iri.startswith(self.names.claim_prefix) else None
        if node is None:
            return False
        found = self.store.quads(
            self._provenance, subject=node, predicate=RDF_TYPE, value=TN("Claim")
        )
        return next(iter(found), None) is not None

    def naming(self, thing: str) -> set[str]:
        """The claims whose statement names a thing, the classes of things aside."""
        node = _node(thing)
        if node is None:
            return set()
        stated = list(self._stated(self.store.quads(subject=node)))
        stated += (
            quad
            for quad in self._stated(self.store.quads(value=node))
            if quad.predicate != RDF_TYPE
        )
        return {one.graph_name.value for one in stated if isinstance(one.graph_name, NamedNode)}

    def of_source(self, source: str) -> Iterator[str]:
        """The claims that a source makes, in the store's order, as they are gone through."""
        node = _node(source)
        if node is None or source not in self.sources:
            return iter(())
        made = self.store.quads(self._provenance, predicate=TN("source"), value=node)
        return (quad.subject.value for quad in made if isinstance(quad.subject, NamedNode))

    def says_of(self, thing: str) -> bool:
        """Whether any claim states something about a thing."""
        node = _node(thing)
        about = self.store.quads(subject=node) if node is not None else ()
        return next(self._stated(about), None) is not None

    def points_at(self, thing: str, properties: Collection[str]) -> bool:
        """Whether any claim states one of the properties of something with the thing as object."""
        node = NamedNode(thing)
        # Where little is said of a thing, going through it is faster than asking for each.
        for number, quad in enumerate(self.store.quads(value=node)):
            if number == len(properties):
                break
            if quad.predicate.value in properties and self._is_stated(quad):
                return True
        else:
            return False
        return any(
            next(self._stated(self.store.quads(predicate=NamedNode(one), value=node)), None)
            for one in properties
        )

    def is_denied(self, thing: str) -> bool:
        """Whether a claim that denies something names a thing."""

        def some(subject: NamedNode | None) -> bool:
            found = self.store.quads(
                self._provenance, subject=subject, predicate=TN("modality"), value=TNV("Denied")
            )
            return next(iter(found), None) is not None

        # Thousands may name an office, and most bases have no denial at all.
        return some(None) and any(some(NamedNode(iri)) for iri in self.naming(thing))

    def instants(self, query: str, sources: Collection[str] | None = None) -> list[str]:
        """The instants that a query finds, among claims of sources with these slugs."""
        iris = (NamedNode(self.names.source_prefix + slug) for slug in sources or ())
        listed = " ".join(map(str, iris))
        among = f"VALUES ?source {{ {listed} }}" if listed else ""
        answer = self.store.query(
            query.replace("$among", among), default_graphs=[self._provenance], named_graphs=()
        )
        assert isinstance(answer, Solutions)
        return [instant(one.value) for row in answer for one in row if isinstance(one, Literal)]

    def changed_between(self, start: str, end: str) -> list[str]:
        """The claims recorded or retracted between two instants, and some of the seconds around."""
        # A whole second means its end, so the seconds around count too.
        query = _CHANGED.replace("$start", _beside(start, -1)).replace("$end", _beside(end, 1))
        answer = self.store.query(query, default_graphs=[self._provenance], named_graphs=())
        assert isinstance(answer, Solutions)
        return sorted(row[0].value for row in answer if isinstance(row[0], NamedNode))

    def each(self) -> Iterator[str]:
        """The names of all claims, in the store's order, as they are gone through."""
        found = self.store.quads(self._provenance, predicate=RDF_TYPE, value=TN("Claim"))
        return (quad.subject.value for quad in found if isinstance(quad.subject, NamedNode))

    def _read(self, iri: str) -> Claim | None:
        node = _node(iri) if iri.startswith(self.names.claim_prefix) else None
        if node is None:
            return None
        described = described_with(self.store, self._provenance, [node], _BELONGING)
        if not described:
            return None
        stated = [quad.triple for quad in self.store.quads(node)]
        return read_claim(iri, described, stated, self.sources)

    def _stated(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        return filter(self._is_stated, quads)

    def _is_stated(self, quad: Quad) -> bool:
        graph = quad.graph_name
        return (
            isinstance(graph, NamedNode)
            and graph.value.startswith(self.names.claim_prefix)
            # An edit speaks of the registry, and of nothing that happens.
            and not graph.value.startswith(self._edits)
        )


@dataclass(frozen=True, slots=True)
class _Step:
    """The way from one version to the next: what the claims were that it changes; None: nothing."""

    undone: Mapping[str, Claim | None]
    newer: ClaimStore


class ClaimStore(Mapping[str, Claim]):
    """One version of all claims, by IRI. Gone through in the order of their names.

    Safe to share between threads.
    """

    def __init__(self, reader: _Reader, count: int, pending: Mapping[str, Claim]) -> None:
        """See :meth:`of`. ``pending`` are claims that the store lacks yet, or holds otherwise."""
        self._reader = reader
        self._count = count
        self._pending = pending
        self._next: _Step | None = None

    @classmethod
    def of(
        cls,
        store: Store,
        names: Names,
        sources: Mapping[str, Source],
        known: Mapping[str, Claim] = MappingProxyType({}),
    ) -> ClaimStore:
        """The claims of a store as it is now; ``sources`` are all that it describes.

        ``known`` are those that were read already, from what was just written to it.
        """
        answer = store.query(_COUNT, default_graphs=[names.graph("provenance")], named_graphs=())
        assert isinstance(answer, Solutions)
        count = next(int(row[0].value) for row in answer if isinstance(row[0], Literal))
        reader = _Reader(store, names, sources)
        reader.keep(known)
        return cls(reader, count, {})

    # ------------------------------------------------------------------ versions

    def updated(self, claims: Mapping[str, Claim]) -> ClaimStore:
        """A version with claims that are new, or of which something else is known; yet unwritten.

        Until it is written, only this version's :meth:`settle` lets the store tell of them.
        """
        new = sum(iri not in self for iri in claims)
        return ClaimStore(self._reader, self._count + new, {**self._pending, **claims})

    def note_undo(self, newer: ClaimStore) -> None:
        """Note what this version says of whatever the next one changes, before it is written."""
        if newer is not self:
            undone = {iri: self.get(iri) for iri in newer._pending}
            self._next = _Step(undone, newer)

    def settle(self, sources: Mapping[str, Source]) -> None:
        """Read from the store from now on what was written to it; ``sources`` are all there are."""
        self._reader.sources = sources
        self._reader.forget(self._pending)
        self._pending = {}

    @property
    def next(self) -> _Step | None:
        """What led to the next version; None of the newest."""
        return self._next

    def _noted(self, iri: str) -> tuple[Claim | None] | None:
        """What an IRI was when this version was made, where it has changed since."""
        step = self.next
        while step is not None:
            if iri in step.undone:
                return (step.undone[iri],)
            step = step.newer.next
        return None

    # ------------------------------------------------------------------ the mapping

    def get(self, iri: str, default: Claim | None = None) -> Claim | None:  # type: ignore[override]
        """A claim, or ``default`` where there is none of that name."""
        # The store first, then the notes: they are made before anything is written.
        found = self._pending.get(iri) or self._reader.claim(iri)
        noted = self._noted(iri)
        found = noted[0] if noted is not None else found
        return default if found is None else found

    def __getitem__(self, iri: str) -> Claim:
        found = self.get(iri)
        if found is None:
            raise KeyError(iri)
        return found

    def __contains__(self, iri: object) -> bool:
        if not isinstance(iri, str):
            return False
        found = iri in self._pending or self._reader.has(iri)
        noted = self._noted(iri)
        return found if noted is None else noted[0] is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._known(sorted({*self._reader.each(), *self._pending})))

    def __len__(self) -> int:
        return self._count

    def some(self, most: int) -> list[str]:
        """The names of at most so many claims, sorted; which ones is the store's choice."""
        return self._known(sorted(islice(self._reader.each(), most)))

    # ------------------------------------------------------------------ recorded time

    def first_recorded(self, sources: Collection[str] | None) -> str | None:
        """When the first claim was recorded, of sources with these slugs; None: of all."""
        return min(self._reader.instants(_FIRST, sources), default=None)

    def last_instant(self) -> str:
        """The latest instant of recorded time; empty where there is none."""
        return max(self._reader.instants(_LAST), default="")

    def changed_between(self, start: str, end: str) -> list[str]:
        """The claims recorded or retracted after ``start`` up to ``end``, and some more.

        Both are instants in UTC; whole seconds are asked for, which the claims themselves refine.
        """
        return self._known(self._reader.changed_between(start, end))

    def rows(self, reader: ComponentReader) -> Iterator[tuple[str, ComponentRow | None]]:
        """All claims by name, in short where that says it all; in the store's order."""
        apart = self._reader.apart()
        for iri, source, recorded in self._reader.plain():
            if iri not in apart and iri not in self._pending:
                stated = self._reader.store.quads(NamedNode(iri))
                row = reader.plain(iri, source, recorded, stated)
                noted = self._noted(iri)
                if noted is None:
                    yield iri, row
                elif noted[0] is not None:
                    yield iri, None
        for iri in apart.difference(self._pending):
            claim = self.get(iri)
            if claim is not None:
                yield iri, reader.of(claim)
        for iri in self._pending:
            yield iri, None

    # ------------------------------------------------------------------ by what they name

    @property
    def claims(self) -> Mapping[str, Claim]:
        """The claims themselves; see :class:`tenure.fusion.ClaimLookup`."""
        return self

    def about(self, thing: str) -> tuple[Claim, ...]:
        """The claims whose statement names a thing, by their names."""
        return tuple(self[iri] for iri in self.naming(thing))

    def naming(self, thing: str) -> list[str]:
        """The claims whose statement names a thing, the classes of things aside; sorted."""
        found = self._reader.naming(thing)
        found.update(iri for iri, one in self._pending.items() if thing in _named(one))
        return self._known(sorted(found))

    def of_source(self, source: str) -> list[str]:
        """The claims that a source makes, sorted; none of what is no source."""
        found = set(self._reader.of_source(source))
        found.update(iri for iri, one in self._pending.items() if one.source == source)
        return self._known(sorted(found))

    def each_of_source(self, source: str) -> Iterator[Claim]:
        """The claims that a source has in the store, in its order, as they are gone through."""
        return filter(None, map(self.get, self._reader.of_source(source)))

    def says_of(self, thing: str) -> bool:
        """Whether any claim states something about a thing; true too of a claim yet to come."""
        return self._reader.says_of(thing) or any(
            triple.subject == NamedNode(thing)
            for claim in self._pending.values()
            if not is_edit(claim)
            for triple in claim.content
        )

    def points_at(self, thing: str, properties: Collection[str]) -> bool:
        """Whether any claim states one of the properties of something with the thing as object.

        True too of a claim yet to come.
        """
        return self._reader.points_at(thing, properties) or any(
            triple.object == NamedNode(thing) and triple.predicate.value in properties
            for claim in self._pending.values()
            if not is_edit(claim)
            for triple in claim.content
        )

    def is_denied(self, thing: str) -> bool:
        """Whether a claim that denies something names a thing; true too of a claim yet to come."""
        return self._reader.is_denied(thing) or any(
            one.denies and thing in _named(one) for one in self._pending.values()
        )

    def whole(self, part: str) -> list[Quad]:
        """All that a part of the base has now."""
        return list(self._reader.store.quads(self._reader.names.graph(part)))

    def described(self, part: str, iris: Iterable[str]) -> list[Quad]:
        """What a part of the base, ``entities`` or ``provenance``, has about some things now."""
        reader = self._reader
        graph = reader.names.graph(part)
        return [one for iri in iris for one in reader.store.quads(graph, subject=NamedNode(iri))]

    def _known(self, iris: Iterable[str]) -> list[str]:
        noted = ((iri, self._noted(iri)) for iri in iris)
        return [iri for iri, note in noted if note is None or note[0] is not None]


def _as_stored(claim: Claim) -> bool:
    """Whether a store gives back what a claim states as it was written.

    Of numbers, dates and the like it keeps the value, and writes that in its own way; and nodes
    without a name may get others.
    """
    return all(
        isinstance(one.subject, NamedNode)
        and (
            isinstance(one.object, NamedNode)
            or (isinstance(one.object, Literal) and one.object.datatype in _KEPT_AS_TEXT)
        )
        for one in claim.content
    )


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


def _named(claim: Claim) -> set[str]:
    """The IRIs that a claim's statement names, the classes of things aside."""
    found = set()
    for triple in () if is_edit(claim) else claim.content:
        if isinstance(triple.subject, NamedNode):
            found.add(triple.subject.value)
        if isinstance(triple.object, NamedNode) and triple.predicate != RDF_TYPE:
            found.add(triple.object.value)
    return found
