"""A registry in a store is read when it is asked, and stays as it was whatever is written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from tenure.model import Registry
from tenure.namespaces import BASE, RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, TN, Names
from tenure.store import Store

NAMES = Names(BASE)
GRAPH = NAMES.graph("entities")
OFFICE, ADA, BEN = (NAMES.entity(slug) for slug in ("office/mayor", "person/ada", "person/ben"))


def described(node: NamedNode, kind: str, label: str, *more: tuple[NamedNode, object]) -> set[Quad]:
    told = [(RDF_TYPE, TN(kind)), (RDFS_LABEL, Literal(label, language="en")), *more]
    return {Quad(node, predicate, value, GRAPH) for predicate, value in told}  # type: ignore[arg-type]


BEFORE = described(OFFICE, "Office", "Mayor", (TN("seats"), Literal("1"))) | described(
    ADA, "Person", "Ada Brook", (SKOS_ALT_LABEL, Literal("The Countess", language="en"))
)
OTHERWISE = described(ADA, "Person", "Ada Stone", (TN("mergedInto"), BEN))


def told(registry: Registry) -> object:
    """All that it says."""
    return (
        sorted(registry),
        {iri: registry.entry(iri) for iri in (OFFICE.value, ADA.value, BEN.value, "no IRI")},
        dict(registry.labels),
        dict(registry.types),
        dict(registry.one_seat),
        dict(registry.by_name),
        dict(registry.merged),
        dict(registry.behind),
    )


@pytest.mark.parametrize(
    "first", [told, lambda _: None, lambda one: one.label(ADA.value)], ids=["all", "nothing", "one"]
)
def test_each_version_stays_as_it_is(first: Callable[[Registry], object]) -> None:
    with Store() as store:
        store.add(BEFORE)
        find = partial(store.quads, GRAPH)
        registry = Registry.stored(find, NAMES)
        first(registry)
        was = told(Registry.of(BEFORE, NAMES))
        ben = described(BEN, "Person", "Ben", (TN("officeOf"), OFFICE))
        second = registry.revised((), ben)
        store.add(ben)
        old = {quad for quad in BEFORE if quad.subject == ADA}
        third = second.revised(old, OTHERWISE)
        store.change(old, OTHERWISE)
        then = BEFORE | ben
        assert told(registry) == was
        assert told(second) == told(Registry.of(then, NAMES))
        now = told(Registry.of(then - old | OTHERWISE, NAMES))
        assert told(third) == told(Registry.stored(find, NAMES)) == now
        assert third.find("Ada Stone") == third.find("Ben") == BEN


def test_of_one_thing_no_other_is_read() -> None:
    with Store() as store:
        store.add(BEFORE)
        asked = []

        def find(**which: NamedNode) -> object:
            asked.append(which)
            return store.quads(GRAPH, **which)

        registry = Registry.stored(find, NAMES)  # type: ignore[arg-type]
        assert registry.find("person/ada") == ADA
        assert registry.label(ADA.value) == "Ada Brook"
        assert registry.seats.get(ADA.value) is None
        assert {} not in asked
        assert registry.find("the countess") == ADA
