"""Why a row is in an answer: what it hangs on, down to the passages, and what would change it.

What a row hangs on is data: the ``why`` line of the query's header names the variables that hold
it (:mod:`tenure.catalog.header`). Here it is looked up and explained, whatever it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from tenure.catalog.asking import Bound, bound, planned
from tenure.catalog.nothing import Count, Emptiness, why_empty
from tenure.catalog.query import CatalogQuery
from tenure.claims import Policy
from tenure.explain import (
    ClaimReason,
    Explanation,
    OrderReason,
    PartReason,
    Parts,
    SourceReason,
    WhatIf,
    length_of,
    order_of,
    source_reason,
)
from tenure.knowledge import KnowledgeBase
from tenure.store import Answer, Row, Solutions, Term
from tenure.temporal import parse_iso
from tenure.temporal.in_words import day_in_words
from tenure.terms import XSD_STRING
from tenure.world import Conflict, Moment, known, named_in, sometime

MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class NothingFound:
    """Why a row can say that there was nothing: what was looked for, when, and by which policy.

    ``first`` and ``last`` are ISO days; ``policy`` is its text, empty for the default one.
    """

    sought: str
    first: str
    last: str
    when: str
    policy: str


@dataclass(frozen=True, slots=True)
class RowReason:
    """What one row hangs on. Of an absence, ``occurrences`` are those that bound it.

    Where a row hangs on several things in time, ``order`` says how the first certainly lies to
    each other; where it tells how long one lasted, why. ``parts`` are those that whom the row names
    has in the events it hangs on.
    """

    occurrences: tuple[Explanation, ...]
    claims: tuple[ClaimReason, ...]
    sources: tuple[SourceReason, ...]
    conflicts: tuple[Conflict, ...]
    order: tuple[OrderReason, ...]
    parts: tuple[PartReason, ...]
    absence: NothingFound | None

    def to_dict(self) -> dict[str, Any]:
        """The reason as plain dictionaries and lists."""
        return {
            "occurrences": [one.to_dict() for one in self.occurrences],
            "claims": [asdict(one) for one in self.claims],
            "sources": [asdict(one) for one in self.sources],
            "conflicts": [one.to_dict() for one in self.conflicts],
            "order": [asdict(one) for one in self.order],
            "parts": [asdict(one) for one in self.parts],
            "absence": asdict(self.absence) if self.absence else None,
        }


@dataclass(frozen=True, slots=True)
class ExplainedRow:
    """A row of an answer, with what it hangs on."""

    terms: Row
    why: RowReason


@dataclass(frozen=True, slots=True)
class Explained:
    """An answer whose rows are explained; ``more`` is set where only the first ones are given.

    ``nothing`` is set where there are no rows.
    """

    variables: tuple[str, ...]
    rows: tuple[ExplainedRow, ...]
    more: bool
    nothing: Emptiness | None = None

    def to_json(self) -> str:
        """The answer in the form of SPARQL results, with a member ``why`` in each row."""
        bindings = [
            {
                **{
                    name: _written(term)
                    for name, term in zip(self.variables, row.terms, strict=True)
                    if term is not None
                },
                "why": row.why.to_dict(),
            }
            for row in self.rows
        ]
        told: dict[str, Any] = {
            "head": {"vars": list(self.variables)},
            "results": {"bindings": bindings},
        }
        if self.nothing is not None:
            told["nothing"] = self.nothing.to_dict()
        return json.dumps(told, ensure_ascii=False)


def ask_why(
    kb: KnowledgeBase,
    query: CatalogQuery,
    arguments: Mapping[str, str],
    policy: Policy | None = None,
    most: int | None = None,
) -> Explained:
    """The answer to a question with the reasons for each of its rows, of which at most ``most``.

    Raises what :func:`tenure.catalog.ask` raises.
    """
    asked = bound(kb, query, arguments, policy)
    answer = kb.run(planned(kb, query, asked, policy, hidden=True))
    return _explained(kb, query, asked, policy, answer, most)


def explain_answer(
    kb: KnowledgeBase,
    query: CatalogQuery,
    arguments: Mapping[str, str],
    policy: Policy | None,
    answer: Answer,
    most: int | None = None,
    count: Count | None = None,
) -> Explained:
    """As :func:`ask_why`, of an answer that somebody has had from the plan with hidden columns.

    ``count`` is what :func:`tenure.catalog.why_empty` asks with, where there are no rows.
    """
    asked = bound(kb, query, arguments, policy)
    return _explained(kb, query, asked, policy, answer, most, count)


def _explained(
    kb: KnowledgeBase,
    query: CatalogQuery,
    asked: Bound,
    policy: Policy | None,
    answer: Answer,
    most: int | None,
    count: Count | None = None,
) -> Explained:
    rows = _grounds(query, answer)
    reasons = _Reasons(kb, query, asked, policy)
    taken = list(rows.items())[:most]
    return Explained(
        tuple(column.name for column in query.columns),
        tuple(ExplainedRow(terms, reasons.of(terms, list(iris))) for terms, iris in taken),
        len(taken) < len(rows),
        None if rows else why_empty(kb, query, asked.given, policy, count),
    )


def grounds(
    kb: KnowledgeBase,
    query: CatalogQuery,
    arguments: Mapping[str, str],
    policy: Policy | None = None,
) -> Mapping[Row, tuple[str, ...]]:
    """The rows of an answer, each with the IRIs of what it hangs on, unexplained.

    Raises what :func:`tenure.catalog.ask` raises.
    """
    asked = bound(kb, query, arguments, policy)
    always = _named(kb, query, asked, policy)
    rows = _grounds(query, kb.run(planned(kb, query, asked, policy, hidden=True)))
    return {terms: tuple(dict.fromkeys((*iris, *always))) for terms, iris in rows.items()}


def _grounds(query: CatalogQuery, answer: Answer) -> dict[Row, dict[str, None]]:
    assert isinstance(answer, Solutions)
    places = [answer.variables.index(name) for name in query.why.variables]
    shown = len(query.columns)
    # What is hidden can make several rows of one.
    rows: dict[Row, dict[str, None]] = {}
    for found in answer:
        of_row = rows.setdefault(tuple(found[:shown]), {})
        for place in places:
            term = found[place]
            if isinstance(term, NamedNode):
                of_row[term.value] = None
    return rows


def _named(
    kb: KnowledgeBase, query: CatalogQuery, asked: Bound, policy: Policy | None
) -> list[str]:
    """What the parameters among the grounds name, where that is an occurrence or a source."""
    names = kb.names
    found = []
    for parameter in query.why.parameters:
        value = asked.given.get(parameter, "")
        candidates = (value, names.entity_iri(value), names.base + value)
        world = kb.around(candidates, policy)
        known = (iri for iri in candidates if iri in world.occurrences or iri in world.sources)
        found += [iri for iri in [next(known, None)] if iri is not None]
    return found


class _Reasons:
    """Explains rows of one answer; explains what several rows hang on once."""

    def __init__(
        self, kb: KnowledgeBase, query: CatalogQuery, asked: Bound, policy: Policy | None
    ) -> None:
        self._kb = kb
        self._query = query
        self._policy = policy
        self._moments = tuple(moment for moment in asked.moments if not moment.always)
        self._of_lengths = any(binding.kind == "durations" for binding in query.bindings)
        self._always = _named(kb, query, asked, policy)
        self._parts: dict[str, Parts] = {}
        self._known: dict[tuple[str, tuple[Moment, ...]], Explanation] = {}

    def of(self, terms: Row, grounds: Sequence[str]) -> RowReason:
        """The reasons for a row with these terms that hangs on things with these IRIs."""
        named = dict.fromkeys((*grounds, *self._always))
        absence, moments = self._nothing(terms)
        asked = self._kb.what_if(self._policy, (*named, *named_in(moments)))
        world = asked.world
        among = {conflict.iri: conflict for conflict in world.conflicts}
        conflicts = tuple(among[iri] for iri in named if iri in among)
        claims = dict.fromkeys(iri for iri in named if iri in world.claims)
        claims |= dict.fromkeys(claim for conflict in conflicts for claim in conflict.claims)
        order = self._order(
            asked, [i for i in named if i in world.occurrences or i in world.sources]
        )
        claims |= dict.fromkeys(c for one in order for step in one.steps for c in step.claims)
        parts = tuple(
            self._parts_of(asked, terms, [iri for iri in named if iri in world.occurrences])
        )
        hanging = [h for one in order for h in one.hangs_on]
        hanging += [h for one in parts for h in one.hangs_on]
        claims |= dict.fromkeys(one.claim for one in hanging)
        return RowReason(
            tuple(
                self._explained(asked, iri, moments) for iri in named if iri in world.occurrences
            ),
            self._kb.claim_reasons(claims, world),
            tuple(source_reason(world, iri) for iri in named if iri in world.sources),
            conflicts,
            order,
            parts,
            absence,
        )

    def _order(self, asked: WhatIf, iris: Sequence[str]) -> tuple[OrderReason, ...]:
        world, labels = asked.world, self._kb.registry.labels
        if len(iris) == 1 and self._of_lengths:
            return length_of(world, iris[0], labels, asked)
        # Of several, the first is what the row is about.
        return tuple(
            reason
            for other in iris[1:]
            for reason in order_of(world, iris[0], other, labels, asked)
        )

    def _parts_of(
        self, asked: WhatIf, terms: Row, occurrences: Sequence[str]
    ) -> Iterator[PartReason]:
        shown = dict.fromkeys(term.value for term in terms if isinstance(term, NamedNode))
        registry = self._kb.registry
        for iri in occurrences:
            if iri not in self._parts:
                self._parts[iri] = Parts(asked, iri, registry.one_seat, registry.labels)
            for who in shown:
                yield from self._parts[iri].of(who)

    def _explained(self, asked: WhatIf, iri: str, moments: tuple[Moment, ...]) -> Explanation:
        key = (iri, moments)
        if key not in self._known:
            self._known[key] = self._kb.explain(iri, self._policy, moments, asked)
        return self._known[key]

    def _nothing(self, terms: Row) -> tuple[NothingFound | None, tuple[Moment, ...]]:
        absence = self._query.absence
        if absence is None:
            return None, self._moments
        by_name = dict(zip((c.name for c in self._query.columns), terms, strict=True))
        first, last = (_text(by_name[name]) for name in (absence.first, absence.last))
        days = parse_iso(first), parse_iso(last)
        when = f"from {day_in_words(days[0])} to {day_in_words(days[1])}"
        policy = self._policy.text if self._policy else ""
        stretch = sometime(f"sometime/{first}/to/{last}", known(days[0]), known(days[1]))
        return NothingFound(absence.sought, first, last, when, policy), (stretch,)


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, Literal) else ""


def _written(term: Term) -> dict[str, str]:
    """A term as the SPARQL 1.1 Query Results JSON Format (section 3.2.2) has it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    assert isinstance(term, Literal)
    written = {"type": "literal", "value": term.value}
    if term.language:
        written["xml:lang"] = term.language
    elif term.datatype != XSD_STRING:
        written["datatype"] = term.datatype.value
    return written
