"""Entities that may be one: of the same kind, and with the same name. Suggestions, no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.folding import folded
from tenure.terms import RDFS_LABEL, SKOS_ALT_LABEL
from tenure.validate.facts import Facts
from tenure.validate.reading import text_of
from tenure.validate.report import Finding, Severity

RULES: Final = frozenset(("DuplicateEntity",))
NAMES: Final = frozenset((RDFS_LABEL, SKOS_ALT_LABEL))
DIFFERENT: Final = NamedNode("http://www.w3.org/2002/07/owl#differentFrom")
_LOOKED_AT: Final = NAMES | {DIFFERENT}


def duplicate_findings(facts: Facts) -> Iterator[Finding]:
    """A suggestion for each entity of the given documents that shares name and kind with another.

    Names are compared as :mod:`tenure.folding` has them: without case, accents and the like. Two
    that are said to be different by ``owl:differentFrom`` are not asked about. O(names).
    """
    registered = set(facts.registered)
    apart: set[frozenset[str]] = set()
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    written: dict[tuple[str, str], str] = {}
    for quad in facts.quads:
        if quad.predicate not in _LOOKED_AT:
            continue
        if quad.predicate == DIFFERENT:
            apart.add(frozenset((text_of(quad.subject), text_of(quad.object))))
        for kind, name in _kinds_and_names(facts, registered, quad):
            named[kind, folded(name)].add(text_of(quad.subject))
            written[text_of(quad.subject), folded(name)] = name
    told: set[frozenset[str]] = set()
    for (kind, name), nodes in sorted(named.items()):
        for one, other in _pairs(nodes):
            pair = frozenset((one, other))
            if pair in told or pair in apart:
                continue
            told.add(pair)
            focus, twin = (one, other) if _given(facts, one) else (other, one)
            yield from facts.place(
                "DuplicateEntity",
                focus,
                f"It is called {written[focus, name]!r} like {twin}, and both are {kind}.",
                "Use one of the two everywhere, or say owl:differentFrom between them.",
                severity=Severity.INFO,
            )


def _kinds_and_names(facts: Facts, registered: set[str], quad: Quad) -> Iterator[tuple[str, str]]:
    if quad.predicate not in NAMES or not isinstance(quad.object, Literal):
        return
    if isinstance(quad.subject, NamedNode) and quad.subject.value in registered:
        for kind in facts.types.get(quad.subject.value, ()):
            yield kind, quad.object.value


def _pairs(nodes: set[str]) -> Iterator[tuple[str, str]]:
    """Each but the first, beside the first: a chain says all, and a name for many stays short."""
    first, *others = sorted(nodes)
    for other in others:
        yield first, other


def _given(facts: Facts, node: str) -> bool:
    return any(node in document.subjects for document in facts.given)
