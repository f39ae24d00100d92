"""What was imported, taken out of the base and imported again, gives the same claims."""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad
from tests.amount import cases
from typer.testing import CliRunner

from tenure.cli import build_app
from tenure.ingest import parse_trig
from tenure.namespaces import TN

MAPPING = """
[source]
title = "Terms"
published = "2024-06-01"

[[statements]]
kind = "Tenure"
holder = { kind = "Person", name = "holder" }
office = { kind = "Office", name = "office", of = { name = "=Lowmoor Council" } }
start = "start"
end = "end"
rank = "rank"
"""
NAMES = st.sampled_from(["Ada Brook", "Ben Cole", "Çelik Ö.", "قاسم", "O'Neil, Zoë", '"Q"', "2"])
OFFICES = st.sampled_from(["Mayor", "Clerk", "Harbour master", "3"])
STARTS = st.sampled_from(
    ["", "1950", "1951-02", "1952-03-04", "1953~", "[1954-01-01..1954-02-01]", "195X"]
)
ENDS = st.sampled_from(["", "1961", "1962-12", "1963-03-04?", "[..1964-01-01]", "196X"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "holder": NAMES,
            "office": OFFICES,
            "start": STARTS,
            "end": ENDS,
            "rank": st.sampled_from(["", "preferred", "deprecated"]),
        }
    ),
    min_size=1,
    max_size=12,
)


def imported(rows: list[dict[str, str]], root: Path) -> list[Quad]:
    root.mkdir()
    (root / "facts").mkdir()
    with (root / "terms.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, ["holder", "office", "start", "end", "rank"])
        out.writeheader()
        out.writerows(rows)
    (root / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    words = ["import", "table", root / "terms.csv", "--source", "terms", "--facts", root / "facts"]
    words += ["--mapping", root / "mapping.toml", "--recorded-at", "2024-06-02T00:00:00Z"]
    done = CliRunner().invoke(build_app(), [str(one) for one in words])
    assert done.exit_code == 0, done.output
    again = CliRunner().invoke(build_app(), [str(one) for one in words[:-2]])
    assert "(nothing)" in again.output + again.stderr, again.output
    return parse_trig((root / "facts" / "terms.trig").read_text(encoding="utf-8"))[0]


def claims_of(quads: list[Quad]) -> list[frozenset[str]]:
    stated: dict[str, set[str]] = {}
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            stated.setdefault(quad.graph_name.value, set()).add(str(quad.triple))
    for quad in quads:
        if quad.predicate == TN("rank") and isinstance(quad.subject, NamedNode):
            stated[quad.subject.value].add(str(quad.object))
    return sorted(map(frozenset, stated.values()), key=sorted)


def exported(quads: list[Quad]) -> list[dict[str, str]]:
    """The rows that the claims rest on, in the order of their numbers."""
    texts = {
        int(quad.subject.value.rpartition("/")[2]): json.loads(quad.object.value)
        for quad in quads
        if quad.predicate == TN("recordText")
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
    }
    return [texts[number] for number in sorted(texts)]


@given(rows=ROWS)
@settings(max_examples=cases(4), deadline=None)
def test_out_and_in_again_gives_the_same_claims(rows: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = imported(rows, Path(folder) / "first")
        second = imported(exported(first), Path(folder) / "second")
    assert claims_of(first) == claims_of(second)
    said = {(r["holder"], r["office"], r["start"], r["end"]) for r in rows}
    assert len(claims_of(first)) == len(said)
