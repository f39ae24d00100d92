"""The faces of Tenure, each asked in its own way and answering in the same lines.

Order is no part of an answer here, so lines are sorted.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch
from urllib.parse import quote, urlencode

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, parse
from tests.golden.questions import Case
from typer.testing import CliRunner

from tenure import cli
from tenure.catalog import Catalog, ask
from tenure.cli import ask as ask_command
from tenure.cli import reading
from tenure.errors import TenureError
from tenure.export import export_into
from tenure.knowledge import KnowledgeBase
from tenure.store import Solutions, Triples, result_format
from tenure.temporal import Certainty

Lines = list[str]

REFUSED = "! refused"
"""What every face answers instead of rows where the question is an error."""


class Face(Protocol):
    """What can be asked all cases."""

    def answer(self, case: Case) -> Lines:
        """The answer, in lines."""
        ...

    def close(self) -> None:
        """Nothing more is asked."""
        ...


class Library:
    """Python, in this process."""

    def __init__(self, kb: KnowledgeBase, catalog: Catalog) -> None:
        self._kb = kb
        self._catalog = catalog

    def answer(self, case: Case) -> Lines:
        """As :meth:`Face.answer`."""
        kb = self._kb
        try:
            policy = kb.policy(case.policy)
            if case.kind == "ask":
                found = ask(kb, self._catalog.find(case.name), dict(case.arguments), policy)
                assert isinstance(found, Solutions)
                return rows(found.serialise(result_format("json")), kb.names.base)
            if case.kind == "explain":
                explained = kb.explain(kb.names.entity_iri(case.name), policy)
                return flat(explained.to_dict(), kb.names.base)
            if case.kind in ("certain", "possible"):
                degree = Certainty(case.kind)
                triples = kb.slice(kb.moment(at=case.name), policy, degree=degree)
                return statements(triples, kb.names.base)
            if case.kind == "certainty":
                answer = kb.query(graph_of(case, kb.names.base))
                assert isinstance(answer, Triples)
                return statements(answer, kb.names.base)
            output = io.BytesIO()
            export_into(kb, "nq", output)
            return exported(output.getvalue(), kb.names.base)
        except TenureError:
            return [REFUSED]


def words_of(case: Case, base: str) -> list[str]:
    """The command that asks a case."""
    under = ["--policy", case.policy] if case.policy else []
    if case.kind == "ask":
        options = [word for name, value in case.arguments for word in (f"--{name}", value)]
        return ["ask", case.name, *options, "--format", "json", *under]
    if case.kind == "explain":
        return ["explain", case.name, "--format", "json", *under]
    if case.kind in ("certain", "possible"):
        more = ["--possible"] if case.kind == "possible" else []
        return ["at", case.name, *more, "--format", "nt", *under]
    if case.kind == "certainty":
        return ["query", graph_of(case, base), "--format", "nt"]
    return ["export", "nq"]


def read_output(case: Case, output: bytes, base: str) -> Lines:
    """The lines of what a command or the service has written."""
    if case.kind == "ask":
        return rows(output, base)
    if case.kind == "explain":
        return flat(json.loads(output), base)
    if case.kind == "export":
        return exported(output, base)
    return statements(parse(output, format=RdfFormat.N_TRIPLES), base)


class Command:
    """The command line in this process, over a knowledge base that is open already."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._app = cli.build_app()
        self._runner = CliRunner()

    def answer(self, case: Case) -> Lines:
        """As :meth:`Face.answer`."""
        done = self._runner.invoke(self._app, words_of(case, self._base))
        if done.exit_code == 2:
            return [REFUSED]
        assert done.exit_code == 0, (str(case), done.output)
        return read_output(case, done.stdout_bytes, self._base)


@contextmanager
def command(kb: KnowledgeBase, catalog: Catalog) -> Iterator[Command]:
    """The command line; whatever it opens is ``kb``, which spares each run half a second."""
    with ExitStack() as patches:
        for module in (ask_command, reading):
            patches.enter_context(patch.object(module, "opened", lambda *_: kb))
        patches.enter_context(patch.object(Catalog, "load", lambda *_, **__: catalog))
        yield Command(kb.names.base)


