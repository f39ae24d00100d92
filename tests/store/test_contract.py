"""What the store does, in memory and in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple
from tests.amount import cases

from tenure.errors import BadInput, BadQuery
from tenure.store import (
    Solutions,
    Store,
    Term,
    Triples,
    Truth,
    graph_format,
    n_quads,
    oxigraph,
    result_format,
)

A, B, C = (NamedNode(f"http://example.org/graph/{one}") for one in "abc")
S, P, OTHER = (NamedNode(f"http://example.org/{one}") for one in "spo")
ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"


@pytest.fixture(params=["memory", "disk"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Opens stores of one kind, and closes them."""
    with ExitStack() as stack:

        def make() -> Store:
            path = tmp_path / "store" if request.param == "disk" else None
            return stack.enter_context(Store(path))

        yield make


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()


def numbered(number: int, graph: NamedNode = A) -> Quad:
    return Quad(S, P, Literal(number), graph)


def rows(store: Store, sparql: str, *default: NamedNode, **named: list[NamedNode]) -> set[object]:
    answer = store.query(sparql, default_graphs=default, named_graphs=named.get("named"))
    assert isinstance(answer, Solutions)
    return set(answer)


def test_a_new_store_is_empty(store: Store) -> None:
    assert store.size() == 0
    assert store.graphs() == []
    assert list(store.quads()) == []
    assert rows(store, ALL, A) == set()


def test_what_is_added_is_there_once(store: Store) -> None:
    store.add([numbered(1), numbered(2), numbered(1, B)])
    store.add([numbered(1)])
    assert store.size() == 3
    assert set(store.quads()) == {numbered(1), numbered(2), numbered(1, B)}
    assert set(store.quads(B)) == {numbered(1, B)}
    assert list(store.quads(C)) == []


def test_a_whole_graph_is_as_the_last_write_left_it(store: Store) -> None:
    writes: list[tuple[Callable[[], None], set[int]]] = [
        (lambda: store.add([numbered(1), numbered(2), numbered(3, B)]), {1, 2}),
        (lambda: store.fill([numbered(4)]), {1, 2, 4}),
        (lambda: store.change([numbered(1)], [numbered(5)]), {2, 4, 5}),
        (lambda: store.replace(A, [numbered(6).triple]), {6}),
        (lambda: store.replace(B, [numbered(7).triple]), {6}),
        (lambda: store.remove_graph(A), set()),
    ]
    assert store.whole(A) == set()
    for write, numbers in writes:
        write()
        assert store.whole(A) == {numbered(one) for one in numbers}
        assert store.whole(A) is store.whole(A)


def test_graphs_come_sorted(store: Store) -> None:
    store.add([numbered(1, C), numbered(1, A), numbered(1, B)])
    assert store.graphs() == [A, B, C]


def test_the_default_graph_is_the_union_of_those_given(store: Store) -> None:
    store.add([numbered(1, A), numbered(2, B), numbered(3, C)])
    assert rows(store, ALL, A, B) == {(S, P, Literal(1)), (S, P, Literal(2))}
    assert rows(store, ALL) == set()


def test_named_graphs_are_all_or_those_given(store: Store) -> None:
    store.add([numbered(1, A), numbered(2, B)])
    ask = "SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }"
    both = {(A, Literal(1)), (B, Literal(2))}
    assert rows(store, ask, A) == both
    assert rows(store, ask) == both
    assert rows(store, ask, A, named=[B]) == {(B, Literal(2))}
    assert rows(store, ask, A, named=[]) == set()


def test_the_data_set_given_wins_over_from(store: Store) -> None:
    store.add([numbered(1, A), numbered(2, B)])
    asked = "SELECT ?o FROM <A> { ?s ?p ?o }".replace("<A>", str(A))
    assert rows(store, asked, B) == {(Literal(2),)}


def test_select_tells_its_columns_in_order_and_leaves_gaps(store: Store) -> None:
    store.add([numbered(1)])
    answer = store.query(
        "SELECT ?o ?none ?s { ?s ?p ?o OPTIONAL { ?s ?o ?none } }", default_graphs=[A]
    )
    assert isinstance(answer, Solutions)
    assert answer.variables == ("o", "none", "s")
    assert list(answer) == [(Literal(1), None, S)]


def test_select_is_written_in_every_format(store: Store) -> None:
    store.add([numbered(1)])
    expected = {
        "json": b'"value":"1"',
        "xml": b'datatype="http://www.w3.org/2001/XMLSchema#integer">1<',
        "csv": b"o\r\n1\r\n",
        "tsv": b"?o\n1\n",
    }
    for name, part in expected.items():
        answer = store.query("SELECT ?o { ?s ?p ?o }", default_graphs=[A])
        assert isinstance(answer, Solutions)
        assert part in answer.serialise(result_format(name))


def test_ask_answers_yes_or_no(store: Store) -> None:
    store.add([numbered(1)])
    yes, no = (store.query("ASK { ?s ?p ?o }", default_graphs=[one]) for one in (A, B))
    assert isinstance(yes, Truth)
    assert isinstance(no, Truth)
    assert bool(yes)
    assert not bool(no)
    assert b"true" in yes.serialise(result_format("json"))
    assert b"false" in no.serialise(result_format("xml"))


