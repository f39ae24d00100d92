"""The JSON-LD context of Tenure: ``ontology/context.jsonld``, kept by hand as data.

Short names are the local names of the ontology. Four of them (``office``, ``place``, ``source``,
``stance``) are also the house's prefixes for entities, and in JSON-LD 1.1 a name cannot be a
property and a prefix (section 4.1.4, compact IRIs); so the prefixes for our own things are all
plural: ``entities:person/ali-shamkhani``, ``claims:jpost-620411/30-1``, ``sources:jpost-620411``.
What follows the colon is what commands and addresses take.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Final

from tenure.errors import BadInput, Where
from tenure.resources import data_dir
from tenure.terms import BASE, Names

FILE: Final = "context.jsonld"


def context(names: Names | None = None) -> dict[str, Any]:
    """The whole context, with the prefixes of our own things under the base of ``names``.

    Raises:
        BadInput: the file is not JSON, or holds no context.
        NotFound: the ontology is missing.
    """
    base = (names or Names()).base
    return {
        term: base + meaning.removeprefix(BASE) if _is_ours(meaning) else meaning
        for term, meaning in _read().items()
    }


def needed(whole: Mapping[str, Any], iris: Collection[str]) -> dict[str, Any]:
    """What of a context says something about any of ``iris``, in its own order.

    So that a document about one person does not carry the names of all the ontology.
    """
    meanings = {term: expanded(whole, term) for term in whole}
    kept = {
        term
        for term, meaning in meanings.items()
        if meaning is None
        or meaning in iris
        or (meaning.endswith(("#", "/")) and any(iri.startswith(meaning) for iri in iris))
    }
    for term in tuple(kept):
        definition = whole[term]
        parts = definition.values() if isinstance(definition, Mapping) else [definition]
        kept |= {str(part).partition(":")[0] for part in parts} & whole.keys()
    return {term: definition for term, definition in whole.items() if term in kept}


def expanded(whole: Mapping[str, Any], term: str) -> str | None:
    """The IRI that a term of the context stands for; None for a keyword or an alias of one."""
    definition = whole[term]
    name = definition["@id"] if isinstance(definition, Mapping) else definition
    if not isinstance(name, str) or name.startswith("@"):
        return None
    prefix, colon, local = name.partition(":")
    return f"{whole[prefix]}{local}" if colon and prefix in whole else name


def _is_ours(meaning: object) -> bool:
    """Whether it is a prefix under our base; the ontology keeps its address everywhere."""
    return isinstance(meaning, str) and meaning.startswith(BASE) and meaning.endswith("/")


@cache
def _read() -> Mapping[str, Any]:
    path = data_dir("ontology") / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["@context"]
    except FileNotFoundError:
        raise BadInput(
            "The JSON-LD context is missing.",
            where=str(path),
            remedy="Install the tenure wheel again, or run from a complete checkout.",
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise BadInput(
            "This is no JSON-LD context.",
            where=Where.in_file(path, line),
            remedy='Write JSON with one member, "@context".',
        ) from error
    assert isinstance(found, dict)
    return found
