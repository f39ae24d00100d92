"""``tenure load``: newer facts come in as a revision, and what was written to the store stays."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad
from tests.small import small_facts, written_store
from tests.transactions.documents import iri
from tests.transactions.whole import state_of
from typer.testing import CliRunner

from tenure.cli import build_app
from tenure.errors import NotWritable
from tenure.knowledge import KnowledgeBase, open_knowledge_base, read_knowledge_base
from tenure.namespaces import BASE, Names
from tenure.store import Store
from tenure.transactions import Change, commit
from tenure.transactions.verify import verify

NAMES = Names()
INA = BASE + "claim/ina-6771/"


@pytest.fixture
def facts(repo_root: Path, tmp_path: Path) -> Path:
    return small_facts(repo_root, tmp_path / "facts")


@pytest.fixture
def store(facts: Path, tmp_path: Path) -> Path:
    """A store that was filled from the facts and written to."""
    return written_store(facts, tmp_path / "store")


def load(store: Path, facts: Path, *words: str, code: int = 0) -> dict[str, Any]:
    """What ``tenure load`` says as JSON."""
    done = CliRunner().invoke(
        build_app(),
        ["load", "--store", str(store), "--facts", str(facts), "--format", "json", *words],
        prog_name="tenure",
    )
    assert done.exit_code == code, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def quads(path: Path) -> set[Quad]:
    with Store(path, make=False) as opened:
        return set(opened.quads())


def opened(path: Path) -> KnowledgeBase:
    return read_knowledge_base(path)


def without_claim(text: str, number: int) -> str:
    """A file of facts without the description and the graph of one claim."""
    text = re.sub(rf"(?ms)^claim:{number} a tn:Claim .*?\.\n\n", "", text)
    return re.sub(rf"(?ms)^claim:{number} \{{.*?^\}}\n", "", text)


def with_claim(text: str, number: int, other: int) -> str:
    """A file of facts with a copy of a claim under another number."""
    parts = re.findall(rf"(?ms)^claim:{number} (?:a tn:Claim .*?\.\n\n|\{{.*?^\}}\n)", text)
    assert len(parts) == 2
    return text + "\n" + "\n".join(parts).replace(f"claim:{number} ", f"claim:{other} ")


def edit(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") != text
    path.write_text(text, encoding="utf-8")


def test_the_same_facts_are_nothing_new(store: Path, facts: Path) -> None:
    before = quads(store)
    told = load(store, facts)
    assert told["add"] == {"claims": [], "sources": [], "entities": [], "graphs": []}
    assert (told["retract"], told["revisions"]) == ([], [])
    assert told["leave"]["writtenHere"] == 1
    assert told["leave"]["same"] > 2
    assert quads(store) == before


def test_newer_facts_add_and_retract_and_leave_what_was_written(store: Path, facts: Path) -> None:
    file = facts / "ina-6771.trig"
    text = with_claim(file.read_text(encoding="utf-8"), 1, 77)
    edit(file, without_claim(text, 2))
    before = quads(store)
    planned = load(store, facts, "--dry-run")
    assert planned["dryRun"]
    assert quads(store) == before
    done = load(store, facts, "--message", "The agency's report again.", "--by", "Eva")
    assert {**planned, "dryRun": False, "revisions": done["revisions"]} == done
    assert done["add"]["claims"] == [INA + "77"]
    assert done["retract"] == [INA + "2"]
    assert done["leave"]["writtenHere"] == 1
    kb = opened(store)
    assert kb.claims[iri()].retracted_at is None
    assert kb.claims[INA + "2"].retracted_at == kb.claims[INA + "77"].recorded_at
    last = kb.revisions()[-1]
    assert (last.message, last.by) == ("The agency's report again.", "Eva")
    assert last.instant == kb.claims[INA + "77"].recorded_at
    assert verify(kb.store, NAMES).sound
    kb.close()
    # What a load brought in came from files too, and goes when they no longer have it.
    edit(file, without_claim(file.read_text(encoding="utf-8"), 77))
    assert load(store, facts)["retract"] == [INA + "77"]


def test_a_source_that_is_missing_is_left_unless_the_folder_is_complete(
    store: Path, facts: Path
) -> None:
    (facts / "ina-6771.trig").unlink()
    told = load(store, facts)
    missing = told["leave"]["ofMissingSources"]
    assert INA + "1" in missing
    assert told["retract"] == []
    told = load(store, facts, "--complete")
    assert told["retract"] == missing
    kb = opened(store)
    assert kb.claims[iri()].retracted_at is None
    kb.close()


def test_what_files_tell_otherwise_is_named_and_left(store: Path, facts: Path) -> None:
    file = facts / "ina-6771.trig"
    edit(file, file.read_text(encoding="utf-8").replace("he resigns", "he leaves"))
    before = quads(store)
    told = load(store, facts, "--dry-run", code=1)
    assert told["leave"]["differing"] == [INA + "1"]
    assert load(store, facts, code=1)["leave"]["differing"] == [INA + "1"]
    content = {quad for quad in quads(store) if quad.graph_name == NamedNode(INA + "1")}
    assert content == {quad for quad in before if quad.graph_name == NamedNode(INA + "1")}


def test_a_retraction_on_either_side_stays(store: Path, facts: Path) -> None:
    with pytest.raises(NotWritable, match="opened to be read"):
        commit(opened(store), Change(retracted=(INA + "1",)), who="ada", message="Not so.")
    kb = open_knowledge_base(store=store)
    commit(kb, Change(retracted=(INA + "1",)), who="ada", message="Not so.")
    kb.close()
    words = ["claim", "retract", "ina-6771/2", "--message", "Misread.", "--facts", str(facts)]
    assert CliRunner().invoke(build_app(), words, prog_name="tenure").exit_code == 0
    told = load(store, facts)
    assert told["retract"] == [INA + "2"]
    kb = opened(store)
    assert kb.claims[INA + "1"].retracted_at is not None
    assert kb.claims[INA + "2"].retracted_at is not None
    kb.close()
    assert load(store, facts)["retract"] == []


def test_new_sources_and_entities_come_with_what_they_rest_on(
    store: Path, facts: Path, repo_root: Path
) -> None:
    shutil.copyfile(
        repo_root / "kb" / "facts" / "shafaqna-136947.trig", facts / "shafaqna-136947.trig"
    )
    told = load(store, facts)
    assert told["add"]["sources"] == [BASE + "source/shafaqna-136947"]
    kb = opened(store)
    whole = open_knowledge_base(facts)
    source = BASE + "source/shafaqna-136947"
    assert {one.statement for one in kb.claims_of(source)} == {
        one.statement for one in whole.claims_of(source)
    }
    assert kb.claims_of(source)[0].evidence == whole.claims_of(source)[0].evidence
    assert verify(kb.store, NAMES).sound
    kb.close()


def test_a_rule_that_is_broken_refuses_all_of_it(store: Path, facts: Path) -> None:
    file = facts / "ina-6771.trig"
    text = with_claim(file.read_text(encoding="utf-8"), 1, 77)
    head, _, tail = text.rpartition("tn:hedged false ;")
    edit(file, head + tail)
    before = quads(store)
    done = CliRunner().invoke(
        build_app(), ["load", "--store", str(store), "--facts", str(facts)], prog_name="tenure"
    )
    assert done.exit_code in (1, 2)
    assert "ina-6771" in done.stderr
    assert quads(store) == before


def test_an_empty_store_is_filled_and_a_dry_run_makes_none(facts: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    planned = load(new, facts, "--dry-run")
    assert not new.exists()
    assert planned["fills"]
    done = load(new, facts)
    assert planned["add"] == done["add"]
    kb, whole = opened(new), open_knowledge_base(facts)
    assert kb.claims.keys() == set(done["add"]["claims"]) == whole.claims.keys()
    assert verify(kb.store, NAMES).sound
    assert state_of(kb) - set(kb.store.quads(NAMES.graph("state"))) == state_of(whole)
    kb.close()


def test_another_ontology_is_taken_over_with_its_facts(store: Path, facts: Path) -> None:
    ontology = NAMES.graph("ontology")
    with Store(store) as changed:
        told = list(changed.quads(ontology))
        gone = [q for q in told if q.subject == NamedNode(BASE + "ontology#Leak")]
        assert gone
        changed.change(gone, ())
    assert load(store, facts, "--dry-run")["renewsOntology"]
    assert not any(q in quads(store) for q in gone)
    assert load(store, facts)["renewsOntology"]
    assert set(gone) <= quads(store)
    assert not load(store, facts)["renewsOntology"]
    kb = opened(store)
    assert kb.claims[iri()].retracted_at is None
    assert verify(kb.store, NAMES).sound
    kb.close()


def test_the_history_tells_of_each_load(store: Path, facts: Path) -> None:
    file = facts / "ina-6771.trig"
    edit(file, with_claim(file.read_text(encoding="utf-8"), 1, 77))
    load(store, facts, "--message", "Once more.")
    done = CliRunner().invoke(
        build_app(), ["history", "--store", str(store), "--format", "json"], prog_name="tenure"
    )
    assert json.loads(done.stdout)["revisions"][-1]["message"] == "Once more."
