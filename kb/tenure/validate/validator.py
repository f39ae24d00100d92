"""The validator: everything that is asked of facts, and of the ontology, before they go in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad, Triple

from tenure.errors import BadParameter
from tenure.model import default_policy_quads
from tenure.model.ontology import bundled_ontology
from tenure.namespaces import Names
from tenure.own_folder import OwnFolder, own_folder
from tenure.resources import NO_TERMS, OwnTerms, data_dir, ontology_files
from tenure.store.formats import graph_format
from tenure.suggest import nearest, remedy_of
from tenure.validate.consistency import RULES as CONSISTENCY
from tenure.validate.consistency import consistency_breaches
from tenure.validate.declared_terms import DeclaredTerms
from tenure.validate.derived_shapes import derived_shapes
from tenure.validate.documents import (
    Document,
    StatementIndex,
    are_large,
    documents_in,
    files_in,
    is_empty,
    nothing_checked,
    read_bytes,
    read_files,
    text_of,
)
from tenure.validate.duplicates import RULES as DUPLICATES
from tenure.validate.duplicates import duplicate_breaches
from tenure.validate.evidence import RULES as EVIDENCE_RULES
from tenure.validate.evidence import check_evidence
from tenure.validate.facts import Breach, Facts
from tenure.validate.finding import Finding, Report, Severity
from tenure.validate.fixes import with_fixes
from tenure.validate.git_diff import changes_since, only_changed
from tenure.validate.lexical import LexicalForms
from tenure.validate.overlaps import RULES as OVERLAPS
from tenure.validate.overlaps import overlap_breaches
from tenure.validate.progress import Progress, ProgressStep, Stage, unwatched
from tenure.validate.shapes import Shapes, check
from tenure.validate.statements import RULES as STATEMENTS
from tenure.validate.statements import statement_breaches, term_breaches

if TYPE_CHECKING:
    from tenure.validate.user_shapes import UserShapes

SYNTAX: Final = "Syntax"
UNDER_BASE: Final = "NothingUnderBase"
# What a file that cannot be read might have said makes the difference to these.
_FOLLOW_UPS: Final = frozenset(("DanglingReference", "GraphWithoutClaim", "ClaimWithoutGraph"))
REGISTRY: Final = "entities.ttl"
_RULES: Final = (
    statement_breaches,
    consistency_breaches,
    duplicate_breaches,
    overlap_breaches,
)
_HOUSE_STYLE: Final = "house-style.ttl"
_PREFIXES: Final = "prefixes.ttl"
_OF_THIS_THREAD: Final = threading.local()

Check = Callable[[Facts, Progress], Report]
"""What else can be asked of facts, from a layer that the gate does not know."""


def validate_paths(
    paths: Sequence[Path],
    *,
    context: Path | None = None,
    replacing: Collection[Path] = (),
    names: Names | None = None,
    shapes: UserShapes | None = None,
    changed_since: str | None = None,
    texts: Path | None = None,
    conflicts: Check | None = None,
    terms: OwnTerms = NO_TERMS,
    without: Collection[str] = (),
    only_shapes: bool = False,
    progress: Progress = unwatched,
    held: int | None = None,
) -> Report:
    """Check RDF files, and the RDF files in folders, against the structure and the shapes.

    Facts are checked together. References resolve in ``context``, a file or a folder; without
    it in ``entities.ttl`` beside each file, else in the folder above, else in the registry that
    comes with Tenure; files of the context that the given ones are ``replacing`` are not read.
    Only what the given files say is reported. Files that define Tenure's own terms are held to the
    house style of the ontology; of files with shapes it is only asked that they parse. Folders
    called ``invalid`` are left out unless one is named itself.

    ``terms`` are those beside the ontology of Tenure. ``shapes`` are asked of the facts beside the
    rules of the house, or with ``only_shapes`` alone. What the rules ``without`` find is left out.
    With ``texts``, a folder, evidence is checked against them
    (:func:`~tenure.validate.check_evidence`). With ``changed_since``, a revision of git, only
    findings about what differs from it are told; everything is read all the same. ``conflicts`` is
    asked of facts that violate no rule, see
    :func:`tenure.knowledge.conflicting.conflict_check`. ``progress`` is told of each step.

    Of files of more than ``held`` bytes together the statements are left on disk.

    Raises:
        NotFound: a path, or the folder of texts, that does not exist.
        BadRdf: shapes that cannot be run.
        BadInput: a path that git does not know.
        BadParameter: a revision that git does not know.
    """
    changes = changes_since(changed_since, paths) if changed_since is not None else None
    findings: list[Finding] = []
    notes: list[str] = []
    counted: dict[str, int] = {}
    files = files_in(paths, notes, findings)
    names = names or Names()
    with ExitStack() as stack:
        large = are_large(files) if held is None else are_large(files, held)
        folder = stack.enter_context(own_folder("validate")) if large else None
        given = read_files(files, findings, progress, folder)
        defined = [one for one in given if one.is_ontology and not one.is_shapes]
        facts = [one for one in given if not one.is_ontology and not one.is_shapes]
        ontology = _ontology(defined, findings, own_documents(terms, names, findings))
        checked = None
        if facts:
            around = _context(facts, context, findings, folder, replacing)
            checked = Facts(facts, around, ontology, names, folder=folder)
            findings += _check_facts(checked, progress, shapes, only_shapes=only_shapes)
            if conflicts is not None:
                _look_for_conflicts(checked, conflicts, progress, findings, notes, counted)
        if defined:
            findings += _check_ontology(Facts(defined, ontology, ontology, names))
        if texts is not None:
            progress(ProgressStep(Stage.TEXTS, 0))
            evidence = check_evidence(paths, texts)
            findings += [one for one in evidence.findings if one.rule in EVIDENCE_RULES]
            notes += [one for one in evidence.notes if one not in notes]
            counted.update(evidence.checked)
        if without:
            findings = [one for one in findings if one.rule not in without]
        report = _report(given, facts, _of_what_was_read(findings, notes), notes, counted)
        if not report.checked["triples"] and not any(one.rule == SYNTAX for one in findings):
            report = replace(report, findings=(*report.findings, nothing_checked(paths)))
        elif shapes is None and not only_shapes:
            under = tuple(_nothing_under(names, facts))
            report = replace(report, findings=(*report.findings, *under))
        if changes is None:
            return report
        progress(ProgressStep(Stage.PLACES, 0))
        wanted = {one.focus for one in report.findings}
        return only_changed(report, [one.reduced(wanted) for one in given], changes)


def validate_text(
    data: bytes,
    media_type: str,
    name: str = "body",
    *,
    context: Path | None = None,
    registry: Callable[[Document], Iterable[Quad]] | None = None,
    names: Names | None = None,
    conflicts: Check | None = None,
    terms: Iterable[Quad] = (),
    shapes: UserShapes | None = None,
) -> Report:
    """Check a body of RDF as facts, as :func:`validate_paths` checks a file.

    ``media_type`` is a media type or the short name of a format. References resolve in
    ``context`` or in what ``registry`` gives for the body, else in the registry that comes with
    Tenure. ``conflicts`` is as there, and so is ``shapes``; ``terms`` are those beside
    Tenure's.

    Raises:
        BadParameter: a media type that stands for no RDF format.
    """
    findings: list[Finding] = []
    notes: list[str] = []
    counted: dict[str, int] = {}
    document = read_bytes(data, graph_format(media_type), name, findings)
    given = [document] if document else []
    if document and not document.quads:
        findings.append(is_empty(name))
    if given:
        if registry is None:
            around = _read([context or data_dir("facts") / REGISTRY], findings)
        else:
            known = (Quad(q.subject, q.predicate, q.object) for q in registry(given[0]))
            around = [Document("registry", "", tuple(known), has_lines=False)]
        own = Document("terms", "", tuple(terms), has_lines=False)
        ontology = _ontology((), findings, [own] if own.quads else ())
        facts = Facts(given, around, ontology, names or Names())
        findings += _check_facts(facts, unwatched, shapes)
        if conflicts is not None:
            _look_for_conflicts(facts, conflicts, unwatched, findings, notes, counted)
    if document and document.quads:
        findings += _nothing_under(names or Names(), given)
    return _report(given, given, findings, notes, counted)


def validate_statements(
    files: Mapping[Path, Collection[Quad]],
    *,
    context: Path | Sequence[Document],
    names: Names,
    terms: OwnTerms = NO_TERMS,
    folder: Path | None = None,
) -> list[Finding]:
    """What there is against files as they are to be written, each with all its statements.

    As :func:`validate_paths` of these files, with the other files of the folder ``context``, or
    with documents, and with the shapes of ``terms``; but without lines, since there is no text yet.
    In a ``folder``, what would take much memory is put on disk.
    """
    found: list[Finding] = []
    given = [Document(str(path), "", quads, has_lines=False) for path, quads in files.items()]
    ontology = _ontology((), found, own_documents(terms, names, found))
    around = _context(given, context, found, folder) if isinstance(context, Path) else context
    facts = Facts(given, around, ontology, names, folder=folder)
    found += _check_facts(facts, unwatched, _own_shapes(terms))
    return _ordered(_of_what_was_read(found, []))


class LotValidation:
    """The check of lots of statements, each with what it names; to be handed to other processes.

    What the files of the folder ``context`` say of that, but for the file ``but``, is beside each.
    """

    def __init__(self, context: Path, but: Path, names: Names, terms: OwnTerms) -> None:
        self._read = context, but
        self._names, self._terms = names, terms
        self._unread: list[Finding] = []
        self._beside: StatementIndex | None = None
        self._folder: OwnFolder | None = None

    def close(self) -> None:
        """Remove what was written on the way."""
        if self._folder is not None:
            self._folder.close()

    def findings(
        self, files: Mapping[Path, Collection[Quad]], around: Collection[Quad]
    ) -> list[Finding]:
        """As :func:`validate_statements`, with what describes what the statements name."""
        if self._beside is None:
            context, but = self._read
            self._folder = OwnFolder("context")
            documents = _context((), context, self._unread, self._folder.path, (but,))
            self._beside = StatementIndex(documents, self._folder.path)
        given = (one for quads in files.values() for one in quads)
        beside = [*around, *self._beside.about(given, around)]
        found = validate_statements(
            files,
            context=[Document("beside", "", beside, has_lines=False)],
            names=self._names,
            terms=self._terms,
        )
        return _ordered(_of_what_was_read([*self._unread, *found], []))


def _own_shapes(terms: OwnTerms) -> UserShapes | None:
    if not terms.shapes:
        return None
    from tenure.validate.user_shapes import UserShapes  # noqa: PLC0415 - brings rdflib along

    return UserShapes(terms.shapes)


def given_facts(paths: Sequence[Path], *, context: Path | None = None) -> list[Quad]:
    """The facts in files and folders, with the context that their references resolve in.

    To be asked of what :func:`validate_paths` has found sound; what does not parse is left out.
    Raises :class:`~tenure.errors.NotFound` for a path that does not exist.
    """
    given = [one for one in documents_in(paths, [], []) if not (one.is_ontology or one.is_shapes)]
    around = _context(given, context, []) if given else []
    return [quad for one in (*given, *around) for quad in one.quads]


def gate_shapes(declared: DeclaredTerms | None = None) -> Shapes:
    """The shapes that facts are held to: the written ones, and those that an ontology entails.

    ``declared`` is what the ontology declares; without it, it is the one that comes with Tenure.
    """
    folder = data_dir("ontology") / "shapes"
    files = (file for file in sorted(folder.glob("*.ttl")) if file.name != _HOUSE_STYLE)
    if declared is None:
        declared = DeclaredTerms(bundled_ontology())
    return Shapes(files, derived_shapes(declared))


def load_shapes(names: Names, terms: OwnTerms) -> None:
    """Load what :func:`validate_statements` with these settings needs, for this thread."""
    ontology = _ontology((), [], own_documents(terms, names))
    _shapes_for(Facts((), (), ontology, names)).runner  # noqa: B018 - made when first asked for


def _shapes_for(facts: Facts) -> Shapes:
    """The shapes for the ontology that facts are checked with, made once a thread.

    What pySHACL makes of them is not safe for threads.
    """
    kept = vars(_OF_THIS_THREAD)
    if kept.get("declared") is not facts.schema:
        kept["declared"], kept["shapes"] = facts.schema, gate_shapes(facts.schema)
    shapes: Shapes = kept["shapes"]
    return shapes


def refuse_unknown_rule(name: str) -> None:
    """Raise :class:`~tenure.errors.BadParameter` where no rule is called so.

    An IRI may be that of any shape of a user's.
    """
    from tenure.validate.user_shapes import UNNAMED  # noqa: PLC0415 - brings rdflib along

    known = {
        *STATEMENTS,
        *CONSISTENCY,
        *DUPLICATES,
        *OVERLAPS,
        *EVIDENCE_RULES,
        UNDER_BASE,
        UNNAMED,
    }
    if ":" in name or name in known or name in (shaped := gate_shapes().messages()):
        return
    raise BadParameter(
        f"There is no rule {name[:80]!r}.",
        where="--without",
        remedy=remedy_of(nearest(name, known | set(shaped)), "A finding names its rule."),
    )


def house_style_shapes() -> Shapes:
    """The shapes that the ontology itself is held to."""
    folder = data_dir("ontology") / "shapes"
    return Shapes([folder / _PREFIXES, folder / _HOUSE_STYLE])


def _check_facts(
    facts: Facts,
    progress: Progress,
    shapes: UserShapes | None = None,
    *,
    only_shapes: bool = False,
) -> list[Finding]:
    found: list[Breach] = []
    for number, rule in enumerate(() if only_shapes else _RULES):
        progress(ProgressStep(Stage.RULES, number, len(_RULES)))
        found += rule(facts)
    if not only_shapes:
        found += _of_shapes(facts, _shapes_for(facts), progress)
    if shapes:
        progress(ProgressStep(Stage.OWN_SHAPES, 0))
        found += shapes.breaches(facts)
    if found:
        progress(ProgressStep(Stage.PLACES, 0))
    return facts.placed(found)


def _of_shapes(facts: Facts, shapes: Shapes, progress: Progress = unwatched) -> Iterator[Breach]:
    forms = LexicalForms(facts, facts.inexact)
    return check(facts.store, shapes, forms=forms, union=facts.union, progress=progress)


def _look_for_conflicts(
    facts: Facts,
    conflicts: Check,
    progress: Progress,
    findings: list[Finding],
    notes: list[str],
    counted: dict[str, int],
) -> None:
    if any(one.severity is Severity.VIOLATION for one in findings):
        # Claims that lack a part, or mean something else than was meant, contradict by accident.
        notes.append("Conflicts were not looked for, because rules are violated.")
        return
    found = conflicts(facts, progress)
    if "conflicts" in found.checked:
        # The network of time tells these too, and where else to look.
        findings[:] = [one for one in findings if one.rule not in OVERLAPS]
    findings += found.findings
    notes += found.notes
    counted.update(found.checked)


def _check_ontology(facts: Facts) -> list[Finding]:
    found = [*term_breaches(facts), *_of_shapes(facts, house_style_shapes())]
    return facts.placed(found)


def all_shapes(ontology: Iterable[Triple]) -> list[Triple]:
    """What facts and the ontology are held to, with what an ontology entails, as triples."""
    gate = gate_shapes(DeclaredTerms(ontology))
    return [quad.triple for quad in (*gate.quads, *house_style_shapes().quads)]


def own_documents(
    terms: OwnTerms, names: Names, findings: list[Finding] | None = None
) -> list[Document]:
    """The terms of a base's own as documents; what does not parse becomes a finding."""
    found = _read(terms.files, [] if findings is None else findings)
    if terms.policy:
        quads = tuple(default_policy_quads(terms.policy, names.base))
        found.append(Document("settings", terms.policy, quads, has_lines=False))
    return found


