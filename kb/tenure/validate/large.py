"""Facts that are too many to be held: read in segments, asked in pieces, placed in reduced form.

Three times every statement is looked at: by the sieve, which notes what the rules beside the shapes
may have against it and what it names; in a piece, by the shapes; and by whoever looks for the lines
of what was found. In between nothing is kept but hashes, what is found, and what is said of nodes
that many others name. The rules are those of small facts, and judge what is read again; the report
is the same, which ``tests/validate/test_large.py`` holds it to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import compress
from pathlib import Path
from queue import SimpleQueue
from typing import Final, Self

import numpy as np
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from tenure.own_folder import OwnFolder
from tenure.store.formats import GraphFormat
from tenure.terms import RDF_TYPE, Names
from tenure.validate.consistency import DESCRIBED, Descriptions, contradictions_among, describe
from tenure.validate.consistency import RULE as CONTRADICTION
from tenure.validate.exact import Written
from tenure.validate.facts import Facts, Told
from tenure.validate.judging import Judge
from tenure.validate.pieces import Pieces
from tenure.validate.progress import Progress, Stage, Step
from tenure.validate.reach import reach_of
from tenure.validate.reading import Document, text_of
from tenure.validate.reduced import ReducedFacts, Registry, Skim
from tenure.validate.schema import Schema
from tenure.validate.segments import Cutter, Segment
from tenure.validate.shapes import Shapes, told_by, told_by_core
from tenure.validate.sieve import Gist, Hashes, Sieve, among, hashes, united
from tenure.validate.stated import Terms
from tenure.validate.sweeping import Sweep

SEGMENT: Final = 24 << 20
"""Bytes of a segment; a piece takes about six times as much memory, and two are there at once."""
_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A file of facts, or of their context where it is not ``given``."""

    path: Path
    form: GraphFormat
    given: bool


@dataclass(slots=True)
class _Read:
    """A file that parsed: its segments, and what is in them."""

    file: LargeFile
    segments: list[Segment] = field(default_factory=list)
    gists: list[Gist] = field(default_factory=list)


