"""A folder of facts: a registry of entities and one file a source, changed whole or not at all.

What is to be added goes to its file by its name: statements about an entity to ``entities.ttl``,
what a claim states and what describes it, its source, evidence and revisions to the source's file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from tenure.configuration import configuration
from tenure.errors import BadClaim, BadInput, NotFound, Where
from tenure.ingest.turtle_format import (
    GrowingLayout,
    format_trig,
    head_comments,
    kept_comments,
    parse_trig,
    quads_of_trig,
    rewritten,
)
from tenure.inputs import leads_out, read_input
from tenure.model import Change, Registry, instant, read_claims, revision_quads
from tenure.model.edits import EDITS, EditLog, check_rows
from tenure.namespaces import RDF_TYPE, TN, XSD_DATETIME, Names
from tenure.outputs import Changes, write_all
from tenure.own_folder import remove_left
from tenure.resources import OwnTerms
from tenure.suggest import nearest, remedy_of

if TYPE_CHECKING:
    from tenure.ingest.new_claims import NewClaims
    from tenure.validate import Finding
    from tenure.validate.beside import CheckBeside

REGISTRY: Final = "entities.ttl"
_DRAFT: Final = "draft"
_MANY: Final = 5_000
"""New claims from which on they are taken in lot by lot."""
_LICENCE: Final = "# Licence:"
LICENCE: Final = "# Licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"

_Contents = Mapping[Path, tuple[Quad, ...]]
"""For each file that is to change, all that it is to state."""


class _Layout(TypedDict):
    name: str
    head: tuple[str, ...]
    declared: Mapping[str, str]
    names: Names
    comments: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class FactsFile:
    """A file as it was read, to be written anew with more in it.

    ``text`` is None where there is no file yet; ``head`` are the comment lines at its head.
    """

    path: Path
    text: str | None
    quads: tuple[Quad, ...]
    declared: Mapping[str, str]
    head: tuple[str, ...]


class FactsFolder:
    """A folder of facts for a writer, who makes one for each change."""

    def __init__(
        self, path: Path, names: Names | None = None, terms: OwnTerms | None = None
    ) -> None:
        """What is written is held to ``terms`` too; None means those that are set.

        Raises :class:`~tenure.errors.NotFound` where there is no such folder.
        """
        if not path.is_dir():
            raise NotFound(
                "There is no such folder.",
                where=str(path),
                remedy="Make it, or name the folder of facts.",
            )
        # Who runs a killed command again may find that all was written, and write nothing.
        remove_left(_DRAFT, path, hidden=True)
        self.path = path
        self.names = names or Names()
        self.terms = configuration().terms if terms is None else terms
        self._read: dict[Path, FactsFile] = {}
        self._beside: CheckBeside | None = None
        self.warnings: Sequence[Finding] = ()
        """What the rules warn of in the files that were written."""

    def check_beside(self) -> None:
        """Have what is added next checked in a process beside, until :meth:`close`."""
        from tenure.validate.beside import CheckBeside  # noqa: PLC0415 - as in _findings

        self._beside = self._beside or CheckBeside(self.names, self.terms)

    def close(self) -> None:
        """End the process beside, where there is one."""
        if self._beside is not None:
            self._beside.close()
            self._beside = None

    @property
    def sources(self) -> dict[str, Path]:
        """The file of each source, by the source's slug."""
        return {path.stem: path for path in sorted(self.path.glob("*.trig"))}

    def source(self, slug: str) -> FactsFile:
        """The file of a source. Raises :class:`~tenure.errors.NotFound` with the nearest slugs."""
        files = self.sources
        if slug not in files:
            raise NotFound(
                f"There is no source {slug!r} in {self.path}.",
                where="source",
                remedy=remedy_of(nearest(slug, files), "Add it with `tenure source add`."),
            )
        return self.file(files[slug])

    def file(self, path: Path, head: str | None = None) -> FactsFile:
        """A file of the folder, or one that is to be made, with ``head`` at its head; read once.

        Without ``head`` it has the licence of the registry, or :data:`LICENCE` where there is none.

        Raises:
            BadRdf: it does not parse.
            BadInput: it is no UTF-8.
        """
        if path not in self._read:
            if path.exists():
                text = read_text(path)
                quads, declared = parse_trig(text, str(path))
                found = FactsFile(path, text, tuple(quads), declared, head_comments(text))
            else:
                found = FactsFile(path, None, (), {}, (head or self._licence(path),))
            self._read[path] = found
        return self._read[path]

    def _licence(self, path: Path) -> str:
        registry = self.path / REGISTRY
        heads = self.file(registry).head if path != registry and registry.exists() else ()
        return next((line for line in heads if line.startswith(_LICENCE)), LICENCE)

    @property
    def registry(self) -> FactsFile:
        """The file of the entities; empty where there is none yet."""
        return self.file(self.path / REGISTRY)

    @cached_property
    def entities(self) -> Registry:
        """The entities by name."""
        return Registry.of(self.registry.quads, self.names)

    def kinds(self) -> dict[str, str]:
        """The kind of every entity, by slug."""
        return {self.names.short(iri): self.entities.kind(iri) for iri in self.entities}

    def entity(self, text: str, where: Where | str | None = None) -> str:
        """The slug for a slug, an IRI or a name.

        Raises:
            NotFound: there is no such entity, or the name has several; names the nearest.
        """
        return entity_named(self.entities, self.names, text, where)

    @cached_property
    def occurrences(self) -> frozenset[str]:
        """The slugs of everything that some claim states something of."""
        return frozenset(
            slug
            for path in self.sources.values()
            for quad in quads_of_trig(read_text(path), str(path))
            if not isinstance(quad.graph_name, DefaultGraph) and isinstance(quad.subject, NamedNode)
            for slug in [self.names.slug_of(quad.subject.value)]
            if slug
        )

    def write(
        self,
        change: Change,
        *,
        message: str = "",
        by: str | None = None,
        now: datetime | None = None,
        checked: bool = False,
    ) -> str:
        """Carry out a change, whole or not at all; the instant (UTC) at which it was recorded.

        With a ``message``, and for every retraction, it is noted as a revision of each source
        concerned, with who it is ``by``. ``now`` is the instant; None means the clock. ``checked``
        says that whoever calls has held the change to the rules already.

        Raises:
            BadClaim: a claim that is retracted already, or was recorded later than ``now``, or an
                edit that does not fit what is there.
            BadInput: as :meth:`add`.
        """
        at = self.free_instant(now)
        claims = [
            quad.subject
            for quad in change.added
            if quad.predicate == RDF_TYPE and quad.object == TN("Claim")
        ]
        noted = [NamedNode(iri) for iri in change.retracted]
        for iri in noted:
            self.refuse_retraction(iri, at)
        if message:
            noted += (one for one in claims if isinstance(one, NamedNode))
        homes = list(dict.fromkeys(map(self.home, noted)))
        stamp = Literal(at, datatype=XSD_DATETIME)
        statements = [*change.added, *(Quad(one, TN("recordedAt"), stamp) for one in claims)]
        statements += (Quad(NamedNode(i), TN("retractedAt"), stamp) for i in change.retracted)
        for home in homes:
            statements += revision_quads(self.names.source(home.stem), at, message, by)
        gone, come = self._rows(change)
        self.add([*statements, *come], gone=gone, checked=checked)
        return at

    @property
    def edits(self) -> EditLog:
        """The edits that were made."""
        path = self.path / f"{EDITS}.trig"
        quads = self.file(path).quads if path.exists() else ()
        described = (q for q in quads if isinstance(q.graph_name, DefaultGraph))
        return EditLog(read_claims(described, quads).claims.values())

    def _rows(self, change: Change) -> tuple[list[Quad], list[Quad]]:
        """The rows that edits among the claims of a change take away and give."""
        prefix = f"{self.names.claim_prefix}{EDITS}/"
        content: dict[str, list[Triple]] = defaultdict(list)
        for quad in change.added:
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.startswith(prefix):
                content[quad.graph_name.value].append(quad.triple)
        undone = [iri for iri in change.retracted if iri.startswith(prefix)]
        if not (content or undone):
            return [], []
        log = self.edits
        check_rows(log.rows_after(content, ()), self._has_row, self.names)
        after = log.rows_after(content, undone)
        gone = [Quad(*row) for row, there in after.items() if not there and self._has_row(row)]
        come = [Quad(*row) for row, there in after.items() if there and not self._has_row(row)]
        return gone, come

    def _has_row(self, row: Triple) -> bool:
        quad = Quad(row.subject, row.predicate, row.object, DefaultGraph())
        return quad in self.file(self.home(row.subject)).quads

    def free_instant(self, now: datetime | None) -> str:
        """Now, or the next second of which no source tells: what has its own is undone alone."""
        at = (now or datetime.now(UTC)).astimezone(UTC)
        while any(f'"{at:%Y-%m-%dT%H:%M:%SZ}"' in read_text(one) for one in self.sources.values()):
            at += timedelta(seconds=1)
        return f"{at:%Y-%m-%dT%H:%M:%SZ}"

    def refuse_retraction(self, claim: NamedNode, at: str) -> None:
        """Refuse to retract at an instant what cannot be. Raises as :meth:`write`."""
        file = self.file(self.home(claim))
        short, where = self.names.short(claim.value), str(file.path)
        described = {q.predicate: q.object for q in file.quads if q.subject == claim}
        retracted, recorded = described.get(TN("retractedAt")), described.get(TN("recordedAt"))
        if isinstance(retracted, Literal):
            raise BadClaim(
                f"{short} is retracted already, since {retracted.value}.",
                where=where,
                remedy="Nothing needs to be done.",
            )
        if isinstance(recorded, Literal) and instant(recorded.value, where=where) > at:
            raise BadClaim(
                f"{short} was recorded at {recorded.value}, which is yet to come.",
                where=where,
                remedy="Correct the clock of this machine, or tn:recordedAt.",
            )

    def add(
        self,
        statements: Iterable[Quad],
        without: Callable[[Sequence[Finding]], Iterable[Quad] | None] | None = None,
        *,
        gone: Collection[Quad] = (),
        checked: bool = False,
        claims: NewClaims | None = None,
    ) -> None:
        """Add statements to the files that they belong to; all of them or none.

        ``gone`` are descriptions that are taken out of their files, ``checked`` as :meth:`write`.
        ``claims`` are added too; of many, no more than a lot is held at a time. Of these
        ``without`` may leave some out itself.

        What claims state lies in the claims' graphs, everything else in the default graph. Where a
        rule would be broken, ``without`` is asked for statements that break none.

        Raises:
            BadInput: a rule of structure or of the shapes would be broken, comments would be lost,
                or a file was changed meanwhile or cannot be written.
        """
        statements = list(statements)
        many = claims is not None and len(claims) > _MANY
        if claims is not None and many and self._added_in_lots(statements, claims, without):
            return
        if claims is not None:
            statements += claims.quads()
        contents = self._contents(statements, gone)
        texts = None
        if self._beside is not None and not checked:
            self._beside.begin(contents, self.path)
            texts = self._texts(contents)
        broken, warnings = ([], []) if checked else self._findings(contents)
        fewer = without(broken) if broken and without is not None else None
        if fewer is not None:
            if fewer and claims is not None:
                fewer = [*fewer, *claims.quads()]
            contents, texts = self._contents(fewer, gone), None
            broken, warnings = self._findings(contents)
        refuse_violations(self.path, broken, self.names)
        if checked:
            # As everybody else will read it; of what was looked at here, the rules ask for more.
            for quads in contents.values():
                read_claims((q for q in quads if isinstance(q.graph_name, DefaultGraph)), quads)
        write_all(texts or self._texts(contents))
        self.warnings = warnings

    def _added_in_lots(
        self,
        statements: Sequence[Quad],
        claims: NewClaims,
        without: Callable[[Sequence[Finding]], Iterable[Quad] | None] | None,
    ) -> bool:
        """Add claims of one source lot by lot; whether their file is such that they can be.

        Raises as :meth:`add`.
        """
        # As in _findings.
        from tenure.ingest.lots import LotCheck  # noqa: PLC0415
        from tenure.validate import Severity  # noqa: PLC0415

        path = self.home(NamedNode(claims.claim(0)))
        for is_last in (False, True):
            contents = self._contents(statements)
            file = self.file(path)
            check = LotCheck(contents, path, self.path, self.names, self.terms, self._beside)
            layout = GrowingLayout(contents.get(path, file.quads), **self._layout(file))
            for lot in check.lots(claims):
                layout.add(lot)
            if not layout.is_in_order:
                self.close()
                return False
            found = check.findings(claims)
            self.close()
            broken = [one for one in found if one.severity is Severity.VIOLATION]
            fewer = without(broken) if broken and without is not None and not is_last else None
            if fewer is None:
                refuse_violations(self.path, broken, self.names)
                break
            statements = list(fewer)
            if not statements:
                return True
        texts = self._texts({one: quads for one, quads in contents.items() if one != path})
        write_all({**texts, path: (file.text, layout.text())})
        self.warnings = [one for one in found if one.severity is Severity.WARNING]
        return True

    def _contents(self, statements: Iterable[Quad], gone: Collection[Quad] = ()) -> _Contents:
        by_name: dict[str, list[Quad]] = {self._home(quad.subject): [] for quad in gone}
        home, last = "", None
        for quad in statements:
            about = quad.subject if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
            if about != last:
                home, last = self._home(about), about
            by_name.setdefault(home, []).append(quad)
        by_file = {self.path / name: quads for name, quads in by_name.items()}
        contents: dict[Path, tuple[Quad, ...]] = {}
        # The registry first: an entity without claims is harmless, the reverse is not.
        for path in sorted(by_file, key=lambda path: (path.name != REGISTRY, path)):
            file = self.file(path)
            new = by_file[path]
            if file.quads:
                known = set(file.quads)
                new = [quad for quad in new if quad not in known]
            if new or any(quad in gone for quad in file.quads):
                contents[path] = (*(quad for quad in file.quads if quad not in gone), *new)
        return contents

    def _texts(self, contents: _Contents) -> Changes:
        """Of each file the text that it had, and the one that says what it is to state."""
        changes: dict[Path, tuple[str | None, str]] = {}
        for path, quads in contents.items():
            file = self.file(path)
            changes[path] = (file.text, rewritten(quads, **self._layout(file)))
        return changes

    def _layout(self, file: FactsFile) -> _Layout:
        """What the layout of a file needs beside its statements."""
        name = str(file.path)
        return {
            "name": name,
            "head": file.head,
            "declared": file.declared,
            "names": self.names,
            "comments": kept_comments(file.text or "", name, file.declared),
        }

    def _findings(self, contents: _Contents) -> tuple[list[Finding], list[Finding]]:
        """What rules of structure and of the shapes would be broken, and what they warn of.

        The new statements are looked at beside the other files of the folder. The shapes of the
        base's own are asked too.
        """
        if not contents:
            return [], []
        # SHACL takes longer to load than most commands take to answer; only writing needs it.
        from tenure.validate import Severity, validate_statements  # noqa: PLC0415

        told = None if self._beside is None else self._beside.findings()
        self.close()
        (found,) = told or [
            validate_statements(contents, context=self.path, names=self.names, terms=self.terms)
        ]
        broken = [one for one in found if one.severity is Severity.VIOLATION]
        return broken, [one for one in found if one.severity is Severity.WARNING]

    def home(self, node: object) -> Path:
        """The file that what describes a node belongs to, or what a claim of that name states."""
        return self.path / self._home(node)

    def _home(self, node: object) -> str:
        iri = node.value if isinstance(node, NamedNode) else ""
        for prefix in (self.names.source_prefix, self.names.claim_prefix):
            if iri.startswith(prefix):
                return f"{iri.removeprefix(prefix).partition('/')[0]}.trig"
        return REGISTRY


