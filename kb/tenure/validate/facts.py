"""The facts under check: documents, what they may refer to, and a store of it all for the rules.

A rule finds a :class:`Breach`, about a node or a statement. Where that is in which file is looked
up once all is found (:func:`placed`), so that files which nobody has anything against are gone
through only once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from tenure.errors import BadInput
from tenure.model import Schema as TimeSchema
from tenure.namespaces import PREFIXES, RDF_TYPE, TN, Names, local_name
from tenure.resources import data_dir
from tenure.store.rdf import read_file
from tenure.validate.declared_terms import DeclaredTerms
from tenure.validate.documents import Document, StatementsOnDisk, text_of
from tenure.validate.finding import SHAPES, Finding, Result, Severity, properties
from tenure.validate.placing import at_result, best_place

_PATH: Final = "http://www.w3.org/ns/shacl#path"
_TERM: Final = re.compile(r"(?<![\w:])tnv?:[A-Za-z]\w*")
_CLAIM: Final = TN("Claim").value
_IN_MEMORY: Final = 2_500_000
"""Statements up to which the store is held in memory, where it answers five times sooner; they take
about half a kilobyte each."""
_MOST_REMEMBERED: Final = 400_000
_MANY_ASKED: Final = 1_000
"""Nodes whose classes are looked up one by one; who asks for more, asks for most."""


@dataclass(frozen=True, slots=True)
class Breach:
    """What a rule has against a node, before anybody has looked where that is written."""

    rule: str
    focus: str
    what: str
    remedy: str
    severity: Severity = Severity.VIOLATION
    graph: str | None = None
    result: Result | None = None
    document: Document | None = None
    """The document that it is in; without it, the first that is about the node."""
    quad: Quad | None = None
    """The statement at fault, where it is one."""
    terms: frozenset[str] = frozenset()
    """The IRIs that the rule found beside the focus."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A document of an ontology, the same as any with the same text or, without one, statements."""

    key: object
    quads: Collection[Quad] = field(compare=False)


@lru_cache(maxsize=4)
def _declared_in(ontology: tuple[_Told, ...]) -> DeclaredTerms:
    """What an ontology declares, kept for whoever checks with the same one next."""
    return DeclaredTerms(quad for document in ontology for quad in document.quads)


@lru_cache(maxsize=4)
def _time_schema(declared: DeclaredTerms) -> TimeSchema | None:
    with suppress(BadInput):
        return TimeSchema(declared.ontology)
    return None


