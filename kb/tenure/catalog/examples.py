"""Arguments to try a question with, of the base that is asked.

The example in a query's header is of the facts that Tenure comes with. Whoever serves facts of
their own gets one of theirs: what many claims are about, on a day on which something was so.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain, islice
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.catalog.asking import bound, of_the_kinds, wanted_classes
from tenure.catalog.query import CatalogQuery, Parameter
from tenure.errors import TenureError
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import TN, local_name
from tenure.temporal import iso, parse, parse_iso

_MOST_LOOKED_AT: Final = 20_000
_MOST_TRIED: Final = 6
_MOST_DAYS: Final = 500
_NEAR: Final = 31
"""Days between an example's and one on which something is known."""

_ANY: Final = {
    "entity": "person/somebody",
    "time": "2020-01-03",
    "source": "source/some-paper",
    "claim": "claim/some-paper/1",
}

_NAMES: Final = tuple(
    map(TN, ("subject", "object", "participationIn", "participationOf", "quantityOf"))
)
_OF_AGENTS: Final = tuple(map(TN, ("subject", "participationOf")))
_VOICE: Final = TN("voice")
_BOUNDS: Final = tuple(map(TN, ("startLatest", "endEarliest", "startEarliest", "endLatest")))


class Examples:
    """Examples for the questions of one base; found once, and anew when something was written.

    Safe to share between threads.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._lock = threading.Lock()
        self._of: object = None
        self._finder = _Finder(kb)
        self._found: dict[str, Mapping[str, str]] = {}

    def of(self, query: CatalogQuery) -> Mapping[str, str]:
        """Arguments that are likely to find something.

        Empty where the base has nothing that a parameter which is needed could be.
        """
        snapshot = self._kb.snapshot
        with self._lock:
            if self._of is not snapshot:
                self._of, self._found, self._finder = snapshot, {}, _Finder(self._kb)
            if query.name in self._found:
                return self._found[query.name]
            finder = self._finder
        found = finder.example(query)
        with self._lock:
            if self._of is snapshot:
                self._found[query.name] = found
        return found

    def each(self, query: CatalogQuery) -> Mapping[str, str]:
        """A value for every parameter, each by itself: together they need not make a question.

        What the base has nothing for is as in the header, or as people write such a value.
        """
        found = dict(query.example) | dict(self.of(query))
        finder = _Finder(self._kb)
        for one in query.parameters:
            if one.name not in found:
                value = finder.value(query, one)
                found[one.name] = value if value is not None else _ANY.get(one.type, "…")
        return found


class _Finder:
    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._by_kinds: dict[tuple[Sequence[str], bool], list[str]] = {}

    def example(self, query: CatalogQuery) -> Mapping[str, str]:
        """The first candidate that is understood. None is asked: that can take long."""
        for arguments in islice(self._candidates(query), _MOST_TRIED):
            with suppress(TenureError):
                bound(self._kb, query, arguments)
                return arguments
        return {}

    def _candidates(self, query: CatalogQuery) -> Iterator[Mapping[str, str]]:
        if self._is_of_this_base(query):
            yield query.example
        wanted = [one for one in query.parameters if one.required or one.name in query.example]
        for number in range(_MOST_TRIED - 1):
            taken: list[str] = []
            arguments: dict[str, str] = {}
            for parameter in wanted:
                value = self._value(query, parameter, number, arguments, taken)
                if value is not None:
                    arguments[parameter.name] = value
            if all(one.name in arguments for one in wanted if one.required):
                yield arguments

    def value(self, query: CatalogQuery, parameter: Parameter) -> str | None:
        """A value that a parameter takes; None where the base has none."""
        if parameter.type == "class":
            below = {
                c for one in wanted_classes(parameter) for c in self._kb.schema.subclasses(one)
            }
            return min(map(local_name, below), default=None)
        return self._value(query, parameter, 0, {}, [])

    def _value(
        self,
        query: CatalogQuery,
        parameter: Parameter,
        number: int,
        before: Mapping[str, str],
        taken: list[str],
    ) -> str | None:
        kb = self._kb
        if parameter.type == "entity":
            known = [iri for iri in self._of_kind(query, parameter) if iri not in taken]
            # Two that the same may be said of are more often alike: two persons.
            types = kb.registry.types
            same = {
                types.get(kb.names.entity_iri(before[one.name]))
                for one in query.parameters
                if one.kinds == parameter.kinds and one.name in before
            }
            known = [iri for iri in known if types.get(iri) in same] or known
            if not known:
                return None
            # Two that are asked about together are the more likely to meet the more is known.
            iri = known[number % len(known) if not taken else 0]
            taken.append(iri)
            return kb.names.short(iri)
        if parameter.type == "claim":
            claim = next(islice(iter(kb.claims), number, None), None)
            return kb.names.short(claim) if claim is not None else None
        if parameter.type == "source":
            apart = [iri for iri in sorted(kb.sources) if iri not in taken]
            if number >= len(apart):
                return None
            taken.append(apart[number])
            return kb.names.short(apart[number])
        if parameter.type == "class":
            return None
        if parameter.type == "time":
            return self._time(parameter, number, before, taken)
        return None

    def _time(
        self, parameter: Parameter, number: int, before: Mapping[str, str], taken: list[str]
    ) -> str | None:
        days = self._days(taken)
        if not days:
            sources = sorted(self._kb.sources)
            return self._kb.names.short(sources[0]) if sources else None
        start = days[number % len(days)]
        if parameter.name == "to" and "from" in before:
            return iso(max(parse_iso(before["from"]) + 365, start))
        if parameter.name == "second" and "first" in before:
            return iso(start)[:4]
        return iso(start + 1 if parameter.name == "before" else start)

    def _of_kind(self, query: CatalogQuery, parameter: Parameter) -> list[str]:
        """What a parameter takes, the likeliest first.

        An agent is whoever something is said of, before what is named beside; whom a claim is the
        voice of is asked for by a question about voices alone.
        """
        voices = str(_VOICE) in query.text or "tn:voice" in query.text
        key = (parameter.kinds, voices)
        found = self._by_kinds.get(key)
        if found is None:
            allowed = set(of_the_kinds(self._kb, parameter))
            more = (_VOICE,) if voices else ()
            counts = [(*_OF_AGENTS, *more)] if parameter.kinds == ("Agent",) else []
            named = chain.from_iterable(map(self._by_claims, (*counts, (*_NAMES, *more))))
            found = [iri for iri in dict.fromkeys(named) if iri in allowed] or sorted(allowed)
            self._by_kinds[key] = found
        return found

    def _is_known(self, text: str) -> bool:
        kb = self._kb
        other = kb.names.base + text
        return kb.is_known(kb.names.entity_iri(text)) or other in kb.sources or other in kb.claims

    def _is_of_this_base(self, query: CatalogQuery) -> bool:
        """Whether its example names things that are known here, or else days near some here.

        A class of the ontology is one of every base that knows of something.
        """
        named = [value for value in query.example.values() if "/" in value]
        if named:
            return all(map(self._is_known, named))
        classes = {one.name for one in query.parameters if one.type == "class"}
        dates = [value for name, value in query.example.items() if name not in classes]
        days = self._any_days
        if not dates:
            return bool(days)
        with suppress(TenureError):
            bounds = [day for value in dates for day in parse(value).bounds if day is not None]
            if bounds:
                first, last = min(bounds) - _NEAR, max(bounds) + _NEAR
                return any(first <= day <= last for day in days)
        return False

    def _days(self, things: Iterable[str]) -> list[int]:
        """Days on which something of these things is known, the most frequent first; else any."""
        found = [day for thing in things for day in self._days_of(NamedNode(thing))]
        counted = Counter(found or self._any_days)
        return [day for day, _ in sorted(counted.items(), key=lambda c: (-c[1], c[0]))]

    def _days_of(self, thing: NamedNode) -> Iterator[int]:
        store, world = self._kb.store, self._kb.names.graph("world")
        about = [
            quad.subject
            for role in (TN("subject"), TN("object"))
            for quad in islice(store.quads(world, predicate=role, value=thing), _MOST_DAYS)
        ]
        for one in (thing, *about):
            if isinstance(one, NamedNode):
                yield from _dates(
                    quad
                    for bound in _BOUNDS
                    for quad in store.quads(world, subject=one, predicate=bound)
                )

    @cached_property
    def _any_days(self) -> list[int]:
        store, world = self._kb.store, self._kb.names.graph("world")
        return [
            day
            for bound in _BOUNDS
            for day in _dates(islice(store.quads(world, predicate=bound), _MOST_DAYS))
        ]

    def _by_claims(self, names: Iterable[NamedNode]) -> list[str]:
        """What is registered and named by some properties, that with most claims first."""
        store, world = self._kb.store, self._kb.names.graph("world")
        provenance = self._kb.names.graph("provenance")
        counted = Counter(
            quad.object.value
            for name in names
            for quad in islice(
                store.quads(provenance if name == _VOICE else world, predicate=name),
                _MOST_LOOKED_AT,
            )
            if isinstance(quad.object, NamedNode)
        )
        known = (one for one in counted.items() if one[0] in self._kb.registry)
        return [iri for iri, _ in sorted(known, key=lambda one: (-one[1], one[0]))]


def _dates(quads: Iterable[Quad]) -> Iterator[int]:
    for quad in quads:
        if isinstance(quad.object, Literal):
            with suppress(TenureError):
                yield parse_iso(quad.object.value)
