"""A generated register as each engine takes it in: a store of Tenure's, a table, plain triples."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

from benchmarks.writing import fill
from tenure.knowledge import open_knowledge_base
from tenure.namespaces import BASE, Names
from tenure.store import Solutions, Store
from tenure.store.formats import CSV

_BOUNDS = ("startEarliest", "startLatest", "endEarliest", "endLatest")
_TN = f"{BASE}ontology#"


def make(folder: Path, tenures: int) -> dict[str, float]:
    """Writes ``store``, ``bounds.csv`` and ``bounds.nt``; seconds of processor time of the steps.

    The bounds are those that Tenure made of the claims: whoever asks the others of days has the
    days that they would have to derive.
    """
    taken = {}
    began = time.process_time()
    fill(folder / "store", folder / "claims", tenures)
    taken["claims put into a store"] = time.process_time() - began
    began = time.process_time()
    open_knowledge_base(store=folder / "store").store.close()
    taken["world built of them"] = time.process_time() - began
    store = Store(folder / "store")
    optional = " ".join(f"OPTIONAL {{ ?tenure tn:{name} ?{name} }}" for name in _BOUNDS)
    answer = store.query(
        f"PREFIX tn: <{_TN}> SELECT ?tenure ?person ?office {' '.join(f'?{n}' for n in _BOUNDS)}"
        f" {{ ?tenure a tn:Tenure ; tn:subject ?person ; tn:object ?office . {optional} }}",
        default_graphs=[Names(BASE).graph("world")],
        named_graphs=(),
    )
    assert isinstance(answer, Solutions)
    lines = csv.reader(io.StringIO(answer.serialise(CSV).decode(), newline=""))
    next(lines)
    with (
        (folder / "bounds.csv").open("w", newline="", encoding="utf-8") as table,
        (folder / "bounds.nt").open("w", encoding="utf-8") as triples,
    ):
        out = csv.writer(table)
        out.writerow(["tenure", "person", "office", *_BOUNDS])
        for tenure, person, office, *days in lines:
            out.writerow([*(one.removeprefix(BASE) for one in (tenure, person, office)), *days])
            rest = [("subject", f"<{person}>"), ("object", f"<{office}>")]
            rest += [
                (name, f'"{day}"^^<http://www.w3.org/2001/XMLSchema#date>')
                for name, day in zip(_BOUNDS, days, strict=True)
                if day
            ]
            triples.write(
                f"<{tenure}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{_TN}Tenure> .\n"
            )
            triples.writelines(f"<{tenure}> <{_TN}{name}> {value} .\n" for name, value in rest)
    store.close()
    return taken