class Facts:
    """Documents under check, the context that their references resolve in, and the ontology."""

    def __init__(
        self,
        given: Sequence[Document],
        context: Sequence[Document],
        ontology: Sequence[Document],
        names: Names,
        *,
        folder: Path | None = None,
        store: Store | None = None,
    ) -> None:
        """``folder`` is where a store of very many statements is made.

        A ``store`` that is given has all that is told in ``context`` and ``ontology`` already.
        """
        self.given = given
        self.context = context
        self.ontology = ontology
        self.names = names
        self.union = any(one.is_on_disk for one in (*given, *context))
        """Whether the store's default graph has to be taken as the union of its graphs."""
        self._folder = folder
        self._known_store = store
        self._classes: dict[str, frozenset[str]] = {}
        self._alike: dict[frozenset[str], frozenset[str]] = {}

    @property
    def documents(self) -> list[Document]:
        """Those under check, and their context."""
        return [*self.given, *self.context]

    @cached_property
    def store(self) -> Store:
        """All facts, and the ontology; statements about statements, which have a finding, left out.

        What claims state is in the default graph too, where documents are held: over the union of
        graphs, a pattern finds a statement as often as there are claims that make it, and two
        patterns as often as the square of that. Of documents on disk that would be too much.
        """
        if self._known_store is not None:
            return self._known_store
        everything = [*self.documents, *self.ontology]
        count = sum(len(one.quads) for one in everything)
        in_memory = count <= _IN_MEMORY or self._folder is None
        store = Store() if in_memory else Store(str(self._folder / "store"))  # type: ignore[operator]
        for document in everything:
            quads = document.quads
            if isinstance(quads, StatementsOnDisk) and quads.safe:
                store.bulk_load(path=str(quads.path), format=RdfFormat.N_QUADS, lenient=True)
                continue
            # To be found again, blank nodes must keep their labels, which loading changes.
            store.bulk_extend(one for one in quads if not isinstance(one.object, Triple))
            if not self.union:
                store.bulk_extend(
                    Quad(one.subject, one.predicate, one.object)
                    for one in quads
                    if not isinstance(one.graph_name, DefaultGraph)
                    and not isinstance(one.object, Triple)
                )
        return store

    @cached_property
    def schema(self) -> DeclaredTerms:
        """What the ontology declares."""
        return _declared_in(
            tuple(
                _Told(one.text if one.text and one.has_lines else tuple(one.quads), one.quads)
                for one in self.ontology
            )
        )

    @cached_property
    def time_schema(self) -> TimeSchema | None:
        """What the ontology declares of time; None where its axioms are broken.

        An ontology under check may be, and has findings of its own then.
        """
        return _time_schema(self.schema)

    def __iter__(self) -> Iterator[Quad]:
        """All statements: given, context and ontology."""
        return chain.from_iterable(one.quads for one in (*self.documents, *self.ontology))

    @property
    def inexact(self) -> frozenset[Literal]:
        """The literals that a store may keep otherwise than they are written."""
        found = (one.inexact for one in (*self.documents, *self.ontology))
        return frozenset(chain.from_iterable(found))

    def classes_of(self, node: str) -> frozenset[str]:
        """The classes of a node, an IRI or the text of a blank node, wherever they are given."""
        found = self._classes.get(node)
        if found is None:
            if len(self._classes) >= _MOST_REMEMBERED:
                self._classes.clear()
            if len(self._classes) == _MANY_ASKED:
                self._find_classes()
            known = node_of(node)
            quads = self.store.quads_for_pattern(known, RDF_TYPE, None) if known else ()
            found = frozenset(
                one.object.value for one in quads if isinstance(one.object, NamedNode)
            )
            found = self._classes[node] = self._alike.setdefault(found, found)
        return found

    def _find_classes(self) -> None:
        """Look the classes of all nodes up at once, where they are not too many to remember."""
        whole = self._known_store is None and not self.union
        graph = DefaultGraph() if whole else None
        typed: dict[str, set[str]] = {}
        for quad in self.store.quads_for_pattern(None, RDF_TYPE, None, graph):
            if isinstance(quad.object, NamedNode):
                typed.setdefault(text_of(quad.subject), set()).add(quad.object.value)
                if len(typed) > _MOST_REMEMBERED:
                    return
        for node, classes in typed.items():
            found = frozenset(classes)
            self._classes[node] = self._alike.setdefault(found, found)

    def has_graph(self, iri: str) -> bool:
        """Whether a graph of that name holds a statement, in any document."""
        return any(True for _ in self.store.quads_for_pattern(None, None, None, NamedNode(iri)))

    def is_claim(self, iri: str) -> bool:
        """Whether some document says that it is a claim."""
        return _CLAIM in self.classes_of(iri)

    def instance(self, node: str, classes: Collection[str]) -> bool:
        """Whether a node is of one of some classes (SHACL, section 2.1.3.2)."""
        return any(not self.schema.above(one).isdisjoint(classes) for one in self.classes_of(node))

    @cached_property
    def registered(self) -> Collection[str]:
        """The entities of the registry: what has a class, and not because a claim says so."""
        typed = (one.subject for one in self.store.quads_for_pattern(None, RDF_TYPE, None))
        return {
            one.value
            for one in typed
            if isinstance(one, NamedNode) and self.is_registered(one.value)
        }

    def is_registered(self, node: str) -> bool:
        """Whether a node is an entity of the registry."""
        classes = self.classes_of(node) if self.names.slug_of(node) is not None else ()
        return bool(classes) and not any(map(self.schema.is_stated, classes))

    @cached_property
    def paths(self) -> Mapping[str, frozenset[str]]:
        """By the rule of a written property shape: the properties on its path (SHACL, 2.3.1)."""
        files = sorted((data_dir("ontology") / "shapes").glob("*.ttl"))
        return _paths_in(tuple((file, file.stat().st_mtime_ns) for file in files))

    def placed(self, found: Sequence[Breach]) -> list[Finding]:
        """The findings, each where it is written; none of what no given document is about."""
        if not found:
            return []
        there = self.reduced_to(name for one in found for name in (one.focus, one.graph) if name)
        same = dict(zip(map(id, self.given), there.given, strict=True))
        return [
            finding
            for one in found
            for finding in there.place(replace(one, document=same.get(id(one.document))))
        ]

    def reduced_to(self, nodes: Iterable[str]) -> Facts:
        """The facts of which the documents have what they say of some nodes alone, where long."""
        wanted = frozenset(nodes)
        undescribed = frozenset(one for one in wanted if not self._is_described(one))
        found = Facts(
            [one.reduced(wanted, undescribed) for one in self.given],
            [one.reduced(wanted) for one in self.context],
            self.ontology,
            self.names,
            store=self.store,
        )
        found.schema, found.paths, found.union = self.schema, self.paths, self.union
        return found

    def _is_described(self, iri: str) -> bool:
        node = node_of(iri)
        if node is None:
            return False
        return any(True for _ in self.store.quads_for_pattern(node, None, None)) or (
            isinstance(node, NamedNode) and self.has_graph(iri)
        )

    def place(self, one: Breach) -> Iterator[Finding]:
        """The finding of a breach, in the first given document about its focus unless one is named.

        It is at the statement at fault, where that is known, else at the one that the result names,
        else at the one that the words name. Nothing where no given document says anything of the
        focus: context is not under check.
        """
        about = [one.document] if one.document else self._about(one.focus)
        if one.graph is not None:
            about.sort(key=lambda document: one.graph not in document.subjects)
        if not about:
            return
        what, remedy = self.short(one.what), self.short(one.remedy)
        paths = self.paths.get(one.rule, frozenset())
        if one.result is not None:
            paths |= frozenset(properties(one.result.path))
        found = [
            at_result(document, one.focus, one.graph, one.result, one.quad)
            or best_place(document, one.focus, one.graph, what, remedy, self.short, paths)
            for document in about
        ]
        best = max(range(len(about)), key=lambda number: found[number].fit)
        document, (_, place, predicate) = about[best], found[best]
        yield Finding(
            document.name,
            place.line if place else None,
            one.rule,
            one.severity,
            one.focus,
            what,
            remedy,
            place.column if place else None,
            document.positions.excerpt(place) if place else None,
            self.link(one.rule, one.focus, f"{what} {remedy}", predicate),
            result=one.result,
        )

    def _about(self, focus: str) -> list[Document]:
        """The given documents about a node: that describe it, or name what nobody describes."""
        about = [one for one in self.given if focus in one.subjects]
        if about or any(focus in one.subjects for one in self.context):
            return about
        return [one for one in self.given if focus in one.objects]

    def link(self, rule: str, focus: str, text: str, predicate: str) -> str:
        """Where the documentation tells of the first term that a message names.

        Without one, it is the property at fault, or the class of the focus, or the rule itself.
        """
        for name in map(str, _TERM.findall(text)):
            iri = PREFIXES[name.partition(":")[0]] + name.partition(":")[2]
            if iri in self.schema.declared:
                return iri
        if predicate in self.schema.declared:
            return predicate
        classes = sorted(self.schema.declared.intersection(self.classes_of(focus)))
        if classes:
            return classes[0]
        return rule if ":" in rule else SHAPES + rule

    def short(self, text: str) -> str:
        """``text`` with the IRIs in it as a person writes them."""
        return short(text, self.names)


