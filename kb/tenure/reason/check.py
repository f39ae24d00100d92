"""The ontology, and facts beside it if wanted, before a reasoner."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode, Triple

from tenure.errors import BadInput, NotFound, Where
from tenure.reason.hermit import classify
from tenure.reason.owl import OWL, PROPERTY_KINDS, RDF, RDFS, Node
from tenure.reason.pellet import Explained, Masks, explain
from tenure.reason.programs import NotReasoned
from tenure.reason.shown import shown
from tenure.reason.sources import Sources
from tenure.resources import data_dir
from tenure.store import GRAPH_FORMATS, read_file

SECONDS: Final = 600.0
SECONDS_TO_EXPLAIN: Final = 60.0


@dataclass(frozen=True, slots=True)
class ClashingAxiom:
    """An axiom in words, and where it is written, if it comes from a file."""

    text: str
    where: Where | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


@dataclass(frozen=True, slots=True)
class Clash:
    """A smallest set of axioms that cannot all hold.

    ``about`` is the IRI of the class or property that can have no member because of them; it is
    empty where they make the whole inconsistent.
    """

    about: str
    axioms: tuple[ClashingAxiom, ...]


@dataclass(frozen=True, slots=True)
class ReasonReport:
    """What the reasoner found.

    Where nothing was reasoned, ``reasoned`` is False, ``reason`` says why, and ``consistent`` is
    None. ``unsatisfiable`` are IRIs of classes and properties that can have no member;
    ``inferred`` are pairs of class and superclass that follow and are not stated, direct ones only.
    ``clashes`` are the axioms behind that; where none could be found, ``unexplained`` says why.
    ``notes`` say what the reasoner was shown otherwise than it is written; ``seconds`` is how long
    it took.
    """

    reasoned: bool
    reason: str = ""
    consistent: bool | None = None
    unsatisfiable: tuple[str, ...] = ()
    inferred: tuple[tuple[str, str], ...] = ()
    clashes: tuple[Clash, ...] = ()
    unexplained: str = ""
    notes: tuple[str, ...] = ()
    triples: int = 0
    seconds: float | None = None

    @property
    def conforms(self) -> bool:
        """Whether nothing speaks against the ontology; true also where nothing was reasoned."""
        return self.consistent is not False and not self.unsatisfiable

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON."""
        return {
            "conforms": self.conforms,
            "reasoned": self.reasoned,
            "reason": self.reason,
            "consistent": self.consistent,
            "unsatisfiable": list(self.unsatisfiable),
            "inferred": [list(pair) for pair in self.inferred],
            "clashes": [
                {
                    "about": one.about or None,
                    "axioms": [
                        {"axiom": axiom.text, "where": str(axiom.where) if axiom.where else None}
                        for axiom in one.axioms
                    ],
                }
                for one in self.clashes
            ],
            "unexplained": self.unexplained,
            "notes": list(self.notes),
            "triples": self.triples,
            "seconds": self.seconds,
        }


def check_ontology(
    ontology: Path | None = None, *, sample: Iterable[Path] = (), limit: float = SECONDS
) -> ReasonReport:
    """Whether an ontology is consistent, and all its classes can have members.

    Args:
        ontology: a file, or a folder of Turtle files; None is the ontology of Tenure.
        sample: files, or folders of files, to reason over with it; graphs do not count, so that
            everything in them is taken as true at once.
        limit: how many seconds the reasoner has.

    Raises:
        NotFound: a file or folder that is not there, or a folder without an ontology.
        BadInput: a file that does not parse, or a value that the reasoner refuses.

    What cannot hold is explained by the axioms that clash, each with its file and line, in a minute
    at most. Without Java the report says so and holds what was found without it.
    """
    files = [
        *_turtle(ontology or data_dir("ontology")),
        *(file for path in sample for file in _rdf(path)),
    ]
    read = {file: read_file(file) for file in dict.fromkeys(files)}
    quads = [quad for found in read.values() for quad in found]
    # In one order whatever the blank nodes are called, so that two runs ask the same.
    triples = sorted({quad.triple for quad in quads}, key=str)
    sources = Sources(read)
    given = shown(triples)
    report = ReasonReport(reasoned=False, notes=given.notes, triples=len(triples))
    try:
        found = classify(given.triples, limit)
    except NotReasoned as error:
        return replace(report, reason=str(error))
    except BadInput as error:
        where = sources.of_any(_names(error.what))
        raise BadInput(error.what, where=where or error.where, remedy=error.remedy) from error
    clashes: tuple[Clash, ...] = ()
    unexplained = ""
    if not found.consistent or found.unsatisfiable:
        masks = Masks()
        explained, unexplained = explain(
            given.triples,
            _by_kind(found.unsatisfiable, triples),
            masks,
            min(limit, SECONDS_TO_EXPLAIN),
        )
        clashes = tuple(_clash(one, masks, sources) for one in explained)
    stated = _stated(triples)
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


def why_inconsistent(triples: Iterable[Triple]) -> tuple[tuple[str, ...], ...]:
    """Smallest sets of axioms, in words, that make these triples inconsistent; found in a minute.

    Empty where none were found, or where there is no Java.
    """
    masks = Masks()
    explained, _ = explain(shown(triples).triples, (), masks, SECONDS_TO_EXPLAIN)
    return tuple(tuple(sorted(map(masks.told, one.axioms))) for one in explained)


def _turtle(path: Path) -> Sequence[Path]:
    if path.is_file():
        return [path]
    files = sorted(path.glob("*.ttl")) if path.is_dir() else []
    if not files:
        raise NotFound(
            "There is no ontology here.",
            where=str(path),
            remedy="Name a file of RDF, or a folder that holds Turtle files (*.ttl).",
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


def _stated(triples: Iterable[Triple]) -> frozenset[tuple[str, str]]:
    """Pairs of class and superclass that follow from what is stated by transitivity alone."""
    above: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        one, other = _name(triple.subject), _name(triple.object)
        if triple.predicate.value == RDFS + "subClassOf":
            above[one].add(other)
        elif triple.predicate.value == OWL + "equivalentClass":
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


def _names(message: str) -> list[str]:
    """The literals in a message of the reasoner's, then the IRIs."""
    return [*re.findall(r'"([^"]*)"\^\^', message), *re.findall(r"<([^<>\s]+)>", message)]


def _by_kind(unsatisfiable: Iterable[str], triples: Iterable[Triple]) -> list[tuple[str, str]]:
    """What can have no member with its kind, classes first: properties often fail with them."""
    typed = {
        (_name(one.subject), _name(one.object))
        for one in triples
        if one.predicate.value == RDF + "type"
    }
    kinds = (OWL + "Class", *PROPERTY_KINDS)
    return [(iri, kind) for kind in kinds for iri in unsatisfiable if (iri, kind) in typed]


def _name(term: Node) -> str:
    """The IRI, or the label of a node without one."""
    return term.value if isinstance(term, NamedNode) else str(term)


def _clash(explained: Explained, masks: Masks, sources: Sources) -> Clash:
    axioms = (
        ClashingAxiom(masks.told(one), sources.of_axiom(one, masks.named(one)))
        for one in explained.axioms
    )
    return Clash(explained.about, tuple(sorted(axioms, key=lambda one: one.text)))
