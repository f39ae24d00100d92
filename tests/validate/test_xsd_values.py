"""Literals have the forms and the order of XML Schema, as far as the store's engine knows them."""

from __future__ import annotations

import operator
import re
from datetime import date
from itertools import product

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from tenure.validate.candidates import _DAY
from tenure.validate.xsd_values import ExactLiteral

XSD = "http://www.w3.org/2001/XMLSchema#"
WELL_TYPED = {
    "dateTime": (
        "-0044-03-15T00:00:00 0000-01-01T00:00:00Z 12024-01-01T00:00:00 2024-01-01T24:00:00Z"
        " 2024-01-02T00:00:00Z 2024-01-01T20:00:00 2024-01-01T12:00:00+14:00"
        " 2024-01-01T12:00:00-14:00 2024-01-01T00:00:00.123456789Z"
    ),
    "date": (
        "-0044-03-15 -0043-03-15 0000-02-29 -0004-02-29 12024-01-01 2024-02-29 2024-02-29Z"
        " 2024-02-29+14:00 2024-02-29-14:00 2024-02-28-12:00 9999-12-31 10000-01-01"
    ),
    "time": "00:00:00 24:00:00 12:00:00Z 12:00:00+05:00 12:00:00-13:00",
    "gYear": "2024 -0044 0000 12024 2024Z 2024+14:00 2023-14:00",
    "gYearMonth": "2024-01 -0044-01 2024-01Z",
    "gMonth": "--01 --12 --01Z",
    "gMonthDay": "--01-29 --12-31 --12-31Z",
    "gDay": "---01 ---31Z",
    "duration": "P1Y P12M P365D P366D P1M P30D P31D P28D PT1S -P1D P1Y2M3DT4H5M6.7S PT1.5S",
    "yearMonthDuration": "P1Y P12M P1M",
    "dayTimeDuration": "P1D PT24H PT1M P1DT1S",
    "dateTimeStamp": "2024-01-01T00:00:00Z",
    "integer": "1 01 +1 -0 99999999999999999",
    "decimal": "1.0 .5 1. +1.50 -.5",
    "double": "1 1e0 NaN INF -INF .5e3",
    "float": "1 INF NaN",
    "boolean": "true 1 false 0",
    "byte": "127 -128",
    "unsignedByte": "0 255",
    "nonPositiveInteger": "0 -5",
}
ILL_TYPED = {
    "dateTime": (
        "2024-02-30T00:00:00 2024-01-01 2024-01-01T25:00:00Z 2024-01-01T24:00:01"
        " 2024-01-01T00:00:60 2024-01-01T00:00:00. 2024-01-01T00:00:00+14:01 02024-01-01T00:00:00"
    ),
    "date": (
        "2024-01-01T00:00:00 2024-02-28T10:00:00Z 2024-02-30 2023-02-29 2024-1-1 20240101"
        " 2024-W01-1 -0001-02-29 24-01-01"
    ),
    "time": "12:00 25:00:00 23:59:60 12:00:00+1",
    "gYear": "24 02024",
    "gYearMonth": "2024-13",
    "gMonth": "--13 --1 --01--",
    "gMonthDay": "--02-30",
    "gDay": "---32",
    "duration": "P PT P1YT P1.5Y 1Y P-1Y",
    "yearMonthDuration": "P1D",
    "dayTimeDuration": "P1M P1Y",
    "dateTimeStamp": "2024-01-01T00:00:00",
    "integer": "1_000 \uff11 1.0 1e3",
    "decimal": "NaN 1e3 .",
    "double": "Infinity inf nan 1_0 1e",
    "boolean": "TRUE yes",
    "byte": "128 -129",
    "unsignedByte": "256 -1",
    "nonPositiveInteger": "1",
}


def each(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(kind, form) for kind, forms in table.items() for form in forms.split()]


def exact(kind: str, form: str) -> ExactLiteral:
    return ExactLiteral(form, datatype=XSD + kind)


@pytest.mark.parametrize("ill_typed", [False, True])
def test_forms(ill_typed: bool) -> None:
    wrong = [
        one
        for one in each(ILL_TYPED if ill_typed else WELL_TYPED)
        if exact(*one).ill_typed is not ill_typed
    ]
    assert not wrong


def test_a_form_stays_as_it_is_written() -> None:
    for kind, form in each(WELL_TYPED) + each(ILL_TYPED):
        assert str(exact(kind, form)) == form


def test_the_order_is_that_of_the_store() -> None:
    store = Store()
    literals = [
        (exact(kind, form), Literal(form, datatype=NamedNode(XSD + kind)))
        for kind, form in each(WELL_TYPED)
        if kind != "boolean"  # which SPARQL orders, and the store does not
    ]
    values = " ".join(f"({number} {one})" for number, (_, one) in enumerate(literals))
    for sign, compare in (("<", operator.lt), (">", operator.gt), ("=", ExactLiteral.eq)):
        found = store.query(
            f"SELECT ?n ?m {{ VALUES (?n ?a) {{ {values} }} VALUES (?m ?b) {{ {values} }}"
            f" FILTER (?a {sign} ?b) }}"
        )
        assert isinstance(found, QuerySolutions)
        told = {(int(n.value), int(m.value)) for n, m in found}
        ours = set()
        for (n, (left, _)), (m, (right, _)) in product(enumerate(literals), repeat=2):
            try:
                if compare(left, right):
                    ours.add((n, m))
            except TypeError:
                continue
        assert [(literals[n], sign, literals[m]) for n, m in told ^ ours] == []


def test_false_comes_before_true() -> None:
    assert exact("boolean", "0") < exact("boolean", "true")
    assert not exact("boolean", "1") < exact("boolean", "true")


def test_numbers_of_any_size() -> None:
    long, longer = exact("integer", "9" * 5000), exact("decimal", "9" * 5000 + ".5")
    assert long < longer
    assert exact("integer", "100000000000000000000") < exact("double", "1e21")
    assert long.ill_typed is False
    assert isinstance(long.value, int)


def test_ill_typed_ones_come_before_nothing() -> None:
    right, wrong = exact("date", "2024-03-01"), exact("date", "2024-02-30")
    assert not wrong < right
    assert not right < wrong
    with pytest.raises(TypeError):
        assert wrong > right
    assert wrong.eq(wrong)


def test_years_are_read_by_queries() -> None:
    assert exact("date", "-0044-03-15").value.year == -44
    far = exact("dateTime", "12024-12-31T24:00:00Z").value
    assert (far.year, far.month, far.date().year) == (12025, 1, 12025)


def test_the_days_that_need_no_judge_are_those_that_there_are() -> None:
    """So that a file is not checked more slowly at the end of a month."""
    plain = re.compile(f"^2023-{_DAY}$")
    for month in range(15):
        for day in range(34):
            text = f"2023-{month:02d}-{day:02d}"
            try:
                there_is = bool(date.fromisoformat(text))
            except ValueError:
                there_is = False
            assert bool(plain.match(text)) == there_is, text
