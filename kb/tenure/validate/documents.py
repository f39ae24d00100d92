"""Files and bodies as statements with their lines; what does not parse becomes a finding.

Small files are held in memory. Of large ones the statements lie on disk, as N-Quads, and are read
one after another whenever somebody goes through them; whoever needs the text or the places of some
asks for the document :meth:`~Document.reduced` to what it says of these.
"""

from __future__ import annotations

import json
import mmap
import re
from bisect import bisect_right
from codecs import BOM_UTF8
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Final

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)

from tenure.errors import BadInput, BadParameter, BadRdf, NotFound, TooMuchToRead, Where
from tenure.inputs import leads_out, read_input, require_file, what_else
from tenure.namespaces import PREFIXES, RDF_TYPE, TN, TN_PREFIX, TNV_PREFIX
from tenure.store.formats import N_QUADS, N_TRIPLES, GraphFormat, graph_format_of
from tenure.store.rdf import read_lazily, read_text
from tenure.store.source_map import NAMELESS, NOWHERE, Place, SourceMap, StatementSpan, map_source
from tenure.validate.finding import NOT_READ, NOTHING_CHECKED, Finding, Severity
from tenure.validate.progress import Progress, ProgressStep, Stage, unwatched

_CLAIM: Final = TN("Claim")
_SHACL: Final = "http://www.w3.org/ns/shacl#"
_DECLARED: Final = frozenset(
    NamedNode(f"http://www.w3.org/2002/07/owl#{name}")
    for name in ("Ontology", "Class", "ObjectProperty", "DatatypeProperty")
)
File = tuple[Path, GraphFormat]
"""A file and its format."""
BROKEN_ON_PURPOSE: Final = "invalid"
"""The folder of files that break rules on purpose; it is checked only when it is named."""


_LINE_FORMATS: Final = (N_TRIPLES, N_QUADS)
_HELD: Final = 96 << 20
"""Bytes of all files together from which on their statements are left on disk."""
_LONG: Final = 1 << 20
"""Characters of a text of lines that is worth reducing before its places are looked for."""
_BLOCK: Final = 16 << 20
"""Bytes of a file of lines that are read at a time."""
_WRITTEN_AT_ONCE: Final = 100_000
_MOST_REMEMBERED: Final = 500_000
_IRI: Final = re.compile(rb"<([^>]*)>")
# What a store does not change; of the rest of XML Schema, only these forms.
_XSD: Final = PREFIXES["xsd"]
_KNOWN: Final = (_XSD, PREFIXES["rdf"])
_KEPT: Final = frozenset(_XSD + name for name in ("string", "anyURI"))
_CANONICAL: Final[Mapping[str, re.Pattern[str]]] = {
    _XSD + name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        "boolean": "true|false",
        "integer": "0|-?[1-9][0-9]*",
        "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "dateTime": "[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}"
        "([.][0-9]{0,5}[1-9])?Z?",
    }.items()
}


class StatementsOnDisk(Collection[Quad]):
    """The statements in a file of N-Quads, read anew by whoever goes through them."""

    def __init__(
        self,
        path: Path,
        count: int,
        inexact: frozenset[Literal],
        graphs: frozenset[str],
        claims: frozenset[str],
        *,
        safe: bool,
    ) -> None:
        """``safe``: a store may load the file as it is, without blank nodes or nested statements.

        ``inexact``, ``graphs`` and ``claims`` are as of the document.
        """
        self.path = path
        self.inexact = inexact
        self.graphs = graphs
        self.claims = claims
        self.safe = safe
        self._count = count

    def __iter__(self) -> Iterator[Quad]:
        for _, data in _blocks(self.path):
            yield from parse(data, RdfFormat.N_QUADS)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, quad: object) -> bool:
        return any(one == quad for one in self)


