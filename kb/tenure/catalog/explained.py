"""An answer explained: what each row rests on, down to the passages; and why there are no rows.

What a row rests on is data: the ``why`` line of the query's header names the variables that hold
it (:mod:`tenure.catalog.query`). Here it is looked up and explained, whatever it is. Of an answer
without rows, what would be found otherwise is counted: *nothing* alone reads as *there was nobody*,
and mostly it means that no claim counts that says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode

from tenure.catalog.asking import Bound, ask, bound, planned, without_blanks
from tenure.catalog.query import CatalogQuery
from tenure.errors import TenureError
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
from tenure.fusion import AsOf, Moment, known, name_of, named_in, sometime
from tenure.knowledge import KnowledgeBase
from tenure.model import Conflict, Policy
from tenure.namespaces import XSD_STRING, local_name
from tenure.store import Answer, Row, Solutions, Term, Truth, inspect
from tenure.temporal import Certainty, FourBounds, iso, parse_iso
from tenure.temporal.in_words import day_in_words
from tenure.views import at_least_possible

MEDIA_TYPE = "application/json"

Count = Callable[[Mapping[str, str], Policy | None], int]
"""How many rows a question has with other arguments, under another policy."""

MOST_COUNTED: Final = 1_000
"""Rows that are counted of what would be found otherwise; beyond that it is many."""
_TIMES: Final = frozenset({"at", "before", "after", "from", "to"})
_WIDEST: Final = ("hedged=yes", "inferred=yes", "modalities=all", "ranks=all")
_NARROWING: Final = ("modalities=", "ranks=", "hedged=", "inferred=", "published-by=", "resolve=")


@dataclass(frozen=True, slots=True)
class OtherQuestion:
    """What would be found: ``how`` it would be asked, how many rows, by which arguments."""

    how: str
    rows: int
    arguments: Mapping[str, str]
    policy: str

    def __str__(self) -> str:
        return f"{self.how} there {'is one row' if self.rows == 1 else f'are {self.rows} rows'}."


@dataclass(frozen=True, slots=True)
class ListReason:
    """A claim that names all holders of an office, and the days on which it does, in ISO."""

    claim: str
    source: str
    office: str
    first: str | None
    last: str | None

    def __str__(self) -> str:
        since = f" from {day_in_words(parse_iso(self.first))}" if self.first else ""
        until = f" until {day_in_words(parse_iso(self.last))}" if self.last else ""
        claim = f"{self.source} (claim {local_name(self.claim)})"
        return f"{claim} names all holders of {self.office}{since}{until}."


@dataclass(frozen=True, slots=True)
class EmptyAnswer:
    """Why an answer has no rows: what was ``asked``, what that means, and what would be found.

    ``lists`` are the claims that name all holders of an office that was asked about.
    """

    asked: str
    said: str
    otherwise: tuple[OtherQuestion, ...] = ()
    lists: tuple[ListReason, ...] = ()

    def lines(self) -> Iterator[str]:
        """The same as a person reads it."""
        yield f"Asked: {self.asked}."
        yield self.said
        yield from map(str, self.lists)
        yield from map(str, self.otherwise)

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


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
    """What one row rests on. Of an absence, ``occurrences`` are those that bound it.

    Where a row rests on several things in time, ``order`` says how the first certainly lies to
    each other; where it says how long one lasted, why. ``parts`` are those that whom the row names
    has in the events it rests on.
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
    """A row of an answer, with what it rests on."""

    terms: Row
    why: RowReason


@dataclass(frozen=True, slots=True)
class ExplainedAnswer:
    """An answer whose rows are explained; ``more`` is set where only the first ones are given.

    ``nothing`` is set where there are no rows.
    """

    variables: tuple[str, ...]
    rows: tuple[ExplainedRow, ...]
    more: bool
    nothing: EmptyAnswer | None = None

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
        document: dict[str, Any] = {
            "head": {"vars": list(self.variables)},
            "results": {"bindings": bindings},
        }
        if self.nothing is not None:
            document["nothing"] = self.nothing.to_dict()
        return json.dumps(document, ensure_ascii=False)


def ask_why(
    kb: KnowledgeBase,
    query: CatalogQuery,
    arguments: Mapping[str, str],
    policy: Policy | None = None,
    most: int | None = None,
) -> ExplainedAnswer:
    """The answer to a question with the reasons for each of its rows, of which at most ``most``.

    Raises what :func:`tenure.catalog.ask` raises.
    """
    return RowExplainer(kb, query, arguments, policy).explained(most)


