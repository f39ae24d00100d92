"""SPARQL 1.1 Update, run on a scratch view that holds only what it may touch.

The engine has no transaction that could be looked at before it is kept, and an update that ran on
the store could change anything. So it runs on a copy in memory, and the difference is what it
asks for. An update without patterns costs what it names; one with ``WHERE`` costs the size of the
descriptions and of the graphs that it names, and one with ``GRAPH ?variable`` of all of them. The
engine cannot be interrupted either, so a copy that a pattern is matched against lies in a process
of its own, which is killed when its time is over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Final
from urllib.parse import urljoin

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize

from tenure.errors import (
    BadParameter,
    BadQuery,
    NotWritable,
    Refused,
    TookTooLong,
    TooMuchToRead,
)
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import Names
from tenure.sandbox.limits import ReadingStopped, TaskLimits
from tenure.sandbox.tasks import Task, run_once
from tenure.store import inspect
from tenure.store.sandbox_tasks import changed_by
from tenure.store.tokens import Token, TokenKind, decoded, tokens
from tenure.transactions.requests import UpdateChange
from tenure.transactions.user_graphs import graph_named, is_writable

LONGEST_UPDATE: Final = 16_000_000
"""Characters. A server reads far less of a body; this bounds what the command line gives."""

MOST_SECONDS: Final = 10.0
"""How long an update with patterns may take."""

MOST_MEMORY: Final = 1_000_000_000
"""Bytes that it may take beyond its copy."""

_LONGEST_HERE: Final = 64_000
"""Characters of an update that is carried out in this process, where it cannot be stopped."""

MOST_CHANGED: Final = 128_000_000
"""Bytes, as N-Quads, of what an update may take away and add."""

# Whatever is made of these words alone touches only what it names.
_PLAIN: Final = frozenset(
    (
        *("INSERT", "DELETE", "DATA", "GRAPH", "PREFIX", "BASE", "A", "TRUE", "FALSE"),
        *("CLEAR", "DROP", "CREATE", "SILENT", "DEFAULT"),
    )
)
_WHOLE_GRAPHS: Final = frozenset(("CLEAR", "DROP", "ADD", "COPY", "MOVE"))
_BEFORE_GRAPHS: Final = frozenset(
    (
        *("GRAPH", "WITH", "USING", "NAMED", "TO", "SILENT"),
        *("CLEAR", "DROP", "CREATE", "ADD", "COPY", "MOVE"),
    )
)
_OPERATIONS: Final = frozenset(("BASE", "INSERT", "DELETE", "WITH", *_BEFORE_GRAPHS, "LOAD"))
_SWEEPING: Final = frozenset(("ALL", "NAMED"))
_DEFAULT: Final = DefaultGraph()
N_QUADS: Final = RdfFormat.N_QUADS


def update_difference(kb: KnowledgeBase, change: UpdateChange) -> tuple[set[Quad], set[Quad]]:
    """What the update takes away and what it adds.

    Raises:
        BadQuery: it does not parse, is no update, or nests too deep.
        Refused: it would fetch something.
        NotWritable: it names a graph that no update sees.
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
    read = list(tokens(text))
    _refuse_unseen(read, kb.names)
    light = _words(read) <= _PLAIN
    before = set(_view(kb, read, named, light=light))
    there = {one.graph_name.value for one in before if isinstance(one.graph_name, NamedNode)}
    text = without_default(text, kb.names, there)
    here = light and len(text) <= _LONGEST_HERE
    return changed_by(text, before) if here else _run_apart(text, before)


def _run_apart(text: str, before: set[Quad]) -> tuple[set[Quad], set[Quad]]:
    bodies = (text.encode(), serialize(before, format=N_QUADS) or b"")
    limits = TaskLimits(MOST_SECONDS, MOST_MEMORY, MOST_CHANGED, wall=MOST_SECONDS)
    try:
        done = run_once(Task("tenure.store.sandbox_tasks", "run_update", bodies=bodies), limits)
    except (TooMuchToRead, ReadingStopped) as error:
        raise TookTooLong(
            f"The update took longer than {MOST_SECONDS:.0f} seconds, or more memory than one may.",
            remedy="Make its pattern narrower, or change less at a time.",
        ) from error
    split = done.result["removed"]
    removed, added = parse(done.data[:split], N_QUADS), parse(done.data[split:], N_QUADS)
    return set(removed), set(added)