@dataclass(frozen=True)
class Document:
    """One file or body that parsed."""

    name: str
    """What findings call it: the path as it was given."""
    text: str = field(repr=False)
    """What it was read from; empty where its statements are left on disk."""
    quads: Collection[Quad] = field(repr=False)
    has_lines: bool = True
    """Whether the text is what the quads were read from."""
    form: GraphFormat | None = None
    """The format of the text; without it, Turtle and those like it."""
    partly: bool = False
    """Whether the quads are only some of what the text states."""

    @property
    def is_on_disk(self) -> bool:
        """Whether its statements are read from disk whenever they are asked for."""
        return isinstance(self.quads, StatementsOnDisk)

    @cached_property
    def inexact(self) -> frozenset[Literal]:
        """The literals that a store may keep otherwise than they are written."""
        if isinstance(self.quads, StatementsOnDisk):
            return self.quads.inexact
        values = (quad.object for quad in self.quads)
        return frozenset(one for one in values if isinstance(one, Literal) and may_change(one))

    @cached_property
    def graphs(self) -> frozenset[str]:
        """The names of its graphs."""
        if isinstance(self.quads, StatementsOnDisk):
            return self.quads.graphs
        names = (quad.graph_name for quad in self.quads)
        return frozenset(one.value for one in names if isinstance(one, NamedNode))

    @cached_property
    def claims(self) -> frozenset[str]:
        """What it calls a claim."""
        if isinstance(self.quads, StatementsOnDisk):
            return self.quads.claims
        return frozenset(
            text_of(quad.subject)
            for quad in self.quads
            if quad.object == _CLAIM and quad.predicate == RDF_TYPE
        )

    def reduced(self, nodes: Collection[str], values: Collection[str] = ()) -> Document:
        """The document with what it says of some nodes, and in the graphs that they name.

        Also with each statement that has one of some IRIs as its value. Each keeps its place: of a
        text of lines the others are left empty. A document that is held and has another text, or
        a short one, stays as it is.
        """
        of_lines = self.form in _LINE_FORMATS
        if not self.is_on_disk and self.has_lines and not (of_lines and len(self.text) > _LONG):
            return self
        wanted, named = frozenset(nodes), frozenset(values)
        in_place = isinstance(self.quads, StatementsOnDisk) and self.quads.path == Path(self.name)
        text = self.text
        if of_lines:
            lines = self.text.encode().splitlines(keepends=True) if text else _lines(self.name)
            text = _only_about(lines, *(frozenset(map(str.encode, one)) for one in (wanted, named)))
        # A file that lies there as it was given has no blank nodes, whose labels would change.
        quads = parse(text, RdfFormat.N_QUADS) if in_place else self.quads
        kept = tuple(quad for quad in quads if _is_about(quad, wanted, named))
        if not of_lines and kept and self.has_lines:
            text = Path(self.name).read_bytes().decode("utf-8-sig")
        return replace(self, text=text, quads=kept, partly=True)

    @cached_property
    def positions(self) -> SourceMap:
        """Where its statements stand."""
        if not self.has_lines:
            return NOWHERE
        return map_source(self.text, self.form, about=self.subjects if self.partly else None)

    @cached_property
    def statements(self) -> Mapping[str, Sequence[Quad]]:
        """What it says of each node, by IRI or, for a blank node, as it is written."""
        found: dict[str, list[Quad]] = {}
        for quad in self.quads:
            found.setdefault(text_of(quad.subject), []).append(quad)
        return found

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Whatever it describes, and the graphs that it names."""
        return frozenset(
            text_of(node)
            for quad in self.quads
            for node in (quad.subject, quad.graph_name)
            if isinstance(node, NamedNode | BlankNode)
        )

    @cached_property
    def objects(self) -> frozenset[str]:
        """Whatever it names as the value of something."""
        return frozenset(text_of(quad.object) for quad in self.quads)

    def spot(self, quad: Quad) -> StatementSpan | None:
        """Where the text makes the statement, if that can be told from others like it."""
        return self._spots.get(quad)

    @cached_property
    def _spots(self) -> Mapping[Quad, StatementSpan]:
        """By statement, where the text makes it first.

        The parser tells nothing of places, and names nodes without a name anew. But it tells the
        statements in the order of the text; so of those that differ in nothing but such nodes, or
        in the language of a text, the one that comes as the third stands where the third stands.
        """
        if not self.has_lines:
            return {}
        waiting: dict[object, deque[StatementSpan]] = defaultdict(deque)
        for one in self.positions.stated():
            waiting[one.graph, one.subject, one.predicate, one.value].append(one)
        found: dict[Quad, StatementSpan] = {}
        for quad in self.quads:
            value = quad.object
            alike = waiting.get(
                (
                    name_of_graph(quad.graph_name),
                    quad.subject.value if isinstance(quad.subject, NamedNode) else None,
                    quad.predicate.value,
                    value.value if isinstance(value, NamedNode | Literal) else None,
                )
            )
            if alike:
                found.setdefault(quad, alike.popleft())
        return found

    @cached_property
    def is_ontology(self) -> bool:
        """Whether it defines terms of Tenure's own, so that house style is asked of it."""
        return not self._has_facts and any(map(is_of_ontology, self.quads))

    @cached_property
    def is_shapes(self) -> bool:
        """Whether it holds SHACL shapes, of which nothing is asked but that they parse."""
        return not self._has_facts and any(map(is_of_shapes, self.quads))

    @cached_property
    def _has_facts(self) -> bool:
        return any(map(is_of_facts, self.quads))


