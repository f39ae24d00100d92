"""One change at a time: understood, checked, fused, and written in one transaction."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.errors import BadClaim, InvalidChange, NotWritable, StoreFull, TooMuchToRead
from tenure.fusion import check_claims
from tenure.fusion.stretches import MOST_LOOKED_AT, NextStretch, as_written, renamed
from tenure.knowledge import KnowledgeBase, Snapshot
from tenure.knowledge.claim_store import described_with
from tenure.knowledge.snapshot import NO_DIFFERENCE
from tenure.knowledge.store_state import Origin, State, read_origin, read_state
from tenure.model import (
    Conflict,
    Described,
    check_references,
    clean_message,
    read_claims,
    revision_quads,
)
from tenure.model import instant as utc
from tenure.model.edits import part_of_row, rows_changed
from tenure.namespaces import TN, XSD_DATETIME, Names
from tenure.store import Store
from tenure.transactions.delta import DEFAULT, delta_of
from tenure.transactions.plan import ChangePlan, plan
from tenure.transactions.requests import (
    BodyChange,
    ChangeRequest,
    Committed,
    GraphChange,
    UpdateChange,
)
from tenure.transactions.user_graphs import writes_of
from tenure.transactions.writer import Writer, next_instant
from tenure.validate import Finding, Report, Severity
from tenure.validate.documents import Document

MOST_JUDGED: Final = 10_000
"""Statements of claims and descriptions that are judged at once, where others wait meanwhile."""

MOST_ADDED: Final = 50_000
"""Statements that one such change may add to users' graphs: the engine writes some 15,000 a second,
and others wait meanwhile."""

MOST_GRAPHS: Final = 1_000
"""Graphs that one such change may touch: each is looked up, and listed in the answer."""

_BELONGING: Final = tuple(
    TN(one) for one in ("source", "evidence", "attribution", "link", "revisionOf")
)

MOST_OFFERED: Final = 20
"""Claims for which the answer names the next stretch, where nobody asked for it."""

KEPT_FREE: Final = 32_000_000
"""Bytes of the disk that writers leave free: room for the store to keep its own house in order."""


def commit(
    kb: KnowledgeBase,
    change: ChangeRequest,
    *,
    who: str | None,
    message: str,
    dry_run: bool = False,
    if_match: Collection[str] | None = None,
    if_absent: bool = False,
    now: datetime | None = None,
    recorded_at: str | None = None,
    most: int | None = None,
    origin: Origin | None = None,
    next_stretch: bool = False,
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
        now: the instant; None means the clock.
        recorded_at: the instant as files have it already that the change was written to; None
            means ``now``, made later than any other.
        most: statements of claims and descriptions that it may add, where others wait for it, and
            then :data:`MOST_ADDED` statements of users' graphs and :data:`MOST_GRAPHS` graphs; None
            means any number of all.
        origin: what the store notes from then on of the files that it was loaded from, with the
            instant of this change; None leaves what it notes.
        next_stretch: write claims whose dates cannot be those of the situation that they name as
            of its next stretch, instead of only saying which that is.

    Returns when the change would survive the end of this process, and on disk a power cut.

    Raises:
        InvalidChange: rules are broken, or a claim cannot be fused (422); its ``report`` is a
            :class:`tenure.validate.Report`, with ``to_dict()`` and ``to_shacl_turtle()``.
        PreconditionFailed: the tag is another (412).
        Immutable: it would change a claim, or a description that claims rest on (409).
        NotWritable: it would write where nobody writes (403).
        NotFound: a claim that is to be retracted does not exist (404).
        BadInput, BadQuery, Refused: a body or update that does not parse, or would fetch.
        TooMuchToRead: it adds more than ``most`` statements, or to too many graphs (413).
        StoreFull: no room on the disk (507); nothing is written, reading goes on.
    """
    words = clean_message(message)
    if not dry_run:
        _refuse_what_is_not_kept(kb)
    writer = kb.companion(Writer)
    with writer.lock:
        graph = change.graph if isinstance(change, GraphChange) else None
        writer.check_preconditions(graph, if_match, if_absent)
        delta = delta_of(kb, change)
        again = as_written(delta.added, kb.claims.get) if next_stretch else ()
        if again:
            # Sent again, as after an answer that was lost, it changes nothing.
            come = (one for one in renamed(delta.added, again) if not kb.store.holds(one))
            delta = replace(delta, added=frozenset(come))
        planned = plan(kb, delta)
        if most is not None:
            _refuse_too_much(planned, most)
        writer.look()
        at = recorded_at or next_instant(writer.last, now)
        done = _Transaction(kb, writer, planned, change, words, who, at, origin)
        moves = done.stretches(MOST_LOOKED_AT) if next_stretch else ()
        if moves:
            delta = replace(delta, added=frozenset(renamed(delta.added, moves)))
            done = _Transaction(kb, writer, plan(kb, delta), change, words, who, at, origin, moves)
        return done.run(dry_run=dry_run)


