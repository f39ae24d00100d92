"""SPARQL 1.1 Update, run on a scratch view that holds only what it may touch.

The engine has no transaction that could be looked at before it is kept, and an update that ran on
the store could change anything. So it runs on a copy in memory, and the difference is what it
asks for. An update without patterns costs what it names; one with ``WHERE`` costs the size of the
descriptions and of the graphs that it names, and one with ``GRAPH ?variable`` of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad

from tenure.errors import BadParameter, BadQuery, Refused
from tenure.knowledge import KnowledgeBase
from tenure.store import inspect
from tenure.store.syntax_errors import unparsed_query
from tenure.store.tokens import Kind, Token, decoded, tokens
from tenure.terms import TN_PREFIX, TNV_PREFIX, Names
from tenure.transactions.model import UpdateChange

LONGEST_UPDATE: Final = 16_000_000
"""Characters. A server reads far less of a body; this bounds what the command line gives."""

# Whatever is made of these words alone touches only what it names.
_PLAIN: Final = frozenset(
    (
        *("INSERT", "DELETE", "DATA", "GRAPH", "PREFIX", "BASE", "A", "TRUE", "FALSE"),
        *("CLEAR", "DROP", "CREATE", "SILENT"),
    )
)
_SWEEPING: Final = frozenset(("ALL", "NAMED"))
_DEFAULT: Final = DefaultGraph()


def ask_update(kb: KnowledgeBase, change: UpdateChange) -> tuple[set[Quad], set[Quad]]:
    """What the update takes away and what it adds.

    Raises:
        BadQuery: it does not parse, is no update, or nests too deep.
        Refused: it would fetch something.
        BadParameter: it names its own data set and is given another.
    """
    seen = inspect(change.text, longest=LONGEST_UPDATE)
    if seen.uses_load or seen.uses_service:
        word = "LOAD" if seen.uses_load else "SERVICE"
        raise Refused(
            f"{word} would make this server fetch something.",
            remedy="Fetch it yourself and send it along.",
        )
    if seen.form != "update":
        raise BadQuery("This is a query, not an update.", remedy="Send it to be queried.")
    text = decoded(change.text)
    if change.using_graphs or change.using_named_graphs:
        text = _with_dataset(text, change.using_graphs, change.using_named_graphs)
    named = seen.graph_iris.union(change.using_graphs, change.using_named_graphs)
    before = set(_view(kb, list(tokens(text)), named))
    scratch = pyoxigraph.Store()
    scratch.bulk_extend(before)
    _run(scratch, text)
    after = set(scratch)
    return before - after, after - before


def _run(scratch: pyoxigraph.Store, text: str) -> None:
    try:
        scratch.update(text)
    except SyntaxError as error:
        raise unparsed_query(text, str(error)) from error
    except (RuntimeError, OSError) as error:
        raise BadQuery(
            f"The update cannot be carried out: {str(error)[:300]}.",
            remedy="Name graphs that are there, or write SILENT.",
        ) from error


def _view(kb: KnowledgeBase, read: Sequence[Token], named: Iterable[str]) -> Iterator[Quad]:
    """What the update can read or change: of the parts, what describes; claims; ordinary graphs."""
    parts = [kb.names.graph(part) for part in ("provenance", "entities")]
    words = {one.text.upper() for one in read if one.kind is Kind.WORD}
    everywhere = not words.isdisjoint(_SWEEPING) or any(
        one.text.upper() == "GRAPH" and after.kind is Kind.VARIABLE for one, after in pairwise(read)
    )
    iris = [NamedNode(iri) for iri in sorted(named)]
    if everywhere:
        graphs = [one for one in kb.store.graphs() if touchable(one.value, kb.names)]
    else:
        graphs = [one for one in iris if touchable(one.value, kb.names)]
    for graph in graphs:
        yield from kb.store.quads(graph)
    light = words <= _PLAIN
    for part in parts:
        if not light or part in iris:
            found: Iterable[Quad] = kb.store.quads(part)
        else:
            found = (quad for iri in iris for quad in kb.store.quads(part, subject=iri))
        for quad in found:
            yield Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)
            if not light or part in iris:
                yield quad


def touchable(iri: str, names: Names) -> bool:
    """Whether a graph of that name could be written: a claim's, or an ordinary one."""
    return iri.startswith(names.claim_prefix) or is_ordinary(iri, names)


def is_ordinary(iri: str, names: Names) -> bool:
    """Whether a name lies outside all that Tenure names, or in the graph store's own part."""
    if iri.startswith(names.graph_store_prefix):
        return True
    return not iri.startswith((names.base, TN_PREFIX, TNV_PREFIX))


def _with_dataset(text: str, using: Sequence[str], named: Sequence[str]) -> str:
    """The update with the data set of the protocol's parameters in each of its operations.

    SPARQL 1.1 Protocol, section 2.2.3: an update that says USING or WITH itself is refused then.
    """
    clause = "".join(f"USING {_iri(iri)} " for iri in using)
    clause += "".join(f"USING NAMED {_iri(iri)} " for iri in named)
    read = list(tokens(text))
    pieces: list[str] = []
    depth = at = 0
    for number, token in enumerate(read):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth or token.kind is not Kind.WORD:
            continue
        word = token.text.upper()
        if word in ("USING", "WITH"):
            raise BadParameter(
                f"{word} in the text, and the request names a data set too.",
                where="using-graph-uri",
                remedy="Leave out one of them.",
            )
        if word == "WHERE":
            pieces.append(text[at : token.start])
            if number and read[number - 1].text.upper() == "DELETE":
                # DELETE WHERE is short for a template that is also the pattern.
                pieces.append(text[read[number + 1].start : _end_of(read, number + 1)] + " ")
            pieces.append(clause)
            at = token.start
    return "".join(pieces) + text[at:]


def _end_of(read: Sequence[Token], opening: int) -> int:
    depth = 0
    for token in read[opening:]:
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if not depth:
            return token.start + 1
    return read[-1].start + 1


def _iri(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise BadParameter(
            f"{iri[:200]!r} is no absolute IRI.",
            where="using-graph-uri",
            remedy="Name graphs by IRIs.",
        ) from error
