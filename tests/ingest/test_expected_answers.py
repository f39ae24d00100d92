"""Real files of many formats, imported by the command, answer as was worked out by reading them.

The rows are those of ``data/formats/EXPECTED.md`` in the folder ``shared``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import Literal, NamedNode
from typer.testing import CliRunner, Result

from tenure.cli import build_app
from tenure.knowledge import KnowledgeBase, open_knowledge_base

MAPPINGS = Path(__file__).parent / "mappings"


class Given(NamedTuple):
    """A base with what was imported, how the command ended, and its report."""

    kb: KnowledgeBase
    result: Result
    report: list[dict[str, str]]

    def at(self, day: str, holder: str, held: str) -> list[str]:
        """How surely each of somebody's situations with something was going on, surest first."""
        kb = self.kb
        occurrences = kb.world().occurrences.values()
        named = [
            one.iri
            for one in occurrences
            if holder in names(kb, one.subject) and held in names(kb, one.object)
        ]
        assert named, (holder, held)
        found = kb.certainty(kb.moment(at=day))
        return sorted((found[iri].value for iri in named if iri in found), key=ORDER.index)


ORDER = ["certain", "presumed", "possible"]
RULED_OUT: list[str] = []
Import = Callable[..., Given]


def names(kb: KnowledgeBase, iri: str | None) -> set[str]:
    return {one.value for one in kb.registry.names(iri)} if iri else set()


@pytest.fixture(scope="module")
def imported(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Given]]:
    """Imports a file once, with the published day and a mapping of ours where they are given."""
    files = shared / "data" / "formats"
    if not files.is_dir():
        pytest.skip("there is no folder data/formats in 'shared'")
    done: dict[tuple[str, ...], Given] = {}

    def run(form: str, path: str, published: str = "", mapping: str = "") -> Given:
        key = (form, path, mapping)
        if key not in done:
            root = tmp_path_factory.mktemp("import")
            (root / "facts").mkdir()
            words = ["import", form, str(files / path), "--source", "given"]
            words += ["--facts", str(root / "facts"), "--report", str(root / "report.csv")]
            words += ["--published", published] if published else []
            words += ["--mapping", str(MAPPINGS / f"{mapping}.toml")] if mapping else []
            result = CliRunner().invoke(build_app(), words, env={"COLUMNS": "200"})
            assert result.exit_code in (0, 1), result.output
            with (root / "report.csv").open(encoding="utf-8", newline="") as file:
                report = list(csv.DictReader(file))
            done[key] = Given(open_knowledge_base(root / "facts"), result, report)
        return done[key]

    yield run
    for given in done.values():
        given.kb.store.close()


def possible(found: list[str]) -> bool:
    """Never certain, and not ruled out."""
    return bool(found) and set(found) <= {"possible", "presumed"}


def certain(found: list[str]) -> bool:
    return found[:1] == ["certain"]


def test_one_membership_after_another_without_a_gap(imported: Import) -> None:
    """Rows 1 and 2."""
    given = imported("popolo", "popolo/lithuania-seimas.json", "2015-11-30")
    for day in ("2014-01-01", "2015-05-20", "2015-05-21"):
        assert certain(given.at(day, "Viktoras Fiodorovas", "Darbo partijos frakcija")), day
    kb = given.kb
    second = kb.names.entity_iri("membership/viktoras-fiodorovas--darbo-partijos-frakcija--2")
    assert second in kb.certainty(kb.moment(at="2015-05-20"))
    assert second not in kb.certainty(kb.moment(at="2015-05-21"))


def test_a_membership_without_dates_lies_in_its_term(imported: Import) -> None:
    """Row 3."""
    given = imported("popolo", "popolo/iraq-majlis.json", "2015-11-30")
    who = "عمار طعمه عبدالعباس شناوة"
    assert given.at("2013-12-31", who, "Council of Representatives") == RULED_OUT
    assert possible(given.at("2015-01-01", who, "Council of Representatives"))


def test_a_bare_year_is_any_day_of_it(imported: Import) -> None:
    """Row 4."""
    given = imported("popolo", "popolo/iceland-althing.json", "2015-11-30")
    for day in ("1999-12-31", "2000-06-01"):
        assert possible(given.at(day, "Finnur Ingólfsson", "Alþingi")), day
    assert given.at("2001-01-01", "Finnur Ingólfsson", "Alþingi") == RULED_OUT


