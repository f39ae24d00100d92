"""A copy that makes the journal's steps after is equal to the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.store import Store, Written
from tenure.store.replica_worker import LoadedReplica, follow
from tenure.store.replicas import Replicas, ReplicationLog

NAMES = [NamedNode(f"https://example.org/{name}") for name in ("a", "b", "c")]
SKIPPED = NamedNode("https://example.org/computed/d")

triples = st.builds(
    Triple,
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.one_of(st.sampled_from(NAMES), st.builds(Literal, st.text(max_size=4))),
)
graphs = st.sampled_from([*NAMES, SKIPPED])
quads = st.lists(
    st.builds(lambda t, g: Quad(t.subject, t.predicate, t.object, g), triples, graphs), max_size=4
)
Write = Callable[[Store], None]
kept = quads.map(lambda found: [one for one in found if one.graph_name != SKIPPED])
writes: st.SearchStrategy[Write] = st.one_of(
    kept.map(lambda found: lambda store: store.add(found)),
    st.tuples(graphs, st.lists(triples, max_size=4)).map(
        lambda given: lambda store: store.replace(*given)
    ),
    graphs.map(lambda graph: lambda store: store.remove_graph(graph)),
    st.tuples(kept, kept, st.lists(st.sampled_from(NAMES), max_size=2)).map(
        lambda given: lambda store: store.change(given[0], given[1], emptied=given[2])
    ),
)


def content(engine: pyoxigraph.Store) -> set[Quad]:
    return {quad for quad in engine if quad.graph_name != SKIPPED}


@given(st.lists(writes, max_size=6), st.lists(writes, max_size=6))
def test_copies_keep_up(before: list[Write], after: list[Write]) -> None:
    store = Store()
    for write in before:
        write(store)
    copies = Replicas(store, lambda name: name == SKIPPED.value)
    try:
        copy = copies.make()
        loaded = LoadedReplica(copy.data)
        engine = loaded.store
        for step in copy.steps:
            follow(loaded, step)
        assert not list(engine.quads_for_pattern(None, None, None, SKIPPED))
        for write in after:
            write(store)
        found = copies.log.since(copy.generation)
        assert found is not None
        assert found[0] == store.generation
        for step in found[1]:
            follow(loaded, step)
        assert content(engine) == {one for one in store.quads() if one.graph_name != SKIPPED}
        assert not list(engine.quads_for_pattern(None, None, None, SKIPPED))
    finally:
        copies.close()


def test_forgets_the_oldest_and_says_so() -> None:
    journal = ReplicationLog(lambda _: False, most=100)
    journal.begin(3, [])
    for generation in range(4, 9):
        journal.note(Written(generation, "x" * 30))
    assert journal.since(8) == (8, [])
    assert journal.since(7) == (8, [b"u" + b"x" * 30])
    assert journal.since(5) is not None
    assert journal.since(4) is None
    journal.note(Written(9, "x" * 200))
    assert journal.since(8) is None
    assert journal.since(9) == (9, [])
    journal.note(Written(10, complete=False))
    assert journal.since(9) is None


def test_a_write_that_fails_is_not_told(tmp_path: Path) -> None:
    told: list[Written] = []
    with Store(tmp_path / "store") as store:
        store.follow(told.append)

        def broken() -> None:
            store.add(one for one in [Quad(NAMES[0], NAMES[0], NAMES[0])])

        with pytest.raises(Exception, match="no graph"):
            broken()
        store.add([])
        store.unfollow(told.append)
        store.remove_graph(NAMES[0])
    assert [(one.generation, one.complete, list(one.quads)) for one in told] == [(1, True, [])]


def test_removes_what_a_killed_process_left_behind(tmp_path: Path) -> None:
    with Store(tmp_path / "store") as store:
        store.add([Quad(NAMES[0], NAMES[0], NAMES[0], NAMES[0])])
        one = Replicas(store, lambda _: False)
        folder = one.make().folder.parent
        assert folder.parent == tmp_path
        left, begun = (tmp_path / f"tenure-workers-{name}" for name in ("left", "begun"))
        left.mkdir()
        begun.mkdir()
        (left / "in-use").touch()
        (left / "data").touch()
        other = Replicas(store, lambda _: False)
        assert folder.is_dir()
        assert begun.is_dir()
        assert not left.exists()
        other.close()
        one.close()
        begun.rmdir()
        assert sorted(tmp_path.iterdir()) == [tmp_path / "store"]