def _ontology(
    given: Sequence[Document], findings: list[Finding], own: Iterable[Document] = ()
) -> list[Document]:
    """The ontology's files; one that is given stands for its namesake that came with Tenure."""
    own_names = {Path(one.name).name for one in given}
    files = [file for file in ontology_files() if file.name not in own_names]
    found: list[Document] = []
    for file in files:
        stated, wrong = _read_once(file, file.stat().st_mtime_ns)
        found += stated
        findings += wrong
    return [*given, *found, *own]


@lru_cache(maxsize=64)
def _read_once(file: Path, _changed: int) -> tuple[Sequence[Document], Sequence[Finding]]:
    """A file that comes with Tenure, read again when it has changed."""
    wrong: list[Finding] = []
    return _read([file], wrong), wrong


def _context(
    given: Sequence[Document],
    context: Path | None,
    findings: list[Finding],
    folder: Path | None = None,
    replacing: Collection[Path] = (),
) -> list[Document]:
    checked = [Path(one.name) for one in given]
    resolved = {one.resolve() for one in (*checked, *replacing)}
    beside = None
    if folder is not None:
        beside = folder / "context"
        beside.mkdir()
    return [
        one
        for one in _read(_context_paths(checked, context), findings, beside)
        if Path(one.name).resolve() not in resolved and not (one.is_ontology or one.is_shapes)
    ]


