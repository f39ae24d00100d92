"""The graph store gives the literals of users' graphs back as they were written."""

from __future__ import annotations

from tests.cases.conftest import Run, RunCase

XSD = "http://www.w3.org/2001/XMLSchema#"
FORMS = {
    "integer": "01 +1 1 -0 000",
    "decimal": "1.50 .5 1.",
    "double": "1 1.0 1e0 +INF",
    "boolean": "1 0 true",
    "date": "2020-01-01+00:00 -0044-03-15 2020-02-30",
    "dateTime": "2020-01-01T24:00:00Z 2020-01-01T00:00:00.000Z 2020-01-01T00:00:00+00:00",
    "time": "24:00:00 12:00:00.50",
    "duration": "P1Y14M PT36H P0Y",
    "gYear": "2020 2020Z -0044",
    "byte": "7 07",
    "hexBinary": "0a 0A",
}
GRAPH = 'G="$B/rdf-graph-store?graph=http://example.org/forms"; '
SEND = 'curl -sf -H "Authorization: Bearer $KEY" -H "Content-Type: text/turtle" '
READ = "curl -sf \"$G\" -H 'Accept: application/n-triples'; "


def test_the_case(run_case: RunCase) -> None:
    done = run_case("04-graph-store-lexical-form")
    told = [line.removesuffix(" .").partition("/p> ")[2] for line in done.lines if "/p> " in line]
    assert sorted(told) == sorted(
        f'"{form}"^^<{XSD}{kind}>'
        for form, kind in (
            ("01", "integer"),
            ("1.50", "decimal"),
            ("P1Y14M", "duration"),
            ("2020-01-01T24:00:00Z", "dateTime"),
        )
    )


def test_every_form_of_every_kind(run: Run) -> None:
    lines = sorted(
        f'<http://e/s> <http://e/{kind}> "{form}"^^<{XSD}{kind}> .'
        for kind, forms in FORMS.items()
        for form in forms.split()
    )
    text = "\n".join([*lines, '_:b <http://e/p> "007"^^<http://www.w3.org/2001/XMLSchema#int> .'])
    done = run(
        f"cat > d.ttl <<'E'\n{text}\nE\n{GRAPH}"
        f'{SEND} -X PUT "$G" --data-binary @d.ttl > put; {READ}'
    )
    assert sorted(one for one in done.lines if one.startswith("<http://e/s>")) == lines
    assert any(one.startswith("_:") and '"007"' in one for one in done.lines)


def test_what_is_taken_away_is_taken_away(run: Run) -> None:
    done = run(
        f"{GRAPH}echo '<http://e/s> <http://e/p> \"01\"^^<{XSD}integer>, 2.50 .' > one.ttl;"
        f"echo '<http://e/s> <http://e/p> 1 .' > two.ttl;"
        f'{SEND} -X PUT "$G" --data-binary @one.ttl > put; {READ} echo;'
        f'{SEND} -X PUT "$G" --data-binary @two.ttl > put; {READ} echo;'
        f'{SEND} -X POST "$G" --data-binary @one.ttl > put; {READ} echo;'
        f'{SEND} -X DELETE "$G"; {SEND} -X PUT "$G" --data-binary @two.ttl > put; {READ}'
    )
    parts = [sorted(part.split("\n")) for part in done.stdout.split("\n\n")]
    assert [[line.split('"')[1] for line in part if line] for part in parts] == [
        ["01", "2.50"],
        ["1"],
        ["01", "2.50"],
        ["1"],
    ]


def test_a_tag_changes_with_the_form(run: Run) -> None:
    done = run(
        f"{GRAPH}echo '<http://e/s> <http://e/p> 1 .' > a.ttl;"
        f"echo '<http://e/s> <http://e/p> \"01\"^^<{XSD}integer> .' > b.ttl;"
        "for f in a b b; do "
        f'{SEND} -X PUT "$G" --data-binary @$f.ttl > put; curl -sfI "$G" | grep -i ^etag; done'
    )
    first, second, third = done.lines
    assert first != second == third