class StatementIndex:
    """Where documents whose statements were left on disk say what they say of each node."""

    def __init__(self, documents: Iterable[Document], folder: Path) -> None:
        """Goes through all of their lines. Of a node no more is held than a few numbers.

        ``folder`` takes the statements of files that others may have written otherwise than they
        are written here: with tabs, comments, or escapes.
        """
        self._paths: list[Path] = []
        for one in documents:
            if isinstance(one.quads, StatementsOnDisk):
                path = one.quads.path
                if path == Path(one.name):
                    path = folder / f"written-{len(self._paths)}"
                    _write_lines(one.quads, path)
                self._paths.append(path)
        # By whether it stands in a graph, and by the subject, where the lines about it begin.
        self._runs: tuple[dict[int, list[int]], dict[int, list[int]]] = ({}, {})
        self._ends: list[int] = []
        base = 0
        for path in self._paths:
            last = -1, False
            for line in _lines(path):
                subject = hash(line[: line.find(b" ")])
                here = subject, _is_in_graph(line)
                if here != last:
                    self._runs[here[1]].setdefault(subject, []).append(base)
                    last = here
                base += len(line)
            self._ends.append(base)

    def about(self, quads: Iterable[Quad], described: Iterable[Quad]) -> list[Quad]:
        """What is said of all that some statements name, and of what that names in turn.

        Of the subjects of ``described`` no more than what is said in a graph.
        """
        if not self._paths:
            return []
        described = list(described)
        known = {quad.subject for quad in described}
        waiting = {node for quad in (*described, *quads) for node in (quad.subject, quad.object)}
        seen = set(waiting)
        found: list[Quad] = []
        while waiting:
            lines: list[bytes] = []
            for node in (one for one in waiting if not isinstance(one, Literal)):
                subject = hash(str(node).encode())
                for inside in (True,) if node in known else (False, True):
                    for start in self._runs[inside].get(subject, ()):
                        lines += self._run(start, subject, inside=inside)
            more = list(parse(b"".join(lines), RdfFormat.N_QUADS))
            found += more
            waiting = {quad.object for quad in more} - seen
            seen |= waiting
        return found

    def _run(self, start: int, subject: int, *, inside: bool) -> Iterator[bytes]:
        number = bisect_right(self._ends, start)
        with self._paths[number].open("rb") as file:
            file.seek(start - (self._ends[number - 1] if number else 0))
            for line in file:
                if hash(line[: line.find(b" ")]) != subject or _is_in_graph(line) is not inside:
                    break
                yield line


