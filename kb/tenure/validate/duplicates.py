"""Entities that may be one: of the same kind, and with the same name. Suggestions, no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode

from tenure.folding import folded
from tenure.namespaces import RDFS_LABEL, SKOS_ALT_LABEL, TN
from tenure.validate.documents import text_of
from tenure.validate.facts import Breach, Facts
from tenure.validate.finding import Severity

RULES: Final = frozenset(("DuplicateEntity",))
_NAMES: Final = (RDFS_LABEL, SKOS_ALT_LABEL)
_DIFFERENT: Final = NamedNode("http://www.w3.org/2002/07/owl#differentFrom")


def duplicate_breaches(facts: Facts) -> Iterator[Breach]:
    """A suggestion for each entity of the given documents that shares name and kind with another.

    Names are compared as :mod:`tenure.folding` has them: without case, accents and the like. Two
    that are said to be different by ``owl:differentFrom``, or merged, are not asked about.
    O(names).
    """
    apart = {
        frozenset((text_of(quad.subject), text_of(quad.object)))
        for prop in (_DIFFERENT, TN("mergedInto"))
        for quad in facts.store.quads_for_pattern(None, prop, None)
    }
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    written: dict[tuple[str, str], str] = {}
    shared = _shared_names(facts)
    given = facts.reduced_to({node for node, _ in shared}).given if shared else ()
    for node, name in shared:
        for kind in facts.classes_of(node):
            named[kind, folded(name)].add(node)
        written[node, folded(name)] = name
    told: set[frozenset[str]] = set()
    for (kind, name), nodes in sorted(named.items()):
        for one, other in _pairs(nodes):
            pair = frozenset((one, other))
            if pair in told or pair in apart:
                continue
            told.add(pair)
            is_given = any(one in document.subjects for document in given)
            focus, twin = (one, other) if is_given else (other, one)
            yield Breach(
                "DuplicateEntity",
                focus,
                f"It is called {written[focus, name]!r} like {twin}, and both are {kind}.",
                "Merge them, or say that they are not one: tenure link accept, or reject.",
                Severity.INFO,
            )


def _shared_names(facts: Facts) -> list[tuple[str, str]]:
    """The entities of the registry, each with each name that others may have too, sorted.

    Of all names no more is kept than a number.
    """
    first: dict[int, str] = {}
    shared: set[int] = set()
    for node, name in _named(facts):
        number = hash(folded(name))
        if first.setdefault(number, node) != node:
            shared.add(number)
    return sorted(
        (node, name)
        for node, name in (_named(facts) if shared else ())
        if hash(folded(name)) in shared
    )


def _named(facts: Facts) -> Iterator[tuple[str, str]]:
    for predicate in _NAMES:
        for quad in facts.store.quads_for_pattern(None, predicate, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                iri = quad.subject.value
                if facts.is_registered(iri):
                    yield iri, quad.object.value


def _pairs(nodes: set[str]) -> Iterator[tuple[str, str]]:
    """Each but the first, beside the first: a chain says all, and a name for many stays short."""
    first, *others = sorted(nodes)
    for other in others:
        yield first, other
