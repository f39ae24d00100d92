"""JSON-LD and RDF/XML are read in a process of their own: some end, or hold, the one that reads.

Measured with pyoxigraph 0.5 on an 8 MiB stack: a context of some 8,000 terms, each defined by the
next, overflows it; contexts within contexts, and in RDF/XML namespaces and elements within
elements, take time that grows with the square of their length.
Where no process can be started, as in one that is itself there to be stopped, the document is read
on the spot.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Quad, RdfFormat, parse

from tenure.errors import TooMuchToRead
from tenure.store.formats import JSON_LD, RDF_XML, GraphFormat

UNPARSED: Final = 65
"""Exit status: the document does not parse."""
TOO_MUCH: Final = 71
"""Exit status: it was refused memory, or says more than it may."""

HARMLESS: Final = 8_000
"""Bytes. A shorter document neither overflows the stack nor takes a second, whatever it says."""

READ_APART: Final = (JSON_LD, RDF_XML)
"""The formats that are read so."""
_PROGRAM: Final = "tenure.sandbox.apart"
_OURS: Final = Path(__file__).parents[2]
SECONDS: Final = 20.0
"""Of the processor, for a short document."""
_BYTES_A_SECOND: Final = 500_000
_MEMORY: Final = 1 << 30
_MOST: Final = 256 << 20
_TIMES: Final = 64
"""How many times its length a document may take of memory, and have as N-Quads."""


def quads_apart(encoded: bytes, form: GraphFormat, base: str | None, name: str) -> Iterable[Quad]:
    """The statements of a document.

    Raises:
        SyntaxError: as the engine does.
        TooMuchToRead: the engine broke down over it, or it takes too much time or memory.
        ValueError: ``base`` is no IRI.
    """
    if len(encoded) <= HARMLESS:
        return _here(encoded, form, base)
    try:
        done = _apart(encoded, form, base)
    except subprocess.TimeoutExpired:
        raise _too_much(name, "takes too long to read") from None
    except OSError:
        return _here(encoded, form, base)
    if done.returncode == 0:
        return parse(done.stdout, RdfFormat.N_QUADS)
    if done.returncode == UNPARSED:
        message, line, column = _said(done.stderr)
        raise SyntaxError(message, (name, line, column, None))
    if done.returncode == TOO_MUCH or b"memory allocation of" in done.stderr:
        raise _too_much(name, "takes too much memory to read")
    if done.returncode == -signal.SIGXCPU:
        raise _too_much(name, "takes too long to read")
    raise TooMuchToRead(
        "The reader broke down over it: it nests too deep, or its terms are defined by each other.",
        where=name,
        remedy="Write it flatter, each term of the context with its own IRI.",
    )


def _here(encoded: bytes, form: GraphFormat, base: str | None) -> Iterable[Quad]:
    return parse(encoded, form.engine, base_iri=base, rename_blank_nodes=True)


def _apart(
    encoded: bytes, form: GraphFormat, base: str | None
) -> subprocess.CompletedProcess[bytes]:
    size = len(encoded)
    seconds = SECONDS + size / _BYTES_A_SECOND
    limits = (str(seconds), str(_MEMORY + _TIMES * size), str(max(_MOST, _TIMES * size)))
    # Nothing of this environment is the document's business.
    environment = {"PYTHONPATH": str(_OURS), "PATH": os.environ.get("PATH", "")}
    return subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
        [sys.executable, "-P", "-m", _PROGRAM, form.media_type, *limits, base or ""],
        input=encoded,
        capture_output=True,
        timeout=3 * seconds,
        check=False,
        env=environment,
    )


def _said(told: bytes) -> tuple[str, Any, Any]:
    try:
        message, line, column = json.loads(told)
    except ValueError:
        return "it does not parse", None, None
    return str(message), line, column


def _too_much(name: str, what: str) -> TooMuchToRead:
    return TooMuchToRead(
        f"The document {what}.",
        where=name,
        remedy="Split it, or write it as TriG; what lies within each other takes the longest.",
    )
