"""What must hold before facts are loaded: every entity that a claim names is known."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from tenure.errors import BadClaim, Where
from tenure.load.registry import Registry
from tenure.model import Claim, ClaimBase
from tenure.store import subject_line
from tenure.terms import RDF_TYPE, Names


def check_references(
    base: ClaimBase, registry: Registry, names: Names, *, elsewhere: Container[str] = ()
) -> None:
    """Every entity named in a claim is in the registry, or is described as a situation.

    ``elsewhere`` holds the situations that claims outside ``base`` describe.

    Also that claims and sources lie under the base, voices and publishers are known, and passages
    lie within their source. Raises :class:`~tenure.errors.BadClaim`, whose ``where`` is the IRI of
    the claim or source.
    """
    for prefix, iris in ((names.source_prefix, base.sources), (names.claim_prefix, base.claims)):
        for iri in sorted(iris):
            if not iri.startswith(prefix):
                raise BadClaim(
                    f"Its IRI does not begin with {prefix}",
                    where=iri,
                    remedy="Write it so, or open the knowledge base with the base of the facts.",
                )
    described = {
        triple.subject.value
        for claim in base.claims.values()
        for triple in claim.content
        if triple.predicate == RDF_TYPE and isinstance(triple.subject, NamedNode)
    }
    for source in base.sources.values():
        _known(source.publisher, source.iri, registry, (described, elsewhere), names)
    for claim in base.claims.values():
        terms = {
            term.value
            for triple in claim.content
            for term in (triple.subject, triple.object)
            if isinstance(term, NamedNode)
        }
        for iri in sorted(terms | set(claim.voices)):
            _known(iri, claim.iri, registry, (described, elsewhere), names)
        length = base.sources[claim.source].text_length
        for evidence in claim.evidence:
            if evidence.start is None or evidence.end is None:
                continue
            if not 0 <= evidence.start < evidence.end or (length and evidence.end > length):
                raise BadClaim(
                    f"The passage {evidence.start}–{evidence.end} lies outside its source"
                    + (f" of {length} code points." if length else "."),
                    where=claim.iri,
                    remedy="Point into the text: 0 ≤ oa:start < oa:end ≤ tn:textLength.",
                )


@dataclass(frozen=True, slots=True)
class Described:
    """The things of which some claim says what class they are."""

    about: Callable[[str], Iterable[Claim]]

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str) and any(
            triple.predicate == RDF_TYPE and triple.subject == NamedNode(iri)
            for claim in self.about(iri)
            for triple in claim.content
        )


def place_of(path: Path, iri: str) -> Where:
    """The line of a file on which ``iri`` is described."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Where.in_file(path)
    return Where.in_file(path, subject_line(text, iri))


def _known(
    iri: str,
    claim: str,
    registry: Registry,
    described: Iterable[Container[str]],
    names: Names,
) -> None:
    slug = names.slug_of(iri)
    if slug is None or iri in registry or any(iri in some for some in described):
        return
    near = registry.nearest(slug)
    raise BadClaim(
        f"It names {slug}, which is not in the registry.",
        where=claim,
        remedy=f"Add it to entities.ttl, or did you mean {', '.join(near)}?"
        if near
        else "Add it to entities.ttl.",
    )