def _is_in_graph(line: bytes) -> bool:
    """Whether a line of N-Quads, as they are written here, has a graph."""
    text = line.rfind(b'"')
    return line.count(b" ") > 3 if text < 0 else line.count(b" ", text) > 1


def text_of(node: object) -> str:
    """An IRI without brackets; anything else as it is written."""
    return node.value if isinstance(node, NamedNode) else str(node)


def name_of_graph(node: object) -> str | None:
    """As the positions of a text have it: None for the default graph, which has no name."""
    if isinstance(node, BlankNode):
        return NAMELESS
    return node.value if isinstance(node, NamedNode) else None


def may_change(one: Literal) -> bool:
    """Whether a store may keep the literal otherwise than it is written.

    A store keeps numbers and dates by their value, so that ``"01"`` becomes 1.
    """
    if one.language:
        return False
    datatype = one.datatype.value
    if datatype in _KEPT or not datatype.startswith(_KNOWN):
        return False
    canonical = _CANONICAL.get(datatype)
    return canonical is None or canonical.fullmatch(one.value) is None


def is_of_facts(quad: Quad) -> bool:
    """Whether it tells of claims, sources or entities, so that a document with it is facts."""
    return not isinstance(quad.graph_name, DefaultGraph) or (
        quad.predicate == RDF_TYPE
        and isinstance(quad.object, NamedNode)
        and quad.object.value.startswith(TN_PREFIX)
        and not is_own_term(quad.subject)
    )


def is_of_ontology(quad: Quad) -> bool:
    """Whether it tells of a term of Tenure's own, or declares an ontology or a term of another."""
    return is_own_term(quad.subject) or (quad.predicate == RDF_TYPE and quad.object in _DECLARED)


def is_of_shapes(quad: Quad) -> bool:
    """Whether it has a property of SHACL."""
    return quad.predicate.value.startswith(_SHACL)


def is_own_term(node: object) -> bool:
    """Whether a node is a term of Tenure's ontology or vocabularies, defined or not."""
    return isinstance(node, NamedNode) and node.value.startswith((TN_PREFIX, TNV_PREFIX))


def documents_in(
    paths: Sequence[Path],
    notes: list[str],
    findings: list[Finding],
    progress: Progress = unwatched,
) -> list[Document]:
    """What parses in the files and folders named, without doubles; the rest goes to the lists.

    Raises:
        NotFound: a path that does not exist.
    """
    return read_files(files_in(paths, notes, findings), findings, progress)


def files_in(
    paths: Iterable[Path], notes: list[str], findings: list[Finding] | None = None
) -> list[File]:
    """The RDF files named, and those in the folders named, without doubles.

    What is left out of folders goes to ``notes``, what was named and cannot be read to
    ``findings``. Raises :class:`~tenure.errors.NotFound` for a path that
    does not exist.
    """
    unread = findings if findings is not None else []
    found = {
        file.resolve(): (file, form) for path in paths for file, form in _files(path, notes, unread)
    }
    return list(found.values())


def read_files(
    files: Sequence[File],
    findings: list[Finding],
    progress: Progress = unwatched,
    folder: Path | None = None,
) -> list[Document]:
    """The files that parse; what does not, and what is empty, goes to ``findings``.

    With a ``folder`` for what is written on the way, the statements are left on disk.
    """
    read: list[Document] = []
    for number, (file, form) in enumerate(files):
        progress(ProgressStep(Stage.READING, number, len(files)))
        if folder is None:
            document = read_file(file, form, findings)
        else:
            document = _read_to_disk(file, form, findings, folder / f"{number}.nq")
        if document and not document.quads and not _is_context(document):
            findings.append(is_empty(str(file)))
        read += [document] if document else []
    return read


def are_large(files: Iterable[File], held: int = _HELD) -> bool:
    """Whether the files have more than ``held`` bytes together."""
    found = 0
    for path, _ in files:
        with suppress(OSError):
            found += path.stat().st_size
    return found > held


