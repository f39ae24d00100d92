"""OWL 2 DL by another hand: the profile checker of the OWL API, run in Java."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, serialize

from tenure.resources import data_dir
from tenure.store import read_file

HERE = Path(__file__).parent / "profile"


@pytest.fixture(scope="module")
def class_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The jars of the OWL API, fetched once by Maven into its own cache."""
    java, maven = shutil.which("java"), shutil.which("mvn")
    if java is None or maven is None:
        pytest.skip("Java and Maven are needed (on Debian: apt-get install maven)")
    file = tmp_path_factory.mktemp("owl-api") / "class-path"
    command = [maven, "-q", "-B", "-f", str(HERE / "pom.xml")]
    command += ["dependency:build-classpath", f"-Dmdep.outputFile={file}"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode != 0:
        pytest.skip(f"Maven could not fetch the OWL API: {done.stdout[-300:]}")
    return file.read_text(encoding="utf-8")


def departures(class_path: str, folder: Path, *files: Path, more: str = "") -> list[str]:
    """What departs from OWL 2 DL in these files taken together, a line each."""
    quads = [quad for file in files for quad in read_file(file)]
    text = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""
    file = folder / "ontology.nt"
    file.write_bytes(text + more.encode())
    command = ["java", "-cp", class_path, str(HERE / "Owl2Dl.java"), str(file)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    *found, count = done.stdout.splitlines()
    assert count == f"departures: {len(found)}"
    return found


def test_the_ontology_is_owl_2_dl(class_path: str, tmp_path: Path) -> None:
    files = sorted(data_dir("ontology").glob("*.ttl"))
    assert departures(class_path, tmp_path, *files) == []


def test_the_checker_finds_what_departs(class_path: str, tmp_path: Path) -> None:
    not_simple = "".join(
        f"<http://example.org/p> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        f"<http://www.w3.org/2002/07/owl#{kind}Property> .\n"
        for kind in ("Object", "Transitive", "Irreflexive")
    )
    files = sorted(data_dir("ontology").glob("*.ttl"))
    found = departures(class_path, tmp_path, *files, more=not_simple)
    assert len(found) == 1, found
    assert "http://example.org/p" in found[0]
