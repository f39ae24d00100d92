"""Settings: where they come from, which wins, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tenure.configuration import FILE, PREFIX
from tenure.errors import BadInput
from tenure_api.security import Keys, refuse_unsafe
from tenure_api.settings import (
    ResolvedSettings,
    Settings,
    is_loopback,
    load_settings,
    read_assignments,
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def loaded(
    file: str | None = None, environment: dict[str, str] | None = None, **given: Any
) -> ResolvedSettings:
    path = None
    if file is not None:
        path = Path("set.toml")
        path.write_text(file, encoding="utf-8")
    return load_settings(path, given, environment or {})


def test_the_command_line_wins_over_the_environment_over_the_file_over_the_default() -> None:
    found = loaded(
        "port = 1\nworkers = 1\nburst = 1\n",
        {"TENURE_PORT": "2", "TENURE_WORKERS": "2"},
        port=3,
    )
    settings = found.settings
    assert (settings.port, settings.workers, settings.burst, settings.rate) == (3, 2, 1, None)
    names = ("port", "workers", "burst", "rate")
    assert [found.origins[name] for name in names] == [
        "command line",
        "TENURE_WORKERS",
        "set.toml",
        "default",
    ]


def test_none_on_the_command_line_is_not_said() -> None:
    assert loaded("port = 1", port=None).settings.port == 1


def test_the_file_of_the_folder_is_found_and_another_can_be_named() -> None:
    Path(FILE).write_text("port = 7\n")
    assert loaded().settings.port == 7
    Path("other.toml").write_text("port = 8\n")
    assert loaded(environment={"TENURE_CONFIG": "other.toml"}).settings.port == 8
    assert loaded("port = 9", {"TENURE_CONFIG": "other.toml"}).settings.port == 9
    with pytest.raises(BadInput, match="no such file"):
        load_settings(Path("none.toml"), {}, {})


def test_paths_in_a_file_are_relative_to_it() -> None:
    Path("sub").mkdir()
    Path("sub/t.toml").write_text('store = "data/store"\nkeys = "/etc/keys.json"\n')
    found = load_settings(Path("sub/t.toml"), {"audit": "log.jsonl"}, {}).settings
    assert found.store == Path("sub/data/store")
    assert found.keys == Path("/etc/keys.json")
    assert found.audit == Path("log.jsonl")


def test_lists_are_written_with_commas_in_the_environment_and_as_lists_in_the_file() -> None:
    from_environment = loaded(environment={"TENURE_HOSTS": "A.example, b.example ,"})
    from_file = loaded('hosts = ["a.example", "b.example"]')
    assert from_environment.settings.hosts == from_file.settings.hosts == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("file", "where", "what"),
    [
        ("prot = 1", "set.toml", "Nearest: port"),
        ("port = 'x'", "set.toml: port", "integer"),
        ("port = 70000", "set.toml: port", "65535"),
        ("port = ", "set.toml", "no TOML"),
        ("rate = nan", "set.toml: rate", "finite"),
        ("query_seconds = 0", "set.toml: query_seconds", "greater than 0"),
        ("proxies = ['x']", "set.toml: proxies", "IPv4"),
        ("hosts = ['https://a']", "set.toml: hosts", "no name of a host"),
        ("hosts = ['*']", "set.toml: hosts", "no name of a host"),
        ("hosts = '[\"a\"]'", "set.toml: hosts", "no name of a host"),
        ("hosts = ['a:80']", "set.toml: hosts", "no name of a host"),
        ("metrics = 'all'", "set.toml: metrics", "'open', 'key' or 'off'"),
        ("issuer = 'https://a.example'", "settings", "'audience' has to be set"),
        ("issuer = 'http://a.example'", "set.toml: issuer", "only https"),
        ("issuer = 'https://u:p@a.example'", "set.toml: issuer", "password"),
        ("issuer = 'file:///etc/passwd'", "set.toml: issuer", "address"),
        ("algorithms = ['none']", "set.toml: algorithms", "not among"),
        ("algorithms = ['RS256', 'HS256']", "set.toml: algorithms", "not among"),
        ("algorithms = []", "set.toml: algorithms", "at least one"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(file: str, where: str, what: str) -> None:
    with pytest.raises(BadInput) as caught:
        loaded(file)
    assert str(caught.value.where) == where
    assert what in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "where"),
    [
        ({"TENURE_PROT": "1"}, "environment"),
        ({"TENURE_PORT": "x"}, "TENURE_PORT"),
        ({"TENURE_PORT": "tcp://10.0.0.1:80"}, "TENURE_PORT"),
        ({"TENURE_WRITABLE": "perhaps"}, "TENURE_WRITABLE"),
    ],
)
def test_what_cannot_be_in_the_environment(environment: dict[str, str], where: str) -> None:
    with pytest.raises(BadInput) as caught:
        loaded(environment=environment)
    assert str(caught.value.where) == where


def test_other_variables_are_let_be() -> None:
    others = {"TENURE_DEBUG": "1", "TENURE_KEY": "secret", "PORT": "1", "HOST": "x"}
    assert loaded(environment=others).settings.port == 8080


def test_assignments() -> None:
    assert read_assignments(["port=1", "query-seconds = 2"]) == {"port": "1", "query_seconds": "2"}
    given = read_assignments(["hosts=a,b"])
    assert load_settings(None, given, {}).settings.hosts == ("a", "b")
    with pytest.raises(BadInput, match="sets nothing"):
        read_assignments(["port"])
    with pytest.raises(BadInput, match="no setting 'prot'"):
        load_settings(None, read_assignments(["prot=1"]), {})


def test_what_is_meant_where_nothing_is_said() -> None:
    here, there = Settings(), Settings(host="0.0.0.0")  # noqa: S104 - a setting
    assert (here.requests_a_second, here.metrics_for) == (0, "open")
    assert (there.requests_a_second, there.metrics_for) == (50, "key")
    assert Settings(host="0.0.0.0", rate=0).requests_a_second == 0  # noqa: S104
    assert here.audit_file is None
    assert Settings(store=Path("d/store")).audit_file == Path("d/store.audit.jsonl")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104
        ("::", False),
        ("10.0.0.1", False),
        ("kb.example.org", False),
        ("127.0.0.1.example.org", False),
    ],
)
def test_what_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("settings", "scopes", "safe"),
    [
        ({"writable": True}, [], True),
        ({"host": "0.0.0.0"}, [], True),  # noqa: S104
        ({"host": "0.0.0.0", "writable": True}, [], False),  # noqa: S104
        ({"host": "0.0.0.0", "writable": True}, ["read"], False),  # noqa: S104
        ({"host": "0.0.0.0", "writable": True}, ["write"], True),  # noqa: S104
        ({"host": "0.0.0.0", "writable": True}, ["admin"], True),  # noqa: S104
        ({"host": "::", "open_reading": False}, [], False),
        ({"host": "::", "open_reading": False}, ["read"], True),
        (
            {"host": "::", "writable": True, "issuer": "https://a.example", "audience": "x"},
            [],
            True,
        ),
    ],
)
def test_what_is_safe_to_start(settings: dict[str, Any], scopes: list[str], safe: bool) -> None:
    keys = Keys(Path("keys.json"))
    for scope in scopes:
        keys.add("Ada", [scope])
    whole = Settings(keys=keys.file, **settings)
    if safe:
        refuse_unsafe(whole, keys)
        return
    with pytest.raises(BadInput, match="tenure key new"):
        refuse_unsafe(whole, keys)
    keys.add("Bert", ["write"])
    refuse_unsafe(whole, keys)
    keys.revoke("Bert")
    with pytest.raises(BadInput):
        refuse_unsafe(whole, keys)


def test_every_setting_is_described_and_documented(repo_root: Path) -> None:
    page = (repo_root / "docs" / "howto" / "operations.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert f"`{name}`" in page, f"docs/howto/operations.md does not tell of {name}"
    assert PREFIX in page
