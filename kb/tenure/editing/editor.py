"""Carries changes out, where the base was opened from: in its folder of facts, or in its store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from tenure.configuration import configuration
from tenure.editing import claims, entities, linking, sources, undoing
from tenure.editing.edit_claims import statements_of, vocabulary_of
from tenure.ingest import Vocabulary
from tenure.ingest.facts_folder import FactsFolder
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.model import Change
from tenure.transactions import Committed, commit


@dataclass(frozen=True, slots=True)
class Done:
    """What was carried out: why, the outcome, and the statements of edits that it made."""

    message: str
    outcome: Committed
    statements: tuple[str, ...] = ()


class Editor:
    """Writes edits of a knowledge base, each as one revision with its author and message.

    With a ``folder``, into the files of facts that the base was read from; without, into its
    store. In both cases the base answers by it at once. Every method takes ``message``, why it is
    done; left out, it is what the edit says.
    """

    def __init__(
        self,
        kb: KnowledgeBase,
        folder: Path | None = None,
        *,
        by: str | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self.kb = kb
        self.by = by
        self.dry_run = False
        """Whether nothing is written, and only said what would be done."""
        self._folder = folder
        self._own = vocabulary

    @classmethod
    def open(cls, folder: Path, *, by: str | None = None, base: str | None = None) -> Self:
        """An editor of a folder of facts, with the terms that are set where this runs."""
        terms = configuration().terms
        return cls(open_knowledge_base(folder, base=base, terms=terms), folder, by=by)

    @property
    def vocabulary(self) -> Vocabulary:
        """The terms in which facts are written."""
        if self._own is None:
            self._own = vocabulary_of(self.kb)
        return self._own

    def carry_out(
        self,
        change: Change,
        message: str = "",
        *,
        now: datetime | None = None,
    ) -> Done:
        """Write a change whole, or refuse it whole.

        Raises what :func:`tenure.transactions.commit` does, and of files what
        :meth:`tenure.ingest.facts_folder.FactsFolder.write` does.
        """
        kb = self.kb
        said = statements_of(change)
        words = message or " ".join(said) or "Put right."
        if self._folder is not None or self.dry_run:
            # Held to the rules and fused before any file is written; the files are the base.
            outcome = commit(kb, change, who=self.by, message=words, dry_run=True, now=now)
            if self.dry_run or not outcome.changed:
                return Done(words, outcome, said)
        if self._folder is not None:
            folder = FactsFolder(self._folder, kb.names)
            at = folder.write(change, message=words, by=self.by, now=now, checked=True)
            now = datetime.fromisoformat(at).astimezone(UTC)
        outcome = commit(kb, change, who=self.by, message=words, now=now)
        return Done(words, outcome, said)

    # ------------------------------------------------------------------ entities

    def add(
        self,
        slug: str,
        *labels: str,
        kind: str = "",
        properties: Sequence[tuple[str, str]] = (),
        exact_matches: Sequence[str] = (),
        language: str | None = None,
        message: str = "",
    ) -> Done:
        """Register an entity; see :func:`tenure.editing.entities.add`."""
        change = entities.add(
            self.kb,
            self.vocabulary,
            slug,
            labels,
            kind=kind,
            properties=properties,
            exact_matches=exact_matches,
            language=language,
        )
        return self.carry_out(change, message)

    def rename(
        self,
        entity: str,
        label: str,
        *,
        language: str | None = None,
        keep: bool = True,
        message: str = "",
    ) -> Done:
        """Give an entity another label; see :func:`tenure.editing.entities.rename`."""
        change = entities.rename(self.kb, entity, label, language=language, keep=keep)
        return self.carry_out(change, message)

    def alias(
        self,
        entity: str,
        name: str,
        *,
        language: str | None = None,
        remove: bool = False,
        message: str = "",
    ) -> Done:
        """Give an entity another name, or take one away."""
        change = entities.alias(self.kb, entity, name, language=language, remove=remove)
        return self.carry_out(change, message)

    def merge(self, entity: str, into: str, *, evidence: str = "", message: str = "") -> Done:
        """State that two entities are one; see :func:`tenure.editing.entities.merge`."""
        return self.carry_out(entities.merge(self.kb, entity, into, evidence=evidence), message)

    def split(
        self,
        entity: str,
        *,
        off: str | None = None,
        label: str = "",
        claims: Sequence[str] = (),
        language: str | None = None,
        message: str = "",
    ) -> Done:
        """Take a merge back, or some claims off; see :func:`tenure.editing.entities.split`."""
        change = entities.split(
            self.kb,
            entity,
            off=off,
            label=label,
            claims=claims,
            vocabulary=self.vocabulary,
            language=language,
        )
        default = f"{entity} is somebody else." if off is None else f"{off} is not {entity}."
        return self.carry_out(change, message or default)

    def same_as(self, entity: str, iri: str, *, evidence: str = "", message: str = "") -> Done:
        """State what another register calls an entity (``skos:exactMatch``)."""
        return self.carry_out(entities.same_as(self.kb, entity, iri, evidence=evidence), message)

    def reject(self, entity: str, other: str, *, evidence: str = "", message: str = "") -> Done:
        """State that two entities are not one, so that nobody proposes it again."""
        return self.carry_out(linking.reject(self.kb, entity, other, evidence=evidence), message)

    def undecide(self, entity: str, other: str, *, message: str = "") -> Done:
        """Take back that two entities are one, or that they are not."""
        change = linking.decision(self.kb, entity, other)
        return self.carry_out(change, message or f"Undecided: {entity}, {other}.")

    # ------------------------------------------------------------------ sources and claims

    def edit_source(
        self,
        source: str,
        *,
        title: str | None = None,
        published: str | None = None,
        url: str | None = None,
        language: str | None = None,
        message: str = "",
    ) -> Done:
        """Describe a source otherwise; see :func:`tenure.editing.sources.edit_source`."""
        change = sources.edit_source(
            self.kb, source, title=title, published=published, url=url, language=language
        )
        return self.carry_out(change, message)

    def retract(self, *names: str, message: str = "") -> Done:
        """Retract claims: from now on they are not relied on."""
        return self.carry_out(claims.retract(self.kb, names), message or "Retracted.")

    def move(self, claim: str, to: str, *, frm: str | None = None, message: str = "") -> Done:
        """Have a claim be about something else; see :func:`tenure.editing.claims.move`."""
        change = claims.move(self.kb, claim, to, frm=frm)
        return self.carry_out(change, message or f"{claim} is about {to}.")

    def rank(self, claim: str, value: str, *, message: str = "") -> Done:
        """Give a claim another rank: preferred, normal or deprecated."""
        change = claims.rank(self.kb, self.vocabulary, claim, value)
        return self.carry_out(change, message or f"{claim} is {value}.")

    def supersede(
        self,
        claim: str,
        settings: Sequence[tuple[str, str]],
        *,
        statement: str = "",
        language: str | None = None,
        message: str = "",
    ) -> Done:
        """Have a claim say otherwise; see :func:`tenure.editing.claims.supersede`."""
        change = claims.supersede(
            self.kb, self.vocabulary, claim, settings, statement=statement, language=language
        )
        default = ", ".join(f"{name} {value}".strip() for name, value in settings)
        return self.carry_out(change, message or f"{claim} says otherwise: {default or statement}")

    def undo(self, which: str | None = None, *, message: str = "") -> Done:
        """Undo the revisions of an instant, or the last; see :mod:`tenure.editing.undoing`."""
        undone = undoing.revisions_of(self.kb, which)
        change = undoing.undo(self.kb, undone[0].instant)
        words = "; ".join(dict.fromkeys(filter(None, (one.message for one in undone))))
        return self.carry_out(change, message or f"Undone: {words or undone[0].instant}")
