"""A revision undone: what it added is retracted, what it retracted is said again."""

from __future__ import annotations

from dataclasses import replace

from tenure.editing.claims import restated
from tenure.errors import BadClaim, NotFound
from tenure.knowledge import KnowledgeBase
from tenure.model import Change, Claim, Revision, read_instant
from tenure.model.edits import edits_in
from tenure.namespaces import RDF_TYPE


def undo(kb: KnowledgeBase, which: str | None = None) -> Change:
    """The change that undoes the revisions of an instant; without one, the last that there is.

    ``which`` is an instant, or the IRI of a revision. What came since stays.

    Raises:
        NotFound: no revision of that instant.
        BadClaim: nothing of it is left to undo, or a later edit rests on what it gave.
    """
    undone = revisions_of(kb, which)
    at = undone[0].instant
    change = Change()
    for revision in undone:
        for iri in revision.added:
            claim = _as_it_stands(kb, kb.claims[iri])
            if claim is not None and not _registers_who_is_named(kb, claim):
                _refuse_if_rested_on(kb, claim.iri)
                change = Change(change.added, (*change.retracted, claim.iri))
        for iri in revision.retracted:
            claim = kb.claims[iri]
            newer = kb.retractions([claim])[iri].superseded_by
            others = [kb.claims[one] for one in newer if one not in revision.added]
            # Said again already, by whoever undid it before or put it right.
            if any(one.retracted_at is None for one in others):
                continue
            again = restated(kb, claim, taken=change.added, retracting=False)
            change = Change((*change.added, *again.added), change.retracted)
    if not (change.added or change.retracted):
        raise BadClaim(
            f"Nothing of the revision of {at} is left to undo.",
            where="undo",
            remedy="`tenure history` lists what came since.",
        )
    return change


def revisions_of(kb: KnowledgeBase, which: str | None) -> tuple[Revision, ...]:
    """The revisions that :func:`undo` undoes, one for each source; raises as that."""
    revisions = kb.revisions()
    if not revisions:
        raise NotFound(
            "Nothing was ever changed.", where="undo", remedy="There is nothing to undo."
        )
    if which is None:
        at = revisions[-1].instant
    elif "/revision/" in which:
        at = _of_name(which.rpartition("/")[2])
    else:
        at = read_instant(which, "undo")
    undone = tuple(one for one in revisions if one.instant == at)
    if not undone:
        near = ", ".join(dict.fromkeys(one.instant for one in revisions[-3:]))
        raise NotFound(
            f"There is no revision of {at}.",
            where="undo",
            remedy=f"The last ones are of {near}; `tenure history` lists all.",
        )
    return undone


def _as_it_stands(kb: KnowledgeBase, claim: Claim) -> Claim | None:
    """A claim, or the one that says it again since what took its place was undone; else None."""
    waiting = [claim]
    while waiting:
        one = waiting.pop()
        if one.retracted_at is None:
            same = replace(
                one,
                iri=claim.iri,
                recorded_at=claim.recorded_at,
                retracted_at=claim.retracted_at,
            )
            if same == claim:
                return one
        else:
            waiting += map(kb.claims.__getitem__, kb.retractions([one])[one.iri].superseded_by)
    return None


def _registers_who_is_named(kb: KnowledgeBase, claim: Claim) -> bool:
    """Whether an edit registers an entity that claims name: it stays in the registry."""
    return any(
        edit.prop == RDF_TYPE and kb.claims_about(edit.about.value)
        for edit in edits_in(claim.content)
    )


def _refuse_if_rested_on(kb: KnowledgeBase, iri: str) -> None:
    later = kb.snapshot.edits.later_than(iri) if iri in kb.snapshot.edits.claims else []
    if later:
        claim = kb.claims[later[-1]]
        raise BadClaim(
            f"{kb.names.short(claim.iri)} changed since what this gave: {claim.statement}",
            where="undo",
            remedy=f"Undo that first: tenure undo {claim.recorded_at}",
        )


def _of_name(digits: str) -> str:
    """The instant in the name of a revision, ``20261201T093000Z``."""
    day, _, time = digits.partition("T")
    if not (day.isdecimal() and len(day) == 8 and len(time) >= 7):
        raise NotFound(
            f"{digits[:80]!r} names no revision.", where="undo", remedy="Give its instant."
        )
    clock = f"{time[:2]}:{time[2:4]}:{time[4:]}"
    return read_instant(f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock}", "undo")
