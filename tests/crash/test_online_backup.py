"""A store is backed up through its server while it is written to, restored, and found sound."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.crash.test_kill_server import Writer, started
from tests.transactions.documents import iri
from typer.testing import CliRunner

from tenure.cli import build_app
from tenure.knowledge import open_knowledge_base


def test_a_backup_through_the_server(
    small_facts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, keys = tmp_path / "store", tmp_path / "keys.json"
    made = [sys.executable, "-m", "tenure", "key", "new", "keeper", "--scope", "admin"]
    key = subprocess.run(
        [*made, "--keys", str(keys)], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.strip()
    server, port = started(store, tmp_path, keys, small_facts)
    writer = Writer(port, key, 1, 1)
    run = CliRunner()
    try:
        writer.start()
        while not writer.told:
            writer.join(0.05)
        address = f"http://127.0.0.1:{port}"
        copy = str(tmp_path / "copy.nq")
        denied = run.invoke(build_app(), ["backup", address, copy], env={"TENURE_KEY": ""})
        assert denied.exit_code == 2
        assert "TENURE_KEY" in denied.output
        monkeypatch.setenv("TENURE_KEY", key)
        before = len(writer.told)
        done = run.invoke(build_app(), ["backup", address, copy])
        assert done.exit_code == 0, done.output
        acknowledged = [line for line in writer.told[:before] if line.startswith("add")]
    finally:
        server.kill()
        server.communicate()
        writer.join()
    restored = run.invoke(build_app(), ["restore", copy, str(tmp_path / "again")])
    assert restored.exit_code == 0, restored.output
    kb = open_knowledge_base(store=tmp_path / "again")
    try:
        assert {iri(int(line.split()[1])) for line in acknowledged} <= kb.claims.keys()
    finally:
        kb.store.close()
