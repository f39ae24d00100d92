"""Which nodes may break a SHACL shape: the shape as queries, each run once over all nodes.

pySHACL looks at every focus node of every shape. Here each constraint of a property shape becomes
one query that finds *candidates*: every node that breaks the constraint is among them, and a few
that do not may be. pySHACL then judges the candidates alone, so its verdict is the only one.

Only a subset of SHACL is compiled (W3C Recommendation of 20 July 2017, sections 2.1.3, 2.3 and
4): targets by class and by subjects of a property; paths that are a property, its inverse or a
choice of properties; the counts, ``sh:datatype``, ``sh:minLength``, ``sh:maxLength``, simple
``sh:pattern``, whole bounds, ``sh:uniqueLang``, ``sh:in`` of IRIs, ``sh:nodeKind`` of IRIs and
literals, ``sh:class``, ``sh:disjoint``, ``sh:or`` and ``sh:not`` of these, and of no values on a
path; ``sh:or`` and ``sh:not`` also of the focus node itself. Of a shape that has anything else
every target is judged, as pySHACL itself does it.

How to add a constraint on values: a line in :data:`_BAD_VALUES`, and a case in
``tests/validate/test_differential.py``. Where the store and pySHACL may differ, it is a candidate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeGuard

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from tenure.model.ontology import OWL, RDF, RDFS, SH, XSD, Node, Ontology
from tenure.namespaces import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, RDFS_SUBCLASS

_TYPE: Final = RDF_TYPE.value
# What says nothing about which nodes conform.
_SPOKEN: Final = frozenset(
    (
        SH + "message", SH + "severity", SH + "name", SH + "description", SH + "order",
        SH + "group", RDFS + "label", RDFS + "comment", RDFS + "isDefinedBy", RDFS + "seeAlso",
    )
)  # fmt: skip
# Lexical forms that every engine takes for well-typed; whatever else there is becomes a candidate.
_DAY: Final = (
    "((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
)
_SURELY: Final[Mapping[str, str]] = {
    XSD + "boolean": "^(true|false)$",
    XSD + "integer": "^-?[0-9]{1,15}$",
    XSD + "string": "",
    XSD + "dateTime": f"^[12][0-9]{{3}}-{_DAY}"
    "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?$",
    XSD + "date": f"^[12][0-9]{{3}}-{_DAY}$",
    RDF + "langString": "",
    XSD + "anyURI": "^https?://[A-Za-z0-9./_~-]+$",
}
# In a query, the classes that are not above a class: which these are, the store knows.
_BELOW: Final = "below:"
_A_CLASS_BELOW: Final = re.compile(re.escape(_BELOW) + "<([^>]*)>")
# A statement about something else than the node, or a comparison that looks like one.
_BEYOND: Final = re.compile(r"\?(?!this)\w+ [<?a]")
# A number or a date is written in one way by the store and in another by rdflib.
_IS_TEXT: Final = (
    f"(isIRI(?value) || DATATYPE(?value) IN (<{XSD}string>, <{RDF}langString>, <{XSD}anyURI>))"
)
_CHECKED_ELSEWHERE: Final = (XSD, RDF, RDFS, OWL)
# In these signs the regular expressions of the store and of Python mean the same.
_PLAIN_PATTERN: Final = re.compile(r"(?:[\w ^$/:+*.,\[\]{}()@#|?-]|\\[.\[])+", re.ASCII)


_MOST_ALIKE: Final = 10_000
"""Outcomes of queries that are kept."""
_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")
_TRUTHS: Final[Mapping[str, bool]] = {"true": True, "false": False}
AskedOf = tuple[str, NamedNode | None]
"""A query or a pattern, and the property of which it asks a node, where that is one."""
About = Mapping[str, Sequence[Node]]
"""What is said of a node: values by predicate."""


class _NotCompiledError(Exception):
    """The shape has something that only pySHACL knows."""


@dataclass(frozen=True)
class CandidateQuery:
    """The queries of one node shape, and whom it is about."""

    classes: tuple[NamedNode, ...]
    subjects_of: tuple[NamedNode, ...]
    of_values: tuple[AskedOf, ...]
    """Queries for nodes that say too much or say it wrongly, whether targets or not.

    Each with the property that a node says it by, where that is one.
    """
    of_targets: tuple[AskedOf, ...]
    """Patterns of ``?this`` that hold of a target which says too little.

    Each with a property that it then does not say anything by, where there is one.
    """
    on: frozenset[NamedNode]
    """The properties whose values matter."""

    def candidates(
        self,
        store: Store,
        also: Callable[[NamedNode], Iterable[NamedNode | BlankNode]] = lambda _: (),
        *,
        union: bool = True,
    ) -> list[NamedNode | BlankNode]:
        """The targets in ``store``, the union of its graphs, that may break the shape.

        In the order of their names; the targets among those that ``also`` gives for a property
        whose values matter are always there. Classes are those that the store says are below the
        target's. ``union`` is false where the default graph has whatever the others have.
        """
        known = StoredClasses(store)

        def asked(query: str) -> Iterator[NamedNode | BlankNode]:
            return _asked(known, query, union=union)

        below = classes_below(store, self.classes)
        if not self._has_targets(store, below):
            return []
        found = {node for query, _ in self.of_values for node in asked(query)}
        found |= {node for prop in self.on for node in also(prop)}
        found = {node for node in found if self._is_target(store, node, below)}
        for pattern, _ in self.of_targets:
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

    @cached_property
    def of_itself(self) -> bool:
        """Whether it looks at nothing but what is said of the node itself."""
        return not any(_BEYOND.search(one) for one, _ in (*self.of_values, *self.of_targets))

    def candidates_among(
        self,
        known: StoredClasses,
        targets: Mapping[NamedNode, frozenset[object]],
        also: Callable[[NamedNode], Iterable[NamedNode | BlankNode]] = lambda _: (),
        *,
        union: bool = True,
    ) -> list[NamedNode | BlankNode]:
        """As :meth:`candidates`, among some nodes, which are known to be targets.

        Of each it is told of which classes it is, and by which properties it says anything, each
        alone in a tuple. A query is not asked anew of what it was asked of, or of what is alike.
        """
        found: set[NamedNode | BlankNode] = set()
        for query, prop, saying, of_node in self._of_some:
            keys: dict[NamedNode, tuple[str, object]] = {}
            nodes: list[NamedNode] = []
            for node, told in targets.items():
                if prop is not None and ((prop,) in told) is not saying:
                    continue
                if of_node and not union:
                    key = keys[node] = (query, told if prop is None else known.said(node, prop))
                    if (wrong := known.alike.get(key)) is not None:
                        found |= {node} if wrong else set()
                        continue
                nodes.append(node)
            if nodes:
                among = f"{{ VALUES ?this {{ {' '.join(map(str, nodes))} }} "
                here = {*_asked(known, query.replace("{", among, 1), union=union)}
                found |= here
                if len(known.alike) >= _MOST_ALIKE:
                    known.alike.clear()
                known.alike |= {key: node in here for node, key in keys.items() if node in nodes}
        found.update({node for prop in self.on for node in also(prop)}.intersection(targets))
        return sorted(found, key=str)

    @cached_property
    def _of_some(self) -> tuple[tuple[str, NamedNode | None, bool, bool], ...]:
        """The queries, each with its property, and whether it is about nodes that have that.

        And whether it is answered alike of nodes of which the same is said.
        """
        asked = [(query, prop, True) for query, prop in self.of_values]
        asked += ((f"SELECT DISTINCT ?this {{ {one} }}", p, False) for one, p in self.of_targets)
        return tuple((query, p, saying, _is_of_node(query, p)) for query, p, saying in asked)

    def _has_targets(self, store: Store, below: Iterable[NamedNode]) -> bool:
        """Whether any node is a target: most files say nothing of most kinds."""
        patterns = [*((RDF_TYPE, cls) for cls in below), *((one, None) for one in self.subjects_of)]
        return any(next(store.quads_for_pattern(None, *one), None) for one in patterns)

    def _is_target(
        self, store: Store, node: NamedNode | BlankNode, below: frozenset[NamedNode]
    ) -> bool:
        return any(
            quad.object in below for quad in store.quads_for_pattern(node, RDF_TYPE, None)
        ) or any(
            next(iter(store.quads_for_pattern(node, one, None)), None) for one in self.subjects_of
        )


def _is_of_node(query: str, prop: NamedNode | None) -> bool:
    """Whether what a query finds of a node follows from what is said of the node alone.

    That is from its classes and which properties it has; or, where it has to have some property,
    from the values of that and the classes of these.
    """
    if prop is None:
        return "?value" not in query and not _BEYOND.search(query)
    rest = query.replace(f"?this {prop} ?value .", "").replace(f"?value {RDF_TYPE} ?", "")
    return "?this <" not in rest and not _BEYOND.search(rest)


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
                for quad in store.quads_for_pattern(None, RDFS_SUBCLASS, one)
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
            waiting += [above.object for above in store.quads_for_pattern(one, RDFS_SUBCLASS, None)]
    return seen


def candidate_query(shapes: Ontology, shape: NamedNode | BlankNode) -> CandidateQuery | None:
    """The queries of a node shape, or None where it has anything that is not compiled."""
    about = shapes.about(shape)
    told = about.keys() - _SPOKEN
    if told - {_TYPE, SH + "targetClass", SH + "targetSubjectsOf", SH + "property", *_OF_ITSELF}:
        return None
    if about.get(_TYPE) != [NamedNode(SH + "NodeShape")]:
        return None
    try:
        of_values: list[AskedOf] = []
        of_targets: list[AskedOf] = []
        itself = [
            _OF_ITSELF[parameter](shapes, value, "?this")
            for parameter in sorted(_OF_ITSELF.keys() & told)
            for value in about[parameter]
        ]
        if itself:
            fine = " && ".join(f"({one})" for one in sorted(itself))
            of_targets.append((f"FILTER (!COALESCE({fine}, false))", None))
        for part in about.get(SH + "property", ()):
            values, targets = _property(shapes, part)
            of_values += values
            of_targets += targets
        return CandidateQuery(
            tuple(map(_iri, about.get(SH + "targetClass", ()))),
            tuple(map(_iri, about.get(SH + "targetSubjectsOf", ()))),
            tuple(dict.fromkeys(of_values)),
            tuple(dict.fromkeys(of_targets)),
            frozenset(_properties_in(shapes, shape)),
        )
    except _NotCompiledError:
        return None


def _property(shapes: Ontology, part: Node) -> tuple[list[AskedOf], list[AskedOf]]:
    about = _about(shapes, part)
    path = _single(about, SH + "path")
    values = _path(shapes, path)
    by = path if isinstance(path, NamedNode) else None
    bad: list[str] = []
    queries: list[str] = []
    missing: list[AskedOf] = []
    told = [(one, value) for one in sorted(about.keys() - _SPOKEN) for value in about[one]]
    single = [one for one, _ in told if one not in _OF_ITSELF]
    if len(single) != len(set(single)):
        raise _NotCompiledError
    for parameter, value in told:
        if parameter in _BAD_VALUES:
            bad.append(_BAD_VALUES[parameter](shapes, value))
        elif parameter in _OF_ITSELF:
            bad.append(_OF_ITSELF[parameter](shapes, value, "?value"))
        elif parameter == SH + "uniqueLang":
            if _truth(value):
                # An error in one row would be one of the whole count.
                tags = 'COUNT(DISTINCT COALESCE(LCASE(LANG(?value)), ""))'
                queries.append(_counted(values, f"COUNT(?value) > {tags}"))
        elif parameter in (SH + "maxCount", SH + "qualifiedMaxCount"):
            of_these = _of_kind(shapes, about, values, parameter)
            most_values = _whole(value)
            queries.append(
                _counted(of_these, f"COUNT(?value) > {most_values}")
                if most_values
                else f"SELECT DISTINCT ?this {{ {of_these} }}"
            )
        elif parameter in (SH + "minCount", SH + "qualifiedMinCount"):
            of_these, least = _of_kind(shapes, about, values, parameter), _whole(value)
            lacks = by if least == 1 and of_these == values else None
            missing += ((one, lacks) for one in _too_few(of_these, least))
        elif parameter not in (_TYPE, SH + "path", SH + "qualifiedValueShape") or (
            parameter == _TYPE and value != NamedNode(SH + "PropertyShape")
        ):
            raise _NotCompiledError
    if bad:
        fine = " && ".join(f"({one})" for one in sorted(bad))
        # What cannot be computed is not fine.
        queries.append(f"SELECT DISTINCT ?this {{ {values} FILTER (!COALESCE({fine}, false)) }}")
    return [(one, by) for one in queries], missing


def _of_kind(shapes: Ontology, part: About, values: str, parameter: str) -> str:
    """The pattern of the values that are counted: all, or those of the class of a qualified count.

    Of several classes below it, a value may be counted as often; pySHACL judges.
    """
    if parameter not in (SH + "qualifiedMinCount", SH + "qualifiedMaxCount"):
        return values
    kind = _about(shapes, _single(part, SH + "qualifiedValueShape"))
    if kind.keys() != {SH + "class"}:
        raise _NotCompiledError
    in_class = f"{_BELOW}{_iri(_single(kind, SH + 'class'))}"
    return f"{values} ?value {RDF_TYPE} ?type . FILTER (?type IN ({in_class}))"


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


def _path(shapes: Ontology, path: Node, start: str = "?this", end: str = "?value") -> str:
    """The pattern of the two ends of a path."""
    if isinstance(path, NamedNode):
        return f"{start} {path} {end} ."
    told = _about(shapes, path)
    if told.keys() == {SH + "inversePath"}:
        return f"{end} {_iri(_single(told, SH + 'inversePath'))} {start} ."
    if told.keys() == {SH + "alternativePath"}:
        listed = _list(shapes, _single(told, SH + "alternativePath"))
        choices = " ".join(str(_iri(one)) for one in listed)
        return f"VALUES ?choice {{ {choices} }} {start} ?choice {end} ."
    raise _NotCompiledError


def _properties_in(shapes: Ontology, shape: NamedNode | BlankNode) -> Iterator[NamedNode]:
    """The properties on the paths of a node shape's parts, which are compiled."""
    for part in shapes.values(shape, SH + "property"):
        waiting = list(_about(shapes, part)[SH + "path"])
        for path in waiting:
            if isinstance(path, NamedNode):
                yield path
            else:
                told = _about(shapes, path)
                waiting += told.get(SH + "inversePath", ())
                for head in told.get(SH + "alternativePath", ()):
                    waiting += _list(shapes, head)


