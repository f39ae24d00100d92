"""How far the shapes look from a node: which of its surroundings decide whether it conforms.

Data that do not fit into memory are checked in pieces, and a piece must hold whatever a rule can
see from its nodes. From a node every rule sees the node's own statements and, going from subject
to object, those of whatever they name, and so on. Some look back too, from object to subject
(``sh:inversePath``, or a pattern whose object is known and whose subject is not). This module reads
off the rules along which properties they look back, and which rules find nodes in another way, by
a name that they compute, for instance; of these it says which properties they ask about.

What it does not understand it takes for the worst: a rule that has to see everything at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from rdflib import Graph
from rdflib.namespace import RDF, SH
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node, URIRef, Variable

Kind: TypeAlias = tuple[str, str | None]
"""A property, and the only object of it that is asked about, or None for any."""

_THIS: Final = Variable("this")
# Operators that keep one meaning for one variable throughout, and parts of expressions.
_UNDERSTOOD: Final = frozenset(
    (
        "SelectQuery", "Project", "Distinct", "Filter", "BGP", "Join", "LeftJoin", "Graph",
        "Extend", "Group", "AggregateJoin", "TrueFilter",
        "TriplesBlock", "GraphGraphPattern", "GroupGraphPatternSub",
    )
)  # fmt: skip
_ASKED_OF_A_MATCH: Final = ("Builtin_EXISTS", "Builtin_NOTEXISTS")
_OF_EXPRESSIONS: Final = ("Builtin_", "Aggregate_", "Unary")


class _TooFarError(Exception):
    """The rule may look at anything."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What rules see from a node beside what lies ahead of it."""

    back: frozenset[str] = frozenset()
    """The properties along which some rule goes from object to subject."""
    named: frozenset[str] = frozenset()
    """The nodes that some rule names, as something to look back from or ahead from."""
    wide: Mapping[str, frozenset[Kind]] = field(default_factory=dict)
    """By the name of a rule that finds nodes in another way: all that it asks about."""
    everything: frozenset[str] = frozenset()
    """The rules that may look at anything."""
    through_graphs: bool = False
    """Whether some rule goes on from the name of a graph."""


def reach_of(core: Graph, queries: Mapping[str, str]) -> Reach:
    """The reach of core shapes, and of constraints in SPARQL, by the names of their rules."""
    back, named = _of_core(core)
    wide: dict[str, frozenset[Kind]] = {}
    everything: set[str] = set()
    through_graphs = False
    for rule, query in queries.items():
        try:
            patterns = _Patterns(query)
            seen_back, seen_named = patterns.walk()
        except _TooFarError:
            everything.add(rule)
            continue
        kinds = patterns.kinds() if patterns.unreached else frozenset()
        if kinds is None:
            everything.add(rule)
        elif patterns.unreached:
            wide[rule] = kinds
        else:
            back |= seen_back
            named |= seen_named
            through_graphs = through_graphs or patterns.go_through_graphs
    return Reach(frozenset(back), frozenset(named), wide, frozenset(everything), through_graphs)


def _of_core(core: Graph) -> tuple[set[str], set[str]]:
    waiting = list(core.objects(None, SH.inversePath))
    back = {str(one) for one in core.objects(None, SH.targetObjectsOf)}
    done: set[Node] = set()
    while waiting:
        node = waiting.pop()
        if node in done:
            continue
        done.add(node)
        if isinstance(node, URIRef):
            back.add(str(node))
        else:
            waiting += core.objects(node, None)
    named = {str(one) for one in core.objects(None, SH.targetNode)}
    return back - {str(RDF.nil)}, named


@dataclass(frozen=True, slots=True)
class _Triple:
    graph: Any
    subject: Any
    path: Any
    object: Any


@dataclass(slots=True)
class _Group:
    """Patterns that are matched together, and groups that are asked for each match of them."""

    triples: list[_Triple] = field(default_factory=list)
    inner: list[_Group] = field(default_factory=list)

    def all(self) -> Iterator[_Triple]:
        yield from self.triples
        for one in self.inner:
            yield from one.all()


