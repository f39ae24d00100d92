"""A million tenures: fused in bulk, one claim added, one situation explained."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Triple

from benchmarks.result import Result
from tenure.claims import Claim, ClaimBase, Source
from tenure.explain import explain
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.temporal import iso, parse
from tenure.terms import EDTF_DATATYPE, RDF_TYPE, TN, TNV, Names
from tenure.world import BulkWorld, Setting, World, fuse

T = TypeVar("T")

TENURES = 1_000_000
_COMPARED = 2_000
_SOURCES = 1_000
_FIRST_DAY = 693_961  # 1900-12-31
_DAYS = 42_000
_SAMPLE = 200


class Generated:
    """Made-up tenures, the same for the same numbers: each claim is made when it is asked for."""

    def __init__(self, tenures: int, names: Names) -> None:
        self.tenures = tenures
        self.names = names
        self.sources = {
            names.source(f"register-{n}").value: Source(
                names.source(f"register-{n}").value,
                f"Register {n}",
                names.entity("org/registrar").value,
                parse(iso(_FIRST_DAY + _DAYS + 4_000 + n)),
            )
            for n in range(_SOURCES)
        }
        self._source_iris = list(self.sources)
        self._modality = TNV("Asserted").value
        self._tense = TNV("Past").value
        self._rank = TNV("Normal").value
        self._class = TN("Tenure")
        self._holder, self._office = TN("holder"), TN("office")
        self._start, self._end = TN("start"), TN("end")

    def claims(self) -> Iterator[Claim]:
        """All of them; of every thousandth tenure a second claim with another end."""
        for number in range(self.tenures):
            yield self.claim(number, 0)
            if number % 1000 == 7:
                yield self.claim(number, 1)

    def claim(self, number: int, version: int) -> Claim:
        """The claim on one tenure: a day, a month or a year for its start and its end."""
        noise = (number * 2_654_435_761 + 97) % 2**32
        start = _FIRST_DAY + noise % _DAYS
        end = start + 30 + (noise >> 8) % 3_000 + 500 * version
        source = self._source_iris[noise % _SOURCES]
        tenure = self.names.entity(f"tenure/p{number // 3}--o{noise % 5_000}--{number}")
        content = (
            Triple(tenure, RDF_TYPE, self._class),
            Triple(tenure, self._holder, self.names.entity(f"person/p{number // 3}")),
            Triple(tenure, self._office, self.names.entity(f"office/o{noise % 5_000}")),
            Triple(tenure, self._start, _date(start, noise)),
            Triple(tenure, self._end, _date(end, noise >> 4)),
        )
        return Claim(
            self.names.claim(source.rpartition("/")[2], f"{number}-{version}").value,
            source,
            "Somebody held an office.",
            self._modality,
            False,
            self._tense,
            self._rank,
            "2026-01-01T00:00:00Z",
            None,
            (),
            (),
            content,
        )

    def claim_of(self, iri: str) -> Claim:
        """A claim by its IRI."""
        number, _, version = iri.rpartition("/")[2].partition("-")
        return self.claim(int(number), int(version))

    def tenure(self, number: int) -> str:
        """The IRI of one tenure."""
        subject = self.claim(number, 0).content[0].subject
        assert isinstance(subject, NamedNode)
        return subject.value


def _date(day: int, noise: int) -> Literal:
    text = iso(day)
    return Literal(text[: (10, 7, 4)[noise % 3]], datatype=EDTF_DATATYPE)


def scale() -> list[Result]:
    """Bulk against exact fusion on the same claims; then a million, checked by samples."""
    kb = open_knowledge_base()
    small = Generated(_COMPARED, kb.names)
    ours, bulk = timed(lambda: _bulk(small, kb))
    base = ClaimBase({c.iri: c for c in small.claims()}, small.sources)
    peer, exactly = timed(lambda: _exact(base, kb))
    for iri, occurrence in exactly.occurrences.items():
        if bulk.bounds(iri) != occurrence.bounds:
            raise SystemExit(f"scale: the bounds of {iri} differ")
    name = f"bulk fusion, {_COMPARED:,} tenures"
    results = [Result(name, ours, peer, "exact fusion, same claims", len(exactly.occurrences))]
    del bulk
    return results + _million(kb)


def _million(kb: KnowledgeBase) -> list[Result]:
    large = Generated(TENURES, kb.names)
    making, count = timed(lambda: sum(1 for _ in large.claims()))
    fusing, bulk = timed(lambda: _bulk(large, kb))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"scale: {count:,} claims on {len(bulk):,} tenures fused in {fusing:.1f} s (making them"
        f" alone: {making:.1f} s), {len(bulk.conflicts):,} conflicts; peak memory {peak:.2f} GiB",
        file=sys.stderr,
    )
    adding, explaining, alone = [], [], []
    for turn in range(_SAMPLE):
        number = turn * (TENURES // _SAMPLE) + 3
        iri = large.tenure(number)
        claims = [large.claim(number, 0)]
        seconds, world = timed(lambda c=claims: _exact_of(c, large, kb))  # type: ignore[misc]
        alone.append(seconds)
        if world.occurrences[iri].bounds != bulk.bounds(iri):
            raise SystemExit(f"scale: the bounds of {iri} differ")
        seconds, _ = timed(lambda i=iri: explain(bulk.around(i), i, {}))  # type: ignore[misc]
        explaining.append(seconds)
        more = large.claim(number, 1)
        seconds, _ = timed(lambda c=more: bulk.add(c))  # type: ignore[misc]
        adding.append(seconds)
        both = _exact_of([*claims, more], large, kb)
        if both.occurrences[iri].bounds != bulk.bounds(iri):
            raise SystemExit(f"scale: after adding, the bounds of {iri} differ")
    peer = statistics.median(alone)
    named = "exact fusion of that tenure alone"
    return [
        Result("one claim added (median)", statistics.median(adding), peer, named, _SAMPLE),
        Result("one explanation (median)", statistics.median(explaining), peer, named, _SAMPLE),
    ]


def _setting(generated: Generated, kb: KnowledgeBase) -> Setting:
    return Setting({}, kb.schema, kb.default_policy, kb.names, {}, generated.sources)


def _bulk(generated: Generated, kb: KnowledgeBase) -> BulkWorld:
    return BulkWorld(generated.claims(), generated.claim_of, _setting(generated, kb))


def _exact(base: ClaimBase, kb: KnowledgeBase) -> World:
    return fuse(base, {}, kb.schema, kb.default_policy, kb.names, {})


def _exact_of(claims: list[Claim], generated: Generated, kb: KnowledgeBase) -> World:
    sources = {claim.source: generated.sources[claim.source] for claim in claims}
    return _exact(ClaimBase({claim.iri: claim for claim in claims}, sources), kb)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """How many seconds the work took, and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result
