"""Two sets of what is said of one term: what was tightened, loosened, or only said otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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

_SH: Final = "http://www.w3.org/ns/shacl#"
_WORDS: Final = (
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

_SHAPE_WORDS: Final = frozenset({_SH + "message", _SH + "name", _SH + "description", _SH + "order"})
_SMALLER_IS_TIGHTER: Final = frozenset(
    _SH + word for word in ("maxCount", "maxInclusive", "maxExclusive", "maxLength")
)
_GREATER_IS_TIGHTER: Final = frozenset(
    _SH + word for word in ("minCount", "minInclusive", "minExclusive", "minLength")
)
_SEVERITY: Final = _SH + "severity"


def axiom_changes(old: frozenset[Facet], new: frozenset[Facet], relation: Relation) -> list[Told]:
    """What became of the axioms of a term; its deprecation is told elsewhere.

    ``relation`` tells of two classes whether the second is ``wider`` or ``narrower``.
    """
    gone, come = set(old - new), set(new - old)
    told = list(_ends(gone, come, relation))
    told += [_axiom(facet, added=False) for facet in sorted(gone) if not _passed_over(facet)]
    told += [_axiom(facet, added=True) for facet in sorted(come) if not _passed_over(facet)]
    # A label that is written otherwise is one change, not one gone and one come.
    return [*dict.fromkeys(told)]


def shape_changes(
    old: frozenset[Facet], new: frozenset[Facet], new_terms: frozenset[str] = frozenset()
) -> list[Told]:
    """What became of a shape: whether it refuses more or less than before.

    ``new_terms`` are those that no data had before, written as values are.
    """
    gone, come = old - new, new - old
    found: list[Told] = []
    for predicate in sorted({facet[0] for facet in gone | come}):
        before = sorted(value for one, value in gone if one == predicate)
        after = sorted(value for one, value in come if one == predicate)
        found.append(_shape(predicate, before, after, new_terms))
    return found


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
    if predicate.startswith(_WORDS):
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


def _shape(predicate: str, before: list[str], after: list[str], new_terms: frozenset[str]) -> Told:
    name = local_name(predicate)
    if not before:
        detail = f"sh:{name} {_list(after)} is new."
    elif not after:
        detail = f"sh:{name} {_list(before)} is gone."
    else:
        detail = f"sh:{name} was {_list(before)} and is {_list(after)}."
    if predicate in _SHAPE_WORDS or predicate.startswith(_WORDS):
        return "reworded", f"Its {name} changed.", "patch", "Only words changed."
    if predicate == _SEVERITY:
        loosened = bool(after) and "Violation" not in after[0]
        level: Grade = "minor" if loosened else "major"
        return ("loosened" if loosened else "tightened"), detail, level, "It weighs otherwise."
    if predicate.startswith(_SH + "target") and not before and new_terms.issuperset(after):
        return "tightened", detail, "minor", "No data had it before."
    sign = _tightens(predicate, before, after)
    if sign > 0:
        return "tightened", detail, "major", "It may refuse data that was right."
    if sign < 0:
        return "loosened", detail, "minor", "It refuses less than before."
    return "changed", detail, "major", "Nothing tells whether it refuses more or less."


def _tightens(predicate: str, before: list[str], after: list[str]) -> int:
    """1 where the shape refuses more, -1 where it refuses less, 0 where that cannot be told."""
    if predicate.startswith(_SH + "target"):
        return 1 if after and not before else -1 if before and not after else 0
    if not before:
        return 1
    if not after:
        return -1
    was, now = _number(before), _number(after)
    if was is None or now is None:
        return 0
    if predicate in _SMALLER_IS_TIGHTER:
        return 1 if now < was else -1
    if predicate in _GREATER_IS_TIGHTER:
        return 1 if now > was else -1
    return 0


def _number(values: Iterable[str]) -> float | None:
    only = list(values)
    if len(only) != 1 or not only[0].startswith('"'):
        return None
    try:
        return float(only[0][1:].split('"', 1)[0])
    except ValueError:
        return None


def _list(values: list[str]) -> str:
    shown = [value if len(value) <= 80 else value[:77] + "…" for value in values]
    return ", ".join(" ".join(value.split()) for value in shown)
