"""A plain backup as a file: whole, cut short, altered, and sent by a server that breaks off."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from typer.testing import CliRunner

from tenure.cli import build_app
from tenure.errors import BadInput
from tenure.store.formats import N_QUADS, TRIG
from tenure.transactions.dump import check_whole, write_as_it_comes, write_sorted

QUADS = [
    Quad(NamedNode(f"a:{n}"), NamedNode("a:p"), Literal(f"line\n{n}"), NamedNode("a:g"))
    for n in range(9, 0, -1)
]


def backup(kind: str, folder: Path) -> bytes:
    output = io.BytesIO()
    if kind == "as it comes":
        write_as_it_comes(iter(QUADS), output)
    else:
        write_sorted(iter(QUADS), output, {"nq": N_QUADS, "trig": TRIG}[kind], folder)
    return output.getvalue()


@pytest.mark.parametrize("kind", ["as it comes", "nq", "trig"])
def test_it_says_what_it_holds(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "backup"
    file.write_bytes(backup(kind, tmp_path))
    assert check_whole(file, sealed=True) == len(QUADS)
    form = RdfFormat.TRIG if kind == "trig" else RdfFormat.N_QUADS
    assert set(parse(file.read_bytes(), form)) == set(QUADS)


def test_nothing_is_a_backup_too(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    with file.open("wb") as output:
        write_as_it_comes([], output)
    assert check_whole(file, sealed=True) == 0


def test_the_number_of_statements_cannot_be_altered(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_bytes(backup("nq", tmp_path).replace(b": 9 statements", b": 8 statements"))
    with pytest.raises(BadInput, match="altered"):
        check_whole(file, sealed=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from(["as it comes", "nq", "trig"]))
def test_no_part_of_it_and_no_other_bytes_pass_for_it(
    tmp_path: Path, data: st.DataObject, kind: str
) -> None:
    whole = backup(kind, tmp_path)
    file = tmp_path / "backup"
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = whole[at:] if data.draw(st.booleans()) and at else whole[:at]
    flipped = bytes([whole[at] ^ (1 << data.draw(st.integers(0, 7)))])
    for other in (cut, whole[:at] + flipped + whole[at + 1 :], whole + flipped):
        file.write_bytes(other)
        with pytest.raises(BadInput, match="no whole backup"):
            check_whole(file, sealed=True)


def test_quads_that_say_nothing_of_themselves(tmp_path: Path) -> None:
    file = tmp_path / "other.nq"
    file.write_text("<a:b> <a:c> <a:d> .\n", "utf-8")
    assert check_whole(file) is None
    with pytest.raises(BadInput, match="cut short"):
        check_whole(file, sealed=True)


@contextmanager
def sending(body: bytes) -> Iterator[str]:
    """The address of a server that answers everything with these bytes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("left", "code"), [(0, 2), (40, 2), (-1, 2), (None, 0)])
def test_a_download_that_breaks_off_is_no_backup(
    tmp_path: Path, left: int | None, code: int
) -> None:
    # HTTP/1.0 has no mark for the end: what has come looks like all there is.
    with sending(backup("as it comes", tmp_path)[:left]) as address:
        done = CliRunner().invoke(build_app(), ["backup", address, str(tmp_path / "copy.nq")])
    assert done.exit_code == code, done.output
    assert (tmp_path / "copy.nq").exists() == (code == 0)
    assert not list(tmp_path.glob(".*"))