class _Transaction:
    """One change on its way from the plan to the disk."""

    def __init__(
        self,
        kb: KnowledgeBase,
        writer: Writer,
        planned: ChangePlan,
        change: ChangeRequest,
        message: str,
        who: str | None,
        at: str,
        origin: Origin | None,
        moves: Sequence[NextStretch] = (),
    ) -> None:
        self._kb = kb
        self._names = kb.names
        self._writer = writer
        self._plan = planned
        self._change = change
        self._message = message
        self._who = who
        self._origin = origin
        self._moves = tuple(replace(one, written=True) for one in moves)
        self._instant: str | None = None
        self._revisions: list[str] = []
        if planned.claims or planned.retracted:
            self._instant = at

    def stretches(self, most: int) -> tuple[NextStretch, ...]:
        """The claims whose dates can only be those of another stretch; ``most`` are looked at."""
        if not self._plan.claims:
            return ()
        after = self._next(self._described())
        self._revisions.clear()
        return after.stretches(self._plan.claims, most)

    def _next(self, described: Sequence[Quad]) -> Snapshot:
        try:
            return _next_snapshot(self._kb, self._plan, described, self._instant)
        except BadClaim as error:
            raise _cannot_be_fused(self._document(list(described)), error) from error

    def run(self, *, dry_run: bool) -> Committed:
        """Check everything, write unless it is a dry run, and say what was done."""
        planned, before = self._plan, self._kb.snapshot
        after, warnings = before, tuple[Finding, ...]()
        described: list[Quad] = []
        if planned.touches_claims:
            described = self._described()
            warnings = self._checked(self._document(described))
            after = self._next(described)
        elif not planned.graphs:
            return self._outcome(dry_run, self._spent(), before, before)
        if not dry_run:
            self._write(before, after, described, self._writer.state.next)
        return self._outcome(dry_run, (*warnings, *self._spent()), before, after)

    def _spent(self) -> Iterator[Finding]:
        """What is stated again and stays retracted, which nobody should take for added."""
        for iri in self._plan.spent:
            yield Finding(
                getattr(self._change, "name", "change"),
                None,
                "RetractedClaim",
                Severity.WARNING,
                iri,
                "It is retracted, and so it stays when it is sent again.",
                "Undo its retraction, or add another claim, with a number of its own.",
            )

    # ------------------------------------------------------------------ what is written

    def _described(self) -> list[Quad]:
        """The new descriptions, with the recorded time and the revisions."""
        planned, at = self._plan, self._instant
        quads = list(planned.described)
        sources: set[str] = set()
        named = {q.subject: q.object for q in quads if q.predicate == TN("source")}
        for iri in planned.claims:
            quads.append(_when(iri, "recordedAt", at))
            source = named.get(NamedNode(iri))
            if isinstance(source, NamedNode):
                sources.add(source.value)
        for iri in planned.retracted:
            quads.append(_when(iri, "retractedAt", at))
            sources.add(self._kb.claims[iri].source)
        for source_iri in sorted(sources):
            noted = revision_quads(NamedNode(source_iri), at or "", self._message, self._who)
            self._revisions += [str(one.subject.value) for one in noted[:1]]  # type: ignore[union-attr]
            quads += noted
        return quads

    def _document(self, described: list[Quad]) -> Document:
        quads = (*described, *self._plan.registered, *self._plan.stated, *self._plan.come)
        if isinstance(self._change, BodyChange):
            text = self._change.data.decode("utf-8-sig")
            return Document(self._change.name, text, quads, form=self._change.format)
        return Document("change", "", quads, has_lines=False)

    def _checked(self, document: Document) -> tuple[Finding, ...]:
        report = self._writer.validator.check(
            self._kb.store, self._names, document, self._kb.registry, self._plan.gone
        )
        if not report.conforms:
            first = next(one for one in report.findings if one.severity is Severity.VIOLATION)
            more = len(report.findings) - 1
            raise InvalidChange(
                f"{first.message} ({first.focus})" + (f" And {more} more." if more else ""),
                report,
                remedy=first.remedy,
            )
        return report.findings

    def _write(
        self, before: Snapshot, after: Snapshot, described: list[Quad], state: State
    ) -> None:
        kb, names, planned = self._kb, self._names, self._plan
        refuse_when_full(kb)
        removed: list[Quad] = []
        added: list[Quad] = []
        if after is not before:
            graph = names.graph("world")
            removed += [Quad(*_terms(one), graph) for one in after.difference.removed]
            added += [Quad(*_terms(one), graph) for one in after.difference.added]
            days_gone, days_come = after.days
            removed += days_gone
            added += days_come
        for part, quads in (("provenance", described), ("entities", planned.registered)):
            graph = names.graph(part)
            added += [Quad(q.subject, q.predicate, q.object, graph) for q in quads]
        added += planned.stated
        removed += (_in_its_part(one, names) for one in planned.gone)
        added += (_in_its_part(one, names) for one in planned.come)
        all_new = not isinstance(self._change, UpdateChange)
        in_user_graphs = writes_of(kb.store, names, planned.graphs, all_new=all_new)
        removed += in_user_graphs.removed
        added += in_user_graphs.added
        # The first change writes down which store this is.
        stored = read_state(kb.store, names)
        old, new = set(stored.quads(names) if stored else ()), set(state.quads(names))
        if self._origin is not None:
            noted = read_origin(kb.store, names)
            old |= set(noted.quads(names) if noted else ())
            new |= set(self._origin.at(self._instant).quads(names))
        removed += old - new
        added += new - old

        come = {one.graph_name for one in added if isinstance(one.graph_name, NamedNode)}
        kb.adopt(
            after,
            partial(kb.store.change, removed, added, emptied=in_user_graphs.emptied),
            (self._writer.state, state),
            come=come,
            gone=set(in_user_graphs.emptied) - come,
        )
        self._writer.snapshot = after
        self._writer.state = state
        self._writer.last = max(self._instant or "", self._writer.last)
        # Readers do not wait for the disk; whoever writes does.
        kb.store.flush()

    # ------------------------------------------------------------------ the outcome

    def _outcome(
        self,
        dry_run: bool,
        warnings: Iterable[Finding],
        before: Snapshot,
        after: Snapshot,
    ) -> Committed:
        planned = self._plan
        difference = NO_DIFFERENCE if after is before else after.difference
        was, now = _by_iri(difference.were), _by_iri(difference.are)
        existing = {iri for iri in planned.graphs if self._had(iri)}
        dropped = {iri for iri in existing if not self._will_have(iri)}
        return Committed(
            dry_run,
            self._instant,
            tuple(self._revisions),
            self._kb.store.generation,
            # After a write its own, which the next If-Match names; a dry run leaves the last one.
            self._writer.state.tag,
            planned.claims,
            planned.retracted,
            planned.entities,
            planned.sources,
            tuple(planned.graphs),
            tuple(sorted(planned.graphs.keys() - existing)),
            tuple(sorted(dropped)),
            tuple(now[iri] for iri in sorted(now.keys() - was.keys())),
            tuple(was[iri] for iri in sorted(was.keys() - now.keys())),
            tuple(warnings),
            (*self._moves, *self._offered(before, after)),
        )

    def _offered(self, before: Snapshot, after: Snapshot) -> tuple[NextStretch, ...]:
        return () if after is before else after.stretches(self._plan.claims, MOST_OFFERED)

    def _had(self, iri: str) -> bool:
        edit = self._plan.graphs[iri]
        return bool(edit.removed) or edit.keeps_some

    def _will_have(self, iri: str) -> bool:
        edit = self._plan.graphs[iri]
        return bool(edit.added) or edit.keeps_some


