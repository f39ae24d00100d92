"""The base that the options of a command name, opened; commands that check files open none."""

from __future__ import annotations

from pathlib import Path

from tenure.cli.application import ENDING
from tenure.configuration import configuration
from tenure.knowledge import KnowledgeBase, open_knowledge_base, read_knowledge_base
from tenure.languages import prefer
from tenure.store import has_store


def opened(facts: Path | None, store: Path | None, base: str | None) -> KnowledgeBase:
    """The knowledge base that the options of a reading command name, or else ``tenure.toml``.

    A store has to be there; what is computed in it goes when the command ends. A store that is only
    in the settings is read as soon as it is there. Raises as :func:`open_knowledge_base` and
    :func:`read_knowledge_base`.
    """
    settings = configuration()
    prefer(settings.languages)
    base = base or settings.base
    if facts is None and store is None:
        facts = settings.facts
        store = settings.store if settings.store and has_store(settings.store) else None
    if store is None:
        return open_knowledge_base(facts, base=base, terms=settings.terms)
    kb = read_knowledge_base(store, facts, base=base, terms=settings.terms)
    if (ending := ENDING.get()) is not None:
        ending.callback(kb.close)
    return kb