def _datatype(_shapes: Ontology, value: Node) -> str:
    same = f"DATATYPE(?value) = {_iri(value)}"
    pattern = _SURELY.get(_iri(value).value)
    if pattern:
        return f'{same} && REGEX(STR(?value), "{pattern}")'
    # Of a datatype of somebody's own no engine knows which forms are well-typed.
    if pattern is None and _iri(value).value.startswith(_CHECKED_ELSEWHERE):
        raise _NotCompiledError
    return same


def _pattern(_shapes: Ontology, value: Node) -> str:
    text = value.value if isinstance(value, Literal) else ""
    plain = text.replace("\\S", "")
    if (
        "(?" in text
        or not _PLAIN_PATTERN.fullmatch(plain or "x")
        or (plain != text and "[" in text)
    ):
        raise _NotCompiledError
    # Python counts four separators among white space that the store does not.
    asked = Literal(text.replace("\\S", "[^\\s\\x1c-\\x1f]"))
    return f"{_IS_TEXT} && REGEX(STR(?value), {asked})"


def _compared(sign: str) -> Callable[[Ontology, Node], str]:
    def fine(_shapes: Ontology, value: Node) -> str:
        return f"DATATYPE(?value) = <{XSD}integer> && ?value {sign} {_whole(value)}"

    return fine


