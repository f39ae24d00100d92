"""What a format holds is what was meant: line ends in XML, pieces of XML, large numbers in JSON."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from tests.cases.conftest import Outcome, Run, RunCase

XSD = "http://www.w3.org/2001/XMLSchema#"
SPARQL_LITERAL = "{http://www.w3.org/2005/sparql-results#}literal"
HEAD = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:e="http://e/" xmlns="http://d/"><rdf:Description rdf:about="http://e/s">'
)


def put_and_get(run: Run, name: str, media_type: str, text: str, accept: str) -> Outcome:
    """What the graph store gives back of what it was given."""
    return run(
        f"cat > body <<'E'\n{text}\nE\n"
        f'G="$B/rdf-graph-store?graph=http://example.org/{name}"\n'
        'curl -sf -X PUT "$G" -H "Authorization: Bearer $KEY" '
        f"-H 'Content-Type: {media_type}' --data-binary @body > put\n"
        f"curl -sf \"$G\" -H 'Accept: {accept}'"
    )


def test_the_case_of_carriage_returns(run_case: RunCase) -> None:
    done = run_case("10-cr-in-xml-results")
    assert done.lines[-1] == str(["a\r\nb", "x\ry"])
    assert b"&#xD;" in (done.folder / "r.xml").read_bytes()


def test_white_space_of_every_kind_in_every_xml(run: Run) -> None:
    text = "a\r\n\tb \r\u0085\u2028 "
    triple = f"<http://e/s> <http://e/p> {json.dumps(text)} ."
    graph = put_and_get(run, "ws", "text/turtle", triple, "application/rdf+xml")
    assert [one.text for one in ET.fromstring(graph.stdout).iter("{http://e/}p")] == [text]  # noqa: S314 - our own
    query = "CONSTRUCT { ?s ?p ?o } FROM <http://example.org/ws> { ?s ?p ?o }"
    made = run(f"curl -sf \"$B/sparql\" -H 'Accept: application/rdf+xml' -d 'query={query}'")
    assert [one.text for one in ET.fromstring(made.stdout).iter("{http://e/}p")] == [text]  # noqa: S314 - our own
    query = "SELECT ?o FROM <http://example.org/ws> { ?s ?p ?o }"
    rows = run(
        "curl -sf \"$B/sparql\" -H 'Accept: application/sparql-results+xml' "
        f"--data-urlencode 'query={query}'"
    )
    assert [one.text for one in ET.fromstring(rows.stdout).iter(SPARQL_LITERAL)] == [text]  # noqa: S314 - our own


def test_the_case_of_a_piece_of_xml(run_case: RunCase) -> None:
    last = run_case("12-xml-literal").lines[-1]
    assert r'"<b xmlns=\"http://h/\">x</b>"^^' in last


def test_pieces_of_xml_are_canonical(run: Run) -> None:
    pieces = {
        "<b/>": '<b xmlns="http://d/"></b>',
        '<e:b z="2" a="1"/>': '<e:b xmlns:e="http://e/" a="1" z="2"></e:b>',
        "a &amp; <![CDATA[<b>]]> <!-- c -->": "a &amp; &lt;b&gt; <!-- c -->",
        '<b xmlns=""><c xmlns="http://i/"/></b>': '<b><c xmlns="http://i/"></c></b>',
        '<p:b xmlns:p="http://p/" p:a="&#9;&#13;"/>': (
            '<p:b xmlns:p="http://p/" p:a="&#x9;&#xD;"></p:b>'
        ),
    }
    body = "".join(f'<e:l rdf:parseType="Literal">{one}</e:l>' for one in pieces)
    text = f"{HEAD}{body}</rdf:Description></rdf:RDF>"
    done = put_and_get(run, "xl", "application/rdf+xml", text, "application/sparql-results+json")
    done = run(
        "curl -sf \"$B/sparql\" -H 'Accept: application/sparql-results+json' --data-urlencode "
        "'query=SELECT ?o FROM <http://example.org/xl> { ?s ?p ?o }'"
    )
    rows = json.loads(done.stdout)["results"]["bindings"]
    assert sorted(row["o"]["value"] for row in rows) == sorted(pieces.values())


def test_the_case_of_a_large_number(run_case: RunCase) -> None:
    last = run_case("13-json-ld-big-integer").lines[-1]
    assert f'"100000000000000000000"^^<{XSD}integer>' in last


def test_numbers_of_json(run: Run) -> None:
    numbers = {
        "999999999999999999999": f'"999999999999999999999"^^<{XSD}integer>',
        "-1.5e20": f'"-150000000000000000000"^^<{XSD}integer>',
        "18446744073709551616": f'"18446744073709551616"^^<{XSD}integer>',
        "1.0": f'"1"^^<{XSD}integer>',
        "1e3": f'"1000"^^<{XSD}integer>',
        "1.5": f'"1.5E0"^^<{XSD}double>',
        '"100000000000000000000"': '"100000000000000000000"',
        '{"@value": 100000000000000000000, "@type": "http://www.w3.org/2001/XMLSchema#decimal"}': (
            f'"100000000000000000000"^^<{XSD}decimal>'
        ),
    }
    for name, (number, told) in enumerate(numbers.items()):
        numbers[number] = f"<http://e/s> <http://e/p{name}> {told} ."
    told = ", ".join(f'"http://e/p{name}": {one}' for name, one in enumerate(numbers))
    text = f'{{"@id": "http://e/s", {told}}}'
    run(f"cat > body.jsonld <<'E'\n{text}\nE\n")
    done = run(
        'python -c "import pathlib; from tenure.store import read_text; from tenure.store.formats '
        "import JSON_LD; [print(q.triple, '.') for q in "
        "read_text(pathlib.Path('body.jsonld').read_bytes(), JSON_LD)]\""
    )
    assert done.lines == list(numbers.values())
