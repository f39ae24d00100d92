"""The house's core shapes over a store: queries find who may break one, and pySHACL judges these.

Most facts break none, and loading pySHACL with rdflib takes longer than asking all the queries. So
it is loaded (:mod:`tenure.validate.pyshacl_runner`) with the first candidate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, NamedNode, Quad, Store, Triple

from tenure.model.ontology import RDFS, SH, Ontology
from tenure.namespaces import RDF_TYPE
from tenure.validate.candidates import (
    CandidateQuery,
    StoredClasses,
    candidate_query,
)
from tenure.validate.documents import text_of
from tenure.validate.lexical import LexicalForms

if TYPE_CHECKING:
    from tenure.validate.pyshacl_runner import Judge, ShaclResult

_TARGETS: Final = frozenset(
    SH + name for name in ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
)


class CoreShapes:
    """The core constraints of some shapes, compiled once. Not safe for threads.

    pySHACL reads a shape when it has to judge by it, which takes as long as all the queries: most
    facts break none.
    """

    def __init__(self, core: Iterable[Quad]) -> None:
        """Reads the shapes in ``core``.

        Raises:
            BadRdf: the shapes are wrong.
        """
        self._quads: dict[NamedNode | BlankNode, list[Quad]] = defaultdict(list)
        for quad in core:
            if not isinstance(quad.subject, Triple):
                self._quads[quad.subject].append(quad)
        said = Ontology(quad for about in self._quads.values() for quad in about)
        self._queries: dict[NamedNode | BlankNode, CandidateQuery | None] = {
            node: candidate_query(said, node) for node in self._quads if _has_target(said, node)
        }
        self._judges: dict[NamedNode | BlankNode, Judge] = {}
        if self.not_compiled:
            # Only pySHACL knows what may be wrong with these.
            self._judges = judges_of(chain.from_iterable(self._quads.values()))
        self._by_target: dict[object, list[NamedNode | BlankNode]] = defaultdict(list)
        for node in self._queries:
            for one in _targets_of(said, node):
                self._by_target[one].append(node)

    @property
    def not_compiled(self) -> list[str]:
        """The shapes with targets of their own that pySHACL judges as a whole."""
        return sorted(text_of(node) for node, query in self._queries.items() if query is None)

    def _judge(self, shape: NamedNode | BlankNode) -> Judge:
        """The shape as pySHACL has it, read with those that it asks."""
        if shape not in self._judges:
            asked = [shape]
            for one in asked:
                named = {quad.object for quad in self._quads[one]}
                asked += (self._quads.keys() & named) - {*asked}
            self._judges |= judges_of(quad for one in asked for quad in self._quads[one])
        return self._judges[shape]

    def verdicts(
        self,
        store: Store,
        forms: LexicalForms | None = None,
        focus: Mapping[NamedNode | BlankNode, frozenset[object]] | None = None,
        *,
        changed: Collection[object] | None = None,
        classes: StoredClasses | None = None,
        union: bool = True,
    ) -> Iterator[ShaclResult]:
        """The results over the union of all graphs in ``store``, or those about ``focus`` alone.

        ``focus`` has what :func:`known_of` says of each node. Where ``changed`` is given, they
        conform but for what changed: what is said of these, and what is around the others.
        ``forms`` holds the literals that the store may keep otherwise than they were written;
        without it, the values are judged that the store has. ``classes`` are what was read of the
        store before. ``union`` is false where the default
        graph has whatever the others have.

        Raises:
            BadRdf: the shapes cannot be run.
            BadInput: the data hold a value that pySHACL cannot compare.
        """
        # What the store has of these says nothing sure about what was written.
        unsure = forms.subjects_of if forms else _nobody
        if focus is None:
            for shape, query in self._queries.items():
                wrong = None if query is None else query.candidates(store, unsure, union=union)
                if wrong != []:
                    yield from self._judge(shape).verdicts(store, forms, wrong)
            return
        classes = classes or StoredClasses(store)
        for shape, targets in self._asked_of(focus).items():
            nodes, query = targets, self._queries[shape]
            if query is not None:
                if changed is not None and query.of_itself:
                    nodes = [one for one in nodes if one in changed]
                near = {one: focus[one] for one in nodes if isinstance(one, NamedNode)}
                if near:
                    nodes = query.candidates_among(classes, near, unsure, union=union)
            if nodes:
                yield from self._judge(shape).verdicts(store, forms, nodes)

    def _asked_of(
        self, focus: Mapping[NamedNode | BlankNode, frozenset[object]]
    ) -> dict[NamedNode | BlankNode, list[NamedNode | BlankNode]]:
        """By shape, the nodes that are its targets."""
        found: dict[NamedNode | BlankNode, list[NamedNode | BlankNode]] = {}
        for node, known in focus.items():
            shapes = (shape for one in known for shape in self._by_target.get(one, ()))
            for shape in dict.fromkeys(shapes):
                found.setdefault(shape, []).append(node)
        return found


def _nobody(_prop: NamedNode) -> tuple[NamedNode, ...]:
    return ()


def judges_of(quads: Iterable[Quad]) -> dict[NamedNode | BlankNode, Judge]:
    """Those of pySHACL, by the shape. Raises as :func:`tenure.validate.pyshacl_runner.judges`."""
    from tenure.validate.pyshacl_runner import judges  # noqa: PLC0415 - see above

    return judges(quads)


def _has_target(said: Ontology, node: NamedNode | BlankNode) -> bool:
    about = said.about(node)
    if not _TARGETS.isdisjoint(about):
        return True
    # SHACL, section 2.1.3.3: a class that is a shape is the target of itself.
    types = said.iris(node, RDF_TYPE.value)
    return RDFS + "Class" in types and any(one.startswith(SH) for one in (*about, *types))


def _targets_of(said: Ontology, shape: NamedNode | BlankNode) -> frozenset[object]:
    """What makes a node a target of a shape: its classes, and (paired) properties that it has."""
    properties = ((one,) for one in said.values(shape, SH + "targetSubjectsOf"))
    return frozenset((*said.values(shape, SH + "targetClass"), *properties))


def known_of(classes: StoredClasses, node: NamedNode | BlankNode) -> frozenset[object]:
    """What can make a node a target: its classes, and (each alone in a tuple) its properties."""
    quads = list(classes.store.quads_for_pattern(node, None, None))
    found: set[object] = {(quad.predicate,) for quad in quads}
    return frozenset(
        found | classes.above(one.object for one in quads if one.predicate == RDF_TYPE)
    )
