"""Who was in office on a day, by a pattern over the temporal index and by a FILTER over bounds.

Processor time, as the median of several runs, of queries of the engine alone; both have to give the
same rows. What the index costs is told beside it: the world is built with it and without.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from unittest.mock import patch

from pyoxigraph import Quad

from benchmarks.result import Result
from benchmarks.writing import fill
from tenure.catalog import Catalog, ask
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.temporal_index import TemporalIndex
from tenure.model import Occurrence
from tenure.namespaces import BASE, Names
from tenure.store import Answer, Solutions, Store
from tenure.store.formats import CSV
from tenure.temporal import Certainty, iso, parse_iso
from tenure.views import pattern

TENURES = 10_000
MORE = 100_000
RUNS = 5
RANGES = (
    ("a day", "1985-06-01", 0),
    ("30 days", "1985-06-01", 29),
    ("ten years", "1985-01-01", 3_651),
)

_COLUMNS = "?t a tn:Tenure ; tn:subject ?who ; tn:object ?office ."
_CERTAIN = "?t tn:startLatest ?start ; tn:endEarliest ?end FILTER (?start <= {to} && ?end >= {on})"
_POSSIBLE = (
    "OPTIONAL {{ ?t tn:startEarliest ?start }} OPTIONAL {{ ?t tn:endLatest ?end }}"
    " FILTER ((!BOUND(?start) || ?start <= {to}) && (!BOUND(?end) || ?end >= {on}))"
)


_HOLDS = (
    "PREFIX tn: <https://w3id.org/tenure/ontology#>"
    " SELECT ?t ?who ?office FROM <https://w3id.org/tenure/at/{on}>"
    " {{ ?t tn:holder ?who ; tn:office ?office }}"
)


class _Nothing(TemporalIndex):
    """No index at all."""

    def of(self, _: Iterable[Occurrence]) -> Iterator[Quad]:
        return iter(())


def days() -> list[Result]:
    """Ten thousand tenures."""
    return list(_days(TENURES))


def days_100_000() -> list[Result]:
    """A hundred thousand."""
    return list(_days(MORE))


def _days(tenures: int) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        taken, sizes = [], []
        for name in ("without", "with"):
            path = Path(folder) / name
            fill(path, Path(folder) / f"facts-{name}", tenures)
            began = time.process_time()
            with patch(
                "tenure.knowledge.materialise.TemporalIndex",
                _Nothing if name == "without" else TemporalIndex,
            ):
                KnowledgeBase(Store(path), Names(BASE)).close()
            taken.append(time.process_time() - began)
            sizes.append(sum(one.stat().st_size for one in path.rglob("*") if one.is_file()))
        kb = KnowledgeBase(Store(path), Names(BASE))
        number = sum(1 for _ in kb.store.quads(kb.names.temporal_index))
        print(
            f"days: {tenures:,} tenures, world built in {taken[0]:.1f} s, with the index in"
            f" {taken[1]:.1f} s; {number / tenures:.2f} triples and"
            f" {(sizes[1] - sizes[0]) / tenures:.0f} bytes a tenure",
            file=sys.stderr,
        )
        for what, on, length in RANGES:
            for degree in (Certainty.CERTAIN, Certainty.POSSIBLE):
                yield _asked(kb, tenures, what, parse_iso(on), length, degree)
        yield _named(kb, tenures)
        yield _in_one_office(kb, tenures)
        kb.close()


def _asked(
    kb: KnowledgeBase, tenures: int, what: str, on: int, length: int, degree: Certainty
) -> Result:
    text = _CERTAIN if degree is Certainty.CERTAIN else _POSSIBLE
    date = {"on": f'"{iso(on)}"^^xsd:date', "to": f'"{iso(on + length)}"^^xsd:date'}
    by_index = pattern(kb.names, on, on + length, degree=degree, variable="t")
    ours, found = _median(kb, f"{by_index} {_COLUMNS}")
    peer, expected = _median(kb, f"{_COLUMNS} {text.format(**date)}")
    if found != expected:
        raise SystemExit(f"days: {len(found)} rows by the index, {len(expected)} by the filter")
    name = f"who was in office on {what}, {degree}, of {tenures:,} tenures"
    return Result(name, ours, peer, "a plain FILTER on bounds", len(found))


def _named(kb: KnowledgeBase, tenures: int) -> Result:
    """Who certainly held what on days of which nobody has asked yet, by their graphs."""
    kb.query(_HOLDS.format(on="1970-01-01"))
    taken, peers, rows = [], [], 0
    for run in range(RUNS):
        on = iso(parse_iso("1985-06-01") + 400 * run)
        began = time.process_time()
        ours = _lines(kb.query(_HOLDS.format(on=on)))
        taken.append(time.process_time() - began)
        date = f'"{on}"^^xsd:date'
        peer, found = _median(kb, f"{_COLUMNS} {_CERTAIN.format(on=date, to=date)}")
        peers.append(peer)
        if len(found) != len(ours):
            raise SystemExit(f"days: {len(ours)} rows by the graph, {len(found)} by the filter")
        rows += len(found) - 1
    ours_median, peer_median = statistics.median(taken), statistics.median(peers)
    name = f"who certainly held what on a new day by its graph, of {tenures:,} tenures"
    return Result(name, ours_median, peer_median, "a plain FILTER on bounds", rows)


def _in_one_office(kb: KnowledgeBase, tenures: int) -> Result:
    """One office on a new day, as the catalogue asks it, with all columns of its rows."""
    question = Catalog.load()["office-holders"]
    taken, peers, rows = [], [], 0
    office = f"<{kb.names.entity_iri('office/o7')}>"
    for run in range(RUNS + 1):
        on = iso(parse_iso("1985-06-01") + 400 * run)
        began = time.process_time()
        ours = _lines(ask(kb, question, {"office": "office/o7", "at": on}))
        date = f'"{on}"^^xsd:date'
        body = _COLUMNS.replace("?office", office) + _POSSIBLE.format(on=date, to=date)
        if run:  # the first reads what it needs of the columns
            taken.append(time.process_time() - began)
            peers.append(_median(kb, body)[0])
        found = _median(kb, body)[1]
        if len(found) != len(ours):
            raise SystemExit(f"days: {len(ours)} holders by the question, {len(found)} by FILTER")
        rows += len(found) - 1
    name = f"who was in one office on a new day, as asked of the catalogue, of {tenures:,} tenures"
    ours_median, peer_median = statistics.median(taken), statistics.median(peers)
    return Result(name, ours_median, peer_median, "a plain FILTER for two columns", rows)


def _lines(answer: Answer) -> list[bytes]:
    assert isinstance(answer, Solutions)
    return answer.serialise(CSV).splitlines()


def _median(kb: KnowledgeBase, body: str) -> tuple[float, list[bytes]]:
    """Processor time of a query with its rows written, and the rows in order."""
    query = (
        "PREFIX tn: <https://w3id.org/tenure/ontology#>"
        " PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
        f" SELECT DISTINCT ?t ?who ?office {{ {body} }}"
    )
    taken, rows = [], b""
    for _ in range(RUNS):
        began = time.process_time()
        answer = kb.store.query(query, default_graphs=[kb.names.graph("world")])
        assert isinstance(answer, Solutions)
        rows = answer.serialise(CSV)
        taken.append(time.process_time() - began)
    return statistics.median(taken), sorted(rows.splitlines())