def explain_answer(
    kb: KnowledgeBase,
    query: CatalogQuery,
    arguments: Mapping[str, str],
    policy: Policy | None,
    answer: Answer,
    most: int | None = None,
    count: Count | None = None,
) -> ExplainedAnswer:
    """As :func:`ask_why`, of an answer that somebody has had from the plan with hidden columns.

    ``count`` is what :func:`tenure.catalog.why_empty` asks with, where there are no rows.
    """
    return RowExplainer(kb, query, arguments, policy, answer).explained(most, count)


class RowExplainer:
    """Explains the rows of one answer; what several of them rest on is explained once.

    ``rows`` are the rows, each with the IRIs of what it rests on.
    """

    rows: Mapping[Row, tuple[str, ...]]

    def __init__(
        self,
        kb: KnowledgeBase,
        query: CatalogQuery,
        arguments: Mapping[str, str],
        policy: Policy | None = None,
        answer: Answer | None = None,
    ) -> None:
        """``answer`` is that of the plan with hidden columns; None: the question is asked here.

        Raises what :func:`tenure.catalog.ask` raises.
        """
        asked = bound(kb, query, arguments, policy)
        if answer is None:
            answer = kb.run(planned(kb, query, asked, policy, hidden=True))
        always = _named(kb, query, asked, policy)
        found = _with_provenance(query, answer)
        self.rows = {terms: tuple(dict.fromkeys((*iris, *always))) for terms, iris in found}
        self._kb = kb
        self._query = query
        self._given = asked.given
        self._policy = policy
        self._moments = tuple(moment for moment in asked.moments if not moment.always)
        self._of_lengths = any(binding.kind == "durations" for binding in query.bindings)
        self._parts: dict[str, Parts] = {}
        self._known: dict[tuple[str, tuple[Moment, ...]], Explanation] = {}

    def explained(self, most: int | None = None, count: Count | None = None) -> ExplainedAnswer:
        """The answer with the reasons for each row, of which at most ``most``."""
        taken = list(self.rows)[:most]
        return ExplainedAnswer(
            tuple(column.name for column in self._query.columns),
            tuple(ExplainedRow(terms, self.of(terms)) for terms in taken),
            len(taken) < len(self.rows),
            None
            if self.rows
            else why_empty(self._kb, self._query, self._given, self._policy, count),
        )

    def of(self, terms: Row) -> RowReason:
        """The reasons for one of the rows. Raises KeyError for any other."""
        named = self.rows[terms]
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
        world, labels = asked.world, self._kb.registry_at(self._policy).labels
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
        for iri in occurrences:
            if iri not in self._parts:
                self._parts[iri] = Parts(asked, iri, self._kb.registry_at(self._policy).labels)
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


def _with_provenance(query: CatalogQuery, answer: Answer) -> list[tuple[Row, dict[str, None]]]:
    """The rows that are shown, each with the IRIs of what the hidden columns name."""
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
    return list(rows.items())


def _named(
    kb: KnowledgeBase, query: CatalogQuery, asked: Bound, policy: Policy | None
) -> list[str]:
    """What the parameters among the provenance name, where that is an occurrence or a source."""
    names = kb.names
    found = []
    for parameter in query.why.parameters:
        value = asked.given.get(parameter, "")
        candidates = (value, names.entity_iri(value), names.base + value)
        world = kb.around(candidates, policy)
        known = (iri for iri in candidates if iri in world.occurrences or iri in world.sources)
        found += [iri for iri in [next(known, None)] if iri is not None]
    return found


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


def why_empty(
    kb: KnowledgeBase,
    query: CatalogQuery,
    arguments: Mapping[str, str],
    policy: Policy | None = None,
    count: Count | None = None,
) -> EmptyAnswer:
    """What to say of a question that was answered without rows.

    Of a large base, and of questions about what was not, nothing else is tried. ``count`` asks the
    question otherwise; None asks it in this process, for as long as that takes.
    """
    if count is None:
        count = partial(_counted, kb, query)
    given = without_blanks(arguments)
    text = policy.text if policy else ""
    asked = [f"{name} = {value}" for name, value in given.items()]
    asked.append(f"under the policy {text}" if text else "under the default policy")
    named = {column.name for column in query.columns}
    said = "Nothing that is known fits"
    said += ", not even possibly." if "certainty" in named else "."
    found: list[OtherQuestion] = []
    if query.absence is None and not kb.is_large:
        found += [*_by_policy(kb, given, text, count), *_with_less(query, given, policy, count)]
    lists = tuple(_lists(kb, query, given, policy))
    return EmptyAnswer(", ".join(asked), said, tuple(found), lists)


