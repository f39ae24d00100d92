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
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, Triple, serialize

from tenure.reason.programs import NotReasoned, java, shipped
from tenure.reason.report import Clash

MOST_TERMS: Final = 5
"""How many of the terms that can have no member are explained; one cause often breaks many."""

_MEGABYTES: Final = 2000
_SETS: Final = 2
_FIRST: Final = re.compile(r"^\s*(\d+)\)\s+(.*)$")


def explain(
    triples: Iterable[Triple], unsatisfiable: Sequence[str], limit: float
) -> tuple[tuple[Clash, ...], str]:
    """The smallest sets of axioms that clash, and why there are none where there are none.

    Args:
        triples: what was reasoned over, as the reasoner was shown it; it must import nothing.
        unsatisfiable: the classes that can have no member; empty for an inconsistent ontology.
        limit: how many seconds all explanations together may take.
    """
    try:
        command = _command()
    except NotReasoned as error:
        return (), str(error)
    ends = time.monotonic() + limit
    found: list[Clash] = []
    with tempfile.TemporaryDirectory(prefix="tenure-reason-") as folder:
        file = Path(folder) / "ontology.nt"
        file.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
        asked = (
            [("", [])]
            if not unsatisfiable
            else [(iri, ["--unsat", iri]) for iri in unsatisfiable[:MOST_TERMS]]
        )
        for iri, words in asked:
            try:
                done = subprocess.run(  # noqa: S603 - our own program on our own file
                    [*command, *words, str(file)],
                    capture_output=True,
                    check=False,
                    timeout=max(0.001, ends - time.monotonic()),
                )
            except subprocess.TimeoutExpired:
                return tuple(found), f"Pellet found no reason within {limit:g} seconds."
            found += read_explanation(done.stdout.decode(errors="replace"), iri)
    return tuple(found), "" if found else "Pellet found no axioms that clash."


def read_explanation(output: str, about: str) -> list[Clash]:
    """The sets of axioms in what Pellet prints, each axiom on a line of its own.

    >>> read_explanation("1)   x type Dead", "")
    [Clash(about='', axioms=('x type Dead',))]
    """
    sets: list[list[str]] = []
    for line in output.splitlines():
        first = _FIRST.match(line)
        if first:
            sets.append([first[2].strip()])
        elif sets and line.startswith("     ") and line.strip():
            sets[-1].append(line.strip())
    return [Clash(about, tuple(sorted(axioms))) for axioms in sets]


def _command() -> list[str]:
    program = java()
    folder = shipped("pellet", "pellet-2.3.1.jar").parent
    archives = os.pathsep.join(str(file) for file in sorted(folder.glob("*.jar")))
    start = [program, f"-Xmx{_MEGABYTES}M", "-Dfile.encoding=UTF-8", "-cp", archives]
    return [*start, "pellet.Pellet", "explain", "--ignore-imports", "--max", str(_SETS)]