def _length(sign: str) -> Callable[[Ontology, Node], str]:
    def fine(_shapes: Ontology, value: Node) -> str:
        return f"{_IS_TEXT} && STRLEN(STR(?value)) {sign} {_whole(value)}"

    return fine


def _one_of(shapes: Ontology, value: Node) -> str:
    return f"?value IN ({', '.join(str(_iri(one)) for one in _list(shapes, value))})"


def _kind(_shapes: Ontology, value: Node) -> str:
    kind = _NODE_KINDS.get(_iri(value).value)
    if kind is None:
        raise _NotCompiledError
    return kind


_NODE_KINDS: Final[Mapping[str, str]] = {
    SH + "IRI": "isIRI(?value)",
    SH + "Literal": "isLiteral(?value)",
    SH + "BlankNodeOrIRI": "!isLiteral(?value)",
}


def _disjoint(_shapes: Ontology, value: Node) -> str:
    return f"!EXISTS {{ ?this {_iri(value)} ?value }}"


_BAD_VALUES: Final[Mapping[str, Callable[[Ontology, Node], str]]] = {
    SH + "datatype": _datatype,
    SH + "pattern": _pattern,
    SH + "minInclusive": _compared(">="),
    SH + "maxInclusive": _compared("<="),
    SH + "minExclusive": _compared(">"),
    SH + "maxExclusive": _compared("<"),
    SH + "minLength": _length(">="),
    SH + "maxLength": _length("<="),
    SH + "in": _one_of,
    SH + "nodeKind": _kind,
    SH + "disjoint": _disjoint,
}
"""By parameter, when a value surely conforms."""


