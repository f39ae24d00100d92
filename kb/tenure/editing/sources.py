"""What describes a source, put right: its title, publisher, day and address."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from tenure.editing.edit_claims import edit_change
from tenure.errors import BadInput, TenureError, Where
from tenure.knowledge import KnowledgeBase
from tenure.languages import ENGLISH, said
from tenure.model import Change
from tenure.model.edits import Edit
from tenure.namespaces import EDTF_DATATYPE, RDFS_LABEL, TN
from tenure.temporal import parse

_ANY_URI = NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")


def edit_source(
    kb: KnowledgeBase,
    source: str,
    *,
    title: str | None = None,
    published: str | None = None,
    url: str | None = None,
    language: str | None = None,
    evidence: str = "",
) -> Change:
    """Say otherwise how a source is called, when it was published, or where it is.

    Its publisher begins every chain of speech in it, and so stays; a source of another publisher
    is another source.

    Raises:
        NotFound: no such source.
        BadDate: ``published`` is no EDTF value.
        BadInput: nothing differs from what there is.
    """
    node = NamedNode(kb.source_iri(source))
    short = kb.names.short(node.value)
    wanted: list[tuple[NamedNode, Literal, str]] = []
    if title is not None:
        usual = tuple(filter(None, (language, kb.sources[node.value].language, ENGLISH)))
        words = said(title, usual, Where("title"))
        wanted.append((RDFS_LABEL, words, f"is called {words.value!r}"))
    if published is not None:
        try:
            day = str(parse(published))
        except TenureError as error:
            error.where = Where("published")
            raise
        value = Literal(day, datatype=EDTF_DATATYPE)
        wanted.append((TN("published"), value, f"was published {day}"))
    if url is not None:
        wanted.append((TN("webAddress"), Literal(url, datatype=_ANY_URI), f"is at {url}"))
    edits, told = [], []
    for prop, new, says in wanted:
        old = _value(kb, node, prop, new)
        if old != new:
            edits.append(Edit(node, prop, old, new))
            told.append(says)
    if not edits:
        raise BadInput(
            "Nothing differs from what there is.",
            where=short,
            remedy="Name what is to be said otherwise: title, published or url.",
        )
    return edit_change(kb, [(f"{short} {_and(told)}.", edits)], evidence=evidence)


def _value(kb: KnowledgeBase, node: NamedNode, prop: NamedNode, new: Literal) -> Literal | None:
    rows = kb.store.quads(kb.names.graph("provenance"), subject=node, predicate=prop)
    values = [one.object for one in rows if isinstance(one.object, Literal)]
    return next((one for one in values if one.language == new.language), None)


def _and(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