def _terms(triple: Triple) -> tuple[NamedNode, NamedNode, NamedNode | Literal]:
    subject, value = triple.subject, triple.object
    assert isinstance(subject, NamedNode)
    assert isinstance(value, NamedNode | Literal)
    return subject, triple.predicate, value


def _in_its_part(row: Quad, names: Names) -> Quad:
    graph = names.graph(part_of_row(row.triple, names))
    return Quad(row.subject, row.predicate, row.object, graph)


def _when(iri: str, name: str, at: str | None) -> Quad:
    stamp = Literal(utc(at or ""), datatype=XSD_DATETIME)
    return Quad(NamedNode(iri), TN(name), stamp, DEFAULT)


def _by_iri(conflicts: Iterable[Conflict]) -> dict[str, Conflict]:
    return {one.iri: one for one in conflicts}


def _cannot_be_fused(document: Document, error: BadClaim) -> InvalidChange:
    focus = error.where.name if error.where else ""
    line = document.positions.line(focus)
    finding = Finding(
        document.name, line, "Fusion", Severity.VIOLATION, focus, error.what, error.remedy
    )
    return InvalidChange(f"{error.what} ({focus})", Report((finding,)), remedy=error.remedy)


def _refuse_what_is_not_kept(kb: KnowledgeBase) -> None:
    store = kb.store
    if store.path is not None and not store.is_kept:
        raise NotWritable(
            "This store was opened to be read; what is written to it would be gone.",
            where=str(store.path),
            remedy="Open it to write: open_knowledge_base, or tenure serve --writable.",
        )


