"""Days and reasons after a write: of the new world, and no more kept than before."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.small import small_facts
from tests.transactions.documents import TENURE, body, claim, document, iri

from tenure.errors import NotFound
from tenure.knowledge import KnowledgeBase, open_knowledge_base, virtual_graphs
from tenure.knowledge.columns_file import MOST_CHANGED
from tenure.namespaces import BASE
from tenure.store import Solutions
from tenure.transactions import Change, commit
from tenure.views import is_computed

DAYS = ("2020-05-10", "2020-05-03", "2020-01-02")
VIEWS = ("", "/possible", "/certainty")


def answers(kb: KnowledgeBase) -> list[set[str]]:
    found = []
    for day in DAYS:
        for view in VIEWS:
            graph = f"{BASE}at/{day}{view}"
            answer = kb.query("SELECT * { ?s ?p ?o }", default_graphs=[graph])
            assert isinstance(answer, Solutions)
            found.append({str(row) for row in answer})
    return found


@pytest.mark.parametrize("most_changed", [1, MOST_CHANGED])
def test_days_after_writes_are_those_of_a_world_made_anew_and_bounded(
    repo_root: Path, monkeypatch: pytest.MonkeyPatch, most_changed: int
) -> None:
    monkeypatch.setattr("tenure.knowledge.world_graph.MOST_CHANGED", most_changed)
    monkeypatch.setattr(virtual_graphs, "MOST_SLICES", 2)
    monkeypatch.setattr(virtual_graphs, "MOST_WORLDS", 1)
    kb = open_knowledge_base(repo_root / "kb" / "facts")
    first = answers(kb)
    changes = (body(document()), Change(retracted=(iri(),)))
    for change in changes:
        commit(kb, change, who=None, message="A test.")
        told = answers(kb)
        kept = [g for g in kb.store.graphs() if is_computed(kb.names, g.value)]
        assert len(kept) <= 1 + 3 * 2
        kb.refresh()
        assert answers(kb) == told
        assert (told == first) == (change is changes[-1])
    kb.store.close()


def test_reasons_after_a_write_are_of_the_new_world(repo_root: Path) -> None:
    kb = open_knowledge_base(repo_root / "kb" / "facts")
    before = kb.what_if()
    assert kb.what_if() is before
    commit(kb, body(document()), who=None, message="A test.")
    told = kb.explain(TENURE)
    assert kb.what_if() is not before
    gone = f"Without gazette (claim {iri().rpartition('/')[2]}) nothing would tell of it."
    assert {one.text for bound in told.bounds for one in bound.hangs_on} == {gone}
    commit(kb, Change(retracted=(iri(),)), who=None, message="A test.")
    with pytest.raises(NotFound):
        kb.explain(TENURE)
    kb.store.close()


def test_days_taken_out_are_out_after_a_write_and_another_start(
    repo_root: Path, tmp_path: Path
) -> None:
    """The columns are of before the write; what came since is read from the store, whole."""
    held, denied = (
        f'tn:heldOn "{days}"^^edtf:EDTF' for days in ("2020-05-10", "[2020-05-02..2020-05-05]")
    )
    other = claim(2, denied).replace("tnv:Asserted", "tnv:Denied")
    facts, store = small_facts(repo_root, tmp_path / "facts"), tmp_path / "store"
    kb = open_knowledge_base(facts, store=store)
    answers(kb)
    commit(kb, body(document(claim(1, held), other)), who=None, message="A test.")
    told = answers(kb)
    # On the second of the days nobody says that she was there, possibly.
    assert not any(TENURE in row for row in told[len(VIEWS) + 2])
    kb.close()
    kb = open_knowledge_base(facts, store=store)
    assert answers(kb) == told
    kb.close()