def _lists(
    kb: KnowledgeBase, query: CatalogQuery, given: Mapping[str, str], policy: Policy | None
) -> Iterator[ListReason]:
    """The lists of all holders of the offices asked about, on the days asked about."""
    with suppress(TenureError):
        asked = bound(kb, query, given, policy)
        entities = [
            given[one.name]
            for one in query.parameters
            if one.type == "entity" and one.name in given
        ]
        offices = {kb.names.entity_iri(value) for value in entities}
        world = kb.around(offices, policy)
        for one in world.complete:
            as_of = [AsOf(moment, world.time) for moment in asked.moments if not moment.always]
            days = FourBounds(one.first, one.first, one.last, one.last)
            if one.office in offices and all(
                judge.by_bounds(days, Certainty.CERTAIN) is not Certainty.RULED_OUT
                for judge in as_of
            ):
                edges = (None if day is None else iso(day) for day in (one.first, one.last))
                source = local_name(world.claims[one.claim].source)
                yield ListReason(
                    one.claim, source, name_of(one.office, kb.registry_at(policy).labels), *edges
                )


def possibly(
    kb: KnowledgeBase,
    sparql: str,
    policy: Policy | None = None,
    *,
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] | None = None,
) -> int | None:
    """How many rows a query finds in what was possible on the days of which it reads the certain.

    One where ASK is true; None where it reads no day's certain graph by FROM or the protocol.
    """
    graphs = possible_graphs(kb, sparql, default_graphs, named_graphs)
    if graphs is None:
        return None
    default, named = graphs
    return number_of(kb.query(sparql, policy, default_graphs=default, named_graphs=named))


def possible_graphs(
    kb: KnowledgeBase,
    sparql: str,
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] | None = None,
) -> tuple[list[str], list[str]] | None:
    """The data set of a query with what was possible on its days; None where it has no such day."""
    if default_graphs is None and named_graphs is None:
        inspection = inspect(sparql)
        default_graphs, named_graphs = inspection.from_graphs, inspection.from_named
    was = list(default_graphs or ()), list(named_graphs or ())
    wider = tuple([at_least_possible(kb.names, iri) for iri in iris] for iris in was)
    return (wider[0], wider[1]) if wider != was else None


def number_of(answer: Answer) -> int:
    """The number of rows, as far as it is worth counting; of ASK, one where it is true."""
    if isinstance(answer, Truth):
        return int(bool(answer))
    return sum(1 for _ in islice(answer, MOST_COUNTED)) if isinstance(answer, Solutions) else 0


def said_of_days(rows: int | None) -> str:
    """What to say of a query that found nothing certain; empty where it read no day."""
    if rows is None:
        return ""
    if rows == 0:
        return "Nothing is certain there, and in the graphs …/possible there is nothing either."
    there = "is one row" if rows == 1 else f"are {rows} rows"
    return f"Nothing is certain there; in what is possible (FROM <…/possible>) there {there}."


def _counted(
    kb: KnowledgeBase, query: CatalogQuery, arguments: Mapping[str, str], policy: Policy | None
) -> int:
    return number_of(ask(kb, query, arguments, policy))


def _by_policy(
    kb: KnowledgeBase, given: Mapping[str, str], text: str, count: Count
) -> Iterator[OtherQuestion]:
    kept = [part for part in text.split(";") if part and not part.startswith(_NARROWING)]
    if not any(part.startswith("sources=") for part in kept):
        kept.append("sources=all")
    ways = {"": "Under the default policy"} if text else {}
    ways |= {f"policy={name}": f"Under the policy {name}" for name in kb.schema.named_policies}
    ways[";".join((*kept, *_WIDEST))] = "If every claim counted, however it is put and ranked,"
    seen, told = {text}, set[int]()
    for way, how in ways.items():
        with suppress(TenureError):
            chosen = kb.policy(way)
            if chosen.text in seen:
                continue
            seen.add(chosen.text)
            rows = count(given, chosen)
            if rows and rows not in told:  # as many as under another say nothing more
                told.add(rows)
                yield OtherQuestion(how, rows, dict(given), chosen.text)


def _with_less(
    query: CatalogQuery, given: Mapping[str, str], policy: Policy | None, count: Count
) -> Iterator[OtherQuestion]:
    optional = {one.name for one in query.parameters if not one.required}
    groups = [[name] for name in given if name in optional and name not in _TIMES]
    times = [name for name in given if name in optional & _TIMES]
    for names in [*groups, *([times] if times else [])]:
        less = {name: value for name, value in given.items() if name not in names}
        with suppress(TenureError):
            rows = count(less, policy)
            if rows:
                how = f"Without {' and '.join(names)}"
                yield OtherQuestion(how, rows, less, policy.text if policy else "")
