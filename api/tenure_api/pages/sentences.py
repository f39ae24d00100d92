"""Situations and events in words: who does what to whom, in what words, and when.

A sentence is a sequence of terms: an IRI is a link by its name, a literal is text. The verb is the
label of the plain property that a kind of situation flattens to, and the words are what its claims
state of it beside its subject, object and days; both come from the ontology and the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode

from tenure.languages import ENGLISH
from tenure.model import Occurrence, Schema
from tenure.namespaces import RDF_TYPE, TN, TNV_PREFIX
from tenure.temporal import FourBounds
from tenure.temporal.in_words import day_in_words, stretch_in_words
from tenure_api.pages.rendering import Pages, stated_of

Sentence: TypeAlias = tuple[NamedNode | Literal, ...]

_MOST_WORDS: Final = 4
"""Statements of which a sentence gives the words; a page of claims has the rest."""


def text(words: str) -> Literal:
    """Words of our own."""
    return Literal(words, language=ENGLISH)


def verb_of(schema: Schema, kind: str) -> str:
    """What a situation of a kind says of its subject, such as *holds* or *is deployed to*."""
    plain = schema.objects(TN("flattensTo"), kind)
    return schema.label(plain[0]) if plain else schema.label(kind)


def sentence_of(pages: Pages, one: Occurrence) -> Sentence:
    """A situation as a sentence with its own words; an event by its name."""
    if one.subject is None:
        return (NamedNode(one.iri),)
    clause = clause_of(pages, one)
    is_words_alone = one.object is None and len(clause) > 1
    return (NamedNode(one.subject), text(": " if is_words_alone else " "), *clause)


def clause_of(pages: Pages, one: Occurrence) -> Sentence:
    """The same of a situation without its subject: *holds* the office, with the words."""
    words = tuple(own_words(pages, one))
    found: list[NamedNode | Literal] = []
    if one.object is not None or not words:
        found.append(text(verb_of(pages.kb.schema, one.kind)))
    if one.object is not None:
        found += [text(" "), NamedNode(one.object)]
    for place, (label, word) in enumerate(words):
        before = "" if not found else ": " if place == 0 else "; "
        found.append(text(before + (f"{label} " if label else "")))
        found.append(word)
    return tuple(found)


def lane_of(pages: Pages, one: Occurrence, seen_from: str) -> Sentence:
    """What tells a situation from others of its kind, seen from one side: the other, the words."""
    other = one.subject if one.subject != seen_from else one.object
    words = [text(", ") if place else word for word in _told(pages, one) for place in (1, 0)][1:]
    if other is None:
        return tuple(words) or (NamedNode(one.iri),)
    return (NamedNode(other), *((text(": "), *words) if words else ()))


def _told(pages: Pages, one: Occurrence) -> list[NamedNode | Literal]:
    return [word for label, word in own_words(pages, one) if not label]


def own_words(pages: Pages, one: Occurrence) -> Iterator[tuple[str, NamedNode | Literal]]:
    """What is stated of a situation beside who it is between and when, with the property's label.

    What tells one situation of the kind from another comes first; it and what is said by a concept
    of the vocabulary need no label.
    """
    schema = pages.kb.schema
    telling = schema.objects(TN("distinguishedBy"), one.kind)
    told: dict[tuple[bool, str, NamedNode | Literal], None] = {}
    for name, value in stated_of(pages.kb, one):
        if name == RDF_TYPE.value or schema.is_time(name) or _is_dated(value):
            continue
        if isinstance(value, NamedNode) and value.value in (one.subject, one.object):
            continue
        concept = isinstance(value, NamedNode) and value.value.startswith(TNV_PREFIX)
        plain = name in telling or concept
        shown = text(schema.label(value.value)) if concept else value
        told[(name not in telling, "" if plain else schema.label(name), shown)] = None
    ordered = sorted(told, key=lambda each: (each[0], each[1], str(each[2])))
    return ((label, word) for _, label, word in ordered[:_MOST_WORDS])


def _is_dated(value: NamedNode | Literal) -> bool:
    return isinstance(value, Literal) and value.datatype.value not in (_STRING, _LANGUAGE)


_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_LANGUAGE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def when_of(one: Occurrence) -> str:
    """When it began and ended, as far as that is known, such as *Began in 2019, ended in 2020*."""
    bounds = one.bounds
    if one.subject is None and _is_one_stretch(bounds):
        return _sentence(stretch_in_words(bounds.start_earliest, bounds.end_latest))
    parts = []
    if bounds.start_earliest is not None or bounds.start_latest is not None:
        parts.append(f"began {stretch_in_words(bounds.start_earliest, bounds.start_latest)}")
    if bounds.end_latest is not None:
        # An end that is not before the earliest start says nothing by that.
        told = bounds.end_earliest if bounds.end_earliest != bounds.start_earliest else None
        last = bounds.end_earliest if bounds.end_earliest == bounds.end_latest else told
        parts.append(f"ended {stretch_in_words(last, bounds.end_latest)}")
    elif bounds.end_earliest is not None and bounds.end_earliest != bounds.start_earliest:
        parts.append(f"lasted at least to {day_in_words(bounds.end_earliest)}")
    return _sentence(", ".join(parts) or "it is not known when")


def _is_one_stretch(bounds: FourBounds) -> bool:
    return (bounds.start_earliest, bounds.start_latest) == (bounds.end_earliest, bounds.end_latest)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def presumed_until(one: Occurrence) -> str:
    """Until when something is presumed to go on; nothing of what has an end or no presumption."""
    if one.presumption is None or one.bounds.end_latest is not None:
        return ""
    word, until = one.presumption.word, one.presumption.until
    return (
        f"Nothing vouches for it after {day_in_words(word)}; it is presumed to go on until "
        f"{day_in_words(until)}."
    )
