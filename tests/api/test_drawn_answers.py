"""What a question's page has without scripts: the answer drawn, and names that can mean several."""

from __future__ import annotations

import html
import re
from pathlib import Path

from pyoxigraph import Literal, NamedNode
from starlette.testclient import TestClient
from tests.made_facts import MadeSource, Said, made_facts
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import open_knowledge_base
from tenure.namespaces import EDTF_DATATYPE, XSD_DATE
from tenure_api.pages.answers import timeline_of
from tenure_api.pages.tables import Grid, GridRow

HTML = {"Accept": "text/html"}


def test_an_answer_is_drawn_by_the_server(client: TestClient) -> None:
    page = client.get("/queries/timeline?entity=person/qasem-soleimani", headers=HTML).text
    figure = page.partition("<figure")[2].partition("</figure>")[0]
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")
    assert figure.count('class="lane-name"') == rows + 1  # and that of the axis
    assert 'class="sure"' in figure
    assert "US strike that killed Soleimani" in figure
    assert "<figure" not in client.get("/queries/sponsors", headers=HTML).text


def test_two_columns_of_days_are_a_start_and_an_end() -> None:
    def day(text: str) -> Literal:
        return Literal(text, datatype=EDTF_DATATYPE)

    rows = (
        GridRow((NamedNode("https://e.org/a"), day("2019"), None, Literal("x"))),
        GridRow((NamedNode("https://e.org/b"), None, day("[2020-03-08..]"), None)),
        GridRow((NamedNode("https://e.org/c"), day("2021"), day("2020"), None)),  # the wrong way
        GridRow((NamedNode("https://e.org/d"), None, None, None)),
    )
    line, [group] = timeline_of(Grid(("who", "start", "end", "basis"), rows))
    assert line is not None
    assert [lane.words[0] for lane in group.lanes] == [row.terms[0] for row in rows[:2]]
    first, second = line.lanes
    assert first.maybe is not None
    assert first.maybe.fades == "right"
    assert second.maybe is not None
    assert second.maybe.fades == "both"
    assert timeline_of(Grid(("who",), rows[:0])) == (None, [])


def test_one_column_of_days_is_where_each_begins_and_ends() -> None:
    row = GridRow((Literal("x"), Literal("2020-01-03", datatype=XSD_DATE)))
    line, _ = timeline_of(Grid(("what", "day"), [row]))
    assert line is not None
    sure, maybe = line.lanes[0].sure, line.lanes[0].maybe
    assert sure is not None
    assert maybe is not None
    assert (sure.x, sure.width) == (maybe.x, maybe.width)


def test_a_name_of_several_leads_to_each(tmp_path: Path, catalog: Catalog) -> None:
    entities = "".join(
        f'person:{slug} a tn:Person ; rdfs:label "Ann Reed"@en .\n' for slug in ("ann-1", "ann-2")
    )
    entities += 'org:reed a tn:Organization ; rdfs:label "Reed"@en .\n'
    entities += 'office:o a tn:Office ; rdfs:label "Warden"@en .\n'
    said = [Said("tenure:t a tn:Tenure ; tn:holder person:ann-1 ; tn:office office:o .")]
    told = {slug: MadeSource("2020", "org:reed") for slug in "ab"}
    facts = made_facts(tmp_path / "facts", entities, said, told)
    with TestClient(app_over(open_knowledge_base(facts), catalog)) as client:
        answer = client.get("/queries/offices-held?person=Ann+Reed&day=2020", headers=HTML)
        assert answer.status_code == 404
        links = re.findall(r'href="(/queries/offices-held\?person=person/[^"]*)"', answer.text)
        expected = [f"/queries/offices-held?person=person/ann-{n}&amp;day=2020" for n in (1, 2)]
        assert links == expected
        for address in (
            "/network?around=",
            "/conflicts?entity=",
            "/compare?a=a&b=b&entity=",
        ):
            answer = client.get(f"{address}Ann+Reed&day=2020", headers=HTML)
            assert answer.status_code == 404
            links = re.findall(r'href="([^"]*=person/ann-[12][^"]*)"', answer.text)
            right = [f"{address}person/ann-{n}&day=2020" for n in (1, 2)]
            assert list(map(html.unescape, links)) == right
            assert client.get(right[0], headers=HTML).status_code == 200
        named = client.get("/queries/office-holders?office=warden", headers=HTML)
        assert named.status_code == 200
        assert "Ann Reed" in named.text


def test_a_field_searches_for_what_it_takes(client: TestClient) -> None:
    page = client.get("/queries/office-holders", headers=HTML).text
    assert 'name="office"' in page
    kinds = re.findall(r'data-offers="([A-Za-z,]+)"', page.partition("<main")[2])
    assert {"Office", "events"} <= set(kinds)
    for kind in kinds:
        assert client.get("/search", params={"q": "head", "kind": kind}).status_code == 200
    found = client.get("/search?q=head&kind=Office").json()["results"]
    assert found
    assert {one["slug"].partition("/")[0] for one in found} == {"office"}