def test_two_hold_a_seat_on_the_day_of_the_handover(imported: Import) -> None:
    """Row 5."""
    given = imported("popolo", "popolo/tuvalu-parliament.json", "2015-11-30")
    assert certain(given.at("2013-06-28", "Lotoala Metia", "Parliament"))
    assert certain(given.at("2013-06-28", "Elisala Pita", "Parliament"))
    assert given.at("2013-06-29", "Lotoala Metia", "Parliament") == RULED_OUT
    assert "overlap" not in given.result.output


@pytest.mark.parametrize("path", ["wikidata/Q53713.json", "wikidata/Q53713.ttl"])
def test_two_spells_in_one_office(imported: Import, path: str) -> None:
    """Rows 6 and 7: JSON and Turtle give the same."""
    given = imported("wikidata", path, "2025-12-01")
    kb = given.kb
    tenures = [one for one in kb.world().occurrences.values() if one.kind.endswith("#Tenure")]
    assert len(tenures) == 16
    called = {"pm": "Prime Minister of Sweden", "first": "member of the First Chamber"}
    slugs = {"pm": "office/q687075", "first": "office/q33071890"}
    # Only the Turtle has the names of the offices in it.
    by_office = {
        key: kb.registry.find(called[key] if path.endswith(".ttl") else slugs[key]).value
        for key in called
    }

    def at(day: str, office: str) -> list[str]:
        found = kb.certainty(kb.moment(at=day))
        held = [one.iri for one in tenures if one.object == by_office[office]]
        return sorted((found[iri].value for iri in held if iri in found), key=ORDER.index)

    assert [certain(at(day, "pm")) for day in ("1976-10-08", "1984-01-01")] == [True, True]
    assert [at(day, "pm") for day in ("1979-01-01", "1986-03-01")] == [RULED_OUT, RULED_OUT]
    assert [at(day, "first") for day in ("1957-12-31", "1969-01-01")] == [RULED_OUT, RULED_OUT]
    assert [possible(at(day, "first")) for day in ("1958-06-01", "1968-06-01")] == [True, True]
    assert certain(at("1960-01-01", "first"))


def test_json_and_turtle_give_the_same_bounds(imported: Import) -> None:
    """Row 7."""
    bounds = []
    for path in ("wikidata/Q53713.json", "wikidata/Q53713.ttl"):
        world = imported("wikidata", path, "2025-12-01").kb.world()
        tenures = [one for one in world.occurrences.values() if one.kind.endswith("#Tenure")]
        bounds.append(sorted(str(one.bounds) for one in tenures))
    assert bounds[0] == bounds[1]


def test_months_and_undated_statements(imported: Import) -> None:
    """Rows 8, 9 and 10."""
    given = imported("wikidata", "wikidata/estonia-us-2015.ndjson", "2016-06-01")
    for day, holds in (("2004-09-15", possible), ("2004-12-01", certain), ("2005-04-15", possible)):
        assert holds(given.at(day, "Andrus Ansip", "Q21121665")), day
    assert given.at("2005-05-01", "Andrus Ansip", "Q21121665") == RULED_OUT
    assert given.at("2014-10-31", "Andrus Ansip", "Q948558") == RULED_OUT
    assert possible(given.at("2016-01-01", "Andrus Ansip", "Q948558"))
    assert possible(given.at("2010-01-01", "Juhan Parts", "Q21100241"))


def test_memberships_of_the_organization_ontology(imported: Import) -> None:
    """Row 11."""
    given = imported("org", "rdf-org/lt-seimas-persons-even.trig", "2026-07-22")
    kb = given.kb
    unit = "https://linkeddata.lt/organizations/lietuvos-respublikos-seimas/org-units/583/#this"
    slugs = {
        q.object.value: q.subject.value
        for q in kb.store.quads(kb.names.graph("entities"))
        if isinstance(q.subject, NamedNode)
        and isinstance(q.object, Literal)
        and q.predicate.value.endswith("#identifier")
    }
    who = slugs["given:https://linkeddata.lt/persons/84612/#this"]
    where = slugs[f"given:{unit}"]
    own = {
        one.iri
        for one in kb.world().occurrences.values()
        if one.subject == who and one.object == where
    }
    assert "certain" in {
        v.value for k, v in kb.certainty(kb.moment(at="2024-12-12")).items() if k in own
    }
    assert own.isdisjoint(kb.certainty(kb.moment(at="2024-12-13")))


def test_the_day_of_the_data_set_is_an_observation(imported: Import) -> None:
    """Row 12."""
    given = imported("org", "rdf-org/hefce-organogram-2011-03-31.rdf", "2011-03-31")
    assert certain(given.at("2011-03-31", "Sir Alan Langlands", "Chief Executive"))
    assert possible(given.at("2010-03-31", "Sir Alan Langlands", "Chief Executive"))


