"""Lines of N-Quads about some nodes, found by their text: to parse all takes five times as long."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from pyoxigraph import RdfFormat, parse

from tenure.validate.facts import graph_of
from tenure.validate.reading import text_of

_TYPED: Final = b"^^"
# An escape, a tab, a comment, an old line end: such lines are parsed.
_ODD: Final = (b"\\", b"\t", b" #", b".#", b"\r")


def lines_of(data: bytes) -> list[bytes]:
    """The lines, without their ends."""
    lines = data.split(b"\n")
    return lines if lines[-1] else lines[:-1]


class LinesAbout:
    """Chooses the lines whose subject or graph is one of some nodes, known by their hashes."""

    def __init__(
        self, wanted: frozenset[int], parts: Sequence[bytes] = (), *, graphs: bool = True
    ) -> None:
        """Lines with one of ``parts`` are chosen too; ``graphs`` says whether graphs count.

        A few lines more may be chosen.
        """
        self._wanted = wanted
        self._parts = tuple(parts)
        self._graphs = graphs

    def among(self, data: bytes, lines: Sequence[bytes]) -> Iterator[bool]:
        """For each of the ``lines`` of ``data`` whether it is chosen."""
        wanted, graphs = self._wanted, self._graphs
        odd = tuple(one for one in _ODD if one in data)
        with_part = self._with_part(data, lines)
        before, known = b"", False
        for number, line in enumerate(lines):
            end = line.find(b"> ", 1)
            if line[:1] != b"<" or end < 0 or (odd and any(one in line for one in odd)):
                yield self._is_chosen(line)
                continue
            subject = line[1:end]
            if subject != before:
                before, known = subject, hash(subject.decode()) in wanted
            yield known or number in with_part or (graphs and self._is_in_graph(line))

    def _with_part(self, data: bytes, lines: Sequence[bytes]) -> frozenset[int]:
        """The numbers of the lines with one of the parts; few have one, and many are searched."""
        if not self._parts:
            return frozenset()
        ends = list(accumulate(len(line) + 1 for line in lines))
        found = set()
        for part in self._parts:
            at = data.find(part)
            while at >= 0:
                found.add(bisect_right(ends, at))
                at = data.find(part, at + 1)
        return frozenset(found)

    def _is_in_graph(self, line: bytes) -> bool:
        # Where the last name is an object, the line is chosen for nothing, which does no harm.
        start, end = line.rfind(b"<"), line.rfind(b">")
        return line[start - 2 : start] != _TYPED and hash(line[start + 1 : end].decode()) in (
            self._wanted
        )

    def _is_chosen(self, line: bytes) -> bool:
        if self._parts:
            return True  # they may be written with escapes
        for quad in parse(line, RdfFormat.N_QUADS):
            names = [text_of(quad.subject), (self._graphs and graph_of(quad)) or ""]
            if any(hash(one) in self._wanted for one in names):
                return True
        return False
