"""Claims and sources out of quads.

The gate (``tenure validate``) tells everything that is wrong with a file; this reader needs only
what fusion cannot do without, and refuses the first claim that lacks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from tenure.errors import BadClaim, BadDate
from tenure.languages import by_preference
from tenure.model.claim import Claim, Evidence, Source
from tenure.namespaces import OA_END, OA_START, RDF_TYPE, RDFS_LABEL, TN, TNV
from tenure.temporal import parse

Term = NamedNode | BlankNode | Literal | Triple

_REMEDY = "`tenure validate` on the file tells all that is missing and the line."


@dataclass(frozen=True, slots=True)
class ClaimBase:
    """Everything that the sources say, by IRI."""

    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]


class _Descriptions:
    """The triples that describe, by subject and predicate."""

    def __init__(self, triples: Iterable[Quad]) -> None:
        self._table: dict[str, dict[str, list[Term]]] = {}
        for quad in triples:
            if isinstance(quad.subject, NamedNode):
                row = self._table.setdefault(quad.subject.value, {})
                row.setdefault(quad.predicate.value, []).append(quad.object)

    def of_class(self, cls: NamedNode) -> list[str]:
        return sorted(iri for iri, row in self._table.items() if cls in row.get(RDF_TYPE.value, ()))

    def values(self, iri: str, predicate: NamedNode) -> list[str]:
        found = self._table.get(iri, {}).get(predicate.value, ())
        if len(found) == 1 and isinstance(found[0], NamedNode | Literal):
            return [found[0].value]
        # A file may say one thing twice; that is still one.
        return sorted({term.value for term in found if isinstance(term, NamedNode | Literal)})

    def value(self, iri: str, predicate: NamedNode) -> str | None:
        found = self.values(iri, predicate)
        return found[0] if found else None

    def need(self, iri: str, predicate: NamedNode) -> str:
        found = self.values(iri, predicate)
        if len(found) != 1:
            name = predicate.value.rpartition("#")[2]
            count = "no" if not found else str(len(found))
            raise BadClaim(
                f"It has {count} tn:{name}; it needs exactly one.", where=iri, remedy=_REMEDY
            )
        return found[0]

    def words(self, iri: str, predicate: NamedNode) -> Literal | None:
        """The words that are shown, where they are said in several languages."""
        found = self._table.get(iri, {}).get(predicate.value, ())
        ordered = by_preference(term for term in found if isinstance(term, Literal))
        return ordered[0] if ordered else None

    def number(self, iri: str, predicate: NamedNode, owner: str) -> int | None:
        """A whole number, or None where there is none; ``owner`` is what an error names."""
        text = self.value(iri, predicate)
        if text is None:
            return None
        try:
            return int(text)
        except ValueError:
            name = predicate.value.rpartition("#")[2]
            raise BadClaim(
                f"Its {name} is {text[:60]!r}, which is no whole number.",
                where=owner,
                remedy=_REMEDY,
            ) from None


def read_claims(provenance: Iterable[Quad], contents: Iterable[Quad]) -> ClaimBase:
    """The claims and sources that ``provenance`` describes, with what ``contents`` states.

    Raises :class:`~tenure.errors.BadClaim` for a claim or source without one of its parts, or with
    a date or number that is none; its ``where`` is the claim's or source's IRI.
    """
    described = _Descriptions(provenance)
    stated: dict[str, list[Triple]] = {}
    for quad in contents:
        if not isinstance(quad.graph_name, DefaultGraph):
            stated.setdefault(quad.graph_name.value, []).append(quad.triple)
    sources = _sources(described)
    claims = {
        iri: _claim(iri, described, sources, stated.get(iri, []))
        for iri in described.of_class(TN("Claim"))
    }
    for iri in sorted(stated.keys() - claims.keys()):
        raise BadClaim(
            "A graph states something, and no claim of that name.",
            where=iri,
            remedy="Describe it as a tn:Claim in the default graph of its file.",
        )
    return ClaimBase(claims, sources)


def read_sources(provenance: Iterable[Quad]) -> dict[str, Source]:
    """The sources that ``provenance`` describes, whatever else it does.

    Raises :class:`~tenure.errors.BadClaim` as :func:`read_claims` does for a source.
    """
    return _sources(_Descriptions(provenance))


def read_claim(
    iri: str, provenance: Iterable[Quad], content: list[Triple], sources: Mapping[str, Source]
) -> Claim | None:
    """One claim that ``provenance`` describes, with its evidence and its speech chain.

    None where it is described as none. Raises :class:`~tenure.errors.BadClaim` as
    :func:`read_claims` does.
    """
    described = _Descriptions(provenance)
    if iri not in described.of_class(TN("Claim")):
        return None
    return _claim(iri, described, sources, content)


def _states(described: _Descriptions) -> dict[str, list[str]]:
    """The instants at which what is held of each source was revised, in order."""
    found: dict[str, set[str]] = {}
    for node in described.of_class(TN("Revision")):
        source, at = (described.value(node, TN(one)) for one in ("revisionOf", "recordedAt"))
        if source is not None and at is not None:
            found.setdefault(source, set()).add(_instant(at, node))
    return {source: sorted(instants) for source, instants in found.items()}


def _sources(described: _Descriptions) -> dict[str, Source]:
    states = _states(described)
    return {
        iri: _source(iri, described, states.get(iri, ()))
        for iri in described.of_class(TN("Source"))
    }


def _source(iri: str, described: _Descriptions, states: Sequence[str]) -> Source:
    published = described.need(iri, TN("published"))
    try:
        day = parse(published)
    except BadDate as error:
        raise BadClaim(f"Its publication: {error.what}", where=iri, remedy=error.remedy) from error
    label = described.words(iri, RDFS_LABEL)
    return Source(
        iri,
        label.value if label is not None and label.value else iri,
        described.need(iri, TN("publisher")),
        day,
        described.value(iri, TN("webAddress")),
        described.value(iri, TN("textDigest")),
        described.number(iri, TN("textLength"), iri),
        None if label is None else label.language,
        tuple(states),
    )


def _claim(
    iri: str, described: _Descriptions, sources: Mapping[str, Source], content: list[Triple]
) -> Claim:
    source = described.need(iri, TN("source"))
    if source not in sources:
        raise BadClaim(f"Its source {source} is not described.", where=iri, remedy=_REMEDY)
    if not content:
        raise BadClaim(
            "It states nothing: the graph of its name is empty.",
            where=iri,
            remedy="Write what it states as a graph of that name, or remove the claim.",
        )
    evidence = described.values(iri, TN("evidence"))
    if not evidence:
        raise BadClaim("It rests on no evidence.", where=iri, remedy=_REMEDY)
    chain = described.need(iri, TN("attribution"))
    links = sorted(
        (described.number(link, TN("position"), iri) or 0, described.need(link, TN("voice")))
        for link in described.values(chain, TN("link"))
    )
    if not links:
        raise BadClaim(f"Its speech chain {chain} has no links.", where=iri, remedy=_REMEDY)
    retracted = described.value(iri, TN("retractedAt"))
    statement = described.words(iri, TN("statement"))
    return Claim(
        iri,
        source,
        described.need(iri, TN("statement")),
        described.need(iri, TN("modality")),
        described.need(iri, TN("hedged")) in ("true", "1"),
        described.value(iri, TN("tense")),
        described.value(iri, TN("rank")) or TNV("Normal").value,
        described.value(iri, TN("reading")) or TNV("Stated").value,
        _instant(described.need(iri, TN("recordedAt")), iri),
        _instant(retracted, iri) if retracted else None,
        tuple(voice for _, voice in links),
        tuple(sorted((_evidence(e, described, iri) for e in evidence), key=_place)),
        tuple(sorted(content, key=str)),
        None if statement is None else statement.language,
    )


def _evidence(iri: str, described: _Descriptions, claim: str) -> Evidence:
    return Evidence(
        iri,
        described.number(iri, TN("sentence"), claim),
        described.number(iri, OA_START, claim),
        described.number(iri, OA_END, claim),
        described.value(iri, TN("passageDigest")),
        described.value(iri, TN("webAddress")),
        described.value(iri, TN("recordLocator")),
    )


def _place(evidence: Evidence) -> tuple[int, str]:
    return (evidence.start if evidence.start is not None else -1, evidence.iri)


def _instant(text: str, where: str) -> str:
    return instant(text, where=where)


def instant(text: str, *, where: str = "") -> str:
    """A date-time as ``YYYY-MM-DDThh:mm:ssZ`` in UTC, comparable as text.

    One that has more than the second keeps it, in six digits. A whole second means its end:
    as text it comes after all fractions of it, so that whoever asks what was known at 12:00:00
    hears all of that second.

    Raises :class:`~tenure.errors.BadClaim` when it is no ISO 8601 date-time with a zone.
    """
    try:
        moment = datetime.fromisoformat(text)
        universal = moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        universal = None
    if universal is None:
        raise BadClaim(
            f"{text[:60]!r} is no instant.",
            where=where or None,
            remedy="Write date, time and zone: 2026-11-23T12:00:00Z",
        )
    # Not strftime, which writes years before 1000 with fewer digits on some systems.
    precision = "microseconds" if universal.microsecond else "seconds"
    return universal.replace(tzinfo=None).isoformat(timespec=precision) + "Z"