class _Patterns:
    """The patterns of one query, and the variables that can be reached from ``$this``."""

    def __init__(self, query: str) -> None:
        self.unreached = False
        self._queries = 0
        self._whole = _Group()
        self._collect(prepareQuery(query).algebra, None, self._whole)
        self._all = list(self._whole.all())

    @property
    def go_through_graphs(self) -> bool:
        """Whether what names a graph in one pattern stands for a node in another."""
        graphs = {one.graph for one in self._all if isinstance(one.graph, Variable)}
        return any({one.subject, one.object} & graphs for one in self._all)

    def walk(self) -> tuple[set[str], set[str]]:
        """Goes from ``$this`` as far as it gets; the properties looked back along, names used."""
        back: set[str] = set()
        named: set[str] = set()
        self._walk(self._whole, {_THIS}, back, named)
        return back, named

    def _walk(self, group: _Group, reached: set[Any], back: set[str], named: set[str]) -> None:
        waiting = group.triples
        while waiting:
            step = self._step(waiting, reached)
            if step is None:
                self.unreached = True
                return
            one, looked_back, name = step
            back |= looked_back
            named |= {name} if name else set()
            terms = (one.subject, one.path, one.object, one.graph)
            reached |= {term for term in terms if isinstance(term, Variable)}
            waiting = [other for other in waiting if other is not one]
        for inner in group.inner:
            self._walk(inner, set(reached), back, named)

    def kinds(self) -> frozenset[Kind] | None:
        """All that the query asks about; None where it asks about any property."""
        found: set[Kind] = set()
        for one in self._all:
            ahead, behind = _properties(one.path)
            if not ahead | behind:
                return None
            fixed = str(one.object) if one.path == RDF.type and _is_name(one.object) else None
            found |= {(name, fixed) for name in ahead | behind}
        return frozenset(found)

    def _step(
        self, waiting: list[_Triple], reached: set[Any]
    ) -> tuple[_Triple, set[str], str | None] | None:
        """A pattern that can be matched now, the properties it looks back along, a name used.

        To look ahead is preferred to looking back, and either to beginning at a name.
        """
        things = self._things()
        for one in waiting:
            if one.subject in reached:
                return one, _properties(one.path)[1], None
        for one in waiting:
            if one.object in reached and one.object in things:
                return one, _some(_properties(one.path)[0]), None
        for one in waiting:
            if _is_name(one.subject):
                return one, _properties(one.path)[1], str(one.subject)
        for one in waiting:
            if _is_name(one.object):
                return one, _some(_properties(one.path)[0]), str(one.object)
        return None

    def _things(self) -> set[Any]:
        """The variables that can be no literal: a literal has no statements to be found by."""
        return {_THIS} | {term for one in self._all for term in (one.subject, one.path, one.graph)}

    def _collect(self, part: Any, graph: Any, group: _Group) -> None:
        if isinstance(part, list | tuple):
            for value in part:
                self._collect(value, graph, group)
        if not isinstance(part, CompValue):
            return
        name = part.name
        if not (name in _UNDERSTOOD or name.startswith(_OF_EXPRESSIONS) or "Expression" in name):
            raise _TooFarError
        self._queries += name == "Project"
        if self._queries > 1:
            raise _TooFarError  # a query inside has variables of its own
        if name == "Group" and _THIS not in (part.expr or ()):
            raise _TooFarError
        if name in ("BGP", "TriplesBlock"):
            group.triples += _triples(part.triples, graph)
            return
        if name in ("Graph", "GraphGraphPattern"):
            graph = part.term
        if name in _ASKED_OF_A_MATCH:
            # What it finds, if anything, binds nothing outside.
            group.inner.append(_Group())
            group = group.inner[-1]
        if name == "LeftJoin":
            self._collect(part.p1, graph, group)
            group.inner.append(_Group())
            self._collect([part.p2, part.expr], graph, group.inner[-1])
            return
        for value in part.values():
            self._collect(value, graph, group)


def _triples(listed: Any, graph: Any) -> Iterator[_Triple]:
    for one in listed:
        # Inside EXISTS the parser leaves several in a row.
        for at in range(0, len(one), 3):
            yield _Triple(graph, one[at], one[at + 1], one[at + 2])


def _properties(path: Any) -> tuple[set[str], set[str]]:
    """The properties gone along ahead, and back; none for a variable."""
    if isinstance(path, URIRef):
        return {str(path)}, set()
    if isinstance(path, Variable):
        return set(), set()
    if isinstance(path, InvPath):
        ahead, behind = _properties(path.arg)
        return behind, ahead
    if isinstance(path, MulPath):
        return _properties(path.path)
    if isinstance(path, SequencePath | AlternativePath):
        parts = [_properties(one) for one in path.args]
        return set().union(*(one[0] for one in parts)), set().union(*(one[1] for one in parts))
    raise _TooFarError


def _some(properties: set[str]) -> set[str]:
    if not properties:
        raise _TooFarError  # whatever names it, by any property
    return properties


def _is_name(term: Any) -> bool:
    return isinstance(term, URIRef)
