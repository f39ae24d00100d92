"""Which nodes may break a SHACL shape: the shape as queries, each run once over all nodes.

pySHACL looks at every focus node of every shape. Here each constraint of a property shape becomes
one query that finds *candidates*: every node that breaks the constraint is among them, and a few
that do not may be. pySHACL then judges the candidates alone, so its verdict is the only one.

Only a subset of SHACL is compiled (W3C Recommendation of 20 July 2017, sections 2.1.3, 2.3 and
4): targets by class and by subjects of a property; paths that are a property, its inverse or a
choice of properties; the counts, ``sh:datatype``, ``sh:minLength``, ``sh:maxLength``, simple
``sh:pattern``, whole bounds, ``sh:uniqueLang``, ``sh:in`` of IRIs, ``sh:nodeKind`` of IRIs and
literals. Of a shape that has anything else every target is judged, as pySHACL itself does it.

How to add a constraint on values: a line in :data:`_BAD_VALUES`, and a case in
``tests/validate/test_differential.py``. Where the store and pySHACL may differ, it is a candidate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Store
from rdflib import Graph
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH, XSD
from rdflib.term import IdentifiedNode, Literal, Node, URIRef

from tenure.namespaces import RDF_TYPE

_SUBCLASS: Final = NamedNode(str(RDFS.subClassOf))
# What says nothing about which nodes conform.
_SPOKEN: Final = frozenset(
    (
        SH.message, SH.severity, SH.name, SH.description, SH.order, SH.group,
        RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso,
    )
)  # fmt: skip
# Lexical forms that every engine takes for well-typed; whatever else there is becomes a candidate.
_DAY: Final = (
    "((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
)
_SURELY: Final[Mapping[Node, str]] = {
    XSD.boolean: "^(true|false)$",
    XSD.integer: "^-?[0-9]{1,15}$",
    XSD.string: "",
    XSD.dateTime: f"^[12][0-9]{{3}}-{_DAY}"
    "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?$",
    XSD.date: f"^[12][0-9]{{3}}-{_DAY}$",
    RDF.langString: "",
}
# A number or a date is written in one way by the store and in another by rdflib.
_IS_TEXT: Final = (
    "(isIRI(?value) || DATATYPE(?value) IN"
    f" ({', '.join(f'<{one}>' for one in (XSD.string, RDF.langString, XSD.anyURI))}))"
)
_CHECKED_ELSEWHERE: Final = (str(XSD), str(RDF), str(RDFS), str(OWL))
# In these signs the regular expressions of the store and of Python mean the same.
_PLAIN_PATTERN: Final = re.compile(r"(?:[\w ^$/:+*.,\[\]{}()@#|?-]|\\\.)+", re.ASCII)


class _NotCompiledError(Exception):
    """The shape has something that only pySHACL knows."""


@dataclass(frozen=True, slots=True)
class CandidateQuery:
    """The queries of one node shape, and whom it is about."""

    classes: tuple[NamedNode, ...]
    subjects_of: tuple[NamedNode, ...]
    of_values: tuple[str, ...]
    """Queries for nodes that say too much or say it wrongly, whether targets or not."""
    of_targets: tuple[str, ...]
    """Patterns of ``?this`` that hold of a target which says too little."""

    def candidates(
        self, store: Store, also: Iterable[NamedNode | BlankNode] = (), *, union: bool = True
    ) -> list[NamedNode | BlankNode]:
        """The targets in ``store``, the union of its graphs, that may break the shape.

        In the order of their names; the targets among ``also`` are always there. Classes are those
        that the store says are below the target's. ``union`` is false where the default graph has
        whatever the others have.
        """

        def asked(query: str) -> Iterator[NamedNode | BlankNode]:
            return _asked(store, query, union=union)

        below = classes_below(store, self.classes)
        found = {node for query in self.of_values for node in asked(query)}
        found.update(also)
        found = {node for node in found if self._is_target(store, node, below)}
        for pattern in self.of_targets:
            if below:
                classes = " ".join(map(str, sorted(below, key=str)))
                found.update(
                    asked(
                        f"SELECT DISTINCT ?this {{ VALUES ?class {{ {classes} }}"
                        f" ?this {RDF_TYPE} ?class . {pattern} }}"
                    )
                )
            for one in self.subjects_of:
                found.update(asked(f"SELECT DISTINCT ?this {{ ?this {one} ?target . {pattern} }}"))
        return sorted(found, key=str)

    def _is_target(
        self, store: Store, node: NamedNode | BlankNode, below: frozenset[NamedNode]
    ) -> bool:
        return any(
            quad.object in below for quad in store.quads_for_pattern(node, RDF_TYPE, None)
        ) or any(
            next(iter(store.quads_for_pattern(node, one, None)), None) for one in self.subjects_of
        )


def classes_below(store: Store, classes: Iterable[NamedNode]) -> frozenset[NamedNode]:
    """The classes, and those that the store says are below them."""
    seen: set[NamedNode] = set()
    waiting = list(classes)
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += [
                quad.subject
                for quad in store.quads_for_pattern(None, _SUBCLASS, one)
                if isinstance(quad.subject, NamedNode)
            ]
    return frozenset(seen)


def is_instance(store: Store, node: NamedNode | BlankNode, classes: Iterable[NamedNode]) -> bool:
    """Whether a node is of one of the classes, or of a kind of one."""
    types = (one.object for one in store.quads_for_pattern(node, RDF_TYPE, None))
    return not classes_above(store, types).isdisjoint(classes)


def classes_above(store: Store, classes: Iterable[object]) -> set[object]:
    """Classes, and those that they are kinds of as the store has it (SHACL, section 2.1.3.2)."""
    seen: set[object] = set()
    waiting = list(classes)
    while waiting:
        one = waiting.pop()
        if isinstance(one, NamedNode) and one not in seen:
            seen.add(one)
            waiting += [above.object for above in store.quads_for_pattern(one, _SUBCLASS, None)]
    return seen


def candidate_query(shapes: Graph, shape: IdentifiedNode) -> CandidateQuery | None:
    """The queries of a node shape, or None where it has anything that is not compiled."""
    told = set(shapes.predicates(shape)) - _SPOKEN
    if told - {RDF.type, SH.targetClass, SH.targetSubjectsOf, SH.property}:
        return None
    if set(shapes.objects(shape, RDF.type)) != {SH.NodeShape}:
        return None
    try:
        of_values, of_targets = [], []
        for part in sorted(shapes.objects(shape, SH.property), key=str):
            values, targets = _property(shapes, part)
            of_values += values
            of_targets += targets
        return CandidateQuery(
            tuple(_iri(one) for one in sorted(shapes.objects(shape, SH.targetClass), key=str)),
            tuple(_iri(one) for one in sorted(shapes.objects(shape, SH.targetSubjectsOf), key=str)),
            tuple(dict.fromkeys(of_values)),
            tuple(dict.fromkeys(of_targets)),
        )
    except _NotCompiledError:
        return None


def _property(shapes: Graph, part: Node) -> tuple[list[str], list[str]]:
    values = _path(shapes, _single(shapes, part, SH.path))
    bad: list[str] = []
    queries: list[str] = []
    missing: list[str] = []
    told = list(shapes.predicate_objects(part))
    parameters = [one for one, _ in told if one not in _SPOKEN]
    if len(parameters) != len(set(parameters)):
        raise _NotCompiledError
    for parameter, value in told:
        if parameter in _BAD_VALUES:
            bad.append(_BAD_VALUES[parameter](shapes, value))
        elif parameter == SH.uniqueLang:
            if _truth(value):
                # An error in one row would be one of the whole count.
                tags = 'COUNT(DISTINCT COALESCE(LCASE(LANG(?value)), ""))'
                queries.append(_counted(values, f"COUNT(?value) > {tags}"))
        elif parameter == SH.maxCount:
            most_values = _whole(value)
            queries.append(
                _counted(values, f"COUNT(?value) > {most_values}")
                if most_values
                else f"SELECT DISTINCT ?this {{ {values} }}"
            )
        elif parameter == SH.minCount:
            missing += _too_few(values, _whole(value))
        elif parameter not in _SPOKEN | {RDF.type, SH.path} or (
            parameter == RDF.type and value != SH.PropertyShape
        ):
            raise _NotCompiledError
    if bad:
        fine = " && ".join(f"({one})" for one in sorted(bad))
        # What cannot be computed is not fine.
        queries.append(f"SELECT DISTINCT ?this {{ {values} FILTER (!COALESCE({fine}, false)) }}")
    return queries, missing


def _counted(values: str, having: str) -> str:
    return f"SELECT ?this {{ {values} }} GROUP BY ?this HAVING (COALESCE({having}, true))"


def _too_few(values: str, least: int) -> list[str]:
    if least < 0:
        raise _NotCompiledError
    if least == 0:
        return []
    if least == 1:
        return [f"FILTER NOT EXISTS {{ {values} }}"]
    enough = (
        f"SELECT ?this {{ {values} }} GROUP BY ?this HAVING (COUNT(DISTINCT ?value) >= {least})"
    )
    return [f"MINUS {{ {{ {enough} }} }}"]


def _path(shapes: Graph, path: Node) -> str:
    """The pattern of ``?this`` and ``?value`` on a path."""
    if isinstance(path, URIRef):
        return f"?this {_iri(path)} ?value ."
    told = dict(shapes.predicate_objects(path))
    if set(told) == {SH.inversePath} and isinstance(told[SH.inversePath], URIRef):
        return f"?value {_iri(told[SH.inversePath])} ?this ."
    if set(told) == {SH.alternativePath}:
        choices = " ".join(str(_iri(one)) for one in _list(shapes, told[SH.alternativePath]))
        return f"VALUES ?choice {{ {choices} }} ?this ?choice ?value ."
    raise _NotCompiledError


def _datatype(_shapes: Graph, value: Node) -> str:
    same = f"DATATYPE(?value) = {_iri(value)}"
    pattern = _SURELY.get(value)
    if pattern:
        return f'{same} && REGEX(STR(?value), "{pattern}")'
    # Of a datatype of somebody's own no engine knows which forms are well-typed.
    if pattern is None and str(value).startswith(_CHECKED_ELSEWHERE):
        raise _NotCompiledError
    return same


def _pattern(_shapes: Graph, value: Node) -> str:
    text = str(value)
    plain = text.replace("\\S", "")
    if (
        "(?" in text
        or not _PLAIN_PATTERN.fullmatch(plain or "x")
        or (plain != text and "[" in text)
    ):
        raise _NotCompiledError
    # Python counts four separators among white space that the store does not.
    asked = Literal(text.replace("\\S", "[^\\s\\x1c-\\x1f]")).n3()
    return f"{_IS_TEXT} && REGEX(STR(?value), {asked})"


def _compared(sign: str) -> Callable[[Graph, Node], str]:
    def fine(_shapes: Graph, value: Node) -> str:
        return f"DATATYPE(?value) = {_iri(XSD.integer)} && ?value {sign} {_whole(value)}"

    return fine


def _length(sign: str) -> Callable[[Graph, Node], str]:
    def fine(_shapes: Graph, value: Node) -> str:
        return f"{_IS_TEXT} && STRLEN(STR(?value)) {sign} {_whole(value)}"

    return fine


def _one_of(shapes: Graph, value: Node) -> str:
    return f"?value IN ({', '.join(str(_iri(one)) for one in _list(shapes, value))})"


def _kind(_shapes: Graph, value: Node) -> str:
    if value not in (SH.IRI, SH.Literal):
        raise _NotCompiledError
    return "isIRI(?value)" if value == SH.IRI else "isLiteral(?value)"


_BAD_VALUES: Final[Mapping[Node, Callable[[Graph, Node], str]]] = {
    SH.datatype: _datatype,
    SH.pattern: _pattern,
    SH.minInclusive: _compared(">="),
    SH.maxInclusive: _compared("<="),
    SH.minExclusive: _compared(">"),
    SH.maxExclusive: _compared("<"),
    SH.minLength: _length(">="),
    SH.maxLength: _length("<="),
    SH["in"]: _one_of,
    SH.nodeKind: _kind,
}
"""By parameter, when a value surely conforms."""


def _single(shapes: Graph, subject: Node, predicate: URIRef) -> Node:
    values = list(shapes.objects(subject, predicate))
    if len(values) != 1:
        raise _NotCompiledError
    return values[0]


def _list(shapes: Graph, head: Node) -> Sequence[Node]:
    items = list(Collection(shapes, head))
    if not items:
        raise _NotCompiledError
    return items


def _iri(node: Node) -> NamedNode:
    if not isinstance(node, URIRef):
        raise _NotCompiledError
    return NamedNode(str(node))


def _truth(node: Node) -> bool:
    # pySHACL says what is wrong with a shape that has anything else.
    truth = node.value if isinstance(node, Literal) else None
    if type(truth) is not bool:
        raise _NotCompiledError
    return truth


def _whole(node: Node) -> int:
    number = node.value if isinstance(node, Literal) else None
    if type(number) is not int or abs(number) > 10**9:
        raise _NotCompiledError
    return number


def _asked(store: Store, query: str, *, union: bool) -> Iterator[NamedNode | BlankNode]:
    for solution in store.query(query, use_default_graph_as_union=union):  # type: ignore[union-attr]
        node = solution[0]
        if isinstance(node, NamedNode | BlankNode):
            yield node
