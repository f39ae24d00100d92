"""HermiT, the OWL 2 DL reasoner that travels inside the package owlready2, run as a program.

Glimm, Horrocks, Motik, Stoilos and Wang, "HermiT: An OWL 2 Reasoner", Journal of Automated
Reasoning 53 (2014). owlready2's own call leaves its file behind when it finds an inconsistency,
waits for ever, and loses members of a large set of equivalent classes; so its Java archive is
started here, with a time limit, on a file in a folder that goes away.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from pyoxigraph import RdfFormat, Triple, serialize

from tenure.errors import BadInput
from tenure.own_folder import own_folder
from tenure.reason.owl import OWL
from tenure.reason.programs import NotReasoned, shipped, started

_MEGABYTES: Final = 2000
_AXIOM: Final = re.compile(r"^(\w+)\( (.*) \)\s*$", re.MULTILINE)
_INVERSE: Final = re.compile(r"ObjectInverseOf\( [^()]* \)")
# It prints names of datatype properties as >name>, and those of all else as <name>.
_NAME: Final = re.compile(r"[<>]([^<>\s]+)>")
_THROWN: Final = re.compile(
    r"^Exception in thread \"main\" [\w.$]+: (.*?)(?=\n\tat |\Z)", re.DOTALL | re.MULTILINE
)
_BOTTOM: Final = frozenset(
    OWL + name for name in ("Nothing", "bottomObjectProperty", "bottomDataProperty")
)
_TOP: Final = frozenset(OWL + name for name in ("Thing", "topObjectProperty", "topDataProperty"))


@dataclass(frozen=True, slots=True)
class Classification:
    """What the reasoner says: IRIs of what can have no member, and direct pairs of classes."""

    consistent: bool
    unsatisfiable: tuple[str, ...]
    subclasses: tuple[tuple[str, str], ...]
    seconds: float


class Members(NamedTuple):
    """What follows of individuals and classes: IRIs with those of their classes."""

    types: tuple[tuple[str, str], ...]
    subclasses: tuple[tuple[str, str], ...]


def classify(triples: Iterable[Triple], limit: float) -> Classification:
    """Let HermiT classify an ontology, in at most ``limit`` seconds.

    ``triples`` must import nothing: HermiT would fetch it.

    Raises:
        NotReasoned: there is no Java, no HermiT, or too little time.
        BadInput: HermiT refuses the ontology.
    """
    began = time.monotonic()
    printed = _printed(triples, limit, individuals=False)
    seconds = time.monotonic() - began
    return Classification(False, (), (), seconds) if printed is None else _read(printed, seconds)


def members(triples: Iterable[Triple], limit: float = 600.0) -> Members | None:
    """Let HermiT find the classes of every individual, and those above each class.

    None where no world fits the statements. Properties are not put in order: with two hundred of
    them and a thousand individuals HermiT would not end. Raises as :func:`classify`.
    """
    printed = _printed(triples, limit, individuals=True)
    if printed is None:
        return None
    types = {
        (iris[0], iris[1])
        for kind, names in _AXIOM.findall(printed)
        if kind == "Type" and len(iris := _NAME.findall(names)) == 2
    }
    return Members(tuple(sorted(types)), _read(printed, 0.0).subclasses)


def _printed(triples: Iterable[Triple], limit: float, *, individuals: bool) -> str | None:
    """What HermiT prints; None where the statements are inconsistent."""
    jar = shipped("hermit", "HermiT.jar")
    # Classes beside the archive, put before it, teach its command line about individuals.
    path = os.pathsep.join((str(jar.parent), str(jar))) if individuals else str(jar)
    with own_folder("reason") as folder:
        file = folder / "ontology.nt"
        file.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
        command = started(_MEGABYTES, path, "org.semanticweb.HermiT.cli.CommandLine")
        if individuals:
            command += ["-c", "-I", file.as_uri(), "--ignoreUnsupportedDatatypes"]
        else:
            command += ["-c", "-O", "-D", file.as_uri()]
        try:
            done = subprocess.run(  # noqa: S603 - our own program on our own file
                command, capture_output=True, check=False, timeout=limit
            )
        except subprocess.TimeoutExpired:
            raise NotReasoned(
                f"HermiT did not finish within {limit:g} seconds. Give it more, or fewer files."
            ) from None
    said = done.stderr.decode(errors="replace")
    if done.returncode == 0:
        return done.stdout.decode(errors="replace")
    if "Inconsistent ontology" in said:
        return None
    if "OutOfMemoryError" in said:
        raise BadInput(
            f"HermiT did not find room for this in {_MEGABYTES} megabytes.",
            where="ontology",
            remedy="Reason over fewer files.",
        )
    thrown = _THROWN.search(said)
    what = " ".join((thrown[1] if thrown else said).split())[:400]
    raise BadInput(
        f"HermiT cannot reason over this: {what.rstrip('.') or 'it says nothing'}.",
        where="ontology",
        remedy="Correct that value or axiom.",
    )


def _read(output: str, seconds: float) -> Classification:
    """The axioms that HermiT prints: the direct hierarchy, and what is equivalent."""
    unsatisfiable: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for kind, names in _AXIOM.findall(output):
        iris = _NAME.findall(_INVERSE.sub("", names))
        if kind.startswith("Equivalent") and _BOTTOM.intersection(iris):
            unsatisfiable |= set(iris) - _BOTTOM
        elif kind == "EquivalentClasses":
            pairs |= {(one, other) for one in iris for other in iris if one != other}
        elif kind == "SubClassOf" and len(iris) == 2:
            pairs.add((iris[0], iris[1]))
    named = (pair for pair in pairs if _TOP.isdisjoint(pair))
    return Classification(True, tuple(sorted(unsatisfiable)), tuple(sorted(named)), seconds)
