"""Opening a knowledge base from files, or from a store on disk."""

from __future__ import annotations

from pathlib import Path

from tenure.errors import BadInput
from tenure.knowledge.base import KnowledgeBase
from tenure.load import bring_up, load_files, refuse_newer
from tenure.resources import data_dir
from tenure.store import EmbeddedStore
from tenure.terms import BASE, Names


def open_knowledge_base(
    facts: Path | None = None, *, store: Path | None = None, base: str | None = None
) -> KnowledgeBase:
    """A knowledge base over files, in memory, or over a store on disk.

    Args:
        facts: the folder of the facts; None means the one that Tenure comes with. A store that
            holds something already is used as it is unless a folder is given.
        store: the folder of a store on disk; None keeps everything in memory.
        base: what IRIs begin with; None means ``https://w3id.org/tenure/``.

    Raises:
        BadInput: a file that cannot be read (with its line), a base that is no IRI, or a store that
            a later version of Tenure wrote. An older one is brought up to the present format.
        NotFound: a folder that is not there.
    """
    names = Names(base or BASE)
    if not names.base.startswith(("http://", "https://")) or not names.base.endswith(("/", "#")):
        raise BadInput(
            f"{names.base[:120]!r} is no base.",
            where="base",
            remedy="Give an http or https address that ends in a slash.",
        )
    opened = EmbeddedStore(store)
    try:
        refuse_newer(opened, names)
        if facts is not None or next(opened.quads(), None) is None:
            load_files(opened, facts or data_dir("facts"), data_dir("ontology"), names)
        if store is not None:
            bring_up(opened, names)
        return KnowledgeBase(opened, names)
    except BaseException:
        opened.close()
        raise