def short(text: str, names: Names) -> str:
    """``text`` with the IRIs in it as a person writes them."""
    written = {names.id_prefix: "", names.base: ""}
    for prefix in ("tn", "tnv", "xsd", "rdf", "rdfs", "skos", "owl", "oa", "edtf"):
        written[PREFIXES[prefix]] = f"{prefix}:"
    # The longer first: the ontology lies below the base.
    for start in sorted(written, key=len, reverse=True):
        text = text.replace(start, written[start])
    return text


def node_of(text: str) -> NamedNode | BlankNode | None:
    """The node that is written so; None for what is none."""
    with suppress(ValueError):
        return BlankNode(text[2:]) if text.startswith("_:") else NamedNode(text)
    return None


def graph_of(quad: Quad) -> str | None:
    """The name of the quad's graph, or None for the default graph."""
    return text_of(quad.graph_name) if isinstance(quad.graph_name, NamedNode) else None


@lru_cache(maxsize=1)
def _paths_in(files: tuple[tuple[Path, int], ...]) -> Mapping[str, frozenset[str]]:
    """The properties on the paths of the property shapes in files, each with its last change."""
    below: dict[object, list[Quad]] = {}
    for file, _ in files:
        for quad in read_file(file):
            below.setdefault(quad.subject, []).append(quad)
    return {
        local_name(text_of(shape)): frozenset(_reached(below, quad.object))
        for shape, about in below.items()
        for quad in about
        if quad.predicate.value == _PATH
    }


def _reached(below: Mapping[object, Sequence[Quad]], path: object) -> Iterator[str]:
    waiting = [path]
    while waiting:
        node = waiting.pop()
        if isinstance(node, NamedNode):
            yield node.value
        else:
            waiting += [quad.object for quad in below.get(node, ())]