def _class(_shapes: Ontology, value: Node, node: str) -> str:
    # Only a class that has a name can be in a list.
    cls = f"{_BELOW}{_iri(value)}"
    return f"EXISTS {{ {node} {RDF_TYPE} ?type . FILTER (?type IN ({cls})) }}"


def _any(shapes: Ontology, value: Node, node: str) -> str:
    parts = [_shape_of(shapes, one, node) for one in _list(shapes, value)]
    return " || ".join(f"({one})" for one in parts)


def _not(shapes: Ontology, value: Node, node: str) -> str:
    return f"!({_shape_of(shapes, value, node)})"


def _shape_of(shapes: Ontology, shape: Node, node: str) -> str:
    """When a node conforms to a shape inside another: exactly, since it may be denied."""
    about = _about(shapes, shape)
    conditions = []
    for parameter in sorted(about.keys() - _SPOKEN):
        for value in about[parameter]:
            if parameter in _EXACTLY:
                conditions.append(_EXACTLY[parameter](shapes, value, node))
            elif parameter == SH + "datatype" and _iri(value).value in _ANY_FORM:
                conditions.append(f"COALESCE(DATATYPE({node}) = {value}, false)")
            elif parameter == SH + "property":
                conditions.append(_nothing_on(shapes, value, node))
            elif (parameter, value) != (_TYPE, NamedNode(SH + "NodeShape")):
                raise _NotCompiledError
    return " && ".join(conditions) or "true"