def _context_paths(given: Iterable[Path], context: Path | None) -> list[Path]:
    if context is not None:
        return [context]
    return sorted({_registry(folder) for folder in {one.resolve().parent for one in given}})


def _registry(folder: Path) -> Path:
    for beside in (folder / REGISTRY, folder.parent / REGISTRY):
        if beside.is_file():
            return beside
    return data_dir("facts") / REGISTRY


def _read(
    paths: Iterable[Path], findings: list[Finding], folder: Path | None = None
) -> list[Document]:
    """What parses in files and folders, whose left-out and empty files are nobody's concern."""
    told: list[Finding] = []
    documents = read_files(files_in(list(paths), [], told), told, folder=folder)
    findings += [one for one in told if one.rule == SYNTAX]
    return documents


def _of_what_was_read(findings: list[Finding], notes: list[str]) -> list[Finding]:
    """The findings without those that an unreadable file alone may be the reason of."""
    unread = sorted({one.file for one in findings if one.rule == SYNTAX})
    if not unread:
        return findings
    kept = [one for one in findings if one.rule not in _FOLLOW_UPS]
    if len(kept) < len(findings):
        notes.append(
            f"{len(findings) - len(kept)} findings are left out that may come of it that "
            f"{', '.join(unread)} cannot be read."
        )
    return kept


