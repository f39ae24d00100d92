"""The graphs of a day say which occurrences are contested, as the questions do."""

from __future__ import annotations

import pytest
from tests.conflicting import made_up_conflicts

from tenure.catalog import Catalog, ask
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.store import Solutions

ASKED = "SELECT ?of FROM <https://w3id.org/tenure/{}> {{ ?of tn:contested true }}"
PREFIX = "PREFIX tn: <https://w3id.org/tenure/ontology#> "


@pytest.fixture(scope="module")
def quarrel(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return open_knowledge_base(made_up_conflicts(tmp_path_factory.mktemp("quarrel") / "facts"))


def contested(kb: KnowledgeBase, graph: str) -> list[str]:
    answer = kb.query(PREFIX + ASKED.format(graph))
    assert isinstance(answer, Solutions)
    return [kb.names.short(getattr(row[0], "value", "")) for row in answer]


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ("graph/world", ["event/fire"]),
        ("at/2021-03", []),
        ("at/2021-03/possible", ["event/fire"]),
        ("at/2021-03/certainty", ["event/fire"]),
        ("at/any", ["event/fire"]),
        ("policy/resolve=newest/at/2021-04-01", []),
        ("policy/resolve=newest/world", []),
    ],
)
def test_in_every_graph(quarrel: KnowledgeBase, graph: str, found: list[str]) -> None:
    if graph.endswith("newest/world"):
        quarrel.dataset(quarrel.policy("resolve=newest"))
        answer = quarrel.query(
            PREFIX + "SELECT ?of { ?of tn:contested true }", quarrel.policy("resolve=newest")
        )
        assert isinstance(answer, Solutions)
        assert not list(answer)
        return
    assert contested(quarrel, graph) == found


@pytest.mark.parametrize(("policy", "wanted"), [(None, "true"), ("resolve=newest", "false")])
def test_in_the_columns(
    quarrel: KnowledgeBase, catalog: Catalog, policy: str | None, wanted: str
) -> None:
    arguments = {"from": "2021-03-01", "to": "2021-04-30"}
    answer = ask(quarrel, catalog["events"], arguments, quarrel.policy(policy))
    assert isinstance(answer, Solutions)
    place = answer.variables.index("contested")
    assert [str(getattr(row[place], "value", "")) for row in answer] == [wanted]


@pytest.mark.parametrize(
    ("policy", "standing", "because"),
    [
        (None, "Disputed", "it contradicts claim/herald-1/3, and nothing settles it"),
        (
            "resolve=newest",
            "Overruled",
            "by the rule 'newest' it gives way to claim/herald-1/3",
        ),
        ("modalities=reported", "SetAside", "asserted claims do not count under the policy"),
    ],
)
def test_a_claim_says_why_it_does_not_count(
    quarrel: KnowledgeBase, catalog: Catalog, policy: str | None, standing: str, because: str
) -> None:
    chosen = quarrel.policy(policy)
    answer = ask(quarrel, catalog["claims-about"], {"entity": "event/fire"}, chosen)
    assert isinstance(answer, Solutions)
    names = answer.variables
    told = {
        quarrel.names.short(getattr(row[0], "value", "")): tuple(
            str(getattr(row[names.index(name)], "value", "")) for name in ("standing", "because")
        )
        for row in answer
    }
    assert told["claim/courier-1/2"] == (standing, because)
