"""Keys: their file, who may read it, and what is known of somebody who sends one."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import BadInput, BadParameter, NotFound
from tenure_api.security import KEY, Key, Keys, KeysUnreadable, Principal, with_included

posix = pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys.json")


def known(keys: Keys, token: str) -> Principal | None:
    return asyncio.run(keys.authenticate(token))


def test_whoever_has_a_key_is_known(keys: Keys) -> None:
    told, key = keys.add("Ada", ["write"])
    assert KEY.fullmatch(told)
    assert known(keys, told) == Principal("Ada", frozenset({"read", "write"}), "key", key.id)


def test_neither_the_key_nor_its_secret_is_kept(keys: Keys) -> None:
    told, _ = keys.add("Ada", ["read"])
    kept = keys.file.read_text()
    assert told not in kept
    assert told.split("_", 2)[2] not in kept


def test_two_keys_share_nothing(keys: Keys) -> None:
    made = [keys.add("Ada", ["read"])[0] for _ in range(20)]
    assert len({one.split("_", 2)[1] for one in made}) == 20
    assert len({one.split("_", 2)[2] for one in made}) == 20


def test_anything_else_is_nobody(keys: Keys) -> None:
    told, key = keys.add("Ada", ["read"])
    last = "A" if told[-1] != "A" else "B"
    for token in ("", "tenure_", told[:-1], told[:-1] + last, told + "A", told.upper(), key.digest):
        assert known(keys, token) is None
    other, _ = Keys(keys.file.with_name("other.json")).add("Ada", ["read"])
    assert known(keys, other) is None


@given(st.text(max_size=80))
def test_no_text_that_was_not_made_as_a_key_is_known(text: str) -> None:
    keys = Keys(Path("there-is-no-such-file.json"))
    assert known(keys, text) is None
    assert known(keys, f"tenure_{text}") is None


def test_a_key_ends(keys: Keys) -> None:
    soon = datetime.now(UTC) + timedelta(days=1)
    told, key = keys.add("Ada", ["read"], soon)
    assert known(keys, told) is not None
    ended = datetime.fromisoformat(key.ends or "")
    assert key.state(ended - timedelta(seconds=1)) == "good"
    assert key.state(ended) == "expired"
    kept = json.loads(keys.file.read_text())
    kept["keys"][0]["ends"] = "2020-01-01T00:00:00+00:00"
    keys.file.write_text(json.dumps(kept))
    assert known(keys, told) is None


def test_a_key_is_revoked_at_once_for_whoever_has_read_the_file_before(keys: Keys) -> None:
    told, key = keys.add("Ada", ["read"])
    other, _ = keys.add("Bert", ["read"])
    running = Keys(keys.file)
    assert known(running, told) is not None
    assert keys.revoke(key.id)[0].revoked is not None
    assert known(running, told) is None
    assert known(running, other) is not None
    assert keys.revoke(key.id) == []


def test_all_keys_of_a_name_are_revoked_together(keys: Keys) -> None:
    made = [keys.add("Ada", ["read"])[0] for _ in range(3)]
    assert len(keys.revoke("Ada")) == 3
    assert [known(keys, told) for told in made] == [None] * 3


def test_a_name_that_nobody_has(keys: Keys) -> None:
    keys.add("Ada", ["read"])
    with pytest.raises(NotFound, match="Nearest: Ada"):
        keys.revoke("Adah")


def test_what_is_no_longer_good_is_forgotten(keys: Keys) -> None:
    _, first = keys.add("Ada", ["read"])
    _, second = keys.add("Bert", ["read"])
    keys.revoke("Ada")
    assert [key.id for key in keys.forget()] == [first.id]
    assert list(keys.all()) == [second.id]


@posix
def test_only_its_owner_may_read_the_file(keys: Keys) -> None:
    before = os.umask(0)
    try:
        told, _ = keys.add("Ada", ["read"])
    finally:
        os.umask(before)
    assert stat.S_IMODE(keys.file.stat().st_mode) == 0o600
    assert {f.name for f in keys.file.parent.iterdir()} == {"keys.json", ".keys.json.lock"}
    for mode in (0o640, 0o604, 0o620, 0o602):
        keys.file.chmod(mode)
        with pytest.raises(KeysUnreadable) as caught:
            known(keys, told)
        assert "chmod 600" in str(caught.value.why)
        assert str(keys.file) not in str(caught.value)
    keys.file.chmod(0o600)
    assert known(keys, told) is not None


GOOD = {
    "id": "00000000",
    "name": "x",
    "scopes": ["read"],
    "digest": "0" * 64,
    "created": "2026-01-01T00:00:00Z",
}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        '{"version": 2, "keys": []}',
        '{"version": 1}',
        '{"version": 1, "keys": [{"id": "00000000"}]}',
        json.dumps({"version": 1, "keys": [{**GOOD, "scopes": ["all"]}]}),
        json.dumps({"version": 1, "keys": [{**GOOD, "created": "2026-01-01"}]}),
        json.dumps({"version": 1, "keys": [{**GOOD, "digest": "0"}]}),
        json.dumps({"version": 1, "keys": [{**GOOD, "more": True}]}),
    ],
)
def test_a_file_that_cannot_be_understood_lets_nobody_in(keys: Keys, text: str) -> None:
    told, _ = keys.add("Ada", ["read"])
    keys.file.write_text(text)
    with pytest.raises(KeysUnreadable) as caught:
        known(keys, told)
    assert str(keys.file) in str(caught.value.why)
    with pytest.raises(KeysUnreadable):
        keys.add("Bert", ["read"])
    assert keys.file.read_text() == text


def test_many_that_change_the_file_at_once_lose_nothing(keys: Keys) -> None:
    def add(name: str) -> None:
        Keys(keys.file).add(name, ["read"])

    threads = [threading.Thread(target=add, args=(f"n{number}",)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key.name for key in keys.all().values()} == {f"n{number}" for number in range(12)}


@pytest.mark.parametrize("name", ["", " ", "a\nb", "-x", "x" * 81, "a\x00"])
def test_a_name_that_would_spoil_a_log(keys: Keys, name: str) -> None:
    with pytest.raises(BadParameter):
        keys.add(name, ["read"])
    assert not keys.file.exists()


def test_scopes_that_are_none_and_ends_that_are_past(keys: Keys) -> None:
    with pytest.raises(BadParameter, match="no scope 'all'"):
        keys.add("Ada", ["all"])
    with pytest.raises(BadParameter):
        keys.add("Ada", [])
    with pytest.raises(BadParameter):
        keys.add("Ada", ["read"], datetime(2020, 1, 1, tzinfo=UTC))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="folder that exists"):
        Keys(tmp_path / "none" / "keys.json").add("Ada", ["read"])


@given(st.lists(st.sampled_from(["read", "write", "admin"])))
def test_a_scope_includes_those_before_it(scopes: list[str]) -> None:
    order = ["read", "write", "admin"]
    expected = {low for high in scopes for low in order[: order.index(high) + 1]}
    assert with_included(scopes) == expected


def test_a_key_without_an_end_stays_good() -> None:
    key = Key("0" * 8, "Ada", ("read",), "0" * 64, "2026-01-01T00:00:00+00:00")
    assert key.state(datetime(2200, 1, 1, tzinfo=UTC)) == "good"
