"""Arguments to try a question with, of the base that is asked.

The example in a query's header is of the facts that Tenure comes with. Whoever serves facts of
their own gets one of theirs: what much is told of, on a day on which something was so.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Final

from pyoxigraph import NamedNode

from tenure.catalog.asking import ask, bound
from tenure.catalog.header import Parameter
from tenure.catalog.kinds import of_the_kinds
from tenure.catalog.query import CatalogQuery
from tenure.errors import TenureError
from tenure.knowledge import KnowledgeBase
from tenure.store import Solutions
from tenure.temporal import iso, parse_iso
from tenure.terms import TN_PREFIX

_MOST_LOOKED_AT: Final = 20_000
_MOST_TRIED: Final = 6

_TOLD_OF: Final = f"""
PREFIX tn: <{TN_PREFIX}>
SELECT ?thing {{
  {{ SELECT ?thing {{ ?one tn:object ?thing }} LIMIT {_MOST_LOOKED_AT} }}
  UNION {{ SELECT ?thing {{ ?one tn:subject ?thing }} LIMIT {_MOST_LOOKED_AT} }}
  UNION {{ SELECT ?thing {{ ?one tn:participationIn|tn:participationOf|tn:quantityOf ?thing }}
    LIMIT {_MOST_LOOKED_AT} }}
  UNION {{ SELECT ?thing {{ ?one tn:voice ?thing }} LIMIT {_MOST_LOOKED_AT} }}
}}"""
_DAYS: Final = f"""
PREFIX tn: <{TN_PREFIX}>
SELECT ?day {{
  VALUES ?thing {{ $things }}
  {{ ?one tn:subject|tn:object ?thing }} UNION {{ BIND (?thing AS ?one) }}
  ?one tn:startLatest|tn:endEarliest|tn:startEarliest|tn:endLatest ?day .
}} LIMIT 50"""
_ANY_DAY: Final = f"""
PREFIX tn: <{TN_PREFIX}>
SELECT ?day {{ ?one tn:startLatest|tn:endEarliest|tn:startEarliest|tn:endLatest ?day }} LIMIT 500"""


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
        """Arguments that find something where there is anything to find.

        Empty where the base has nothing that a parameter which is needed could be.
        """
        edition = self._kb.edition
        with self._lock:
            if self._of is not edition:
                self._of, self._found, self._finder = edition, {}, _Finder(self._kb)
            if query.name in self._found:
                return self._found[query.name]
            finder = self._finder
        found = finder.example(query)
        with self._lock:
            if self._of is edition:
                self._found[query.name] = found
        return found


class _Finder:
    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb

    def example(self, query: CatalogQuery) -> Mapping[str, str]:
        understood: Mapping[str, str] | None = None
        for arguments in islice(self._candidates(query), _MOST_TRIED):
            try:
                if self._kb.edition.is_in_pieces or query.absence is not None:
                    # These can take long; what is understood is example enough.
                    bound(self._kb, query, arguments)
                    return arguments
                answer = ask(self._kb, query, arguments)
            except TenureError:
                continue
            assert isinstance(answer, Solutions)
            if next(iter(answer), None) is not None:
                return arguments
            # That dates are dates says nothing of the base; that a name is known does.
            if understood is None and any("/" in value for value in arguments.values()):
                understood = arguments
        return understood or {}

    def _candidates(self, query: CatalogQuery) -> Iterator[Mapping[str, str]]:
        yield query.example
        wanted = [one for one in query.parameters if one.required or one.name in query.example]
        for number in range(_MOST_TRIED - 1):
            taken: list[str] = []
            arguments: dict[str, str] = {}
            for parameter in wanted:
                value = self._value(parameter, number, arguments, taken)
                if value is not None:
                    arguments[parameter.name] = value
            if all(one.name in arguments for one in wanted if one.required):
                yield arguments

    def _value(
        self, parameter: Parameter, number: int, before: Mapping[str, str], taken: list[str]
    ) -> str | None:
        kb = self._kb
        if parameter.type == "entity":
            known = [iri for iri in self._of_kind(parameter) if iri not in taken]
            if not known:
                return None
            # Two that are asked about together are the more likely to meet the more is told.
            iri = known[number % len(known) if not taken else 0]
            taken.append(iri)
            return kb.names.short(iri)
        if parameter.type == "claim":
            claim = next(islice(iter(kb.claims), number, None), None)
            return kb.names.short(claim) if claim is not None else None
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

    def _of_kind(self, parameter: Parameter) -> list[str]:
        allowed = set(of_the_kinds(self._kb, parameter))
        return [iri for iri in self._told_of if iri in allowed] or sorted(allowed)

    def _days(self, things: Iterable[str]) -> list[int]:
        listed = " ".join(str(NamedNode(iri)) for iri in things)
        found = self._column(_DAYS.replace("$things", listed)) if listed else []
        counted = Counter(found or self._column(_ANY_DAY))
        return [parse_iso(day) for day, _ in sorted(counted.items(), key=lambda c: (-c[1], c[0]))]

    @cached_property
    def _told_of(self) -> list[str]:
        """What is registered and told of, that of which most is told first."""
        counted = Counter(self._column(_TOLD_OF))
        known = (one for one in counted.items() if one[0] in self._kb.registry)
        return [iri for iri, _ in sorted(known, key=lambda one: (-one[1], one[0]))]

    def _column(self, query: str) -> list[str]:
        answer = self._kb.query(query)
        assert isinstance(answer, Solutions)
        return [str(getattr(row[0], "value", "")) for row in answer]
