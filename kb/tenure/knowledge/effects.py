"""What a change of files did to the world: conflicts made and ended, and what may be meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from tenure.configuration import configuration
from tenure.errors import TenureError
from tenure.fusion import ClaimsInMemory, FusionContext
from tenure.fusion.contradictions import conflicts_among
from tenure.fusion.stretches import NextStretch, misplaced, next_stretches, not_of, renamed
from tenure.knowledge.conflicting import MOST_CLAIMS, what_is_fused
from tenure.model import Claim, Conflict, instant
from tenure.namespaces import RDF_TYPE, TN, XSD_DATETIME, Names
from tenure.resources import ontology_files
from tenure.validate.documents import Document, documents_in
from tenure.validate.duplicates import duplicate_breaches
from tenure.validate.facts import Facts
from tenure.validate.validator import own_documents


@dataclass(frozen=True, slots=True)
class FolderConflicts:
    """The conflicts in a folder of facts under the default policy, by IRI, beside its claims.

    ``note`` says why they were not looked for, where they were not.
    """

    facts: Facts
    claims: Mapping[str, Claim]
    found: Mapping[str, Conflict]
    setting: FusionContext | None = None
    note: str = ""

    def stretches(self, added: Collection[str]) -> tuple[NextStretch, ...]:
        """Of the added claims, those that belong to another stretch than they say."""
        wrong = misplaced(self.found.values(), added, self.claims)
        if self.setting is None or not wrong:
            return ()
        return next_stretches(ClaimsInMemory(self.claims), sorted(wrong), self.setting)


def conflicts_in(folder: Path, names: Names, more: Sequence[Document] = ()) -> FolderConflicts:
    """The conflicts as the files have them now, and with ``more`` documents beside them."""
    read = documents_in([folder], [], [])
    given = [one for one in read if not (one.is_ontology or one.is_shapes)]
    given += more
    ontology = [
        *documents_in(ontology_files(), [], []),
        *own_documents(configuration().terms, names),
    ]
    facts = Facts(given, [], ontology, names)
    if len(_graphs(given)) > MOST_CLAIMS:
        note = "conflicts were not looked for among so many claims; ask `tenure conflicts`."
        return FolderConflicts(facts, {}, {}, note=note)
    try:
        claims, setting = what_is_fused(facts, given, names, None)
        found = conflicts_among(claims, setting)
    except TenureError as error:
        return FolderConflicts(facts, {}, {}, note=f"conflicts were not looked for. {error}")
    return FolderConflicts(facts, claims, {one.iri: one for one in found}, setting)


def in_next_stretches(
    folder: Path, names: Names, quads: Sequence[Quad]
) -> tuple[list[Quad], tuple[NextStretch, ...]]:
    """What is to be added to a folder, with claims in the stretches that their dates can be of.

    The claims that these supersede count as retracted.

    Raises what reading the folder does.
    """
    claims = {
        quad.subject.value
        for quad in quads
        if quad.predicate == RDF_TYPE
        and quad.object == TN("Claim")
        and isinstance(quad.subject, NamedNode)
    }
    stamp = Literal(instant(datetime.now(UTC).isoformat()), datatype=XSD_DATETIME)
    recorded = [Quad(NamedNode(iri), TN("recordedAt"), stamp) for iri in claims]
    recorded += [
        Quad(quad.object, TN("retractedAt"), stamp)
        for quad in quads
        if quad.predicate == TN("supersedes") and isinstance(quad.object, NamedNode)
    ]
    document = Document("claims", "", (*quads, *recorded), has_lines=False)
    moves = conflicts_in(folder, names, [document]).stretches(claims)
    return renamed(quads, moves), tuple(replace(one, written=True) for one in moves)


def effects_of(
    folder: Path,
    names: Names,
    added: Collection[str] = (),
    new_entities: Collection[str] = (),
    before: FolderConflicts | None = None,
) -> Iterator[str]:
    """Lines that tell what a change did to the world of the facts in ``folder``.

    Each conflict that one of the added claims (IRIs) is part of, under the default policy, with the
    claims on the other side; where the dates of a claim cannot be those of the situation that it
    names, the name of the next stretch; and of the new entities (slugs) those that are called like
    another. With ``before``, also the conflicts that were there then and are no more, and those
    that came to light. Nothing where all is well.
    """
    after = conflicts_in(folder, names)
    if after.note:
        yield f"note: {after.note}"
        return
    claims, moves = after.claims, after.stretches(added)
    seen = before is not None and not before.note
    for one in after.found.values():
        if not set(added).isdisjoint(one.claims):
            yield from _told(one, added, claims, names, moves)
        elif before is not None and seen and one.iri not in before.found:
            concerned = ", ".join(map(names.short, one.claims))
            yield f"{names.short(one.iri)} ({one.kind}, {_how(one)}) appeared: {concerned}."
            yield f"    {one.reason}"
    for gone in before.found.values() if before is not None and seen else ():
        if gone.iri not in after.found:
            concerned = ", ".join(map(names.short, gone.claims))
            yield f"{names.short(gone.iri)} ({gone.kind}) ended: {concerned}."
    for twin in duplicate_breaches(after.facts) if new_entities else ():
        said = f"{names.short(twin.focus)}: {after.facts.short(twin.what)}"
        if any(slug in said.replace(":", " ").split() for slug in new_entities):
            yield f"note: {said} {twin.remedy}"


def _told(
    conflict: Conflict,
    added: Collection[str],
    claims: Mapping[str, Claim],
    names: Names,
    moves: Collection[NextStretch],
) -> Iterator[str]:
    own = [names.short(iri) for iri in conflict.claims if iri in added]
    others = [names.short(iri) for iri in conflict.claims if iri not in added]
    against = f"contradicts {', '.join(others)}" if others else "contradict each other"
    stated = f"{', '.join(own)} {against}"
    yield f"{names.short(conflict.iri)} ({conflict.kind}, {_how(conflict)}): {stated}."
    yield f"    {conflict.reason}"
    concerned = set(not_of(conflict, claims))
    apart = [m for m in moves if m.situation in concerned and m.claim in conflict.claims]
    for situation, stretch in dict.fromkeys((one.situation, one.stretch) for one in apart):
        yield (
            f"    The dates cannot be those of {names.short(situation)}. Of a second, separate "
            f"stretch it is {names.short(stretch)}. With --next-stretch it is written so."
        )


def _how(conflict: Conflict) -> str:
    return f"settled by {conflict.rule}" if conflict.settled else "contested"


def _graphs(documents: Collection[Document]) -> set[str]:
    return {
        quad.graph_name.value
        for one in documents
        for quad in one.quads
        if isinstance(quad.graph_name, NamedNode)
    }
