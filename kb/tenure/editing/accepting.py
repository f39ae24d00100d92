"""What is accepted of a comparison of two sources, as an edit like any other."""

from __future__ import annotations

from collections.abc import Sequence

from tenure.comparison import Accepted, Comparison, Decision, compare, decided, decision, filters_of
from tenure.editing.edit_claims import EDITORS, vocabulary_of
from tenure.errors import BadInput
from tenure.ingest import EntityReference
from tenure.knowledge import KnowledgeBase
from tenure.model import Change


def accept(
    kb: KnowledgeBase,
    a: str,
    b: str,
    into: str,
    *,
    accept: str = "",
    decisions: Sequence[tuple[str, str]] = (),
    entity: str = "",
    office: str = "",
    frm: str = "",
    to: str = "",
    kinds: Sequence[str] = (),
    policy: str = "",
) -> Change:
    """Have one of two sources be right where they differ: claims of the source ``into``.

    Args:
        kb: the base.
        a: the slug of a source, or several parted by commas.
        b: those of the other side.
        into: the slug of the source of whoever decides; it may be new.
        accept: ``a`` or ``b`` of all differences that the filters leave.
        decisions: instead, of single differences: its ``id`` in the comparison, and ``a`` or ``b``.
        entity: only differences about this.
        office: only about this office.
        frm: only what may reach this day, or a later one; EDTF.
        to: only what may have begun by this day; EDTF.
        kinds: only of these kinds.
        policy: which claims count.

    Raises:
        NotFound: no such source, entity or office.
        BadParameter: a side that is none.
        BadInput: nothing is decided, or a difference that there is not (any more).
    """
    filters = filters_of(
        kb, entity=entity or None, office=office or None, from_=frm or None, to=to or None,
        kinds=kinds,
    )  # fmt: skip
    found = compare(kb, a, b, filters=filters, policy=kb.policy(policy or None))
    return decision_on(found, decided(found, accept, dict(decisions)), into).change


def decision_on(found: Comparison, accepted: Sequence[Accepted], into: str) -> Decision:
    """What becomes of what is accepted, decided by the editors of the base.

    Raises:
        BadInput: nothing is accepted, or ``into`` is no slug.
    """
    if not accepted:
        raise BadInput(
            "Nothing is accepted.",
            where="accept",
            remedy="Say a or b of all that is shown, or decide by the id of each difference.",
        )
    editors = EntityReference("Organization", ("Editors of this base",), slug=EDITORS)
    return decision(found, accepted, into, vocabulary_of(found.base), editors)