def _refuse_too_much(planned: ChangePlan, most: int) -> None:
    if planned.judged > most:
        raise TooMuchToRead(
            f"It adds {planned.judged:,} statements of claims, entities and sources; {most:,} are "
            "judged at once.",
            where="body",
            remedy="Send it in several parts, or load it with tenure load.",
        )
    added = sum(len(edit.added) for edit in planned.graphs.values())
    if added > MOST_ADDED:
        raise TooMuchToRead(
            f"It adds {added:,} statements to graphs; {MOST_ADDED:,} may be added at once.",
            where="body",
            remedy="Send it in parts, the later ones with POST, or load it with tenure load.",
        )
    if len(planned.graphs) > MOST_GRAPHS:
        raise TooMuchToRead(
            f"It writes {len(planned.graphs):,} graphs; {MOST_GRAPHS:,} may be written at once.",
            where="body",
            remedy="Send it in several parts.",
        )


def refuse_when_full(kb: KnowledgeBase) -> None:
    """Raises :class:`~tenure.errors.StoreFull` where there is no room for a change."""
    if kb.store.path is None:
        return
    try:
        free = shutil.disk_usage(kb.store.path).free
    except OSError as error:
        raise StoreFull(
            f"The store's folder does not take the change: {error.strerror}.",
            where=str(kb.store.path),
            remedy="Put the folder back, or start the service anew.",
        ) from error
    if free < KEPT_FREE:
        raise StoreFull(
            f"The disk has {free:,} bytes left, and {KEPT_FREE:,} are kept free.",
            where=str(kb.store.path),
            remedy="Make room on the disk; reading goes on meanwhile.",
        )


# ---------------------------------------------------------------------- what follows


def _next_snapshot(
    kb: KnowledgeBase, plan: ChangePlan, described: Sequence[Quad], instant: str | None
) -> Snapshot:
    """What follows once the plan is carried out at ``instant``; only what it touches is fused.

    ``described`` are the descriptions with the recorded time in them. Raises
    :class:`~tenure.errors.BadClaim` for a claim that cannot be understood or fused.
    """
    known, names = kb.snapshot, kb.names
    registry = known.registry
    if plan.registered:
        registry = registry.revised((), plan.registered)
    rows = {"entities": list[Quad](), "provenance": list[Quad]()}
    for quad in (*plan.gone, *plan.come):
        rows[part_of_row(quad.triple, names)].append(quad)
    if rows["entities"]:
        old = _described(kb.store, names.graph("entities"), rows["entities"])
        registry = registry.revised(old, _edited(old, rows["entities"], plan))
    new = read_claims(_with_belongings(kb.store, names, described), plan.stated)
    old = _described(kb.store, names.graph("provenance"), rows["provenance"])
    edited = read_claims(_edited(old, rows["provenance"], plan), ()).sources
    check_references(new, registry, names, elsewhere=Described(known.claims.about))
    check_claims(new, known.schema)
    gone = {iri: replace(known.claims[iri], retracted_at=instant) for iri in plan.retracted}
    changed = {**gone, **new.claims}
    # Of a source that is dated otherwise, every claim may say something else.
    changed |= {
        iri: one
        for source in edited
        for iri in known.claims.of_source(source)
        if iri not in changed and (one := known.claims.get(iri)) is not None
    }
    described_anew = (*plan.entities, *plan.sources, *(one.value for one in plan.edited))
    return known.changed(registry, changed, {**new.sources, **edited}, described_anew)


def _described(store: Store, graph: NamedNode, rows: Sequence[Quad]) -> list[Quad]:
    """What a graph has about the things that some rows are about."""
    about = dict.fromkeys(row.subject for row in rows if isinstance(row.subject, NamedNode))
    return [quad for node in about for quad in store.quads(graph, subject=node)]


def _edited(quads: Sequence[Quad], rows: Sequence[Quad], plan: ChangePlan) -> list[Quad]:
    """What describes the things that some rows are about, once the plan is carried out."""
    about = {row.subject for row in rows}
    come = [one.triple for one in plan.come if one.subject in about]
    return rows_changed(quads, [one.triple for one in plan.gone], come)


def _with_belongings(store: Store, names: Names, described: Sequence[Quad]) -> list[Quad]:
    """The descriptions, and those of the sources, passages and chains that they point at."""
    leading = [q.object for q in described if q.predicate in _BELONGING]
    nodes = [node for node in leading if isinstance(node, NamedNode)]
    here = {quad.subject for quad in described}
    return [
        *described,
        *described_with(store, names.graph("provenance"), nodes, _BELONGING, here),
    ]
