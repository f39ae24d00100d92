"""Files and bodies as quads with their lines; what does not parse becomes a finding."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from tenure.errors import BadInput, BadParameter, NotFound, TooMuchToRead
from tenure.inputs import leads_out, read_input, what_else
from tenure.store.formats import GraphFormat, graph_format_of
from tenure.store.rdf import read_text
from tenure.store.source_map import NAMELESS, NOWHERE, Place, SourceMap, Stated, map_source
from tenure.terms import RDF_TYPE, TN_PREFIX, TNV_PREFIX
from tenure.validate.progress import Progress, Stage, Step, unwatched
from tenure.validate.report import NOT_READ, NOTHING_CHECKED, Finding, Severity

_SHACL: Final = "http://www.w3.org/ns/shacl#"
_OWL_ONTOLOGY: Final = NamedNode("http://www.w3.org/2002/07/owl#Ontology")
File = tuple[Path, GraphFormat]
"""A file and its format."""
BROKEN_ON_PURPOSE: Final = "invalid"
"""The folder of files that break rules on purpose; it is checked only when it is named."""


@dataclass(frozen=True)
class Document:
    """One file or body that parsed."""

    name: str
    """What findings call it: the path as it was given."""
    text: str = field(repr=False)
    quads: tuple[Quad, ...] = field(repr=False)
    has_lines: bool = True
    """Whether the text is what the quads were read from."""
    form: GraphFormat | None = None
    """The format of the text; without it, Turtle and those like it."""
    partly: bool = False
    """Whether the quads are only some of what the text states."""

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

    def spot(self, quad: Quad) -> Stated | None:
        """Where the text makes the statement, if that can be told from others like it."""
        return self._spots.get(quad)

    @cached_property
    def _spots(self) -> Mapping[Quad, Stated]:
        """By statement, where the text makes it first.

        The parser tells nothing of places, and names nodes without a name anew. But it tells the
        statements in the order of the text; so of those that differ in nothing but such nodes, or
        in the language of a text, the one that comes as the third stands where the third stands.
        """
        if not self.has_lines:
            return {}
        waiting: dict[object, deque[Stated]] = defaultdict(deque)
        for one in self.positions.stated():
            waiting[one.graph, one.subject, one.predicate, one.value].append(one)
        found: dict[Quad, Stated] = {}
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


def text_of(node: object) -> str:
    """An IRI without brackets; anything else as it is written."""
    return node.value if isinstance(node, NamedNode) else str(node)


def name_of_graph(node: object) -> str | None:
    """As the positions of a text have it: None for the default graph, which has no name."""
    if isinstance(node, BlankNode):
        return NAMELESS
    return node.value if isinstance(node, NamedNode) else None


def is_of_facts(quad: Quad) -> bool:
    """Whether it tells of claims, sources or entities, so that a document with it is facts."""
    return not isinstance(quad.graph_name, DefaultGraph) or (
        quad.predicate == RDF_TYPE
        and isinstance(quad.object, NamedNode)
        and quad.object.value.startswith(TN_PREFIX)
        and not is_own_term(quad.subject)
    )


def is_of_ontology(quad: Quad) -> bool:
    """Whether it tells of a term of Tenure's own, or of an ontology."""
    return is_own_term(quad.subject) or (
        quad.predicate == RDF_TYPE and quad.object == _OWL_ONTOLOGY
    )


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
) -> list[Document]:
    """The files that parse; what does not, and what is empty, goes to ``findings``."""
    read: list[Document] = []
    for number, (file, form) in enumerate(files):
        progress(Step(Stage.READING, number, len(files)))
        document = read_file(file, form, findings)
        if document and not document.quads and not _is_context(document):
            findings.append(is_empty(str(file)))
        read += [document] if document else []
    return read


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
