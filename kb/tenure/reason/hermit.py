"""HermiT, the OWL 2 DL reasoner that travels inside the package owlready2, run as a program.

Glimm, Horrocks, Motik, Stoilos and Wang, "HermiT: An OWL 2 Reasoner", Journal of Automated
Reasoning 53 (2014). owlready2's own call leaves its file behind when it finds an inconsistency,
waits for ever, and loses members of a large set of equivalent classes; so its Java archive is
started here, with a time limit, on a file in a folder that goes away.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import RdfFormat, Triple, serialize

from tenure.errors import BadInput
from tenure.own_folder import own_folder
from tenure.reason.owl import OWL
from tenure.reason.programs import NotReasoned, java, shipped

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


def classify(triples: Iterable[Triple], limit: float) -> Classification:
    """Let HermiT classify an ontology, in at most ``limit`` seconds.

    ``triples`` must import nothing: HermiT would fetch it.

    Raises:
        NotReasoned: there is no Java, no HermiT, or too little time.
        BadInput: HermiT refuses the ontology.
    """
    program, jar = java(), shipped("hermit", "HermiT.jar")
    began = time.monotonic()
    with own_folder("reason") as folder:
        file = folder / "ontology.nt"
        file.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
        command = [program, f"-Xmx{_MEGABYTES}M", "-Dfile.encoding=UTF-8", "-cp", str(jar)]
        command += ["org.semanticweb.HermiT.cli.CommandLine", "-c", "-O", "-D", file.as_uri()]
        try:
            done = subprocess.run(  # noqa: S603 - our own program on our own file
                command, capture_output=True, check=False, timeout=limit
            )
        except subprocess.TimeoutExpired:
            raise NotReasoned(
                f"HermiT did not finish within {limit:g} seconds. Give it more, or fewer files."
            ) from None
    seconds = time.monotonic() - began
    said = done.stderr.decode(errors="replace")
    if done.returncode == 0:
        return _read(done.stdout.decode(errors="replace"), seconds)
    if "Inconsistent ontology" in said:
        return Classification(False, (), (), seconds)
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
