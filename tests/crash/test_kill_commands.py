"""Commands that fill or change a store are killed at random moments, and run again as they were.

Whatever was killed, the same command once more ends well, and the store is what it would have been.
As in :mod:`tests.crash.test_kill`, ``CRASH_KILLS`` says how many kills there are (a tenth here).
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.crash.test_kill import KILLS as ALL
from tests.crash.test_kill import SEED, killed
from tests.crash.writing import LARGE, large_facts
from tests.transactions.documents import iri

from tenure.knowledge import open_knowledge_base
from tenure.namespaces import Names
from tenure.store import Store
from tenure.transactions.backup import lasting
from tenure.transactions.verify import verify

NAMES = Names()
KILLS = max(1, ALL // 10)
PERSON = """\
- id: {{bioguide: B{number}}}
  name: {{first: Ada, last: Brook {number}}}
  terms:
  - {{type: prez, start: '{year}-01-20', end: '{end}-01-20', party: Whig, how: election}}
"""


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recorded states of a data set."""
    folder = tmp_path_factory.mktemp("states")
    for name, most in (("2020-01-01T000000_aaaaaaa", 20), ("2021-01-01T000000_bbbbbbb", 30)):
        people = (
            PERSON.format(number=one, year=1800 + 4 * one, end=1804 + 4 * one)
            for one in range(most)
        )
        (folder / f"{name}.yaml").write_text("".join(people), encoding="utf-8")
    return folder


def tenure(folder: Path, *words: object, delay: float | None = None) -> int | None:
    """The exit code of a command; None where it was killed after ``delay`` seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tenure", *map(str, words)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    try:
        process.communicate(timeout=delay)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    return process.returncode


def told(store: Path) -> set[object]:
    """What a store that is sound was told."""
    with Store(store, make=False) as opened:
        found = verify(opened, NAMES)
        assert found.faults == ()
        return set(lasting(opened, NAMES))


@pytest.mark.parametrize("target", ["store", "facts and store"])
def test_an_import_that_is_killed_is_run_again(states: Path, tmp_path: Path, target: str) -> None:
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    whole = tmp_path / "whole"
    (whole / "facts").mkdir(parents=True)
    words = ["import", "us-executive", states, "--store", "store"]
    words += ["--facts", "facts"] if target != "store" else []
    began = time.monotonic()
    assert tenure(whole, *words) == 0
    lasted = time.monotonic() - began
    for kill in range(KILLS):
        here = tmp_path / str(kill)
        (here / "facts").mkdir(parents=True)
        tenure(here, *words, delay=chance.uniform(0.2, 1.0) * lasted)
        code = tenure(here, *words)
        # To a store of its own the import is made once; the first may have been through.
        assert code == 0 or (target == "store" and code == 2), kill
        assert told(here / "store") == told(whole / "store"), kill
        left = {one.name for one in here.iterdir()} | {one.name for one in here.glob("facts/*")}
        assert left <= {"facts", "store", "entities.ttl", "us-executive.trig"}, kill
        shutil.rmtree(here)


def test_a_load_that_is_killed_is_run_again(
    small_facts: Path, repo_root: Path, tmp_path: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311
    more = shutil.copytree(small_facts, tmp_path / "more")
    shutil.copyfile(repo_root / "kb/facts/shafaqna-136947.trig", more / "shafaqna-136947.trig")
    first = tmp_path / "first"
    open_knowledge_base(small_facts, store=first).store.close()
    words = ("load", "--facts", more, "--store", "store")
    lasted = 0.0
    for kill in range(-1, KILLS):
        here = tmp_path / str(kill)
        shutil.copytree(first, here / "store")
        began = time.monotonic()
        if kill >= 0:
            tenure(here, *words, delay=chance.uniform(0.3, 1.0) * lasted)
        assert tenure(here, *words) == 0
        lasted = lasted or time.monotonic() - began
        with Store(here / "store", make=False) as opened:
            assert verify(opened, NAMES).faults == ()
        kb = open_knowledge_base(more, store=here / "store")
        assert kb.claims.keys() == open_knowledge_base(more).claims.keys()
        kb.store.close()


def test_a_restore_that_is_killed_leaves_a_whole_store_or_none(
    small_facts: Path, tmp_path: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311
    open_knowledge_base(small_facts, store=tmp_path / "store").store.close()
    assert tenure(tmp_path, "backup", "store", "copy.nq") == 0
    began = time.monotonic()
    assert tenure(tmp_path, "restore", "copy.nq", "again") == 0
    lasted = time.monotonic() - began
    for kill in range(KILLS):
        shutil.rmtree(tmp_path / "again", ignore_errors=True)
        tenure(tmp_path, "restore", "copy.nq", "again", delay=chance.uniform(0.3, 1.0) * lasted)
        if (tmp_path / "again").exists():
            with Store(tmp_path / "again", make=False) as opened:
                found = verify(opened, NAMES)
            assert (found.faults, found.notes) == ((), ()), kill
    shutil.rmtree(tmp_path / "again", ignore_errors=True)
    assert tenure(tmp_path, "restore", "copy.nq", "again") == 0
    assert not list(tmp_path.glob(".tenure-*"))


def test_a_large_base_loses_nothing(repo_root: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311
    facts, number = large_facts(repo_root, tmp_path / "facts"), LARGE
    store, acknowledged = tmp_path / "store", list[int]()
    for _ in range(KILLS):
        lines = killed(repo_root, store, facts, number, chance.uniform(0.2, 1.5), one=True)
        told_of = [int(line.split()[1]) for line in lines if line.startswith("add ")]
        acknowledged += told_of
        number = max((number, *told_of)) + 1
        with Store(store, make=False) as opened:
            graphs = {graph.value for graph in opened.graphs()}
        assert {iri(one) for one in acknowledged} <= graphs
        assert sum(one.startswith(iri("")) for one in graphs) >= LARGE
    assert acknowledged
