"""The gate: everything that is asked of facts, and of the ontology, before they go in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pyoxigraph import Quad

from tenure.resources import data_dir
from tenure.store.formats import graph_format
from tenure.terms import TN, Names
from tenure.validate.changed import changes_since, only_changed
from tenure.validate.dates import date_findings
from tenure.validate.duplicates import duplicate_findings
from tenure.validate.facts import Facts
from tenure.validate.own_shapes import OwnShapes
from tenure.validate.reading import Document, documents_in, read_bytes
from tenure.validate.report import Finding, Report
from tenure.validate.shapes import Shapes, shape_findings
from tenure.validate.structure import structural_findings, unknown_terms
from tenure.validate.texts import RULES as TEXT_RULES
from tenure.validate.texts import check_evidence

REGISTRY: Final = "entities.ttl"
_HOUSE_STYLE: Final = "house-style.ttl"
_PREFIXES: Final = "prefixes.ttl"


def validate_paths(
    paths: Sequence[Path],
    *,
    context: Path | None = None,
    names: Names | None = None,
    shapes: OwnShapes | None = None,
    changed_since: str | None = None,
    texts: Path | None = None,
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
    same.

    Raises:
        NotFound: a path, or the folder of texts, that does not exist.
        BadRdf: shapes that cannot be run.
        BadInput: a path that git does not know.
        BadParameter: a revision that git does not know.
    """
    changes = changes_since(changed_since, paths) if changed_since is not None else None
    findings: list[Finding] = []
    notes: list[str] = []
    given = documents_in(paths, notes, findings)
    terms = [one for one in given if one.is_ontology and not one.is_shapes]
    facts = [one for one in given if not one.is_ontology and not one.is_shapes]
    ontology = _ontology(terms, findings)
    if facts:
        around = _context(facts, context, findings)
        checked = Facts(facts, around, ontology, names or Names())
        findings += [*_check_facts(checked), *duplicate_findings(checked)]
        findings += shapes.findings(checked) if shapes else ()
    if terms:
        findings += _check_ontology(Facts(terms, ontology, ontology, names or Names()))
    evidence = check_evidence(paths, texts) if texts is not None else Report()
    findings += [one for one in evidence.findings if one.rule in TEXT_RULES]
    notes += [one for one in evidence.notes if one not in notes]
    report = _report(given, facts, findings, notes, evidence.checked)
    return only_changed(report, given, changes) if changes is not None else report


def validate_text(
    data: bytes,
    media_type: str,
    name: str = "body",
    *,
    context: Path | None = None,
    names: Names | None = None,
) -> Report:
    """Check a body of RDF as facts, as :func:`validate_paths` checks a file.

    ``media_type`` is a media type or the short name of a format. References resolve in
    ``context``, else in the registry that comes with Tenure.

    Raises:
        BadParameter: a media type that stands for no RDF format.
    """
    findings: list[Finding] = []
    document = read_bytes(data, graph_format(media_type), name, findings)
    given = [document] if document else []
    if given:
        around = _read([context or data_dir("facts") / REGISTRY], findings)
        facts = Facts(given, around, _ontology((), findings), names or Names())
        findings += [*_check_facts(facts), *duplicate_findings(facts)]
    return _report(given, given, findings, [])


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


def _check_facts(facts: Facts) -> list[Finding]:
    found = [*structural_findings(facts), *date_findings(facts)]
    return found + list(shape_findings(facts, gate_shapes()))


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
    if context is not None:
        paths = [context]
    else:
        folders = {Path(one.name).resolve().parent for one in given}
        paths = sorted({_registry(folder) for folder in folders})
    checked = {Path(one.name).resolve() for one in given}
    return [
        one
        for one in _read(paths, findings)
        if Path(one.name).resolve() not in checked and not (one.is_ontology or one.is_shapes)
    ]


def _registry(folder: Path) -> Path:
    for beside in (folder / REGISTRY, folder.parent / REGISTRY):
        if beside.is_file():
            return beside
    return data_dir("facts") / REGISTRY


def _read(paths: Iterable[Path], findings: list[Finding]) -> list[Document]:
    """What parses in files and folders, whose left-out files are nobody's concern here."""
    return documents_in(list(paths), [], findings)


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