def _refuse_unseen(read: Sequence[Token], names: Names) -> None:
    """Raises where a graph is named that no update sees: it would pass for an empty one."""
    prefixes = _prefixes(read)
    seen = [names.graph(part).value for part in ("provenance", "entities")]
    for word, named in pairwise(read):
        if word.kind is not TokenKind.WORD or word.text.upper() not in _BEFORE_GRAPHS:
            continue
        iri = _named_by(named, prefixes, names)
        if iri is not None and iri not in seen and not is_writable(iri, names):
            raise NotWritable(
                "An update reads and writes claims, what describes them, and ordinary graphs; "
                "this one is none of them.",
                where=iri,
                remedy="Ask for it in a query, and send what is to be written.",
            )


def _prefixes(read: Sequence[Token]) -> dict[str, str]:
    return {
        name.text: iri.text[1:-1]
        for word, name, iri in zip(read, read[1:], read[2:], strict=False)
        if word.text.upper() == "PREFIX"
    }


def _named_by(token: Token, prefixes: Mapping[str, str], names: Names) -> str | None:
    """The IRI that a token stands for; None of one that stands for none."""
    if token.kind is TokenKind.IRI:
        return urljoin(names.base, token.text[1:-1])
    if token.kind is not TokenKind.NAME:
        return None
    prefix, _, local = token.text.partition(":")
    return urljoin(names.base, prefixes.get(f"{prefix}:", "") + local.replace("\\", ""))


def _words(read: Iterable[Token]) -> set[str]:
    return {one.text.upper() for one in read if one.kind is TokenKind.WORD}


def _view(
    kb: KnowledgeBase, read: Sequence[Token], named: Iterable[str], *, light: bool
) -> Iterator[Quad]:
    """What the update can read or change: of the parts, what describes; claims; ordinary graphs.

    Its default graph is one of descriptions, of the registry, and of what users have written
    without naming a graph.
    """
    described = [kb.names.graph(part) for part in ("provenance", "entities")]
    users = kb.names.default_graph
    whole_default = "DEFAULT" in _words(read)
    everywhere = not _words(read).isdisjoint(_SWEEPING) or any(
        one.text.upper() == "GRAPH" and after.kind is TokenKind.VARIABLE
        for one, after in pairwise(read)
    )
    iris = [NamedNode(iri) for iri in sorted(named)]
    if everywhere:
        # The default graph is not one of the named ones, unless it is named.
        stored = (one for one in kb.store.graphs() if one != users or one in iris)
        graphs = [one for one in stored if is_writable(one.value, kb.names)]
    else:
        graphs = [one for one in iris if is_writable(one.value, kb.names)]
    for graph in graphs:
        yield from kb.store.quads(graph)
    for part in (*described, users):
        is_named = part in iris or (not light and part != users)
        if not light or part in iris or (whole_default and part == users):
            found: Iterable[Quad] = kb.store.quads(part)
        else:
            found = (quad for iri in iris for quad in kb.store.quads(part, subject=iri))
        for quad in found:
            yield Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)
            if is_named or (whole_default and part in described):
                yield quad


