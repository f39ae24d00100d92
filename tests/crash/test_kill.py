"""A writing process is killed at random moments; every acknowledged write is there, none by half.

The number of kills is small here; ``make crash KILLS=300`` makes more of them. ``CRASH_KILLS``
and ``CRASH_SEED`` say how many, and which.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.crash.ledger import Ledger
from tests.transactions.documents import iri
from tests.transactions.whole import violations

from tenure.knowledge import open_knowledge_base

KILLS = int(os.environ.get("CRASH_KILLS", "4"))
SEED = os.environ.get("CRASH_SEED", "tenure")
# A store that has grown makes each round slower, and none of them likelier to go wrong.
_ROUNDS_A_STORE = 25


def killed(
    repo_root: Path, store: Path, facts: Path, first: int, delay: float, *, one: bool = False
) -> list[str]:
    """What a writing process acknowledged in ``delay`` seconds, opening included.

    ``one``: a first write is waited for, however long it takes.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.writing", str(store), str(facts), str(first)],
        cwd=repo_root,
        stdout=subprocess.PIPE,
        text=True,
    )
    first_told = ""
    try:
        assert process.stdout is not None
        # One round in a few is killed while it still opens the store.
        opened = (delay < 0.15 and not one) or process.stdout.readline() == "open\n"
        if one:
            first_told = process.stdout.readline()
        time.sleep(delay)
    finally:
        process.kill()
        told, _ = process.communicate()
    assert opened
    return (first_told + told).splitlines()


@pytest.mark.parametrize("seed", [SEED])
def test_no_acknowledged_write_is_lost(
    repo_root: Path, small_facts: Path, tmp_path: Path, seed: str
) -> None:
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    acknowledged = 0
    for first in range(0, KILLS, _ROUNDS_A_STORE):
        # Whoever comes first fills the store, and may be killed in the middle of it.
        store, ledger = tmp_path / f"store-{first}", Ledger()
        last = min(first + _ROUNDS_A_STORE, KILLS) - 1
        for round_ in range(first, last + 1):
            lines = killed(
                repo_root,
                store,
                small_facts,
                ledger.highest + 1,
                chance.uniform(0.02, 0.9),
                one=round_ == last,
            )
            for line in lines:
                ledger.note(line)
            assert ledger.missing_from(store) == [], f"kill {round_} of seed {seed!r}"
        acknowledged += len(ledger.added)
        kb = open_knowledge_base(small_facts, store=store)
        try:
            assert violations(kb) == set()
            assert all(kb.claims[iri(number)].content for number in ledger.added)
        finally:
            kb.store.close()
    assert acknowledged > 0


def test_a_full_disk_refuses_the_write_and_keeps_the_rest(
    repo_root: Path, small_facts: Path, tmp_path: Path
) -> None:
    store, ledger = tmp_path / "store", Ledger()
    open_knowledge_base(small_facts, store=store).store.close()
    # No file may grow beyond this: what a full disk does, done to one process alone.
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.writing", str(store), str(small_facts), "1", "350000"],
        cwd=repo_root,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    )
    lines = done.stdout.splitlines()
    assert lines[-2] == "full"
    for line in lines:
        ledger.note(line)
    assert ledger.added
    claims, quads = map(int, lines[-1].removeprefix("read ").split())
    assert claims >= len(ledger.added)
    assert quads > 0
    assert ledger.missing_from(store) == []
    # With room again, it takes up where it was.
    kb = open_knowledge_base(store=store)
    try:
        assert violations(kb) == set()
    finally:
        kb.store.close()
