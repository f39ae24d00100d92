"""A claim and what belongs to it: source, evidence, the chain of speech."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Triple

from tenure.temporal import Edtf


@dataclass(frozen=True, slots=True)
class Source:
    """A text or data set that states something. ``text_length`` is in Unicode code points."""

    iri: str
    label: str
    publisher: str
    published: Edtf
    web_address: str | None = None
    text_digest: str | None = None
    text_length: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in a source: a passage (code points, end exclusive), a record or a web address."""

    iri: str
    sentence: int | None = None
    start: int | None = None
    end: int | None = None
    digest: str | None = None
    web_address: str | None = None
    record: str | None = None

    def __str__(self) -> str:
        parts = []
        if self.sentence is not None:
            parts.append(f"sentence {self.sentence}")
        if self.start is not None and self.end is not None:
            parts.append(f"characters {self.start}–{self.end}")
        if self.record:
            parts.append(f"record {self.record}")
        if self.web_address:
            parts.append(self.web_address)
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement by one source.

    ``content`` is what it states: the triples of the graph that bears its name. ``voices`` are the
    IRIs of those through whose mouths it came, the publisher first. ``modality``, ``tense`` and
    ``rank`` are IRIs of the vocabulary; ``recorded_at`` and ``retracted_at`` are instants in UTC,
    as ``YYYY-MM-DDThh:mm:ssZ``.
    """

    iri: str
    source: str
    statement: str
    modality: str
    hedged: bool
    tense: str | None
    rank: str
    recorded_at: str
    retracted_at: str | None
    voices: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    content: tuple[Triple, ...]

    @property
    def sentences(self) -> tuple[int, ...]:
        """The numbers of the sentences that the claim rests on."""
        return tuple(e.sentence for e in self.evidence if e.sentence is not None)
