"""One look at every statement of large data: what to come back to, and what names what.

Nothing is kept of a statement but hashes of 64 bits: of the nodes that it describes and names, and
of its subject where a rule beside the shapes may find fault with it. The rules then read again
whatever is said of those nodes, and judge by the text, so that two nodes with one hash cost no more
than some reading. Only where a rule asks whether something exists at all is the hash the answer:
of ten million nodes, one that is missing would pass for one that exists once in 10^12 times.

A rule beside the shapes that looks at something else than :class:`Sieve` does must be told here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from tenure.folding import folded
from tenure.languages import fits
from tenure.terms import EDTF_DATATYPE, PREFIXES, RDF_TYPE, TN, TN_PREFIX, TNV_PREFIX, Names
from tenure.validate.dates import fault_of
from tenure.validate.duplicates import DIFFERENT, NAMES
from tenure.validate.exact import may_change
from tenure.validate.reach import Reach
from tenure.validate.reading import text_of
from tenure.validate.schema import Schema
from tenure.validate.structure import describes, must_be_claimed

Hashes: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"
"""Hashes of nodes, sorted, each once."""

_OWN: Final = (TN_PREFIX, TNV_PREFIX)
_CLAIM: Final = TN("Claim").value
_PUBLISHED: Final = TN("published").value
_PLAIN: Final = frozenset(
    (f"{PREFIXES['xsd']}string", f"{PREFIXES['xsd']}anyURI", f"{PREFIXES['rdf']}langString")
)
"""Of these a store keeps every form, and no rule is about one."""
_MOST_REMEMBERED: Final = 500_000


class _About(NamedTuple):
    """What the sieve has to know of a property."""

    gives_class: bool
    unknown: bool
    names: bool
    suspect: tuple[bool, bool]
    """Outside any graph, and inside one."""
    refers: bool
    refers_to_object: bool
    back: bool
    wide: frozenset[str | None]


@dataclass(slots=True)
class Gist:
    """What one segment describes, names and may have wrong."""

    described: Hashes
    """What its statements are about, looked back along the properties of the reach as well."""
    named: Hashes
    """What its statements name, in any place."""
    properties: frozenset[str]
    with_class: Hashes
    claims: Hashes
    graphs: Hashes
    referring: Hashes
    """What must be described somewhere."""
    referring_from: Hashes
    """Beside each of these, in its order, the subject of the first statement that names it."""
    names: Hashes
    """Names of entities."""
    names_of: Hashes
    """Beside each of these, in its order, the entity."""
    suspects: Hashes
    changing: Hashes
    """What has literals that a store may keep otherwise than they are written."""
    has_nested: bool


@dataclass(slots=True)
class _Seen:
    """What was seen in one segment so far."""

    described: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)
    with_class: set[int] = field(default_factory=set)
    claims: set[int] = field(default_factory=set)
    graphs: set[int] = field(default_factory=set)
    suspects: set[int] = field(default_factory=set)
    changing: set[int] = field(default_factory=set)
    referring: dict[int, int] = field(default_factory=dict)
    names: set[tuple[int, int]] = field(default_factory=set)
    has_nested: bool = False

    def gist(self, properties: frozenset[str]) -> Gist:
        pairs = np.array(sorted(self.names), np.int64).reshape(-1, 2)
        return Gist(
            hashes(self.described),
            hashes(self.named | self.described),
            properties,
            hashes(self.with_class),
            hashes(self.claims),
            hashes(self.graphs),
            np.fromiter(self.referring, np.int64, len(self.referring)),
            np.fromiter(self.referring.values(), np.int64, len(self.referring)),
            pairs[:, 0].copy(),
            pairs[:, 1].copy(),
            hashes(self.suspects),
            hashes(self.changing),
            self.has_nested,
        )


@dataclass(slots=True)
class Sieve:
    """The look at the statements of one document after another, segment by segment."""

    schema: Schema
    iris: Names
    reach: Reach
    wide: list[Quad] = field(default_factory=list)
    """Whatever rules ask about that cannot be asked of pieces."""
    published: list[Quad] = field(default_factory=list)
    """The days of sources, of which there are few, and all their claims need them."""
    triples: int = 0
    claims: set[int] = field(default_factory=set)
    """Hashes of whatever is called a claim."""
    _triples: int = 0
    _claims: set[int] = field(default_factory=set)
    _wide: list[Quad] = field(default_factory=list)
    _known: dict[str, _About] = field(default_factory=dict)
    _classes: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    _fine: set[tuple[str, str]] = field(default_factory=set)
    """Datatypes and lexical forms that nobody has anything against."""
    _unknown: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """From here on it is another document; one that was not ended counts for nothing."""
        self._unknown.clear()
        self._triples, self._claims, self._wide = 0, set(), []

    def end(self, *, counts: bool) -> int:
        """The document is over, and ``counts`` or is context; the number of its statements."""
        self.wide += self._wide
        if counts:
            self.triples += self._triples
            self.claims |= self._claims
        return self._triples

    def take(self, quads: Iterable[Quad]) -> Gist:
        """The gist of a segment. O(statements), about two microseconds each.

        Raises what ``quads`` raises.
        """
        seen = _Seen()
        here: dict[str, _About] = {}
        last, node = "", 0
        count = 0
        for quad in quads:
            subject, predicate, value, graph = quad
            count += 1
            name = predicate.value
            about = here.get(name)
            if about is None:
                about = here[name] = self._known.get(name) or self._about(name)
            text = subject.value if type(subject) is NamedNode else text_of(subject)
            if text != last:
                last, node = text, hash(text)
                self._begin_node(seen, subject, text, node)
            inside = type(graph) is NamedNode
            if inside:
                seen.graphs.add(hash(graph.value))
            suspect = about.suspect[inside] or type(graph) is BlankNode
            if type(value) is NamedNode:
                suspect = self._take_name(seen, about, node, value.value, inside) or suspect
            elif type(value) is Literal:
                suspect = self._take_literal(seen, about, text, node, value) or suspect
            else:
                suspect = True
                self._take_nameless(seen, about, value)
            if about.unknown:
                suspect = self._first(name) or suspect
            if suspect:
                seen.suspects.add(node)
            if about.refers and node not in seen.referring and not text.startswith(_OWN):
                seen.referring[node] = node
            if about.wide or name == _PUBLISHED:
                self._take_wide(quad, about)
        self._triples += count
        if self.reach.through_graphs:
            seen.named |= seen.graphs
        return seen.gist(frozenset(here))

    def _begin_node(self, seen: _Seen, subject: object, text: str, node: int) -> None:
        seen.described.add(node)
        if type(subject) is not NamedNode or text.startswith(_OWN):
            seen.suspects.add(node)

    def _take_name(self, seen: _Seen, about: _About, node: int, name: str, inside: bool) -> bool:
        meant = hash(name)
        seen.named.add(meant)
        suspect = False
        if name == _CLAIM:
            self._claims.add(node)
        if about.gives_class:
            seen.with_class.add(node)
            rank = self._classes.get(name)
            if rank is None:
                rank = self._classes[name] = self._class(name)
            suspect = rank[inside]
            if name == _CLAIM:
                seen.claims.add(node)
        if name.startswith(_OWN):
            if name not in self.schema.declared and name not in _OWN:
                suspect = self._first(name) or suspect
        elif about.refers_to_object and meant not in seen.referring:
            seen.referring[meant] = node
        if about.back:
            seen.described.add(meant)
        return suspect

    def _take_literal(
        self, seen: _Seen, about: _About, text: str, node: int, value: Literal
    ) -> bool:
        if about.names and self.iris.slug_of(text) is not None:
            seen.names.add((hash(folded(value.value)), node))
        datatype = value.datatype.value
        if datatype in _PLAIN:
            return value.language is not None and not fits(value.value, value.language)
        written = datatype, value.value
        return written not in self._fine and self._is_faulty(seen, node, value, written)

    def _take_nameless(self, seen: _Seen, about: _About, value: object) -> None:
        seen.has_nested = seen.has_nested or type(value) is Triple
        meant = hash(text_of(value))
        seen.named.add(meant)
        if about.back:
            seen.described.add(meant)

    def _about(self, name: str) -> _About:
        about = self._known[name] = self._look_up(name)
        return about

    def _look_up(self, name: str) -> _About:
        schema = self.schema
        own = name.startswith(_OWN)
        gives_class = name == RDF_TYPE.value
        refers = name.startswith(TN_PREFIX)
        wide = {one[1] for kinds in self.reach.wide.values() for one in kinds if one[0] == name}
        flattened = name in schema.flattened
        different = name == DIFFERENT.value
        always = flattened or different
        return _About(
            gives_class,
            own and name not in schema.declared and name not in _OWN,
            NamedNode(name) in NAMES,
            (
                always or (not gives_class and must_be_claimed(schema, name, None)),
                always or (not gives_class and describes(schema, name, None)),
            ),
            refers,
            refers and schema.is_object_property(name),
            name in self.reach.back,
            frozenset(wide),
        )

    def _class(self, iri: str) -> tuple[bool, bool]:
        name = RDF_TYPE.value
        return must_be_claimed(self.schema, name, iri), describes(self.schema, name, iri)

    def _first(self, iri: str) -> bool:
        """Whether it comes up for the first time in the document; the others are not told of."""
        if iri in self._unknown:
            return False
        self._unknown.add(iri)
        return True

    def _is_faulty(self, seen: _Seen, node: int, value: Literal, written: tuple[str, str]) -> bool:
        faulty = value.datatype == EDTF_DATATYPE and fault_of(value.value) is not None
        if may_change(value):
            seen.changing.add(node)
        elif not faulty and len(self._fine) < _MOST_REMEMBERED:
            self._fine.add(written)
        return faulty

    def _take_wide(self, quad: Quad, about: _About) -> None:
        if isinstance(quad.object, Triple):
            return
        if quad.predicate.value == _PUBLISHED:
            self.published.append(quad)
        value = quad.object.value if isinstance(quad.object, NamedNode) else None
        if None in about.wide or value in about.wide:
            self._wide.append(quad)


def hashes(nodes: Iterable[int]) -> Hashes:
    """The hashes, sorted, each once."""
    return np.unique(np.fromiter(nodes, np.int64))


def united(parts: Iterable[Hashes]) -> Hashes:
    """All hashes of the parts."""
    listed = list(parts)
    return np.unique(np.concatenate(listed)) if listed else np.empty(0, np.int64)


def among(wanted: Hashes, sorted_hashes: Hashes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """For each of ``wanted`` whether it is one of the others. O(n log m)."""
    if not len(sorted_hashes):
        return np.zeros(len(wanted), np.bool_)
    at = np.searchsorted(sorted_hashes, wanted)
    at[at == len(sorted_hashes)] = 0
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = sorted_hashes[at] == wanted
    return found
