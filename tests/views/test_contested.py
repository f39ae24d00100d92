"""The graphs of a day say which occurrences are contested, as the questions do."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conflicting import made_up_conflicts
from tests.made_facts import MadeSource, Said, made_facts

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


def test_what_is_certain_whoever_is_right_is_not_contested(
    tmp_path: Path, catalog: Catalog
) -> None:
    """Whether the moment is tied to it by what nobody disputes, or has other days than those."""
    entities = (
        'org:press a tn:Organization ; rdfs:label "Press"@en .\n'
        'person:ada a tn:Person ; rdfs:label "Ada"@en .\n'
        'office:chief a tn:Office ; rdfs:label "Chief"@en ; tn:officeOf org:press .\n'
        'event:fire a tn:Event ; rdfs:label "Fire"@en .\n'
    )
    ada = "tenure:ada--chief a tn:Tenure ; tn:holder person:ada ; tn:office office:chief ; "
    whole = 'tn:heldThroughout "2020-05-20/2020-05-31"^^edtf:EDTF .'
    said = [
        Said(f'{ada} tn:start "2020-05-04"^^edtf:EDTF .'),
        Said(f'{ada} tn:start "2020-05-06"^^edtf:EDTF .'),
        Said(f"{ada} tn:heldAt event:fire ; {whole}"),
        Said('event:fire tn:date "[2020-05-07..2020-05-09]"^^edtf:EDTF .'),
        Said(f'{ada} tn:heldOn "2020-05-25"^^edtf:EDTF .', modality="Denied"),
    ]
    facts = made_facts(tmp_path / "facts", entities, said, {"a": MadeSource("2020-06-01")})
    kb = open_knowledge_base(facts)
    for moment, wanted in {
        "2020-05-05": ("possible", "true"),
        "event/fire": ("certain", "false"),
        "sometime/event/fire/to/event/fire": ("certain", "false"),
        "2020-05-25": ("possible", "true"),
        "2020-05-26": ("certain", "false"),
        "sometime/2020-05-24/to/2020-05-26": ("certain", "false"),
        "throughout/2020-05-24/to/2020-05-26": ("possible", "true"),
        "throughout/event/fire/to/2020-05-26": ("possible", "true"),
    }.items():
        answer = ask(kb, catalog["office-holders"], {"office": "office/chief", "at": moment})
        assert isinstance(answer, Solutions)
        places = [answer.variables.index(name) for name in ("certainty", "contested")]
        rows = [tuple(getattr(row[place], "value", "") for place in places) for row in answer]
        assert rows == [wanted], moment
        graph = contested(kb, f"at/{moment}/possible")
        assert graph == ["tenure/ada--chief"] * (wanted[1] == "true"), moment
    kb.store.close()


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
