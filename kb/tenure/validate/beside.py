"""The check of a large import in a process of its own, so that two cores are put to use.

While it loads SHACL the records are read; while it checks, the files are laid out, or the next lot
is. Whatever goes
wrong with the process is no fault of the facts: whoever asks then checks in its own.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse, serialize

from tenure.namespaces import Names
from tenure.own_folder import OwnFolder
from tenure.resources import OwnTerms
from tenure.validate.documents import statements_in
from tenure.validate.finding import Finding
from tenure.validate.validator import LotValidation, load_shapes, validate_statements


class CheckBeside:
    """A process that loads what checking needs, and then checks what it is given; to be closed."""

    def __init__(self, names: Names, terms: OwnTerms) -> None:
        """As :func:`validate_statements` takes them."""
        try:
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._process = None
        self._folder: OwnFolder | None = None
        self._texts = 0
        self._send((names, terms))

    def close(self) -> None:
        """End the process, if it still runs."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        if self._folder is not None:
            self._folder.close()

    def begin(
        self,
        files: Mapping[Path, Collection[Quad] | bytes],
        context: Path | LotValidation,
        around: Collection[Quad] = (),
    ) -> None:
        """Hand over what is to be checked, on disk, where it takes no memory.

        A lot, which may be N-Quads already, goes with the check of lots and what is ``around``.
        """
        if self._process is None:
            return
        try:
            self._folder = self._folder or OwnFolder("check")
            texts = {path: self._text(quads) for path, quads in files.items()}
            self._send((texts, context, self._text(around), self._folder.path))
        except OSError:
            self._process.kill()

    def _text(self, quads: Collection[Quad] | bytes) -> Path:
        assert self._folder is not None
        path = self._folder.path / f"{self._texts}.nq"
        self._texts += 1
        if isinstance(quads, bytes):
            path.write_bytes(quads)
        else:
            serialize(quads, path, format=RdfFormat.N_QUADS)
        return path

    def _send(self, value: object) -> None:
        if self._process is not None and self._process.stdin is not None:
            try:
                pickle.dump(value, self._process.stdin)
                self._process.stdin.flush()
            except OSError:
                self._process.kill()

    def findings(self) -> list[list[Finding]] | None:
        """What was found each time; None where the process could not be used."""
        if self._process is None:
            return None
        told, _ = self._process.communicate()
        found: list[list[Finding]] | None = pickle.loads(told) if told else None  # noqa: S301 - our own
        return found if self._process.returncode == 0 else None


def main() -> None:
    """Check what comes on standard input; the findings go to standard output."""
    # It ends soon, and its statements are in no circles.
    gc.disable()
    names, terms = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent
    load_shapes(names, terms)
    found = []
    lots: LotValidation | None = None
    while True:
        try:
            texts, context, around, folder = pickle.load(sys.stdin.buffer)  # noqa: S301
        except EOFError:
            break
        if isinstance(context, LotValidation):
            # The first has read the other files.
            lots = lots or context
            lot = {path: tuple(_quads(text)) for path, text in texts.items()}
            found.append(lots.findings(lot, tuple(_quads(around))))
            del lot
            continue
        files, on_disk = statements_in(texts)
        found.append(
            validate_statements(
                files, context=context, names=names, terms=terms, folder=folder if on_disk else None
            )
        )
    if lots is not None:
        lots.close()
    pickle.dump(found, sys.stdout.buffer)
    sys.stdout.flush()
    # To take down a store and statements one by one takes as long as a tenth of the check.
    os._exit(0)


def _quads(text: Path) -> Iterator[Quad]:
    yield from parse(path=text, format=RdfFormat.N_QUADS)
    text.unlink()


if __name__ == "__main__":
    main()