def without_default(text: str, names: Names, there: Collection[str] = ()) -> str:
    """The update with what the engine does otherwise than it should with whole graphs.

    Where it empties the default graph, what comes in its place leaves descriptions alone.

    That graph is one of descriptions, which stay as they are, and of what users have written. So
    ``CLEAR DEFAULT`` and ``DROP DEFAULT`` are made a deletion of the latter, and what begins or
    ends with one of them (SPARQL 1.1 Update, sections 3.2.3 and 3.2.4: COPY to it, MOVE to and from
    it) is taken apart.

    The engine takes a graph that is not there for an empty one in ADD and COPY, which then empties
    the other graph. It does not in MOVE, so the graph is moved first, and back: where it is not
    ``there`` before the update, or something else of the update can have taken it away.

    >>> without_default("COPY <urn:x:a> TO DEFAULT", Names("https://example.org/")).rpartition(";")[2]
    ' ADD <urn:x:a> TO DEFAULT'
    >>> without_default("ADD <urn:x:a> TO <urn:x:b>", Names("https://example.org/")).partition(";")[0]
    'MOVE <urn:x:a> TO <https://example.org/graph/aside> '
    >>> without_default("ADD <urn:x:a> TO <urn:x:b>", Names("https://example.org/"), {"urn:x:a"})
    'ADD <urn:x:a> TO <urn:x:b>'
    """
    emptied = "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o "
    for part in ("provenance", "entities"):
        emptied += f"FILTER NOT EXISTS {{ GRAPH {names.graph(part)} {{ ?s ?p ?o }} }} "
    emptied += "}"
    aside = names.graph("aside")
    pieces: list[str] = []
    at = 0
    read = list(tokens(text))
    prefixes = _prefixes(read)
    first = next((one for one in read if one.text.upper() in _OPERATIONS), None)
    for number, token in enumerate(read):
        words = [one.text.upper() for one in read[number : number + 8]]
        if token.kind is not TokenKind.WORD or words[0] not in _WHOLE_GRAPHS:
            continue
        silent = "SILENT " if words[1:2] == ["SILENT"] else ""
        operands = read[number + 1 + bool(silent) :]
        if words[0] in ("CLEAR", "DROP"):
            if not operands or operands[0].text.upper() != "DEFAULT":
                continue
            replacement, last = emptied, operands[0]
        else:
            found = _from_and_to(operands)
            if found is None or {*map(_operand, found)} == {"DEFAULT"}:
                continue
            start_of, last = found
            start, end = map(_operand, found)
            if end == "DEFAULT" and words[0] != "ADD":
                replacement = f"{emptied} ; ADD {silent}{start} TO DEFAULT"
                replacement += f" ; DROP {silent}GRAPH {start}" if words[0] == "MOVE" else ""
            elif words[0] == "MOVE" and start == "DEFAULT":
                replacement = f"COPY {silent}DEFAULT TO {end} ; {emptied}"
            else:
                replacement = text[token.start : last.start + len(last.text)]
            here = token is first and _named_by(start_of, prefixes, names) in there
            if not silent and start != "DEFAULT" and words[0] != "MOVE" and not here:
                replacement = f"MOVE {start} TO {aside} ; MOVE {aside} TO {start} ; {replacement}"
        pieces += [text[at : token.start], replacement]
        at = last.start + len(last.text)
    return "".join(pieces) + text[at:]


def _from_and_to(operands: Sequence[Token]) -> tuple[Token, Token] | None:
    """The two graphs of an ADD, COPY or MOVE; None where they are not right."""
    left = [one for one in operands[:5] if one.text.upper() != "GRAPH"]
    return (left[0], left[2]) if len(left) > 2 and left[1].text.upper() == "TO" else None


def _operand(graph: Token) -> str:
    return "DEFAULT" if graph.text.upper() == "DEFAULT" else graph.text


def _with_dataset(text: str, using: Sequence[str], named: Sequence[str]) -> str:
    """The update with the data set of the protocol's parameters in each of its operations.

    SPARQL 1.1 Protocol, section 2.2.3: an update that says USING or WITH itself is refused then.
    """
    named_graph = partial(graph_named, where="using-graph-uri", remedy="Name graphs by IRIs.")
    clause = "".join(f"USING {named_graph(iri)} " for iri in using)
    clause += "".join(f"USING NAMED {named_graph(iri)} " for iri in named)
    read = list(tokens(text))
    pieces: list[str] = []
    depth = at = 0
    for number, token in enumerate(read):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth or token.kind is not TokenKind.WORD:
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
