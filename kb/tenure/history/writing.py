"""Retraction: a claim stays, and is no longer relied on from an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from tenure.author.comments import header
from tenure.author.files import read_text, write_all
from tenure.author.format import format_trig, parse_trig
from tenure.author.gate import refuse_violations
from tenure.author.layout import write_layout
from tenure.author.registry import LANGUAGE, source_files
from tenure.claims import instant
from tenure.errors import BadClaim, BadInput, NotFound
from tenure.nearest import nearest, remedy_of
from tenure.terms import RDF_TYPE, TN, XSD_DATETIME, Names


@dataclass(frozen=True, slots=True)
class Retracted:
    """A retraction that was written: the claim's IRI, the instant in UTC, and the file."""

    claim: str
    instant: str
    path: Path


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
        Quad(node, TN("revisionMessage"), Literal(message, language=LANGUAGE)),
    ]
    if by:
        quads.append(Quad(node, TN("revisionBy"), Literal(by)))
    return quads


def retract_claim(
    facts: Path,
    claim: str,
    *,
    message: str,
    by: str | None = None,
    names: Names | None = None,
    now: datetime | None = None,
) -> Retracted:
    """Retract a claim in the file of its source, as a revision of its own.

    Args:
        facts: the folder of the facts.
        claim: ``<source>/<number>``, the same with ``claim/`` before it, or the IRI.
        message: why, in a sentence.
        by: who does it, by name.
        names: the IRIs; None means those of Tenure.
        now: the instant; None means the clock.

    Raises:
        NotFound: no such source or claim; names the nearest.
        BadClaim: it is retracted already, or was recorded later than ``now``.
        BadInput: no message, comments that would be lost, or a rule that would be broken; nothing
            is written then.
    """
    names = names or Names()
    slug, node = claim_named(facts, claim, names)
    path = source_files(facts)[slug]
    before = read_text(path)
    # Also refuses a file with comments that would be lost.
    format_trig(before, name=str(path), names=names)
    quads, declared = parse_trig(before, str(path))
    words = clean_message(message)
    at = free_instant(quads, now)
    _check_retractable(quads, node, at, str(path), names)
    quads.append(Quad(node, TN("retractedAt"), Literal(at, datatype=XSD_DATETIME)))
    quads += revision_quads(names.source(slug), at, words, by)
    written = write_layout(quads, header=header(before), declared=declared, names=names)
    changes: dict[Path, tuple[str | None, str]] = {path: (before, written)}
    refuse_violations(facts, changes, names)
    write_all(changes)
    return Retracted(node.value, at, path)


def claim_named(facts: Path, claim: str, names: Names) -> tuple[str, NamedNode]:
    """The slug of the source and the IRI of the claim that ``claim`` names.

    Raises:
        NotFound: no such source or claim.
    """
    short = claim.strip().removeprefix(names.claim_prefix).removeprefix("claim/")
    slug, slash, number = short.partition("/")
    files = source_files(facts)
    if not slash or slug not in files:
        raise NotFound(
            f"There is no claim {claim[:120]!r}: it names no source of {facts}.",
            where="claim",
            remedy=remedy_of(nearest(slug, files), "Write <source>/<number>."),
        )
    quads, _ = parse_trig(read_text(files[slug]), str(files[slug]))
    prefix = f"{names.claim_prefix}{slug}/"
    known = {
        quad.subject.value.removeprefix(prefix): quad.subject
        for quad in quads
        if quad.predicate == RDF_TYPE
        and quad.object == TN("Claim")
        and isinstance(quad.subject, NamedNode)
    }
    if number not in known:
        raise NotFound(
            f"The source {slug!r} has no claim {number[:80]!r}.",
            where="claim",
            remedy=remedy_of(nearest(number, known), f"Its claims are in {files[slug]}."),
        )
    return slug, known[number]


def clean_message(message: str) -> str:
    """The message in single spaces. Raises :class:`~tenure.errors.BadInput` where it is empty."""
    words = " ".join(message.split())
    if not words:
        raise BadInput("The message is empty.", where="message", remedy="Say why, in a sentence.")
    return words


def free_instant(quads: list[Quad], now: datetime | None) -> str:
    """The instant of a new revision of the file: now, or the next second that has none."""
    taken = {q.object.value for q in quads if isinstance(q.object, Literal)}
    second = int((now or datetime.now(UTC)).timestamp())
    while (at := datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")) in taken:
        second += 1
    return at


def _check_retractable(
    quads: list[Quad], node: NamedNode, at: str, name: str, names: Names
) -> None:
    told = {q.predicate.value: q.object for q in quads if q.subject == node}
    retracted, recorded = told.get(TN("retractedAt").value), told.get(TN("recordedAt").value)
    if isinstance(retracted, Literal):
        raise BadClaim(
            f"{names.short(node.value)} is retracted already, since {retracted.value}.",
            where=name,
            remedy="Nothing needs to be done.",
        )
    if isinstance(recorded, Literal) and instant(recorded.value, where=name) > at:
        raise BadClaim(
            f"{names.short(node.value)} was recorded at {recorded.value}, which is yet to come.",
            where=name,
            remedy="Correct the clock of this machine, or tn:recordedAt.",
        )