def entity_named(registry: Registry, names: Names, text: str, where: Where | str | None) -> str:
    """As :meth:`FactsFolder.entity`, of any registry."""
    try:
        return names.short(registry.find(text).value)
    except NotFound as error:
        error.where = Where(where) if isinstance(where, str) else where
        error.remedy += " Or register it first: `new entities` in YAML, or --new."
        raise


def refuse_violations(facts: Path, broken: Sequence[Finding], names: Names) -> None:
    """Refuse to write what breaks rules.

    Raises:
        BadInput: a rule would be broken; names all of them.
    """
    if broken:
        listed = "".join(
            f"\n  {Path(one.file).name}, {names.short(one.focus)}: {one.message} {one.remedy}"
            for one in broken
        )
        raise BadInput(
            f"Nothing was written, because rules would be broken:{listed}\n",
            where=str(facts),
            remedy="Put it right, and add it again.",
        )


def format_files(
    paths: Sequence[Path],
    *,
    check: bool = False,
    drop_comments: bool = False,
    names: Names | None = None,
) -> tuple[Path, ...]:
    """Put files, and the files in folders, into the house layout; the paths that needed it.

    With ``check`` nothing is written. Either all files are written or, on an error, none.

    Raises:
        BadRdf, BadInput: as :func:`~tenure.ingest.turtle_format.format_trig`.
        NotFound: a path that is not there.
    """
    changed: dict[Path, tuple[str | None, str]] = {}
    for path in dict.fromkeys(_facts_files(paths)):
        before = read_text(path)
        after = format_trig(before, name=str(path), names=names, drop_comments=drop_comments)
        if after != before:
            changed[path] = (before, after)
    if not check:
        write_all(changed)
    return tuple(changed)


def _facts_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files among ``paths``, and the Turtle and TriG files in the folders among them."""
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if (
                    file.suffix in (".ttl", ".trig")
                    and file.is_file()
                    and not leads_out(file, path)
                ):
                    yield file
        elif path.is_file():
            yield path
        else:
            raise NotFound(
                "There is no such file or folder.",
                where=str(path),
                remedy="Give the path of a file of facts, or of a folder that holds some.",
            )


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with its line ends as they are.

    Raises:
        NotFound: there is no such file.
        BadInput: it is no UTF-8; says at which byte.
    """
    try:
        raw = read_input(path)
    except FileNotFoundError as error:
        raise NotFound(
            "There is no such file.", where=str(path), remedy="Give the path of one that is there."
        ) from error
    except OSError as error:
        raise BadInput(
            f"It cannot be read: {error.strerror}.",
            where=str(path),
            remedy="Name a file that this user may read.",
        ) from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"It is no UTF-8 text: byte {error.start} does not fit.",
            where=str(path),
            remedy="Save the file as UTF-8.",
        ) from error