def _nothing_on(shapes: Ontology, part: Node, node: str) -> str:
    told = _about(shapes, part)
    if told.keys() - _SPOKEN - {_TYPE} != {SH + "path", SH + "maxCount"} or _whole(
        _single(told, SH + "maxCount")
    ):
        raise _NotCompiledError
    return f"!EXISTS {{ {_path(shapes, _single(told, SH + 'path'), node, '?any')} }}"


_ANY_FORM: Final = frozenset((XSD + "string", RDF + "langString"))
"""Datatypes that every text is well-typed of."""
_EXACTLY: Final[Mapping[str, Callable[[Ontology, Node, str], str]]] = {SH + "class": _class}
_OF_ITSELF: Final[Mapping[str, Callable[[Ontology, Node, str], str]]] = {
    SH + "class": _class,
    SH + "or": _any,
    SH + "not": _not,
}
"""By parameter, when the node of that variable conforms: a value, or the focus node."""


def _about(shapes: Ontology, node: Node) -> About:
    return shapes.about(node) if isinstance(node, NamedNode | BlankNode) else {}


def _single(about: About, predicate: str) -> Node:
    values = about.get(predicate, ())
    if len(values) != 1:
        raise _NotCompiledError
    return values[0]


def _list(shapes: Ontology, head: Node) -> Sequence[Node]:
    items: list[Node] = []
    seen: set[str] = set()
    while head != RDF_NIL:
        if str(head) in seen:
            raise _NotCompiledError
        seen.add(str(head))
        cell = _about(shapes, head)
        items.append(_single(cell, RDF_FIRST.value))
        head = _single(cell, RDF_REST.value)
    if not items:
        raise _NotCompiledError
    return items


