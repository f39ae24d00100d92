"""Two sets of what is said of one term: what was tightened, loosened, or only said otherwise.

Shapes have words of their own, and a module: :mod:`tenure.reason.comparing_shapes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal, TypeAlias

from tenure.reason.owl import OWL, RDF, RDFS
from tenure.terms import local_name

Facet: TypeAlias = tuple[str, str]
"""A predicate's IRI, and its value as text."""

Grade: TypeAlias = Literal["major", "minor", "patch", "none"]
"""How grave a change is; ``none`` is no change."""

Told: TypeAlias = tuple[str, str, Grade, str]
"""What happened, in words, how grave it is, and why."""

Relation: TypeAlias = Callable[[str, str], str]
"""Of two classes, written as values are, whether the second is ``wider`` or ``narrower``."""

WORDS: Final = (
    RDFS + "label",
    RDFS + "comment",
    RDFS + "seeAlso",
    RDFS + "isDefinedBy",
    OWL + "versionInfo",
    "http://purl.org/dc/terms/",
    "http://purl.org/vocab/vann/",
    "http://www.w3.org/2004/02/skos/core#altLabel",
    "http://www.w3.org/2004/02/skos/core#changeNote",
    "http://www.w3.org/2004/02/skos/core#closeMatch",
    "http://www.w3.org/2004/02/skos/core#definition",
    "http://www.w3.org/2004/02/skos/core#editorialNote",
    "http://www.w3.org/2004/02/skos/core#exactMatch",
    "http://www.w3.org/2004/02/skos/core#example",
    "http://www.w3.org/2004/02/skos/core#note",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2004/02/skos/core#relatedMatch",
    "http://www.w3.org/2004/02/skos/core#scopeNote",
)
"""What only people read; a change of it changes no answer."""

_IMPLIES: Final = frozenset(
    {
        RDFS + "subClassOf",
        RDFS + "subPropertyOf",
        OWL + "equivalentClass",
        OWL + "equivalentProperty",
        OWL + "inverseOf",
        OWL + "propertyChainAxiom",
    }
)
"""What lets more follow; taking one away takes answers away."""

_ENDS: Final = frozenset({RDFS + "domain", RDFS + "range"})
_LIMITS: Final = frozenset(
    {
        OWL + "disjointWith",
        OWL + "propertyDisjointWith",
        OWL + "disjointUnionOf",
        OWL + "hasKey",
        OWL + "complementOf",
    }
)
_LIMITING_TYPES: Final = (
    "owl:FunctionalProperty",
    "owl:InverseFunctionalProperty",
    "owl:AsymmetricProperty",
    "owl:IrreflexiveProperty",
)


def axiom_changes(old: frozenset[Facet], new: frozenset[Facet], relation: Relation) -> list[Told]:
    """What became of the axioms of a term; its deprecation is told elsewhere."""
    gone, come = set(old - new), set(new - old)
    told = list(_ends(gone, come, relation))
    told += [_axiom(facet, added=False) for facet in sorted(gone) if not _passed_over(facet)]
    told += [_axiom(facet, added=True) for facet in sorted(come) if not _passed_over(facet)]
    # A label that is written otherwise is one change, not one gone and one come.
    return [*dict.fromkeys(told)]


def _passed_over(facet: Facet) -> bool:
    return facet[0] == OWL + "deprecated" or facet[0].endswith("isReplacedBy")


def _ends(gone: set[Facet], come: set[Facet], relation: Relation) -> Iterator[Told]:
    """A domain or range that is exchanged for a wider or narrower one."""
    for predicate in sorted(_ENDS):
        before = [facet for facet in gone if facet[0] == predicate]
        after = [facet for facet in come if facet[0] == predicate]
        if len(before) != 1 or len(after) != 1:
            continue
        gone.remove(before[0])
        come.remove(after[0])
        how = relation(before[0][1], after[0][1])
        detail = f"Its {local_name(predicate)} was {before[0][1]} and is {after[0][1]}."
        if how == "wider":
            yield "loosened", detail, "minor", "All that was right is right still."
        else:
            what = "tightened" if how == "narrower" else "changed"
            yield what, detail, "major", "Data that was right may be wrong now."


def _axiom(facet: Facet, *, added: bool) -> Told:
    predicate, value = facet
    said = f"{local_name(predicate)} {value}"
    if predicate.startswith(WORDS):
        return "reworded", f"Its {local_name(predicate)} changed.", "patch", "Only words changed."
    if predicate == "http://www.w3.org/2004/02/skos/core#notation":
        return (
            "renamed",
            f"{said} {'is new' if added else 'is gone'}.",
            "minor" if added else "major",
            "It is another name to ask by." if added else "Whoever asks by that name is refused.",
        )
    restricts = (
        predicate in _ENDS
        or predicate in _LIMITS
        or (predicate in (RDFS + "subClassOf", OWL + "equivalentClass") and value.startswith("["))
        or (predicate == RDF + "type" and value in _LIMITING_TYPES)
    )
    if restricts and added:
        return (
            "tightened",
            f"{said} is new.",
            "major",
            "Data that was right may be wrong now.",
        )
    if restricts:
        return "loosened", f"{said} is gone.", "minor", "All that was right is right still."
    if predicate in _IMPLIES or predicate == RDF + "type":
        if added:
            return "tightened", f"{said} is new.", "minor", "More follows than before."
        return (
            "loosened",
            f"{said} is gone.",
            "major",
            "Answers that followed from it no longer do.",
        )
    return (
        "meaning changed",
        f"{said} is {'new' if added else 'gone'}.",
        "major",
        "It changes what is computed.",
    )
