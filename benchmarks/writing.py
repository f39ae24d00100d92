"""One claim written: parsed, held to the shapes, fused, on the disk; beside the disk alone."""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from benchmarks.result import Result
from benchmarks.validation_data import write_registers
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.knowledge.store_state import format_quad
from tenure.namespaces import BASE, Names
from tenure.resources import data_dir
from tenure.store import Store
from tenure.store.formats import TRIG
from tenure.transactions import BodyChange, commit

TENURES = 10_000
_CLAIMS = 30
_DOCUMENT = """
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix tnv: <https://w3id.org/tenure/vocabulary#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@base <https://w3id.org/tenure/> .
<source/register-0-0/record/new-$n> a tn:Record ; tn:recordLocator "new row $n" .
<claim/register-0-0/new-$n> a tn:Claim ; tn:source <source/register-0-0> ;
    tn:statement "Somebody held an office."@en ;
    tn:evidence <source/register-0-0/record/new-$n> ;
    tn:attribution <source/register-0-0/chain/own> ; tn:modality tnv:Asserted ; tn:hedged false .
<claim/register-0-0/new-$n> {
    <id/tenure/p$n--o1> a tn:Tenure ; tn:holder <id/person/p$n> ; tn:office <id/office/o1> ;
        tn:start "1990-05"^^edtf:EDTF .
}
"""


MILLION = 1_000_000


def writing_million() -> list[Result]:
    """Committed claims among a million tenures, whose claims stay in the store."""
    documents = [_DOCUMENT.replace("$n", str(100 + number)) for number in range(_CLAIMS)]
    with tempfile.TemporaryDirectory() as folder:
        peer, found = _bare(Path(folder) / "bare", documents)
        path = Path(folder) / "store"
        began = time.perf_counter()
        fill(path, Path(folder) / "facts", MILLION)
        filled = time.perf_counter() - began
        open_knowledge_base(store=path).store.close()
        built = time.perf_counter() - began - filled
        began = time.perf_counter()
        kb = open_knowledge_base(store=path)
        opened = time.perf_counter() - began
        taken, equal = _committed(kb, documents, found)
        kb.store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"writing-million: {MILLION:,} tenures put into a store in {filled:.0f} s, their world"
        f" built once in {built:.0f} s, peak memory {peak / 2**30:.2f} GiB; opened again in"
        f" {opened:.1f} s; slowest write {max(taken) * 1000:.1f} ms"
    )
    name = f"one claim written among {MILLION:,} tenures (median)"
    return [Result(name, statistics.median(taken), peer, "the statements alone, flushed", equal)]


def fill(path: Path, facts: Path, tenures: int, **shape: int) -> None:
    """Generated registers in a store on disk, without a world; see :func:`write_registers`."""
    facts.mkdir()
    names = Names(BASE)
    store = Store(path)
    for file in sorted(data_dir("ontology").glob("*.ttl")):
        store.fill(_moved(file, RdfFormat.TURTLE, names.graph("ontology")))
    for file in write_registers(facts, tenures, broken_every=10**9, **shape):
        part = "entities" if file.stem == "entities" else "provenance"
        store.fill(_moved(file, RdfFormat.N_QUADS, names.graph(part)))
        file.unlink()
    store.add([format_quad(names)])
    store.flush()
    store.close()


def _moved(path: Path, form: RdfFormat, part: NamedNode) -> Iterator[Quad]:
    for quad in parse(path=str(path), format=form):
        if isinstance(quad.graph_name, NamedNode):
            yield quad
        else:
            yield Quad(quad.subject, quad.predicate, quad.object, part)


def _committed(
    kb: KnowledgeBase, documents: list[str], found: dict[str, set[pyoxigraph.Triple]]
) -> tuple[list[float], int]:
    """Seconds that each commit took, and how many claims are there as they were told.

    Prints what it took of the processor, which other work on the machine changes less.
    """
    taken, used = [], []
    for document in documents:
        began, before = time.perf_counter(), time.process_time()
        commit(kb, BodyChange(document.encode(), TRIG), who="bench", message="One claim.")
        taken.append(time.perf_counter() - began)
        used.append(time.process_time() - before)
    print(f"writing: {statistics.median(used) * 1000:.1f} ms of the processor a claim (median)")
    equal = sum(
        {quad.triple for quad in kb.store.quads(NamedNode(graph))} == triples and graph in kb.claims
        for graph, triples in found.items()
    )
    return taken, equal


def writing() -> list[Result]:
    """Committed claims, the median, on a store on disk; the peer adds the same statements."""
    documents = [_DOCUMENT.replace("$n", str(100 + number)) for number in range(_CLAIMS)]
    with tempfile.TemporaryDirectory() as folder:
        facts = Path(folder) / "facts"
        facts.mkdir()
        write_registers(facts, TENURES, broken_every=10**9)
        (facts / "entities.nq").rename(facts / "entities.ttl")
        peer, found = _bare(Path(folder) / "bare", documents)
        kb = open_knowledge_base(facts, store=Path(folder) / "store")
        try:
            taken, equal = _committed(kb, documents, found)
        finally:
            kb.store.close()
    name = f"one claim written among {TENURES:,} tenures (median)"
    return [Result(name, statistics.median(taken), peer, "the statements alone, flushed", equal)]


def _bare(path: Path, documents: list[str]) -> tuple[float, dict[str, set[pyoxigraph.Triple]]]:
    """Seconds to add a document's statements to a bare store and flush; what its graphs hold."""
    store = pyoxigraph.Store(str(path))
    taken = []
    found: dict[str, set[pyoxigraph.Triple]] = {}
    for document in documents:
        began = time.perf_counter()
        quads = list(parse(document.encode(), format=RdfFormat.TRIG))
        store.extend(quads)
        store.flush()
        taken.append(time.perf_counter() - began)
        for quad in quads:
            if isinstance(quad.graph_name, NamedNode):
                found.setdefault(quad.graph_name.value, set()).add(quad.triple)
    return statistics.median(taken), found
