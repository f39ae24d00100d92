"""What lies in deploy/ fits the program: every command, option, path and setting exists."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from tenure.cli import build_app
from tenure.configuration import PREFIX
from tenure_api.settings import Settings, load_settings


@pytest.fixture(scope="module")
def deploy(repo_root: Path) -> Path:
    return repo_root / "deploy"


def lines_of(text: str) -> list[str]:
    """The instructions of a container file, continued lines joined, comments dropped."""
    kept = [line for line in text.splitlines() if line and not line.startswith("#")]
    return re.sub(r"\\\n\s*", " ", "\n".join(kept)).splitlines()


@pytest.fixture(scope="module")
def stages(deploy: Path) -> list[list[tuple[str, str]]]:
    """The stages of the container file, each with its instructions and what they say."""
    found: list[list[tuple[str, str]]] = []
    for line in lines_of((deploy / "Containerfile").read_text(encoding="utf-8")):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest.strip()))
    return found


@pytest.fixture(scope="module")
def unit(deploy: Path) -> Mapping[str, list[str]]:
    """Every setting of the unit, with all its values."""
    found: dict[str, list[str]] = {}
    for line in (deploy / "tenure.service").read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def values_of(stage: list[tuple[str, str]], word: str) -> list[str]:
    return [rest for name, rest in stage if name == word]


def check_command(words: list[str]) -> None:
    """The command exists, and so do its options; ``words`` begins after ``tenure``."""
    command = get_command(build_app())
    while isinstance(command, TyperGroup):
        name, *words = words
        found = command.get_command(typer.Context(command), name)
        assert found is not None, name
        command = found
    options = {option for parameter in command.params for option in parameter.opts}
    for word in words:
        if word.startswith("--"):
            assert word in options, (command.name, word)


# ------------------------------------------------------------------ the container


def test_the_base_is_named_with_a_tag_and_is_the_same_in_all_stages(
    stages: list[list[tuple[str, str]]],
) -> None:
    bases = {stage[0][1].split(" AS ")[0] for stage in stages}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", bases.pop())


def test_what_runs_is_nobody_and_builds_nothing(stages: list[list[tuple[str, str]]]) -> None:
    last = stages[-1]
    [user] = values_of(last, "USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    removing, *others = values_of(last, "RUN")
    assert not any(tool in " ".join(others) for tool in ("pip", "apt", "gcc", "curl"))
    assert "pip uninstall" in " ".join(values_of(stages[0], "RUN"))
    # The base has a pip too.
    assert removing.startswith("rm -rf /usr/local/bin/pip* ")
    assert "ensurepip" in removing
    assert all(rest.startswith("--from=") for rest in values_of(last, "COPY"))
    assert not values_of(last, "ADD")
    words = [name for name, _ in last]
    assert words.index("RUN") < words.index("USER") < words.index("ENTRYPOINT")


def test_only_the_volume_is_written(stages: list[list[tuple[str, str]]]) -> None:
    last = stages[-1]
    [volume] = values_of(last, "VOLUME")
    assert values_of(last, "WORKDIR") == [volume]
    environment = environment_of(last)
    for name in ("STORE", "KEYS", "AUDIT"):
        assert Path(environment[PREFIX + name]).is_relative_to(volume)
    assert Path(environment["TMPDIR"]).is_relative_to(volume)
    assert environment["TMPDIR"] in " ".join(values_of(last, "RUN"))
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1"


def test_its_environment_is_understood(stages: list[list[tuple[str, str]]]) -> None:
    environment = environment_of(stages[-1])
    settings = load_settings(None, {}, environment).settings
    assert not settings.writable
    assert not settings.on_loopback
    assert values_of(stages[-1], "EXPOSE") == [str(settings.port)]
    [check] = values_of(stages[-1], "HEALTHCHECK")
    assert f"http://127.0.0.1:{settings.port}/ready" in check


def environment_of(stage: list[tuple[str, str]]) -> dict[str, str]:
    pairs = [pair for rest in values_of(stage, "ENV") for pair in shlex.split(rest)]
    return dict(pair.split("=", 1) for pair in pairs)


def test_it_copies_what_there_is(stages: list[list[tuple[str, str]]], deploy: Path) -> None:
    ignored = (deploy / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    copied = {name for rest in values_of(stages[0], "COPY") for name in rest.split()[:-1]}
    assert copied == allowed
    for name in copied:
        assert (deploy.parent / name).exists(), name
    assert "*" in ignored


def test_it_starts_the_service(stages: list[list[tuple[str, str]]]) -> None:
    assert values_of(stages[-1], "ENTRYPOINT") == ['["tenure"]']
    [command] = values_of(stages[-1], "CMD")
    check_command(re.findall(r'"([^"]+)"', command))
    assert values_of(stages[-1], "STOPSIGNAL") == ["SIGTERM"]


# ------------------------------------------------------------------ the unit


def test_the_unit_starts_the_service(unit: Mapping[str, list[str]]) -> None:
    [start] = unit["ExecStart"]
    program, *words = shlex.split(start)
    assert program.endswith("/tenure")
    check_command(words)
    assert unit["KillSignal"] == ["SIGTERM"]
    [seconds] = unit["TimeoutStopSec"]
    assert int(seconds) > Settings().drain_seconds


def test_the_unit_can_write_what_the_settings_name(
    unit: Mapping[str, list[str]], deploy: Path
) -> None:
    settings = load_settings(deploy / "tenure.toml", {}, {}).settings
    state = unit["StateDirectory"][0].split()[0]
    assert f"TMPDIR=/var/lib/{unit['StateDirectory'][0].split()[1]}" in unit["Environment"]
    for path in (settings.store, settings.keys, settings.audit):
        assert path is not None
        assert path.is_relative_to(Path("/var/lib") / state)
    assert unit["User"] != ["root"]


def test_systemd_finds_nothing_wrong(deploy: Path, tmp_path: Path) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("there is no systemd-analyze on this machine")
    # The program need not be installed here, and systemd looks for it.
    text = (deploy / "tenure.service").read_text(encoding="utf-8")
    copy = tmp_path / "tenure.service"
    copy.write_text(text.replace("/opt/tenure/bin/tenure", shutil.which("true") or "/bin/true"))
    done = run(analyse, "verify", str(copy))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    judged = run(analyse, "security", "--offline=true", "--threshold=25", str(copy))
    if "Unknown" in judged.stderr or "unrecognized" in judged.stderr:
        pytest.skip("this systemd does not judge units that are not loaded")
    assert judged.returncode == 0, judged.stdout[-500:]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=60
    )


# ------------------------------------------------------------------ the settings


def test_the_example_of_settings_is_safe(deploy: Path) -> None:
    settings = load_settings(deploy / "tenure.toml", {}, {}).settings
    assert not settings.writable
    assert settings.on_loopback
    assert settings.hosts
    assert settings.proxies
    assert settings.requests_a_second > 0
    assert settings.metrics_for == "key"


@pytest.mark.parametrize("name", ["Containerfile", "tenure.service", "tenure.toml"])
def test_commands_in_comments_exist(deploy: Path, name: str) -> None:
    text = (deploy / name).read_text(encoding="utf-8")
    comments = "\n".join(line[1:] for line in text.splitlines() if line.startswith("#"))
    for words in re.findall(r"\btenure ((?:key \w+|doctor|serve)[^`\n]*)", comments):
        check_command(shlex.split(words))
