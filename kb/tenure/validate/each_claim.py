"""Shapes that are asked of each claim by itself: where the named graph is the point.

SHACL validates one graph (section 1.4), and the gate asks most shapes of the union of all. But two
claims may tell of one thing in two ways, and what one leaves out the other does not make good. A
node shape that says ``tns:askedOf tns:EachClaim`` is therefore about the graph of each claim that
tells of the node. It is SHACL like any other: whoever has one graph can run it there. Here the few
constraints that are used become queries, asked once of all claims.

How to add a constraint: a line in :data:`_ASKED`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from tenure.errors import BadRdf
from tenure.model.ontology import RDF, SH, Node, Ontology
from tenure.namespaces import RDF_TYPE, XSD_STRING, local_name
from tenure.validate.candidates import StoredClasses
from tenure.validate.derived_shapes import ASKED_OF, EACH_CLAIM, rule_of
from tenure.validate.documents import text_of
from tenure.validate.facts import Breach
from tenure.validate.finding import Path, Result, two_parts

_LANG_STRING: Final = NamedNode(RDF + "langString")
_SAID: Final = frozenset(SH + one for one in ("path", "message", "severity", "qualifiedValueShape"))
_INSTEAD: Final = ", and this is "


@dataclass(frozen=True, slots=True)
class _PropertyPart:
    """A property shape of a node shape that is asked of each claim."""

    shape: str
    message: str
    path: Path
    target: NamedNode
    by_class: bool
    """Whether the target is a class; else it is whatever has that property."""
    parameter: str
    value: Node
    kind: str
    """The class that values are counted of, with ``sh:qualifiedValueShape``; else empty."""


class ClaimShapes:
    """The shapes of each claim, among those that are given."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        """Raises :class:`~tenure.errors.BadRdf` for what cannot be asked of each claim."""
        said = Ontology(quads)
        self.names = frozenset(
            iri for iri in said.subjects if EACH_CLAIM.value in said.iris(iri, ASKED_OF.value)
        )
        self.parts = tuple(part for shape in sorted(self.names) for part in _parts(said, shape))
        self._by_shape = {part.shape: part for part in self.parts}
        groups: dict[tuple[str, str, str, bool], list[_PropertyPart]] = defaultdict(list)
        for part in self.parts:
            plain = "" if isinstance(part.path, str) else str(part.path)
            key = part.parameter, f"{part.value}{part.kind}", plain, part.by_class
            groups[key].append(part)
        self._groups = tuple(map(tuple, groups.values()))

    @property
    def properties(self) -> frozenset[str]:
        """The properties that are looked at."""
        return frozenset(one for part in self.parts for one in _properties(part.path))

    def breaches(
        self,
        classes: StoredClasses,
        focus: Mapping[NamedNode | BlankNode, Collection[object]] | None = None,
    ) -> Iterator[Breach]:
        """What the claims in a store break, or what those say of ``focus`` alone.

        Of each of these it is told of which classes it is, and by which properties it says
        anything, each alone in a tuple.
        """
        store = classes.store
        for group in self._groups:
            parts, only = [*group], ""
            if focus is not None:
                targets = {one.target if one.by_class else (one.target,) for one in group}
                nodes = {
                    node: told
                    for node, about in focus.items()
                    if isinstance(node, NamedNode) and (told := targets.intersection(about))
                }
                if not nodes:
                    continue
                here = {one for told in nodes.values() for one in told}
                parts = [p for p in group if (p.target if p.by_class else (p.target,)) in here]
                only = f"VALUES ?this {{ {' '.join(map(str, nodes))} }}"
            answer = store.query(_query(classes, parts, only))
            assert isinstance(answer, QuerySolutions)
            names = [variable.value for variable in answer.variables]
            for solution in answer:
                row = dict(zip(names, solution, strict=True))
                yield self._breach(store, row)

    def _breach(self, store: Store, row: Mapping[str, object]) -> Breach:
        part = self._by_shape[text_of(row["shape"])]
        this, claim, value = text_of(row["this"]), text_of(row["claim"]), row.get("value")
        known = value if isinstance(value, NamedNode | BlankNode | Literal) else None
        what, remedy = two_parts(part.message)
        what = with_value(what, known, this, store)
        first, _, rest = what.partition(" ")
        if first in ("It", "This"):
            what = f"{first.lower()} {rest}"
        component = f"{SH}{part.parameter[:1].upper()}{part.parameter[1:]}ConstraintComponent"
        return Breach(
            rule_of(part.shape),
            this,
            f"In {claim} {what}",
            remedy,
            graph=claim,
            result=Result(component, part.shape, part.path, known),
        )


def with_value(what: str, value: object, focus: str, store: Store) -> str:
    """A message with what is there, where it says that this is not what was meant.

    A core constraint of SHACL has no place for the value in its message (section 5.3.2 has one for
    those in SPARQL), so that of a shape ends in ", and this is none", or the like.
    """
    meant, said, rest = what.partition(_INSTEAD)
    if not said or value is None:
        return what
    shown = "this" if text_of(value) == focus else _shown(value, typed=rest == "not.")
    if rest == "none." and isinstance(value, NamedNode | BlankNode):
        classes = (one.object for one in store.quads_for_pattern(value, RDF_TYPE, None))
        rest = f"{' and '.join(sorted(set(map(text_of, classes))))}."
    return f"{meant}, and {shown} is {rest}"


def _shown(value: object, *, typed: bool) -> str:
    if not (typed and isinstance(value, Literal)):
        return value.value if isinstance(value, Literal) else text_of(value)
    if value.datatype in (XSD_STRING, _LANG_STRING):
        return f'"{value.value}"'
    return f"{value.value} ({value.datatype.value})"


def _parts(said: Ontology, shape: str) -> Iterator[_PropertyPart]:
    targets = [
        (NamedNode(iri), word == "targetClass")
        for word in ("targetClass", "targetSubjectsOf")
        for iri in said.iris(shape, SH + word)
    ]
    for name in said.iris(shape, SH + "property"):
        parameters = [
            (local_name(word), value)
            for word, values in said.about(name).items()
            for value in values
            if word.startswith(SH) and word not in _SAID
        ]
        if unknown := [word for word, _ in parameters if word not in _ASKED]:
            raise BadRdf(
                f"sh:{unknown[0]} cannot be asked of each claim.",
                where=name,
                remedy=f"Use one of {', '.join(sorted(_ASKED))}, or ask it of the union.",
            )
        kinds = [
            iri
            for node in said.values(name, SH + "qualifiedValueShape")
            if isinstance(node, NamedNode | BlankNode)
            for iri in said.iris(node, SH + "class")
        ]
        path = _path(said, said.values(name, SH + "path")[0])
        message = said.text(name, SH + "message")
        for target, by_class in targets:
            for word, value in parameters:
                yield _PropertyPart(
                    name, message, path, target, by_class, word, value, "".join(kinds[:1])
                )


def _path(said: Ontology, node: Node) -> Path:
    if isinstance(node, NamedNode):
        return node.value
    if isinstance(node, BlankNode):
        for inner in said.iris(node, SH + "inversePath"):
            return "inversePath", (inner,)
        for head in said.values(node, SH + "alternativePath"):
            return "alternativePath", tuple(_path(said, one) for one in said.members(head))
    raise BadRdf(
        "The path cannot be asked of each claim.",
        where=str(node),
        remedy="Use a property, its inverse, or a choice of properties.",
    )


def _properties(path: Path) -> Iterator[str]:
    if isinstance(path, str):
        yield path
    else:
        for one in path[1]:
            yield from _properties(one)


def _query(classes: StoredClasses, group: Sequence[_PropertyPart], only: str) -> str:
    first = group[0]
    rows = " ".join(
        f"( {kind} {NamedNode(next(_properties(one.path)))} {NamedNode(one.shape)} )"
        for one in group
        for kind in (classes.below(one.target) if one.by_class else [one.target])
    )
    path = "?property" if isinstance(first.path, str) else _text_of_path(first.path)
    told = f"?this {RDF_TYPE} ?target" if first.by_class else "?this ?target ?any"
    text = _ASKED[first.parameter](first.value, path, first.kind)
    pattern = f"{only} VALUES (?target ?property ?shape) {{ {rows} }} GRAPH ?claim {{ {told} }}"
    return classes.with_below(text.replace("…", pattern, 1))


def _text_of_path(path: Path) -> str:
    if isinstance(path, str):
        return str(NamedNode(path))
    if path[0] == "inversePath":
        return f"^{_text_of_path(path[1][0])}"
    return f"({'|'.join(map(_text_of_path, path[1]))})"


_HEAD: Final = "SELECT DISTINCT ?this ?claim ?shape ?value WHERE { … "
_NO_VALUE: Final = _HEAD.replace(" ?value", "")


def _least(number: Node, path: str, kind: str) -> str:
    value = _value(path, kind)
    if isinstance(number, Literal) and number.value == "1":
        return f"{_NO_VALUE} FILTER NOT EXISTS {{ {value} }} }}"
    return _counted(f"OPTIONAL {{ {value} }}", f"< {number}")


def _most(number: Node, path: str, kind: str) -> str:
    return _counted(_value(path, kind), f"> {number}")


def _counted(pattern: str, limit: str) -> str:
    return (
        f"SELECT ?this ?claim ?shape WHERE {{ … {pattern} }}"
        f" GROUP BY ?this ?claim ?shape HAVING (COUNT(DISTINCT ?value) {limit})"
    )


def _value(path: str, kind: str) -> str:
    of_kind = f" ?value {RDF_TYPE} ?class . FILTER (?class IN (below:<{kind}>))" if kind else ""
    return f"GRAPH ?claim {{ ?this {path} ?value }}{of_kind}"


def _not_after(other: Node, path: str, _kind: str) -> str:
    pattern = f"GRAPH ?claim {{ ?this {path} ?value ; {other} ?other }}"
    return f"{_HEAD} {pattern} FILTER (!COALESCE(?value <= ?other, false)) }}"


def _apart(other: Node, path: str, _kind: str) -> str:
    return f"{_HEAD} GRAPH ?claim {{ ?this {path} ?value . ?this {other} ?value }} }}"


_ASKED: Final[Mapping[str, Callable[[Node, str, str], str]]] = {
    "minCount": _least,
    "maxCount": _most,
    "qualifiedMinCount": _least,
    "qualifiedMaxCount": _most,
    "lessThanOrEquals": _not_after,
    "disjoint": _apart,
}
"""By parameter, the query for what breaks it; … stands for what is asked."""
