"""What passes to a sandboxed process and back: frames of a byte of kind, a length, and a body.

What such a process sends is never taken for more than bytes and JSON: it has read what a stranger
wrote.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from typing import Any, Final

_HEAD: Final = struct.Struct(">cI")

OPEN: Final = b"O"
"""To a process: the module that it works with, what to load, and how much it may take."""
STEP: Final = b"S"
"""To a process: a write to repeat, whose first byte says what it is; or a body of the next task."""
ASK: Final = b"Q"
"""To a process: a query, or a task."""

READY: Final = b"R"
"""From a process: everything sent before is done."""
HEAD: Final = b"H"
"""From a process: what kind of answer comes."""
DATA: Final = b"D"
"""From a process: a piece of the answer."""
FAILED: Final = b"E"
"""From a process: there is no answer, or no more of it; why."""
END: Final = b"Z"
"""From a process: the answer is complete, and whether the process is worn out."""

UPDATE: Final = b"u"
"""First byte of a step: an update in SPARQL follows."""
QUADS: Final = b"q"
"""First byte of a step: N-Quads to add follow."""
HOLD: Final = b"h"
"""First byte of a step: the name of a graph, a line break and its content in N-Triples follow."""
ALONE: Final = b"a"
"""Before the first byte of a step: it concerns what is kept in memory beside the copy."""
FORGET: Final = b"f"
"""First byte of a step: the name of a graph to remove follows."""

LONGEST: Final = 1 << 30
"""Bytes of a body. More than anything that is sent; a length beyond is a sign of mischief."""


def frame(kind: bytes, body: bytes = b"") -> bytes:
    """A frame, ready to be sent."""
    return _HEAD.pack(kind, len(body)) + body


def json_frame(kind: bytes, /, **what: Any) -> bytes:
    """A frame whose body is JSON."""
    return frame(kind, json.dumps(what, separators=(",", ":")).encode())


class Frames:
    """Frames out of pieces of bytes as they come."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The frames, kind and body, that are complete now.

        Raises :class:`ValueError` for a length that no frame has.
        """
        held = self._held
        held += data
        at = 0
        try:
            while len(held) - at >= _HEAD.size:
                kind, length = _HEAD.unpack_from(held, at)
                if length > LONGEST:
                    raise ValueError(f"a frame of {length} bytes")
                start = at + _HEAD.size
                if len(held) < start + length:
                    break
                at = start + length
                yield kind, bytes(held[start:at])
        finally:
            del held[:at]


def read_frame(descriptor: int) -> tuple[bytes, bytes] | None:
    """The next frame, waiting for it; None when the other side is gone."""
    head = _read(descriptor, _HEAD.size)
    if head is None:
        return None
    kind, length = _HEAD.unpack(head)
    body = _read(descriptor, length)
    return None if body is None else (kind, body)


def write_all(descriptor: int, data: bytes) -> None:
    """Writes all of it, waiting for room. Raises :class:`OSError` when the other side is gone."""
    ahead = memoryview(data)
    while ahead:
        ahead = ahead[os.write(descriptor, ahead) :]


def _read(descriptor: int, size: int) -> bytes | None:
    pieces = []
    while size:
        piece = os.read(descriptor, min(size, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
