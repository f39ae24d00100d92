"""The graph of the world in a store: built once, and built again when it has to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from tests.conflicting import made_up_conflicts
from tests.knowledge.conftest import all_at_once
from tests.transactions.documents import body, document, iri

from tenure.errors import NotFound
from tenure.fusion import world_triples
from tenure.knowledge import KnowledgeBase, open_knowledge_base, read_knowledge_base
from tenure.knowledge.claim_store import _Reader
from tenure.knowledge.filling import load_files
from tenure.knowledge.materialise import computed_lines
from tenure.knowledge.snapshot import Snapshot
from tenure.namespaces import RDFS_LABEL, TN, TNV, XSD_BOOLEAN, XSD_DATETIME, Names
from tenure.store import Store
from tenure.transactions import Change, commit
from tenure.transactions.backup import back_up, restore
from tenure.transactions.verify import verify

NAMES = Names()
WORLD, STATE = NAMES.graph("world"), NAMES.graph("state")
JANE = (
    document()
    .replace("office:pmu-deputy-head", "office:harbour-master")
    .replace("jane-roe--pmu-deputy-head", "jane-roe--harbour-master")
)

Builds = list[int]
Open = Callable[[], KnowledgeBase]


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Builds:
    """Grows by one whenever a graph of a world is built."""
    seen: Builds = []

    def counted(snapshot: Snapshot, *given: Any) -> Iterator[bytes]:
        seen.append(1)
        return computed_lines(snapshot, *given)

    monkeypatch.setattr("tenure.knowledge.materialise.computed_lines", counted)
    return seen


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store on disk with the made-up base, without a world."""
    folder = made_up_conflicts(tmp_path / "facts")
    with Store(tmp_path / "store") as store:
        load_files(store, folder, NAMES)
    return tmp_path / "store"


@pytest.fixture
def reopened(path: Path) -> Iterator[Open]:
    """Opens the store again; what was opened before is closed first."""
    opened: list[Store] = []

    def again() -> KnowledgeBase:
        for one in opened:
            one.close()
        opened.append(Store(path))
        return KnowledgeBase(opened[-1], NAMES)

    yield again
    for one in opened:
        one.close()


def assert_right(kb: KnowledgeBase) -> None:
    """The graph is that of all claims, fused at once."""
    expected = set(world_triples(all_at_once(kb, kb.default_policy).world, NAMES))
    assert {one.triple for one in kb.store.quads(WORLD)} == expected != set()


def write(kb: KnowledgeBase) -> None:
    commit(kb, body(JANE), who=None, message="A test.")


def test_it_is_built_once(reopened: Open, builds: Builds) -> None:
    kb = reopened()
    once = len(builds)
    assert once > 0
    assert kb.claims
    assert kb.certainty(kb.moment(at="2020-05-05"))
    assert len(builds) == once
    assert_right(kb)
    del builds[:]
    reopened()
    assert not builds


def test_after_writes_it_is_not_built_again(reopened: Open, builds: Builds) -> None:
    kb = reopened()
    write(kb)
    del builds[:]
    kb = reopened()
    assert not builds
    assert iri(1) in kb.claims
    commit(kb, Change(retracted=(iri(1),)), who=None, message="A test.")
    assert not builds
    assert_right(kb)


def test_another_ontology_makes_another_world(reopened: Open, builds: Builds) -> None:
    kb = reopened()
    ontology = NAMES.graph("ontology")
    seats = next(kb.store.quads(ontology, subject=TN("Tenure"), predicate=RDFS_LABEL))
    store = kb.store
    store.change([seats], [Quad(TN("Tenure"), RDFS_LABEL, Literal("x", language="en"), ontology)])
    del builds[:]
    kb = reopened()
    assert builds
    assert_right(kb)


@pytest.mark.parametrize("left", [0, 10])
def test_a_build_that_was_broken_off_is_done_again(
    reopened: Open, builds: Builds, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    load = Store.load

    def broken(self: Store, blocks: Iterable[bytes]) -> None:
        load(self, [b"".join(b"".join(blocks).splitlines(keepends=True)[:left])])
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Store, "load", broken)
        with pytest.raises(KeyboardInterrupt):
            reopened()
    del builds[:]
    kb = reopened()
    assert builds
    assert_right(kb)


