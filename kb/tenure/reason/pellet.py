"""Why: the few axioms that clash, found by Pellet, which travels inside the package owlready2.

Kalyanpur, Parsia, Horridge and Sirin, "Finding All Justifications of OWL DL Entailments", ISWC
2007. HermiT says that something is wrong and not why; Pellet names a smallest set of axioms that
cannot all hold. owlready2's own call of it puts folders before the archives and fails on newer
Java, so the archives alone are given here.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from pyoxigraph import RdfFormat, Triple, serialize

from tenure.errors import BadInput
from tenure.own_folder import own_folder
from tenure.reason.masks import Masks
from tenure.reason.owl import OWL
from tenure.reason.programs import NotReasoned, java, shipped
from tenure.reason.questions import Asked, asked_of, without_unions

MOST_TERMS: Final = 5
"""How many classes that can have no member are explained, and how many properties; one cause often
breaks many."""

_MEGABYTES: Final = 2000
_SETS: Final = 2
_FIRST: Final = re.compile(r"^\s*\d+\) {1,3}(?=\S)")
_INDENT: Final = 5
_NAMELESS: Final = ("Anonymous Individual", "Anonymous Individuals")


class Explained(NamedTuple):
    """A set of axioms that clash; ``about`` is what has no member, or empty."""

    about: str
    axioms: tuple[str, ...]


def explain(
    triples: Iterable[Triple],
    unsatisfiable: Sequence[tuple[str, str]],
    masks: Masks,
    limit: float,
) -> tuple[tuple[Explained, ...], str]:
    """The smallest sets of axioms that clash, and what is left without a reason, and why.

    Args:
        triples: what was reasoned over, as the reasoner was shown it; it must import nothing.
        unsatisfiable: what can have no member, and its kind (the IRI of ``owl:Class`` or of a kind
            of property); empty for an inconsistent ontology.
        masks: the axioms come back with these in the place of IRIs.
        limit: how many seconds all explanations together may take.
    """
    try:
        command = _command()
    except NotReasoned as error:
        return (), str(error)
    asked = asked_of(_first(unsatisfiable))
    ends = time.monotonic() + limit
    found: list[Explained] = []
    unknown: list[str] = []
    with own_folder("reason") as folder:
        file = folder / "ontology.nt"
        shown = [*without_unions(triples), *(one for each in asked for one in each.added)]
        file.write_bytes(serialize(map(masks.masked, shown), format=RdfFormat.N_TRIPLES) or b"")
        for one in asked:
            words = ["--unsat", masks.iri(one.asked)] if one.asked else []
            try:
                done = subprocess.run(  # noqa: S603 - our own program on our own file
                    [*command, *words, str(file)],
                    capture_output=True,
                    check=False,
                    timeout=max(0.001, ends - time.monotonic()),
                )
            except subprocess.TimeoutExpired:
                return tuple(found), f"Pellet found no reason within {limit:g} seconds."
            sets = read_explanation(done.stdout.decode(errors="replace"))
            found += [Explained(one.about, _without(each, one, masks)) for each in sets]
            if not sets:
                unknown.append(one.about)
    return tuple(found), _unexplained(unknown, len(unsatisfiable) - len(asked))


class InconsistentOntology(Exception):
    """No world fits all that is stated."""


class Realized(NamedTuple):
    """What follows of individuals: IRIs with those of their nearest classes, and relations."""

    types: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str, str], ...]


def realize(triples: Iterable[Triple], *, values: bool = False, limit: float = 600.0) -> Realized:
    """Let Pellet find the classes of every individual, and with ``values`` its relations.

    Raises:
        InconsistentOntology: no world fits all that is stated.
        NotReasoned: there is no Java, or too little time.
        BadInput: Pellet refuses the ontology.
    """
    words = ["realize", "--ignore-imports", *(["--infer-prop-values"] if values else [])]
    with own_folder("reason") as folder:
        file = folder / "ontology.nt"
        file.write_bytes(serialize(without_unions(triples), format=RdfFormat.N_TRIPLES) or b"")
        try:
            done = subprocess.run(  # noqa: S603 - our own program on our own file
                [*_pellet(), *words, str(file)], capture_output=True, check=False, timeout=limit
            )
        except subprocess.TimeoutExpired:
            raise NotReasoned(f"Pellet did not finish within {limit:g} seconds.") from None
    said = done.stderr.decode(errors="replace")
    if "Ontology is inconsistent" in said:
        raise InconsistentOntology
    if done.returncode:
        raise BadInput(
            f"Pellet cannot reason over this: {' '.join(said.split())[-300:] or 'it says nothing'}",
            where="ontology",
            remedy="Correct that value or axiom.",
        )
    return read_realized(done.stdout.decode(errors="replace"))


def read_realized(output: str) -> Realized:
    r"""What Pellet prints: a tree of classes with their members, and relations a line each.

    >>> read_realized(" A\n    B = C - (x, y)\nPROPINST: x p y ")
    Realized(types=(('x', 'B'), ('x', 'C'), ('y', 'B'), ('y', 'C')), values=(('x', 'p', 'y'),))
    """
    types: list[tuple[str, str]] = []
    values: list[tuple[str, str, str]] = []
    for line in output.splitlines():
        if line.startswith("PROPINST: "):
            subject, predicate, value = line.split()[1:4]
            values.append((subject, predicate, value))
        elif line.endswith(")") and " - (" in line:
            classes, _, members = line.strip()[:-1].partition(" - (")
            named = [one for one in members.split(", ") if not one.endswith(_NAMELESS)]
            types += [(one, cls) for one in named for cls in classes.split(" = ")]
    return Realized(tuple(types), tuple(values))


def read_explanation(output: str) -> list[tuple[str, ...]]:
    r"""The sets of axioms in what Pellet prints; a long axiom goes on further to the right.

    >>> read_explanation("1)   x type Dead\n     A subClassOf B\n                  or C")
    [('A subClassOf B or C', 'x type Dead')]
    """
    sets: list[list[str]] = []
    for line in output.splitlines():
        said = line.strip()
        indent = len(line) - len(line.lstrip())
        if _FIRST.match(line):
            sets.append([_FIRST.sub("", line).strip()])
        elif sets and said and indent == _INDENT:
            sets[-1].append(said)
        elif sets and said and indent > _INDENT:
            sets[-1][-1] += " " + said
    return [tuple(sorted(axioms)) for axioms in sets]


def _first(unsatisfiable: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    classes = [one for one in unsatisfiable if one[1] == OWL + "Class"]
    others = [one for one in unsatisfiable if one[1] != OWL + "Class"]
    return [*classes[:MOST_TERMS], *others[:MOST_TERMS]]


def _without(axioms: Iterable[str], asked: Asked, masks: Masks) -> tuple[str, ...]:
    """The axioms without that which only asks."""
    mask = masks.mask(asked.asked)
    return tuple(one for one in axioms if asked.asked == asked.about or mask not in one)


def _unexplained(unknown: Sequence[str], left: int) -> str:
    said = []
    if unknown:
        named = [iri for iri in unknown if iri]
        said.append(f"Pellet found no axioms that clash{_of(named)}.")
    if left > 0:
        said.append(
            f"{left} more can have no member; mend these first, for one cause often breaks many."
        )
    return " ".join(said)


def _of(named: Sequence[str]) -> str:
    return f" over {', '.join(named)}" if named else ""


def _command() -> list[str]:
    return [*_pellet(), "explain", "--ignore-imports", "--max", str(_SETS)]


def _pellet() -> list[str]:
    program = java()
    folder = shipped("pellet", "pellet-2.3.1.jar").parent
    archives = os.pathsep.join(str(file) for file in sorted(folder.glob("*.jar")))
    start = [program, f"-Xmx{_MEGABYTES}M", "-Dfile.encoding=UTF-8", "-cp", archives]
    return [*start, "pellet.Pellet"]
