"""Reading and writing RDF: Turtle, TriG, N-Triples, N-Quads, JSON-LD; RDF/XML is read too.

Reading fetches nothing. Writing is deterministic: the same set of statements gives the same
bytes, whatever their order and whatever their blank nodes are called.

JSON-LD and RDF/XML are read in a process of their own (:mod:`tenure.sandbox`), whoever wrote them:
some end, or hold, the one that reads. Measured with pyoxigraph 0.5 on an 8 MiB stack: a context of
some 8,000 terms, each defined by the next, overflows it; contexts within contexts, and in RDF/XML
namespaces and elements within elements, take time that grows with the square of their length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from tenure.errors import BadInput, BadRdf, Refused, TooMuchToRead, Where
from tenure.inputs import read_input
from tenure.sandbox.limits import ReadingStopped, TaskLimits
from tenure.store.answers import Term
from tenure.store.depth_limit import check_nesting
from tenure.store.engine_faults import put_back, with_literals, with_stand_ins
from tenure.store.formats import JSON_LD, RDF_XML, GraphFormat, graph_format_of

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_RDF_TYPE: Final = _RDF + "type"
_NEVER_WRITTEN: Final = frozenset(
    (
        _RDF_TYPE,
        _RDF + "langString",
        *(_XSD + name for name in ("boolean", "decimal", "double", "integer", "string")),
    )
)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_PLACE: Final = re.compile(r"^Parser error at line \d+ (?:column|between columns) [^:]*: ")
_PLACE_AGAIN: Final = re.compile(r" \(line \d+\)$")
# The parser expands entities: a few hundred bytes become gigabytes (measured).
_DECLARATION: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LONGEST_WORD: Final = 1 << 24
_REMEDIES: Final = (
    ("has not been declared", "Declare it with @prefix at the top."),
    ("No scheme found", "Write the IRI in full, or declare @base."),
    ("Unexpected end", "Look for a missing full stop, bracket or quotation mark."),
)

HARMLESS: Final = 8_000
"""Bytes. A shorter document neither overflows the stack nor takes a second, whatever it says."""
READ_APART: Final = (JSON_LD, RDF_XML)
"""The formats that are read in a process of their own."""
SECONDS: Final = 20.0
"""Of the processor, for a short document."""
_BYTES_A_SECOND: Final = 500_000
_MEMORY: Final = 1 << 30
_MOST: Final = 256 << 20
_TIMES: Final = 64
"""How many times its length a document may take of memory, and have as N-Quads."""
_AT_A_TIME: Final = 20_000


def read_file(path: Path, base: str | None = None) -> list[Quad]:
    """The statements of a file, whose extension says the format.

    ``base`` is the IRI that relative ones are resolved against. Blank nodes get new labels, so
    that those of two files never meet.

    Raises:
        BadRdf: it does not parse; says line and column.
        BadInput: it cannot be read.
        BadParameter: its extension stands for no format.
        Refused: it needs something that would have to be fetched.
    """
    form = graph_format_of(path)
    try:
        data = read_input(path)
    except FileNotFoundError as error:
        raise BadInput(
            "There is no such file.", where=str(path), remedy="Check the path."
        ) from error
    except OSError as error:
        raise BadInput(
            f"This file cannot be read: {error.strerror}.",
            where=str(path),
            remedy="Name a file that this user may read.",
        ) from error
    return read_text(data, form, base=base, name=str(path))


def read_text(
    data: bytes | str, form: GraphFormat, *, base: str | None = None, name: str = "input"
) -> list[Quad]:
    """The statements of a text in ``form``; ``name`` is what errors call it.

    An empty text holds no statements. A byte order mark is passed over.

    Raises:
        BadRdf: it does not parse, is not UTF-8, nests too deep, or has a literal of more than
            16 MiB; says line and column.
        TooMuchToRead: it takes more than it may, or breaks what reads it.
        Refused: JSON-LD with a context that would have to be fetched.
    """
    return list(read_lazily(data, form, base=base, name=name))


def read_lazily(
    data: bytes | str, form: GraphFormat, *, base: str | None = None, name: str = "input"
) -> Iterator[Quad]:
    """As :func:`read_text`, one statement after another, until one is wrong."""
    encoded = _encoded(data, name)
    if not encoded.strip():
        return
    check_nesting(encoded, form, name)
    if form is RDF_XML and _DECLARATION.search(encoded):
        raise BadRdf(
            "The document declares a document type or entities, which are not expanded here.",
            where=name,
            remedy="Write the IRIs in full, or use Turtle.",
        )
    if form is RDF_XML:
        encoded = with_literals(encoded)
    stand_ins: Mapping[int, int] = {}
    quads: Iterable[Quad]
    if form is JSON_LD:
        encoded, stand_ins = with_stand_ins(encoded)
    try:
        if form in READ_APART:
            quads = quads_apart(encoded, form, base, name)
        else:
            quads = parse(encoded, form.engine, base_iri=base, rename_blank_nodes=True)
        yield from put_back(quads, stand_ins) if stand_ins else quads
    except SyntaxError as error:
        raise _unparsed(encoded, form, name, error) from error
    except MemoryError as error:
        # The parser holds one word of the text at a time, and gives up at 16 MiB.
        raise _too_long(encoded, name) from error
    except ValueError as error:
        raise BadInput(
            f"The base IRI {base!r} cannot be used: {error}.",
            where=name,
            remedy="Give an absolute IRI.",
        ) from error


def parse_alone(
    parameters: Mapping[str, Any], bodies: list[bytes], answer: Callable[[bytes], None]
) -> dict[str, Any]:
    """Writes the statements of one document to ``answer``; says how the engine fails, if it does.

    A task for a process of its own, see :mod:`tenure.sandbox.program`.
    """
    quads = _parsed(bodies[0], RdfFormat.from_media_type(parameters["form"]), parameters["base"])
    try:
        while some := list(islice(quads, _AT_A_TIME)):
            answer(serialize(some, format=RdfFormat.N_QUADS) or b"")
    except SyntaxError as error:
        return {"error": [error.msg, error.lineno, error.offset]}
    return {}


def quads_apart(encoded: bytes, form: GraphFormat, base: str | None, name: str) -> Iterable[Quad]:
    """The statements of a document, read in a process of its own unless it is short.

    Where no process can be started, as in one that is sandboxed itself, it is read on the spot.

    Raises:
        SyntaxError: as the engine does.
        TooMuchToRead: the engine broke down over it, or it takes too much time or memory.
        ValueError: ``base`` is no IRI.
    """
    size = len(encoded)
    if size <= HARMLESS:
        return _parsed(encoded, form.engine, base)
    # It brings asyncio along, a tenth of what a command takes to start.
    from tenure.sandbox.tasks import Task, run_once  # noqa: PLC0415

    seconds = SECONDS + size / _BYTES_A_SECOND
    limits = TaskLimits(seconds, _MEMORY + _TIMES * size, max(_MOST, _TIMES * size), 3 * seconds)
    parameters = {"form": form.media_type, "base": NamedNode(base).value if base else None}
    try:
        done = run_once(Task(__name__, "parse_alone", parameters, (encoded,)), limits)
    except OSError:
        return _parsed(encoded, form.engine, base)
    except (TooMuchToRead, BadRdf, ReadingStopped) as error:
        what = "It takes too long to read." if isinstance(error, ReadingStopped) else error.what
        remedy = "Split it, or write it as TriG; what lies within each other takes the longest."
        raise TooMuchToRead(what, where=name, remedy=remedy) from None
    if failed := done.result.get("error"):
        message, line, column = failed
        raise SyntaxError(message, (name, line, column, None))
    return parse(done.data, RdfFormat.N_QUADS)


def _parsed(encoded: bytes, engine: RdfFormat | None, base: str | None) -> Iterator[Quad]:
    return parse(encoded, engine, base_iri=base, rename_blank_nodes=True)


def write(
    quads: Iterable[Quad], form: GraphFormat, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """The statements as UTF-8 in ``form``, sorted; ``prefixes`` shorten IRIs where ``form`` can.

    Blank nodes are named by RDF Dataset Canonicalization (RDFC-1.0, SHA-256). Its time is
    exponential for data made to that end: do not give it the blank nodes of strangers.

    Raises:
        BadInput: a statement lies in a named graph and ``form`` has none, or ``form`` is JSON-LD.
    """
    if form is JSON_LD:
        raise BadInput(
            "JSON-LD is not written here: its key order and context need their own writer.",
            remedy="Choose Turtle, TriG, N-Triples or N-Quads.",
        )
    ordered = sorted(_canonical(quads), key=_rank)
    known = dict(sorted(prefixes.items())) if prefixes else None
    if form.named_graphs:
        return serialize(ordered, format=form.engine, prefixes=known) or b""
    triples = [_in_default_graph(quad, form) for quad in ordered]
    return serialize(triples, format=form.engine, prefixes=known) or b""


def _in_default_graph(quad: Quad, form: GraphFormat) -> Triple:
    if not isinstance(quad.graph_name, DefaultGraph):
        raise BadInput(
            f"{form.media_type} holds one graph; a statement lies in {quad.graph_name}.",
            remedy="Write TriG or N-Quads.",
        )
    return quad.triple


def _canonical(quads: Iterable[Quad]) -> Iterable[Quad]:
    distinct = set(quads)
    if not any(_has_blank(term) for quad in distinct for term in _terms(quad)):
        return distinct
    dataset = Dataset(distinct)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def _terms(quad: Quad) -> tuple[Term | DefaultGraph, ...]:
    return quad.subject, quad.object, quad.graph_name


def _has_blank(term: Term | DefaultGraph) -> bool:
    if isinstance(term, Triple):
        return _has_blank(term.subject) or _has_blank(term.object)
    return isinstance(term, BlankNode)


def _rank(quad: Quad) -> tuple[tuple[int, str], tuple[int, str], tuple[int, str], str]:
    """Default graph first, IRIs before blank nodes, types before other properties."""
    graph = quad.graph_name
    return (
        (-1, "") if isinstance(graph, DefaultGraph) else (isinstance(graph, BlankNode), str(graph)),
        (isinstance(quad.subject, BlankNode), str(quad.subject)),
        (quad.predicate.value != _RDF_TYPE, quad.predicate.value),
        str(quad.object),
    )


def _encoded(data: bytes | str, name: str) -> bytes:
    try:
        encoded = data.encode() if isinstance(data, str) else data
        encoded.decode()
    except UnicodeError as error:
        raise _not_utf8(data, name, error) from error
    return encoded.removeprefix(_BYTE_ORDER_MARK)


def _not_utf8(data: bytes | str, name: str, error: UnicodeError) -> BadRdf:
    if isinstance(data, bytes) and data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return BadRdf(
            "This is UTF-16 text.", where=Where(name, 1), remedy="Save the file as UTF-8."
        )
    start = error.start if isinstance(error, UnicodeDecodeError | UnicodeEncodeError) else 0
    newline = b"\n" if isinstance(data, bytes) else "\n"
    line = data[:start].count(newline) + 1  # type: ignore[arg-type]
    return BadRdf(
        "This is not UTF-8 text.", where=Where(name, line), remedy="Save the file as UTF-8."
    )


def _too_long(encoded: bytes, name: str) -> BadRdf:
    lines = enumerate(encoded.split(b"\n"), start=1)
    line = next((number for number, one in lines if len(one) >= _LONGEST_WORD), None)
    return BadRdf(
        f"One literal or name is longer than {_LONGEST_WORD:,} bytes, the most that is read.",
        where=Where(name, line),
        remedy="Keep such a text in a file of its own, and name its address.",
    )


def _unparsed(encoded: bytes, form: GraphFormat, name: str, error: SyntaxError) -> BadInput:
    message = _PLACE_AGAIN.sub("", _PLACE.sub("", str(error.msg)))
    where = Where(name, error.lineno, error.offset)
    if form is JSON_LD and "LoadDocumentCallback" in message:
        return Refused(
            "A JSON-LD context would have to be fetched; nothing is.",
            where=where,
            remedy="Write the context into the document itself.",
        )
    found = ""
    if error.lineno:
        line = encoded.decode().split("\n")[error.lineno - 1 : error.lineno]
        excerpt = line[0][max(0, (error.offset or 1) - 1) :].strip()[:40] if line else ""
        found = f"; found {excerpt!r}" if excerpt else ""
    remedy = next((one for sign, one in _REMEDIES if sign in message), "Correct that line.")
    return BadRdf(f"{message}{found}.", where=where, remedy=remedy)


def used_prefixes(
    prefixes: Mapping[str, str], statements: Iterable[Triple | Quad]
) -> dict[str, str]:
    """Those of ``prefixes`` that shorten something in ``statements``."""
    listed = list(statements)  # gone through twice
    named = {
        term.value
        for one in listed
        for term in (one.subject, one.predicate, one.object)
        if isinstance(term, NamedNode)
    }
    named |= {one.object.datatype.value for one in listed if isinstance(one.object, Literal)}
    # What Turtle has a shorter way to write (RDF 1.1 Turtle, sections 2.4 and 2.5).
    named -= _NEVER_WRITTEN
    # Namespaces end in one of these, so each IRI has few candidates.
    spaces = {iri[: iri.rfind(mark) + 1] for iri in named for mark in "#/"}
    return {name: space for name, space in prefixes.items() if space in spaces}


def n_quads(quads: Iterable[Quad]) -> bytes:
    """Statements as N-Quads, a line each, in their order."""
    written = serialize(quads, format=RdfFormat.N_QUADS)
    assert written is not None
    return written
