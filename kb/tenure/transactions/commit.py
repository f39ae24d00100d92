"""One change at a time: understood, checked, fused, and written in one transaction."""

from __future__ import annotations

from collections.abc import Collection

from tenure.knowledge import KnowledgeBase
from tenure.transactions.model import Change, Committed


def commit(
    kb: KnowledgeBase,
    change: Change,
    *,
    who: str | None,
    message: str,
    dry_run: bool = False,
    if_match: Collection[str] | None = None,
    if_absent: bool = False,
) -> Committed:
    """Write a change whole, or refuse it whole. Writers wait for each other, readers for nobody.

    Args:
        kb: the knowledge base.
        change: what is asked for.
        who: who asks, by name; noted in the revision.
        message: why, in a sentence; noted in the revision.
        dry_run: answer the same and write nothing.
        if_match: the tags (see :func:`tag_of`) of which one must be that of the graph which a
            :class:`GraphChange` names, else of the whole; ``*`` stands for any graph that exists.
            None asks for nothing.
        if_absent: refuse where the graph of a :class:`GraphChange` exists (``If-None-Match: *``).

    Returns when the change would survive the end of this process, and on disk a power cut.

    Raises:
        InvalidChange: rules are broken (422); its ``report`` is a
            :class:`tenure.validate.Report`, with ``to_dict()`` and ``to_shacl_turtle()``.
        BadClaim: a claim that cannot be fused (422 through InvalidChange where a rule says why).
        PreconditionFailed: the tag is another (412).
        Immutable: it would change a claim, or a description that claims rest on (409).
        NotWritable: it would write where nobody writes (403).
        BadInput, BadQuery, Refused: a body or update that does not parse, or would fetch.
        StoreFull: no room on the disk (507); nothing is written, reading goes on.
    """
    raise NotImplementedError


def tag_of(kb: KnowledgeBase, graph: str | None = None) -> str | None:
    """A short text that changes when the graph does; of None, when anything written does.

    It has no quotation marks and may stand in an ``ETag``; it says nothing of the format. None
    where there is no such graph. It stays the same over a restart.
    """
    raise NotImplementedError
