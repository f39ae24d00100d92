"""The command ``tenure`` as a process of its own, without the half second that its imports take.

One process imports all of Tenure and waits at a socket. The command of that name in the folder of
:func:`forked_command` hands its words, folder, environment and open files over; a fork does the
work, and its exit code comes back. A signal to stop goes on to the fork, which ends with its
client, too. Whoever tries the imports themselves runs ``python -m tenure``.
"""

from __future__ import annotations

import array
import atexit
import gc
import io
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import tenure
from tenure.cli import main
from tenure.resources import data_dir
from tenure.validate import validate_paths

_CLIENT = """#!{python} -SEs
import array, json, os, signal, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    files = array.array("i", [0, 1, 2])
    server.sendmsg([len(asked).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
    server.sendall(asked)
    worker = int.from_bytes(server.recv(4), "big")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: os.kill(worker, number))
    sys.exit(server.recv(1)[0])
"""


@contextmanager
def forked_command(folder: Path, *, of: Path | None = None) -> Iterator[Path]:
    """Put a command ``tenure`` into a folder, for the ``PATH`` of others, while this lasts.

    It is that of the packages in the folder ``of``, or else of this checkout.
    """
    address = folder / "socket"
    environment = {**os.environ, "PYTHONPATH": str(of)} if of else None
    with subprocess.Popen(
        [sys.executable, __file__, address], stdout=subprocess.PIPE, text=True, env=environment
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            command = folder / "tenure"
            command.write_text(_CLIENT.format(python=sys.executable, address=str(address)))
            command.chmod(0o755)
            yield folder
        finally:
            server.terminate()


def _serve(address: str) -> None:
    for module in pkgutil.walk_packages(tenure.__path__, "tenure."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for command in entry_points(group="tenure.commands"):
        with suppress(ImportError, AttributeError):  # an older version has fewer
            command.load()
    _warm()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for who waits for the commands
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        print("ready", flush=True)  # noqa: T201 - to whoever started it
        while True:
            client, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _answer(client)
            client.close()


def _warm() -> None:
    """Make once what every command makes anew: the shapes of the gate, what the words mean."""
    validate_paths([data_dir("facts") / "entities.ttl"])
    with redirect_stdout(io.StringIO()), suppress(SystemExit):
        sys.argv[:] = ["tenure", "ask", "incumbents", "--at", "2020-01-02"]
        main()


def _answer(client: socket.socket) -> None:
    """Be the process between: run the command in a child, and tell how that ended."""
    files = array.array("i")
    size, rights, _, _ = client.recvmsg(4, socket.CMSG_SPACE(3 * files.itemsize))
    files.frombytes(rights[0][2])
    asked = b""
    wanted = int.from_bytes(size, "big")
    while len(asked) < wanted:
        asked += client.recv(wanted - len(asked))
    words, folder, environment = json.loads(asked)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    worker = os.fork()
    if worker == 0:
        client.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv[:] = ["tenure", *words]
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        except BaseException:  # noqa: BLE001 - as an interpreter does with what nobody caught
            traceback.print_exc()
            code = 1
        # What the interpreter does at its end, save to take a world of modules apart.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    client.sendall(worker.to_bytes(4, "big"))
    over = os.pidfd_open(worker)
    if over not in select.select([over, client.fileno()], [], [])[0]:
        os.kill(worker, signal.SIGKILL)  # who asked is gone
    _, status = os.waitpid(worker, 0)
    client.sendall(bytes([os.waitstatus_to_exitcode(status) & 0xFF]))
    os._exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1])
