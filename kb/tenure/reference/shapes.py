"""Shapes in words: what the gate asks of the members of a class and of the values of a property.

Shapes Constraint Language (W3C, 2017), sections 4 and 5. A constraint in SPARQL is told by the
message of what breaks it, the others by what they say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from tenure.model.ontology import SH, Node, Ontology
from tenure.namespaces import RDF_TYPE, local_name
from tenure.validate.derived_shapes import ASKED_OF, EACH_CLAIM

Labelled: TypeAlias = Callable[[str], str]

_TARGETS: Final = ("targetClass", "targetSubjectsOf", "targetObjectsOf")
_KINDS: Final = {
    "IRI": "an IRI",
    "BlankNode": "a blank node",
    "Literal": "a literal",
    "BlankNodeOrIRI": "no literal",
    "IRIOrLiteral": "no blank node",
    "BlankNodeOrLiteral": "no IRI",
}
_NUMBERS: Final = {
    "minInclusive": "at least {}",
    "maxInclusive": "at most {}",
    "minExclusive": "more than {}",
    "maxExclusive": "less than {}",
    "minLength": "at least {} characters long",
    "maxLength": "at most {} characters long",
}
OF_ANOTHER: Final = "Of "
"""What a rule begins with that a property has from a class which it is used with."""

_REFUSED: Final = "Refused with: "
_PLACEHOLDER: Final = re.compile(r"\{[?$](\w+)\}")


def rules_in_words(triples: Iterable[Triple], label: Labelled) -> Mapping[str, tuple[str, ...]]:
    """The rules of shapes by the IRI of the class or property that they are about.

    ``label`` is what a person calls an IRI.
    """
    graph = Ontology(triples)
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for shape in graph.subjects:
        about = [iri for word in _TARGETS for iri in graph.iris(shape, SH + word)]
        if not about:
            continue
        in_each_claim = EACH_CLAIM.value in graph.iris(shape, ASKED_OF.value)
        for said, path in _of_shape(graph, shape, label):
            lower = f"{said[:1].lower()}{said[1:]}"
            sentence = f"In each claim: {lower}" if in_each_claim else said
            for iri in about:
                found[iri][sentence] = None
            if path and path not in about:
                where = " or ".join(label(iri) for iri in about)
                found[path][f"{OF_ANOTHER}{where}: {sentence}"] = None
    return {
        # What is said in words comes before what only a message tells.
        iri: tuple(sorted(sentences, key=lambda one: one.startswith(_REFUSED)))
        for iri, sentences in sorted(found.items())
    }


def _of_shape(graph: Ontology, shape: str, label: Labelled) -> Iterable[tuple[str, str]]:
    """Sentences of a node shape, each with the property that it is about, if it is one."""
    for node in graph.values(shape, SH + "property"):
        if not isinstance(node, NamedNode | BlankNode):
            continue
        paths = graph.values(node, SH + "path")
        path = _path(graph, paths[0], label) if paths else ""
        said = _constraints(graph, node, label)
        sentence = f"{path}: {', '.join(said)}." if said else _message(graph, node)
        own = paths[0].value if paths and isinstance(paths[0], NamedNode) else ""
        if sentence:
            yield sentence[:1].upper() + sentence[1:], own
    whole = _constraints(graph, NamedNode(shape), label)
    if whole:
        yield f"It is {', '.join(whole)}.", ""
    for node in graph.values(shape, SH + "sparql"):
        told = _message(graph, node)
        if told:
            yield told, ""


def _message(graph: Ontology, node: Node) -> str:
    if not isinstance(node, NamedNode | BlankNode):
        return ""
    said = _PLACEHOLDER.sub(r"‹\1›", graph.text(node, SH + "message"))
    return f"{_REFUSED}{said}" if said else ""


def _path(graph: Ontology, path: Node, label: Labelled) -> str:
    if isinstance(path, NamedNode):
        return label(path.value)
    if not isinstance(path, BlankNode):
        return ""
    members = graph.members(path)
    if members:
        return ", then ".join(_path(graph, one, label) for one in members)
    for word, before in (("inversePath", "the reverse of "), ("alternativePath", "")):
        for value in graph.values(path, SH + word):
            if word == "alternativePath":
                return " or ".join(_path(graph, one, label) for one in graph.members(value))
            return before + _path(graph, value, label)
    for word, after in (
        ("zeroOrMorePath", ", any number of times"),
        ("oneOrMorePath", ", once or more"),
        ("zeroOrOnePath", ", at most once"),
    ):
        for value in graph.values(path, SH + word):
            return _path(graph, value, label) + after
    return ""


def _constraints(graph: Ontology, node: NamedNode | BlankNode, label: Labelled) -> list[str]:
    def texts(word: str) -> list[str]:
        return [
            value.value for value in graph.values(node, SH + word) if isinstance(value, Literal)
        ]

    said = _how_many(texts("minCount"), texts("maxCount"))
    said += [_with_article(label(iri)) for iri in graph.iris(node, SH + "class")]
    said += [f"written as {label(iri)}" for iri in graph.iris(node, SH + "datatype")]
    kinds = (local_name(iri) for iri in graph.iris(node, SH + "nodeKind"))
    said += [_KINDS.get(kind, kind) for kind in kinds]
    said += [sign.format(text) for word, sign in _NUMBERS.items() for text in texts(word)]
    said += [f"like {text}" for text in texts("pattern")]
    if "true" in texts("uniqueLang"):
        said.append("at most one in a language")
    said += [f"always {_shown(value, label)}" for value in graph.values(node, SH + "hasValue")]
    for head in graph.values(node, SH + "in"):
        options = (_shown(value, label) for value in graph.members(head))
        said.append(f"one of {', '.join(options)}")
    for word, name in (("or", "or"), ("xone", "or else"), ("and", "and")):
        for head in graph.values(node, SH + word):
            parts = [
                " and ".join(_constraints(graph, one, label))
                for one in graph.members(head)
                if isinstance(one, NamedNode | BlankNode) and not _has_no_class(graph, one)
            ]
            if all(parts):
                said.append(f" {name} ".join(parts))
    return said


def _with_article(name: str) -> str:
    return f"{'an' if name[:1] in 'aeio' else 'a'} {name}"


def _has_no_class(graph: Ontology, node: NamedNode | BlankNode) -> bool:
    """Whether a part of a choice is what nothing says a class of, which a sentence leaves out."""
    return any(
        isinstance(part, BlankNode)
        and RDF_TYPE in graph.values(part, SH + "path")
        and graph.texts(part, SH + "maxCount") == ["0"]
        for part in graph.values(node, SH + "property")
    )


def _how_many(least: list[str], most: list[str]) -> list[str]:
    low, high = next(iter(least), ""), next(iter(most), "")
    if low and low == high:
        return ["exactly one" if low == "1" else f"exactly {low}" if low != "0" else "none"]
    if high == "0":
        return ["none"]
    said = [f"at least {'one' if low == '1' else low}"] if low not in ("", "0") else []
    return [*said, f"at most {'one' if high == '1' else high}"] if high else said


def _shown(value: Node, label: Labelled) -> str:
    return label(value.value) if isinstance(value, NamedNode) else getattr(value, "value", "")
