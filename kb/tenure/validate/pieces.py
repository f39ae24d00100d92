"""Large data in pieces, each with whatever the rules see from what it describes.

A piece is a segment and, from the other segments, all that is said of the nodes that it names, of
those that these name, and so on; where rules look back along a property, what names a node by it
counts among what is said of the node (:mod:`tenure.validate.reach`). So a rule finds of a node in
a piece what it would find of it in the whole. Of the names of graphs, which are claims, a piece
has what is said of them, but of what they name in turn only where a rule goes on from there.
Registries, to which everything refers, are the bulk of what pieces borrow. The more the data are
tied together, the larger the pieces become; at worst each is the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress

import numpy as np
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from tenure.validate.lines import LinesAbout, lines_of
from tenure.validate.reach import Reach
from tenure.validate.reading import text_of
from tenure.validate.segments import Segment
from tenure.validate.sieve import Gist, Hashes, among, hashes, united


@dataclass(slots=True)
class Lent:
    """What is said of nodes that other segments see, by the hash of the node."""

    lines: dict[int, bytes] = field(default_factory=dict)
    ahead: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """The nodes that this names, as far as segments describe them."""
    graphs: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """The names of the graphs in which something is said of this, as far as they are described."""

    def around(self, nodes: Hashes, graphs: Hashes) -> set[int]:
        """The nodes, all that can be seen from them, and the names of the graphs of either."""
        found: set[int] = set()
        waiting = nodes.tolist()
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += self.ahead.get(node, ())
        beside = {name for node in found for name in self.graphs.get(node, ())}
        return found | beside | set(graphs.tolist())


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
        self._needs = [
            self._from_elsewhere(
                number, united([one.named, hashes(map(hash, one.properties)), self._always])
            )
            for number, one in enumerate(gists)
        ]
        self._graphs = [
            self._from_elsewhere(number, one.graphs) for number, one in enumerate(gists)
        ]
        self._lent = self._lend()

    def __len__(self) -> int:
        return len(self._segments)

    def text(self, number: int) -> bytes:
        """The piece of that number, in N-Quads."""
        segment, gist = self._segments[number], self._gists[number]
        lent = self._lent
        around = self._around(number)
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
        return bool(len(changing)) and bool(among(hashes(self._around(number)), changing).any())

    def is_asked(self, number: int, iri: str) -> bool:
        """Whether that piece is the one in which the node is judged."""
        at = int(np.searchsorted(self._described, hash(iri)))
        return (
            at < len(self._described)
            and int(self._described[at]) == hash(iri)
            and int(self._first[at]) == number
        )

    def _around(self, number: int) -> set[int]:
        return self._lent.around(self._needs[number], self._graphs[number])

    def _from_elsewhere(self, number: int, nodes: Hashes) -> Hashes:
        """Those of the nodes that other segments describe too, or alone."""
        nodes = nodes[among(nodes, self._described)]
        at = np.searchsorted(self._described, nodes)
        elsewhere = self._several[at] | (self._first[at] != number)
        found: Hashes = nodes[elsewhere]
        return found

    def _lend(self) -> Lent:
        lent = Lent()
        told: dict[int, list[bytes]] = defaultdict(list)
        wanted = united(self._needs)
        known = wanted
        while len(wanted):
            ahead: list[tuple[int, int]] = []
            graphs: list[tuple[int, int]] = []
            self._read_all(wanted, told, ahead, graphs)
            after = self._note(ahead, lent.ahead)
            self._note(graphs, lent.graphs)
            wanted = after[~among(after, known)]
            known = united([known, wanted])
        # Of what names a graph no more is asked than what is said of it.
        names = united([*self._graphs, hashes(set().union(*lent.graphs.values()))])
        self._read_all(names[~among(names, known)], told, [], [])
        lent.lines = {node: b"".join(lines) for node, lines in told.items()}
        return lent

    def _note(self, pairs: list[tuple[int, int]], named: dict[int, set[int]]) -> Hashes:
        """Notes which node names which, as far as those are described; these."""
        listed = np.array(pairs, np.int64).reshape(-1, 2)
        listed = listed[among(listed[:, 1], self._described)]
        for node, other in listed.tolist():
            named[node].add(other)
        found: Hashes = np.unique(listed[:, 1])
        return found

    def _read_all(
        self,
        wanted: Hashes,
        told: dict[int, list[bytes]],
        ahead: list[tuple[int, int]],
        graphs: list[tuple[int, int]],
    ) -> None:
        looked_for = frozenset(wanted.tolist())
        for segment, gist in zip(self._segments, self._gists, strict=True):
            if among(wanted, gist.described).any():
                self._read(segment, gist, looked_for, told, ahead, graphs)

    def _read(
        self,
        segment: Segment,
        gist: Gist,
        looked_for: frozenset[int],
        told: dict[int, list[bytes]],
        ahead: list[tuple[int, int]],
        graphs: list[tuple[int, int]],
    ) -> None:
        """Notes what is said of nodes, what they name, and in which graphs."""
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
                if isinstance(quad.graph_name, NamedNode):
                    graph = hash(quad.graph_name.value)
                    graphs.append((node, graph))
                    if reach.through_graphs:
                        names.add(graph)
                ahead += [(node, other) for other in names - {node}]


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
