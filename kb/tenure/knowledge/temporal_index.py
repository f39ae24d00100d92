"""The days of the world as plain triples, for queries about a day or a range in any engine.

A graph beside that of the world (``graph/temporal-index``) has each occurrence under the keys of an
interval tree (:mod:`tenure.temporal.interval_tree`), by the stretches of days on which it was
certainly, presumably or possibly going on. The predicates bear the keys, so that one lookup finds
all that is kept at a node, with the day to compare beside it. Queries are written by
:func:`tenure.views.pattern`.

What follows from the bounds alone is told exactly, and so is who is presumed to hold an office. Of
what has days taken out, it is told what was so on at least one *known* day of a range; the network
of time may tell that it was certain on some day of it, though not on which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad

from tenure.fusion import (
    Holding,
    PlainOccurrence,
    PlainWorld,
    Range,
    SeatsOn,
    World,
    common,
    gaps,
    merged,
    not_certain,
    presumed_stretches,
    ruled_out,
)
from tenure.knowledge.world_graph import holding_of
from tenure.model import Occurrence, Schema
from tenure.namespaces import XSD_INTEGER, Names
from tenure.store import n_quads
from tenure.temporal import Certainty
from tenure.temporal.interval_tree import NodeKey, keys, keys_within
from tenure.views import index_predicate, index_prefix

_POSSIBLE, _CERTAIN = map(index_prefix, (Certainty.POSSIBLE, Certainty.CERTAIN))

SeatsOf = Callable[[str, bool], tuple[Sequence[SeatsOn], Sequence[int]]]
"""How many seats an office has on a day, and when that changes; whether it had a seating."""


class TemporalIndex:
    """The statements of the index, of one world after another that make the whole together."""

    def __init__(self, schema: Schema, names: Names) -> None:
        self._schema = schema
        self._graph = names.temporal_index
        self._holdings: dict[str, list[Holding]] = defaultdict(list)
        self._open: dict[str, list[tuple[str, list[Range]]]] = defaultdict(list)
        self._seated: set[str] = set()
        self._end = f"^^{XSD_INTEGER} {self._graph} .\n"

    def of(self, occurrences: Iterable[Occurrence]) -> Iterator[Quad]:
        """What follows from each occurrence by itself; the others are kept for :meth:`seats`."""
        for one in occurrences:
            yield from self._quads(one.iri, Certainty.POSSIBLE, _spread(_possible(one)))
            yield from self._quads(one.iri, Certainty.CERTAIN, _certain_keys(one))
            if not self.add(one):
                yield from self._quads(one.iri, Certainty.PRESUMED, _spread(_presumed(one)))

    def lines(self, piece: World | PlainWorld) -> bytes:
        """As N-Quads, what :meth:`of` gives of a part of the world."""
        if isinstance(piece, World):
            return n_quads(self.of(piece.occurrences.values()))
        return "".join(map(self._lines, piece.occurrences)).encode()

    def _lines(self, one: PlainOccurrence) -> str:
        self.add(one)
        four = one.bounds
        text = self._written(one.iri, _POSSIBLE, keys(four.start_earliest, four.end_latest))
        if four.start_latest is not None and four.end_earliest is not None:
            core = (four.start_latest, four.end_earliest)
            text += self._written(one.iri, _CERTAIN, _keys_of_core(core))
        return text

    def _written(self, iri: str, prefix: str, found: Iterable[NodeKey]) -> str:
        """What :meth:`_quads` gives, as lines; a quad for each would take three times as long."""
        start, end = f"<{iri}> <{prefix}", self._end
        return "".join([f'{start}{kind}-{at}> "{day}"{end}' for kind, at, day in found])

    def add(self, one: Occurrence | PlainOccurrence) -> bool:
        """Note who holds a seat, or that an office has others for a time; whether it is a seat."""
        if one.kind in self._schema.seating_kinds and one.subject is not None:
            self._seated.add(one.subject)
        if one.kind not in self._schema.seat_kinds or one.object is None:
            return False
        holding = holding_of(one, self._schema)
        if holding is not None:
            self._holdings[one.object].append(holding)
        if isinstance(one, Occurrence) and one.presumption is not None:
            self._open[one.object].append((one.iri, _presumed(one)))
        return True

    def add_holding(self, office: str, holding: Holding) -> None:
        """Note who holds a seat and is not presumed to go on by itself."""
        self._holdings[office].append(holding)

    def first_open(self, office: str) -> int | None:
        """Of those who are presumed to hold an office, the first day on which any of them does.

        Or on which there was a last word of one; None where there is nobody.
        """
        days = (
            min(one.begun, one.begun if one.word_latest is None else one.word_latest)
            for one in self._holdings[office]
            if one.until is not None
        )
        return min(days, default=None)

    def seats(self, seats_of: SeatsOf) -> Iterator[Quad]:
        """Of all that were added, those who are presumed to hold an office, with the days."""
        for office, several in self._open.items():
            seats = seats_of(office, office in self._seated)
            found = presumed_stretches(self._holdings[office], *seats)
            for iri, days in several:
                left = _spread(common(days, found.get(iri, ())))
                yield from self._quads(iri, Certainty.PRESUMED, left)

    def _quads(self, iri: str, degree: Certainty, found: Iterable[NodeKey]) -> Iterator[Quad]:
        for key in found:
            day = Literal(str(key.day), datatype=XSD_INTEGER)
            yield Quad(NamedNode(iri), index_predicate(degree, key.kind, key.at), day, self._graph)


def _spread(ranges: Iterable[Range]) -> Iterator[NodeKey]:
    return chain.from_iterable(keys(first, last) for first, last in ranges)


def _possible(one: Occurrence) -> list[Range]:
    """The days on which it can have been going on, in some alternative."""
    can_be = merged((four.start_earliest, four.end_latest) for four in one.several_bounds)
    return common(can_be, gaps(ruled_out(one.exclusions))) if one.exclusions else can_be


def _core(one: Occurrence) -> tuple[int, int] | None:
    """By when it has begun in every alternative, and until when it is certainly not over.

    The second can be before the first: then it was going on within these days.
    """
    if one.existence is not Certainty.CERTAIN:
        return None
    begun, lasting = [], []
    for four in one.several_bounds:
        if four.start_latest is None or four.end_earliest is None:
            return None
        begun.append(four.start_latest)
        lasting.append(four.end_earliest)
    return max(begun), min(lasting)


def _certain(one: Occurrence) -> list[Range]:
    """The days on which it was certainly going on."""
    core = _core(one)
    if core is None or core[0] > core[1]:
        return []
    return common([core], gaps(not_certain(one.exclusions))) if one.exclusions else [core]


def _certain_keys(one: Occurrence) -> Iterator[NodeKey]:
    core = _core(one)
    if core is None or one.exclusions:
        return _spread(_certain(one))
    return _keys_of_core(core)


def _keys_of_core(core: tuple[int, int]) -> Iterator[NodeKey]:
    return keys_within(core[1], core[0]) if core[0] > core[1] else keys(*core)


def _presumed(one: Occurrence) -> list[Range]:
    """The days on which it is presumed by itself to go on and is not certain to."""
    if one.presumption is None or one.bounds.start_latest is None:
        return []
    days = common([(one.bounds.start_latest, one.presumption.until)], _possible(one))
    return common(days, gaps([*_certain(one), *not_certain(one.exclusions)]))
