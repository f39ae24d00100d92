"""Large data in pieces, each with whatever the rules see from what it describes.

A piece is a segment and, from the other segments, all that is said of the nodes that it names, of
those that these name, and so on; where rules look back along a property, what names a node by it
counts among what is said of the node (:mod:`tenure.validate.reach`). So a rule finds of a node in
a piece what it would find of it in the whole. Registries, to which everything refers, are the bulk
of what pieces borrow. The more the data are tied together, the larger the pieces become; at worst
each is the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress

import numpy as np
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from tenure.validate.facts import text_of
from tenure.validate.lines import LinesAbout, lines_of
from tenure.validate.reach import Reach
from tenure.validate.segments import Segment
from tenure.validate.sieve import Gist, Hashes, among, hashes, united


@dataclass(slots=True)
class Lent:
    """What is said of nodes that other segments see, by the hash of the node."""

    lines: dict[int, bytes] = field(default_factory=dict)
    ahead: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """The nodes that this names, as far as segments describe them."""

    def around(self, nodes: Hashes) -> set[int]:
        """The nodes, and all that can be seen from them."""
        found: set[int] = set()
        waiting = nodes.tolist()
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += self.ahead.get(node, ())
        return found


class Pieces:
    """The pieces of some segments; of those of the first ``given``, what they describe is asked."""

    def __init__(
        self, segments: Sequence[Segment], gists: Sequence[Gist], reach: Reach, ontology: Hashes
    ) -> None:
        """Finds out what segments see of each other, and reads that. ``ontology`` are its nodes."""
        self._segments = segments
        self._gists = gists
        self._reach = reach
        counted = np.concatenate([one.described for one in gists])
        self._described, first, count = _first_of(counted, [len(one.described) for one in gists])
        self._first = first
        self._several = count > 1
        self._changing = united(one.changing for one in gists)
        always = united([ontology, hashes(hash(one) for one in reach.named)])
        self._always = always[among(always, self._described)]
        self._needs = [self._needed_by(number) for number in range(len(gists))]
        self._lent = self._lend()

    def __len__(self) -> int:
        return len(self._segments)

    def text(self, number: int) -> bytes:
        """The piece of that number, in N-Quads."""
        segment, gist = self._segments[number], self._gists[number]
        lent = self._lent
        around = lent.around(self._needs[number])
        own = segment.read()
        if gist.has_nested:
            # Statements about statements have a finding of their own, and pySHACL reads none.
            own = b"".join(_line(one) for one in segment.quads() if not _is_nested(one))
        parts = [own, b"" if own.endswith(b"\n") else b"\n"]
        return b"".join(parts + [lent.lines[one] for one in sorted(around) if one in lent.lines])

    def may_change(self, number: int) -> bool:
        """Whether a store may keep something in the piece otherwise than it is written."""
        changing = self._changing
        if len(self._gists[number].changing):
            return True
        return bool(len(changing)) and bool(
            among(hashes(self._lent.around(self._needs[number])), changing).any()
        )

    def is_asked(self, number: int, iri: str) -> bool:
        """Whether that piece is the one in which the node is judged."""
        at = int(np.searchsorted(self._described, hash(iri)))
        return (
            at < len(self._described)
            and int(self._described[at]) == hash(iri)
            and int(self._first[at]) == number
        )

    def _needed_by(self, number: int) -> Hashes:
        """What the segment names, or always sees, and others describe too, or alone."""
        gist = self._gists[number]
        properties = hashes(hash(one) for one in gist.properties)
        named = united([gist.named, properties, self._always])
        named = named[among(named, self._described)]
        at = np.searchsorted(self._described, named)
        elsewhere = self._several[at] | (self._first[at] != number)
        found: Hashes = named[elsewhere]
        return found

    def _lend(self) -> Lent:
        lent = Lent()
        told: dict[int, list[bytes]] = defaultdict(list)
        wanted = united(self._needs)
        known = wanted
        while len(wanted):
            ahead: list[tuple[int, int]] = []
            looked_for = frozenset(wanted.tolist())
            for segment, gist in zip(self._segments, self._gists, strict=True):
                if among(wanted, gist.described).any():
                    ahead += self._read(segment, gist, looked_for, told)
            pairs = np.array(ahead, np.int64).reshape(-1, 2)
            pairs = pairs[among(pairs[:, 1], self._described)]
            for node, other in pairs.tolist():
                lent.ahead[node].add(other)
            after = np.unique(pairs[:, 1])
            wanted = after[~among(after, known)]
            known = united([known, wanted])
        lent.lines = {node: b"".join(lines) for node, lines in told.items()}
        return lent

    def _read(
        self,
        segment: Segment,
        gist: Gist,
        looked_for: frozenset[int],
        told: dict[int, list[bytes]],
    ) -> Iterator[tuple[int, int]]:
        """Notes what is said of nodes; each with what it names."""
        reach = self._reach
        back = [one.encode() for one in sorted(reach.back & gist.properties)]
        data = segment.read()
        lines = lines_of(data)
        chosen = compress(lines, LinesAbout(looked_for, back, graphs=False).among(data, lines))
        for quad in parse(b"\n".join(chosen), RdfFormat.N_QUADS):
            if _is_nested(quad):
                continue
            subject = hash(text_of(quad.subject))
            value = hash(text_of(quad.object))
            about = {subject, value} if quad.predicate.value in reach.back else {subject}
            for node in about & looked_for:
                told[node].append(_line(quad))
                names = {subject, value, hash(quad.predicate.value)}
                if reach.through_graphs and isinstance(quad.graph_name, NamedNode):
                    names.add(hash(quad.graph_name.value))
                for other in names - {node}:
                    yield node, other


def _first_of(counted: Hashes, lengths: Sequence[int]) -> tuple[Hashes, Hashes, Hashes]:
    """Each hash once, the number of the first part that has it, and in how many parts it is."""
    parts = np.repeat(np.arange(len(lengths)), lengths)
    # A part has no hash twice, and a stable sort leaves the parts in their order.
    found, at, count = np.unique(counted, return_index=True, return_counts=True)
    first: Hashes = parts[at]
    return found, first, count


def _is_nested(quad: Quad) -> bool:
    return isinstance(quad.object, Triple)


def _line(quad: Quad) -> bytes:
    return f"{quad} .\n".encode()