class Process:
    """The command line as people run it, each time a process of its own."""

    def __init__(self, base: str, facts: Path, cwd: Path) -> None:
        self._base = base
        self._facts = facts
        self._cwd = cwd

    def answer(self, case: Case) -> Lines:
        """As :meth:`Face.answer`."""
        words = [sys.executable, "-m", "tenure", *words_of(case, self._base)]
        words += ["--facts", str(self._facts)]
        done = subprocess.run(words, cwd=self._cwd, capture_output=True, check=False)
        if done.returncode == 2:
            return [REFUSED]
        assert done.returncode == 0, (str(case), done.stderr)
        return read_output(case, done.stdout, self._base)

    def close(self) -> None:
        """As :meth:`Face.close`: there is nothing to close."""


class Service:
    """The service, over HTTP."""

    def __init__(self, port: int, base: str) -> None:
        self._base = base
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def answer(self, case: Case) -> Lines:
        """As :meth:`Face.answer`."""
        self._connection.request("GET", self._address(case))
        response = self._connection.getresponse()
        body = response.read()
        if 400 <= response.status < 500:
            return [REFUSED]
        assert response.status == 200, (str(case), response.status, body[:500])
        return read_output(case, body, self._base)

    def close(self) -> None:
        """As :meth:`Face.close`."""
        self._connection.close()

    def _address(self, case: Case) -> str:
        asked = {"policy": case.policy} if case.policy else {}
        if case.kind == "ask":
            asked |= {**dict(case.arguments), "format": "json"}
            return f"/queries/{case.name}?{urlencode(asked)}"
        if case.kind == "explain":
            return f"/explain/{quote(case.name)}?{urlencode({**asked, 'format': 'json'})}"
        if case.kind == "certain":
            return f"/at/{quote(case.name)}?format=nt"
        if case.kind == "possible":
            return f"/at/{quote(case.name)}/possible?format=nt"
        if case.kind == "certainty":
            return "/sparql?" + urlencode({"query": graph_of(case, self._base), "format": "nt"})
        return "/export/nq"


# --- answers in lines ----------------------------------------------------------------------------


def graph_of(case: Case, base: str) -> str:
    """A query for all that the graph of a day's certainty holds."""
    clause = f"FROM <{base}at/{case.name}/certainty>"
    return f"CONSTRUCT {{ ?s ?p ?o }} {clause} WHERE {{ ?s ?p ?o }}"


def rows(text: bytes, base: str) -> Lines:
    """The rows of SPARQL results in JSON, a line each; unbound columns are left out."""
    found = json.loads(text)
    lines = [
        " | ".join(
            f"{name}={_term(row[name], base)}" for name in found["head"]["vars"] if name in row
        )
        for row in found["results"]["bindings"]
    ]
    return sorted(lines)


def _term(term: Mapping[str, str], base: str) -> str:
    value = term["value"]
    if term["type"] == "uri":
        return _short(value, base)
    if term["type"] == "bnode":
        return "_:"
    kind = term.get("datatype", "").rpartition("#")[2]
    mark = f"@{term['xml:lang']}" if "xml:lang" in term else f"^{kind}" if kind else ""
    return f'"{value}"{mark}'


def _short(text: str, base: str) -> str:
    return text.replace(f"{base}id/", "").replace(base, ":")


def flat(data: Any, base: str, path: str = "") -> Lines:
    """Nested data as lines of paths and values; empty lists and members are left out."""
    if isinstance(data, Mapping):
        return [line for name in data for line in flat(data[name], base, f"{path}.{name}")]
    if isinstance(data, list | tuple):
        return [line for n, one in enumerate(data) for line in flat(one, base, f"{path}.{n}")]
    return [] if data is None else [f"{path} {_short(str(data), base)}"]


def statements(found: Iterable[Triple | Quad], base: str) -> Lines:
    """Statements, a line each."""
    return sorted({_short(f"{one.subject} {one.predicate} {one.object}", base) for one in found})


def exported(data: bytes, base: str) -> Lines:
    """Of each graph of an export its size, and a digest of what it holds."""
    graphs: dict[str, list[str]] = {}
    for quad in parse(data, format=RdfFormat.N_QUADS):
        graph = quad.graph_name
        name = "" if isinstance(graph, DefaultGraph) else _short(graph.value, base)
        graphs.setdefault(name, []).append(f"{quad.subject} {quad.predicate} {quad.object}")
    return [f"{name} {len(lines)} {_digest(lines)}" for name, lines in sorted(graphs.items())]


def _digest(lines: Lines) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]
