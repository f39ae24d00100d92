"""Large documents reduced to what is said of the nodes that matter, each statement at its place.

The rules beside the shapes read documents; of large ones they get these in their stead. A reduced
document of a file of lines has a text of the same lines, of which those that do not matter are
empty, so that lines and columns stay what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from tenure.terms import RDF_TYPE
from tenure.validate.facts import Facts
from tenure.validate.lines import LinesAbout, lines_of
from tenure.validate.segments import Segment
from tenure.validate.sieve import Hashes


@dataclass(frozen=True)
class ReducedFacts(Facts):
    """Facts of which the documents tell a part; what they do not is known by hashes."""

    classed: Hashes = field(default_factory=lambda: np.empty(0, np.int64))
    """Whatever has a class in any document."""
    claimed: Hashes = field(default_factory=lambda: np.empty(0, np.int64))
    """Whatever some document calls a claim."""
    named_graphs: Hashes = field(default_factory=lambda: np.empty(0, np.int64))
    """The graphs that hold a statement."""
    entities: Sequence[str] = ()
    """The registry; it may be left empty where nothing is missing from it."""

    def has_graph(self, iri: str) -> bool:
        """As of all facts."""
        return _has(self.named_graphs, iri)

    def has_class(self, iri: str) -> bool:
        """As of all facts."""
        return _has(self.classed, iri)

    def is_claim(self, iri: str) -> bool:
        """As of all facts."""
        return _has(self.claimed, iri)

    @cached_property
    def registered(self) -> list[str]:
        """As of all facts."""
        return list(self.entities) or super().registered


def _has(known: Hashes, iri: str) -> bool:
    at = int(np.searchsorted(known, hash(iri)))
    return at < len(known) and int(known[at]) == hash(iri)


class Skim:
    """The statements about some nodes, by their hashes, or in the graphs that they name."""

    def __init__(self, wanted: Hashes, watch: Callable[[Quad], None] | None = None) -> None:
        """``watch``, where there is one, is told of every statement, and skimming takes longer."""
        self._about = LinesAbout(frozenset(wanted.tolist()))
        self._watch = watch

    def skim(self, segments: Iterable[Segment]) -> tuple[list[Quad], str]:
        """The statements in segments of one file, and the text of the reduced document."""
        kept: list[bytes] = []
        text: list[bytes] = []
        empty = 0
        for segment in segments:
            data = segment.read()
            if self._watch is not None:
                for quad in segment.quads():
                    self._watch(quad)
            lines = lines_of(data)
            for line, matters in zip(lines, self._about.among(data, lines), strict=True):
                if matters:
                    kept.append(line)
                    text += [b"\n" * empty, line]
                    empty = 0
                empty += 1
        text.append(b"\n" * empty)
        quads = list(parse(b"\n".join(kept), RdfFormat.N_QUADS))
        return quads, b"".join(text).decode()


@dataclass(slots=True)
class Registry:
    """The entities that documents name, whatever a claim alone makes known left out."""

    is_entity: Callable[[str], bool]
    is_stated: Callable[[str], bool]
    found: set[str] = field(default_factory=set)
    _stated: set[int] = field(default_factory=set)

    def note(self, quad: Quad) -> None:
        """Takes note of a statement, if it gives a class."""
        if quad.predicate != RDF_TYPE:
            return
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            iri = quad.subject.value
            if self.is_stated(quad.object.value):
                self._stated.add(hash(iri))
                self.found.discard(iri)
            elif hash(iri) not in self._stated and self.is_entity(iri):
                self.found.add(iri)