class LargeFacts:
    """Large facts: read file by file, then asked, then reduced to what was found.

    What is written on the way lies in a folder of its own until it is closed.
    """

    def __init__(
        self,
        ontology: Sequence[Document],
        names: Names,
        shapes: Shapes,
        progress: Progress,
        size: int = SEGMENT,
    ) -> None:
        """``size`` is that of a segment, in bytes."""
        self._ontology = ontology
        self._names = names
        self._shapes = shapes
        self._progress = progress
        self._background = [
            quad for one in ontology for quad in one.quads if not isinstance(quad.object, Triple)
        ]
        terms = Terms([quad for one in ontology for quad in one.quads])
        self._sweep = Sweep(terms)
        reach = reach_of(shapes.core, {one.rule: one.query for one in shapes.constraints})
        # The sweep goes from a life to what ended it.
        self._reach = replace(reach, back=reach.back | terms.ending.keys())
        self._folder = OwnFolder("validate")
        self._cutter = Cutter(self._folder.path, size)
        schema = Schema(quad for one in ontology for quad in one.quads)
        self._time_schema = Facts([], [], ontology, names).time_schema
        self._schema = schema
        self._sieve = Sieve(schema, names, self._reach)
        self._files: list[_Read] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.close()

    @property
    def triples(self) -> int:
        """The statements of the given files."""
        return self._sieve.triples

    @property
    def claims(self) -> int:
        """The claims of the given files."""
        return len(self._sieve.claims)

    def read(self, file: LargeFile, on_bytes: Callable[[int], None] = lambda _: None) -> int:
        """Reads a file, the given ones before the context; the number of its statements.

        ``on_bytes`` is told how many bytes were read, one segment after another.

        Raises:
            BadInput: it does not parse; nothing of it is kept.
        """
        one = _Read(file)
        self._sieve.begin()
        for segment, quads in self._cutter.segments(len(self._files), file.path, file.form):
            one.gists.append(self._sieve.take(quads))
            one.segments.append(segment)
            on_bytes(segment.stop - segment.start)
        self._files.append(one)
        return self._sieve.end(counts=file.given)

    def reduced(self) -> tuple[ReducedFacts, list[Told]]:
        """What of the facts somebody may have something against, and what the shapes have."""
        told = self._told()
        return self._reduced(told), told

    def _told(self) -> list[Told]:
        """What the shapes have against the nodes of the given files."""
        told = list(_once(self._told_of_pieces()))
        wide = [one for one in self._shapes.constraints if one.rule in self._reach.wide]
        if wide:
            store = self._store(b"")
            store.bulk_extend(self._sieve.wide)
            told += [one for rule in wide for one in told_by(rule, store)]
        whole = [one for one in self._shapes.constraints if one.rule in self._reach.everything]
        if whole:
            store = self._store(b"")
            for segment in self._segments:
                store.bulk_extend(q for q in segment.quads() if not isinstance(q.object, Triple))
            told += [one for rule in whole for one in told_by(rule, store)]
        return told + self._sweep.told()

    def _reduced(self, told: Iterable[Told]) -> ReducedFacts:
        ontology = [quad for one in self._ontology for quad in one.quads]
        classes = [quad for quad in ontology if quad.predicate == RDF_TYPE]
        gists = [gist for one in self._files for gist in one.gists]
        classed = united(
            [
                *(one.with_class for one in gists),
                hashes(
                    hash(text_of(quad.subject))
                    for quad in classes
                    if isinstance(quad.object, NamedNode)
                ),
            ]
        )
        claimed = united(one.claims for one in gists)
        graphs = united(one.graphs for one in gists)
        missing = self._missing(classed)
        wanted = united(
            [
                *(one.suspects for one in gists),
                *self._without_counterpart(claimed, graphs),
                *missing,
                self._called_alike(ontology),
                hashes(
                    hash(name)
                    for one in told
                    for name in (one.focus, one.graph)
                    if name is not None
                ),
            ]
        )
        entities = Registry(
            lambda iri: self._names.slug_of(iri) is not None, self._schema.is_stated
        )
        skim = Skim(wanted, entities.note if any(len(one) for one in missing) else None)
        given: list[Document] = []
        context: list[Document] = []
        for number, one in enumerate(self._files):
            self._progress(Step(Stage.PLACES, number, len(self._files)))
            (given if one.file.given else context).append(_document(one, skim))
        return ReducedFacts(
            given,
            context,
            self._ontology,
            self._names,
            classed=classed,
            claimed=claimed,
            named_graphs=graphs,
            entities=sorted(entities.found),
        )

    @property
    def _segments(self) -> list[Segment]:
        return [segment for one in self._files for segment in one.segments]

    def _told_of_pieces(self) -> Iterator[Told]:
        gists = [gist for one in self._files for gist in one.gists]
        asked = sum(len(one.segments) for one in self._files if one.file.given)
        if not asked:
            return
        nodes = hashes(
            hash(text_of(node)) for quad in self._background for node in (quad.subject, quad.object)
        )
        pieces = Pieces(self._segments, gists, self._reach, nodes)
        beyond = self._reach.wide.keys() | self._reach.everything
        rules = [one for one in self._shapes.constraints if one.rule not in beyond]
        judges: SimpleQueue[Judge] = SimpleQueue()
        for _ in range(_AT_ONCE):
            judges.put(Judge(self._shapes.core))

        def ask(number: int) -> list[Told]:
            text = pieces.text(number)
            # To be found again, blank nodes must keep their labels, which loading changes.
            quads = list(parse(text, RdfFormat.N_QUADS)) if pieces.may_change(number) else []
            store = self._store(b"" if quads else text)
            store.bulk_extend(quads)
            written = Written(quads)
            self._sweep.take(store, lambda iri: pieces.is_asked(number, iri))
            told = [one for rule in rules for one in told_by(rule, store)]
            judge = judges.get()
            try:
                told += told_by_core(judge, store, written)
            finally:
                judges.put(judge)
            told = [one for one in told if pieces.is_asked(number, one.focus)]
            return told + self._contradictions(store, gists[number].graphs)

        # The store leaves Python's lock alone while it loads and answers.
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for number, told in enumerate(threads.map(ask, range(asked))):
                self._progress(Step(Stage.SHAPES, number, asked))
                yield from told

    def _contradictions(self, store: Store, graphs: Hashes) -> list[Told]:
        """The claims among ``graphs`` that contradict themselves.

        A piece has all that is said of what its claims tell of, in whatever segment it stands.
        """
        if self._time_schema is None:
            return []
        described: Descriptions = defaultdict(dict)
        for predicate in DESCRIBED:
            describe(described, store.quads_for_pattern(None, predicate, None))
        describe(described, self._sieve.published)
        types: dict[str, set[str]] = defaultdict(set)
        for quad in store.quads_for_pattern(None, RDF_TYPE, None):
            if isinstance(quad.object, NamedNode):
                types[text_of(quad.subject)].add(quad.object.value)
        names = [one for one in store.named_graphs() if isinstance(one, NamedNode)]
        asked = among(np.array([hash(one.value) for one in names], np.int64), graphs)
        content = {
            name.value: [one.triple for one in store.quads_for_pattern(None, None, None, name)]
            for name in compress(names, asked)
        }
        return list(contradictions_among(content, described, types, self._time_schema))

    def _store(self, text: bytes) -> Store:
        """A store of a text in N-Quads that was read before, and of the ontology."""
        store = Store()
        if text:
            store.bulk_load(input=text, format=RdfFormat.N_QUADS, lenient=True)
        store.bulk_extend(self._background)
        return store

    def _missing(self, classed: Hashes) -> list[Hashes]:
        """What nothing says the class of, and the first subjects that name it."""
        found = []
        for one in self._files:
            if one.file.given and one.gists:
                named = np.concatenate([gist.referring for gist in one.gists])
                by = np.concatenate([gist.referring_from for gist in one.gists])
                lacking = ~among(named, classed)
                first = np.unique(named[lacking], return_index=True)
                found += [first[0], np.unique(by[lacking][first[1]])]
        return found

    def _without_counterpart(self, claimed: Hashes, graphs: Hashes) -> Iterator[Hashes]:
        """Claims without a graph, and graphs without a claim."""
        for one in self._files:
            for gist in one.gists if one.file.given else ():
                yield gist.claims[~among(gist.claims, graphs)]
                yield gist.graphs[~among(gist.graphs, claimed)]

    def _called_alike(self, ontology: Iterable[Quad]) -> Hashes:
        """The entities that share a name with another."""
        background = self._sieve.take(ontology)
        gists = [background, *(gist for one in self._files for gist in one.gists)]
        names = np.concatenate([one.names for one in gists])
        entities = np.concatenate([one.names_of for one in gists])
        pairs = np.unique(np.stack([names, entities]), axis=1)
        shared, count = np.unique(pairs[0], return_counts=True)
        return np.unique(pairs[1][among(pairs[0], shared[count > 1])])


def _once(found: Iterable[Told]) -> Iterator[Told]:
    """Each but once; of a claim that lies in two segments, what the first tells."""
    seen: set[object] = set()
    for one in found:
        key: object = (one.rule, one.graph) if one.rule == CONTRADICTION else one
        if key not in seen:
            seen.add(key)
            yield one


def _document(one: _Read, skim: Skim) -> Document:
    path, form = one.file.path, one.file.form
    in_place = all(segment.path == path for segment in one.segments)
    quads, text = skim.skim(one.segments)
    if not in_place:
        text = path.read_bytes().decode("utf-8-sig") if quads else ""
    return Document(str(path), text, tuple(quads), form=form, partly=True)
