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
import marshal
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import NoReturn

import tenure
from tenure.cli import main
from tenure.resources import data_dir
from tenure.validate import validate_paths

# It imports what an interpreter has loaded anyway: more would take as long as the interpreter.
_CLIENT = """#!{python} -SEs
import _signal, _socket, marshal, os, sys
server = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
server.connect({address!r})
asked = marshal.dumps((sys.argv[1:], os.getcwd(), dict(os.environ)))
files = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)
server.sendmsg([len(asked).to_bytes(4, "big")], [rights])
server.sendall(asked)
worker = int.from_bytes(server.recv(4), "big")
for number in (_signal.SIGINT, _signal.SIGTERM):
    _signal.signal(number, lambda number, _: os.kill(worker, number))
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
    gc.freeze()
    running: dict[int, tuple[int, socket.socket]] = {}  # by what tells the end of a process
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        print("ready", flush=True)  # noqa: T201 - to whoever started it
        while True:
            asking = {client.fileno(): worker for worker, client in running.values()}
            for ready in select.select([listening.fileno(), *running, *asking], [], [])[0]:
                if ready in running:
                    worker, client = running.pop(ready)
                    _, status = os.waitpid(worker, 0)
                    with suppress(BrokenPipeError):
                        client.sendall(bytes([os.waitstatus_to_exitcode(status) & 0xFF]))
                    client.close()
                    os.close(ready)
                elif ready in asking:
                    with suppress(ProcessLookupError):
                        os.kill(asking[ready], signal.SIGKILL)  # who asked is gone
                else:
                    client, _ = listening.accept()
                    others = [listening, *(one for _, one in running.values())]
                    with suppress(OSError, EOFError, ValueError):  # who asked is gone already
                        worker = _begin(client, others)
                        running[os.pidfd_open(worker)] = worker, client


def _warm() -> None:
    """Make once what every command makes anew: the shapes of the gate, what the words mean."""
    validate_paths([data_dir("facts") / "entities.ttl"])
    with redirect_stdout(io.StringIO()), suppress(SystemExit):
        sys.argv[:] = ["tenure", "ask", "incumbents", "--at", "2020-01-02"]
        main()


def _begin(client: socket.socket, others: list[socket.socket]) -> int:
    """Read what a client asks for, and do it in a fork: its process id, which is told as well."""
    files = array.array("i")
    size, rights, _, _ = client.recvmsg(4, socket.CMSG_SPACE(3 * files.itemsize))
    for _, _, numbers in rights:
        files.frombytes(numbers)
    with ExitStack() as closing:
        for file in files:
            closing.callback(os.close, file)
        asked = b""
        wanted = int.from_bytes(size, "big")
        while len(asked) < wanted and (more := client.recv(wanted - len(asked))):
            asked += more
        told = marshal.loads(asked)  # noqa: S302 - of the client above
        worker = os.fork()
        if worker == 0:
            for one in (client, *others):
                one.close()
            _work(files, *told)
    with suppress(BrokenPipeError):
        client.sendall(worker.to_bytes(4, "big"))
    return worker


def _work(
    files: Iterable[int], words: list[str], folder: str, environment: Mapping[str, str]
) -> NoReturn:
    code = 1
    try:
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv[:] = ["tenure", *words]
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - as an interpreter does with what nobody caught
        traceback.print_exc()
    finally:
        # What the interpreter does at its end, save to take a world of modules apart.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1])
