"""A bit that has flipped in any file with data is found by ``tenure verify``."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple
from tests.bounded import files_bounded
from tests.transactions.documents import document
from typer.testing import CliRunner

from tenure.cli import build_app
from tenure.errors import StoreFull
from tenure.knowledge import open_knowledge_base
from tenure.knowledge.columns import Columns
from tenure.knowledge.columns_file import FOLDER, ColumnsFile, Stamp
from tenure.knowledge.store_state import noted_stamp
from tenure.namespaces import Names
from tenure.store import Store, graph_format
from tenure.temporal import Certainty
from tenure.transactions import BodyChange, GraphChange, commit
from tenure.transactions.verify import verify

NAMES = Names()
_WITHOUT_DATA = ("LOG", "LOCK", "IDENTITY", "OPTIONS")


@pytest.fixture(scope="module")
def sound(small_facts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with data in tables and in the log of the engine."""
    path = tmp_path_factory.mktemp("sound") / "store"
    open_knowledge_base(small_facts, store=path).store.close()
    kb = open_knowledge_base(store=path)
    change = BodyChange(document().encode(), graph_format("trig"))
    commit(kb, change, who="ada", message="From the gazette.")
    kb.store.close()
    return path


def verified(path: Path) -> tuple[int, str]:
    done = CliRunner().invoke(build_app(), ["verify", str(path)], prog_name="tenure")
    return done.exit_code, done.output


def flipped(sound: Path, name: str, at: int, target: Path) -> Path:
    shutil.copytree(sound, target)
    data = bytearray((target / name).read_bytes())
    data[at] ^= 1 << at % 8
    (target / name).write_bytes(data)
    return target


def test_a_flipped_bit_is_found_whichever_file_it_is_in(sound: Path, tmp_path: Path) -> None:
    chance = random.Random("bits")  # noqa: S311 - places, not secrets
    assert verified(shutil.copytree(sound, tmp_path / "as it is"))[0] == 0
    every = (one for one in sorted(sound.iterdir()) if one.is_file())
    files = [one for one in every if not one.name.startswith(_WITHOUT_DATA)]
    assert {one.suffix for one in files} >= {".sst", ".log"}
    for file in files:
        # Tables end in what is no data (filters, properties), which the engine does without.
        size = file.stat().st_size
        at = chance.randrange(min(size, 60) if file.suffix == ".sst" else size)
        code, said = verified(flipped(sound, file.name, at, tmp_path / file.name))
        assert code in (1, 2), (file.name, at, said)
        assert "fault here" not in said


@pytest.mark.parametrize("part", ["bounds", "text"])
def test_damaged_columns_are_told_and_made_anew(sound: Path, tmp_path: Path, part: str) -> None:
    store = shutil.copytree(sound, tmp_path / "store")
    rows = store / FOLDER / "rows"
    whole = bytearray(rows.read_bytes())
    told = json.loads(whole.splitlines()[1].partition(b" ")[2])
    whole[-told["bytes"] + told["columns"][part][2]] ^= 1
    rows.write_bytes(whole)
    code, said = verified(store)
    assert (code, "they are damaged" in said) == (0, True)
    days = []
    for folder in (shutil.copytree(sound, tmp_path / "as-it-was"), store, store):
        kb = open_knowledge_base(store=folder)
        moment = kb.moment(at="2020")
        days.append((dict(kb.certainty(moment)), set(kb.slice(moment, degree=Certainty.POSSIBLE))))
        kb.close()
    assert days[0] == days[1] == days[2]
    assert rows.read_bytes() != bytes(whole)
    assert "columns" not in verified(store)[1]


