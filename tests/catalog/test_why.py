"""Why each row is in an answer: for every question of the catalogue, over the project's facts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress

import pytest

from tenure.catalog import (
    Catalog,
    CatalogQuery,
    ExplainedAnswer,
    Parameter,
    RowExplainer,
    RowReason,
    ask,
    ask_why,
)
from tenure.errors import BadParameter, NotFound
from tenure.knowledge import KnowledgeBase
from tenure.store import Solutions, result_format

# Their arguments that find most; every other question is asked for everything, or its example.
WIDE: Mapping[str, Iterable[Mapping[str, str]]] = {
    "participants": ({"event": "event/us-strike-2020-01-03"}, {"event": "event/allawi-failure"}),
    "incumbents": ({"at": "2020-03-08"}, {"at": "event/us-strike-2020-01-03"}),
    "vacancies": ({"from": "2020-01-01", "to": "2020-03-31"},),
    "relation": (
        {"first": "2020-03", "second": "event/us-strike-2020-01-03"},
        {"first": "tenure/abu-mahdi-al-muhandis--pmu-deputy-head", "second": "2020"},
    ),
    "stances": ({},),
    "coalesced": ({},),
    "sanctions": ({},),
}
# Each row takes some 20 ms to explain. The longer run, as that of tests/fuzz, leaves out none.
LONGER = "FUZZ_EXAMPLES" in os.environ
MOST = None if LONGER else 4
STEP = 3 if LONGER else 60
MEMBERS = {"occurrences", "claims", "sources", "conflicts", "order", "parts", "absence"}


def answers(kb: KnowledgeBase, query: CatalogQuery) -> Iterable[ExplainedAnswer]:
    for arguments in (query.example, *WIDE.get(query.name, ())):
        yield ask_why(kb, query, arguments, most=MOST)


def test_every_question_says_what_its_rows_hang_on(catalog: Catalog) -> None:
    for query in catalog.values():
        assert query.why.variables or query.why.parameters, query.name
        assert not {"why"} & {column.name for column in query.columns}, query.name


@pytest.mark.parametrize("name", sorted(Catalog.load()))
def test_every_row_is_explained_down_to_the_passages(
    kb: KnowledgeBase, catalog: Catalog, name: str
) -> None:
    query = catalog[name]
    plain = ask(kb, query, query.example)
    assert isinstance(plain, Solutions)
    rows = json.loads(plain.serialise(result_format("json")))
    found = list(answers(kb, query))
    told = json.loads(found[0].to_json())
    for binding in told["results"]["bindings"]:
        assert set(binding.pop("why")) == MEMBERS
    assert bool(told.pop("nothing", None)) is not bool(rows["results"]["bindings"])
    shown = rows["results"]["bindings"]
    assert found[0].more is (MOST is not None and len(shown) > MOST)
    rows["results"]["bindings"] = shown[:MOST]
    assert told == rows
    for answer in found:
        for row in answer.rows:
            explained(kb, row.why)
            if query.absence is None:
                assert row.why.absence is None
                assert claims_of(row.why), (name, row.terms)


def claims_of(why: RowReason) -> set[str]:
    told = {claim.iri for one in why.occurrences for claim in one.claims}
    return told | {claim.iri for claim in why.claims}


def explained(kb: KnowledgeBase, why: RowReason) -> None:
    claims = [*why.claims, *(claim for one in why.occurrences for claim in one.claims)]
    for claim in claims:
        assert claim.evidence, claim.iri
        assert claim.voices, claim.iri
        assert claim.statement == kb.claims[claim.iri].statement
    for one in why.occurrences:
        assert one.claims
        assert [bound.name for bound in one.bounds] == [
            "startEarliest",
            "startLatest",
            "endEarliest",
            "endLatest",
        ]
        known = {claim.iri for claim in one.claims}
        for bound in one.bounds:
            assert {claim for step in bound.steps for claim in step.claims} <= set(bound.claims)
            assert {hanging.claim for hanging in bound.hangs_on} <= known
    for conflict in why.conflicts:
        assert set(conflict.claims) <= {claim.iri for claim in why.claims}
    if why.absence is not None:
        assert why.absence.sought.endswith(".")
        for one in why.occurrences:
            (moment,) = one.moments
            assert moment.certainty == "ruled out"


def _values(kb: KnowledgeBase, parameter: Parameter) -> Iterable[str]:
    match parameter.type:
        case "entity":
            iris = [*kb.registry, *kb.world().occurrences]
            return [kb.names.short(iri) for iri in iris[::STEP]]
        case "claim":
            return [kb.names.short(iri) for iri in list(kb.claims)[::STEP]]
        case "source":
            return [kb.names.short(iri) for iri in list(kb.sources)[::STEP]]
        case "time":
            return ["1950", "2020-01-02", "event/us-strike-2020-01-03", "source/jpost-620411"]
        case _:
            return []


@pytest.mark.parametrize("name", sorted(Catalog.load()))
def test_whatever_is_asked_each_row_hangs_on_something(
    kb: KnowledgeBase, catalog: Catalog, name: str
) -> None:
    query, world = catalog[name], kb.world()
    required = {p.name: query.example[p.name] for p in query.parameters if p.required}
    asked = [required, *({**required, p.name: v} for p in query.parameters for v in _values(kb, p))]
    for arguments in asked:
        # A stretch of days may not end before it begins.
        with suppress(BadParameter):
            for row, iris in RowExplainer(kb, query, arguments).rows.items():
                known = [iri for iri in iris if iri in world.occurrences or iri in kb.claims]
                named = [iri for iri in iris if iri in world.sources]
                compared = name == "relation" and (named or "event/" not in str(arguments))
                compared = compared or (name == "impact" and named)
                assert known or compared or query.absence, (arguments, row)


def test_a_moment_is_explained_where_one_is_asked_about(
    kb: KnowledgeBase, catalog: Catalog
) -> None:
    arguments = {"office": "office/pmu-deputy-head", "before": "2020-01-03"}
    (row,) = ask_why(kb, catalog["office-holders"], arguments).rows
    (one,) = row.why.occurrences
    (moment,) = one.moments
    assert (moment.when, moment.certainty) == ("on 2 January 2020", "certain")
    assert "Without jpost-620411 (claim 10-8) it would be possible only." in [
        hanging.text for hanging in moment.hangs_on
    ]


def test_a_change_is_explained_at_both_days(kb: KnowledgeBase, catalog: Catalog) -> None:
    answer = ask_why(kb, catalog["changes"], {"from": "2020-01-02", "to": "2020-01-04"})
    assert answer.rows
    for row in answer.rows:
        (one,) = row.why.occurrences
        assert [moment.when for moment in one.moments] == ["on 2 January 2020", "on 4 January 2020"]


def test_two_things_in_time_say_how_they_lie_to_each_other(
    kb: KnowledgeBase, catalog: Catalog
) -> None:
    pair = {"first": "source/jpost-620411", "second": "event/shamkhani-visit-2020-03"}
    for row in ask_why(kb, catalog["relation"], pair).rows:
        (order,) = row.why.order
        assert order.text == (
            "Shamkhani's two-day visit to Iraq was over by the day on which “After Soleimani, Iran "
            "sends Shamkhani to Iraq (article 620411)” was published"
        )
        assert "is told in the tense “past”" in order.steps[-1].text
        behind = {claim for step in order.steps for claim in step.claims}
        assert behind <= {claim.iri for claim in row.why.claims}


def test_an_absence_says_what_was_looked_for_and_what_bounds_it(
    kb: KnowledgeBase, catalog: Catalog
) -> None:
    arguments = {"office": "office/pmu-deputy-head", "from": "2020-01-01", "to": "2020-02-15"}
    policy = kb.policy("sources=jpost-620411")
    (row,) = ask_why(kb, catalog["vacancies"], arguments, policy).rows
    absence = row.why.absence
    assert absence is not None
    assert absence.when == "from 4 January 2020 to 15 February 2020"
    assert absence.policy == "sources=jpost-620411"
    (one,) = row.why.occurrences
    (moment,) = one.moments
    assert moment.certainty == "ruled out"
    assert any(hanging.becomes == "possible" for hanging in moment.hangs_on)


def test_only_the_first_rows_can_be_asked_for(kb: KnowledgeBase, catalog: Catalog) -> None:
    query = catalog["timeline"]
    whole = ask_why(kb, query, query.example)
    first = ask_why(kb, query, query.example, most=1)
    assert len(whole.rows) > 1
    assert not whole.more
    assert (first.rows, first.more) == (whole.rows[:1], True)


def test_what_cannot_be_asked_has_no_reasons(kb: KnowledgeBase, catalog: Catalog) -> None:
    with pytest.raises(BadParameter):
        ask_why(kb, catalog["office-holders"], {})
    with suppress(NotFound):
        assert not ask_why(kb, catalog["said-by"], {"agent": "org/none"}).rows
