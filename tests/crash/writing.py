"""A process that writes without pause and says what was acknowledged, until it is killed.

Run as ``python -m tests.crash.writing STORE FIRST [BYTES]``. Each line of its output is one
acknowledged write: ``add N``, ``retract N`` or ``note N``; ``full`` where the disk took no more,
after which it has read everything once more (``read N``). BYTES bounds the size of every file.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple
from tests.transactions.documents import claim, document, iri

from tenure.errors import StoreFull
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.store import graph_format
from tenure.transactions import BodyChange, GraphChange, Retraction, commit

NOTES = "https://example.org/notes"
NOTED = 40
"""Statements of the ordinary graph, all with the number of the write."""


def notes(number: int) -> tuple[Triple, ...]:
    """What the ordinary graph holds after the write of that number."""
    node, value = NamedNode("https://example.org/about"), Literal(number)
    predicates = (NamedNode(f"https://example.org/is-{part}") for part in range(NOTED))
    return tuple(Triple(node, one, value) for one in predicates)


def text_of(number: int) -> str:
    """A document with one claim, on a tenure of its own."""
    own = claim(number).replace("jane-roe--", f"jane-roe--{number}-")
    return document(own)


def write_one(kb: KnowledgeBase, number: int) -> str:
    """The write of that number, committed; what it was."""
    if number % 5 == 4:
        commit(kb, GraphChange("put", NOTES, notes(number)), who="ada", message="Notes.")
        return f"note {number}"
    if number % 5 == 3:
        commit(kb, Retraction((iri(number - 1),)), who="ada", message="Not so.")
        return f"retract {number - 1}"
    change = BodyChange(text_of(number).encode(), graph_format("trig"))
    commit(kb, change, who="ada", message="From the gazette.")
    return f"add {number}"


def main(store: str, first: str, most: str = "") -> int:
    """Write until killed, or until the disk is full."""
    kb = open_knowledge_base(store=Path(store))
    print("open", flush=True)  # noqa: T201 - its output is what it is for
    if most:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
    number = int(first)
    while True:
        # Whatever the one before has lost, a claim can only be retracted where it is.
        skip = number % 5 == 3 and iri(number - 1) not in kb.claims
        try:
            told = "" if skip else write_one(kb, number)
        except StoreFull:
            print("full", flush=True)  # noqa: T201
            print(f"read {len(kb.claims)} {len(list(kb.store.quads()))}", flush=True)  # noqa: T201
            return 0
        if told:
            print(told, flush=True)  # noqa: T201
        number += 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
