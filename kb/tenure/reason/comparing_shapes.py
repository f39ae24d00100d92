"""Two sets of what is said of one shape: does it refuse more than before, or less?

Shapes Constraint Language (W3C, 2017), section 4, says what each word of it refuses. What a query
or a pattern refuses cannot be worked out by comparing texts; such a change counts as major, and
says that it could not be judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Final

from pyoxigraph import Literal, RdfFormat, parse

from tenure.errors import TenureError
from tenure.reason.comparing import WORDS, Facet, Grade, Relation, Told
from tenure.store.tokens import tokens
from tenure.terms import local_name

SH: Final = "http://www.w3.org/ns/shacl#"
UNJUDGED: Final = "cannot be judged"
"""What is told of a change of which nothing says whether it refuses more or less."""

_PROPERTY: Final = SH + "property"
_SEVERITY: Final = SH + "severity"


def _of_shacl(words: str) -> frozenset[str]:
    return frozenset(SH + word for word in words.split())


_FOR_PEOPLE: Final = _of_shacl("message name description order group")
_SMALLER_IS_TIGHTER: Final = _of_shacl("maxCount maxInclusive maxExclusive maxLength")
_GREATER_IS_TIGHTER: Final = _of_shacl("minCount minInclusive minExclusive minLength")
_MORE_IS_LOOSER: Final = _of_shacl("in languageIn or ignoredProperties")
_TRUE_IS_TIGHTER: Final = _of_shacl("closed uniqueLang")
_TRUE_IS_LOOSER: Final = _of_shacl("deactivated")
_QUERIES: Final = _of_shacl("select ask construct")
_NODE_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "sh:IRI": frozenset({"IRI"}),
    "sh:BlankNode": frozenset({"node"}),
    "sh:Literal": frozenset({"literal"}),
    "sh:BlankNodeOrIRI": frozenset({"IRI", "node"}),
    "sh:IRIOrLiteral": frozenset({"IRI", "literal"}),
    "sh:BlankNodeOrLiteral": frozenset({"node", "literal"}),
}
# A literal as N-Triples writes it, a bracket, an IRI or a short name.
_VALUE: Final = re.compile(r'"(?:[^"\\]|\\.)*"\S*|[^\s"]+')


class _Way(Enum):
    """Where a change leads."""

    TIGHTER = "tightened"
    LOOSER = "loosened"
    OTHER = "changed"
    UNKNOWN = UNJUDGED
    NONE = "reworded"


_WEIGHTS: Final[Mapping[_Way, tuple[Grade, str]]] = {
    _Way.TIGHTER: ("major", "It may refuse data that was right."),
    _Way.LOOSER: ("minor", "It refuses less than before."),
    _Way.OTHER: ("major", "It refuses other data than before."),
    _Way.UNKNOWN: ("major", "Nothing tells whether it refuses more or less."),
    _Way.NONE: ("patch", "Only words changed."),
}


def shape_changes(
    old: frozenset[Facet],
    new: frozenset[Facet],
    new_terms: frozenset[str] = frozenset(),
    relation: Relation | None = None,
) -> list[Told]:
    """What became of a shape: whether it refuses more or less than before.

    ``new_terms`` are those that no data had before, written as values are. A property shape
    without a name is taken for the same as before where its path is the same.
    """
    gone, come = set(old - new), set(new - old)
    found = list(_nameless(gone, come, new_terms, relation))
    for predicate in sorted({facet[0] for facet in gone | come}):
        before = sorted(value for one, value in gone if one == predicate)
        after = sorted(value for one, value in come if one == predicate)
        found.append(_shape(predicate, before, after, new_terms, relation))
    return found


def _nameless(
    gone: set[Facet], come: set[Facet], new_terms: frozenset[str], relation: Relation | None
) -> Iterator[Told]:
    """The changes inside property shapes without names; these are taken out of both sets."""
    old, new = _by_path(gone), _by_path(come)
    for path in sorted(old.keys() & new.keys()):
        gone.remove(old[path])
        come.remove(new[path])
        inside = _inside(old[path][1]), _inside(new[path][1])
        for what, detail, grade, why in shape_changes(*inside, new_terms, relation):
            yield what, f"Of {path}: {detail}", grade, why


def _by_path(facets: set[Facet]) -> dict[str, Facet]:
    found = {}
    for facet in sorted(facets):
        if facet[0] == _PROPERTY and facet[1].startswith("["):
            for name, value in _inside(facet[1]):
                if name == SH + "path":
                    found[value] = facet
    return found


def _inside(text: str) -> frozenset[Facet]:
    """What is said of a node that is written out, as facets."""
    found: list[Facet] = []
    words: list[str] = []
    depth = 0
    for word in [*_VALUE.findall(text[1:-1]), ";"]:
        depth += (word in "[(") - (word in "])")
        if word != ";" or depth:
            words.append(word)
        else:
            found.append((words[0].replace("sh:", SH, 1), " ".join(words[1:])))
            words = []
    return frozenset(found)


def _shape(
    predicate: str,
    before: list[str],
    after: list[str],
    new_terms: frozenset[str],
    relation: Relation | None,
) -> Told:
    name = local_name(predicate)
    if not before:
        detail = f"sh:{name} {_list(after)} is new."
    elif not after:
        detail = f"sh:{name} {_list(before)} is gone."
    else:
        detail = f"sh:{name} was {_list(before)} and is {_list(after)}."
    if predicate == _SEVERITY:
        way = _Way.LOOSER if after and "Violation" not in after[0] else _Way.TIGHTER
        return way.value, detail, _WEIGHTS[way][0], "It weighs otherwise."
    if predicate.startswith(SH + "target") and not before and new_terms.issuperset(after):
        return _Way.TIGHTER.value, detail, "minor", "No data had it before."
    way = _way(predicate, before, after, relation)
    if way is _Way.NONE:
        detail = f"Its {name} changed."
    return way.value, detail, *_WEIGHTS[way]


def _way(predicate: str, before: list[str], after: list[str], relation: Relation | None) -> _Way:
    if predicate in _FOR_PEOPLE or predicate.startswith(WORDS):
        return _Way.NONE
    if predicate in _TRUE_IS_TIGHTER | _TRUE_IS_LOOSER:
        was, now = _is_true(before), _is_true(after)  # not said is as good as false
        tighter = now == (predicate in _TRUE_IS_TIGHTER)
        return _Way.NONE if was == now else _Way.TIGHTER if tighter else _Way.LOOSER
    if predicate == SH + "ignoredProperties" and not (before and after):
        return _Way.LOOSER if after else _Way.TIGHTER
    if predicate.startswith(SH + "target"):
        return _Way.UNKNOWN if before and after else _Way.TIGHTER if after else _Way.LOOSER
    if not before or not after:
        return _Way.TIGHTER if after else _Way.LOOSER
    if len(before) > 1 or len(after) > 1:
        return _Way.UNKNOWN
    return _exchanged(predicate, before[0], after[0], relation)


def _exchanged(predicate: str, before: str, after: str, relation: Relation | None) -> _Way:
    """One value in the place of another."""
    if predicate in _MORE_IS_LOOSER:
        return _sets(_members(before), _members(after))
    if predicate == SH + "nodeKind" and {before, after} <= _NODE_KINDS.keys():
        return _sets(_NODE_KINDS[before], _NODE_KINDS[after])
    if predicate == SH + "class":
        ways = {"wider": _Way.LOOSER, "narrower": _Way.TIGHTER}
        return ways.get(relation(before, after) if relation else "", _Way.OTHER)
    if predicate in (SH + "datatype", SH + "hasValue"):
        return _Way.OTHER
    if predicate in _QUERIES:
        return _Way.NONE if _words(before) == _words(after) else _Way.UNKNOWN
    was, now = _number(before), _number(after)
    if was is not None and now is not None and was != now:
        if predicate in _SMALLER_IS_TIGHTER:
            return _Way.TIGHTER if now < was else _Way.LOOSER
        if predicate in _GREATER_IS_TIGHTER:
            return _Way.TIGHTER if now > was else _Way.LOOSER
    return _Way.UNKNOWN


def _sets(before: frozenset[str], after: frozenset[str]) -> _Way:
    """Of two sets of what is let through."""
    if before == after:
        return _Way.NONE
    if before < after:
        return _Way.LOOSER
    return _Way.TIGHTER if after < before else _Way.OTHER


def _members(text: str) -> frozenset[str]:
    """The members of a list that is written out; their order is no matter.

    >>> sorted(_members('( ex:one "two words"@en [ sh:minCount "1" ] )'))
    ['"two words"@en', '[ sh:minCount "1" ]', 'ex:one']
    """
    found: list[str] = []
    depth = 0
    for word in _VALUE.findall(text)[1:-1]:
        if depth:
            found[-1] += f" {word}"
        else:
            found.append(word)
        depth += (word in "[(") - (word in "])")
    return frozenset(found)


def _words(written: str) -> list[str]:
    """A query without its layout and comments; as it stands where it cannot be read."""
    (quad,) = parse(f"<a:a> <a:b> {written} .", format=RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, Literal)
    try:
        return [token.text for token in tokens(quad.object.value)]
    except TenureError:
        return [written]


def _is_true(values: Iterable[str]) -> bool:
    return any(value.startswith(('"true"', '"1"')) for value in values)


def _number(value: str) -> float | None:
    try:
        return float(value[1:].split('"', 1)[0]) if value.startswith('"') else None
    except ValueError:
        return None


def _list(values: list[str]) -> str:
    shown = [value if len(value) <= 80 else value[:77] + "…" for value in values]
    return ", ".join(" ".join(value.split()) for value in shown)
