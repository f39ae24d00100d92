"""Questions that use deprecated terms, written with what takes their place.

A term is replaced where that cannot change the answer: by the one term that takes its place, or as
a predicate by a path over those that share its work (SPARQL 1.1, section 9), as long as these take
the same values as it did. Others are left for a person, with what the ontology says of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Store

from tenure.errors import BadQuery
from tenure.model.ontology import RDFS, SKOS, Ontology
from tenure.store.tokens import Token, TokenKind, line_of, tokens

_BEFORE_PREDICATE: Final = (TokenKind.IRI, TokenKind.NAME, TokenKind.VARIABLE, TokenKind.BLANK)


@dataclass(frozen=True, slots=True)
class LeftTerm:
    """A deprecated term that a person has to replace, its line, and what the ontology says."""

    line: int
    term: str
    instead: tuple[str, ...]
    meant: str

    def __str__(self) -> str:
        which = " or ".join(self.instead) or "nothing"
        return f"{self.term} is deprecated; in its place: {which}. {self.meant}".strip()


@dataclass(frozen=True, slots=True)
class Rewriting:
    """The text with new terms, and the deprecated ones that are still in it."""

    text: str
    left: tuple[LeftTerm, ...]


def rewritten(text: str, ontology: Ontology) -> Rewriting:
    """A SPARQL query without the deprecated terms that can be replaced as they stand.

    Raises :class:`~tenure.errors.BadInput` for a text that has a string without an end.
    """
    read = list(tokens(text))
    prefixes = dict(_prefixes(read))
    parts: list[str] = []
    left: list[LeftTerm] = []
    done = 0
    for place, token in enumerate(read):
        iri = _iri(token, prefixes)
        if iri is None or not ontology.deprecated(iri) or _is_declared(read, place):
            continue
        instead = ontology.replacements(iri)
        names = [_written(one, prefixes) for one in instead]
        new = names[0] if len(names) == 1 else f"({'|'.join(names)})"
        same = names and all(_values(ontology, one) == _values(ontology, iri) for one in instead)
        if same and (len(names) == 1 or _is_predicate(read, place)):
            parts += (text[done : token.start], new)
            done = token.start + len(token.text)
        else:
            line, _ = line_of(text, token.start)
            meant = ontology.text(iri, SKOS + "definition")
            left.append(LeftTerm(line, token.text, tuple(names), meant))
    changed = "".join((*parts, text[done:]))
    if changed != text:
        _refuse_broken(changed)
    return Rewriting(changed, tuple(left))


def _prefixes(read: list[Token]) -> Iterator[tuple[str, str]]:
    for word, name, iri in zip(read, read[1:], read[2:], strict=False):
        if word.text.upper() == "PREFIX" and iri.kind is TokenKind.IRI:
            yield name.text.removesuffix(":"), iri.text[1:-1]


def _is_declared(read: list[Token], place: int) -> bool:
    """Whether this is the IRI of a prefix."""
    return place >= 2 and read[place - 2].text.upper() == "PREFIX"


def _iri(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if token.kind is TokenKind.IRI:
        return token.text[1:-1]
    prefix, colon, local = token.text.partition(":")
    if token.kind is TokenKind.NAME and colon and prefix in prefixes:
        return prefixes[prefix] + local
    return None


def _written(iri: str, prefixes: Mapping[str, str]) -> str:
    for prefix, space in prefixes.items():
        local = iri.removeprefix(space)
        if local != iri and local.isidentifier():
            return f"{prefix}:{local}"
    return f"<{iri}>"


def _values(ontology: Ontology, iri: str) -> tuple[str, ...]:
    return tuple(ontology.iris(iri, RDFS + "range"))


def _is_predicate(read: list[Token], place: int) -> bool:
    """Whether a term stands between a subject, or ``;``, and an object."""
    before = read[place - 1] if place else None
    after = read[place + 1] if place + 1 < len(read) else None
    if before is None or after is None or after.text in (".", ";", ",", ")", "}"):
        return False
    return before.kind in _BEFORE_PREDICATE or before.text in (";", "/", "^", "|", "(", "]")


def _refuse_broken(text: str) -> None:
    with suppress(ValueError):  # a query that is right may still meet data that it cannot handle
        try:
            Store().query(text)
        except SyntaxError as error:
            raise BadQuery(
                "The question could not be rewritten: what comes of it is no SPARQL.",
                remedy="Replace its deprecated terms by hand.",
            ) from error
