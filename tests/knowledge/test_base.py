"""The knowledge base as one object: bounded, safe between threads, the same from disk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tenure.errors import BadInput, NotFound
from tenure.knowledge import KnowledgeBase, open_knowledge_base, snapshot, virtual_graphs
from tenure.namespaces import BASE, Names
from tenure.store import Solutions, Store
from tenure.views import is_computed

HELD = "SELECT ?who FROM <{base}at/{day}> { ?who <http://www.w3.org/ns/org#holds> {what} }"


@pytest.fixture
def own(repo_root: Path) -> KnowledgeBase:
    """A knowledge base of its own, for tests that count what it keeps."""
    return open_knowledge_base(repo_root / "kb" / "facts")


def holders(kb: KnowledgeBase, day: str, what: str = "?what") -> list[object]:
    text = HELD.replace("{base}", kb.names.base).replace("{day}", day).replace("{what}", what)
    answer = kb.query(text)
    assert isinstance(answer, Solutions)
    return [who for (who,) in answer]


def count(kb: KnowledgeBase, day: str) -> int:
    return len(holders(kb, day))


def test_graphs_of_moments_are_bounded(repo_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_graphs, "MOST_SLICES", 4)
    monkeypatch.setattr(virtual_graphs, "MOST_WORLDS", 2)
    monkeypatch.setattr(snapshot, "MOST_WORLDS", 2)
    kb = open_knowledge_base(repo_root / "kb" / "facts")
    lasting = len(kb.store.graphs())
    for day in range(1, 29):
        count(kb, f"2020-01-{day:02d}")
    assert len(kb.store.graphs()) <= lasting + 14
    assert count(kb, "2020-01-02") == count(kb, "2020-01-03") > 0
    for source in sorted(kb.sources):
        kb.query("ASK {}", kb.policy(f"sources={source.rpartition('/')[2]}"))
    assert len(kb.store.graphs()) <= lasting + 14


def test_a_moment_without_anything_is_remembered_too(own: KnowledgeBase) -> None:
    assert count(own, "0500-01-01") == 0
    generation = own.store.generation
    assert count(own, "0500-01-01") == 0
    assert own.store.generation == generation


def test_threads_get_the_answers_that_one_would_get(own: KnowledgeBase) -> None:
    days = [f"20{year:02d}-0{month}-15" for year in range(10, 21) for month in (1, 6)]
    policies = ["", "sources=jpost-620411", "hedged=no", "modalities=all"]

    def everything(day: str) -> list[int]:
        found = [count(own, day)]
        moment = own.moment(at=day)
        found += [len(own.certainty(moment, own.policy(policy))) for policy in policies]
        return found

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(everything, days * 3))
    assert together == [everything(day) for day in days] * 3


def test_a_store_on_disk_answers_the_same(
    kb: KnowledgeBase, repo_root: Path, tmp_path: Path
) -> None:
    first = open_knowledge_base(repo_root / "kb" / "facts", store=tmp_path / "store")
    expected = count(kb, "2020-01-02")
    assert count(first, "2020-01-02") == expected
    first.query("ASK {}", first.policy("hedged=no"))
    first.store.close()
    again = open_knowledge_base(store=tmp_path / "store")
    leftovers = [g for g in again.store.graphs() if is_computed(again.names, g.value)]
    assert leftovers == []
    assert count(again, "2020-01-02") == expected
    assert again.world().occurrences == kb.world().occurrences
    assert again.world().conflicts == kb.world().conflicts
    again.store.close()


def test_a_store_that_is_given_folders_twice_holds_them_once(
    kb: KnowledgeBase, repo_root: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        opened = open_knowledge_base(repo_root / "kb" / "facts", store=tmp_path / "store")
        assert len(opened.claims) == len(kb.claims)
        # Only a store on disk says which format it has.
        told = {g for g in opened.store.graphs() if g != kb.names.graph("state")}
        assert told == {g for g in kb.store.graphs() if not is_computed(kb.names, g.value)}
        opened.store.close()


@pytest.mark.parametrize("name", ["", "x", "ftp://example.org/", "https://example.org"])
def test_a_base_that_is_none(name: str) -> None:
    with pytest.raises(BadInput, match="is no base"):
        open_knowledge_base(base=name or "-")


def test_another_base(repo_root: Path, tmp_path: Path) -> None:
    """A publisher's own base: the facts are written under it, and so is every answer."""
    ours = "https://example.org/kb/"
    for path in (repo_root / "kb" / "facts").iterdir():
        text = path.read_text(encoding="utf-8")
        for part in ("id", "claim", "source"):
            text = text.replace(f"{BASE}{part}/", f"{ours}{part}/")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    kb = open_knowledge_base(tmp_path, base=ours)
    deputy = str(kb.names.entity("office/pmu-deputy-head"))
    expected = [Names(ours).entity("person/abu-mahdi-al-muhandis")]
    assert holders(kb, "2020-01-02", deputy) == expected
    with pytest.raises(NotFound):
        kb.resolve_dated(f"{BASE}source/jpost-620411")


def test_facts_of_another_base_are_refused_with_both_named(repo_root: Path) -> None:
    with pytest.raises(BadInput, match=r"example\.org") as caught:
        open_knowledge_base(repo_root / "kb" / "facts", base="https://example.org/kb/")
    assert "base" in caught.value.remedy
    assert ".trig:" in str(caught.value.where)


def test_describing_a_claim_keeps_its_graph(kb: KnowledgeBase) -> None:
    iri = kb.names.claim("jpost-620411", "30-1")
    quads = kb.describe(iri)
    assert {q.graph_name for q in quads if q.graph_name == iri}
    assert [q for q in quads if q.graph_name != iri]


def test_a_store_stays_usable_after_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such folder"):
        open_knowledge_base(tmp_path / "nowhere", store=tmp_path / "store")
    with Store(tmp_path / "store") as store:
        assert store.size() == 0
