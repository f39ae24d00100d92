"""The house layout of a file of facts, and ``tenure format``, which puts files into it.

Comment lines at the head, the prefixes in use, then one block a subject: sources, speech chains
each followed by its links, evidence, claims each followed by its graph, and everything else (the
entities of a registry) by IRI. Numbers sort as numbers. Comments above blocks stay.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from tenure.errors import BadInput, BadRdf, TenureError, Where
from tenure.namespaces import (
    OA_END,
    OA_START,
    RDF_TYPE,
    RDFS_LABEL,
    SKOS_ALT_LABEL,
    TN,
    XSD_BOOLEAN,
    XSD_INTEGER,
    XSD_STRING,
    Names,
    prefixes,
)
from tenure.own_folder import close_with

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

# A part of PN_LOCAL (Turtle 1.1, production 168) that needs no escape; the rest is written in full.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.:-]*[A-Za-z0-9_:-])?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DIGITS = re.compile(r"([0-9]+)")
# Line ends would break the string; the others are legal there and cannot be seen by an editor.
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


NaturalKey: TypeAlias = tuple[int | str, ...]


def natural(text: str) -> NaturalKey:
    """A sort key that puts ``30-2`` before ``30-10``.

    Texts that differ only in leading zeros are told apart by the text itself, at the end.
    """
    first, *others = _DIGITS.split(text)
    key: list[int | str] = [first]
    for digits, piece in zip(others[::2], others[1::2], strict=True):
        # Digits compare by length, then as text: Python refuses to make a number of very many.
        significant = digits.lstrip("0")
        key += (len(significant), significant, 0, piece)
    return (*key, 0, text)


class TermWriter:
    """Writes terms with the prefixes it is given, and remembers which of them it used."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        by_namespace: dict[str, str] = {}
        for prefix, namespace in sorted(prefixes.items()):
            by_namespace.setdefault(namespace, prefix)
        self._by_namespace = by_namespace
        # Below the end of a path these alone come into question, the longest first.
        self._inside_names = sorted(
            ((ns, prefix) for ns, prefix in by_namespace.items() if ns[-1:] not in ("/", "#")),
            key=lambda pair: (-len(pair[0]), pair),
        )
        self._orders: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        self._written: dict[str, str] = {}
        self.used: dict[str, str] = {}

    def iri(self, node: NamedNode) -> str:
        """A prefixed name where the local part needs no escape, else the IRI in angle brackets."""
        return self.named(node.value)

    def named(self, value: str) -> str:
        """As :meth:`iri`, of an IRI as a text."""
        written = self._written.get(value)
        if written is None:
            written = self._written[value] = self._shorten(value) or str(NamedNode(value))
        return written

    def forget(self) -> None:
        """Forget how terms were written, and not which prefixes were used for them."""
        self._written.clear()

    def _shorten(self, value: str) -> str | None:
        # No local part has a slash or a hash sign, so that a namespace ends at the last of them.
        path = value[: max(value.rfind("/"), value.rfind("#")) + 1]
        whole = self._by_namespace.get(path)
        for namespace, prefix in (*self._inside_names, *([(path, whole)] if whole else [])):
            if value.startswith(namespace) and _LOCAL.fullmatch(value, len(namespace)):
                self.used[prefix] = namespace
                return f"{prefix}:{value[len(namespace) :]}"
        return None

    def in_order(self, predicates: Iterable[str]) -> list[tuple[str, str]]:
        """Properties in the order of a block, each as written, with ``a`` for ``rdf:type``."""
        wanted = tuple(predicates)
        found = self._orders.get(wanted)
        if found is None:
            found = self._orders[wanted] = [
                (one, "a" if one == RDF_TYPE.value else self.named(one))
                for one in sorted(wanted, key=_property_key)
            ]
        return found

    def literal(self, literal: Literal) -> str:
        """A literal; numbers and truth values without quotes where that reads back the same."""
        value, language = literal.value, literal.language
        if value.isprintable():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        else:
            escaped = _ESCAPED.sub(_escape, value)
        quoted = f'"{escaped}"'
        if language:
            direction = f"--{literal.direction.value}" if literal.direction else ""
            return f"{quoted}@{language}{direction}"
        datatype = literal.datatype
        if datatype == XSD_STRING:
            return quoted
        if datatype == XSD_BOOLEAN and value in ("true", "false"):
            return value
        if datatype == XSD_INTEGER and _INTEGER.fullmatch(value):
            return value
        return f"{quoted}^^{self.iri(datatype)}"

    def term(self, term: Term) -> str:
        """Any term.

        Raises:
            BadInput: for a blank node, which has no name that stays the same.
        """
        match term:
            case NamedNode():
                return self.iri(term)
            case Literal():
                return self.literal(term)
            case Triple():
                parts = (term.subject, term.predicate, term.object)
                return f"<<( {' '.join(self.term(part) for part in parts)} )>>"
        raise BadInput(
            "There is a blank node, and facts have none.",
            remedy="Give the node a name, so that every line can be pointed at.",
        )


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


