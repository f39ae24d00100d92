"""Reasons of conflicts are read by people: names in place of slugs, days in place of codes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tests.conflicting import ENTITIES
from tests.made_facts import MadeSource, Said, made_facts

from tenure.knowledge import open_knowledge_base

HELD = "tenure:ada a tn:Tenure ; tn:holder person:ada-brook ; tn:office office:harbour-master ; "


def test_who_held_what_stands_in_place_of_a_slug(tmp_path: Path) -> None:
    sources = {one: MadeSource("2022-01-01", f"org:{one}") for one in ("courier", "herald")}
    begun = {"courier": "2020-01", "herald": "2021-03-01/2021-03-05"}
    told = [Said(f'{HELD}tn:start "{edtf}"^^edtf:EDTF .', source) for source, edtf in begun.items()]
    with closing(open_knowledge_base(made_facts(tmp_path / "made", ENTITIES, told, sources))) as kb:
        world = kb.world()
    (conflict,) = world.conflicts
    assert conflict.reason.startswith("On Ada Brook, Harbour master: courier (claim 1) puts it")
    (one,) = world.occurrences.values()
    notes = [alternative.reason for alternative in one.alternatives]
    assert any("(Ada Brook, Harbour master started in January 2020)" in one for one in notes)
