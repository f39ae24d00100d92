"""What is checked in a process beside is what is checked in one's own."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, serialize
from tests.ingest.test_round_trip import imported

from tenure.ingest import importing, parse_trig
from tenure.namespaces import Names
from tenure.resources import NO_TERMS
from tenure.validate.beside import CheckBeside
from tenure.validate.documents import statements_in
from tenure.validate.validator import validate_statements

ROWS = [
    {"holder": "Ada Brook", "office": "Mayor", "start": "1950", "end": "1961", "rank": ""},
    {"holder": "Ben Cole", "office": "Clerk", "start": "1900-01-01", "end": "", "rank": ""},
]


def test_it_finds_the_same_of_files_held_and_left_on_disk(repo_root: Path, tmp_path: Path) -> None:
    examples = repo_root / "ontology" / "examples"
    shutil.copyfile(examples / "entities.ttl", tmp_path / "entities.ttl")
    file = examples / "invalid" / "web-address-without-host.trig"
    files = {tmp_path / "a.trig": tuple(parse_trig(file.read_text(encoding="utf-8"))[0])}
    beside = CheckBeside(Names(), NO_TERMS)
    beside.begin(files, tmp_path)
    own = validate_statements(files, context=tmp_path, names=Names())
    assert [one.rule for one in own] == ["WebAddressForm"]
    assert beside.findings() == [own]
    beside.close()
    work = tmp_path / "work"
    work.mkdir()
    texts = {path: work / path.with_suffix(".nq").name for path in files}
    for path, quads in files.items():
        serialize(quads, texts[path], format=RdfFormat.N_QUADS)
    left, on_disk = statements_in(texts, held=0)
    assert on_disk
    found = validate_statements(left, context=tmp_path, names=Names(), folder=work)
    assert found == own


@pytest.mark.parametrize("executable", [sys.executable, "/bin/false", "/none/python"])
def test_an_import_is_the_same_with_it_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executable: str
) -> None:
    """Also where there can be no such process."""
    own = imported(ROWS, tmp_path / "own")
    monkeypatch.setattr(importing, "_BESIDE", 1)
    monkeypatch.setattr(sys, "executable", executable)
    assert imported(ROWS, tmp_path / "beside") == own
