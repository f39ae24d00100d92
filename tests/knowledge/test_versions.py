"""Whoever has begun to ask a base is answered as it was then, whatever is written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.conflicting import made_up_conflicts
from tests.transactions.documents import TENURE, body, claim, document, iri
from tests.transactions.whole import state_of

from tenure.errors import NotFound, StoreFull
from tenure.explain import explain
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.knowledge.operations import Operation
from tenure.knowledge.operators import answered
from tenure.knowledge.snapshot import Snapshot
from tenure.knowledge.world_graph import BoundsIndex
from tenure.model import Source
from tenure.namespaces import BASE, Names
from tenure.store import Store
from tenure.temporal import Certainty
from tenure.transactions import Change, ChangeRequest, commit
from tenure.views import read_key, vacant_triples

ADA = f"{BASE}id/tenure/ada-brook--harbour-master"
OFFICE = f"{BASE}id/office/harbour-master"
TOLD = iri(0)
LATER = (
    "tenure:ada-brook--harbour-master a tn:Tenure ; tn:holder person:ada-brook ;"
    " tn:office office:harbour-master ; {more} ."
)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """The made-up base that disagrees about a day, a seat, a title."""
    return made_up_conflicts(tmp_path / "facts")


@pytest.fixture
def kb(facts: Path) -> Iterator[KnowledgeBase]:
    """It, in memory."""
    opened = open_knowledge_base(facts)
    write(opened, later(0, 'tn:heldThroughout "2021-06-01/2021-06-20"^^edtf:EDTF'))
    yield opened
    opened.store.close()


def later(number: int, more: str = 'tn:heldOn "2020-05-05"^^edtf:EDTF') -> ChangeRequest:
    """One more claim about Ada's tenure, by another source."""
    return body(document(claim(number, more, LATER)))


def write(kb: KnowledgeBase, change: ChangeRequest) -> None:
    commit(kb, change, who=None, message="A test.")


def forget(snapshot: Snapshot) -> None:
    """Have a snapshot work out anew what it has worked out once and keeps."""
    with snapshot._lock, snapshot._cache._lock:
        snapshot._around.clear()
        snapshot._cache._kept.clear()
    graph = snapshot.graph()
    graph._stretches, graph._exclusions, graph._contested = {}, None, None
    # The index has the store as it is when it is first read, which may be long after.
    graph._index = BoundsIndex(graph._store, graph._names, snapshot.schema)


def answers(snapshot: Snapshot) -> dict[str, Any]:
    """All that a snapshot says of its claims, and of a few things."""
    claims = snapshot.claims
    things = (ADA, OFFICE, TENURE, f"{BASE}id/event/fire", f"{BASE}id/person/ada-brook")
    found: dict[str, Any] = {"claims": dict(claims), "count": len(claims)}
    for thing in things:
        near = snapshot.around([thing])
        found[thing] = (
            dict(near.occurrences),
            near.conflicts,
            dict(near.standings),
            near.time.bounds(thing),
            snapshot.claims.about(thing),
            snapshot.is_stated_about(thing),
        )
    found["conflicts"] = snapshot.conflicts()
    found["of each"] = [snapshot.graph().claims_of_conflict(c.iri) for c in found["conflicts"]]
    for day in ("2020-05-05", "2021-06-10"):
        moment = read_key(snapshot.names, snapshot.resolve_dated, day)
        found[day] = (
            snapshot.certainty(moment),
            set(snapshot.contested(moment)),
            set(snapshot.slice(moment, degree=Certainty.POSSIBLE)),
        )
    found["by columns"] = [by_columns(snapshot, one) for one in operations(snapshot)]
    labels = snapshot.registry.labels
    asked = snapshot.what_if(None, [ADA])
    found["explained"] = explain(asked.world, ADA, labels, asked, []).to_dict()
    found["iri"] = (iri(1) in claims, claims.get(iri(1)), claims[TOLD])
    graph = snapshot.graph()
    offices = sorted(graph.offices())
    about = ((office, graph.about_office(office)) for office in offices)
    found["vacant"] = offices, [*map(str, vacant_triples(BASE, about))]
    return found


def operations(snapshot: Snapshot) -> Iterator[Operation]:
    """What is asked of the columns: who held what on a day, and what is otherwise on another."""
    days = [
        read_key(snapshot.names, snapshot.resolve_dated, day)
        for day in ("2020-05-05", "2021-06-10")
    ]
    possible, who = Certainty.POSSIBLE, {"subject": "?person", "object": "?office"}
    columns = ("person", "office", "certainty", "contested", "basis", "start", "end")
    kind = {"kind": "tn:Tenure"}
    for day in days:
        yield Operation("situations", who | kind, {}, [day], possible, columns, ("person",))
    yield Operation("changes", who, {}, days, possible, ("person", "change", "basis"), ("person",))


def by_columns(snapshot: Snapshot, asked: Operation) -> tuple[object, ...]:
    """The rows; none are made where another test's thread has it forget the columns meanwhile."""
    while (table := answered(snapshot, asked)) is None:
        pass
    return tuple(table)


def test_an_edition_stays_as_it_is(kb: KnowledgeBase) -> None:
    snapshots = [(kb.snapshot, answers(kb.snapshot))]
    changes = (
        later(1),
        later(2, 'tn:end "2021-06-15"^^edtf:EDTF'),
        Change(retracted=(TOLD,)),
        Change(retracted=(iri(2),)),
        later(3, 'tn:start "2019-12-24"^^edtf:EDTF'),
        later(4, 'tn:end "2020-03"^^edtf:EDTF'),  # contradicts the first
    )
    for change in changes:
        write(kb, change)
        snapshots.append((kb.snapshot, answers(kb.snapshot)))
        for snapshot, before in snapshots:
            # What a snapshot has worked out once it keeps; it is to be worked out anew.
            forget(snapshot)
            assert answers(snapshot) == before
    told = [one["claims"] for _, one in snapshots]
    assert all(one != other for one, other in pairwise(told))
    assert len({one["conflicts"] for _, one in snapshots}) == 2


