from __future__ import annotations

from pathlib import Path

import pytest

from tenure.errors import BadInput, BadQuery, NotFound
from tenure.reason.quality import QualityRule, check_quality, quality_findings, quality_rules
from tenure.resources import data_dir
from tenure.store import read_file

FOLDER = data_dir("ontology") / "quality"
RULES = quality_rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_an_ontology_that_breaks_it(rule: QualityRule) -> None:
    found = check_quality(FOLDER / "broken" / f"{rule.name}.ttl")
    mine = [one for one in found if one.rule == rule.name]
    assert mine
    assert {one.rule for one in found if one.severity != "note"} - {rule.name} == set()
    for one in mine:
        assert one.where is not None
        assert "{" not in one.message + one.remedy
        assert one.message.endswith(".")
        assert one.remedy.endswith((".", "@en."))


def test_no_broken_ontology_is_left_over() -> None:
    assert {file.stem for file in (FOLDER / "broken").iterdir()} == {rule.name for rule in RULES}


def test_our_ontology_keeps_every_rule() -> None:
    assert [str(one) for one in check_quality()] == []


def test_a_finding_says_file_line_term_and_rule() -> None:
    file = FOLDER / "broken" / "duplicate-label.ttl"
    (found,) = (one for one in check_quality(file) if one.severity == "error")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert found.where is not None
    assert found.where.line is not None
    assert lines[found.where.line - 1].startswith(":Spot ")
    assert str(found).startswith(f"{file}:{found.where.line}: error: https://example.org/")
    assert str(found).endswith("[duplicate-label]")
    assert found.to_dict()["rule"] == "duplicate-label"


def test_the_gravest_comes_first_and_graphs_do_not_matter() -> None:
    quads = [
        quad for rule in RULES[:20] for quad in read_file(FOLDER / "broken" / f"{rule.name}.ttl")
    ]
    found = quality_findings(quads)
    severities = ["error", "warning", "note"]
    assert [severities.index(one.severity) for one in found] == sorted(
        severities.index(one.severity) for one in found
    )
    assert found == quality_findings(reversed(quads))


def test_a_rule_with_a_wrong_head_is_told(tmp_path: Path) -> None:
    file = tmp_path / "rule.rq"
    file.write_text("# title: Something\nSELECT ?focus { ?focus a ?kind }\n", encoding="utf-8")
    with pytest.raises(BadQuery, match="severity, message, remedy"):
        quality_rules(tmp_path)
    head = "# title: T\n# severity: {}\n# message: It is {}.\n# remedy: Mend it.\n"
    file.write_text(head.format("grave", "so"), encoding="utf-8")
    with pytest.raises(BadInput, match="'grave' is no severity"):
        quality_rules(tmp_path)
    file.write_text(head.format("note", "{other}"), encoding="utf-8")
    with pytest.raises(BadQuery, match="names other"):
        quality_rules(tmp_path)


def test_nothing_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no ontology"):
        check_quality(tmp_path)