PROPERTY_ORDER = (
    RDF_TYPE,
    RDFS_LABEL,
    SKOS_ALT_LABEL,
    *map(
        TN,
        (
            "source",
            "statement",
            "evidence",
            "attribution",
            "modality",
            "hedged",
            "tense",
            "rank",
            "reading",
            "recordedAt",
            "retractedAt",
            "publisher",
            "published",
            "webAddress",
            "textDigest",
            "textLength",
            "position",
            "voice",
            "sentence",
        ),
    ),
    OA_START,
    OA_END,
    TN("passageDigest"),
)
"""Which properties come first in a block, in this order; the others follow by their names."""

_RANK = {node.value: place for place, node in enumerate(PROPERTY_ORDER)}
_INDENT = "    "
_READ_BACK_AT_ONCE = 10_000
_AT_ONCE = 1 << 20
_SOURCE, _CHAIN, _LINK, _CLAIM = (
    TN(name).value for name in ("Source", "SpeechChain", "SpeechLink", "Claim")
)
_EVIDENCE = frozenset(TN(name).value for name in ("Evidence", "Passage", "WebLocator", "Record"))
_LINKED_BY, _ATTRIBUTED, _RESTS_ON = map(TN, ("link", "attribution", "evidence"))
_OWN_PREFIXES = ("chain", "locator", "passage", "record", "revision")

Block = list[Quad]
"""What is said of a subject; the statements themselves, as terms by themselves take more."""
Blocks = dict[str, Block]


def own_prefixes(names: Names, source_slug: str) -> dict[str, str]:
    """The prefixes that belong to one source: its claims, chains, passages and locators."""
    source = names.source(source_slug).value
    own = {prefix: f"{source}/{prefix}/" for prefix in _OWN_PREFIXES}
    return {**own, "claim": f"{names.claim_prefix}{source_slug}/"}


