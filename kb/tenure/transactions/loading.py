"""Files of facts brought into a store: what that adds, withdraws and leaves; as one revision.

A store belongs to what was written to it. So newer files are compared with what it holds: what
only they have is added, what came from files and is no longer in them is retracted, and the rest is
left, whatever was written here above all. Nothing is replaced, since claims do not change: what
files tell otherwise than the store is named and left too. The ontology is another matter: it comes
with Tenure, and a store takes over that of the version that loads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode

from tenure.claims import Change
from tenure.errors import InvalidChange, NotFound, Where
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.opening import bring_up, holds_nothing
from tenure.knowledge.renewal import has_ontology
from tenure.load import (
    Loaded,
    Origin,
    checked_folder,
    load_files,
    origin_of,
    read_origin,
    refuse_newer,
)
from tenure.resources import data_dir
from tenure.store import Store
from tenure.terms import RDF_TYPE, TN, Names
from tenure.transactions.commit import commit
from tenure.transactions.comparing import Comparison
from tenure.transactions.requests import Committed
from tenure.transactions.user_graphs import is_user_graph

MESSAGE: Final = "Loaded from files of facts."


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
    folder, ontology = facts or data_dir("facts"), data_dir("ontology")
    loaded = checked_folder(folder, ontology, names)
    try:
        # A dry run does all the same, to a copy.
        opened = Store(path, kept=not dry_run)
    except NotFound:
        return _filling(loaded, names, dry_run=True)
    with opened:
        refuse_newer(opened, names)
        if holds_nothing(opened):
            if not dry_run:
                load_files(opened, folder, ontology, names, note_origin=True)
                KnowledgeBase(opened, names).close()
            return _filling(loaded, names, dry_run=dry_run)
        loading = _Loading(loaded, origin_of(folder, ""), names, message, who, complete=complete)
        renews = not has_ontology(opened, names)
        bring_up(opened, names)
        return loading.run(opened, dry_run=dry_run, renews=renews)


class _Loading:
    """Files that are compared with stores, and brought into one."""

    def __init__(
        self,
        loaded: Loaded,
        origin: Origin,
        names: Names,
        message: str,
        who: str | None,
        *,
        complete: bool,
    ) -> None:
        self._loaded = loaded
        self._origin = origin
        self._names = names
        self._message = message
        self._who = who
        self._complete = complete

    def run(self, store: Store, *, dry_run: bool, renews: bool) -> Loading:
        """Compare with a store that holds something, and commit what differs."""
        kb = KnowledgeBase(store, self._names)
        noted = read_origin(store, self._names) or Origin("", "")
        found = Comparison(kb, self._loaded, noted, complete=self._complete)
        now = Origin(self._origin.facts, noted.until, noted.loads)
        change = Change(tuple(found.quads), tuple(found.retracted))
        committed = None
        if found.quads or found.retracted:
            committed = self._commit(kb, change, now, dry_run=dry_run)
        elif not dry_run and now != noted:
            store.change(noted.quads(self._names), now.quads(self._names))
            store.flush()
        kb.close()
        return Loading(
            False,
            dry_run,
            renews,
            tuple(found.added),
            tuple(found.retracted),
            tuple(found.sources),
            tuple(found.entities),
            tuple(found.graphs),
            found.same,
            found.written,
            tuple(found.missing),
            tuple(found.withdrawn),
            tuple(sorted(found.differing)),
            committed,
        )

    def _commit(
        self, kb: KnowledgeBase, change: Change, origin: Origin, *, dry_run: bool
    ) -> Committed:
        try:
            return commit(
                kb,
                change,
                who=self._who,
                message=self._message,
                dry_run=dry_run,
                origin=origin,
            )
        except InvalidChange as error:
            foci = (one.focus for one in getattr(error.report, "findings", ()))
            home = next(
                (self._loaded.homes[one] for one in foci if one in self._loaded.homes), None
            )
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
