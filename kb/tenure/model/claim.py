"""A claim and what belongs to it: source, evidence, the chain of speech."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, Triple

from tenure.namespaces import TNV
from tenure.temporal import Edtf

_INFERRED = TNV("Inferred").value
_DENIED = TNV("Denied").value


@dataclass(frozen=True, slots=True)
class Source:
    """A text or data set that states something. ``text_length`` is in Unicode code points.

    ``states`` are the instants (UTC, in order) at which what is held of it was revised: of a data
    set those of its recorded states.
    """

    iri: str
    label: str
    publisher: str
    published: Edtf
    web_address: str | None = None
    text_digest: str | None = None
    text_length: int | None = None
    language: str | None = None
    """That of its label, where it is known."""
    states: tuple[str, ...] = ()

    @property
    def title(self) -> Literal:
        """Its label, in its language."""
        return Literal(self.label, language=self.language)


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
    IRIs of those the voices it came through, the publisher first. ``modality``, ``tense``,
    ``rank`` and ``reading`` are IRIs of the vocabulary; ``recorded_at`` and ``retracted_at`` are
    instants in UTC, as ``YYYY-MM-DDThh:mm:ssZ``.
    """

    iri: str
    source: str
    statement: str
    modality: str
    hedged: bool
    tense: str | None
    rank: str
    reading: str
    recorded_at: str
    retracted_at: str | None
    voices: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    content: tuple[Triple, ...]
    language: str | None = None
    """That of the statement, where it is known."""

    def __hash__(self) -> int:
        # Cheap, and right: claims that are equal are equal in these. All of it takes 50 times as
        # long, and worlds are looked up by their claims.
        return hash((self.iri, self.retracted_at))

    @property
    def words(self) -> Literal:
        """The statement, in its language."""
        return Literal(self.statement, language=self.language)

    @property
    def sentences(self) -> tuple[int, ...]:
        """The numbers of the sentences that the claim rests on."""
        return tuple(e.sentence for e in self.evidence if e.sentence is not None)

    @property
    def is_record(self) -> bool:
        """Whether it rests on a record of a data set, whose states come one after the other."""
        return any(one.record is not None for one in self.evidence)

    @property
    def denies(self) -> bool:
        """Whether it says that what it states was not so."""
        return self.modality == _DENIED

    @property
    def inferred(self) -> bool:
        """Whether it is the editor's reading, and not what the source states."""
        return self.reading == _INFERRED

    @property
    def read_from(self) -> str:
        """Of an editor's reading, what it is read from: *our reading of sentences 10 and 30*.

        Empty where the source states it.
        """
        return f"our reading of {_places(self.evidence)}" if self.inferred else ""


def _places(evidence: tuple[Evidence, ...]) -> str:
    """The places in words, sentences by their numbers: each of them carries a part of a reading."""
    sentences = sorted({e.sentence for e in evidence if e.sentence is not None})
    named = [str(number) for number in sentences]
    if named:
        named[0] = f"{'sentence' if len(named) == 1 else 'sentences'} {named[0]}"
    named += [str(e) for e in evidence if e.sentence is None]
    return " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))


@dataclass(frozen=True, slots=True)
class Retraction:
    """That a claim was withdrawn: when, by whom, why, and what was put in its place.

    ``by`` and ``message`` are None where nobody noted them; ``superseded_by`` are IRIs of claims.
    """

    instant: str
    by: str | None = None
    message: str | None = None
    superseded_by: tuple[str, ...] = ()