@pytest.mark.parametrize("first", [list, len, lambda _: None], ids=["all", "each", "nothing"])
def test_sources_are_read_when_asked_for_and_stay_as_they_were(
    facts: Path, tmp_path: Path, first: Callable[[Mapping[str, Source]], object]
) -> None:
    written = open_knowledge_base(facts, store=tmp_path / "store")
    expected = dict(written.sources)
    written.close()
    kb = open_knowledge_base(store=tmp_path / "store")
    sources = kb.sources
    first(sources)
    for number in range(2):
        write(kb, later(number))
    for other in (OFFICE, ADA, TOLD, *kb.claims, f"{TOLD}/evidence", "no IRI"):
        assert other not in sources
    assert {iri: sources.get(iri) for iri in kb.sources} == {
        iri: expected.get(iri) for iri in kb.sources
    }
    assert dict(sources) == expected
    now = dict(kb.sources)
    assert len(now) == len(kb.sources) > len(expected)
    kb.refresh()
    assert dict(kb.sources) == now
    kb.close()


def test_rows_of_an_old_edition(kb: KnowledgeBase) -> None:
    old = kb.snapshot

    def rows() -> dict[str, tuple[str, ...] | None]:
        found = old._rows(old._context(old.default_policy))
        return {iri: None if row is None else row.names for iri, row in found}

    before = rows()
    write(kb, Change(retracted=(TOLD,)))
    write(kb, later(1))
    assert before[TOLD] is not None
    assert rows() == before


def test_readers_of_an_old_edition_while_somebody_writes(kb: KnowledgeBase) -> None:
    old, before = kb.snapshot, answers(kb.snapshot)
    failed: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while True:
                last = done.is_set()
                forget(old)
                assert answers(old) == before
                now = answers(kb.snapshot)
                assert now["count"] == len(now["claims"]) >= before["count"]
                if last:
                    return
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for one in readers:
        one.start()
    try:
        for number in range(1, 9):
            write(kb, later(number, f'tn:heldOn "2020-05-{number:02d}"^^edtf:EDTF'))
            if number % 3 == 0:
                write(kb, Change(retracted=(iri(number - 1),)))
    finally:
        done.set()
        for one in readers:
            one.join(60)
    assert not failed, failed[0]
    assert len(kb.claims) == before["count"] + 8


def test_a_dry_run_leaves_nothing_behind(kb: KnowledgeBase) -> None:
    before, state, snapshot = answers(kb.snapshot), state_of(kb), kb.snapshot
    generation = kb.store.generation
    commit(kb, later(1), who=None, message="A test.", dry_run=True)
    commit(kb, Change(retracted=(TOLD,)), who=None, message="A test.", dry_run=True)
    assert kb.snapshot is snapshot
    assert kb.store.generation == generation
    assert state_of(kb) == state
    forget(snapshot)
    assert answers(kb.snapshot) == before
    write(kb, later(2))
    assert iri(1) not in kb.claims
    assert iri(2) in kb.claims
    assert kb.claims[TOLD].retracted_at is None


def test_a_write_that_fails_leaves_everything_as_it_was(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, quads, snapshot = answers(kb.snapshot), set(kb.store.quads()), kb.snapshot
    graphs = list(kb.graphs)

    def full(*_: object, **__: object) -> None:
        raise StoreFull("There is no room.", remedy="Make some.")

    with monkeypatch.context() as patched:
        patched.setattr(kb.store, "change", full)
        for change in (later(1), Change(retracted=(TOLD,))):
            with pytest.raises(StoreFull):
                write(kb, change)
    forget(snapshot)
    assert kb.snapshot is snapshot
    assert set(kb.store.quads()) == quads
    assert list(kb.graphs) == graphs
    assert answers(kb.snapshot) == before
    with pytest.raises(NotFound):
        write(kb, Change(retracted=(iri(1),)))
    write(kb, later(1))
    write(kb, Change(retracted=(TOLD,)))
    assert kb.claims[TOLD].retracted_at is not None
    assert iri(1) in kb.claims
    forget(snapshot)
    assert answers(snapshot) == before


def test_claims_that_others_write_count_at_once(kb: KnowledgeBase, facts: Path) -> None:
    other = open_knowledge_base(facts)
    write(other, later(1))
    write(kb, Change(retracted=(iri(0),)))
    write(other, later(1))
    new = set(other.store.quads()) - set(kb.store.quads())
    computed = {other.names.graph("world"), other.names.graph("state")}
    kb.store.add(one for one in new if one.graph_name not in computed)
    assert iri(1) in kb.claims
    assert kb.claims[iri(1)] in kb.claims_about(ADA)
    world = kb.names.graph("world")
    assert set(kb.store.quads(world)) == set(other.store.quads(world))
    other.store.close()


def test_an_empty_store() -> None:
    store = Store(None)
    kb = KnowledgeBase(store, Names())
    assert list(kb.claims) == []
    assert list(kb.conflicts()) == []
    assert kb.snapshot.claims.last_instant() == ""
    assert dict(kb.certainty(kb.moment(at="2020"))) == {}
    store.close()
