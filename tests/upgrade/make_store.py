"""Make the store of the version before; to be run with that version's code, see README.md.

Usage: python make_store.py FOLDER; the packed store is then FOLDER/store.tar.xz.
"""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import sys
import tarfile
from pathlib import Path
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
NOTES = "https://example.org/notes"


def main(folder: Path) -> None:
    """Fill a store from the facts, and write to it over HTTP, as a user of that version would."""
    keys = folder / "keys.json"
    tenure = [sys.executable, "-m", "tenure"]
    made = [*tenure, "key", "new", "ada", "--scope", "write", "--keys", str(keys)]
    key = subprocess.run(made, capture_output=True, text=True, check=True).stdout.strip()
    serve = [*tenure, "serve", "--port", "0", "--store", str(folder / "store"), "--writable"]
    serve += ["--facts", str(HERE / "facts"), "--set", f"keys={keys}", "--set", "workers=1"]
    server = subprocess.Popen(serve, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    port = next(
        int(found[1]) for line in server.stdout if (found := re.search(r"127\.0\.0\.1:(\d+)", line))
    )

    def send(method: str, path: str, body: bytes, kind: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": kind}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        told = answer.read()
        assert answer.status in (200, 201, 204), (path, answer.status, told)
        connection.close()

    try:
        send("POST", "/claims", (HERE / "written.trig").read_bytes(), "application/trig")
        send("POST", "/claims/gazette/2/retraction", b"", "")
        note = b'<https://example.org/a> <https://example.org/b> "a note of Ada\'s"@en .\n'
        graph = f"/rdf-graph-store?graph={quote(NOTES, safe='')}"
        send("PUT", graph, note, "application/n-triples")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
    # Opened once more, so that the log of writes is in tables.
    ask = [*tenure, "query", "--store", str(folder / "store"), "ASK {}"]
    subprocess.run(ask, check=True, stdout=subprocess.DEVNULL)
    pack(folder / "store", folder / "store.tar.xz")


def pack(store: Path, target: Path) -> None:
    """The same bytes for the same store, without what the engine tells of the machine."""

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.mtime = info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mode = 0o600
        return info

    with tarfile.open(target, "w:xz", preset=9) as packed:
        for file in sorted(store.iterdir()):
            if not file.name.startswith("LOG"):
                packed.add(file, f"store/{file.name}", filter=plain)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
