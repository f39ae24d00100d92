"""The gate: everything that is asked of facts, and of the ontology, before they go in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pyoxigraph import NamedNode, Quad

from tenure.resources import data_dir
from tenure.store.formats import graph_format
from tenure.terms import TN, Names
from tenure.validate.changed import changes_since, only_changed
from tenure.validate.consistency import consistency_findings
from tenure.validate.dates import date_findings
from tenure.validate.duplicates import duplicate_findings
from tenure.validate.facts import Facts
from tenure.validate.languages import language_findings
from tenure.validate.large import LargeFacts
from tenure.validate.large_files import LARGE, SortedFiles, are_large, read_large, sorted_by_kind
from tenure.validate.own_shapes import OwnShapes
from tenure.validate.progress import Progress, Stage, Step, unwatched
from tenure.validate.reading import (
    Document,
    File,
    documents_in,
    files_in,
    is_empty,
    nothing_checked,
    read_bytes,
    read_files,
    text_of,
)
from tenure.validate.report import Finding, Report, Severity
from tenure.validate.shapes import Shapes, placed, shape_findings, store_of
from tenure.validate.stated import Terms
from tenure.validate.structure import structural_findings, unknown_terms
from tenure.validate.sweeping import RULES as SWEPT
from tenure.validate.sweeping import Sweep
from tenure.validate.texts import RULES as TEXT_RULES
from tenure.validate.texts import check_evidence

SYNTAX: Final = "Syntax"
# What a file that cannot be read might have said makes the difference to these.
_FOLLOW_UPS: Final = frozenset(("DanglingReference", "GraphWithoutClaim", "ClaimWithoutGraph"))
REGISTRY: Final = "entities.ttl"
_RULES: Final = (
    structural_findings,
    date_findings,
    consistency_findings,
    language_findings,
    duplicate_findings,
)
_HOUSE_STYLE: Final = "house-style.ttl"
_PREFIXES: Final = "prefixes.ttl"

Check = Callable[[Facts, Progress], Report]
"""What else can be asked of facts, from a layer that the gate does not know."""


def validate_paths(
    paths: Sequence[Path],
    *,
    context: Path | None = None,
    names: Names | None = None,
    shapes: OwnShapes | None = None,
    changed_since: str | None = None,
    texts: Path | None = None,
    conflicts: Check | None = None,
    progress: Progress = unwatched,
    held: int = LARGE,
) -> Report:
    """Check RDF files, and the RDF files in folders, against the structure and the shapes.

    Facts are checked together. References resolve in ``context``, a file or a folder; without
    it in ``entities.ttl`` beside each file, else in the folder above, else in the registry that
    comes with Tenure. Only what the given files say is reported. Files that define Tenure's own
    terms are held to the house style of the ontology; of files with shapes it is only asked that
    they parse. Folders called ``invalid`` are left out unless one is named itself.

    ``shapes`` are asked of the facts beside those of the house. With ``texts``, a folder, evidence
    is checked against them (:func:`~tenure.validate.check_evidence`). With ``changed_since``, a
    revision of git, only findings about what differs from it are told; everything is read all the
    same. ``conflicts`` is asked of facts that violate no rule, see
    :func:`tenure.knowledge.conflicting.conflict_check`. ``progress`` is told of each step.

    Files of more than ``held`` bytes together are read in segments instead of being held in memory,
    to the same report; not so with ``shapes`` or ``conflicts``, which ask of everything at once.
    Above four times as much conflicts are not looked for, and a note says so.

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
    large = SortedFiles()
    if shapes is None and are_large(files, held if conflicts is None else 4 * held):
        large = sorted_by_kind(files)
    rest = {path for path, _ in files} - {path for path, _ in large.facts}
    given = read_files([one for one in files if one[0] in rest], findings, progress)
    terms = [one for one in given if one.is_ontology and not one.is_shapes]
    facts = [one for one in given if not one.is_ontology and not one.is_shapes]
    ontology = _ontology(terms, findings)
    if large.facts:
        beside = _large_context(large.facts, context)
        with LargeFacts(ontology, names or Names(), gate_shapes(), progress, held // 4) as read:
            read_large(read, large.facts, beside, progress, findings)
            reduced, told = read.reduced()
        # Whether claims contradict themselves is asked of the pieces, which have all of them.
        rules = [one for one in _RULES if one is not consistency_findings]
        findings += [*_rule_findings(reduced, progress, rules), *placed(reduced, told)]
        triples = read.triples + sum(len(one.quads) for one in given)
        counted |= {"triples": triples, "claims": read.claims}
        number = {str(path): number for number, (path, _) in enumerate(files)}
        given = sorted([*reduced.given, *given], key=lambda one: number[one.name])
        if conflicts is not None:
            notes.append("Conflicts were not looked for: the files are too large to be held.")
    elif facts:
        around = _context(facts, context, findings)
        checked = Facts(facts, around, ontology, names or Names())
        findings += _check_facts(checked, progress)
        if shapes:
            progress(Step(Stage.OWN_SHAPES, 0))
            findings += shapes.findings(checked)
        if conflicts is not None:
            _look_for_conflicts(checked, conflicts, progress, findings, notes, counted)
    if terms:
        findings += _check_ontology(Facts(terms, ontology, ontology, names or Names()))
    if texts is not None:
        progress(Step(Stage.TEXTS, 0))
        evidence = check_evidence(paths, texts)
        findings += [one for one in evidence.findings if one.rule in TEXT_RULES]
        notes += [one for one in evidence.notes if one not in notes]
        counted.update(evidence.checked)
    report = _report(given, facts, _of_what_was_read(findings, notes), notes, counted)
    if not report.checked["triples"] and not any(one.rule == SYNTAX for one in findings):
        report = replace(report, findings=(*report.findings, nothing_checked(paths)))
    elif shapes is None:
        under = tuple(_nothing_under(names or Names(), facts))
        report = replace(report, findings=(*report.findings, *under))
    if changes is None:
        return report
    progress(Step(Stage.PLACES, 0))
    return only_changed(report, given, changes)


def validate_text(
    data: bytes,
    media_type: str,
    name: str = "body",
    *,
    context: Path | None = None,
    registry: Callable[[Document], Iterable[Quad]] | None = None,
    names: Names | None = None,
    conflicts: Check | None = None,
) -> Report:
    """Check a body of RDF as facts, as :func:`validate_paths` checks a file.

    ``media_type`` is a media type or the short name of a format. References resolve in
    ``context`` or in what ``registry`` gives for the body, else in the registry that comes with
    Tenure. ``conflicts`` is as there.

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
        facts = Facts(given, around, _ontology((), findings), names or Names())
        findings += _check_facts(facts, unwatched)
        if conflicts is not None:
            _look_for_conflicts(facts, conflicts, unwatched, findings, notes, counted)
    if document and document.quads:
        findings += _nothing_under(names or Names(), given)
    return _report(given, given, findings, notes, counted)


def given_facts(paths: Sequence[Path], *, context: Path | None = None) -> list[Quad]:
    """The facts in files and folders, with the context that their references resolve in.

    To be asked of what :func:`validate_paths` has found sound; what does not parse is left out.
    Raises :class:`~tenure.errors.NotFound` for a path that does not exist.
    """
    given = [one for one in documents_in(paths, [], []) if not (one.is_ontology or one.is_shapes)]
    around = _context(given, context, []) if given else []
    return [quad for one in (*given, *around) for quad in one.quads]


def gate_shapes() -> Shapes:
    """The shapes that facts are held to."""
    folder = data_dir("ontology") / "shapes"
    return Shapes(file for file in sorted(folder.glob("*.ttl")) if file.name != _HOUSE_STYLE)


def house_style_shapes() -> Shapes:
    """The shapes that the ontology itself is held to."""
    folder = data_dir("ontology") / "shapes"
    return Shapes([folder / _PREFIXES, folder / _HOUSE_STYLE])


def _check_facts(facts: Facts, progress: Progress) -> list[Finding]:
    found = _rule_findings(facts, progress, _RULES)
    store = store_of(facts)
    sweep = Sweep(Terms([quad for one in facts.ontology for quad in one.quads]))
    found += shape_findings(facts, gate_shapes(), progress, store)
    sweep.take(store)
    return found + list(placed(facts, sweep.told()))


def _rule_findings(
    facts: Facts, progress: Progress, rules: Sequence[Callable[[Facts], Iterator[Finding]]]
) -> list[Finding]:
    found: list[Finding] = []
    for number, rule in enumerate(rules):
        progress(Step(Stage.RULES, number, len(rules)))
        found += rule(facts)
    return found


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
        findings[:] = [one for one in findings if one.rule not in SWEPT]
    findings += found.findings
    notes += found.notes
    counted.update(found.checked)


def _check_ontology(facts: Facts) -> list[Finding]:
    found = [one for document in facts.given for one in unknown_terms(facts, document)]
    return found + list(shape_findings(facts, house_style_shapes()))


def _ontology(given: Sequence[Document], findings: list[Finding]) -> list[Document]:
    """The ontology's files; one that is given stands for its namesake that came with Tenure."""
    own_names = {Path(one.name).name for one in given}
    files = sorted(data_dir("ontology").glob("*.ttl"))
    return [*given, *_read((file for file in files if file.name not in own_names), findings)]


def _context(
    given: Sequence[Document], context: Path | None, findings: list[Finding]
) -> list[Document]:
    checked = [Path(one.name) for one in given]
    resolved = {one.resolve() for one in checked}
    return [
        one
        for one in _read(_context_paths(checked, context), findings)
        if Path(one.name).resolve() not in resolved and not (one.is_ontology or one.is_shapes)
    ]


def _large_context(given: Sequence[File], context: Path | None) -> list[File]:
    checked = [path for path, _ in given]
    resolved = {one.resolve() for one in checked}
    around = files_in(_context_paths(checked, context), [])
    return sorted_by_kind(one for one in around if one[0].resolve() not in resolved).facts


def _context_paths(given: Iterable[Path], context: Path | None) -> list[Path]:
    if context is not None:
        return [context]
    return sorted({_registry(folder) for folder in {one.resolve().parent for one in given}})


def _registry(folder: Path) -> Path:
    for beside in (folder / REGISTRY, folder.parent / REGISTRY):
        if beside.is_file():
            return beside
    return data_dir("facts") / REGISTRY


def _read(paths: Iterable[Path], findings: list[Finding]) -> list[Document]:
    """What parses in files and folders, whose left-out and empty files are nobody's concern."""
    told: list[Finding] = []
    documents = documents_in(list(paths), [], told)
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
        "NothingUnderBase",
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
    claim = TN("Claim")
    ordered = sorted(
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
    checked = {
        "files": len(given),
        "triples": sum(len(one.quads) for one in given),
        "claims": len({q.subject for one in facts for q in one.quads if q.object == claim}),
        **counted,
    }
    return Report(tuple(ordered), tuple(notes), checked, tuple(one.name for one in given))
