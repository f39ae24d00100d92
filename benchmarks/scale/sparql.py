"""Engines of RDF asked by a plain FILTER on the bounds: Oxigraph, rdflib, Fuseki with TDB2."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.scale.processes import tree
from benchmarks.scale.work import CERTAIN, POSSIBLE, RULED_OUT, Row, changed, gaps
from tenure.namespaces import BASE
from tenure.temporal import iso, parse_iso

_PREFIXES = f"PREFIX tn: <{BASE}ontology#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
_TENURE = "?t a tn:Tenure ; tn:subject ?who ; tn:object ?office ."
_OPTIONAL = "OPTIONAL {{ ?t tn:{0} ?{0} }}"
_OUTER = " ".join(_OPTIONAL.format(name) for name in ("startEarliest", "endLatest"))
_INNER = " ".join(_OPTIONAL.format(name) for name in ("startLatest", "endEarliest"))
_JENA = "5.2.0"


def _date(day: int) -> str:
    return f'"{iso(day)}"^^xsd:date'


def _maybe(first: int, last: int) -> str:
    return (
        f"((!BOUND(?startEarliest) || ?startEarliest <= {_date(last)})"
        f" && (!BOUND(?endLatest) || ?endLatest >= {_date(first)}))"
    )


def _surely(first: int, last: int) -> str:
    return f"(?startLatest <= {_date(last)} && ?endEarliest >= {_date(first)})"


def _degree(first: int, last: int, name: str = "sure") -> str:
    sure = f'COALESCE(IF({_surely(first, last)}, "{CERTAIN}", "{POSSIBLE}"), "{POSSIBLE}")'
    return f"BIND ({sure} AS ?{name})"


class _Sparql:
    name: str

    def _select(self, query: str) -> bytes:
        """The answer as SPARQL's JSON."""
        raise NotImplementedError

    def _ask(self, columns: str, body: str) -> object:
        return self._select(f"{_PREFIXES} SELECT DISTINCT {columns} {{ {body} }}")

    def _judged(self, columns: str, first: int, last: int, more: str = "") -> object:
        body = f"{more} {_TENURE} {_OUTER} FILTER {_maybe(first, last)} {_INNER}"
        return self._ask(columns, f"{body} {_degree(first, last)}")

    def day(self, on: int) -> object:
        return self._judged("?office ?who ?sure", on, on)

    def plain(self, on: int) -> object:
        bounds = "?t tn:startLatest ?startLatest ; tn:endEarliest ?endEarliest ."
        return self._ask("?who ?office", f"{_TENURE} {bounds} FILTER {_surely(on, on)}")

    def office(self, office: str, on: int) -> object:
        return self._judged("?t ?who ?sure", on, on, f"?t tn:object <{BASE}{office}> .")

    def stretch(self, first: int, last: int) -> object:
        return self._judged("?t ?sure", first, last)

    def changes(self, first: int, last: int) -> object:
        degrees = " ".join(
            f"{_degree(day, day, f'at_{name}')}"
            f' BIND (IF({_maybe(day, day)}, ?at_{name}, "{RULED_OUT}") AS ?{name})'
            for name, day in (("was", first), ("now", last))
        )
        body = f"?t a tn:Tenure . {_OUTER} {_INNER} {degrees} FILTER (?was != ?now)"
        return self._ask("?t ?was ?now", body)

    def vacancies(self, office: str, first: int, last: int) -> object:
        """The bounds of all holders; the gaps are counted outside, which no other has to."""
        answer = self._ask(
            "?t ?startEarliest ?endLatest",
            f"?t a tn:Tenure ; tn:object <{BASE}{office}> . {_OUTER}",
        )
        stretches = [
            (parse_iso(one[1]) if one[1] else None, parse_iso(one[2]) if one[2] else None)
            for one in _values(answer)
        ]
        return list(gaps(stretches, first, last))

    def history(self, person: str) -> object:
        return self._ask("?t", f"?t a tn:Tenure ; tn:subject <{BASE}{person}> .")

    def rows(self, work: str, answer: object) -> Iterable[Row]:
        if isinstance(answer, list):
            return answer
        found = (tuple(one.removeprefix(BASE) for one in row) for row in _values(answer))
        return changed(found) if work == "changes" else found