def _iri(node: Node) -> NamedNode:
    if not isinstance(node, NamedNode):
        raise _NotCompiledError
    return node


def _truth(node: Node) -> bool:
    # pySHACL says what is wrong with a shape that has anything else.
    truth = _TRUTHS.get(node.value) if isinstance(node, Literal) else None
    if truth is None or not _is_of(node, "boolean"):
        raise _NotCompiledError
    return truth


def _whole(node: Node) -> int:
    if not (_is_of(node, "integer") and _WHOLE.fullmatch(node.value)):
        raise _NotCompiledError
    return int(node.value)


def _is_of(node: Node, datatype: str) -> TypeGuard[Literal]:
    return isinstance(node, Literal) and node.datatype.value == XSD + datatype


class StoredClasses:
    """Which classes are above and below each, as a store says, which says the same of these later.

    What a query found of a node is kept too, for other nodes of which the same is said. Not safe
    for threads.
    """

    def __init__(self, store: Store) -> None:
        """See the class."""
        self.store = store
        self.alike: dict[tuple[str, object], bool] = {}
        self._below: dict[NamedNode, tuple[NamedNode, ...]] = {}
        self._above: dict[object, set[object]] = {}

    def below(self, cls: NamedNode) -> tuple[NamedNode, ...]:
        """A class and those below it, in the order of their names."""
        found = self._below.get(cls)
        if found is None:
            every = classes_below(self.store, (cls,))
            found = self._below[cls] = tuple(sorted(every, key=str))
        return found

    def with_below(self, query: str) -> str:
        """A query with the classes below one wherever it asks for these."""
        if _BELOW not in query:
            return query
        return _A_CLASS_BELOW.sub(lambda o: ", ".join(map(str, self.below(NamedNode(o[1])))), query)

    def above(self, classes: Iterable[object]) -> set[object]:
        """Classes, and those that they are kinds of (SHACL, section 2.1.3.2)."""
        found: set[object] = set()
        for one in classes:
            if one not in self._above:
                self._above[one] = classes_above(self.store, (one,))
            found |= self._above[one]
        return found

    def said(self, node: NamedNode, prop: NamedNode) -> object:
        """The values that a node has of a property, and of what classes each is."""
        values = (quad.object for quad in self.store.quads_for_pattern(node, prop, None))
        return frozenset(
            (value, ())
            if isinstance(value, Literal | Triple)
            else (
                value,
                frozenset(q.object for q in self.store.quads_for_pattern(value, RDF_TYPE, None)),
            )
            for value in values
        )


def _asked(known: StoredClasses, query: str, *, union: bool) -> Iterator[NamedNode | BlankNode]:
    query = known.with_below(query)
    for solution in known.store.query(query, use_default_graph_as_union=union):  # type: ignore[union-attr]
        node = solution[0]
        if isinstance(node, NamedNode | BlankNode):
            yield node
