"""Carries changes out, where the base was opened from: in its folder of facts, or in its store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from inspect import signature
from pathlib import Path
from typing import Concatenate, Generic, ParamSpec, Self

from tenure.configuration import configuration
from tenure.editing import claims, entities, linking, sources, undoing
from tenure.editing.edit_claims import statements_of
from tenure.fusion.stretches import renamed
from tenure.ingest.facts_folder import FactsFolder
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.model import Change
from tenure.transactions import Committed, commit

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """What was carried out: why, the outcome, and the statements of edits that it made."""

    message: str
    outcome: Committed
    statements: tuple[str, ...] = ()


class _Edit(Generic[P]):
    """A kind of edit as a method, which takes and raises what the function does that makes it.

    ``words`` say what it is where its statements do not; they may name its arguments.
    """

    def __init__(
        self, make: Callable[Concatenate[KnowledgeBase, P], Change], words: str = ""
    ) -> None:
        self._make = make
        self._words = words

    def __get__(self, editor: Editor, _: type[Editor]) -> Callable[P, EditOutcome]:
        def edited(*args: P.args, **kwargs: P.kwargs) -> EditOutcome:
            given = signature(self._make).bind(editor.kb, *args, **kwargs).arguments
            change = self._make(editor.kb, *args, **kwargs)
            return editor.carry_out(change, words=self._words.format(**given))

        edited.__doc__ = self._make.__doc__
        return edited


class Editor:
    """Writes edits of a knowledge base, each as one revision with its author and message.

    With a ``folder``, into the files of facts that the base was read from; without, into its
    store. In both cases the base answers by it at once. ``message`` says why it is done; left
    empty, it is what the edit says. What each method takes is told where its change is made.
    """

    def __init__(
        self,
        kb: KnowledgeBase,
        folder: Path | None = None,
        *,
        by: str | None = None,
        message: str = "",
    ) -> None:
        self.kb = kb
        self.by = by
        self.message = message
        self.dry_run = False
        """Whether nothing is written, and only said what would be done."""
        self.next_stretch = False
        """Whether claims whose dates cannot be of the stretch that they name are of the next."""
        self._folder = folder

    @classmethod
    def open(cls, folder: Path, *, by: str | None = None, base: str | None = None) -> Self:
        """An editor of a folder of facts, with the terms that are set where this runs."""
        terms = configuration().terms
        return cls(open_knowledge_base(folder, base=base, terms=terms), folder, by=by)

    def carry_out(
        self,
        change: Change,
        message: str = "",
        *,
        words: str = "",
        now: datetime | None = None,
    ) -> EditOutcome:
        """Write a change whole, or refuse it whole.

        Without a message it is the editor's, else what the change says, else ``words``.

        Raises what :func:`tenure.transactions.commit` does, and of files what
        :meth:`tenure.ingest.facts_folder.FactsFolder.write` does.
        """
        kb = self.kb
        said = statements_of(change)
        words = message or self.message or " ".join(said) or words or "Put right."
        if self._folder is not None or self.dry_run:
            # Held to the rules and fused before any file is written; the files are the base.
            outcome = self._commit(change, words, now, dry_run=True)
            if self.dry_run or not outcome.changed:
                return EditOutcome(words, outcome, said)
            change = replace(
                change,
                added=tuple(renamed(change.added, [o for o in outcome.stretches if o.written])),
            )
        at = None
        if self._folder is not None:
            # Files have whole seconds; two edits of one second could not be undone one by one.
            last = kb.snapshot.claims.last_instant()
            after = datetime.fromisoformat(last) + timedelta(seconds=1) if last else None
            now = now or max(filter(None, (datetime.now(UTC), after)))
            folder = FactsFolder(self._folder, kb.names)
            at = folder.write(change, message=words, by=self.by, now=now, checked=True)
        return EditOutcome(words, self._commit(change, words, now, recorded_at=at), said)

    def _commit(
        self,
        change: Change,
        words: str,
        now: datetime | None,
        *,
        dry_run: bool = False,
        recorded_at: str | None = None,
    ) -> Committed:
        return commit(
            self.kb,
            change,
            who=self.by,
            message=words,
            dry_run=dry_run,
            now=now,
            recorded_at=recorded_at,
            next_stretch=self.next_stretch,
        )

    add = _Edit(entities.add)
    rename = _Edit(entities.rename)
    alias = _Edit(entities.alias)
    merge = _Edit(entities.merge)
    split = _Edit(entities.split, "{entity} is split.")
    same_as = _Edit(entities.same_as)
    reject = _Edit(linking.reject)
    undecide = _Edit(linking.decision, "Undecided: {entity}, {other}.")
    edit_source = _Edit(sources.edit_source)
    retract = _Edit(claims.retract, "Retracted.")
    move = _Edit(claims.move, "{claim} is about {to}.")
    rank = _Edit(claims.rank, "{claim} is {value}.")
    supersede = _Edit(claims.supersede, "{claim} says otherwise.")

    def undo(self, which: str | None = None) -> EditOutcome:
        """Undo the revisions of an instant, or the last; see :mod:`tenure.editing.undoing`."""
        undone = undoing.revisions_of(self.kb, which)
        change = undoing.undo(self.kb, undone[0].instant)
        words = "; ".join(dict.fromkeys(filter(None, (one.message for one in undone))))
        return self.carry_out(change, words=f"Undone: {words or undone[0].instant}")
