"""Persons of two registers linked by their names, against a join on the same name."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

import polars as pl

from benchmarks.result import Result
from tenure.editing import proposals
from tenure.knowledge import open_knowledge_base

_BEGIN = (*"bcdfghjklmnprstvwz", "br", "dr", "gr", "kr", "pr", "tr", "bl", "fl", "gl", "st")
_VOWELS = (*"aeiou", "ai", "ea", "ie", "oa")
_END = (*"bdgklmnrst", "ck", "ld", "lt", "mb", "nd", "nk", "rd", "rk", "rn", "rt", "ss", "st")
_FIRST = ("Ada", "Ben", "Cem", "Dora", "Eli", "Fay", "Gus", "Hal", "Ida", "Jan", "Kit", "Lea")


def linking(persons: int = 20_000) -> list[Result]:
    """Two registers, of which the second has the family name first, and a fifth of it otherwise."""
    names = _names(persons)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "entities.ttl").write_text(_registry(names), encoding="utf-8")
        kb = open_knowledge_base(Path(folder))
        start = time.process_time()
        found = {frozenset((one.one, one.other)) for one in proposals(kb)}
        ours = time.process_time() - start
        prefix = kb.names.id_prefix
        kb.store.close()
    start = time.process_time()
    a = pl.DataFrame({"name": [f"{first} {last}" for first, last, _ in names]})
    b = pl.DataFrame({"name": [f"{first} {last}" for first, last, spelt in names if last == spelt]})
    joined = a.join(b, on="name", how="inner").height
    peer = time.process_time() - start
    wanted = {frozenset((f"{prefix}person/a-{n}", f"{prefix}person/b-{n}")) for n in range(persons)}
    missed = wanted - found
    if len(missed) > persons // 20:
        raise SystemExit(f"linking: {len(missed)} of {persons} pairs are not proposed")
    name = f"linking of 2 × {persons:,} persons by name"
    others = len(found - wanted)
    told = f"join of polars on the same name, {joined} rows; {others} other pairs proposed"
    return [Result(name, ours, peer, told, len(wanted & found))]


def _names(persons: int, seed: int = 7) -> list[tuple[str, str, str]]:
    """First and family names, each family name once, and how the second register spells it."""
    drawn = random.Random(seed)  # noqa: S311 - data, not secrets
    found: dict[str, str] = {}
    while len(found) < persons:
        last = "".join(
            drawn.choice(part) for part in (_BEGIN, _VOWELS, _END, _BEGIN, _VOWELS, _END)
        ).capitalize()
        found[last] = last if drawn.random() < 0.8 else last.replace("i", "y").replace("ea", "e")
    return [(drawn.choice(_FIRST), last, spelt) for last, spelt in found.items()]


def _registry(names: list[tuple[str, str, str]]) -> str:
    lines = [
        "@prefix p: <https://w3id.org/tenure/id/person/> .",
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .",
        "@prefix tn: <https://w3id.org/tenure/ontology#> .",
    ]
    for number, (first, last, spelt) in enumerate(names):
        lines.append(f'p:a-{number} a tn:Person ; rdfs:label "{first} {last}"@en .')
        lines.append(f'p:b-{number} a tn:Person ; rdfs:label "{spelt}, {first}"@en .')
    return "\n".join(lines)
