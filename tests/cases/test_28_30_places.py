"""Every finding is at its own place: of nodes without a name, of graphs, line by line."""

from __future__ import annotations

from tests.cases.conftest import Run, RunCase

HEAD = """@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix id: <https://w3id.org/tenure/id/person/> .
"""


def places(run: Run, name: str, text: str, rule: str) -> list[str]:
    """Where the findings of a rule are."""
    done = run(f"cat > {name} <<'E'\n{text}E\ntenure validate {name}")
    return [one.split(": ")[1] for one in done.lines if one.endswith(f"({rule})")]


def test_the_case_of_blank_nodes(run_case: RunCase) -> None:
    found = [one for one in run_case("28-blank-node-line").lines if "BlankNodeInFacts" in one]
    assert [one.split(": ")[1] for one in found] == ["d.ttl:4:1", "d.ttl:5:1"]


def test_the_case_of_a_graph(run_case: RunCase) -> None:
    found = [one for one in run_case("30-nquads-graph-without-place").lines if "violation: " in one]
    assert [one.split(": ")[1] for one in found] == ["d.nq:2:94"]


def test_brackets_and_lists(run: Run) -> None:
    text = HEAD + (
        'id:a rdfs:seeAlso [ rdfs:label "a"@en ] ,\n'
        '  [ rdfs:label "a"@en ] ,\n'
        "  ( 1\n"
        '    [ rdfs:seeAlso [ rdfs:label "a"@en ] ] ) .\n'
        '[] rdfs:label "a"@en .\n'
        "id:b rdfs:seeAlso _:z .\n"
    )
    assert places(run, "d.ttl", text, "BlankNodeInFacts") == [
        "d.ttl:4:19",
        "d.ttl:5:3",
        "d.ttl:6:5",  # the cell of the 1
        "d.ttl:7:5",  # the node, and the cell that it is in
        "d.ttl:7:5",
        "d.ttl:7:20",
        "d.ttl:8:1",
        "d.ttl:9:19",
    ]


def test_lines_of_n_triples_and_n_quads(run: Run) -> None:
    text = (
        '_:x <http://example.org/p> "1" .\n'
        "# _:y\n"
        '_:y <http://example.org/p> "1" .\n'
        "<http://example.org/s> <http://example.org/p> _:z .\n"
    )
    found = places(run, "d.nt", text, "BlankNodeInFacts")
    assert found == ["d.nt:1:1", "d.nt:3:1", "d.nt:4:47"]
    quads = (
        '_:x <http://example.org/p> "1" <http://example.org/g> .\n'
        '_:x <http://example.org/p> "1" <http://example.org/h> .\n'
        '_:x <http://example.org/p> "1" <http://example.org/h> .\n'
    )
    found = places(run, "d.nq", quads, "GraphWithoutClaim")
    assert found == ["d.nq:1:32", "d.nq:2:32"]


def test_graphs_of_trig(run: Run) -> None:
    text = HEAD + (
        '<http://example.org/g> { _:x rdfs:label "a"@en . }\n'
        'GRAPH <http://example.org/h> { _:y rdfs:label "a"@en . }\n'
    )
    assert places(run, "d.trig", text, "GraphWithoutClaim") == ["d.trig:4:1", "d.trig:5:7"]
    assert places(run, "d.trig", text, "BlankNodeInFacts") == ["d.trig:4:26", "d.trig:5:32"]


def test_several_files(run: Run) -> None:
    text = HEAD + '_:x rdfs:label "a"@en .\n'
    done = run(
        f"cat > a.ttl <<'E'\n{text}E\n(echo; cat a.ttl) > b.ttl\ntenure validate a.ttl b.ttl"
    )
    found = [one.split(": ")[1] for one in done.lines if one.endswith("(BlankNodeInFacts)")]
    assert found == ["a.ttl:4:1", "b.ttl:5:1"]
