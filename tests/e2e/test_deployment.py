"""The service as deploy/ starts it: by the very words, with other paths and a free port."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.serving import launched
from tests.small import small_facts

PROGRAM = str(Path(sys.executable).with_name("tenure"))
UPDATE = "INSERT DATA { GRAPH <https://example.org/graph> { <urn:x:a> <urn:x:b> <urn:x:c> } }"
ASK = "/sparql?query=ASK{GRAPH<https://example.org/graph>{<urn:x:a>?p?o}}"

Started = tuple[list[str], dict[str, str]]


def by_systemd(deploy: Path, state: Path) -> Started:
    """What the unit runs, with the file of settings that it names."""
    unit = (deploy / "tenure.service").read_text(encoding="utf-8")
    [line] = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    settings = (deploy / "tenure.toml").read_text(encoding="utf-8")
    (state / "tenure.toml").write_text(settings.replace("/var/lib/tenure", str(state)))
    line = line.replace("/etc/tenure/", f"{state}/")
    line = line.replace("/opt/tenure/bin/tenure", PROGRAM)
    temporary = re.findall(r"^Environment=(.*)$", unit, re.MULTILINE)
    return shlex.split(line), _assigned(temporary, state)


def by_container(deploy: Path, state: Path) -> Started:
    """What a container of the image runs, in its environment."""
    text = (deploy / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    last = text.rpartition("\nFROM ")[2]
    words = [
        word
        for name in ("ENTRYPOINT", "CMD")
        for found in re.findall(rf"^{name} (.*)$", last, re.MULTILINE)
        for word in json.loads(found)
    ]
    environment = _assigned(re.findall(r"^ENV (.*)$", last, re.MULTILINE), state)
    del environment["PATH"]
    return [PROGRAM if word == "tenure" else word for word in words], environment


def _assigned(lines: list[str], state: Path) -> dict[str, str]:
    pairs = (pair.split("=", 1) for line in lines for pair in shlex.split(line))
    return {name: value.replace("/var/lib/tenure", str(state)) for name, value in pairs}


@pytest.mark.parametrize("started", [by_systemd, by_container])
def test_what_was_written_is_there_after_the_next_start(
    repo_root: Path, tmp_path: Path, started: Callable[[Path, Path], Started]
) -> None:
    state = tmp_path / "state"
    (state / "tmp").mkdir(parents=True)
    command, environment = started(repo_root / "deploy", state)
    facts = small_facts(repo_root, tmp_path / "facts")
    # What whoever runs it sets besides: that it may be written, and here a free port.
    environment |= {"TENURE_WRITABLE": "true", "TENURE_PORT": "0", "TENURE_FACTS": str(facts)}
    environment["TENURE_WORKERS"] = "1"
    environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
    made = subprocess.run(
        [PROGRAM, "key", "new", "ada", "--scope", "write", "--keys", str(state / "keys.json")],
        capture_output=True,
        text=True,
        check=True,
        cwd=state,
    )
    proof = {"Authorization": f"Bearer {made.stdout.strip()}", "Host": "localhost"}
    with launched(state, command, environment) as server:
        kind = "application/sparql-update"
        answer, text = server.ask("/sparql", "POST", UPDATE, Content_Type=kind, **proof)
        assert answer.status == 200, text
        assert server.stop() == 0
    assert (state / "audit.jsonl").read_text(encoding="utf-8").count("committed") == 1
    with launched(state, command, environment) as server:
        answer, text = server.ask(ASK, Accept="application/sparql-results+json", **proof)
        assert json.loads(text)["boolean"] is True
        assert server.stop() == 0
