"""The command ``tenure serve`` and a real server over a socket."""

from __future__ import annotations

import json
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPResponse
from pathlib import Path

import pytest

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url: str, accept: str = "*/*") -> HTTPResponse:
    """The answer, over loopback and through no proxy."""
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310 - http only
    answer = DIRECT.open(request, timeout=30)
    assert isinstance(answer, HTTPResponse)
    return answer


def test_it_answers_the_canonical_question(address: str) -> None:
    asked = urllib.parse.urlencode({"office": "office/pmu-deputy-head", "before": "2020-01-03"})
    rows = json.load(get(f"{address}/queries/office-holders?{asked}"))["results"]["bindings"]
    assert [row["person"]["value"].rpartition("/")[2] for row in rows] == ["abu-mahdi-al-muhandis"]


def test_a_name_of_the_web_does_not_reach_a_service_on_loopback(address: str) -> None:
    request = urllib.request.Request(  # noqa: S310 - http only
        f"{address}/queries", headers={"Host": "evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        DIRECT.open(request, timeout=30)
    with caught.value as answer:
        assert answer.code == 421


def test_it_names_no_server_software(address: str) -> None:
    headers = get(f"{address}/health").headers
    assert headers["server"] is None
    assert headers["content-security-policy"]


def test_a_query_longer_than_allowed_is_a_problem(address: str) -> None:
    """Also where it is longer than servers usually read of an address."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(f"{address}/sparql?query=" + "%20" * 201_000)
    with caught.value as answer:
        assert answer.code == 413
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_taken_port_ends_it_with_a_message(command: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(command, "--port", str(port), cwd=tmp_path)
    assert done.returncode == 2
    assert f"Port {port}" in done.stderr
    assert "--port 0" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_of_another_machine_ends_it_with_a_message(
    command: Path, tmp_path: Path
) -> None:
    done = run(command, "--port", "0", "--host", "192.0.2.1", cwd=tmp_path)
    assert done.returncode == 2
    assert "192.0.2.1" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_folder_of_facts_ends_it_with_a_message(command: Path, tmp_path: Path) -> None:
    done = run(command, "--port", "0", "--facts", str(tmp_path / "none"), cwd=tmp_path)
    assert done.returncode == 2
    assert "none" in done.stderr
    assert "Traceback" not in done.stderr


def run(command: Path, *options: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command, "serve", *options],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
