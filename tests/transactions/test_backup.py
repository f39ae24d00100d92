"""Backups of both kinds, restored; what verify finds; formats of stores."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize
from tests.transactions.documents import TENURE, body, document, iri
from typer.testing import CliRunner

from tenure.cli import build_app
from tenure.errors import BadInput, NotFound, StoreFull
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.knowledge.opening import bring_up
from tenure.knowledge.store_state import FORMAT, read_format, read_state
from tenure.namespaces import TN, XSD_INTEGER, Names
from tenure.store import Store
from tenure.transactions import Change, GraphChange, UpdateChange, commit, tag_of
from tenure.transactions.backup import back_up, lasting, restore
from tenure.transactions.verify import verify

NAMES = Names()
NOTES = "https://example.org/notes"
STATE = NAMES.graph("state")
VERSION = NamedNode("http://www.w3.org/2002/07/owl#versionInfo")

Edit = Callable[[Store], None]


@pytest.fixture(scope="session")
def _committed(small_facts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("committed") / "store"
    kb = open_knowledge_base(small_facts, store=path)
    commit(kb, body(document()), who="ada", message="A claim.")
    commit(kb, Change(retracted=("rt-483298/1",)), who="ada", message="Not so.")
    text = f"INSERT DATA {{ GRAPH <{NOTES}> {{ <a:a> <a:b> _:x . _:x <a:c> 1 }} }}"
    commit(kb, UpdateChange(text), who="ada", message="Notes.")
    kb.store.close()
    return path


@pytest.fixture
def store(_committed: Path, tmp_path: Path) -> Path:
    """A store on disk to which something of each sort was committed."""
    return shutil.copytree(_committed, tmp_path / "store")


def told(path: Path) -> set[str]:
    """What a store was told; blank nodes as one."""
    with Store(path) as opened:
        return {
            " ".join("_:b" if w.startswith("_:") else w for w in str(q).split())
            for q in lasting(opened, NAMES)
        }


@pytest.mark.parametrize("kind", ["folder", "plain.nq", "plain.trig"])
def test_what_is_restored_is_what_was_backed_up(store: Path, tmp_path: Path, kind: str) -> None:
    with Store(store) as opened:
        tag = read_state(opened, NAMES)
        assert back_up(opened, tmp_path / kind, NAMES) > 10_000
    restore(tmp_path / kind, tmp_path / "again", NAMES)
    assert told(tmp_path / "again") == told(store)
    with Store(tmp_path / "again") as opened:
        # What is committed from now on differs from what is committed to the first one.
        assert read_state(opened, NAMES) != tag
        assert read_format(opened, NAMES) == FORMAT
    kb = open_knowledge_base(store=tmp_path / "again")
    assert TENURE in kb.world().occurrences
    assert kb.claims[iri()].recorded_at
    commit(kb, Change(retracted=(iri(),)), who="ada", message="Not so.")
    assert verify(kb.store, NAMES).sound
    kb.store.close()
    with Store(store) as opened:
        assert verify(opened, NAMES).sound


@pytest.mark.parametrize("lines", [0, 1, 2, -1])
def test_a_backup_that_was_cut_short_is_refused(store: Path, tmp_path: Path, lines: int) -> None:
    whole, cut = tmp_path / "b.nq", tmp_path / "cut.nq"
    with Store(store) as opened:
        back_up(opened, whole, NAMES)
    cut.write_text("".join(whole.read_text("utf-8").splitlines(keepends=True)[:lines]), "utf-8")
    with pytest.raises(BadInput, match="no whole backup"):
        restore(cut, tmp_path / "again", NAMES)
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("name", ["b.nq", "b.trig"])
@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_backup_that_was_altered_is_refused(
    store: Path, tmp_path: Path, name: str, place: float
) -> None:
    whole = tmp_path / name
    with Store(store) as opened:
        back_up(opened, whole, NAMES)
    data = bytearray(whole.read_bytes())
    at = next(n for n in range(int(len(data) * place), len(data)) if chr(data[n]).isalpha())
    data[at] ^= 0x02
    whole.write_bytes(data)
    with pytest.raises(BadInput, match="no whole backup"):
        restore(whole, tmp_path / "again", NAMES)
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("harm", ["cut", "altered", "missing", "new"])
def test_a_whole_copy_that_was_altered_is_refused(store: Path, tmp_path: Path, harm: str) -> None:
    copy = tmp_path / "copy"
    with Store(store) as opened:
        back_up(opened, copy, NAMES)
    largest = max(copy.glob("*.sst"), key=lambda one: one.stat().st_size)
    data = largest.read_bytes()
    if harm == "cut":
        largest.write_bytes(data[:-100])
    elif harm == "altered":
        largest.write_bytes(data[:500] + bytes([data[500] ^ 1]) + data[501:])
    elif harm == "missing":
        largest.unlink()
    else:
        (copy / "999999.sst").write_bytes(data)
    with pytest.raises(BadInput, match="not as it was written"):
        restore(copy, tmp_path / "again", NAMES)
    assert not (tmp_path / "again").exists()


def test_a_damaged_store_is_said_to_be_one(store: Path, tmp_path: Path) -> None:
    with Store(store) as opened:
        back_up(opened, tmp_path / "copy", NAMES)
    # As somebody would have it who copied the folder by other means.
    (tmp_path / "copy" / "SHA256SUMS").unlink()
    for file in (tmp_path / "copy").glob("*.sst"):
        data = file.read_bytes()
        file.write_bytes(bytes(100) + data[100:])
    for command in (("verify", "copy"), ("backup", "copy", "b.nq"), ("restore", "copy", "again")):
        code, said = run(command[0], *(tmp_path / one for one in command[1:]))
        assert (code, "damaged" in said) == (2, True), said
    (tmp_path / "copy" / "CURRENT").write_text("MANIFEST-999999\n")
    code, said = run("verify", tmp_path / "copy")
    assert (code, "cannot be opened" in said or "damaged" in said) == (2, True), said


def test_quads_that_are_no_backup_of_ours_can_be_restored(store: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.nq"
    with Store(store) as opened:
        plain.write_bytes(serialize(lasting(opened, NAMES), format=RdfFormat.N_QUADS) or b"")
    restore(plain, tmp_path / "again", NAMES)
    assert told(tmp_path / "again") == told(store)


def test_two_plain_backups_are_the_same_bytes(store: Path, tmp_path: Path) -> None:
    with Store(store) as opened:
        back_up(opened, tmp_path / "a.nq", NAMES)
        back_up(opened, tmp_path / "b.nq", NAMES)
    assert (tmp_path / "a.nq").read_bytes() == (tmp_path / "b.nq").read_bytes()


def test_a_backup_is_made_while_others_write(
    kb: KnowledgeBase, store: Path, tmp_path: Path
) -> None:
    opened = open_knowledge_base(store=store)
    assert isinstance(opened.store, Store)
    back_up(opened.store, tmp_path / "copy", NAMES)
    commit(opened, GraphChange("delete", NOTES), who="ada", message="Gone.")
    opened.store.close()
    restore(tmp_path / "copy", tmp_path / "again", NAMES)
    assert any(NOTES in line for line in told(tmp_path / "again"))
    assert isinstance(kb.store, Store)
    with pytest.raises(BadInput, match="in memory"):
        back_up(kb.store, tmp_path / "memory", NAMES)


def test_nothing_is_left_where_it_fails(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with Store(store) as opened:
        with monkeypatch.context() as patched:
            patched.setattr("tenure.transactions.backup.os.fsync", no_room)
            for name in ("copy", "copy.nq"):
                with pytest.raises(StoreFull, match="No space left"):
                    back_up(opened, tmp_path / name, NAMES)
        with pytest.raises(BadInput, match="exists already"):
            back_up(opened, store, NAMES)
    (tmp_path / "broken.nq").write_text("<a:a> <a:b>", encoding="utf-8")
    with pytest.raises(BadInput):
        restore(tmp_path / "broken.nq", tmp_path / "again", NAMES)
    with pytest.raises(NotFound):
        restore(tmp_path / "none", tmp_path / "again", NAMES)
    with pytest.raises(BadInput, match="not empty"):
        restore(store, tmp_path, NAMES)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["broken.nq", "store"]


def drop_of_world(store: Store) -> None:
    quads = sorted(store.quads(NAMES.graph("world")), key=str)
    store.change(quads[:3], ())


def add_to_world(store: Store) -> None:
    store.change((), [Quad(STATE, TN("status"), STATE, NAMES.graph("world"))])


def drop_statement(store: Store) -> None:
    store.change((), (), emptied=[NamedNode(iri())])


def drop_description(store: Store) -> None:
    store.change(list(store.quads(NAMES.graph("provenance"), subject=NamedNode(iri()))), ())


def drop_revision(store: Store) -> None:
    store.change([q for q in store.quads() if q.predicate == TN("revisionMessage")], ())


def drop_entity(store: Store) -> None:
    jane = NAMES.entity("person/jane-roe")
    store.change(list(store.quads(NAMES.graph("entities"), subject=jane)), ())


def add_stray(store: Store) -> None:
    store.change((), [Quad(STATE, VERSION, STATE, NAMES.graph("nobody"))])


def test_without_harm_nothing_is_found(store: Path) -> None:
    with Store(store) as opened:
        assert verify(opened, NAMES).sound


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (drop_of_world, "follows from the claims, and is not stored"),
        (add_to_world, "is stored, and does not follow"),
        (drop_statement, "states nothing"),
        (drop_description, "no claim of that name"),
        (drop_revision, "No revision tells"),
        (drop_entity, "not in the registry"),
        (add_stray, "nobody's"),
    ],
)
def test_harm_is_found(store: Path, harm: Edit, said: str) -> None:
    with Store(store) as opened:
        harm(opened)
        before = set(opened.quads())
        found = verify(opened, NAMES)
        assert not found.sound
        assert any(said in str(fault) for fault in found.faults)
        assert set(opened.quads()) == before


# ---------------------------------------------------------------- formats


def with_format(path: Path, number: str | None) -> None:
    with Store(path) as opened:
        old = [q for q in opened.quads(STATE) if q.predicate == VERSION]
        new = Literal(number, datatype=XSD_INTEGER) if number else None
        opened.change(old, [Quad(STATE, VERSION, new, STATE)] if new else ())


def test_a_store_without_a_number_is_the_first_format(store: Path) -> None:
    with_format(store, None)
    with Store(store) as opened:
        assert read_format(opened, NAMES) == 1
        bring_up(opened, NAMES)
        assert read_format(opened, NAMES) == FORMAT
    kb = open_knowledge_base(store=store)
    assert iri() in kb.claims
    tag = tag_of(kb)
    kb.store.close()
    again = open_knowledge_base(store=store)
    assert tag_of(again) == tag
    again.store.close()


def test_a_newer_store_is_left_alone_with_a_clear_message(store: Path, tmp_path: Path) -> None:
    with_format(store, str(FORMAT + 1))
    with pytest.raises(BadInput, match=f"format {FORMAT + 1}") as caught:
        open_knowledge_base(store=store)
    assert "plain backup" in caught.value.remedy
    with Store(store) as opened:
        assert read_format(opened, NAMES) == FORMAT + 1
        with pytest.raises(BadInput):
            verify(opened, NAMES)
        # A plain copy is what any version reads.
        back_up(opened, tmp_path / "plain.nq", NAMES)
    restore(tmp_path / "plain.nq", tmp_path / "again", NAMES)
    with Store(tmp_path / "again") as opened:
        assert read_format(opened, NAMES) == FORMAT


def test_a_format_that_is_no_number(store: Path) -> None:
    with_format(store, "two")
    with pytest.raises(BadInput, match="no number"):
        open_knowledge_base(store=store)


def test_an_empty_store_has_no_format(tmp_path: Path) -> None:
    with Store(tmp_path / "new") as opened:
        assert read_format(opened, NAMES) is None
        bring_up(opened, NAMES)
        assert opened.size() == 0


# ---------------------------------------------------------------- the commands


def run(*arguments: object) -> tuple[int, str]:
    app: typer.Typer = build_app()
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    return done.exit_code, done.output


def test_the_commands(store: Path, tmp_path: Path) -> None:
    assert run("backup", store, tmp_path / "b.nq")[0] == 0
    code, said = run("restore", tmp_path / "b.nq", tmp_path / "again")
    assert code == 0
    assert "sound: format 2" in said
    code, said = run("verify", tmp_path / "again", "--format", "json")
    assert (code, json.loads(said)["sound"]) == (0, True)
    with Store(store) as opened:
        drop_statement(opened)
    code, said = run("verify", store)
    assert code == 1
    assert "states nothing" in said
    shutil.rmtree(tmp_path / "again")
    assert run("verify", tmp_path / "again")[0] == 2
    assert run("backup", "http://127.0.0.1:1", tmp_path / "copy")[0] == 2
    code, said = run("backup", "http://127.0.0.1:1", tmp_path / "copy.nq")
    assert code == 2
    assert "did not arrive" in said


def test_a_store_that_is_open_belongs_to_who_has_it_open(store: Path, tmp_path: Path) -> None:
    with Store(store):
        code, said = run("backup", store, tmp_path / "copy")
        assert code == 2
        assert "has this store open" in said
