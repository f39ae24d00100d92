"""What operators make of columns is what the text of each question means to the engine."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conflicting import made_up_conflicts
from tests.made_facts import MadeSource, Said, made_facts
from tests.transactions.documents import body, document

from tenure.catalog import Catalog
from tenure.catalog.asking import bound, planned
from tenure.catalog.query import CatalogQuery
from tenure.errors import TenureError
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.store import Solutions
from tenure.store.formats import JSON, RESULT_FORMATS
from tenure.transactions import commit

DAYS = ("2020-01-02", "2020-01-03", "2019-12", "2018", "2020-05-10", "2021", "event/fire")
STRETCHES = (("2020-01-01", "2020-01-31"), ("2019", "2020"), ("2020-01-03", "2020-01-03"))
KINDS = ("", "Tenure", "Membership", "Situation", "Event")
_NAMED = {
    "incumbents": "organization",
    "office-holders": "office",
    "offices-held": "person",
    "members": "organization",
    "memberships": "agent",
}


def ways(name: str, things: list[str]) -> Iterator[dict[str, str]]:
    """What a question with an operator can be asked."""
    if name == "changes":
        return ({"from": one, "to": other} for one in DAYS for other in DAYS)
    if name == "how-many":
        return (
            {"at": day, "kind": kind, "of": thing}
            for day in DAYS
            for kind in KINDS
            for thing in ("", *things)
        )
    if name in ("sometime", "throughout"):
        return (
            {"from": first, "to": last, "kind": kind, "entity": thing}
            for first, last in STRETCHES
            for kind in KINDS
            for thing in ("", *things)
        )
    return (
        {_NAMED[name]: thing, "at": day, "degree": degree}
        for thing in ("", *things)
        for day in DAYS
        for degree in ("", "certain", "presumed")
    )


def assert_same(
    kb: KnowledgeBase, query: CatalogQuery, arguments: Mapping[str, str], *, hidden: bool
) -> int:
    """Returns how many rows there are; -1 where the question takes no such arguments."""
    try:
        asked = bound(kb, query, arguments)
    except TenureError:
        return -1
    hidden = hidden and query.name != "how-many"  # what counts rest on is not among them
    made = planned(kb, query, asked, None, hidden=hidden)
    meant = planned(kb, replace(query, operator=None), asked, None, hidden=hidden)
    assert made.table is not None
    assert meant.table is None
    ours, theirs = kb.run(made), kb.run(meant)
    assert isinstance(ours, Solutions)
    assert isinstance(theirs, Solutions)
    assert ours.variables == theirs.variables
    made_rows, meant_rows = (
        json.loads(one.serialise(JSON))["results"]["bindings"] for one in (ours, theirs)
    )
    assert sorted(map(str, made_rows)) == sorted(map(str, meant_rows)), (query.name, arguments)
    # Rows that are the same by all that they stand in order of may come in any.
    orders = (
        [[row.get(key) for key in query.order] for row in rows] for rows in (made_rows, meant_rows)
    )
    assert next(orders) == next(orders), (query.name, arguments)
    return len(meant_rows)


def assert_all_same(kb: KnowledgeBase, catalog: Catalog, most: int, seed: int = 0) -> None:
    chance = random.Random(seed)  # noqa: S311 (it chooses what is asked and keeps no secret)
    things: dict[str, list[str]] = defaultdict(list)
    for slug in map(kb.names.short, sorted(kb.registry.types)):
        things[slug.partition("/")[0]].append(slug)
    for query in (query for query in catalog.values() if query.operator is not None):
        some = [slug for each in things.values() for slug in chance.sample(each, min(3, len(each)))]
        each = list(ways(query.name, some))
        chance.shuffle(each)
        rows = (assert_same(kb, query, one, hidden=chance.random() < 0.5) for one in each)
        answered = list(islice((count for count in rows if count >= 0), most))
        assert answered, query.name


def test_questions_of_the_facts(kb: KnowledgeBase, catalog: Catalog) -> None:
    with_operators = {name for name, query in catalog.items() if query.operator is not None}
    assert with_operators >= {"changes", "incumbents", "sometime"}
    assert_all_same(kb, catalog, 25)


def test_questions_where_sources_differ(tmp_path: Path, catalog: Catalog) -> None:
    kb = open_knowledge_base(made_up_conflicts(tmp_path / "facts"))
    assert_all_same(kb, catalog, 60)
    kb.store.close()


def test_questions_after_writes(repo_root: Path, tmp_path: Path, catalog: Catalog) -> None:
    """Some rows of the columns are otherwise by then, and some situations have none."""
    for store in (None, tmp_path / "store"):
        kb = open_knowledge_base(repo_root / "kb" / "facts", store=store)
        assert_all_same(kb, catalog, 1)
        commit(kb, body(document()), who=None, message="A test.")
        assert_all_same(kb, catalog, 8)
        kb.close()


_entities = "org:press a tn:Organization . org:party a tn:Organization . " + " ".join(
    f"person:p{n} a tn:Person . office:o{n} a tn:Office ; tn:officeOf org:party ." for n in range(3)
)
_dates = st.sampled_from(
    ["2018", "2019-12", "2020-01-02", "2020-01-03", "2020-01~", "[2019..2020]", "2021-03?"]
)


@st.composite
def told(draw: st.DrawFn) -> Said:
    """A claim about one of a few situations, of which another may tell otherwise."""
    number, who, office = (draw(st.integers(0, 2)) for _ in range(3))
    kind, subject, object_ = draw(
        st.sampled_from(
            [
                ("tn:Tenure", "tn:holder", "tn:office office:o"),
                ("tn:ActingTenure", "tn:actingHolder", "tn:actsInOffice office:o"),
            ]
        )
    )
    parts = [f"tenure:t{number} a {kind}", f"{subject} person:p{who}", f"{object_}{office}"]
    named = [name for name in ("start", "end", "heldOn") if draw(st.booleans())]
    parts += [f'tn:{name} "{draw(_dates)}"^^edtf:EDTF' for name in named]
    if draw(st.booleans()):
        parts = [f"membership:m{number} a tn:Membership"]
        parts += [f"tn:member person:p{who}", "tn:organization org:party"]
        parts += [f'tn:start "{draw(_dates)}"^^edtf:EDTF']
    return Said(
        " ; ".join(parts) + " .",
        source=draw(st.sampled_from("ab")),
        hedged=draw(st.booleans()),
        tense=draw(st.sampled_from(["", "Past", "Present"])),
    )


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(said=st.lists(told(), min_size=1, max_size=8), seed=st.integers(0, 1 << 16))
def test_questions_of_whatever_is_told(
    tmp_path_factory: pytest.TempPathFactory,
    catalog: Catalog,
    said: list[Said],
    seed: int,
) -> None:
    folder = tmp_path_factory.mktemp("told") / "facts"
    sources = {"a": MadeSource("2020-06"), "b": MadeSource("2020-01-04")}
    kb = open_knowledge_base(made_facts(folder, _entities, said, sources))
    assert_all_same(kb, catalog, 6, seed)
    kb.store.close()


def test_a_holder_that_sources_differ_about_has_a_row_for_each(
    tmp_path: Path, catalog: Catalog
) -> None:
    text = "tenure:t a tn:Tenure ; tn:holder person:p{} ; tn:office office:o0 ; tn:start {} ."
    start = '"2020-01-01"^^edtf:EDTF'
    said = [Said(text.format(0, start)), Said(text.format(1, start), source="b")]
    sources = {"a": MadeSource("2020-06"), "b": MadeSource("2020-07")}
    kb = open_knowledge_base(made_facts(tmp_path / "facts", _entities, said, sources))
    query = catalog.find("incumbents")
    assert assert_same(kb, query, {"at": "2020-02-01"}, hidden=True) == 2
    kb.store.close()


def test_tables_are_written_in_every_format_as_the_engine_does(
    kb: KnowledgeBase, catalog: Catalog
) -> None:
    query = catalog.find("incumbents")
    asked = bound(kb, query, {"at": "2020-01-02"})
    for form in RESULT_FORMATS.values():
        made, meant = (
            kb.run(planned(kb, one, asked, None)) for one in (query, replace(query, operator=None))
        )
        assert isinstance(made, Solutions)
        assert isinstance(meant, Solutions)
        assert made.serialise(form) == meant.serialise(form)
    ours, theirs = (
        kb.run(planned(kb, one, asked, None)) for one in (query, replace(query, operator=None))
    )
    assert isinstance(ours, Solutions)
    assert isinstance(theirs, Solutions)
    assert list(ours) == list(theirs)


def test_a_question_of_ones_own_about_a_person_and_an_organization(
    kb: KnowledgeBase, catalog: Catalog
) -> None:
    incumbents = catalog.find("incumbents")
    asked = bound(kb, incumbents, {"at": "2020-01-02", "organization": "org/quds-force"})
    office = kb.names.entity("office/quds-force-head")
    assert incumbents.operator is not None
    for slug, count in (("person/qasem-soleimani", 1), ("person/ali-shamkhani", 0)):
        who = kb.names.entity(slug)
        both = replace(asked, row={**asked.row, "person": str(who)})
        kb.run(planned(kb, incumbents, asked, None))  # has the columns made
        made = planned(kb, incumbents, both, None)
        assert made.table is not None
        found = kb.run(made)
        assert isinstance(found, Solutions)
        rows = [row[:2] for row in found]
        assert rows == [(office, who)] * count
