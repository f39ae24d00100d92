"""A process that writes without pause and says what was acknowledged, until it is killed.

Run as ``python -m tests.crash.writing STORE FACTS FIRST [BYTES]``; an empty store is filled
from FACTS. Each line of its output is one acknowledged write: ``add N``, ``retract N`` or
``note N``; ``full`` where the disk took no more, after which it has read everything once more
(``read N``). BYTES bounds the size of every file, unless it is 0.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple
from tests.transactions.documents import PREFIXES, SOURCE, claim, document, iri

from tenure.errors import StoreFull
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.store import graph_format
from tenure.transactions import BodyChange, Change, GraphChange, commit

NOTES = "https://example.org/notes"
NOTED = 40
"""Statements of the ordinary graph, all with the number of the write."""

MANY = int(os.environ.get("CRASH_KILLS", "6")) >= 100
LARGE = 20_050 if MANY else 60
"""Claims of a base that takes a while to open, where there is time."""

OFFICES = 200
"""Offices that they are about."""


def large_facts(repo_root: Path, folder: Path) -> Path:
    """A folder with a base of :data:`LARGE` claims of the gazette, numbered from 0 on.

    Each is about a tenure of its own: of as many people as each of the offices has holders, one
    after the other.
    """
    folder.mkdir()
    head = (repo_root / "kb/facts/entities.ttl").read_text(encoding="utf-8")
    entities, described = SOURCE.split("source:gazette a", 1)
    person = next(line for line in SOURCE.splitlines() if line.startswith("person:"))
    described = "source:gazette a" + described.replace(person, "")
    holders = range(LARGE // OFFICES + 1)
    registered = (
        PREFIXES,
        entities,
        f"{person}\n",
        *(f'person:p{one} a tn:Person ; rdfs:label "Person {one}"@en .\n' for one in holders),
        *(
            f'office:o{one} a tn:Office ; rdfs:label "Office {one}"@en ; tn:seats 1 ;\n'
            "    tn:officeOf org:gazette .\n"
            for one in range(OFFICES)
        ),
    )
    (folder / "entities.ttl").write_text(head, encoding="utf-8")
    (folder / "more.ttl").write_text("".join(registered), encoding="utf-8")
    claims = "".join(map(_held, range(LARGE)))
    (folder / "gazette.trig").write_text(PREFIXES + described + claims, encoding="utf-8")
    return folder


def _held(number: int) -> str:
    """A claim that a tenure lasted a year."""
    turn, office = divmod(number, OFFICES)
    year = 1900 + turn
    when = f'tn:start "{year}-05-04"^^edtf:EDTF ; tn:end "{year + 1}-05-03"^^edtf:EDTF'
    told = claim(number, when).replace("jane-roe--pmu-deputy-head", f"p{turn}--o{office}")
    told = told.replace("jane-roe", f"p{turn}").replace("pmu-deputy-head", f"o{office}")
    recorded = ' ; tn:recordedAt "2026-01-01T00:00:00Z"^^xsd:dateTime .\nc:'
    return told.replace(" .\nc:", recorded, 1)


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
        commit(kb, Change(retracted=(iri(number - 1),)), who="ada", message="Not so.")
        return f"retract {number - 1}"
    change = BodyChange(text_of(number).encode(), graph_format("trig"))
    commit(kb, change, who="ada", message="From the gazette.")
    return f"add {number}"


def main(store: str, facts: str, first: str, most: str = "") -> int:
    """Write until killed, or until the disk is full."""
    kb = open_knowledge_base(Path(facts), store=Path(store))
    print("open", flush=True)  # noqa: T201 - its output is what it is for
    if most and most != "0":
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
