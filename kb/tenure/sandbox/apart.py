"""RDF written as N-Quads, in a process of its own that can be stopped.

Run as ``python -P -m tenure.sandbox.apart TYPE SECONDS MEMORY MOST BASE``: it reads a document of
that media type from standard input, and writes N-Quads, ``MOST`` bytes of them. A document that
does not parse ends it with :data:`~tenure.store.apart.UNPARSED`, and what the engine said, as JSON,
on standard error.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import islice

from pyoxigraph import RdfFormat, parse, serialize

from tenure.sandbox.confinement import allow_processor, fence
from tenure.store.apart import TOO_MUCH, UNPARSED

_AT_A_TIME = 10_000


def main(media_type: str, seconds: str, memory: str, most: str, base: str) -> int:
    """Does it, and ends."""
    data = sys.stdin.buffer.read()
    fence(int(memory), files=False)
    allow_processor(float(seconds))
    left = int(most)
    try:
        form = RdfFormat.from_media_type(media_type)
        quads = parse(data, form, base_iri=base or None, rename_blank_nodes=True)
        while some := list(islice(quads, _AT_A_TIME)):
            written = serialize(some, format=RdfFormat.N_QUADS) or b""
            left -= len(written)
            if left < 0:
                return TOO_MUCH
            sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
    except SyntaxError as error:
        sys.stderr.write(json.dumps([error.msg, error.lineno, error.offset]))
        sys.stderr.flush()
        return UNPARSED
    except MemoryError:
        return TOO_MUCH
    return 0


if __name__ == "__main__":
    # Not by way of the interpreter's end: millions of terms need no tidying up.
    os._exit(main(*sys.argv[1:]))
