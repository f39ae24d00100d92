"""Why: the few axioms that clash, found by Pellet, which travels inside the package owlready2.

Kalyanpur, Parsia, Horridge and Sirin, "Finding All Justifications of OWL DL Entailments", ISWC
2007. HermiT says that something is wrong and not why; Pellet names a smallest set of axioms that
cannot all hold. owlready2's own call of it puts folders before the archives and fails on newer
Java, so the archives alone are given here.

It prints the last part of an IRI, which two IRIs may share: given an ontology whose IRIs end in
numbers of their own (:class:`Masks`), what it prints leads back to the IRIs, and so to the lines of
files. It explains classes, not properties: that a property joins nothing is asked as whether the
class of what has it can have a member. And it stops short of a reason that comes of a disjoint
union, so that is written as the two axioms that it abbreviates (OWL 2 Structural Specification,
section 9.1.4).
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from tenure.errors import BadInput
from tenure.namespaces import PREFIXES, local_name
from tenure.own_folder import own_folder
from tenure.reason.owl import OWL, RDF, RDFS, RESERVED, Node
from tenure.reason.programs import NotReasoned, shipped, started

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


def _without(axioms: Iterable[str], asked: UnsatisfiabilityTest, masks: Masks) -> tuple[str, ...]:
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
    folder = shipped("pellet", "pellet-2.3.1.jar").parent
    archives = os.pathsep.join(str(file) for file in sorted(folder.glob("*.jar")))
    return started(_MEGABYTES, archives, "pellet.Pellet")


_SPACE: Final = "urn:masked:#"
_MASK: Final = re.compile(r"\bzz(\d+)zz\b")
# What Pellet calls a node without a name ends in the label that N-Triples gave it.
_LABEL_OF_NAMELESS: Final = re.compile(r"_:\S*genid-nodeid-(_:\w+)")


class Masks:
    """Masks of IRIs, given out as IRIs come up; reserved words of OWL keep their names."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._iris: list[str] = []
        self._nameless: dict[str, str] = {}

    def mask(self, iri: str) -> str:
        """The short name that stands in for an IRI."""
        number = self._numbers.setdefault(iri, len(self._iris))
        if number == len(self._iris):
            self._iris.append(iri)
        return f"zz{number}zz"

    def iri(self, iri: str) -> str:
        """The masked IRI."""
        return iri if iri.startswith(RESERVED) else _SPACE + self.mask(iri)

    def masked(self, triple: Triple) -> Triple:
        """A triple with its IRIs masked, those of datatypes too."""
        subject = triple.subject
        if isinstance(subject, NamedNode):
            subject = NamedNode(self.iri(subject.value))
        predicate = NamedNode(self.iri(triple.predicate.value))
        return Triple(subject, predicate, self._value(triple.object))

    def _value(self, value: Node) -> Node:
        if isinstance(value, NamedNode):
            return NamedNode(self.iri(value.value))
        if isinstance(value, Literal) and not value.language:
            return Literal(value.value, datatype=NamedNode(self.iri(value.datatype.value)))
        return value

    def named(self, printed: str) -> tuple[str, ...]:
        """The IRIs and labels of nameless nodes in what was printed, in its order."""
        plain = _LABEL_OF_NAMELESS.sub(r"\1", printed)
        return tuple(
            self._iris[int(match[1])] if match[1] else match[0]
            for match in re.finditer(rf"{_MASK.pattern}|(?<!\S)_:\w+", plain)
        )

    def told(self, printed: str) -> str:
        """What was printed, with short names again, longer ones where two IRIs share one."""

        def number(match: re.Match[str]) -> str:
            return self._nameless.setdefault(match[1], f"[nameless {len(self._nameless) + 1}]")

        text = _MASK.sub(lambda match: self._short(self._iris[int(match[1])]), printed)
        return _LABEL_OF_NAMELESS.sub(number, text)

    def _short(self, iri: str) -> str:
        name = local_name(iri)
        if name and self._sharing(name) == 1:
            return name
        for prefix, space in PREFIXES.items():
            if iri.startswith(space) and len(iri) > len(space):
                return f"{prefix}:{iri.removeprefix(space)}"
        return f"<{iri}>"

    def _sharing(self, name: str) -> int:
        return sum(local_name(iri) == name for iri in self._iris)


_TYPE: Final = NamedNode(RDF + "type")
_CLASS: Final = NamedNode(OWL + "Class")
_ASKED: Final = "urn:asked:"


class UnsatisfiabilityTest(NamedTuple):
    """``about`` can have no member, which is asked of the class ``asked`` by the axioms added."""

    about: str
    asked: str
    added: tuple[Triple, ...] = ()


def asked_of(unsatisfiable: Sequence[tuple[str, str]]) -> list[UnsatisfiabilityTest]:
    """The classes to ask of, given IRIs and their kinds; one empty question where there are none.

    The empty question is why nothing can be at all.
    """
    if not unsatisfiable:
        return [UnsatisfiabilityTest("", "")]
    return [
        UnsatisfiabilityTest(iri, iri)
        if kind == OWL + "Class"
        else UnsatisfiabilityTest(iri, f"{_ASKED}{number}", tuple(_having(iri, kind, number)))
        for number, (iri, kind) in enumerate(unsatisfiable)
    ]


def without_unions(triples: Iterable[Triple]) -> list[Triple]:
    """The triples with every disjoint union as a union and a disjointness."""
    found = []
    for number, triple in enumerate(triples):
        if triple.predicate.value != OWL + "disjointUnionOf":
            found.append(triple)
            continue
        union, all_of = BlankNode(f"union{number}"), BlankNode(f"disjoint{number}")
        found += [
            Triple(triple.subject, NamedNode(OWL + "equivalentClass"), union),
            Triple(union, _TYPE, _CLASS),
            Triple(union, NamedNode(OWL + "unionOf"), triple.object),
            Triple(all_of, _TYPE, NamedNode(OWL + "AllDisjointClasses")),
            Triple(all_of, NamedNode(OWL + "members"), triple.object),
        ]
    return found


def _having(prop: str, kind: str, number: int) -> Iterable[Triple]:
    """The class of what has a property, which has a member where the property joins anything."""
    having, restriction = NamedNode(f"{_ASKED}{number}"), BlankNode(f"asked{number}")
    any_value = RDFS + "Literal" if kind == OWL + "DatatypeProperty" else OWL + "Thing"
    return (
        Triple(having, _TYPE, _CLASS),
        Triple(having, NamedNode(RDFS + "subClassOf"), restriction),
        Triple(restriction, _TYPE, NamedNode(OWL + "Restriction")),
        Triple(restriction, NamedNode(OWL + "onProperty"), NamedNode(prop)),
        Triple(restriction, NamedNode(OWL + "someValuesFrom"), NamedNode(any_value)),
    )