def _is_context(document: Document) -> bool:
    """Whether it is a context of JSON-LD and nothing else, which is to state nothing."""
    if document.form is None or document.form.name != "jsonld":
        return False
    with suppress(ValueError, RecursionError):
        read = json.loads(document.text)
        return isinstance(read, dict) and read.keys() == {"@context"}
    return False


def is_empty(name: str) -> Finding:
    """The finding of a file without any statement."""
    return Finding(
        name,
        None,
        "EmptyFile",
        Severity.WARNING,
        "",
        "It holds no statement.",
        "Leave it out, or look what it should hold; JSON without a context states nothing.",
    )


def nothing_checked(paths: Iterable[Path], why: str = "there is no statement in it") -> Finding:
    """The finding of a check that looked at nothing."""
    return Finding(
        ", ".join(map(str, paths)),
        None,
        NOTHING_CHECKED,
        Severity.VIOLATION,
        "",
        f"Nothing was checked: {why}.",
        "Give the path of RDF files, or of a folder that holds some.",
    )


def read_file(path: Path, form: GraphFormat, findings: list[Finding]) -> Document | None:
    """The file as a document, or None and a finding where it cannot be read."""
    try:
        data = read_input(path)
    except OSError as error:
        findings.append(unreadable(str(path), None, cannot_open(path, error)))
        return None
    return read_bytes(data, form, str(path), findings)


def read_bytes(
    data: bytes, form: GraphFormat, name: str, findings: list[Finding]
) -> Document | None:
    """The data as a document, or None and a finding where they do not parse."""
    try:
        quads = tuple(read_text(data, form, name=name))
    except TooMuchToRead:
        raise  # nobody knows what is wrong with it, and it is no finding
    except BadInput as error:
        number = error.where.line if error.where else None
        lines = data.decode("utf-8-sig", "replace").split("\n") if number else []
        text = "".join(lines[number - 1 : number]) if number else ""
        findings.append(unreadable(name, form, error, text))
        return None
    return Document(name, data.decode("utf-8-sig"), quads, form=form)


