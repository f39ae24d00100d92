"""What the system lets a worker do: tried in a process that has been confined."""

from __future__ import annotations

import json
import platform
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="only Linux on x86-64 and ARM64 filters system calls here",
)

_TRIED = """
    import ctypes, json, os, socket, subprocess, sys, threading
    from pathlib import Path
    from tenure.sandbox.confinement import confine, confine_files

    folder, port, files = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "files"
    running = threading.Event()
    beside = threading.Thread(target=running.wait)
    found = {}

    def attempt(name, work):
        try:
            work()
            found[name] = "done"
        except PermissionError:
            found[name] = "denied"
        except OSError as error:
            found[name] = f"errno {error.errno}"

    before = socket.socket()
    missing = [confine_files(folder)] if files else []
    beside.start()
    missing.append(confine(0, files=files))
    attempt("connect", lambda: before.connect(("127.0.0.1", port)))
    attempt("socket", lambda: socket.socket())
    attempt("local socket", lambda: socket.socket(socket.AF_UNIX))
    attempt("pair", socket.socketpair)
    attempt("sendto", lambda: before.sendto(b"x", ("127.0.0.1", port)))
    attempt("fork", lambda: os.fork() or os._exit(0))
    attempt("execve", lambda: os.execv("/bin/true", ["true"]))
    attempt("run", lambda: subprocess.run(["/bin/true"], check=True))
    attempt("kill", lambda: os.kill(os.getppid(), 0))
    attempt("read", lambda: Path(__file__).read_bytes())
    attempt("write inside", lambda: (folder / "new").write_text("x"))
    attempt("write outside", lambda: (folder.parent / "outside").write_text("x"))
    attempt("remove outside", lambda: (folder.parent / "kept").unlink())
    attempt("rename outside", lambda: (folder.parent / "kept").rename(folder.parent / "moved"))
    attempt("thread", lambda: threading.Thread(target=lambda: None).start())
    inner = threading.Thread(target=attempt, args=("socket in a thread", lambda: socket.socket()))
    inner.start()
    inner.join()
    libc = ctypes.CDLL(None, use_errno=True)
    ring = libc.syscall(425, 4, ctypes.create_string_buffer(120))
    found["ring"] = "denied" if ring < 0 and ctypes.get_errno() == 1 else "done"
    running.set()
    beside.join()
    print(json.dumps({"found": found, "missing": missing}))
"""

_ALWAYS = {
    "connect": "denied",
    "socket": "denied",
    "local socket": "denied",
    "pair": "denied",
    "sendto": "denied",
    "fork": "denied",
    "execve": "denied",
    "run": "denied",
    "kill": "denied",
    "read": "done",
    "thread": "done",
    "socket in a thread": "denied",
    "ring": "denied",
}


def attempts(tmp_path: Path, files: str) -> dict[str, str]:
    """What each attempt came to, in a process that was confined."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "kept").write_text("kept")
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(_TRIED))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, str(program), str(folder), str(port), files]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    if "Landlock" in told["missing"][0]:
        pytest.skip(told["missing"][0])  # an older kernel
    assert not any(told["missing"])
    assert (tmp_path / "kept").read_text() == "kept"
    found: dict[str, str] = told["found"]
    return found


def test_nothing_goes_out_and_nothing_is_written(tmp_path: Path) -> None:
    found = attempts(tmp_path, "none")
    assert found == _ALWAYS | dict.fromkeys(
        ("write inside", "write outside", "remove outside", "rename outside"), "denied"
    )
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_copy_on_disk_is_written_and_nothing_else(tmp_path: Path) -> None:
    found = attempts(tmp_path, "files")
    outside = ("write outside", "remove outside", "rename outside")
    assert found == _ALWAYS | dict.fromkeys(outside, "denied") | {"write inside": "done"}


def test_memory_beyond_the_allowance_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent("""
        from tenure.sandbox.confinement import confine
        confine(64 << 20, files=False)
        held = bytearray(16 << 20)
        try:
            more = bytearray(128 << 20)
        except MemoryError:
            print("refused")
        """)
    )
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "refused\n"
