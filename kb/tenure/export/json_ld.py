"""JSON-LD 1.1 in compact form, with our own context written into it; nothing is fetched.

Compaction is PyLD's (JSON-LD 1.1 Processing Algorithms, section 5.2). rdflib's writer will not do:
its order of nodes depends on the hash seed, it rewrites ``"05"^^xsd:integer`` as 5, and it stops
at numbers that are none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pyoxigraph import Quad, parse, serialize

from tenure.errors import BadInput
from tenure.export.context import context, needed
from tenure.export.naming import iris_of
from tenure.store import graph_format, write
from tenure.terms import RDF_TYPE, XSD_BOOLEAN, XSD_INTEGER, Names

_N_QUADS: Final = graph_format("nq")
_JSON_LD: Final = graph_format("jsonld")
# Integers beyond 2^53 lose digits in the readers of JSON that know only doubles (RFC 8259, 6).
_WRITTEN_AS_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,14}")
_FIRST: Final = {"@context": 0, "id": 1, "type": 2, "@value": 3}


def json_ld(quads: Iterable[Quad], names: Names) -> bytes:
    """The statements as one JSON-LD document; the same statements give the same bytes.

    Named graphs are kept. A node is described once; where a graph bears its name, it holds that
    graph too. Integers and booleans in canonical form are JSON's own, all else keeps its text.

    Raises :class:`~tenure.errors.BadInput` where an IRI cannot be told from a short name.
    """
    # PyLD brings lxml; no other format and no other command should have to wait for it.
    from pyld import jsonld  # noqa: PLC0415

    # Through N-Quads, because that writer sorts, and names blank nodes by what is said of them.
    ordered = list(parse(write(quads, _N_QUADS), _N_QUADS.engine))
    written = json.loads(serialize(ordered, format=_JSON_LD.engine) or b"[]")
    chosen = needed(context(names), iris_of(ordered))
    try:
        compact = jsonld.compact(
            _joined(_prepared(node) for node in written),
            {"@context": chosen},
            {"graph": True, "skipExpansion": True, "documentLoader": _refuse},
        )
    except jsonld.JsonLdError as error:
        raise BadInput(
            f"This cannot be said in JSON-LD with our context: {error.args[0]}",
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
