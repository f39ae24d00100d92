"""A few statements as a document, with the prefixes or the JSON-LD context that they need.

JSON-LD 1.1 is in compact form, with our own context written into it; nothing is fetched. Compaction
is PyLD's (JSON-LD 1.1 Processing Algorithms, section 5.2). rdflib's writer will not do: its order
of nodes depends on the hash seed, it rewrites ``"05"^^xsd:integer`` as 5, and it stops at numbers
that are none.

The context is ``ontology/context.jsonld``, kept by hand as data. Short names are the local names of
the ontology. Four of them (``office``, ``place``, ``source``, ``stance``) are also our
prefixes for entities, and in JSON-LD 1.1 a name cannot be a property and a prefix (section 4.1.4,
compact IRIs); so the prefixes for our own things are all plural: ``entities:person/ali-shamkhani``,
``claims:jpost-620411/30-1``. What follows the colon is what commands and addresses take.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, parse, serialize

from tenure.errors import BadInput, Where
from tenure.namespaces import BASE, RDF_TYPE, XSD_BOOLEAN, XSD_INTEGER, Names, prefixes
from tenure.resources import data_dir
from tenure.store import GraphFormat, graph_format, write

_N_QUADS: Final = graph_format("nq")
_JSON_LD: Final = graph_format("jsonld")
# Integers beyond 2^53 lose digits in the readers of JSON that know only doubles (RFC 8259, 6).
_WRITTEN_AS_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,14}")
_FIRST: Final = {"@context": 0, "id": 1, "type": 2, "@value": 3}


def document(
    quads: Iterable[Quad],
    form: GraphFormat | str,
    names: Names | None = None,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """The statements in ``form``, deterministic; ``more`` are prefixes besides our own.

    A format that holds one graph gets the default graph only: what lies in a named graph is stated
    by somebody, or true of some day, and would pass for plain truth without that name.

    Raises:
        BadParameter: no such format.
        BadInput: JSON-LD cannot say it.
    """
    chosen = graph_format(form) if isinstance(form, str) else form
    known = names or Names()
    kept = list(quads) if chosen.named_graphs else _default_graph(quads)
    if chosen == graph_format("jsonld"):
        return _json_ld(kept, known)
    return write(kept, chosen, _used({**prefixes(known), **(more or {})}, kept))


def _default_graph(quads: Iterable[Quad]) -> list[Quad]:
    return [quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)]


def _used(known: Mapping[str, str], quads: Iterable[Quad]) -> dict[str, str]:
    """Those of the prefixes that shorten something."""
    # Every namespace ends in one of these, so each IRI belongs to few candidates.
    spaces = {
        iri[: at + 1] for iri in _iris_of(quads) for at, mark in enumerate(iri) if mark in "#/"
    }
    return {prefix: space for prefix, space in known.items() if space in spaces}


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
    """The IRI that a term of the context means; None for a keyword or an alias of one."""
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
    path = data_dir("ontology") / "context.jsonld"
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


def _json_ld(quads: Iterable[Quad], names: Names) -> bytes:
    """The statements as one JSON-LD document; the same statements give the same bytes.

    Named graphs are kept. A node is described once; where a graph bears its name, it holds that
    graph too. Integers and booleans in canonical form are JSON's own, all else keeps its text.

    Raises :class:`~tenure.errors.BadInput` where an IRI looks like a short name.
    """
    # PyLD brings lxml; no other format and no other command should have to wait for it.
    from pyld import jsonld  # noqa: PLC0415

    # Through N-Quads, because that writer sorts, and names blank nodes by their statements.
    ordered = list(parse(write(quads, _N_QUADS), _N_QUADS.engine))
    written = json.loads(serialize(ordered, format=_JSON_LD.engine) or b"[]")
    chosen = needed(context(names), _iris_of(ordered))
    try:
        compact = jsonld.compact(
            _joined(_prepared(node) for node in written),
            {"@context": chosen},
            {"graph": True, "skipExpansion": True, "documentLoader": _refuse},
        )
    except jsonld.JsonLdError as error:
        raise BadInput(
            f"This cannot be written as JSON-LD with our context: {error.args[0]}",
            remedy="Choose TriG or N-Quads.",
        ) from error
    compact.pop("@context", None)
    document = {"@context": chosen, **_arranged(compact)}
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _prepared(node: Mapping[str, Any]) -> dict[str, Any]:
    """An expanded node as PyLD wants it: types under ``@type``, JSON's own numbers and truths."""
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key == "@graph":
            result[key] = [_prepared(one) for one in value]
        elif key == RDF_TYPE.value and all("@id" in one for one in value):
            result["@type"] = [one["@id"] for one in value]
        elif key.startswith("@"):
            result[key] = value
        else:
            result[key] = [_native(one) for one in value]
    return result


def _native(value: dict[str, Any]) -> dict[str, Any]:
    kind, text = value.get("@type"), value.get("@value")
    if kind == XSD_INTEGER.value and _WRITTEN_AS_NUMBER.fullmatch(str(text)):
        return {**value, "@value": int(str(text))}
    if kind == XSD_BOOLEAN.value and text in ("true", "false"):
        return {**value, "@value": text == "true"}
    return value


def _joined(nodes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The nodes with the graph that bears a node's name put into that node."""
    by_name: dict[str, dict[str, Any]] = {}
    for node in nodes:
        by_name.setdefault(node["@id"], {}).update(node)
    return [by_name[name] for name in sorted(by_name)]


def _arranged(value: Any) -> Any:
    """Name and type first, a graph last, all else by name."""
    if isinstance(value, list):
        return [_arranged(one) for one in value]
    if not isinstance(value, dict):
        return value

    def rank(key: str) -> tuple[int, str]:
        return (9 if key == "@graph" else _FIRST.get(key, 5), key)

    return {key: _arranged(value[key]) for key in sorted(value, key=rank)}


def _refuse(address: str, _options: object) -> Any:
    raise AssertionError(f"a document would have been fetched: {address}")


def _iris_of(quads: Iterable[Quad]) -> frozenset[str]:
    """Every IRI in the statements, those of graphs and datatypes included."""
    found = set()
    for quad in quads:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, NamedNode):
                found.add(term.value)
            elif isinstance(term, Literal):
                found.add(term.datatype.value)
    return frozenset(found)
