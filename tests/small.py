"""A few of the facts, a store that was filled from them and written to, and a key to write with."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.transactions.documents import document
from typer.testing import CliRunner

from tenure.cli import build_app
from tenure.knowledge import open_knowledge_base
from tenure.store import graph_format
from tenure.transactions import BodyChange, commit

SMALL = ("entities.ttl", "ina-6771.trig", "rt-483298.trig")


def small_facts(repo_root: Path, folder: Path) -> Path:
    """The new folder ``folder`` with the registry and two sources."""
    folder.mkdir()
    for name in SMALL:
        shutil.copyfile(repo_root / "kb" / "facts" / name, folder / name)
    return folder


def written_store(facts: Path, path: Path) -> Path:
    """The new store ``path``, filled from the facts and written to."""
    kb = open_knowledge_base(facts, store=path)
    change = BodyChange(document().encode(), graph_format("trig"))
    commit(kb, change, who="ada", message="From the gazette.")
    kb.store.close()
    return path


def new_key(folder: Path) -> str:
    """A key to write with, in the file of keys that a server started in ``folder`` reads."""
    words = ("key", "new", "ada", "--scope", "write", "--keys")
    made = CliRunner().invoke(build_app(), [*words, str(folder / "tenure-keys.json")])
    assert made.exit_code == 0, made.output
    return made.stdout.strip()
