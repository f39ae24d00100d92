"""What a page calls an IRI, and where it leads.

The knowledge base names things under a public base such as ``https://w3id.org/tenure/``. A page
of this service leads to this service's own addresses for them, so that a copy on a laptop needs
no network. Any other IRI is a link only where it is a plain web address: an answer may hold
anything, ``javascript:`` too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from tenure.languages import ENGLISH, by_preference
from tenure.store.answers import Solutions
from tenure.terms import TN_PREFIX, TNV_PREFIX, local_name, prefixes

if TYPE_CHECKING:
    from tenure.knowledge import KnowledgeBase

_BETWEEN: Final = " – "
_SAFE: Final = "/-._~:@!$&'()*+,;="
_TERMS: Final = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?label WHERE { GRAPH $graph { ?term rdfs:label|skos:prefLabel ?label } }
"""


class Links:
    """The labels and local addresses of everything in a knowledge base."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._names = kb.names
        self._prefixes = prefixes(kb.names)
        self._terms = _labels_of_terms(kb)

    def label(self, iri: str) -> str:
        """What a person calls ``iri``: a name where it has one, else the IRI in short."""
        return _BETWEEN.join(one.value for one in self.named(iri))

    def named(self, iri: str) -> tuple[Literal, ...]:
        """The same in its parts, each in its language: a situation is called by what it is between.

        What is no name is said to be English, as the pages are.
        """
        if iri in self._terms:
            return (self._terms[iri],)
        if iri in self._kb.sources:
            return (self._kb.sources[iri].title,)
        if iri in self._kb.registry:
            shown = self._kb.registry.names(iri)
            return shown[:1] or (_plain(local_name(iri)),)
        if iri in self._kb.claims:
            return (_plain(f"claim {self._names.short(iri).removeprefix('claim/')}"),)
        if self._names.slug_of(iri) is not None:
            return self._occurrence(iri)
        if iri.startswith(self._names.base):
            return (_plain(self._names.short(iri)),)
        return (_plain(self.compact(iri)),)

    def _occurrence(self, iri: str) -> tuple[Literal, ...]:
        """A situation by its subject and object; one that only other policies have, by its slug."""
        occurrence = self._kb.occurrences([iri]).get(iri)
        if occurrence is None or occurrence.subject is None:
            return (_plain(local_name(iri).replace("--", _BETWEEN).replace("-", " ")),)
        named = self.named(occurrence.subject)
        return named + self.named(occurrence.object) if occurrence.object else named

    def compact(self, iri: str) -> str:
        """The IRI with a prefix where one fits, such as ``org:holds``; else as it is.

        Among prefixes that fit, the one with the longest namespace.
        """
        fitting = [name for name, space in self._prefixes.items() if iri.startswith(space)]
        if not fitting:
            return iri
        name = max(fitting, key=lambda one: len(self._prefixes[one]))
        return f"{name}:{iri.removeprefix(self._prefixes[name])}"

    def href(self, iri: str) -> str | None:
        """Where a link on a page leads for ``iri``, or None where it should be no link."""
        for namespace, page in ((TN_PREFIX, "/ontology"), (TNV_PREFIX, "/vocabulary")):
            if iri.startswith(namespace):
                return f"{page}#{quote(local_name(iri), safe='')}"
        slug = self._names.slug_of(iri)
        if slug is not None:
            return f"/doc/{quote(slug, safe=_SAFE)}"
        if iri.startswith(self._names.base):
            rest = iri.removeprefix(self._names.base)
            known = ("at/", "claim/", "source/", "ontology", "vocabulary")
            return f"/{quote(rest, safe=_SAFE + '#')}" if rest.startswith(known) else None
        return iri if iri.startswith(("https://", "http://")) else None

    def explain(self, iri: str) -> str | None:
        """Where the reasons for an occurrence are shown; None for anything but an entity."""
        slug = self._names.slug_of(iri)
        return None if slug is None else f"/explain/{quote(slug, safe=_SAFE)}"


def _plain(text: str) -> Literal:
    return Literal(text, language=ENGLISH)


def _labels_of_terms(kb: KnowledgeBase) -> Mapping[str, Literal]:
    answer = kb.query(_TERMS.replace("$graph", str(kb.names.graph("ontology"))))
    assert isinstance(answer, Solutions)
    named: dict[str, list[Literal]] = defaultdict(list)
    for term, label in answer:
        if isinstance(term, NamedNode) and isinstance(label, Literal):
            named[term.value].append(label)
    return {iri: by_preference(labels)[0] for iri, labels in named.items()}