def test_a_sentinel_is_no_end(imported: Import) -> None:
    """Row 13."""
    given = imported("org", "rdf-org/bilzen-mandatarissen.ttl", "2020-06-01")
    record = "http://data.lblod.info/id/mandatarissen/f6b4a958-d641-4909-a1e9-5fe8d18a0ba2"
    told = [one for one in given.report if one["locator"] == record]
    assert [(one["kind"], one["imported"]) for one in told] == [("fault", "True")]
    assert given.result.exit_code == 1
    kb = given.kb
    (claim,) = (one for one in kb.claims.values() if one.evidence[0].record == record)
    tenure = claim.content[0].subject.value  # type: ignore[union-attr]
    assert possible([kb.certainty(kb.moment(at="2020-01-01"))[tenure].value])


def test_days_come_first_in_australia(imported: Import) -> None:
    """Row 14."""
    given = imported("table", "csv/au-ministers.csv", mapping="au-ministers")
    assert certain(given.at("1996-05-01", "John Howard", "Prime Minister"))
    assert certain(given.at("2007-12-03", "John Howard", "Prime Minister"))
    assert given.at("2007-12-04", "John Howard", "Prime Minister") == RULED_OUT
    kb = given.kb
    prime = kb.registry.find("Prime Minister").value
    on_the_day = kb.certainty(kb.moment(at="2007-12-03"))
    held = [one.iri for one in kb.world().occurrences.values() if one.object == prime]
    assert [on_the_day[iri].value for iri in held if iri in on_the_day] == ["certain", "certain"]
    assert all("2007-12-03" not in one["what"] for one in given.report if one["kind"] == "fault")


def test_still_in_office_is_an_observation(imported: Import) -> None:
    """Row 15."""
    given = imported("table", "csv/au-representatives.csv", mapping="au-representatives")
    assert certain(given.at("2024-01-01", "Anthony Norman Albanese", "Member for Grayndler"))


def test_five_forms_of_dates_and_one_tenure_told_three_times(imported: Import) -> None:
    """Row 16."""
    given = imported("table", "csv/popes-lists.csv", mapping="popes")
    assert certain(given.at("0190", "Victor I", "Pope"))
    assert possible(given.at("0186-06-01", "Victor I", "Pope"))
    assert given.at("1047-12-01", "Benedict IX", "Pope") == RULED_OUT
    repeated = [one["locator"] for one in given.report if one["kind"] == "repeated"]
    assert len(repeated) >= 2
    benedict = given.kb.registry.find("Benedict IX").value
    own = [one for one in given.kb.world().occurrences.values() if one.subject == benedict]
    assert len(own) == 1


def test_years_before_christ_are_never_swapped_in_silence(imported: Import) -> None:
    """Row 17."""
    given = imported("table", "csv/roman-emperors.csv", mapping="emperors")
    (fault,) = (
        one for one in given.report if one["kind"] == "fault" and "0026-01-16" in one["what"]
    )
    assert "before the start" in fault["what"]
    assert fault["locator"] == "roman-emperors.csv:2"
    read = imported("table", "csv/roman-emperors.csv", mapping="emperors-bce")
    assert certain(read.at("-0010-01-01", "Augustus", "Roman emperor"))
    assert read.at("-0026-01-15", "Augustus", "Roman emperor") == RULED_OUT


def test_months_of_chiefs_of_mission(imported: Import) -> None:
    """Row 18."""
    given = imported("xml", "pocom", "2026-06-20", "pocom")
    kb = given.kb
    world = kb.world().occurrences.values()
    by_name = {
        name: [one.iri for one in world if name in str(names(kb, one.subject))]
        for name in ("Mack", "Wiley", "Tueller", "McGurk")
    }

    def at(day: str, name: str) -> list[str]:
        found = kb.certainty(kb.moment(at=day))
        return sorted((found[iri].value for iri in by_name[name] if iri in found), key=ORDER.index)

    assert possible(at("1977-05-15", "Wiley"))
    assert possible(at("1977-05-15", "Mack"))
    assert certain(at("1977-06-01", "Mack"))
    assert possible(at("2020-01-01", "Tueller"))
    assert by_name["McGurk"] == []


