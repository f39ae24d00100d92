"""The ontology, and facts beside it if wanted, before the check of the profile and the reasoner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from pyoxigraph import Quad

from tenure.errors import BadInput, NotFound, Where
from tenure.reason.hermit import classify
from tenure.reason.owl import OWL, RDFS
from tenure.reason.pellet import explain
from tenure.reason.profile import profile_findings
from tenure.reason.programs import NotReasoned
from tenure.reason.report import Clash, ProfileFinding, ReasonReport
from tenure.reason.shown import shown
from tenure.reason.statements import Statements
from tenure.resources import data_dir
from tenure.store import GRAPH_FORMATS, read_file, subject_lines

SECONDS: Final = 600.0
SECONDS_TO_EXPLAIN: Final = 60.0


def check_ontology(
    ontology_dir: Path | None = None, *, sample: Iterable[Path] = (), limit: float = SECONDS
) -> ReasonReport:
    """Whether an ontology is consistent, all its classes can have members, and it is OWL 2 DL.

    Args:
        ontology_dir: the folder of the ontology's Turtle files; None is the one of Tenure.
        sample: files, or folders of files, to reason over with it; graphs do not count, so that
            everything in them is taken as true at once.
        limit: how many seconds the reasoner has.

    Raises:
        NotFound: a folder that is not there.
        BadInput: a file that does not parse, or a value that the reasoner refuses.

    What cannot hold is explained by the axioms that clash, for a minute at most.
    Without Java the report says so and holds what was found without it.
    """
    folder = ontology_dir or data_dir("ontology")
    files = [*_turtle(folder), *(file for path in sample for file in _rdf(path))]
    read = {file: read_file(file) for file in dict.fromkeys(files)}
    quads = [quad for found in read.values() for quad in found]
    statements = Statements(quads)
    profile = tuple(_placed(profile_findings(quads), read))
    given = shown(statements.triples)
    report = ReasonReport(
        reasoned=False, profile=profile, notes=given.notes, triples=len(statements.triples)
    )
    try:
        found = classify(given.triples, limit)
    except NotReasoned as error:
        return replace(report, reason=str(error))
    clashes: tuple[Clash, ...] = ()
    unexplained = ""
    if not found.consistent or found.unsatisfiable:
        classes = [iri for iri in found.unsatisfiable if OWL + "Class" in statements.types[iri]]
        if classes or not found.consistent:
            left = min(limit, SECONDS_TO_EXPLAIN)
            clashes, unexplained = explain(given.triples, classes, left)
    stated = _stated(statements)
    return replace(
        report,
        reasoned=True,
        consistent=found.consistent,
        unsatisfiable=found.unsatisfiable,
        inferred=tuple(pair for pair in found.subclasses if pair not in stated),
        clashes=clashes,
        unexplained=unexplained,
        seconds=found.seconds,
    )


def _turtle(folder: Path) -> Sequence[Path]:
    files = sorted(folder.glob("*.ttl")) if folder.is_dir() else []
    if not files:
        raise NotFound(
            "There is no ontology here.",
            where=str(folder),
            remedy="Name a folder that holds Turtle files (*.ttl).",
        )
    return files


def _rdf(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]  # the reader says what is wrong with one that is not there
    known = {one.extension for one in GRAPH_FORMATS.values()}
    files = sorted(file for file in path.iterdir() if file.suffix in known and file.is_file())
    if not files:
        raise BadInput(
            "No file here holds RDF.",
            where=str(path),
            remedy=f"Name a folder with files of these kinds: {', '.join(sorted(known))}.",
        )
    return files


def _stated(statements: Statements) -> frozenset[tuple[str, str]]:
    """Pairs of class and superclass that follow from what is stated by transitivity alone."""
    above: dict[str, set[str]] = defaultdict(set)
    for one, other in statements.pairs(RDFS + "subClassOf"):
        above[one].add(other)
    for one, other in statements.pairs(OWL + "equivalentClass"):
        above[one].add(other)
        above[other].add(one)
    pairs = set()
    for start in tuple(above):
        todo, seen = [start], {start}
        while todo:
            for other in above.get(todo.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        pairs |= {(start, other) for other in seen}
    return frozenset(pairs)


def _placed(
    findings: Sequence[ProfileFinding], read: Mapping[Path, Sequence[Quad]]
) -> Iterable[ProfileFinding]:
    """The findings with the file and line where their focus is described."""
    if not findings:
        return
    places: dict[str, Where] = {}
    for file in read:
        if file.suffix in (".ttl", ".trig"):
            for iri, line in subject_lines(file.read_text(encoding="utf-8")).items():
                places.setdefault(iri, Where.in_file(file, line))
    for finding in findings:
        yield replace(finding, where=places.get(finding.focus))
