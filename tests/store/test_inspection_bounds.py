"""How long and how deep a query may be, so that the engine's stack holds.

Each entry below ended the process when it was long enough; within the bounds the engine survives.
"""

from __future__ import annotations

import subprocess
import sys
from bisect import bisect_left
from collections.abc import Callable

import pytest

from tenure.errors import BadQuery
from tenure.store import inspect
from tenure.store.sparql_inspection import DEEPEST_NESTING, LONGEST_QUERY, MOST_STEPS


def passes(query: str) -> bool:
    try:
        inspect(query)
    except BadQuery:
        return False
    return True


def test_a_query_has_a_longest_length() -> None:
    fits = "ASK {}" + " " * (LONGEST_QUERY - 6)
    assert inspect(fits).form == "ask"
    with pytest.raises(BadQuery, match="200001 characters"):
        inspect(fits + " ")


# {name: what is before, what is repeated, what is in the middle, its repeated end, what is after}
DEEP = {
    "groups": ("ASK ", "{", "", "}", ""),
    "brackets": ("ASK { FILTER", "(", "1", ")", " }"),
    "functions": ("ASK { FILTER(1=", "COALESCE(1,", "1", ")", ") }"),
    "exists": ("ASK {", "FILTER EXISTS {", "", "}", " }"),
    "subqueries": ("ASK {", "{SELECT * {", "", "}}", " }"),
    "options": ("ASK {", "OPTIONAL {", "", "}", " }"),
    "paths": ("ASK { ?s ", "(", "<a:b>", ")*", " ?o }"),
    "nodes": ("ASK { ?s ?p ", "[<a:b> ", "1", "]", " }"),
    "collections": ("ASK { ?s ?p ", "(", "1", ")", " }"),
    "annotations": ("ASK { ?s ?p ?o ", "{| ?p ?o ", "", "|}", " }"),
}
# {name: what is before, what is repeated, what is after}
LONG = {
    "alternatives": ("ASK { ", "{} UNION ", "{} }"),
    "or": ("ASK { FILTER(", "1=1||", "true) }"),
    "not": ("ASK { FILTER(", "!", "true) }"),
    "sums": ("ASK { FILTER(", "1+", "1) }"),
    "quotients": ("ASK { FILTER(", "1/", "1) }"),
    "paths": ("ASK { ?s ", "<a:b>|", "<a:b> ?o }"),
    "bindings": ("ASK { ", "BIND(1 AS ?x)", " }"),
    "options": ("ASK { ", "OPTIONAL {} ", "}"),
    "exclusions": ("ASK { ", "MINUS {} ", "}"),
    "filters": ("ASK { ", "FILTER(1) ", "}"),
    "graphs": ("ASK { ", "GRAPH <a:b> {} ", "}"),
    "columns": ("SELECT ", "(1 AS ?x) ", "{}"),
    "having": ("SELECT (1 AS ?x) {} HAVING ", "(1)", ""),
    "objects": ("ASK { <a:b> <a:b> ", "1,", "1 }"),
    "properties": ("ASK { <a:b> ", "<a:b> 1;", "<a:b> 1 }"),
    "statements": ("ASK { ", "<a:b> <a:b> 1.", "}"),
    "elements": ("ASK { <a:b> <a:b> (", "1 ", ") }"),
    "lateral": ("ASK { ", "LATERAL {} ", "}"),
    "triple terms": ("ASK { ", "<<", "}"),
    "reifiers": ("ASK { ?s ?p ?o ", "~ _:r ", "}"),
    "casts": ("PREFIX x: <x:> PREFIX FILTERx: <y:> ASK { ", "FILTERx:f(1)", "}"),
    "hidden in what could be an IRI": ("ASK { FILTER(1<2)", "BIND(1AS?x)", "FILTER(2>1) }"),
    "hidden in a sum that could be an IRI": ("ASK { FILTER(1<2", "+1", ">1) }"),
}


def deep(name: str, times: int) -> str:
    start, one, middle, end, close = DEEP[name]
    return start + one * times + middle + end * times + close


def long(name: str, times: int) -> str:
    start, one, end = LONG[name]
    return start + one * times + end


