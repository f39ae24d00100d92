"""What an answer without rows says: what was asked, and what would be found otherwise.

*Nothing* alone reads as *there was nobody*. Mostly it means that no claim counts that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from typing import Any, Final

from tenure.catalog.asking import ask, without_blanks
from tenure.catalog.query import CatalogQuery
from tenure.claims import Policy
from tenure.errors import TenureError
from tenure.knowledge import KnowledgeBase
from tenure.slices import at_least_possible
from tenure.store import Answer, Solutions, Truth, inspect

Count = Callable[[Mapping[str, str], Policy | None], int]
"""How many rows a question has with other arguments, under another policy."""

MOST_COUNTED: Final = 1_000
"""Rows that are counted of what would be found otherwise; beyond that it is many."""
_TIMES: Final = frozenset({"at", "before", "after", "from", "to"})
_WIDEST: Final = ("modalities=all", "ranks=all")
_NARROWING: Final = ("modalities=", "ranks=", "hedged=", "inferred=", "resolve=")


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What would be found: ``how`` it would be asked, how many rows, by which arguments."""

    how: str
    rows: int
    arguments: Mapping[str, str]
    policy: str

    def __str__(self) -> str:
        return f"{self.how} there {'is one row' if self.rows == 1 else f'are {self.rows} rows'}."


@dataclass(frozen=True, slots=True)
class Emptiness:
    """Why an answer has no rows: what was ``asked``, what that means, and what would be found."""

    asked: str
    said: str
    otherwise: tuple[Otherwise, ...] = ()

    def lines(self) -> Iterator[str]:
        """The same as a person reads it."""
        yield f"Asked: {self.asked}."
        yield self.said
        yield from map(str, self.otherwise)

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


def why_empty(
    kb: KnowledgeBase,
    query: CatalogQuery,
    arguments: Mapping[str, str],
    policy: Policy | None = None,
    count: Count | None = None,
) -> Emptiness:
    """What to say of a question that was answered without rows.

    Of a large base, and of questions about what was not, nothing else is tried. ``count`` asks the
    question otherwise; None asks it in this process, for as long as that takes.
    """
    if count is None:
        count = partial(_counted, kb, query)
    given = without_blanks(arguments)
    text = policy.text if policy else ""
    told = [f"{name} = {value}" for name, value in given.items()]
    told.append(f"under the policy {text}" if text else "under the default policy")
    named = {column.name for column in query.columns}
    said = "Nothing that is known fits"
    said += ", not even possibly." if "certainty" in named else "."
    if query.absence is not None:
        return Emptiness(", ".join(told), said)
    if kb.edition.is_in_pieces:
        return Emptiness(", ".join(told), said)
    found = [*_by_policy(kb, given, text, count), *_with_less(query, given, policy, count)]
    return Emptiness(", ".join(told), said, tuple(found))


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
) -> Iterator[Otherwise]:
    kept = [part for part in text.split(";") if part and not part.startswith(_NARROWING)]
    ways = {"": "Under the default policy"} if text else {}
    ways |= {
        policy: f"Under the policy {name}" for name, policy in kb.schema.named_policies.items()
    }
    ways[";".join((*kept, *_WIDEST))] = "If every claim counted, however it is put and ranked,"
    seen = {text}
    for way, how in ways.items():
        with suppress(TenureError):
            chosen = kb.policy(way)
            if chosen.text in seen:
                continue
            seen.add(chosen.text)
            rows = count(given, chosen)
            if rows:
                yield Otherwise(how, rows, dict(given), chosen.text)


def _with_less(
    query: CatalogQuery, given: Mapping[str, str], policy: Policy | None, count: Count
) -> Iterator[Otherwise]:
    optional = {one.name for one in query.parameters if not one.required}
    groups = [[name] for name in given if name in optional and name not in _TIMES]
    times = [name for name in given if name in optional & _TIMES]
    for names in [*groups, *([times] if times else [])]:
        less = {name: value for name, value in given.items() if name not in names}
        with suppress(TenureError):
            rows = count(less, policy)
            if rows:
                how = f"Without {' and '.join(names)}"
                yield Otherwise(how, rows, less, policy.text if policy else "")
