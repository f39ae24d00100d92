"""One SPARQL update on a copy in memory, in a process of its own that can be stopped.

Run as ``python -m tenure.sandbox.update_process SECONDS MEMORY MOST``. It reads the length of the
update and a line break, the update, and the statements in N-Quads. It writes one line that says how
it went, then what the update took away and what it added, in N-Quads, ``MOST`` bytes together:
``done N`` with the bytes of the first, ``too much``, or ``syntax`` or ``failed`` with what the
engine said.
"""

from __future__ import annotations

import sys

from pyoxigraph import Quad, RdfFormat, Store, parse, serialize

from tenure.sandbox.confinement import allow_processor, fence


def main(seconds: str, memory: str, most: str) -> int:
    """Do it, and end."""
    given = sys.stdin.buffer
    text = given.read(int(given.readline())).decode()
    # Blank nodes keep their labels, so that the difference is of the same nodes.
    before = set(parse(given.read(), RdfFormat.N_QUADS))
    fence(int(memory), files=False)
    allow_processor(float(seconds))
    store = Store()
    store.bulk_extend(before)
    try:
        store.update(text)
    except SyntaxError as error:
        return _tell(f"syntax {' '.join(str(error).split())}")
    except (RuntimeError, OSError) as error:
        return _tell(f"failed {' '.join(str(error).split())}")
    after = set(store)
    removed, added = _written(before - after), _written(after - before)
    if len(removed) + len(added) > int(most):
        return _tell("too much")
    return _tell(f"done {len(removed)}", removed, added)


def _written(quads: set[Quad]) -> bytes:
    return serialize(quads, format=RdfFormat.N_QUADS) or b""


def _tell(line: str, *data: bytes) -> int:
    sys.stdout.buffer.write(b"".join((line.encode(), b"\n", *data)))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
