"""Claims out of the text of a source put in the place of one, wherever the base is kept."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from tenure.editing.edit_claims import vocabulary_of
from tenure.errors import Where
from tenure.ingest.claims import superseding
from tenure.ingest.draft import DraftFaults, read_drafts
from tenure.ingest.facts_folder import FactsFile, entity_named
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.claim_store import described_with
from tenure.model import Change, Claim
from tenure.namespaces import TN, Names, local_name

_LEADING = tuple(map(TN, ("evidence", "attribution", "link")))


def superseded(
    kb: KnowledgeBase, claim: Claim, drafts: str, text: str, language: str | None
) -> Change:
    """Put the claims of a YAML text, with passages of the source's ``text``, in the place of one.

    Raises what :func:`tenure.ingest.supersede_claim` does.
    """
    faults = DraftFaults()
    read = read_drafts(drafts, "from", faults)
    slug = local_name(claim.source)
    return superseding(
        _Base(kb),
        NamedNode(claim.iri),
        slug,
        read,
        text=text,
        vocabulary=vocabulary_of(kb),
        language=language,
        faults=faults,
    )


class _StatedOf(set[str]):
    """The slugs of all that claims state something of, looked up one by one."""

    def __init__(self, kb: KnowledgeBase) -> None:
        super().__init__()
        self._kb = kb

    def __contains__(self, slug: object) -> bool:
        kb = self._kb
        return super().__contains__(slug) or (
            isinstance(slug, str) and kb.snapshot.claims.says_of(kb.names.entity_iri(slug))
        )


class _Base:
    """A base as what claims come into; see :class:`tenure.ingest.claims.Around`."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self.occurrences: Collection[str] = _StatedOf(kb)

    @property
    def names(self) -> Names:
        return self._kb.names

    @property
    def sources(self) -> Collection[str]:
        return [one.removeprefix(self.names.source_prefix) for one in self._kb.sources]

    def kinds(self) -> dict[str, str]:
        registry = self._kb.registry
        return {self.names.short(iri): registry.kind(iri) for iri in registry}

    def entity(self, text: str, where: Where | str | None = None) -> str:
        return entity_named(self._kb.registry, self.names, text, where)

    def source(self, slug: str) -> FactsFile:
        kb, source = self._kb, self.names.source(slug)
        provenance = self.names.graph("provenance")
        claims = [NamedNode(one.iri) for one in kb.claims_of(source.value)]
        own = kb.store.quads(provenance, subject=source, predicate=TN("publisher"))
        chains = [NamedNode(f"{source.value}/chain/{local_name(q.object.value)}") for q in own]  # type: ignore[union-attr]
        nodes = [source, *chains, *claims]
        found = described_with(kb.store, provenance, nodes, _LEADING)
        quads = [Quad(one.subject, one.predicate, one.object) for one in found]
        for claim in claims:
            quads += kb.store.quads(claim)
        return FactsFile(Path("source") / slug, None, tuple(quads), {}, ())
