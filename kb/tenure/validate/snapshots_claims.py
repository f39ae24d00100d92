"""From what breaks a rule on a day to the claims that it rests on, and where these stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from tenure.temporal import Reach
from tenure.terms import local_name
from tenure.validate.reading import documents_in
from tenure.validate.snapshots_graph import Snapshot
from tenure.world import TimeSolution

Places = Mapping[str, tuple[str, int | None]]
"""By the IRI of a claim: the file that it stands in, and the line where it begins."""


def claim_places(paths: Iterable[Path]) -> Places:
    """Where each claim in RDF files, or in folders with such files, is described.

    What does not parse is passed over. Raises :class:`~tenure.errors.NotFound` for a path that
    does not exist.
    """
    found: dict[str, tuple[str, int | None]] = {}
    for document in documents_in(list(paths), [], []):
        for iri in document.subjects:
            found.setdefault(iri, (document.name, document.positions.line(iri)))
    return found


def involved(
    day: Snapshot, terms: Collection[str], focus: str, path: str | None = None
) -> Sequence[str]:
    """The occurrences of the day that a result of a shape is about, sorted.

    They are those among the ``terms`` of the result. Where none is, those between two of the
    terms, or else those with ``focus`` as their subject or object. Where some kind flattens to
    the property ``path``, they are of that kind.
    """
    named = [iri for iri in terms if iri in day.shown]
    if named:
        return sorted(set(named))
    flat = {iri: kind.flattens_to for iri, kind in day.world.schema.kinds.items()}
    near = [day.world.occurrences[iri] for iri in day.shown]
    near = [one for one in near if focus in (one.subject, one.object)]
    if path in flat.values():
        near = [one for one in near if flat.get(one.kind) == path]
    both = [one for one in near if {one.subject, one.object} <= {*terms, focus}]
    return sorted(one.iri for one in both or near)


def claims_behind(day: Snapshot, occurrences: Iterable[str], terms: Iterable[str]) -> Sequence[str]:
    """The claims that tell of the occurrences and date them, and those that date absent lives.

    Sorted by source and number. O(length of the derivations).
    """
    world = day.world
    found: set[str] = set()
    for iri in occurrences:
        occurrence = world.occurrences[iri]
        time = world.time.of(occurrence.existence)
        found.update(occurrence.claims)
        found |= _along(time, time.at_most, iri, "start") | _along(time, time.at_least, iri, "end")
    for iri in day.absent.intersection(terms):
        time = world.time
        found |= _along(time, time.at_most, iri, "end") | _along(time, time.at_least, iri, "start")
    return sorted(found, key=_in_reading_order)


def _along(time: TimeSolution, reach: Reach, iri: str, which: str) -> set[str]:
    point = time.points.get((iri, which))
    if point is None or point not in reach.distance:
        return set()
    return {claim for step in reach.path(point) for claim in time.reason(step).claims}


def _in_reading_order(iri: str) -> tuple[str, list[tuple[int, str]]]:
    source = iri.rpartition("/")[0]
    parts = local_name(iri).split("-")
    return source, [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
