"""Opening a knowledge base from files, or from a store on disk.

A store belongs to what was written to it. Files fill one that holds nothing yet, and from then on
it is opened as it is; other files are brought in by a command of its own (``tenure load``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad

from tenure.errors import NotFound
from tenure.garbage import without_collecting
from tenure.knowledge.base import KnowledgeBase
from tenure.knowledge.filling import holds_nothing, load_files, origin_of, own_terms
from tenure.knowledge.renewal import check_by, is_current, plan_renewal, take_over
from tenure.knowledge.store_state import (
    noted_stamp,
    read_origin,
    refuse_foreign,
    statements_of,
)
from tenure.model import Claim
from tenure.model.ontology import bundled_ontology
from tenure.namespaces import Names, checked_base
from tenure.resources import NO_TERMS, OwnTerms, data_dir
from tenure.store import Store

_LOG: Final = logging.getLogger("tenure.knowledge")


def open_knowledge_base(
    facts: Path | None = None,
    *,
    store: Path | None = None,
    base: str | None = None,
    terms: OwnTerms = NO_TERMS,
    to_write: bool = True,
) -> KnowledgeBase:
    """A knowledge base over files, in memory, or over a store on disk.

    Args:
        facts: the folder of the facts that a store which holds nothing is filled from, in one
            transaction; None means the one that Tenure comes with. A store that holds something is
            opened as it is, and where it was filled from other facts, that goes to the log.
        store: the folder of a store on disk, made where there is none; None keeps everything in
            memory.
        base: what IRIs begin with; None means ``https://w3id.org/tenure/``.
        terms: what the base has beside the ontology of Tenure. A store that has other terms gets
            these; where there is nothing, it keeps those that it has.
        to_write: whether anybody is going to write. Otherwise a store that holds something is left
            as it is, as by :func:`read_knowledge_base`.

    Raises:
        BadInput: a file that cannot be read (with its line), a base that is no IRI, or a store that
            a later version of Tenure wrote. One of an older version is brought up to this one.
        BadClaim: a claim that this version cannot understand; the store is left as it is.
        NotFound: a folder that is not there.
    """
    if store is not None and not to_write:
        with suppress(NotFound):
            return read_knowledge_base(store, facts, base=base, terms=terms)
    with without_collecting():
        return _opened(Store(store), facts, checked_base(base), terms, may_fill=True)


def read_knowledge_base(
    store: Path,
    facts: Path | None = None,
    *,
    base: str | None = None,
    terms: OwnTerms = NO_TERMS,
) -> KnowledgeBase:
    """The knowledge base over a store on disk that is there and holds something.

    For those who only read: nothing is made, nothing filled, and not a byte of the store written.
    What is opened is a copy of this moment, brought up to this version where the store is of
    another. Otherwise as :func:`open_knowledge_base`; raises :class:`~tenure.errors.NotFound`
    also for a folder without a store, and for a store that holds nothing.
    """
    return _opened(Store(store, kept=False), facts, checked_base(base), terms, may_fill=False)


def bring_up(store: Store, names: Names) -> None:
    """Have a store be of this version of Tenure, and tell of it in the log.

    In one transaction, for which everything is worked out before; see :func:`plan_renewal`, and for
    what it raises. The world of many claims is worked out by whoever opens the store then.
    """
    if holds_nothing(store, names) or is_current(store, names):
        return
    if not store.is_kept:
        _LOG.warning(
            "note: the store %s is of another version of Tenure. It is read as this one understands"
            " it, and left as it is; tenure upgrade brings it up.",
            store.path,
        )
        take_over(store, names)
        return
    renewal = plan_renewal(store, names)
    renewal.write(store)
    _LOG.warning("note: the store %s is brought up to this version: %s.", store.path, renewal)


def bring_terms(store: Store, names: Names, terms: OwnTerms) -> None:
    """Have a store have these terms, and no others of its own; nothing leaves what it has.

    The world is left to whoever opens the store then. Raises :class:`~tenure.errors.BadClaim` for a
    claim that cannot be understood by these terms, and as :func:`own_terms`.
    """
    if not terms:
        return
    new, (_, graph) = own_terms(terms, names), names.ontology_graphs
    if statements_of(new) == statements_of(store.whole(graph)):
        return
    check_by(store, names, store.whole(names.ontology_graphs[0]) | new)
    store.change(noted_stamp(store, names), new, emptied=[graph])
    if store.is_kept:
        _LOG.warning(
            "note: the store %s has the terms in %s from now on.",
            store.path,
            terms.folder or "the settings",
        )


def _opened(
    opened: Store, facts: Path | None, names: Names, terms: OwnTerms, *, may_fill: bool
) -> KnowledgeBase:
    try:
        refuse_foreign(opened, names)
        claims: Mapping[str, Claim] = {}
        if holds_nothing(opened, names):
            claims = _fill(opened, facts, names, terms, may_fill=may_fill)
        else:
            _tell_of_others(opened, facts, names)
            bring_up(opened, names)
            bring_terms(opened, names, terms)
        return KnowledgeBase(opened, names, terms.shapes, claims)
    except BaseException:
        opened.close()
        raise


def _fill(
    store: Store, facts: Path | None, names: Names, terms: OwnTerms, *, may_fill: bool
) -> Mapping[str, Claim]:
    if not may_fill:
        raise NotFound(
            "This store holds nothing.",
            where=str(store.path),
            remedy="Fill it: tenure load, or tenure serve.",
        )
    folder = facts or data_dir("facts")
    return load_files(store, folder, names, terms, note_origin=store.path is not None)


def _tell_of_others(store: Store, facts: Path | None, names: Names) -> None:
    """Log where a store was filled from other files than those that are at hand now."""
    noted = read_origin(store, names)
    if facts is None:
        return
    if noted is None:
        stated = f"it does not say what it was filled from, and {facts} is not read"
    elif noted.facts != origin_of(facts, "").facts:
        stated = f"it was filled from other facts than {facts} holds now"
    else:
        return
    _LOG.warning(
        "note: the store %s is opened as it is: %s. tenure load brings newer ones in.",
        store.path,
        stated,
    )


def part_of(quad: Quad, names: Names) -> str | None:
    """The part that a statement which is handed in belongs to; None for what a claim states.

    Statements outside claims about whatever has a slug become the registry (``entities``), all
    others describe claims and sources (``provenance``).
    """
    if isinstance(quad.graph_name, NamedNode):
        return None
    subject = quad.subject
    registered = isinstance(subject, NamedNode) and names.slug_of(subject.value) is not None
    return "entities" if registered else "provenance"


def from_quads(facts: Iterable[Quad], names: Names, terms: Iterable[Quad] = ()) -> KnowledgeBase:
    """A knowledge base in memory that holds the facts and the ontology, with terms of its own.

    The facts are those that somebody hands in for one question; the gate has found them sound.

    What belongs where is as of :func:`part_of`. Raises :class:`~tenure.errors.BadClaim` for a
    claim that cannot be understood.
    """
    parts = {part: names.graph(part) for part in ("entities", "provenance")}
    quads = []
    for quad in facts:
        part = part_of(quad, names)
        moved = Quad(quad.subject, quad.predicate, quad.object, parts[part]) if part else quad
        quads.append(moved)
    packaged, own = names.ontology_graphs
    quads += bundled_ontology(packaged)
    quads += [Quad(q.subject, q.predicate, q.object, own) for q in terms]
    store = Store(None)
    store.add(quads)
    return KnowledgeBase(store, names)
