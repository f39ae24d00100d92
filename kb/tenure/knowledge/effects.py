"""What claims just added did to the world: whom they contradict, and what may be meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from tenure.claims import Claim
from tenure.errors import TenureError
from tenure.knowledge.conflicting import MOST_CLAIMS, what_is_fused
from tenure.resources import data_dir
from tenure.terms import Names
from tenure.validate.duplicates import duplicate_findings
from tenure.validate.facts import Facts
from tenure.validate.reading import Document, documents_in
from tenure.world import Conflict
from tenure.world.contradictions import TIME, conflicts_among

_EVENT: Final = "event/"


def effects_of(
    folder: Path, names: Names, added: Collection[str], new_entities: Collection[str] = ()
) -> Iterator[str]:
    """Lines that tell what the claims (IRIs) did to the world of the facts in ``folder``.

    Each conflict that one of them is part of, under the default policy, with the claims on the
    other side; where the dates of a claim cannot be those of the situation that it names, the name
    of the next stretch; and of the new entities (slugs) those that are called like
    another. Nothing where all is well.
    """
    read = documents_in([folder], [], [])
    given = [one for one in read if not (one.is_ontology or one.is_shapes)]
    ontology = documents_in(sorted(data_dir("ontology").glob("*.ttl")), [], [])
    facts = Facts(given, [], ontology, names)
    if len(_graphs(given)) > MOST_CLAIMS:
        yield "note: conflicts were not looked for among so many claims; ask `tenure conflicts`."
        return
    try:
        claims, setting = what_is_fused(facts, given, names, None)
        found = conflicts_among(claims, setting)
    except TenureError as error:
        yield f"note: conflicts were not looked for. {error}"
        return
    known = {iri for claim in claims.values() for iri in _subjects(claim)}
    for one in found:
        if not set(added).isdisjoint(one.claims):
            yield from _told(one, added, claims, names, known)
    for finding in duplicate_findings(facts):
        said = f"{names.short(finding.focus)} {finding.message}".split()
        if any(slug in said for slug in new_entities):
            yield f"note: {names.short(finding.focus)}: {finding.message} {finding.remedy}"


def _told(
    conflict: Conflict,
    added: Collection[str],
    claims: Mapping[str, Claim],
    names: Names,
    known: Collection[str],
) -> Iterator[str]:
    own = [names.short(iri) for iri in conflict.claims if iri in added]
    others = [names.short(iri) for iri in conflict.claims if iri not in added]
    how = f"settled by {conflict.rule}" if conflict.settled else "contested"
    against = f"contradicts {', '.join(others)}" if others else "contradict each other"
    yield f"{names.short(conflict.iri)} ({conflict.kind}, {how}): {', '.join(own)} {against}."
    yield f"    {conflict.reason}"
    if conflict.kind != TIME:
        return
    for iri in conflict.concerns:
        slug = names.short(iri)
        stating = [one for one in conflict.claims if iri in _subjects(claims[one])]
        if len(stating) > 1 and not (set(added).isdisjoint(stating) or slug.startswith(_EVENT)):
            yield (
                f"    The dates cannot be those of {slug}. Of a second, separate stretch it is "
                f"{_next_stretch(iri, known, names)}."
            )


def _next_stretch(iri: str, known: Collection[str], names: Names) -> str:
    number = 2
    while f"{iri}--{number}" in known:
        number += 1
    return f"{names.short(iri)}--{number}"


def _graphs(documents: Collection[Document]) -> set[str]:
    return {
        quad.graph_name.value
        for one in documents
        for quad in one.quads
        if isinstance(quad.graph_name, NamedNode)
    }


def _subjects(claim: Claim) -> set[str]:
    return {t.subject.value for t in claim.content if isinstance(t.subject, NamedNode)}