class _Watch:
    """Goes through the statements of a file once, and notes what has to be known of them all."""

    def __init__(self) -> None:
        self.count = 0
        self.safe = True
        self.graphs: set[str] = set()
        self.claims: set[str] = set()
        self.inexact: set[Literal] = set()
        self._exact: set[Literal] = set()

    def through(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        for quad in quads:
            subject, predicate, value, graph = quad
            self.count += 1
            if type(value) is Literal:
                if value not in self._exact:
                    self._literal(value)
            elif type(value) is not NamedNode:
                self.safe = False
            elif value == _CLAIM and predicate == RDF_TYPE:
                self.claims.add(text_of(subject))
            if type(graph) is NamedNode:
                self.graphs.add(graph.value)
            if type(subject) is BlankNode or type(graph) is BlankNode:
                self.safe = False
            yield quad

    def _literal(self, value: Literal) -> None:
        if may_change(value):
            self.inexact.add(value)
        elif len(self._exact) < _MOST_REMEMBERED:
            self._exact.add(value)

    def statements(self, path: Path) -> StatementsOnDisk:
        return StatementsOnDisk(
            path,
            self.count,
            frozenset(self.inexact),
            frozenset(self.graphs),
            frozenset(self.claims),
            safe=self.safe,
        )


def statements_in(
    texts: Mapping[Path, Path], held: int = _HELD
) -> tuple[Mapping[Path, Collection[Quad]], bool]:
    """The statements of files of N-Quads, and whether they were left on disk.

    They are where the files have more than ``held`` bytes together.
    """
    if sum(text.stat().st_size for text in texts.values()) <= held:
        return {
            path: tuple(parse(path=text, format=RdfFormat.N_QUADS)) for path, text in texts.items()
        }, False
    found: dict[Path, Collection[Quad]] = {}
    for path, text in texts.items():
        watch = _Watch()
        for _, data in _blocks(text):
            deque(watch.through(parse(data, RdfFormat.N_QUADS)), maxlen=0)
        found[path] = watch.statements(text)
    return found, True


def _write_lines(quads: Iterable[Quad], path: Path) -> None:
    some = iter(quads)
    with path.open("wb") as file:
        while lot := list(islice(some, _WRITTEN_AT_ONCE)):
            file.write(serialize(lot, format=RdfFormat.N_QUADS) or b"")


def _read_to_disk(
    path: Path, form: GraphFormat, findings: list[Finding], copy: Path
) -> Document | None:
    """The file as a document whose statements lie there, or in a copy of them as N-Quads."""
    watch = _Watch()
    try:
        require_file(path)
        if form in _LINE_FORMATS and not _needs_copy(path):
            copy = path
            for before, data in _blocks(path):
                quads = _moved(read_lazily(data, form, name=str(path)), before)
                deque(watch.through(quads), maxlen=0)
        else:
            quads = watch.through(read_lazily(read_input(path), form, name=str(path)))
            _write_lines(quads, copy)
    except OSError as error:
        findings.append(unreadable(str(path), None, cannot_open(path, error)))
        return None
    except TooMuchToRead:
        raise
    except BadInput as error:
        number = error.where.line if error.where else None
        line = b"".join(islice(_lines(path), number - 1, number)) if number else b""
        text = line.decode("utf-8-sig", "replace").rstrip("\n")
        findings.append(unreadable(str(path), form, error, text))
        return None
    return Document(str(path), "", watch.statements(copy), form=form)


def _blocks(path: Path) -> Iterator[tuple[int, bytes]]:
    """A file of lines in blocks that end where a line does, each with the lines before it."""
    before = 0
    with path.open("rb") as file:
        while data := file.read(_BLOCK):
            data += file.readline()
            yield before, data if before else data.removeprefix(BOM_UTF8)
            before += data.count(b"\n")


def _moved(quads: Iterator[Quad], lines: int) -> Iterator[Quad]:
    """The statements of a block; a mistake among them gets the line of the whole file."""
    try:
        yield from quads
    except BadInput as error:
        where = error.where
        if isinstance(where, Where) and where.line is not None:
            where = replace(where, line=where.line + lines)
        raise BadRdf(error.what, where=where, remedy=error.remedy) from error


def _needs_copy(path: Path) -> bool:
    """Whether the lines may have blank nodes, which are renamed, or begin with a mark.

    The two characters of blank nodes can stand in a text as well.
    """
    with path.open("rb") as file:
        if not path.stat().st_size:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return data.find(b"_:") >= 0 or data[: len(BOM_UTF8)] == BOM_UTF8


def _lines(path: Path | str) -> Iterator[bytes]:
    with Path(path).open("rb") as file:
        yield from file


def _only_about(lines: Iterable[bytes], nodes: frozenset[bytes], values: frozenset[bytes]) -> str:
    """A text of lines with those about some nodes, and with empty ones in place of the others.

    Those of which it cannot be told at a glance stay too.
    """
    kept: list[bytes] = []
    for number, line in enumerate(lines):
        one = line.removeprefix(BOM_UTF8) if not number else line
        end, start, last = one.find(b">"), one.rfind(b"<"), one.rfind(b">")
        subject, graph = one[1:end], one[start + 1 : last]
        if (
            subject in nodes
            or graph in nodes
            or one[:1] != b"<"
            or b"_:" in one
            or b"\\" in subject
            or b"\\" in graph
            or b"#" in one[last:]
            or (values and not values.isdisjoint(_IRI.findall(one)))
        ):
            kept.append(one)
        elif one.endswith(b"\n"):
            kept.append(b"\n")
    return b"".join(kept).decode()


def _is_about(quad: Quad, nodes: frozenset[str], values: frozenset[str]) -> bool:
    return (
        text_of(quad.subject) in nodes
        or (bool(values) and text_of(quad.object) in values)
        or text_of(quad.graph_name) in nodes
        or not isinstance(quad.subject, NamedNode)
        or not isinstance(quad.object, NamedNode | Literal)
        or isinstance(quad.graph_name, BlankNode)
    )


def cannot_open(path: Path, error: OSError) -> BadInput:
    """What there is to say of a file that cannot be opened."""
    return BadInput(
        f"It cannot be opened: {error.strerror or type(error).__name__}.",
        where=str(path),
        remedy="Check who may read it.",
    )


def unreadable(name: str, form: GraphFormat | None, error: BadInput, text: str = "") -> Finding:
    """The finding of a file that does not parse as ``form``, or cannot even be opened.

    ``text`` is that of the line at fault.
    """
    where = error.where
    line, column = (where.line, where.column) if where else (None, None)
    excerpt = None
    if line is not None and column is not None:
        excerpt = SourceMap(text).excerpt(Place(1, column))
    what = f"It cannot be read as {form.name}: {error.what}" if form else error.what
    violation = Severity.VIOLATION
    return Finding(name, line, "Syntax", violation, "", what, error.remedy, column, excerpt)


def _files(
    path: Path, notes: list[str], findings: list[Finding]
) -> Iterator[tuple[Path, GraphFormat]]:
    if not path.exists():
        raise NotFound(
            "There is no such file or folder.",
            where=str(path),
            remedy="Give the path of an RDF file, or of a folder that holds some.",
        )
    other = what_else(path)
    if other is not None:
        raise BadInput(
            f"It is {other}, and no file.",
            where=str(path),
            remedy="Give the path of an RDF file, or of a folder that holds some.",
        )
    if path.is_dir():
        yield from _below(path, path, notes)
        return
    # Whoever names a link may have it from somebody else: what it leads to is read as RDF if it
    # says that it is some, and a report does not print the lines of any other file.
    try:
        graph_format_of(path.resolve())
        yield path, graph_format_of(path)
    except BadParameter as error:
        what, remedy = error.what, error.remedy
        violation = Severity.VIOLATION
        findings.append(Finding(str(path), None, NOT_READ, violation, "", what, remedy))


def _below(folder: Path, named: Path, notes: list[str]) -> Iterator[tuple[Path, GraphFormat]]:
    """The RDF files in a folder, and in those in it; ``named`` is the one that was named."""
    for inner in sorted(folder.iterdir()):
        if inner.name.startswith("."):
            continue
        form = _format(inner)
        if inner.is_symlink() and (inner.is_dir() or leads_out(inner, named)):
            if inner.is_dir() or form is not None:
                notes.append(leading_out(inner))
        elif inner.is_dir() and inner.name == BROKEN_ON_PURPOSE:
            notes.append(f"{inner}: left out, it holds files that break rules on purpose.")
        elif inner.is_dir():
            yield from _below(inner, named, notes)
        elif inner.exists() and (other := what_else(inner)) is not None:
            notes.append(f"{inner}: left out, it is {other}, and no file.")
        elif not inner.exists():
            notes.append(f"{inner}: left out, it is a link to something that is not there.")
        elif form is not None:
            yield inner, form
        else:
            notes.append(f"{inner}: left out, its extension stands for no RDF format.")


def leading_out(path: Path) -> str:
    """The note of a link that is not followed."""
    return f"{path}: left out, it is a link that leads out of the folder, or to another one."


def _has_context(path: Path) -> bool:
    try:
        return path.is_file() and b'"@context"' in path.read_bytes()
    except OSError:
        return False


def _format(path: Path) -> GraphFormat | None:
    # A folder of data holds JSON of many kinds; JSON-LD says so in its extension or its context.
    if path.suffix.lower() == ".json" and not _has_context(path):
        return None
    try:
        return graph_format_of(path)
    except BadParameter:
        return None
