"""Recorded time: revisions, and what was learned between two of them.

A revision is one change of what the knowledge base holds of one source. Which claims it added and
retracted follows from the claims themselves (``tn:recordedAt``, ``tn:retractedAt``); a
``tn:Revision`` of the same source and instant adds who did it, and why. Nothing is ever deleted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.errors import BadInput, BadParameter
from tenure.languages import ENGLISH
from tenure.model.claim import Claim, Retraction
from tenure.model.reading import instant
from tenure.namespaces import RDF_TYPE, TN, XSD_DATETIME, local_name

RevisionKey: TypeAlias = tuple[str, str]
"""An instant, and the IRI of the source whose claims changed then."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of what is held of one source.

    ``instant`` is in UTC (``YYYY-MM-DDThh:mm:ssZ``); ``added`` and ``retracted`` are IRIs of
    claims, sorted. ``by`` and ``message`` are None where nobody noted them.
    """

    instant: str
    source: str
    added: tuple[str, ...]
    retracted: tuple[str, ...]
    by: str | None = None
    message: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "instant": self.instant,
            "source": self.source,
            "by": self.by,
            "message": self.message,
            "added": list(self.added),
            "retracted": list(self.retracted),
        }


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a claim: when it came, with the revision that brought it, and how it went."""

    claim: Claim
    recorded: Revision | None
    retraction: Retraction | None

    def differs(self, before: Version) -> list[str]:
        """What it says otherwise than an earlier version, a line for each value."""
        was, now = (set(map(_in_short, one.claim.content)) for one in (before, self))
        lines = [f"- {one}" for one in sorted(was - now)] + [
            f"+ {one}" for one in sorted(now - was)
        ]
        for name in ("modality", "tense", "rank", "reading", "statement"):
            old, new = getattr(before.claim, name), getattr(self.claim, name)
            if old != new:
                lines.append(f"{name}: {_last(old)} → {_last(new)}")
        return lines

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        gone = self.retraction
        return {
            **_claim_dict(self.claim),
            "by": self.recorded.by if self.recorded else None,
            "message": self.recorded.message if self.recorded else None,
            "retractedBy": gone.by if gone else None,
            "retractedBecause": gone.message if gone else None,
        }


def _in_short(triple: Triple) -> str:
    subject, value = (str(getattr(one, "value", one)) for one in (triple.subject, triple.object))
    return f"{_last(subject)} {local_name(triple.predicate.value)} {_last(value)}"


