"""Java's own HTTP client, which offers HTTP/2 with every request, against a real server."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.clients.conftest import Writable

JAVA = shutil.which("java")
PROGRAM = Path(__file__).with_name("jvm") / "Bodies.java"

pytestmark = pytest.mark.skipif(JAVA is None, reason="no java on this machine")


def test_every_method_that_takes_a_body(writable: Writable) -> None:
    assert JAVA is not None
    done = subprocess.run(
        [JAVA, "-Xshare:auto", "-XX:TieredStopAtLevel=1", PROGRAM, writable.address, writable.key],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = [line.split("\t") for line in done.stdout.splitlines()]
    ways = {name for name, _, _ in told}
    assert len(ways) == 8
    assert len(told) == 7 * len(ways)
    for name, what, said in told:
        status, _, text = said.partition(" ")
        if what in ("put", "post"):
            assert status == ("201" if what == "put" else "204"), (name, said)
        elif what == "query":
            assert (status, text) == ("200", "o post put update"), (name, said)
        elif what == "update":
            assert status == "200", (name, said)
        elif what in ("validate", "claims"):
            assert status == ("422" if what == "validate" else "403"), (name, said)
        else:
            assert (what, status) == ("delete", "204"), (name, said)
    assert writable.graph("https://example.org/java") is None
