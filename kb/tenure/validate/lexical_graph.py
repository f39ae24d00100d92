"""A store as pySHACL reads it, and its terms as rdflib has them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple
from pyshacl.errors import ReportableRuntimeError
from pyshacl.graph_abstraction import OxigraphDataGraph
from rdflib.namespace import XSD
from rdflib.query import Result
from rdflib.term import BNode, IdentifiedNode, URIRef
from rdflib.term import Literal as RdfLiteral

from tenure.validate.lexical import LexicalForms
from tenure.validate.xsd_values import ExactLiteral, exactly

STRING: Final = URIRef(str(XSD) + "string")


class LexicalDataGraph(OxigraphDataGraph):
    """The union of a store's graphs as pySHACL reads it, each literal as it was written.

    It differs in more from pySHACL's own (0.40.1): whether there is anything was found out by
    counting everything; a literal with a path to follow was an error; a triple in two graphs came
    twice, or was looked for in the default graph alone; and plain strings were of another type
    than those of the shapes.
    """

    def __init__(self, store: Store, written: LexicalForms | None = None) -> None:
        """Reads ``store`` as it is at each moment, and ``written`` in its place."""
        super().__init__(store)
        self.default_union = True  # type: ignore[misc]  # its stub lacks the setter
        self.written = written or LexicalForms()

    def __bool__(self) -> bool:
        return True

    def __contains__(self, triple: Any) -> bool:
        return next(iter(self.triples(triple)), None) is not None

    def query(self, *given: Any, **named: Any) -> Result:  # noqa: ARG002
        """Nothing: the store binds variables otherwise than SHACL wants it. Raises always."""
        raise ReportableRuntimeError("Queries are not asked of a store in this way.")

    def triples(self, triple: Any) -> Generator[Any, None, None]:  # type: ignore[override]  # as in pySHACL's own
        """The triples that meet a pattern; None stands for anything."""
        subject, predicate, value = triple
        if isinstance(subject, RdfLiteral) or not isinstance(predicate, URIRef | None):
            return
        seen = set()
        found = (
            self._with(plain_string(value), stored(subject), stored(predicate))
            if isinstance(value, RdfLiteral)
            else self._exact(stored(subject), stored(predicate), stored(value))
        )
        for one in found:
            if one not in seen:
                seen.add(one)
                yield one

    def _exact(self, subject: Any, predicate: Any, value: Any) -> Iterator[tuple[Any, Any, Any]]:
        for quad in self.impl.quads_for_pattern(subject, predicate, value, None):
            ends = term(quad.subject), term(quad.predicate)
            if isinstance(quad.object, Literal):
                exact = self.written.of((quad.subject, quad.predicate))
                for one in exact if exact is not None else (quad.object,):
                    yield *ends, literal(one)
            elif not isinstance(quad.object, Triple):
                yield *ends, term(quad.object)

    def _with(
        self, value: RdfLiteral, subject: Any, predicate: Any
    ) -> Iterator[tuple[Any, Any, Any]]:
        for pair in self.written.at(stored(value)):
            if subject in (None, pair[0]) and predicate in (None, pair[1]):
                yield term(pair[0]), term(pair[1]), value
        for quad in self.impl.quads_for_pattern(subject, predicate, stored(value), None):
            pair = (quad.subject, quad.predicate)
            if self.written.of(pair) is None and _exactly(quad.object) == value:
                yield term(quad.subject), term(quad.predicate), value

    def subject_objects(self, predicate: Any, unique: bool = False) -> Generator[Any, None, None]:  # type: ignore[override]  # noqa: ARG002 - as in pySHACL's own
        """The ends of all triples of a property."""
        for subject, _, value in self.triples((None, predicate, None)):
            yield subject, value

    def subject_predicates(self, object_: Any, unique: bool = False) -> Generator[Any, None, None]:  # type: ignore[override]  # noqa: ARG002 - as in pySHACL's own
        """What points at a node, and by which property."""
        for subject, predicate, _ in self.triples((None, None, object_)):
            yield subject, predicate

    def predicate_objects(self, subject: Any, unique: bool = False) -> Generator[Any, None, None]:  # type: ignore[override]  # noqa: ARG002 - as in pySHACL's own
        """What is said of a node."""
        for _, predicate, value in self.triples((subject, None, None)):
            yield predicate, value

    def subjects(  # type: ignore[override]  # as in pySHACL's own
        self,
        predicate: Any,
        object_: Any,
        unique: bool = False,  # noqa: ARG002
    ) -> Generator[Any, None, None]:
        """What points at a node, or at several, by a property."""
        for one in object_ if isinstance(object_, list | tuple) else (object_,):
            for subject, _, _ in self.triples((None, predicate, one)):
                yield subject

    def objects(  # type: ignore[override]  # as in pySHACL's own
        self,
        subject: Any,
        predicate: Any,
        unique: bool = False,  # noqa: ARG002
    ) -> Generator[Any, None, None]:
        """The values of a property of a node, or of several."""
        for one in subject if isinstance(subject, list | tuple) else (subject,):
            for _, _, value in self.triples((one, predicate, None)):
                yield value


def term(node: NamedNode | BlankNode | Triple) -> IdentifiedNode:
    """An IRI or a blank node as rdflib has it; what is neither, by its text."""
    if isinstance(node, NamedNode):
        return URIRef(node.value)
    return BNode(node.value if isinstance(node, BlankNode) else str(node))


def literal(one: Literal) -> ExactLiteral:
    """A literal as it is written; a plain string has no datatype there."""
    if one.language:
        return ExactLiteral(one.value, lang=one.language)
    datatype = one.datatype.value
    return ExactLiteral(one.value, datatype=datatype if datatype != str(STRING) else None)


def _exactly(node: object) -> RdfLiteral | None:
    return literal(node) if isinstance(node, Literal) else None


def plain_string(value: RdfLiteral) -> ExactLiteral:
    """The literal as :func:`literal` has it."""
    if value.datatype == STRING:
        return ExactLiteral(str(value))
    return value if isinstance(value, ExactLiteral) else exactly(value)


def stored(node: Any) -> Any:
    """A term of rdflib's as the store has it; None stays."""
    if isinstance(node, RdfLiteral):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype)) if node.datatype else None)
    if node is None:
        return None
    return BlankNode(str(node)) if isinstance(node, BNode) else NamedNode(str(node))
