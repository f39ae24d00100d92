"""Shapes of a user's own send nothing anywhere, however they ask for it."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tenure.errors import TenureError
from tenure.sandbox.confinement import offline
from tenure.validate import UserShapes, validate_paths
from tenure.validate.pyshacl_runner import plain_graph

HEAD = """@prefix ex: <https://example.org/shapes#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
"""
FACTS = """@prefix tn: <https://w3id.org/tenure/ontology#> .
<https://w3id.org/tenure/id/person/ada> a tn:Person .
"""
PLAIN = r"SELECT $this WHERE { SERVICE <URL> { $this ?p ?o } }"


class Listener:
    """Counts who connects."""

    def __init__(self) -> None:
        self.count = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                one, _ = self._socket.accept()
                self.count += 1
                one.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    opened = Listener()
    yield opened
    opened.close()


def constraint(query: str) -> str:
    """A shape with that constraint; a backslash of the query is one that the engine sees."""
    escaped = query.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'ex:S a sh:NodeShape ; sh:targetClass tn:Person ; sh:sparql [ sh:message "No." ;\n'
        f'  sh:prefixes ex:P ; sh:select "{escaped}" ] .\n'
    )


VARIANTS = {
    "plain": constraint(PLAIN),
    "escaped": constraint(PLAIN.replace("SERVICE", r"S\u0045RVICE")),
    "escaped-long": constraint(PLAIN.replace("SERVICE", r"\U00000053ERV\u0049CE SILENT")),
    "escaped-brace": constraint(PLAIN.replace("{ SERVICE", r"\u007B \u0053\u0045RVICE")),
    "in-a-comment": constraint(PLAIN.replace("SERVICE", r"# a comment \u000A SERVICE")),
    "in-a-string": constraint(
        r'SELECT $this WHERE { FILTER("a\u0022 != 1) SERVICE <URL> { $this ?p ?o } #") }'
    ),
    "twice": constraint(PLAIN.replace("SERVICE", r"S\u005Cu0045RVICE")),
    "from": constraint(r"SELECT $this F\u0052OM <URL> WHERE { $this ?p ?o }"),
    "prefix": constraint("SELECT $this WHERE { $this ?p ?o } #")
    + 'ex:P sh:declare [ sh:prefix "p" ; sh:namespace '
    '"URL> SELECT $this WHERE { SERVICE <URL> { $this ?p ?o } } #"^^xsd:anyURI ] .\n',
    "prefix-escaped": constraint("SELECT $this WHERE { $this ?p ?o }")
    + 'ex:P sh:declare [ sh:prefix "p" ; sh:namespace '
    '"URL\\\\u003E SELECT $this WHERE { S\\\\u0045RVICE <URL> { $this ?p ?o } } #"^^xsd:anyURI ]'
    " .\n",
    "ask": "ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:on ] ;\n"
    '  sh:validator [ a sh:SPARQLAskValidator ; sh:message "No." ;\n'
    '    sh:ask "ASK { S\\\\u0045RVICE <URL> { $this ?p ?o } }" ] .\n'
    "ex:S a sh:NodeShape ; sh:targetClass tn:Person ; ex:on true .\n",
    "target": "ex:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ;\n"
    '    sh:select "SELECT ?this WHERE { S\\\\u0045RVICE <URL> { ?this ?p ?o } }" ] ;\n'
    "  sh:class tn:Office .\n",
    "imports": "<https://example.org/shapes> a owl:Ontology ; owl:imports <URL> .\n"
    "ex:S a sh:NodeShape ; sh:targetClass tn:Person ; sh:class tn:Office .\n",
    "js": "ex:S a sh:NodeShape ; sh:targetClass tn:Person ; sh:js [ a sh:JSConstraint ;\n"
    '  sh:jsLibrary [ sh:jsLibraryURL "URL"^^xsd:anyURI ] ; sh:jsFunctionName "f" ] .\n',
}


def written(folder: Path, name: str, address: str) -> tuple[Path, Path]:
    shapes, facts = folder / "own.ttl", folder / "facts.ttl"
    shapes.write_text(HEAD + VARIANTS[name].replace("URL", address), encoding="utf-8")
    facts.write_text(FACTS, encoding="utf-8")
    return shapes, facts


@pytest.mark.parametrize("name", VARIANTS)
def test_nobody_is_called(tmp_path: Path, listener: Listener, name: str) -> None:
    shapes, facts = written(tmp_path, name, listener.address)
    with suppress(TenureError):
        validate_paths([facts], shapes=UserShapes([shapes]))
    assert listener.count == 0


@pytest.mark.parametrize("name", ["plain", "escaped", "escaped-long", "in-a-comment"])
def test_what_would_call_is_refused(tmp_path: Path, listener: Listener, name: str) -> None:
    shapes, _ = written(tmp_path, name, listener.address)
    with pytest.raises(TenureError, match="SERVICE"):
        UserShapes([shapes])


def test_the_command_refuses_it(tmp_path: Path, listener: Listener) -> None:
    shapes, facts = written(tmp_path, "escaped", listener.address)
    done = subprocess.run(
        [sys.executable, "-m", "tenure", "validate", "--shapes", str(shapes), str(facts)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "SERVICE" in done.stderr
    assert listener.count == 0


def test_the_engine_is_not_given_what_would_call(listener: Listener) -> None:
    graph = plain_graph([])
    with pytest.raises(TenureError, match="fetch"):
        graph.query(f"SELECT $this WHERE {{ SERVICE <{listener.address}> {{ $this ?p ?o }} }}")
    assert listener.count == 0


@pytest.mark.skipif(sys.platform != "linux", reason="there is no such filter")
def test_offline_no_connection_can_be_opened_and_elsewhere_it_can(listener: Listener) -> None:
    port = int(listener.address.rstrip("/").rpartition(":")[2])

    def call() -> None:
        socket.create_connection(("127.0.0.1", port)).close()

    with pytest.raises(PermissionError):
        offline(call)
    assert listener.count == 0
    call()