def test_words_are_vaguer_than_attributes(imported: Import) -> None:
    """Row 19."""
    given = imported("tei", "tei/syriaca-person-173.xml", "2021-03-02")
    kb = given.kb
    (tenure,) = (o.iri for o in kb.world().occurrences.values() if o.kind.endswith("#Tenure"))
    assert kb.certainty(kb.moment(at="0880-01-01"))[tenure].value == "certain"
    early = kb.certainty(kb.moment(at="0862-06-01")).get(tenure)
    assert early is None or early.value == "possible"
    assert any('"0863~"' in str(t) for c in kb.claims.values() for t in c.content)


def test_senator_and_governor_at_once(imported: Import) -> None:
    """Row 20."""
    given = imported("openstates", "openstates/ak", "2026-08-05")
    assert certain(
        given.at("2018-12-15", "Mike Dunleavy", "Member of the upper chamber of AK, district E")
    )
    assert certain(given.at("2018-12-15", "Mike Dunleavy", "governor of AK"))
    assert not certain(given.at("2027-01-01", "Mike Dunleavy", "governor of AK"))


def test_first_and_last_seen_are_no_dates(imported: Import) -> None:
    """Row 21."""
    given = imported("ftm", "ftm/ve-assembly-a.ftm.json", "2025-11-18")
    kb = given.kb
    found = kb.certainty(kb.moment(at="2025-01-01"))
    tenures = [one.iri for one in kb.world().occurrences.values() if one.kind.endswith("#Tenure")]
    assert len(tenures) == 137
    assert {found[iri].value for iri in tenures} <= {"possible", "presumed"}


def test_a_gap_of_twelve_days_between_sanctions(imported: Import) -> None:
    """Row 22."""
    given = imported("ftm", "ftm/zala-sanctions.ftm.json", "2026-03-01")
    kb = given.kb
    own = {
        one.iri: [str(t.object) for c in one.claims for t in kb.claims[c].content]
        for one in kb.world().occurrences.values()
        if one.kind.endswith("#Sanction")
    }
    first = [iri for iri, said in own.items() if any("2021-10-30" in one for one in said)]
    second = [iri for iri, said in own.items() if any("2034-11-12" in one for one in said)]
    assert first
    assert second
    gap = kb.certainty(kb.moment(at="2024-11-05"))
    assert not gap.keys() & {*first, *second}
    # The end of the second is a plan: nobody can vouch for it.
    later = kb.certainty(kb.moment(at="2030-01-01"))
    assert possible([later[iri].value for iri in second])


def test_a_tenure_of_nothing_is_told_and_left_out(imported: Import) -> None:
    """Row 23."""
    given = imported("ftm", "ftm/saudi-peps-a.ftm.json", "2024-04-01")
    told = [one for one in given.report if one["locator"].startswith("sa-2945538b")]
    assert [(one["kind"], one["imported"]) for one in told] == [("fault", "False")]
    assert "office" in told[0]["what"]
    assert given.result.exit_code == 1
    assert not [o for o in given.kb.world().occurrences.values() if o.kind.endswith("#Tenure")]


def test_names_in_several_languages_and_a_role_that_is_an_office(imported: Import) -> None:
    given = imported("popolo", "popolo-m17n/uk-Q112014/popolo-m17n.json", "2018-12-13")
    office = "Prime Minister of the United Kingdom"
    assert certain(given.at("2016-07-13", "Theresa May", office))
    kb = given.kb
    assert "Prif Weinidog y Deyrnas Unedig" in names(kb, kb.registry.find(office).value)


def test_lives_of_archives(imported: Import) -> None:
    given = imported("eac-cpf", "eac-cpf", "2021-03-02")
    kb = given.kb
    stated = {
        (str(t.predicate).rpartition("#")[2], str(t.object))
        for claim in kb.claims.values()
        for t in claim.content
    }
    assert any(name.startswith("bornOn") and '"1742-11-12"' in value for name, value in stated)
    assert any(name.startswith("diedOn") and '"1927"' in value for name, value in stated)
    walcott = kb.registry.find("Walcott Charles D. 1850-1927")
    assert "dates" not in walcott.value
    skipped = [one["locator"] for one in given.report if one["kind"] == "skipped"]
    assert sum("sia_walcott.xml#chronItem" in one for one in skipped) == 111


def test_numbers_of_persons_and_of_offices_are_not_taken_for_each_other(imported: Import) -> None:
    given = imported("table", "csv/hansard-office-holdings.csv", mapping="hansard")
    faults = [one["what"] for one in given.report if one["kind"] == "fault"]
    assert all("before the start" in one for one in faults)
    repeated = [one for one in given.report if one["kind"] == "repeated"]
    assert len(given.kb.claims) + len(faults) + len(repeated) == 3149
