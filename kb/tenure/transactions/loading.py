"""Files of facts brought into a store: what that adds, withdraws and leaves; as one revision.

A store belongs to what was written to it. So newer files are compared with what it holds: what
only they have is added, what came from files and is no longer in them is retracted, and the rest is
left, whatever was written here above all. Nothing is replaced, since claims do not change: what
files tell otherwise than the store is named and left too. The ontology is another matter: it comes
with Tenure, and a store takes over that of the version that loads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pyoxigraph import BlankNode, NamedNode, Quad

from tenure.errors import InvalidChange, NotFound, Where
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.filling import Loaded, checked_folder, fill, holds_nothing, origin_of
from tenure.knowledge.opening import bring_terms, bring_up
from tenure.knowledge.renewal import has_ontology
from tenure.knowledge.store_state import Origin, read_origin, refuse_foreign
from tenure.model import Change
from tenure.namespaces import RDF_TYPE, TN, Names
from tenure.resources import NO_TERMS, OwnTerms, data_dir
from tenure.store import Store
from tenure.transactions.commit import commit
from tenure.transactions.delta import DEFAULT
from tenure.transactions.requests import Committed
from tenure.transactions.user_graphs import is_user_graph

MESSAGE: Final = "Loaded from files of facts."
_TIMES: Final = frozenset((TN("recordedAt"), TN("retractedAt")))
_RETRACTED: Final = TN("retractedAt")

Description = frozenset[tuple[NamedNode, object]]
"""What describes one thing: properties and values."""


@dataclass(frozen=True, slots=True)
class Loading:
    """What loading does, or would do in a dry run.

    Attributes:
        fills: whether the store holds nothing before.
        dry_run: whether nothing was written.
        renews_ontology: whether the store takes over another ontology.
        added: claims (IRIs) that come in.
        retracted: claims that came from files and that these withdraw or no longer have.
        sources: sources that come in; ``entities`` and ``graphs``: likewise.
        same: how many claims of the files the store has as they are.
        written: how many claims that still count were written here, and are left.
        missing: claims that came from files, of sources that these do not have; they are left.
        withdrawn: claims that the files have withdrawn before the store learnt of them.
        differing: claims, sources, entities and graphs (IRIs) that the files tell otherwise than
            the store, where they are left as they are.
        committed: what came of it; None where nothing was committed.
    """

    fills: bool
    dry_run: bool
    renews_ontology: bool = False
    added: tuple[str, ...] = ()
    retracted: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    same: int = 0
    written: int = 0
    missing: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    committed: Committed | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        done = self.committed
        return {
            "dryRun": self.dry_run,
            "fills": self.fills,
            "renewsOntology": self.renews_ontology,
            "add": {
                "claims": list(self.added),
                "sources": list(self.sources),
                "entities": list(self.entities),
                "graphs": list(self.graphs),
            },
            "retract": list(self.retracted),
            "leave": {
                "same": self.same,
                "writtenHere": self.written,
                "ofMissingSources": list(self.missing),
                "withdrawnBefore": list(self.withdrawn),
                "differing": list(self.differing),
            },
            "revisions": list(done.revisions) if done else [],
            "conflicts": [one.to_dict() for one in done.conflicts] if done else [],
            "resolved": [one.to_dict() for one in done.resolved] if done else [],
        }


def load(
    path: Path,
    facts: Path | None,
    names: Names,
    own: OwnTerms = NO_TERMS,
    *,
    message: str = MESSAGE,
    who: str | None = None,
    dry_run: bool = False,
    complete: bool = False,
) -> Loading:
    """Bring the facts of a folder into the store at ``path``; one that holds nothing is filled.

    Args:
        path: the folder of the store, made where there is none, unless it is a dry run.
        facts: the folder of the facts; None: those that Tenure comes with.
        names: the IRIs.
        own: what the base has beside the ontology; nothing leaves the store what it has.
        message: why, for the revision.
        who: who does it, for the revision.
        dry_run: say the same and write nothing.
        complete: whether the folder has all there is, so that claims of sources which it does not
            have are retracted as well, where they came from files.

    Raises:
        BadInput: files that cannot be read or understood, or a folder that is no store.
        NotFound: no such folder of facts.
        InvalidChange: together with what is in the store they break a rule.
        StoreFull: no room on the disk.
    """
    folder = facts or data_dir("facts")
    loaded = checked_folder(folder, names, own)
    try:
        # A dry run does all the same, to a copy.
        opened = Store(path, kept=not dry_run)
    except NotFound:
        return _filling(loaded, names, dry_run=True)
    with opened:
        refuse_foreign(opened, names)
        if holds_nothing(opened, names):
            done = _filling(loaded, names, dry_run=dry_run)
            if not dry_run:
                fill(opened, loaded, names, folder)
                del loaded  # while its world is built, the memory is needed
                KnowledgeBase(opened, names).close()
            return done
        renews = not has_ontology(opened, names)
        bring_up(opened, names)
        bring_terms(opened, names, own)
        kb = KnowledgeBase(opened, names, own.shapes)
        noted = read_origin(opened, names) or Origin("", "")
        found = _Comparison(kb, loaded, noted, complete=complete)
        now = Origin(origin_of(folder, "").facts, noted.until, noted.loads)
        committed = None
        if found.quads or found.retracted:
            change = Change(tuple(found.quads), tuple(found.retracted))
            with _told_by_file(loaded):
                committed = commit(
                    kb, change, who=who, message=message, dry_run=dry_run, origin=now
                )
        elif not dry_run and now != noted:
            opened.change(noted.quads(names), now.quads(names))
            opened.flush()
        kb.close()
        return found.outcome(dry_run=dry_run, renews=renews, committed=committed)


@contextmanager
def _told_by_file(loaded: Loaded) -> Iterator[None]:
    """A refusal names the file that describes what is refused."""
    try:
        yield
    except InvalidChange as error:
        foci = (one.focus for one in getattr(error.report, "findings", ()))
        home = next((loaded.homes[one] for one in foci if one in loaded.homes), None)
        if home is not None:
            error.where = Where(str(home))
        raise


def _filling(loaded: Loaded, names: Names, *, dry_run: bool) -> Loading:
    kinds: Mapping[object, list[str]] = defaultdict(list)
    entities = names.graph("entities")
    for quad in loaded.quads:
        if quad.predicate == RDF_TYPE and isinstance(quad.subject, NamedNode):
            if quad.graph_name == entities:
                kinds[entities].append(quad.subject.value)
            elif quad.graph_name == names.graph("provenance"):
                kinds[quad.object].append(quad.subject.value)
    graphs = {q.graph_name.value for q in loaded.quads if isinstance(q.graph_name, NamedNode)}
    return Loading(
        True,
        dry_run,
        added=tuple(sorted(kinds[TN("Claim")])),
        sources=tuple(sorted(kinds[TN("Source")])),
        entities=tuple(sorted(set(kinds[entities]))),
        graphs=tuple(sorted(one for one in graphs if is_user_graph(one, names))),
    )


@dataclass(slots=True)
class _Comparison:
    """Files compared with the store of a knowledge base.

    ``quads`` are to be added; the other fields are those of :class:`Loading`.

    What the files say goes through a store too before it is compared, since that may write a
    number or an instant otherwise than it was written.
    """

    kb: KnowledgeBase
    loaded: Loaded
    origin: Origin
    complete: bool = field(kw_only=True)
    quads: list[Quad] = field(default_factory=list, init=False)
    added: list[str] = field(default_factory=list, init=False)
    retracted: list[str] = field(default_factory=list, init=False)
    sources: list[str] = field(default_factory=list, init=False)
    entities: list[str] = field(default_factory=list, init=False)
    graphs: list[str] = field(default_factory=list, init=False)
    missing: list[str] = field(default_factory=list, init=False)
    withdrawn: list[str] = field(default_factory=list, init=False)
    differing: set[str] = field(default_factory=set, init=False)
    same: int = field(default=0, init=False)
    written: int = field(default=0, init=False)
    _files: Store = field(default_factory=Store, init=False)
    _in_files: dict[NamedNode, Description] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        names = self.kb.names
        self._files.fill(self.loaded.quads)
        self._in_files = _by_subject(self._files, names.graph("provenance"))
        kinds: dict[object, list[NamedNode]] = defaultdict(list)
        for node in sorted(self._in_files, key=lambda one: one.value):
            for predicate, value in self._in_files[node]:
                if predicate == RDF_TYPE:
                    kinds[value].append(node)
        claims, sources = kinds[TN("Claim")], kinds[TN("Source")]
        for claim in claims:
            self._compare_claim(claim)
        self._compare_rest(sources, {*claims, *kinds[TN("Revision")]})
        self._compare_entities()
        self._compare_graphs()
        self._look_for_others({one.value for one in claims}, {one.value for one in sources})
        self._files.close()

    def outcome(self, *, dry_run: bool, renews: bool, committed: Committed | None) -> Loading:
        """What the comparison comes to."""
        names = ("added", "retracted", "sources", "entities", "graphs", "missing", "withdrawn")
        return Loading(
            False,
            dry_run,
            renews,
            same=self.same,
            written=self.written,
            differing=tuple(sorted(self.differing)),
            committed=committed,
            **{name: tuple(getattr(self, name)) for name in names},
        )

    # ------------------------------------------------------------------ claims

    def _compare_claim(self, claim: NamedNode) -> None:
        known = self.kb.claims.get(claim.value)
        is_withdrawn = any(predicate == _RETRACTED for predicate, _ in self._in_files[claim])
        if known is None:
            (self.withdrawn if is_withdrawn else self.added).append(claim.value)
            return
        if is_withdrawn and known.retracted_at is None:
            self.retracted.append(claim.value)
        elif self._is_same(claim):
            self.same += 1
        else:
            self.differing.add(claim.value)

    def _is_same(self, claim: NamedNode) -> bool:
        here = {one for one in self._held("provenance", claim) if one[0] not in _TIMES}
        in_files = {one for one in self._in_files[claim] if one[0] not in _TIMES}
        stated = {quad.triple for quad in self.kb.store.quads(claim)}
        return here == in_files and stated == {quad.triple for quad in self._files.quads(claim)}

    def _look_for_others(self, claims: set[str], sources: set[str]) -> None:
        """Claims that only the store has."""
        for iri, claim in self.kb.claims.items():
            if iri in claims or claim.retracted_at is not None:
                continue
            if not self.origin.of_files(claim.recorded_at):
                self.written += 1
            elif self.complete or claim.source in sources:
                self.retracted.append(iri)
            else:
                self.missing.append(iri)

    # ------------------------------------------------------------------ what claims rest on

    def _compare_rest(self, sources: Iterable[NamedNode], but: set[NamedNode]) -> None:
        """Sources, and of evidence and speakers what the new claims and sources point at."""
        new: set[NamedNode] = set()
        for node in self._in_files.keys() - but:
            here = self._held("provenance", node)
            if not here:
                new.add(node)
            elif here != self._in_files[node]:
                self.differing.add(node.value)
        self.sources = [one.value for one in sources if one in new]
        wanted = [NamedNode(iri) for iri in (*self.added, *self.sources)]
        seen = set(wanted)
        while wanted:
            node = wanted.pop()
            self.quads += _described(node, self._in_files[node])
            for _, value in self._in_files[node]:
                if isinstance(value, NamedNode) and value in new and value not in seen:
                    seen.add(value)
                    wanted.append(value)
        for iri in self.added:
            self.quads += self._files.quads(NamedNode(iri))

    # ------------------------------------------------------------------ entities and other graphs

    def _compare_entities(self) -> None:
        in_files = _by_subject(self._files, self.kb.names.graph("entities"))
        for node in sorted(in_files, key=lambda one: one.value):
            here = self._held("entities", node)
            if not here:
                self.entities.append(node.value)
                self.quads += _described(node, in_files[node])
            elif here != in_files[node]:
                self.differing.add(node.value)

    def _compare_graphs(self) -> None:
        for graph in self._files.graphs():
            if not is_user_graph(graph.value, self.kb.names):
                continue
            in_files, here = (set(one.quads(graph)) for one in (self._files, self.kb.store))
            if not here:
                self.graphs.append(graph.value)
                self.quads += in_files
            elif len(here) != len(in_files) or without_blanks(here) != without_blanks(in_files):
                self.differing.add(graph.value)

    def _held(self, part: str, node: NamedNode) -> Description:
        found = self.kb.store.quads(self.kb.names.graph(part), subject=node)
        return frozenset((quad.predicate, quad.object) for quad in found)


def without_blanks(quads: Iterable[Quad]) -> set[Quad]:
    """Those that have no blank node, whose names say nothing."""
    return {
        one
        for one in quads
        if not isinstance(one.subject, BlankNode) and not isinstance(one.object, BlankNode)
    }


def _by_subject(store: Store, graph: NamedNode) -> dict[NamedNode, Description]:
    found: dict[NamedNode, set[tuple[NamedNode, object]]] = defaultdict(set)
    for quad in store.quads(graph):
        if isinstance(quad.subject, NamedNode):
            found[quad.subject].add((quad.predicate, quad.object))
    return {node: frozenset(in_files) for node, in_files in found.items()}


def _described(node: NamedNode, in_files: Description) -> list[Quad]:
    return [
        Quad(node, predicate, value, DEFAULT)  # type: ignore[arg-type]
        for predicate, value in in_files
        if predicate not in _TIMES
    ]
