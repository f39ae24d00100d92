"""``tenure doctor`` and ``tenure key``."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.errors import BadInput
from tenure.knowledge.filling import ontology_as_stored
from tenure.knowledge.store_state import format_quad
from tenure.namespaces import BASE, Names
from tenure.store import Store
from tenure_api.doctor import CHECKS, NOTE, OK, WRONG
from tenure_api.key_command import _instant
from tenure_api.security import KEY, Keys
from tenure_api.settings import Settings

Run = Callable[..., Any]


pytestmark = pytest.mark.usefixtures("elsewhere")


# ------------------------------------------------------------------ keys


def test_a_key_is_shown_once_and_listed_without_it(run: Run) -> None:
    made = run("key", "new", "ada", "--scope", "write", "--scope", "read", "--ends", "never")
    assert made.exit_code == 0
    assert "in tenure-keys.json:" in made.stderr
    key = made.stdout.strip()
    assert KEY.fullmatch(key)
    for form in ("table", "json"):
        listed = run("key", "list", "--format", form)
        assert listed.exit_code == 0
        assert "ada" in listed.stdout
        assert key.split("_", 2)[2] not in listed.output
    [told] = json.loads(run("key", "list", "--format", "json").stdout)["keys"]
    assert told["state"] == "good"
    assert told["ends"] == "never"
    assert "digest" not in told


def test_a_key_is_revoked_and_forgotten(run: Run) -> None:
    run("key", "new", "ada")
    assert "of ada is revoked" in run("key", "revoke", "ada").stdout
    assert "before" in run("key", "revoke", "ada").stdout
    assert "revoked" in run("key", "list").stdout
    assert "of ada is forgotten" in run("key", "forget").stdout
    assert "none" in run("key", "forget").stdout
    assert json.loads(run("key", "list", "--format", "json").stdout) == {"keys": []}


def test_the_file_is_the_one_that_the_settings_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tenure.toml").write_text('keys = "mine.json"\n')
    run("key", "new", "ada")
    assert (tmp_path / "mine.json").exists()
    run("key", "new", "bert", "--keys", tmp_path / "other.json")
    assert [key.name for key in Keys(tmp_path / "other.json").good()] == ["bert"]
    assert "no file none.json" in run("key", "list", "--keys", "none.json").stderr


@pytest.mark.parametrize(
    "words",
    [
        ("key", "new", ""),
        ("key", "new", "ada", "--scope", "all"),
        ("key", "new", "ada", "--ends", "soon"),
        ("key", "new", "ada", "--ends", "2020-01-01"),
        ("key", "new", "ada", "--ends", "2030-01-01T00:00:00"),
        ("key", "new", "ada", "--ends", "99999y"),
        ("key", "revoke", "nobody"),
        ("key", "list", "--format", "xml"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 1


def test_why_the_file_cannot_be_used_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tenure-keys.json").write_text("no keys")
    (tmp_path / "tenure-keys.json").chmod(0o600)
    done = run("key", "list")
    assert done.exit_code == 2
    assert "tenure-keys.json" in done.stderr


@given(st.integers(1, 900), st.sampled_from("hdwy"))
def test_a_span_counts_from_now(number: int, unit: str) -> None:
    hours = number * {"h": 1, "d": 24, "w": 168, "y": 8760}[unit]
    before = datetime.now(UTC)
    found = _instant(f"{number}{unit}")
    assert found is not None
    assert before + timedelta(hours=hours) <= found <= datetime.now(UTC) + timedelta(hours=hours)


def test_a_day_ends_with_its_last_moment() -> None:
    assert _instant("2030-01-01") == datetime(2030, 1, 2, tzinfo=UTC)
    assert _instant("2030-01-01T12:00:00+02:00") == datetime(2030, 1, 1, 10, tzinfo=UTC)
    assert _instant("never") is None
    with pytest.raises(BadInput, match="zone"):
        _instant("2030-01-01T12:00:00")


# ------------------------------------------------------------------ doctor


def told_by(run: Run, *words: object) -> tuple[int, dict[str, tuple[str, str]], dict[str, Any]]:
    done = run("doctor", "--format", "json", "--set", "port=0", *words)
    told = json.loads(done.stdout)
    checks = {one["name"]: (one["state"], one["found"]) for one in told["checks"]}
    return done.exit_code, checks, {one["name"]: one for one in told["settings"]}


def test_all_is_well_with_the_defaults(run: Run) -> None:
    code, checks, settings = told_by(run)
    assert code == 0
    assert {state for state, _ in checks.values()} <= {OK, NOTE}
    assert len(checks) == len(CHECKS) + 1
    assert set(settings) == set(Settings.model_fields)
    assert settings["host"] == {"name": "host", "value": "127.0.0.1", "from": "default"}


def test_it_says_from_where_each_value_comes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tenure.toml").write_text('workers = 1\nhosts = ["a.example"]\n')
    monkeypatch.setenv("TENURE_BURST", "7")
    table = run("doctor", "--set", "port=0").stdout
    assert re.search(r"workers +1 +tenure.toml", table)
    assert re.search(r"burst +7 +TENURE_BURST", table)
    assert re.search(r"port +0 +command line", table)
    assert re.search(r"hosts +a.example +tenure.toml", table)


@pytest.mark.parametrize(
    ("setting", "check"),
    [
        ("prot=1", "settings"),
        ("facts=none", "data"),
        ("store=none/store", "store"),
        ("keys=bad.json", "keys"),
        ("host=192.0.2.1", "port"),
    ],
)
def test_what_is_wrong_is_found(run: Run, tmp_path: Path, setting: str, check: str) -> None:
    (tmp_path / "bad.json").write_text("x")
    code, checks, _ = told_by(run, "--set", setting)
    assert code == 1
    assert [name for name, (state, _) in checks.items() if state == WRONG] == [check]


@pytest.mark.parametrize(
    ("setting", "file", "text", "what"),
    [
        ("ontology=own", "own/terms.ttl", "@prefix a: <b:> .\na:c a:d", "terms.ttl:2"),
        ("ontology=own", "own/shapes/s.ttl", "broken", "s.ttl:1"),
        ("queries=own", "own/x/broken.rq", "SELECT", "broken.rq"),
        ("ontology=none", "own/terms.ttl", "", "There is no such folder"),
        ("policy=sources=nobody", "own/terms.ttl", "", "nobody"),
    ],
)
def test_broken_folders_of_ones_own_are_found(
    run: Run, tmp_path: Path, setting: str, file: str, text: str, what: str
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    code, checks, _ = told_by(run, "--set", setting)
    assert (code, checks["own terms"][0]) == (1, WRONG)
    assert what in checks["own terms"][1]


def test_a_writable_service_that_nobody_could_write_to(run: Run, tmp_path: Path) -> None:
    code, checks, _ = told_by(run, "--set", "writable=yes", "--set", f"audit={tmp_path}/a.jsonl")
    assert (code, checks["keys"][0], checks["audit log"][0]) == (0, NOTE, OK)
    code, checks, _ = told_by(run, "--set", "writable=yes", "--set", "host=0.0.0.0")
    assert (code, checks["keys"][0]) == (1, WRONG)
    run("key", "new", "ada", "--scope", "write", "--ends", "2d")
    code, checks, _ = told_by(run, "--set", "writable=yes", "--set", "host=0.0.0.0")
    assert (code, checks["keys"][0]) == (0, NOTE)
    assert "end soon" in checks["keys"][1]


def test_a_store_is_looked_at_and_left_as_it_is(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    Store(folder).close()
    assert told_by(run, "--set", f"store={folder}")[1]["store"][0] == OK
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("no store")
    assert told_by(run, "--set", f"store={tmp_path}/files")[1]["store"][0] == WRONG
    assert told_by(run, "--set", f"store={tmp_path}/new")[1]["store"][0] == OK
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "new.audit.jsonl").exists()
    held = Store(folder)
    assert told_by(run, "--set", f"store={folder}")[1]["store"][0] == WRONG
    held.close()


def test_a_store_that_others_can_look_into_is_noted(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store = Store(folder)
    store.add([*ontology_as_stored(Names(BASE)), format_quad(Names(BASE))])
    store.close()
    assert told_by(run, "--set", f"store={folder}")[1]["store"][0] == OK
    folder.chmod(0o755)
    state, said = told_by(run, "--set", f"store={folder}")[1]["store"]
    assert (state, "chmod 700" in said) == (NOTE, True)


def test_a_store_that_is_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    code, checks, _ = told_by(run, "--set", "store=file")
    assert code == 1
    assert checks["store"] == (WRONG, "file is a file; a store is a folder")


def test_a_store_of_another_format(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    node = Names(BASE).graph("state")
    version = NamedNode("http://www.w3.org/2002/07/owl#versionInfo")
    store = Store(folder)
    store.add([Quad(node, version, Literal("1"), node)])
    store.close()
    assert told_by(run, "--set", f"store={folder}")[1]["store"][0] == NOTE
    store = Store(folder)
    store.replace(node, [Triple(node, version, Literal("999"))])
    store.close()
    code, checks, _ = told_by(run, "--set", f"store={folder}")
    assert (code, checks["store"][0]) == (1, WRONG)
    assert "999" in checks["store"][1]


def test_a_port_that_is_taken(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, checks, _ = told_by(run, "--set", f"port={port}")
    assert (code, checks["port"][0]) == (1, WRONG)


def test_an_issuer_that_cannot_be_reached(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    code, checks, _ = told_by(run, "--set", "issuer=http://127.0.0.1:9", "--set", "audience=x")
    assert (code, checks["issuer"][0]) == (1, WRONG)
    assert "127.0.0.1:9" in checks["issuer"][1]
