"""What was acknowledged, and whether a store that was torn from its process has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode
from tests.crash.writing import NOTED, NOTES
from tests.transactions.documents import iri

from tenure.namespaces import Names
from tenure.store import Store, has_store
from tenure.transactions.verify import verify

NAMES = Names()


@dataclass(slots=True)
class Ledger:
    """The numbers of the writes that were acknowledged."""

    added: set[int] = field(default_factory=set)
    retracted: set[int] = field(default_factory=set)
    noted: int = -1
    highest: int = 0

    def note(self, line: str) -> bool:
        """Take in one acknowledgement; False for a line that is none."""
        word, _, number = line.strip().partition(" ")
        if not number.isdecimal() or word not in ("add", "retract", "note"):
            return False
        value = int(number)
        if word == "add":
            self.added.add(value)
        elif word == "retract":
            self.retracted.add(value)
        else:
            self.noted = max(self.noted, value)
        self.highest = max(self.highest, value)
        return True

    def missing_from(self, path: Path) -> list[str]:
        """What the store lacks or has in part; to be called when nobody has it open."""
        if not has_store(path):
            return [f"lost: the store with {self}"] if self.highest else []
        with Store(path, make=False) as store:
            found = verify(store, NAMES)
            wrong = [str(fault) for fault in found.faults]
            provenance = list(store.quads(NAMES.graph("provenance")))
            recorded, retracted = (
                {q.subject.value for q in provenance if q.predicate.value.endswith(name)}  # type: ignore[union-attr]
                for name in ("#recordedAt", "#retractedAt")
            )
            wrong += [f"lost: claim {n}" for n in sorted(self.added) if iri(n) not in recorded]
            wrong += [f"lost: retraction {n}" for n in self.retracted if iri(n) not in retracted]
            graph = list(store.quads(NamedNode(NOTES)))
            values = {int(q.object.value) for q in graph}  # type: ignore[union-attr]
            if len(values) > 1 or (values and len(graph) != NOTED):
                wrong.append(f"half: {len(graph)} notes of {sorted(values)}")
            if max(values, default=-1) < self.noted:
                wrong.append(f"lost: note {self.noted}; there is {sorted(values)}")
        return wrong