@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "trig", "nq"])
def test_construct_is_written_in_every_format(store: Store, name: str) -> None:
    store.add([numbered(1)])
    construct = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    answer = store.query(construct, default_graphs=[A])
    assert isinstance(answer, Triples)
    assert list(answer) == [Triple(S, P, Literal(1))]
    plain, prefixed = (store.query(construct, default_graphs=[A]) for _ in range(2))
    assert isinstance(plain, Triples)
    assert isinstance(prefixed, Triples)
    assert b"http://example.org/s" in plain.serialise(graph_format(name))
    short = prefixed.serialise(graph_format(name), {"ex": "http://example.org/"})
    assert (b"ex:s ex:p" in short) == (name in {"ttl", "trig"})


def test_describe_answers_triples(store: Store) -> None:
    store.add([numbered(1)])
    answer = store.query(f"DESCRIBE {S}", default_graphs=[A])
    assert isinstance(answer, Triples)
    assert set(answer) == {Triple(S, P, Literal(1))}


@pytest.mark.parametrize("text", ["SELECT * {", "", "INSERT DATA {}", "ASK {?s ?p no:prefix}"])
def test_text_that_is_no_query_is_an_error(store: Store, text: str) -> None:
    with pytest.raises(BadQuery) as caught:
        store.query(text, default_graphs=[A])
    assert caught.value.remedy


def test_half_a_surrogate_pair_is_an_error(store: Store) -> None:
    with pytest.raises(BadQuery, match="not Unicode"):
        store.query("ASK { ?s ?p '\ud800' }", default_graphs=[A])


def test_replace_leaves_nothing_of_the_old_and_touches_no_other_graph(store: Store) -> None:
    store.add([numbered(1), numbered(2), numbered(9, B)])
    store.replace(A, [Triple(S, P, Literal(2)), Triple(S, P, Literal(3))])
    assert set(store.quads()) == {numbered(2), numbered(3), numbered(9, B)}


def test_replace_makes_a_graph_and_replacing_by_nothing_removes_it(store: Store) -> None:
    store.replace(A, [Triple(S, P, Literal(1))])
    assert store.graphs() == [A]
    store.replace(A, [])
    assert store.graphs() == []
    assert store.size() == 0


def test_replace_keeps_blank_nodes_together(store: Store) -> None:
    node = BlankNode()
    store.replace(A, [Triple(S, P, node), Triple(node, P, OTHER)])
    assert rows(store, f"SELECT ?o {{ {S} {P} [ {P} ?o ] }}", A) == {(OTHER,)}


class Interrupted(Exception):
    pass


def broken(first: list[Quad]) -> Iterator[Quad]:
    yield from first
    raise Interrupted


def test_nothing_is_added_when_the_input_breaks_off(store: Store) -> None:
    store.add([numbered(1)])
    before = store.generation
    with pytest.raises(Interrupted):
        store.add(broken([numbered(2), numbered(3)]))
    assert set(store.quads()) == {numbered(1)}
    assert store.generation == before


def test_nothing_is_replaced_when_the_input_breaks_off(store: Store) -> None:
    store.add([numbered(1)])
    before = store.generation
    with pytest.raises(Interrupted):
        store.replace(A, (quad.triple for quad in broken([numbered(2)])))
    assert set(store.quads()) == {numbered(1)}
    assert store.generation == before


@pytest.mark.parametrize("graph", [DefaultGraph(), BlankNode("g")])
def test_a_statement_outside_a_named_graph_is_refused(
    store: Store, graph: DefaultGraph | BlankNode
) -> None:
    with pytest.raises(BadInput, match="Give it a graph"):
        store.add([numbered(1), Quad(S, P, OTHER, graph)])
    assert store.size() == 0


def test_removing_a_graph_leaves_the_others(store: Store) -> None:
    store.add([numbered(1, A), numbered(2, B)])
    store.remove_graph(A)
    store.remove_graph(C)
    assert set(store.quads()) == {numbered(2, B)}
    assert store.graphs() == [B]


def test_every_write_makes_the_generation_grow(store: Store) -> None:
    seen = [store.generation]
    store.add([numbered(1)])
    seen.append(store.generation)
    store.replace(A, [Triple(S, P, OTHER)])
    seen.append(store.generation)
    store.remove_graph(A)
    seen.append(store.generation)
    assert seen == sorted(set(seen))


def test_reading_leaves_the_generation(store: Store) -> None:
    before = store.generation
    rows(store, ALL, A)
    store.flush()
    assert (store.size(), list(store.quads()), store.graphs()) == (0, [], [])
    assert store.generation == before


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(ValueError, match="closed"):
        store.query(ALL, default_graphs=[A])
    with pytest.raises(ValueError, match="closed"):
        store.add([numbered(1)])
    with pytest.raises(ValueError, match="closed"):
        store.flush()


def test_the_end_of_a_with_block_closes(store: Store) -> None:
    with store as same:
        same.add([numbered(1)])
    with pytest.raises(ValueError, match="closed"):
        store.size()