def _nothing_under(names: Names, facts: Sequence[Document]) -> Iterator[Finding]:
    """A warning where there are facts, and none of them names an IRI that begins with the base."""
    own = (names.id_prefix, names.source_prefix, names.claim_prefix)
    if not facts or any(
        text_of(node).startswith(own)
        for one in facts
        for quad in one.quads
        for node in (quad.subject, quad.object, quad.graph_name)
        if isinstance(node, NamedNode)
    ):
        return
    yield Finding(
        facts[0].name,
        None,
        UNDER_BASE,
        Severity.WARNING,
        "",
        f"No IRI in these files begins with the base {names.base}, so duplicates, dangling "
        "references and conflicts were not found.",
        "Name the base of the data with --base.",
    )


def _report(
    given: Sequence[Document],
    facts: Sequence[Document],
    findings: Iterable[Finding],
    notes: Sequence[str],
    counted: Mapping[str, int] = MappingProxyType({}),
) -> Report:
    checked = {
        "files": len(given),
        "triples": sum(len(one.quads) for one in given),
        "claims": len(frozenset().union(*(one.claims for one in facts))),
        **counted,
    }
    names = tuple(one.name for one in given)
    return with_fixes(Report(tuple(_ordered(findings)), tuple(notes), checked, names))


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, by file, place, rule, focus and message."""
    return sorted(
        set(findings),
        key=lambda one: (
            one.file,
            one.line or 0,
            one.column or 0,
            one.rule,
            one.focus,
            one.message,
        ),
    )
