"""Documents that would end, or hold, the process that reads them are refused with their name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tenure.errors import BadRdf, Refused, TooMuchToRead
from tenure.store import rdf, read_text
from tenure.store.formats import JSON_LD, RDF_XML, TURTLE
from tenure.store.rdf import HARMLESS

TERMS = 30_000


def chained() -> str:
    context = {f"t{n}": f"t{n + 1}" for n in range(TERMS)}
    context |= {f"t{TERMS}": "https://example.org/x"}
    return json.dumps({"@context": context, "t0": {"@id": "https://example.org/a"}})


def long_document(more: str = "") -> str:
    things = ",\n".join(
        f'{{"@id": "https://example.org/{n}", "https://example.org/p": {{"@id": "_:b"}}}}'
        for n in range(500)
    )
    return f"[{things}{more}]"


def test_terms_defined_by_each_other_are_refused() -> None:
    with pytest.raises(TooMuchToRead, match="terms are defined by each other"):
        read_text(chained(), JSON_LD, name="bomb.jsonld")


@pytest.mark.parametrize(
    "words",
    [
        ("validate", "bomb.jsonld"),
        ("query", "ASK {}", "--facts", "."),
        ("check-evidence", "bomb.jsonld", "--sources", "."),
    ],
)
def test_the_command_says_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "bomb.jsonld").write_text(chained(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tenure", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 2, done.stderr
    assert "bomb.jsonld" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_long_document_is_read_as_a_short_one_is() -> None:
    text = long_document()
    assert len(text) > HARMLESS
    quads = read_text(text, JSON_LD)
    assert len(quads) == 500
    assert len({quad.object for quad in quads}) == 1


def test_two_long_documents_share_no_blank_node() -> None:
    first, second = (read_text(long_document(), JSON_LD) for _ in range(2))
    assert not {quad.object for quad in first} & {quad.object for quad in second}


def test_a_mistake_in_a_long_document_has_its_line() -> None:
    with pytest.raises(BadRdf) as refused:
        read_text(long_document(', {"@id": }'), JSON_LD, name="long.jsonld")
    assert refused.value.where is not None
    assert (refused.value.where.name, refused.value.where.line) == ("long.jsonld", 500)


def test_a_context_to_be_fetched_is_refused_in_a_long_document() -> None:
    with pytest.raises(Refused):
        read_text(long_document(', {"@context": "http://127.0.0.1:9/"}'), JSON_LD)


@pytest.mark.parametrize("word", ["@base <x/> .\n", "BASE <x/>\n"])
def test_a_base_declared_again_and_again_is_refused(word: str) -> None:
    with pytest.raises(TooMuchToRead, match="declares a base more than"):
        read_text("@base <https://example.org/> .\n" + word * 100_000, TURTLE)


@pytest.mark.parametrize("word", ["@base <{}> .", "PREFIX p: <{}>", "@prefix : <{}> ."])
def test_a_base_of_great_length_is_refused(word: str) -> None:
    with pytest.raises(TooMuchToRead, match="longer than"):
        read_text(word.format("https://example.org/" + "a" * 5_000), TURTLE)


def test_rdf_xml_of_many_namespaces_does_not_hold_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rdf, "SECONDS", 0.5)
    monkeypatch.setattr(rdf, "_BYTES_A_SECOND", 10_000_000)
    names = " ".join(f'xmlns:n{n}="https://example.org/{n}"' for n in range(50_000))
    text = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {names}/>'
    with pytest.raises(TooMuchToRead, match=r"too long|takes more than"):
        read_text(text, RDF_XML)