def test_terms_of_every_kind_come_back_as_they_went(store: Store) -> None:
    terms: list[Term] = [
        Literal("two\nlines \"quoted\" \\ 'and' \t\r"),
        Literal("\u2028 \x7f é 漢 🜚"),
        Literal("chat", language="fr"),
        Literal("2020-01-03", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date")),
        Literal("2020-03~", datatype=NamedNode("http://id.loc.gov/datatypes/edtf/EDTF")),
        Literal(""),
        NamedNode("http://example.org/é?q=1#f"),
    ]
    store.add([Quad(S, P, term, A) for term in terms])
    store.replace(B, [Triple(S, P, term) for term in terms])
    assert {quad.object for quad in store.quads(A)} == set(terms)
    assert {quad.object for quad in store.quads(B)} == set(terms)


@settings(max_examples=cases(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_any_text_survives_replace(store: Store, text: str) -> None:
    store.replace(A, [Triple(S, P, Literal(text))])
    assert [quad.object for quad in store.quads(A)] == [Literal(text)]


def test_a_change_takes_away_and_adds_at_once(store: Store) -> None:
    store.add([numbered(1), numbered(2), numbered(3, B), numbered(4, B)])
    before = store.generation
    store.change([numbered(1), numbered(9)], [numbered(5), numbered(6, C)], emptied=[B])
    assert set(store.quads()) == {numbered(2), numbered(5), numbered(6, C)}
    assert store.graphs() == [A, C]
    assert store.generation > before
    store.change([], [])
    store.change([], [numbered(7, B)], emptied=[A, B])
    assert set(store.quads()) == {numbered(6, C), numbered(7, B)}


def test_a_change_that_cannot_be_made_changes_nothing(store: Store) -> None:
    store.add([numbered(1)])
    with pytest.raises(BadInput):
        store.change([numbered(1)], [Quad(S, P, OTHER, DefaultGraph())])
    assert set(store.quads()) == {numbered(1)}


def test_blank_nodes_of_one_change_stay_together(store: Store) -> None:
    blank = BlankNode("x")
    store.change([], [Quad(S, P, blank, A), Quad(blank, P, OTHER, A), Quad(blank, P, S, B)])
    joined = f"SELECT ?o {{ GRAPH ?g {{ {S} {P} ?x }} GRAPH ?h {{ ?x {P} ?o }} }}"
    assert rows(store, joined, named=[A, B]) == {(OTHER,), (S,)}


def test_quads_of_a_subject_and_of_a_value(store: Store) -> None:
    one, other = Quad(S, P, OTHER, A), Quad(OTHER, P, S, B)
    store.add([one, other, numbered(1, B)])
    assert set(store.quads(subject=S)) == {one, numbered(1, B)}
    assert set(store.quads(B, subject=S)) == {numbered(1, B)}
    assert set(store.quads(value=S)) == {other}
    assert set(store.quads(A, value=S)) == set()
    assert set(store.quads(subject=S, value=OTHER)) == {one}


def test_quads_by_a_predicate(store: Store) -> None:
    one, other = Quad(S, P, OTHER, A), Quad(S, OTHER, P, B)
    store.add([one, other, numbered(1, B)])
    assert set(store.quads(predicate=P)) == {one, numbered(1, B)}
    assert set(store.quads(B, predicate=P)) == {numbered(1, B)}
    assert set(store.quads(predicate=P, value=OTHER)) == {one}
    assert set(store.quads(subject=S, predicate=OTHER, value=P)) == {other}
    assert set(store.quads(A, predicate=OTHER)) == set()
    assert set(store.quads(subject=OTHER, predicate=P)) == set()


def test_filling_adds_many(store: Store) -> None:
    store.add([numbered(1)])
    before = store.generation
    store.fill(numbered(number) for number in range(8))
    assert set(store.quads()) == {numbered(number) for number in range(8)}
    # One write, however it is done: who counts its own writes can tell those of others.
    assert store.generation == before + 1
    store.fill([])
    assert store.generation == before + 2


def test_blocks_that_are_loaded_at_once_are_all_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oxigraph, "_LOADED", 1)  # each block by itself
    before = store.generation
    store.load(n_quads([numbered(number), numbered(number + 1)]) for number in range(9))
    assert set(store.quads()) == {numbered(number) for number in range(10)}
    assert store.generation == before + 1
    for number in range(5):
        blocks = [n_quads([numbered(20 + one)]) for one in range(5)]
        blocks[number] = b"no statement"
        with pytest.raises(SyntaxError):
            store.load(blocks)
    assert set(store.quads()) <= {numbered(number) for number in (*range(10), *range(20, 25))}


def test_filling_outside_a_named_graph_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="Give it a graph"):
        store.fill([numbered(1), Quad(S, P, OTHER, DefaultGraph())])


def test_filling_that_breaks_off_may_leave_a_part(store: Store) -> None:
    store.add([numbered(1)])
    with pytest.raises(Interrupted):
        store.fill(broken([numbered(2), numbered(3)]))
    assert {numbered(1)} <= set(store.quads()) <= {numbered(1), numbered(2), numbered(3)}
