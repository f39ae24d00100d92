"""Whether a store holds together: everything computed is worked out again from the claims alone.

What is compared is all that is written by computing: the world, its conflicts, the standing of
each claim, the temporal index. Of what was stated, each claim has to be whole: described, with a
statement of its own, and, where it was committed, in a revision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pyoxigraph import Quad

from tenure.errors import TenureError
from tenure.fusion import check_claims
from tenure.knowledge import Snapshot
from tenure.knowledge.materialise import computed_quads, refuse_strays
from tenure.knowledge.renewal import has_our_rules
from tenure.knowledge.snapshot import read_snapshot
from tenure.knowledge.store_state import FORMAT, noted_stamp, read_format, refuse_foreign
from tenure.model import Described, check_references, revisions
from tenure.namespaces import Names
from tenure.store import Store
from tenure.transactions.user_graphs import is_user_graph
from tenure.views import is_computed

_MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a store does not hold together: what is wrong, about what."""

    what: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.about}: {self.what}" if self.about else self.what


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found; the store is sound where there is no fault. Counts say what was looked at."""

    faults: tuple[Fault, ...]
    counts: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether everything holds together."""
        return not self.faults

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "sound": self.sound,
            "checked": self.counts,
            "notes": list(self.notes),
            "faults": [{"about": one.about, "what": one.what} for one in self.faults],
        }


def verify(store: Store, names: Names) -> Verified:
    """Read everything, work out what is computed anew, and compare. Nothing is written.

    Raises:
        BadInput: a later version of Tenure wrote the store, or a file of it is damaged.
    """
    refuse_foreign(store, names)
    broken, notes = _of_files(store)
    form = read_format(store, names) or FORMAT
    counts = {"format": form, "graphs": len(store.graphs())}
    try:
        known = read_snapshot(store, names)
        refuse_strays(known, store)
        for some in known.in_lots(known.claims):
            check_references(some, known.registry, names, elsewhere=Described(known.claims.about))
            check_claims(some, known.schema)
        stored = {quad for part in names.computed_parts for quad in store.quads(part)}
        sizes, missing = Counter[object](), list[Quad]()
        for lot in computed_quads(known):
            worked_out = set(lot)
            missing += worked_out - stored
            stored -= worked_out
            sizes.update(quad.graph_name for quad in worked_out)
    except TenureError as error:
        about = error.where.name if error.where else ""
        return Verified((*broken, Fault(error.what, about)), counts, tuple(notes))
    if (missing or stored) and not has_our_rules(store, names):
        notes.append(
            "What it computes was worked out by another version of Tenure; tenure upgrade, or the "
            "next command that writes, works it out anew."
        )
        stored, missing = set(), []
    elif (missing or stored) and not noted_stamp(store, names):
        notes.append("The world is not in it yet, or in part; the next opening works it out.")
        stored, missing = set(), []
    faults = [
        *broken,
        *_differences(stored, "is stored, and does not follow from the claims", names),
        *_differences(missing, "follows from the claims, and is not stored", names),
        *_strays(store, known, names),
        *_unrevised(store, known, names),
        # Of a world that is not as it should be, the columns are not either.
        *(() if stored or missing else _of_columns(known)),
    ]
    counts |= {
        "claims": len(known.claims),
        "sources": len(known.sources),
        "entities": len(known.registry),
        "world": sizes[names.graph("world")],
        "temporal index": sizes[names.temporal_index],
        "ordinary graphs": sum(is_user_graph(one.value, names) for one in store.graphs()),
    }
    useless = known.graph().useless_columns()
    if useless:
        notes.append(f"Its columns are made anew by the next question about a moment: {useless}.")
    return Verified(tuple(faults), counts, (*notes, *_notes(store, names)))


def _of_files(store: Store) -> tuple[list[Fault], list[str]]:
    """What is wrong with the files of a store, and what is worth knowing of them."""
    notes = [
        f"The last write in its log {one.log} was cut short; it was never acknowledged."
        if one.is_torn
        else f"Its log {one.log} ends where an earlier one goes on, as after a kill; if nothing "
        "was killed, its numbers are damaged, and later writes are gone."
        for one in store.losses()
        if one.is_torn or one.is_used_again
    ]
    lost = [
        f"{one.size:,} bytes of its log {one.log} were damaged, and the writes in them are gone."
        for one in store.losses()
        if not one.is_torn and not one.is_used_again
    ]
    return [Fault(one, "files") for one in (*store.disagreements(), *lost)], notes


def _differences(quads: Iterable[Quad], how: str, names: Names) -> Iterator[Fault]:
    by_part: dict[object, list[str]] = {part: [] for part in names.computed_parts}
    for quad in quads:
        by_part[quad.graph_name].append(str(quad.triple))
    for part, found in zip(("world", "temporal index"), by_part.values(), strict=True):
        for text in sorted(found)[:_MOST_SHOWN]:
            yield Fault(f"{text} {how}.", part)
        if len(found) > _MOST_SHOWN:
            yield Fault(f"{len(found) - _MOST_SHOWN} more such: each {how}.", part)


def _of_columns(known: Snapshot) -> Iterator[Fault]:
    """Rows of the columns that are not as the store has it."""
    found = known.graph().rows_astray()
    for iri in found[:_MOST_SHOWN]:
        yield Fault("Its row in the columns is not as the store has it.", iri)
    if len(found) > _MOST_SHOWN:
        yield Fault(
            f"{len(found) - _MOST_SHOWN} more rows are not as the store has them.", "columns"
        )


def _strays(store: Store, known: Snapshot, names: Names) -> Iterator[Fault]:
    """Graphs that are neither a part, nor a claim's, nor computed, nor ordinary."""
    others = ("entities", "provenance", "state")
    parts = {*names.ontology_graphs, *names.computed_parts, *map(names.graph, others)}
    for graph in store.graphs():
        iri = graph.value
        if graph in parts or iri in known.claims:
            continue
        if not is_user_graph(iri, names) and not is_computed(names, iri):
            yield Fault("This graph is nobody's.", iri)


def _unrevised(store: Store, known: Snapshot, names: Names) -> Iterator[Fault]:
    """Claims that were committed at an instant of which no revision tells.

    Only a commit writes instants finer than a second; files of facts may do without a revision.
    """
    described = list(store.quads(names.graph("provenance")))
    for revision in revisions(known.claims, described):
        if revision.message is None and "." in revision.instant:
            yield Fault(
                f"No revision tells of what changed at {revision.instant}.", revision.source
            )


def _notes(store: Store, names: Names) -> Iterator[str]:
    left = sum(is_computed(names, graph.value) for graph in store.graphs())
    if left:
        yield f"{left} graphs of moments were left behind; the next opening takes them away."
