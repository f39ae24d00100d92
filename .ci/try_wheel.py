"""Build the wheel into dist/, install it alone elsewhere, and ask it the canonical question.

Nothing of the checkout is in reach of what is tried: the environment, the working folder and the
home folder are new and lie elsewhere. Run it with an interpreter that has ``build`` and
``hatchling``; a single check that fails ends the script with exit code 1.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import venv
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
OFFICE = "office/pmu-deputy-head"
BEFORE = "2020-01-03"
BUNDLE = "tenure_api/static/bundle"
SCRIPT = "tenure.js"
LICENCES = "licences.txt"
HOLDER = "al-muhandis"
START_UP_SECONDS = 60.0


class Failed(Exception):
    """A check that did not hold."""


def main() -> int:
    """Run all checks; the exit code."""
    with tempfile.TemporaryDirectory(prefix="tenure-wheel-") as scratch:
        try:
            wheel = build(ROOT / "dist")
            python = install(wheel, Path(scratch) / "venv")
            empty = Path(scratch) / "empty"
            empty.mkdir()
            ask(python.parent / "tenure", empty)
            with serving(python.parent / "tenure", empty) as base:
                ask_over_http(base)
        except Failed as failure:
            print(f"wheel: FAILED: {failure}", file=sys.stderr)
            return 1
    print("wheel: installed alone, it answers and serves")
    return 0


def build(folder: Path) -> Path:
    """The wheel, built into ``folder``, where no other is left."""
    for old in folder.glob("*.whl"):
        old.unlink()
    # Without isolation: the build backend is in this environment, at the version constrained.
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT])
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    for name in (SCRIPT, LICENCES):
        if f"{BUNDLE}/{name}" not in names:
            raise Failed(f"it has no {BUNDLE}/{name}: the scripts of the pages were not built")
    print(f"wheel: built {wheel.name}, {wheel.stat().st_size // 1024} KiB, with its scripts")
    return wheel


def install(wheel: Path, folder: Path) -> Path:
    """The interpreter of a new environment in ``folder`` that has ``wheel`` and what it needs."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    pip += ["--python", python]
    run([*pip, "install", "--quiet", "--constraint", ROOT / "constraints.txt", wheel])
    run([*pip, "check"])
    return python


def ask(tenure: Path, cwd: Path) -> None:
    """The canonical question through the command line."""
    words = ["ask", "office-holders", "--office", OFFICE, "--before", BEFORE, "--format", "json"]
    check_answer(run([tenure, *words], cwd=cwd), "tenure ask")


def ask_over_http(base: str) -> None:
    """The server is healthy, answers the canonical question, has its home page and its script."""
    get(f"{base}/health")
    parameters = urllib.parse.urlencode({"office": OFFICE, "before": BEFORE})
    accept = "application/sparql-results+json"
    check_answer(get(f"{base}/queries/office-holders?{parameters}", accept), "GET /queries")
    page = get(f"{base}/", "text/html")
    if "<html" not in page.lower():
        raise Failed("GET / gave no HTML page")
    script = re.search(rf"/static/bundle/{re.escape(SCRIPT)}[^\"]*", page)
    if script is None or not get(f"{base}{script[0]}"):
        raise Failed("GET / gave a page without its script")


def check_answer(text: str, name: str) -> None:
    """``text`` is SPARQL results JSON that has the holder, certain."""
    try:
        rows: list[dict[str, Any]] = json.loads(text)["results"]["bindings"]
    except (ValueError, KeyError, TypeError) as error:
        raise Failed(f"{name} gave no SPARQL results JSON ({error!r}): {text[:500]}") from error
    answers = {(row["person"]["value"], row["certainty"]["value"]) for row in rows}
    if not any(who.endswith(HOLDER) and how == "certain" for who, how in answers):
        raise Failed(f"{name} does not name {HOLDER} as certain, but {sorted(answers)}")
    print(f"wheel: {name} names {HOLDER}, certain")


@contextmanager
def serving(tenure: Path, cwd: Path) -> Iterator[str]:
    """The address of a server that runs for as long as the context lasts."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    log = cwd.parent / "serve.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [tenure, "serve", "--port", str(port)],
            cwd=cwd,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_up(server, base, log)
            yield base
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_until_up(server: subprocess.Popen[bytes], base: str, log: Path) -> None:
    """Return when the server answers; raise when it ended or took too long."""
    deadline = time.monotonic() + START_UP_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise Failed(f"tenure serve ended with {server.returncode}: {log.read_text()[-2000:]}")
        try:
            get(f"{base}/health")
        except Failed:
            time.sleep(0.2)
        else:
            return
    raise Failed(f"tenure serve did not answer in time: {log.read_text()[-2000:]}")


def get(url: str, accept: str = "*/*") -> str:
    """The body that ``url`` answers with."""
    request = urllib.request.Request(url, headers={"Accept": accept})
    # Straight to loopback, whatever proxy the surroundings name.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as response:
            return str(response.read().decode("utf-8"))
    except urllib.error.HTTPError as error:
        body = error.read().decode("utf-8", "replace")
        raise Failed(f"GET {url} gave {error.code}: {body[:500]}") from error
    except OSError as error:
        raise Failed(f"GET {url}: {error}") from error


def run(command: list[str | Path], cwd: Path | None = None) -> str:
    """The output of ``command``; its whole output is shown when it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        words = " ".join(map(str, command))
        raise Failed(f"{words}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def environment() -> dict[str, str]:
    """The surroundings without what would let the checkout shine through."""
    hidden = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name not in hidden}


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
