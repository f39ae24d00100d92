"""Jena and RDF4J, as programs use them, against a real server: they name no graph by default."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.clients.conftest import Writable
from tests.maven import class_path as class_path_of

JAVA, MAVEN = shutil.which("java"), shutil.which("mvn")
PROGRAMS = Path(__file__).with_name("jvm")
SECONDS = 240

pytestmark = pytest.mark.skipif(not (JAVA and MAVEN), reason="no java, or no mvn, on this machine")


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The class path of what the programs need."""
    return class_path_of(PROGRAMS / "pom.xml", tmp_path_factory.mktemp("maven"), SECONDS)


@pytest.mark.parametrize(("program", "steps"), [("Jena.java", 12), ("Rdf4j.java", 6)])
def test_what_is_written_is_there(
    writable: Writable, libraries: str, program: str, steps: int
) -> None:
    options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", libraries]
    done = subprocess.run(
        [str(JAVA), *options, PROGRAMS / program, writable.address, writable.key],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    told = dict(line.split("\t") for line in done.stdout.splitlines())
    assert done.returncode == 0, (told, done.stderr)
    assert len(told) == steps
    assert {what for what, right in told.items() if right != "true"} == set()