@pytest.mark.parametrize("name", DEEP)
def test_nesting_is_bounded(name: str) -> None:
    with pytest.raises(BadQuery, match=r"nested more than|more than .* operators"):
        inspect(deep(name, 5000))


@pytest.mark.parametrize("name", LONG)
def test_length_that_the_engine_makes_depth_is_bounded(name: str) -> None:
    with pytest.raises(BadQuery, match=r"more than .* operators|could be an IRI"):
        inspect(long(name, 5000))


_EVALUATE = """
import sys, pyoxigraph
try:
    pyoxigraph.Store().query(sys.stdin.read())
except (SyntaxError, RuntimeError):
    pass
print("alive")
"""
# The planner takes minutes for these, long before the stack is full.
_SLOW = {"annotations", "collections", "elements", "reifiers", "statements"}


def largest(write: Callable[[str, int], str], name: str) -> str:
    """The longest query of its kind that the guard lets through."""
    times = bisect_left(range(1, MOST_STEPS + 1), x=True, key=lambda n: not passes(write(name, n)))
    return write(name, times)


@pytest.mark.parametrize(
    ("write", "name"),
    [
        *((deep, name) for name in DEEP if name not in _SLOW),
        *((long, name) for name in LONG if name not in _SLOW),
    ],
)
def test_the_engine_survives_what_is_just_within_the_bounds(
    write: Callable[[str, int], str], name: str
) -> None:
    # In a process of its own: an overflow of the stack would end this one.
    finished = subprocess.run(
        [sys.executable, "-c", _EVALUATE],
        input=largest(write, name),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode, finished.stdout) == (0, "alive\n"), finished.stderr


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { VALUES ?x { " + "1 " * 20_000 + "} }",
        "SELECT * { VALUES (?x ?y) { " + "(1 -2) " * 20_000 + "} }",
        "ASK { ?s ?p ?o FILTER(?o IN (" + "1," * 20_000 + "1)) }",
    ],
)
def test_long_lists_of_values_are_fine(query: str) -> None:
    assert passes(query)


# {name: what is before, what is repeated, what is after}; each was a text of 64 kB at the most
STATEMENTS_DEEP = {
    "as subjects": ("INSERT DATA {", "<<", "[]a<b:>", ">>a[]", "}"),
    "as objects": ("INSERT DATA { [] a ", "<<[]a", "<b:>", ">>", "}"),
    "in a graph": ("INSERT DATA { GRAPH <a:g> {", "<<", "[]a<b:>", ">>a[]", "} }"),
    "to be deleted": ("DELETE DATA { <a:a> a ", "<<<a:a>a", "<b:>", ">>", "}"),
}


@pytest.mark.parametrize("name", STATEMENTS_DEEP)
def test_statements_about_statements_go_so_deep_and_no_deeper(name: str) -> None:
    before, opening, middle, closing, after = STATEMENTS_DEEP[name]

    def text(depth: int) -> str:
        return before + opening * depth + middle + closing * depth + after

    assert passes(text(DEEPEST_NESTING))
    assert not passes(text(DEEPEST_NESTING + 1))
    # Side by side they may be many.
    assert passes(f"INSERT DATA {{{'<<_:a<a:p>1>><a:q>2.' * 1000}}}")


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX a: <http://x/@> ASK { VALUES ?x { # } }",
        "BASE <http://x/@/> ASK { VALUES ?x { # } }",
        "PREFIX a: <http://x/@> INSERT DATA { <a:s> <a:p> # }",
    ],
)
def test_names_are_not_written_out_into_far_more_than_was_sent(text: str) -> None:
    def filled(long: int, many: int) -> str:
        name = "<{}>" if text.startswith("BASE") else "a:{}"
        comma = " , " if "INSERT" in text else " "
        names = comma.join(name.format(number) for number in range(many))
        return text.replace("@", "a" * long).replace("#", names)

    assert passes(filled(100, 10_000))
    # It would take two hundred million characters.
    assert not passes(filled(20_000, 10_000))


def test_bases_do_not_grow_upon_each_other() -> None:
    assert not passes("BASE <http://x/>" + "BASE <a/>" * 15_000 + "ASK {}")