def test_columns_that_say_something_else_are_found(sound: Path, tmp_path: Path) -> None:
    store = shutil.copytree(sound, tmp_path / "store")
    kb = open_knowledge_base(store=store)
    index = kb.snapshot.graph()._index
    columns, stamp = index.made_anew(), Stamp.of(kb.store, kb.names)
    assert stamp is not None
    wrong = {**columns.arrays, "firm": ~columns.firm}
    ColumnsFile(store).write(Columns(wrong), stamp)
    kb.close()
    code, said = verified(store)
    assert (code, "Its row in the columns is not as the store has it" in said) == (1, True)


def test_writes_that_a_damaged_log_has_lost_are_told_whenever_it_is_asked(
    sound: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    [log] = [one for one in sound.glob("*.log") if one.stat().st_size]
    store = flipped(sound, log.name, 100, tmp_path / "store")
    open_knowledge_base(store=store).store.close()
    assert "the writes in them are gone" in caplog.text
    for _ in range(2):
        code, said = verified(store)
        assert code == 1
        assert f"of its log {log.name} were damaged" in said


def test_a_write_that_was_cut_short_is_no_fault(sound: Path, tmp_path: Path) -> None:
    [log] = [one for one in sound.glob("*.log") if one.stat().st_size]
    store = shutil.copytree(sound, tmp_path / "store")
    (store / log.name).write_bytes((store / log.name).read_bytes()[:-20])
    code, said = verified(store)
    assert (code, "cut short" in said) == (0, True)


def test_a_log_that_a_kill_left_as_the_earlier_one_that_it_was_is_no_fault(
    sound: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The engine takes the file of a log that is done with for the next one, by its name first."""
    [log] = [one for one in sound.glob("*.log") if one.stat().st_size]
    store = shutil.copytree(sound, tmp_path / "store")
    shutil.copyfile(log, store / f"{int(log.stem) + 50:06}.log")
    code, said = verified(store)
    assert (code, "ends where an earlier one goes on" in said) == (0, True)
    open_knowledge_base(store=store).store.close()
    assert not caplog.records


def test_a_world_that_is_yet_to_be_built_is_no_fault(small_facts: Path, tmp_path: Path) -> None:
    open_knowledge_base(small_facts, store=tmp_path / "store").store.close()
    with Store(tmp_path / "store") as store:
        store.change(noted_stamp(store, NAMES), (), emptied=[NAMES.graph("world")])
        found = verify(store, NAMES)
    assert found.sound
    assert any("next opening" in one for one in found.notes)


def test_a_store_whose_folder_was_moved_away_says_so(small_facts: Path, tmp_path: Path) -> None:
    kb = open_knowledge_base(small_facts, store=tmp_path / "store")
    change = GraphChange("put", "https://example.org/notes", (Triple(*[NamedNode("urn:x")] * 3),))
    (tmp_path / "store").rename(tmp_path / "moved")
    with pytest.raises(StoreFull, match="No such file"):
        commit(kb, change, who="ada", message="Nowhere to go.")
    (tmp_path / "moved").rename(tmp_path / "store")
    kb.close()


def test_a_base_is_written_to_again_when_its_disk_has_room_again(
    small_facts: Path, tmp_path: Path
) -> None:
    kb = open_knowledge_base(small_facts, store=tmp_path / "store")
    large = tuple(
        Triple(NamedNode(f"urn:x:{n}"), NamedNode("urn:p"), Literal("x" * 1_000))
        for n in range(900)
    )
    notes = "https://example.org/notes"
    with files_bounded(600_000):
        with pytest.raises(StoreFull):
            commit(kb, GraphChange("put", notes, large), who="ada", message="Too much.")
        assert len(kb.claims) > 0
    commit(kb, GraphChange("put", notes, large), who="ada", message="With room.")
    change = BodyChange(document().encode(), graph_format("trig"))
    added = commit(kb, change, who="ada", message="From the gazette.").added
    assert added
    assert set(added) <= kb.claims.keys()
    kb.close()
    with Store(tmp_path / "store") as store:
        assert verify(store, NAMES).sound
        assert sum(1 for _ in store.quads(NamedNode(notes))) == len(large)
