"""Things found by the beginnings of the words in their names, as somebody types.

Every name counts: labels in every language and script, other names, titles of sources, and the slug
of what has no name. Names and what is typed are compared as :mod:`tenure.folding` levels them, so
accents, apostrophes and the ways to write an Arabic letter make no difference; the words may come
in any order, and the Arabic article may be left out.

The index is kept with the registry and the sources that it was made of, so that a write that
changes no name changes nothing here.
"""

from __future__ import annotations

import heapq
import re
import threading
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import Literal, NamedNode

from tenure.folding import folded
from tenure.knowledge.base import KnowledgeBase
from tenure.model import Registry, Source
from tenure.namespaces import RDFS_LABEL, SKOS_ALT_LABEL, Names, local_name

_MOST_LOOKED_AT: Final = 20_000
"""Names that a beginning of a word is looked for in; one letter can begin a million."""
_LONGEST: Final = 200
_SPLIT: Final = re.compile(r"[^\w]+")
_ARTICLE: Final = "\u0627\u0644"


@dataclass(frozen=True, slots=True, order=True)
class FoundName:
    """A thing by its IRI, with the name by which it was found, in the form that is compared.

    In the order of how well they fit: ``order`` is 0 for a name that is just what was typed, 1 for
    one that begins so, else 2; shorter names come first.
    """

    order: int
    length: int
    name: str
    iri: str


class NameIndex:
    """The words of names in order, each with the number of its name."""

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        """``named`` has names in the form that is compared, with the IRIs of what bears each."""
        self._names: list[str] = []
        self._iris: list[tuple[str, ...]] = []
        pairs: list[tuple[str, int]] = []
        for name, iris in named:
            pairs += ((word, len(self._names)) for word in set(_words(name)))
            self._names.append(name)
            self._iris.append(tuple(iris))
        pairs.sort()
        self._words = [word for word, _ in pairs]
        self._of = array("Q", (number for _, number in pairs))

    def find(self, text: str) -> list[FoundName]:
        """The things with a name in which every word of ``text`` begins one, best first."""
        wanted = folded(text[:_LONGEST])
        words = sorted(set(_words(wanted, articles=False)), key=len, reverse=True)
        numbers = set(self._beginning(words[0])) if words else set()
        for word in words[1:]:
            numbers &= set(self._beginning(word))
        return sorted(
            FoundName(
                0 if name == wanted else 1 if name.startswith(wanted) else 2, len(name), name, iri
            )
            for number in numbers
            for name in (self._names[number],)
            for iri in self._iris[number]
        )

    def _beginning(self, word: str) -> Iterable[int]:
        first = bisect_left(self._words, word)
        last = bisect_left(self._words, f"{word}\U0010ffff")
        return self._of[first : min(last, first + _MOST_LOOKED_AT)]


class NameSearch:
    """The names of a base; made by ``kb.companion(NameSearch)``. Safe to share between threads."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._lock = threading.Lock()
        self._made: dict[str, tuple[object, NameIndex]] = {}

    def find(self, text: str) -> Iterator[FoundName]:
        """The things with a name in which every word of ``text`` begins one, best first, each once.

        Of what was merged, the one that it is now.
        """
        snapshot = self._kb.snapshot
        registry, sources = snapshot.registry, snapshot.sources
        found = (
            self._index("entities", registry, lambda: _names_of(registry)).find(text),
            self._index("sources", sources, lambda: _titles(sources, snapshot.names)).find(text),
        )
        seen: set[str] = set()
        for one in heapq.merge(*found):
            iri = registry.identities.of(one.iri)
            if iri not in seen:
                seen.add(iri)
                yield replace(one, iri=iri)

    def spelled(self, found: FoundName) -> Literal | None:
        """The name by which something was found as it is written; None where it has none."""
        graph = self._kb.names.graph("entities")
        for iri in self._kb.registry.identities.all(found.iri):
            for quad in self._kb.store.quads(graph, subject=NamedNode(iri)):
                name = quad.object
                if (
                    quad.predicate in (RDFS_LABEL, SKOS_ALT_LABEL)
                    and isinstance(name, Literal)
                    and folded(name.value) == found.name
                ):
                    return name
        return None

    def _index(
        self, part: str, of: object, named: Callable[[], Iterable[tuple[str, Iterable[str]]]]
    ) -> NameIndex:
        with self._lock:
            made = self._made.get(part)
            if made is None or made[0] is not of:
                made = self._made[part] = (of, NameIndex(named()))
            return made[1]


def _names_of(registry: Registry) -> Iterator[tuple[str, Iterable[str]]]:
    yield from registry.by_name.items()
    for iri in registry.types:
        if iri not in registry.labels:
            yield folded(local_name(iri).replace("-", " ")), (iri,)


def _titles(sources: Mapping[str, Source], names: Names) -> Iterator[tuple[str, Iterable[str]]]:
    for iri, source in sources.items():
        yield folded(source.title.value), (iri,)
        yield folded(names.short(iri).removeprefix("source/")), (iri,)


def _words(name: str, *, articles: bool = True) -> Iterator[str]:
    """The words of a name; with those that bear the Arabic article also without it."""
    for word in _SPLIT.split(name.replace("'", "")):
        if word:
            yield word
            if articles and word.startswith(_ARTICLE) and len(word) > len(_ARTICLE) + 1:
                yield word[len(_ARTICLE) :]