def _values(answer: object) -> Iterable[Row]:
    assert isinstance(answer, bytes)
    read = json.loads(answer)
    for row in read["results"]["bindings"]:
        yield tuple(row[name]["value"] if name in row else "" for name in read["head"]["vars"])


class Oxigraph(_Sparql):
    """Oxigraph in this process, its store on the disk."""

    name = "Oxigraph, FILTER"

    def load(self, folder: Path) -> None:
        import pyoxigraph

        self._path = folder / "oxigraph"
        shutil.rmtree(self._path, ignore_errors=True)
        self._store = pyoxigraph.Store(str(self._path))
        self._store.bulk_load(path=str(folder / "bounds.nt"), format=pyoxigraph.RdfFormat.N_TRIPLES)
        self._store.optimize()
        self._json = pyoxigraph.QueryResultsFormat.JSON

    def _select(self, query: str) -> bytes:
        answer = self._store.query(query)
        text = answer.serialize(format=self._json)  # type: ignore[union-attr]
        assert text is not None
        return text

    def pids(self) -> Sequence[int]:
        return ()

    def disk(self) -> int:
        return sum(one.stat().st_size for one in self._path.rglob("*") if one.is_file())

    def close(self) -> None:
        del self._store


class Rdflib(_Sparql):
    """rdflib in this process, in memory, by its own engine."""

    name = "rdflib, FILTER"

    def load(self, folder: Path) -> None:
        import rdflib

        self._graph = rdflib.Graph()
        self._graph.parse(folder / "bounds.nt", format="nt")

    def _select(self, query: str) -> bytes:
        text = self._graph.query(query).serialize(format="json")
        assert text is not None
        return text

    def pids(self) -> Sequence[int]:
        return ()

    def disk(self) -> int:
        return 0

    def close(self) -> None:
        return


class Fuseki(_Sparql):
    """Apache Jena Fuseki over HTTP, its store TDB2, loaded by its own loader."""

    name = "Fuseki TDB2, FILTER"

    def load(self, folder: Path) -> None:
        java, maven = shutil.which("java"), shutil.which("mvn")
        if not (java and maven):
            raise ImportError("java and mvn")
        jar = Path.home() / (
            f".m2/repository/org/apache/jena/jena-fuseki-server/{_JENA}"
            f"/jena-fuseki-server-{_JENA}.jar"
        )
        if not jar.exists():
            artifact = f"org.apache.jena:jena-fuseki-server:{_JENA}"
            subprocess.run(
                [maven, "-q", "dependency:get", f"-Dartifact={artifact}", "-Dtransitive=false"],
                check=True,
                stdout=subprocess.DEVNULL,
            )
        self._path = folder / "tdb2"
        shutil.rmtree(self._path, ignore_errors=True)
        subprocess.run(
            [java, "-cp", jar, "tdb2.tdbloader", "--loc", self._path, folder / "bounds.nt"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._server = subprocess.Popen(
            [
                *(java, "-Xmx3g", "-cp", jar, "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"),
                *("--localhost", f"--port={port}", "--tdb2", f"--loc={self._path}", "/register"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._address = f"http://127.0.0.1:{port}/register/sparql"
        for left in range(300, -1, -1):
            try:
                self._select("ASK {}")
                return
            except (OSError, urllib.error.URLError):
                if not left or self._server.poll() is not None:
                    raise
                time.sleep(0.1)

    def _select(self, query: str) -> bytes:
        asked = urllib.request.Request(
            self._address,
            urllib.parse.urlencode({"query": query}).encode(),
            {"Accept": "application/sparql-results+json"},
        )
        with urllib.request.urlopen(asked, timeout=600) as answer:
            text: bytes = answer.read()
        return text

    def pids(self) -> Sequence[int]:
        return list(tree(self._server.pid))

    def disk(self) -> int:
        return sum(one.stat().st_size for one in self._path.rglob("*") if one.is_file())

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(30)