def test_a_build_while_open_that_was_broken_off_is_done_again(
    reopened: Open, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    kb = reopened()
    entities = NAMES.graph("entities")
    known = NamedNode(f"{NAMES.base}id/person/ada-brook")
    kb.store.add([Quad(known, RDFS_LABEL, Literal("Ada", language="fr"), entities)])

    def broken(_: Store, __: Iterable[bytes]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        # A large world is written in bulk, a small one in one transaction.
        patched.setattr("tenure.knowledge.snapshot.MOST_AT_ONCE", 0)
        patched.setattr(Store, "load", broken)
        with pytest.raises(KeyboardInterrupt):
            kb.conflicts()
    del builds[:]
    kb = reopened()
    assert builds
    assert_right(kb)


def test_raw_writes_while_it_is_open_make_it_anew(reopened: Open, builds: Builds) -> None:
    kb = reopened()
    claim = next(iter(kb.claims))
    stated = [one for one in kb.store.quads(NamedNode(claim)) if one.predicate == TN("start")]
    date = Literal("2020-02-02", datatype=stated[0].object.datatype)  # type: ignore[union-attr]
    del builds[:]
    kb.store.change(stated, [Quad(stated[0].subject, TN("start"), date, stated[0].graph_name)])
    assert kb.occurrences([stated[0].subject.value])  # type: ignore[union-attr]
    assert builds
    assert_right(kb)


# ---------------------------------------------------------------- verify, back up and restore


def test_verify(reopened: Open) -> None:
    kb = reopened()
    write(kb)
    assert verify(kb.store, NAMES).faults == ()
    store = kb.store
    some = sorted(store.quads(WORLD), key=str)[3]
    stray = Quad(some.subject, TN("certainty"), Literal("perhaps"), WORLD)
    lost = Quad(some.subject, some.predicate, some.object, NamedNode(f"{NAMES.base}graph/lost"))
    for change, how in (
        (([], [stray]), "does not follow"),
        (([some], []), "is not stored"),
        (([], [lost]), "nobody's"),
    ):
        store.change(*change)
        (fault,) = verify(store, NAMES).faults
        assert how in str(fault)
        store.change(change[1], change[0])
        store.remove_graph(NamedNode(f"{NAMES.base}graph/lost"))
        assert verify(store, NAMES).sound


@pytest.mark.parametrize("kind", ["folder", "plain.nq"])
def test_what_is_restored_is_not_built_in_vain(
    reopened: Open, builds: Builds, tmp_path: Path, kind: str
) -> None:
    kb = reopened()
    # Whoever restores a plain backup has the gate look at all of it.
    write(kb)
    world = set(kb.store.quads(WORLD))
    back_up(kb.store, tmp_path / kind, NAMES)
    restore(tmp_path / kind, tmp_path / "again", NAMES)
    del builds[:]
    with Store(tmp_path / "again") as store:
        other = KnowledgeBase(store, NAMES)
        assert not builds
        assert set(store.quads(WORLD)) == world
        assert dict(other.claims) == dict(kb.claims)
        commit(other, Change(retracted=(iri(1),)), who=None, message="A test.")
        assert verify(store, NAMES).sound


def test_other_files_in_the_same_folder_make_another_world(path: Path, tmp_path: Path) -> None:
    KnowledgeBase(store := Store(path), NAMES)
    before = set(store.quads(WORLD))
    folder = tmp_path / "facts"
    (folder / "herald-1.trig").unlink()
    load_files(store, folder, NAMES)
    kb = KnowledgeBase(store, NAMES)
    assert set(store.quads(WORLD)) != before
    assert_right(kb)
    store.close()


def test_who_is_stopped_while_filling_leaves_a_store_that_holds_nothing(tmp_path: Path) -> None:
    folder, path = made_up_conflicts(tmp_path / "facts"), tmp_path / "store"
    with Store(path) as store, pytest.MonkeyPatch.context() as patched:
        patched.setattr(Store, "change", _stopped)
        with pytest.raises(KeyboardInterrupt):
            load_files(store, folder, NAMES, note_origin=True)
        assert store.size() > 1
    with pytest.raises(NotFound, match="holds nothing"):
        read_knowledge_base(path)
    (folder / "herald-1.trig").unlink()
    with open_knowledge_base(folder, store=path).store as filled, Store() as other:
        load_files(other, folder, NAMES)
        assert set(filled.graphs()) == {*other.graphs(), *NAMES.computed_parts, STATE}
        assert_right(KnowledgeBase(filled, NAMES))


def _stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


AS_MOST = {
    *(("has another", name) for name in ("source", "recordedAt", "statement", "attribution")),
    *(("lacks", name) for name in ("rank", "reading")),
}
OTHER: dict[str, NamedNode | Literal] = {
    "source": NAMES.source("other"),
    "recordedAt": Literal("2020-01-01T00:00:00Z", datatype=XSD_DATETIME),
    "statement": Literal("Another.", language="en"),
    "attribution": NAMES.source("other/chain/own"),
    "modality": TNV("Alleged"),
    "hedged": Literal("true", datatype=XSD_BOOLEAN),
    "rank": TNV("Deprecated"),
    "reading": TNV("Inferred"),
    "tense": TNV("Past"),
    "retractedAt": Literal("2020-01-01T00:00:00Z", datatype=XSD_DATETIME),
}


@pytest.mark.parametrize("name", [*OTHER, "evidence"])
def test_a_claim_that_is_described_otherwise_than_most_is_read_as_a_whole(
    path: Path, name: str
) -> None:
    """Whatever of its description is otherwise: one that is missing, another, or one more."""
    with Store(path) as store:
        provenance, claims = NAMES.graph("provenance"), _Reader(store, NAMES, {})

        def plain() -> set[str]:
            apart = claims.apart()
            return {iri for iri, *_ in claims.plain() if iri not in apart}

        before = plain()
        claim = NamedNode(min(before))
        was = list(store.quads(provenance, subject=claim, predicate=TN(name)))
        more = [Quad(claim, TN(name), OTHER[name], provenance)] if name in OTHER else []
        none: list[Quad] = []
        for what, gone, come in (
            ("lacks", was, none),
            ("has another", was, more),
            ("has more", none, more),
        ):
            store.change(gone, come)
            as_most = (what, name) in AS_MOST or not (gone or come)
            assert plain() == (before if as_most else before - {claim.value}), what
            store.change(come, gone)
