"""Pieces stay small however large a register is, and a segment ends where a line does."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tenure.resources import data_dir
from tenure.store.formats import N_QUADS, TRIG
from tenure.store.rdf import read_file
from tenure.terms import Names
from tenure.validate.gate import gate_shapes
from tenure.validate.pieces import Pieces
from tenure.validate.reach import reach_of
from tenure.validate.schema import Schema
from tenure.validate.segments import Cutter, Segment
from tenure.validate.sieve import Gist, Sieve, hashes

ROOT = Path(__file__).resolve().parents[2]
write_registers = runpy.run_path(str(ROOT / "benchmarks" / "validation_data.py"))["write_registers"]
SIZE = 60_000


def _pieces(folder: Path) -> tuple[Pieces, list[Segment]]:
    shapes = gate_shapes()
    reach = reach_of(shapes.core, {one.rule: one.query for one in shapes.constraints})
    ontology = [quad for file in data_dir("ontology").glob("*.ttl") for quad in read_file(file)]
    sieve = Sieve(Schema(ontology), Names(), reach)
    segments: list[Segment] = []
    gists: list[Gist] = []
    for number, file in enumerate(sorted(folder.glob("*.nq"))):
        sieve.begin()
        for segment, quads in Cutter(folder, SIZE).segments(number, file, N_QUADS):
            segments.append(segment)
            gists.append(sieve.take(quads))
    return Pieces(segments, gists, reach, hashes(())), segments


def _largest(folder: Path, tenures: int) -> int:
    folder.mkdir()
    write_registers(folder, tenures)
    pieces, _ = _pieces(folder)
    return max(len(pieces.text(number)) for number in range(len(pieces)))


def test_a_piece_of_a_large_register_is_as_small_as_one_of_a_small_register(tmp_path: Path) -> None:
    small, large = (_largest(tmp_path / str(tenures), tenures) for tenures in (200, 1_200))
    assert large < small * 1.5
    assert large < SIZE * 2


def test_each_node_is_judged_in_one_piece(tmp_path: Path) -> None:
    write_registers(tmp_path, 100)
    pieces, segments = _pieces(tmp_path)
    nodes = {quad.subject.value for one in segments for quad in one.quads()}  # type: ignore[union-attr]
    for node in nodes:
        assert sum(pieces.is_asked(number, node) for number in range(len(pieces))) == 1
    assert not any(pieces.is_asked(number, "urn:nobody") for number in range(len(pieces)))


@pytest.mark.parametrize("size", [1, 37, 1_000, 1 << 40])
def test_segments_make_up_the_file(tmp_path: Path, size: int) -> None:
    file = tmp_path / "a.nq"
    text = "".join(f'<http://x/{n}> <http://x/p> "{n}" .\n' for n in range(50)) + "# the end"
    file.write_text(text, encoding="utf-8")
    found = list(Cutter(tmp_path, size).segments(0, file, N_QUADS))
    assert b"".join(segment.read() for segment, _ in found).decode() == text
    assert all(segment.read().endswith(b"\n") for segment, _ in found[:-1])
    assert sum(len(list(quads)) for _, quads in found) == 50


def test_what_has_blank_nodes_is_written_anew_with_their_labels_kept_apart(tmp_path: Path) -> None:
    subjects = []
    for number in range(2):
        file = tmp_path / f"{number}.trig"
        text = "_:a <http://x/p> _:a . <http://x/g> { _:a <http://x/p> 1 , 2 }"
        file.write_text(text, encoding="utf-8")
        found = list(Cutter(tmp_path, 160).segments(number, file, TRIG))
        assert len(found) == 3
        subjects.append({quad.subject for segment, _ in found for quad in segment.quads()})
    assert [len(one) for one in subjects] == [1, 1]
    assert subjects[0].isdisjoint(subjects[1])