def write_layout(
    quads: Iterable[Quad],
    *,
    head: Iterable[str] = (),
    declared: Mapping[str, str] | None = None,
    names: Names | None = None,
    comments: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> str:
    """``quads`` in the house layout, ready to be written to a file.

    ``head`` holds the comment lines at the head, ``comments`` those above what is said of an IRI.
    ``declared`` are prefixes to shorten with where the house has none of its own for a namespace.

    Raises:
        BadInput: there is a blank node among the quads, or a comment about what is not said of.
    """
    described, graphs = _gather(quads)
    nowhere = comments.keys() - described.keys() - graphs.keys()
    _refuse_lost([(0, one) for iri in sorted(nowhere) for one in comments[iri]], "")
    writer = TermWriter(_prefixes(described, declared or {}, names or Names()))
    blocks = [*_blocks(writer, _in_order(described, graphs), described, graphs, comments)]
    return "\n".join(part for part in (_top(head, writer), "\n".join(blocks)) if part)


def _top(head: Iterable[str], writer: TermWriter) -> str:
    """What stands above all blocks: comments, and the prefixes that were used."""
    top = "".join(f"{line}\n" for line in head)
    declarations = "".join(f"@prefix {p}: <{ns}> .\n" for p, ns in sorted(writer.used.items()))
    return "\n".join(part for part in (top, declarations) if part)


def _blocks(
    writer: TermWriter,
    iris: Iterable[str],
    described: Blocks,
    graphs: Mapping[str, Blocks],
    comments: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    """The text of what is said of some IRIs, and of the graphs that they name."""
    for iri in iris:
        above = "".join(f"{line}\n" for line in comments.get(iri, ()))
        if above or iri in described:
            yield above + (_block(writer, iri, described[iri]) if iri in described else "")
        if iri in graphs:
            yield _graph(writer, iri, graphs[iri])


class GrowingLayout:
    """A file in the house layout that grows by lots of claims, each written to disk at once.

    The claims of a lot come after those of the lots before; the same is so of their evidence.
    """

    def __init__(
        self,
        quads: Iterable[Quad],
        name: str,
        *,
        head: Iterable[str],
        declared: Mapping[str, str],
        names: Names,
        comments: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """What the file has beside the lots. Raises as :func:`rewritten`."""
        quads = tuple(quads)
        # It is read back too.
        rewritten(quads, name, head=head, declared=declared, names=names, comments=comments)
        self._name = name
        self._head = tuple(head)
        self._comments = comments
        self._described, self._graphs = _gather(quads)
        self._writer = TermWriter(_prefixes(self._described, declared, names))
        self._sections = _sections(self._described, self._graphs)
        self._ends: dict[int, tuple[NaturalKey, NaturalKey]] = {}
        self._texts: dict[int, IO[str]] = {}

    def add(self, quads: Sequence[Quad]) -> None:
        """Add a lot. Raises as :func:`rewritten`."""
        described, graphs = _gather(quads)
        written = []
        for section, iris in sorted(_sections(described, graphs).items()):
            if iris:
                blocks = "\n".join(_blocks(self._writer, iris, described, graphs, {}))
                first, last = self._ends.get(section, ((), ()))
                self._ends[section] = first or natural(iris[0]), max(last, natural(iris[-1]))
                if section not in self._texts:
                    file = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115
                    self._texts[section] = file
                    close_with(self, file)
                self._texts[section].write(f"\n{blocks}" if last else blocks)
                written.append(blocks)
        text = "\n".join((_top((), self._writer), *written))
        _read_back(text, dict.fromkeys(quads), self._name)
        self._writer.forget()

    @property
    def is_in_order(self) -> bool:
        """Whether nothing that the file has beside the lots belongs between two of them."""
        return not any(
            first < natural(iri) < last
            for section, (first, last) in self._ends.items()
            for iri in self._sections.get(section, ())
        )

    def text(self) -> Iterator[str]:
        """The whole text, in parts."""
        sections = sorted({*self._sections, *self._texts})
        parts = [self._part(section) for section in sections]
        # What stands at the head is known when all is written.
        before: dict[int, list[str]] = {}
        after: dict[int, list[str]] = {}
        for section, (above, below) in zip(sections, parts, strict=True):
            before[section], after[section] = (
                [*_blocks(self._writer, iris, self._described, self._graphs, self._comments)]
                for iris in (above, below)
            )
        yield _top(self._head, self._writer)
        for section in sections:
            yield from (f"\n{block}" for block in before[section])
            if section in self._texts:
                yield "\n"
                self._texts[section].seek(0)
                while part := self._texts[section].read(_AT_ONCE):
                    yield part
            yield from (f"\n{block}" for block in after[section])

    def _part(self, section: int) -> tuple[list[str], list[str]]:
        """The other IRIs of a section, those before and those after the lots."""
        iris = self._sections.get(section, [])
        first, _ = self._ends.get(section, ((), ()))
        above = [iri for iri in iris if not first or natural(iri) < first]
        return above, iris[len(above) :]


def _gather(quads: Iterable[Quad]) -> tuple[Blocks, dict[str, Blocks]]:
    described: Blocks = {}
    graphs: dict[str, Blocks] = {}
    block: Block = []
    about: tuple[object, object] = (None, None)
    # In their order, in which those of one subject mostly come together.
    for quad in dict.fromkeys(quads):
        subject, graph = quad.subject, quad.graph_name
        if about != (subject, graph):
            if not isinstance(subject, NamedNode) or isinstance(graph, BlankNode):
                raise BadInput(
                    "There is a blank node, and facts have none.",
                    remedy="Give the node a name, so that every line can be pointed at.",
                )
            blocks = described
            if not isinstance(graph, DefaultGraph):
                blocks = graphs.setdefault(graph.value, {})
            block, about = blocks.setdefault(subject.value, []), (subject, graph)
        block.append(quad)
    return described, graphs


def _prefixes(described: Blocks, declared: Mapping[str, str], names: Names) -> dict[str, str]:
    table = dict(prefixes(names))
    sources = [iri for iri, block in described.items() if _SOURCE in _types(block)]
    if len(sources) == 1 and sources[0].startswith(names.source_prefix):
        table.update(own_prefixes(names, sources[0][len(names.source_prefix) :]))
    known = set(table.values())
    for prefix, namespace in declared.items():
        if prefix and prefix not in table and namespace not in known:
            table[prefix] = namespace
    return table


def _types(block: Block) -> set[str]:
    return _objects(block, RDF_TYPE)


def _objects(block: Block, predicate: NamedNode) -> set[str]:
    terms = (quad.object for quad in block if quad.predicate == predicate)
    return {term.value for term in terms if isinstance(term, NamedNode)}


def _in_order(described: Blocks, graphs: Mapping[str, Blocks]) -> list[str]:
    """The IRIs of all subjects and graphs, each once, in the order of the layout."""
    sections = _sections(described, graphs)
    return [iri for section in sorted(sections) for iri in sections[section]]


def _sections(described: Blocks, graphs: Mapping[str, Blocks]) -> dict[int, list[str]]:
    """The same by the section of the layout that they belong to."""
    sections: dict[int, list[str]] = defaultdict(list)
    chained: set[str] = set()
    evidence: set[str] = set()
    pointed_at = {_RESTS_ON: evidence, _ATTRIBUTED: chained, _LINKED_BY: chained}
    for block in described.values():
        for quad in block:
            targets = pointed_at.get(quad.predicate)
            if targets is not None and isinstance(quad.object, NamedNode):
                targets.add(quad.object.value)
    for iri, block in described.items():
        types = _types(block)
        if _SOURCE in types:
            section = 0
        elif types & {_CHAIN, _LINK} or iri in chained:
            section = 1
        elif types & _EVIDENCE or iri in evidence:
            section = 2
        elif _CLAIM in types or iri in graphs:
            section = 4
        else:
            section = 3
        sections[section].append(iri)
    sections[4] += graphs.keys() - described.keys()
    for iris in sections.values():
        iris.sort(key=natural)
    sections[1] = _chains_with_links(sections[1], described)
    return sections


def _chains_with_links(iris: list[str], described: Blocks) -> list[str]:
    ordered: dict[str, None] = {}
    for iri in iris:
        if _LINK not in _types(described[iri]):
            ordered[iri] = None
            links = _objects(described[iri], _LINKED_BY) & described.keys()
            ordered.update(dict.fromkeys(sorted(links, key=natural)))
    ordered.update(dict.fromkeys(iris))
    # A link may be typed as something else by mistake; whatever is not of this section is dropped
    # here because it is written in its own.
    there = set(iris)
    return [iri for iri in ordered if iri in there]


def _block(writer: TermWriter, subject: str, block: Block, indent: str = "") -> str:
    """``subject predicate objects ; … .``, one property a line."""
    said: dict[str, list[Term]] = {}
    for quad in block:
        said.setdefault(quad.predicate.value, []).append(quad.object)
    lines = []
    for predicate, written in writer.in_order(said):
        objects = said[predicate]
        if len(objects) == 1:
            lines.append(f"{written} {writer.term(objects[0])}")
        else:
            several = " , ".join(writer.term(term) for term in sorted(objects, key=_object_key))
            lines.append(f"{written} {several}")
    body = f" ;\n{indent}{_INDENT}".join(lines)
    return f"{indent}{writer.named(subject)} {body} .\n"


def _graph(writer: TermWriter, graph: str, blocks: Blocks) -> str:
    inner = "".join(
        _block(writer, subject, blocks[subject], _INDENT) for subject in sorted(blocks, key=natural)
    )
    return f"{writer.named(graph)} {{\n{inner}}}\n"


def _property_key(predicate: str) -> tuple[int, str]:
    return (_RANK.get(predicate, len(_RANK)), predicate)


def _object_key(term: Term) -> NaturalKey:
    return natural(str(term))


# Strings and IRIs come first, so that a "#" inside them begins no comment (Turtle 1.1, 6.2).
_TOKENS = re.compile(
    r'''
      """(?:[^"\\]|\\.|"(?!""))*"""
    | \'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\'
    | "(?:[^"\\\n]|\\.)*"
    | '(?:[^'\\\n]|\\.)*'
    | <[^\s<>"{}|^`]*>
    | \\.
    | (?P<comment>\#[^\r\n]*)
    ''',
    re.VERBOSE | re.DOTALL,
)


_WORD = re.compile(r"[^\s{}<>\"'@;,]+")
# What ends a comment; str.splitlines knows more line ends than Turtle does.
_LINE_ENDS = re.compile(r"\r\n|\n|\r")


def head_comments(text: str) -> tuple[str, ...]:
    """The comment lines at the head of ``text``, with the empty lines between them."""
    lines: list[str] = []
    for line in _LINE_ENDS.split(text):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            break
        lines.append(stripped)
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return tuple(lines)


def inner_comments(text: str) -> list[tuple[int, str]]:
    """The line (from 1) and the text of every comment below the head."""
    found = [
        (text.count("\n", 0, match.start()) + 1, match["comment"].rstrip())
        for match in _TOKENS.finditer(text)
        if match["comment"] is not None
    ]
    of_the_head = sum(1 for line in head_comments(text) if line)
    return found[of_the_head:]


def kept_comments(text: str, name: str, declared: Mapping[str, str]) -> dict[str, list[str]]:
    """The comments below the head that stay, by the IRI above whose block they stand.

    Those are comments on lines of their own between the statements. ``declared`` are the prefixes.
    Raises :class:`~tenure.errors.BadInput` for others, which would be lost.
    """
    kept: dict[str, list[str]] = defaultdict(list)
    lost: list[tuple[int, str]] = []
    waiting: list[tuple[int, str]] = []
    inner = inner_comments(text)
    below = inner[0][0] if inner else 0
    depth, last, position = 0, "", 0
    for match in _TOKENS.finditer(text) if inner else ():
        plain = text[position : match.start()]
        position = match.end()
        if plain.strip() or match["comment"] is None:
            subject = _subject(plain.lstrip(), match[0], declared)
            if subject:
                kept[subject] += (comment for _, comment in waiting)
            else:
                lost += waiting
            waiting = []
            depth += plain.count("{") - plain.count("}")
            last = plain.rstrip()[-1:] or last
        if match["comment"] is None:
            last = match[0]
            continue
        one = (text.count("\n", 0, match.start()) + 1, match["comment"].rstrip())
        if one[0] < below:
            continue
        alone = not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
        (waiting if alone and depth == 0 and last in ("", ".", "}") else lost).append(one)
    subject = _subject(text[position:].lstrip(), "", declared)
    if subject:
        kept[subject] += (comment for _, comment in waiting)
    else:
        lost += waiting
    _refuse_lost(sorted(lost), name)
    return {iri: some for iri, some in kept.items() if some}


def _subject(plain: str, token: str, declared: Mapping[str, str]) -> str:
    """The IRI with which a statement begins, in plain text or else in a token; or none."""
    if not plain:
        return token[1:-1] if token.startswith("<") else ""
    word = _WORD.match(plain)
    prefix, colon, local = word[0].partition(":") if word else ("", "", "")
    if word is None or not colon or word.end() == len(plain) or prefix not in declared:
        return ""
    return declared[prefix] + local


def parse_trig(text: str, name: str = "text") -> tuple[list[Quad], dict[str, str]]:
    """The quads of a Turtle or TriG text, and the prefixes that it declares.

    Raises:
        BadRdf: the text does not parse; says the line.
    """
    parser = parse(text, RdfFormat.TRIG)
    return list(_told_where(parser, name)), dict(parser.prefixes)


def quads_of_trig(text: str, name: str) -> Iterator[Quad]:
    """The quads of a Turtle or TriG text, one after another. Raises as :func:`parse_trig`."""
    return _told_where(parse(text, RdfFormat.TRIG), name)


def _told_where(quads: Iterator[Quad], name: str) -> Iterator[Quad]:
    try:
        yield from quads
    except SyntaxError as error:
        raise BadRdf(
            f"It does not parse: {error.msg}.",
            where=Where(name, error.lineno, error.offset),
            remedy="Correct the file at that place.",
        ) from error


def format_trig(
    text: str, *, name: str = "text", names: Names | None = None, drop_comments: bool = False
) -> str:
    """``text`` in the house layout: the same quads, and the comment lines at its head.

    Formatting what is formatted changes nothing.

    Raises:
        BadRdf: the text does not parse.
        BadInput: there is a blank node, or a comment below the head and ``drop_comments`` is false.
    """
    quads, declared = parse_trig(text, name)
    comments = {} if drop_comments else kept_comments(text, name, declared)
    head = head_comments(text)
    return rewritten(quads, name, head=head, declared=declared, names=names, comments=comments)


def _refuse_lost(comments: Sequence[tuple[int, str]], name: str) -> None:
    if comments:
        lines = "".join(f"\n  line {line}: {comment}" for line, comment in comments)
        raise BadInput(
            "Only comments at the head of a file and above its blocks are kept; these would be "
            f"lost:{lines}\n",
            where=Where(name, comments[0][0] or None),
            remedy="Move them there, or drop them with `tenure format --drop-comments`.",
        )


def rewritten(
    quads: Iterable[Quad],
    name: str,
    *,
    head: Iterable[str],
    declared: Mapping[str, str] | None = None,
    names: Names | None = None,
    comments: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> str:
    """As :func:`write_layout`, for the file ``name``, and read back to be sure.

    Raises:
        BadInput: there is a blank node among the quads; says the file.
    """
    quads = dict.fromkeys(quads)
    try:
        written = write_layout(quads, head=head, declared=declared, names=names, comments=comments)
    except TenureError as error:
        error.where = error.where or Where(name)
        raise
    _read_back(written, quads, name)
    return written


def _read_back(written: str, quads: Mapping[Quad, None], name: str) -> None:
    """Refuse a layout that says something else than its input: the worst a formatter can do."""
    left, count = set(quads), 0
    with suppress(SyntaxError):
        read = parse(written, RdfFormat.TRIG)
        while some := list(islice(read, _READ_BACK_AT_ONCE)):
            left.difference_update(some)
            count += len(some)
    if left or count != len(quads):
        raise BadInput(
            "The layout would not say the same as the file; nothing was changed.",
            where=name,
            remedy="Please report this, with the file.",
        )
