"""A store belongs to what was written to it: by whatever command it is opened, it stays."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Quad
from tests.small import small_facts, written_store
from tests.transactions.documents import iri
from typer.testing import CliRunner, Result

from tenure.cli import build_app
from tenure.errors import BadInput
from tenure.knowledge import open_knowledge_base, read_knowledge_base
from tenure.knowledge.store_state import read_origin
from tenure.namespaces import Names
from tenure.store import Store

NAMES = Names()
ASK = ("query", "ASK {}")


@pytest.fixture
def facts(repo_root: Path, tmp_path: Path) -> Path:
    return small_facts(repo_root, tmp_path / "facts")


@pytest.fixture
def store(facts: Path, tmp_path: Path) -> Path:
    """A store that was filled from the facts and written to."""
    return written_store(facts, tmp_path / "store")


def run(*words: object) -> Result:
    return CliRunner().invoke(build_app(), [str(word) for word in words], prog_name="tenure")


def quads(path: Path) -> set[Quad]:
    with Store(path, make=False) as opened:
        return set(opened.quads())


@pytest.mark.parametrize(
    "words",
    [
        ASK,
        ("query", "ASK FROM <https://w3id.org/tenure/at/2020-01-02> {}"),
        ("history",),
        ("conflicts",),
        ("at", "2020-01-02"),
    ],
)
def test_a_reading_command_changes_nothing_whatever_facts_it_is_given(
    store: Path, facts: Path, words: tuple[str, ...]
) -> None:
    before = quads(store)
    assert iri() in {quad.graph_name.value for quad in before}  # type: ignore[union-attr]
    done = run(*words, "--store", store, "--facts", facts)
    assert done.exit_code == 0, done.output
    assert "note:" not in done.stderr
    assert quads(store) == before


def test_other_facts_are_told_of_and_not_read(store: Path, facts: Path) -> None:
    (facts / "ina-6771.trig").unlink()
    before = quads(store)
    # In a process of its own: what it says there goes to standard error.
    told = subprocess.run(
        [sys.executable, "-m", "tenure", *ASK, "--store", str(store), "--facts", str(facts)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"filled from other facts than {facts} holds now" in told.stderr
    assert "tenure load" in told.stderr
    assert quads(store) == before
    (facts / "rt-483298.trig").write_text("no TriG")
    kb = open_knowledge_base(facts, store=store)
    assert iri() in kb.claims
    kb.store.close()


def test_a_store_that_was_just_made_is_filled_whole(facts: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    Store(made).close()  # what a process leaves that is killed before it has filled it
    refused = run(*ASK, "--store", made)
    assert refused.exit_code == 2
    assert "holds nothing" in refused.stderr
    kb = open_knowledge_base(facts, store=made)
    assert len(kb.sources) == 2
    kb.store.close()


def test_a_store_whose_making_was_cut_short_is_made(facts: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    Store(made).close()
    for file in made.iterdir():
        if file.name == "CURRENT" or file.suffix in (".sst", ".log") or "OPTIONS" in file.name:
            file.unlink()
    assert run(*ASK, "--store", made).exit_code == 2
    kb = open_knowledge_base(facts, store=made)
    assert len(kb.sources) == 2
    kb.store.close()


def test_the_folder_of_a_store_is_for_its_user_alone(
    store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    read_knowledge_base(store).close()
    assert not caplog.records
    store.chmod(0o755)
    read_knowledge_base(store).close()
    assert "chmod 700" in caplog.text


@pytest.fixture
def places(tmp_path: Path) -> Iterator[dict[str, Path]]:
    """Names that are no store, each of its kind."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("x")
    before = sorted(tmp_path.rglob("*"))
    kinds = ("file", "empty", "letters", "none", "none/deep", "file/below")
    yield {kind: tmp_path / kind for kind in kinds}
    assert sorted(tmp_path.rglob("*")) == before


READING = (
    ("query", "ASK {}", "--store"),
    ("ask", "conflicts-between-claims", "--store"),
    ("at", "2020-01-02", "--store"),
    ("timeline", "person/qassem-soleimani", "--store"),
    ("explain", "tenure/x", "--store"),
    ("conflicts", "--store"),
    ("history", "--store"),
    ("learned", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "--store"),
    ("diff", "2020-01-02", "2020-01-03", "--store"),
    ("export", "trig", "--store"),
    ("load", "--dry-run", "--facts", "none", "--store"),
    ("verify",),
    ("backup",),
    ("restore",),
)


@pytest.mark.parametrize("kind", ["file", "empty", "letters", "none", "none/deep", "file/below"])
def test_a_name_that_is_no_store_is_said_and_nothing_is_made(
    places: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    for words in READING:
        more = (str(tmp_path / "target"),) if words[0] in ("backup", "restore") else ()
        done = run(*words, places[kind], *more)
        assert done.exit_code == 2, (words, done.output)
        assert "error: " in done.stderr
        assert "fault" not in done.stderr, (words, done.stderr)


def test_what_it_was_filled_from_is_noted(store: Path, facts: Path) -> None:
    with Store(store) as opened:
        noted = read_origin(opened, NAMES)
        assert noted is not None
        recorded = {claim.recorded_at for claim in open_knowledge_base(facts).claims.values()}
        assert noted.until == max(recorded)
        assert all(noted.of_files(one) for one in recorded)
        assert not noted.of_files("2126-01-01T00:00:00.5Z")


@pytest.mark.parametrize(
    "words", [("verify", "STORE"), ("upgrade", "STORE"), (*ASK, "--store", "STORE")]
)
def test_a_store_of_another_base_is_refused(store: Path, words: tuple[str, ...]) -> None:
    before = quads(store)
    other = "https://other.example/"
    answer = run(*(store if word == "STORE" else word for word in words), "--base", other)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert f"of the base {NAMES.base}, and not of {other}" in answer.stderr
    with pytest.raises(BadInput, match="of the base"):
        open_knowledge_base(store=store, base=other)
    assert quads(store) == before
