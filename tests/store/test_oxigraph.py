"""What only the embedded store does: files, locks and threads."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple
from tests.bounded import files_bounded

from tenure.errors import BadInput, BadQuery, StoreFull
from tenure.store import (
    Solutions,
    Store,
    Triples,
    Truth,
    Written,
    graph_format,
    result_format,
)
from tenure.store.syntax_errors import unparsed_query

G = NamedNode("http://example.org/g")
S, P = NamedNode("http://example.org/s"), NamedNode("http://example.org/p")

_HOLD = """
import sys, pyoxigraph
held = pyoxigraph.Store(sys.argv[1])
print("open", flush=True)
sys.stdin.readline()
"""


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    with Store(tmp_path / "s") as store:
        store.add([Quad(S, P, Literal(1), G)])
        store.flush()
    with Store(tmp_path / "s") as store:
        assert list(store.quads()) == [Quad(S, P, Literal(1), G)]


def test_a_store_open_in_another_process_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(BadInput, match="Another process") as caught:
            Store(path)
        other.stdin.write("\n")
    assert str(path) in str(caught.value)
    Store(path).close()


def test_a_store_open_in_this_process_is_an_error(tmp_path: Path) -> None:
    with Store(tmp_path / "s"), pytest.raises(BadInput, match="has this store open"):
        Store(tmp_path / "s")


def test_a_file_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    with pytest.raises(BadInput, match="a store is a folder"):
        Store(path)


def test_a_folder_of_other_files_stays_untouched(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(BadInput, match="is not a store"):
        Store(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_a_damaged_store_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("MANIFEST-999999\n")
    with pytest.raises(BadInput, match="cannot be opened"):
        Store(tmp_path)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput) as caught:
        Store(tmp_path / "file" / "s")
    assert caught.value.remedy


def test_readers_see_the_old_graph_or_the_new() -> None:
    store = Store()
    size = 200

    def content(round_number: int) -> list[Triple]:
        return [
            Triple(NamedNode(f"http://example.org/{n}"), P, Literal(round_number))
            for n in range(size)
        ]

    store.replace(G, content(0))
    done = threading.Event()

    def write() -> None:
        for round_number in range(1, 30):
            store.replace(G, content(round_number))
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    looks = 0
    while looks == 0 or not done.is_set():
        found = [quad.object for quad in store.quads(G)]
        assert len(found) == size
        assert len(set(found)) == 1
        looks += 1
    writer.join()


def test_a_reader_keeps_what_it_began_to_read() -> None:
    store = Store()
    store.add(Quad(S, P, Literal(n), G) for n in range(100))
    reading = store.quads(G)
    first = next(reading)
    store.remove_graph(G)
    assert len({first, *reading}) == 100


@pytest.mark.parametrize("form", ["ASK", "SELECT *", "CONSTRUCT { ?s ?p ?o } WHERE"])
def test_what_fails_while_it_is_computed_is_an_error_of_the_query(form: str) -> None:
    # The engine notices only then that the address has no value; nothing is called.
    text = f"{form} {{ SERVICE ?nowhere {{ ?s ?p ?o }} }}"

    def serialised() -> bytes:
        answer = Store().query(text, default_graphs=[])
        if isinstance(answer, Triples):
            return answer.serialise(graph_format("nt"))
        return answer.serialise(result_format("json"))

    def gone_through() -> list[object]:
        answer = Store().query(text, default_graphs=[])
        return [] if isinstance(answer, Truth) else list(answer)

    for use in (serialised, gone_through):
        with pytest.raises(BadQuery, match="cannot be evaluated"):
            use()


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("SELECT ?x WHERE ?s ?p ?o }", "query:1:17", "'?s ?p ?o }'"),
        ("SELECT *\n WHERE { ?s ?p }", "query:2:10", "'?s ?p }'"),
        ("FIND ?x", "query:1:1", "'FIND ?x'"),
        ("SELECT (1 AS ?s) { ?s ?p ?o }", "query:1:30", "overrides an existing variable"),
        ("ASK { ?s ?p fo:x }", "query:1:17", "Prefix not found"),
        ("SELECT ?s {\n ?s ?p ?o ", "query:2:11", "ends too early"),
    ],
)
def test_an_error_of_syntax_tells_where(text: str, place: str, what: str) -> None:
    with pytest.raises(BadQuery) as caught:
        Store().query(text, default_graphs=[])
    assert str(caught.value).startswith(f"{place}: ")
    assert what in str(caught.value)


def test_an_answer_outlives_the_statements_it_rests_on() -> None:
    store = Store()
    store.add([Quad(S, P, Literal(1), G)])
    answer = store.query("SELECT ?o { ?s ?p ?o }", default_graphs=[G])
    store.remove_graph(G)
    assert isinstance(answer, Solutions)
    assert list(answer) == [(Literal(1),)]


def quad(number: int, words: str = "") -> Quad:
    return Quad(S, P, Literal(f"{number}{words}"), G)


def test_a_write_cut_short_between_two_blocks_of_the_log_is_no_damage(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # It is written a mebibyte at a time, which is a whole number of blocks.
    with Store(tmp_path / "store") as store, files_bounded(2 << 20), pytest.raises(StoreFull):
        store.add([quad(n, "x" * 4_000) for n in range(1, 1_000)])
    with Store(tmp_path / "store") as store:
        assert list(store.quads()) == []
        assert [one.is_torn for one in store.losses()] == [True]
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


def test_what_the_engine_expected_is_read_in_a_moment() -> None:
    # Read by trial, as it was once, these words take longer than anybody lives.
    words = " ".join(["directions"] * 20)
    error = unparsed_query("ASK {}", f"error at 1:1: expected one of {words} are 'rtl'")
    assert "does not parse near 'ASK {}'" in str(error)


def test_a_store_takes_writes_again_when_there_is_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(tmp_path / "store") as store:
        told: list[Written] = []
        store.follow(told.append)
        store.add([quad(0)])
        with files_bounded(100_000):
            with pytest.raises(StoreFull):
                store.add([quad(n, "x" * 1_000) for n in range(1, 1_000)])
            assert list(store.quads()) == [quad(0)]
            with monkeypatch.context() as full:
                full.setattr("tenure.store.oxigraph._ROOM_TO_OPEN", 1 << 62)
                for write in (store.check, lambda: store.add([quad(1)])):
                    with pytest.raises(StoreFull):
                        write()
            assert list(store.quads()) == [quad(0)]
        # A worker's copy is the first to find that there is room.
        generation = store.copy(tmp_path / "copy")
        assert not told[-1].complete
        assert told[-1].generation == generation
        store.add([quad(1)])
        store.flush()
        store.check()
    with Store(tmp_path / "store") as again, Store(tmp_path / "copy") as copied:
        assert set(again.quads()) == {quad(0), quad(1)}
        assert list(copied.quads()) == [quad(0)]