def _last(text: str | None) -> str:
    if text is None:
        return "none"
    return text.partition("/id/")[2] or (local_name(text) if "://" in text else text)


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned after ``start`` and no later than ``end``, both instants in UTC.

    ``added`` came in and was still relied on at the end; ``retracted`` was relied on at the start
    and no longer at the end; ``passing`` came in and went out in between. Each by its instant.
    """

    start: str
    end: str
    added: tuple[Claim, ...]
    retracted: tuple[Claim, ...]
    passing: tuple[Claim, ...]

    def rows(self) -> list[tuple[str, str, Claim]]:
        """Each change as its word, its instant and its claim."""
        return [
            *(("added", one.recorded_at, one) for one in self.added),
            *(("retracted", one.retracted_at or "", one) for one in self.retracted),
            *(("added and retracted", one.retracted_at or "", one) for one in self.passing),
        ]

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "from": self.start,
            "to": self.end,
            **{
                name: [_claim_dict(one) for one in claims]
                for name, claims in (
                    ("added", self.added),
                    ("retracted", self.retracted),
                    ("addedAndRetracted", self.passing),
                )
            },
        }


def _claim_dict(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.iri,
        "source": claim.source,
        "statement": claim.statement,
        "recordedAt": claim.recorded_at,
        "retractedAt": claim.retracted_at,
    }


def revisions(
    claims: Mapping[str, Claim],
    provenance: Iterable[Quad],
    *,
    source: str | None = None,
    known_at: str | None = None,
) -> tuple[Revision, ...]:
    """All revisions in the order of recorded time, those of one instant by their source.

    Args:
        claims: the claims by IRI.
        provenance: the descriptions of claims and sources, with the ``tn:Revision`` nodes.
        source: the IRI of the only source that is asked for.
        known_at: the instant (UTC) after which revisions are left out.
    """
    added: dict[RevisionKey, list[str]] = defaultdict(list)
    retracted: dict[RevisionKey, list[str]] = defaultdict(list)
    for iri, claim in sorted(claims.items()):
        added[claim.recorded_at, claim.source].append(iri)
        if claim.retracted_at is not None:
            retracted[claim.retracted_at, claim.source].append(iri)
    noted = notes(provenance)
    return tuple(
        Revision(
            change[0],
            change[1],
            tuple(added.get(change, ())),
            tuple(retracted.get(change, ())),
            *noted.get(change, (None, None)),
        )
        for change in sorted({*added, *retracted, *noted})
        if (source is None or change[1] == source) and (known_at is None or change[0] <= known_at)
    )


def learned(
    claims: Mapping[str, Claim], start: str, end: str, *, source: str | None = None
) -> Learned:
    """What was learned after the instant ``start`` and no later than ``end``.

    Raises:
        BadParameter: ``end`` comes before ``start``.
    """
    if end < start:
        raise BadParameter(
            f"{end} comes before {start}.", where="to", remedy="Exchange the two instants."
        )
    relied = [one for _, one in sorted(claims.items()) if source is None or one.source == source]
    new = [one for one in relied if start < one.recorded_at <= end]
    gone = [one for one in relied if one.retracted_at and start < one.retracted_at <= end]
    passing = {one.iri for one in new} & {one.iri for one in gone}

    def recorded(one: Claim) -> tuple[str, str]:
        return (one.recorded_at, one.iri)

    def withdrawn(one: Claim) -> tuple[str, str]:
        return (one.retracted_at or "", one.iri)

    return Learned(
        start,
        end,
        tuple(sorted((one for one in new if one.iri not in passing), key=recorded)),
        tuple(sorted((one for one in gone if one.iri not in passing), key=withdrawn)),
        tuple(sorted((one for one in new if one.iri in passing), key=withdrawn)),
    )


def retraction_of(
    claim: Claim, noted: Mapping[RevisionKey, tuple[str | None, str | None]], newer: Iterable[str]
) -> Retraction | None:
    """What is known of the retraction of a claim; None of one that was not retracted.

    ``noted`` is what :func:`notes` has of its source, ``newer`` the claims that supersede it.
    """
    if claim.retracted_at is None:
        return None
    by, message = noted.get((claim.retracted_at, claim.source), (None, None))
    return Retraction(claim.retracted_at, by, message, tuple(sorted(newer)))


def read_instant(text: str, where: str) -> str:
    """An instant of recorded time, in UTC.

    Raises:
        BadParameter: it is no date-time with a zone; ``where`` is the parameter it names.
    """
    try:
        return instant(text.strip())
    except BadInput as error:
        raise BadParameter(
            error.what,
            where=where,
            remedy="Recorded time is an instant, such as 2026-11-24T00:00:00Z; "
            "what held on a day is valid time, and another question.",
        ) from error


def notes(provenance: Iterable[Quad]) -> dict[RevisionKey, tuple[str | None, str | None]]:
    """Who made each revision that is described, and why."""
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    nodes: set[str] = set()
    for quad in provenance:
        if not isinstance(quad.subject, NamedNode):
            continue
        if quad.predicate == RDF_TYPE and quad.object == TN("Revision"):
            nodes.add(quad.subject.value)
        elif isinstance(quad.object, NamedNode | Literal):
            rows[quad.subject.value][quad.predicate.value] = quad.object.value
    found: dict[RevisionKey, tuple[str | None, str | None]] = {}
    for node in sorted(nodes):
        row = rows[node]
        source, at = row.get(TN("revisionOf").value), row.get(TN("recordedAt").value)
        if source is not None and at is not None:
            change = (instant(at, where=node), source)
            found[change] = (
                row.get(TN("revisionBy").value),
                row.get(TN("revisionMessage").value),
            )
    return found


def revision_quads(source: NamedNode, at: str, message: str, by: str | None = None) -> list[Quad]:
    """The description of the revision of ``source`` at an instant in UTC.

    A source has one revision at a time at most, so that its instant can be its name.
    """
    digits = at.replace("-", "").replace(":", "")
    node = NamedNode(f"{source.value}/revision/{digits}")
    quads = [
        Quad(node, RDF_TYPE, TN("Revision")),
        Quad(node, TN("revisionOf"), source),
        Quad(node, TN("recordedAt"), Literal(at, datatype=XSD_DATETIME)),
        Quad(node, TN("revisionMessage"), Literal(message, language=ENGLISH)),
    ]
    if by:
        quads.append(Quad(node, TN("revisionBy"), Literal(by)))
    return quads


def clean_message(message: str) -> str:
    """The message in single spaces. Raises :class:`~tenure.errors.BadInput` where it is empty."""
    words = " ".join(message.split())
    if not words:
        raise BadInput("The message is empty.", where="message", remedy="Say why, in a sentence.")
    return words
