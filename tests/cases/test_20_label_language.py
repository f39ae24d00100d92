"""The language of labels, titles and statements: given, kept, and held to their letters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.cases.conftest import Run, RunCase
from tests.cases.gazette import add

from tenure.errors import BadClaim, TenureError
from tenure.languages import said

NAME = "\u0642\u0627\u0633\u0645 \u0631\u062d\u06cc\u0645\u06cc"
CHAIR = "\u0631\u0626\u06cc\u0633"
ADD = "tenure claim add gaz --text a.txt --facts f "
CLAIM = """- passage: One.
  statement: {statement}
  states:
    - tenure: {{holder: person/qasem, office: office/chair, start: 1990}}
  new entities:
    - person/qasem: {label}
    - office/chair: {{label: Chair, officeOf: org/gaz, seats: 1}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("The gazette of officers\n\nOne. Two. Three.\n")
    return tmp_path


def test_the_case(run_case: RunCase) -> None:
    outcome = run_case("20-label-language")
    written = (outcome.folder / "f" / "entities.ttl").read_text()
    assert f'"Qasem Rahimi"@en , "{NAME}"@fa' in written
    assert f'"{NAME}"@en' not in written


@pytest.mark.parametrize(
    ("label", "written"),
    [
        (f"{{fa: {NAME}, en: Qasem Rahimi}}", f'"Qasem Rahimi"@en , "{NAME}"@fa'),
        (f"{{text: {NAME}, lang: fa}}", f'"{NAME}"@fa'),
        (f"{NAME}@fa", f'"{NAME}"@fa'),
        (f"'\"{NAME}\"@fa'", f'"{NAME}"@fa'),
        (f"[{NAME}@fa, Qasem Rahimi]", f'"Qasem Rahimi"@en , "{NAME}"@fa'),
        (f"{{label: {{ar: {NAME}}}}}", f'"{NAME}"@ar'),
        ("{fa-Latn: Qasem Rahimi}", '"Qasem Rahimi"@fa-latn'),
        (f"{{label: Qasem, altLabel: {{fa: {NAME}}}}}", f'altLabel "{NAME}"@fa'),
    ],
)
def test_of_labels(folder: Path, label: str, written: str) -> None:
    add(folder, CLAIM.format(label=label, statement="Qasem was chair."))
    assert written in (folder / "f" / "entities.ttl").read_text()


def test_of_titles_statements_and_options(run: Run, folder: Path) -> None:
    (folder / "claims.yaml").write_text(
        CLAIM.format(label=NAME, statement=f"{NAME} {CHAIR}").replace(
            "  states", "  language: ar\n  states"
        )
    )
    outcome = run(
        f"mkdir f; touch f/entities.ttl; tenure source add gaz --publisher org/gaz "
        f"--publisher-name Gazette@en --published 2021-05-12 --title '{CHAIR}' --language fa "
        f"--text a.txt --facts f && {ADD}--from claims.yaml && "
        f"{ADD}--passage Two --statement '{CHAIR} {NAME}.' --kind Tenure --subject person/ali "
        f"--object office/chair --new person/ali='{CHAIR}' && "
        f"{ADD}--passage Three --statement 'Omar was chair.' --kind Tenure --subject person/omar "
        f"--object office/chair --new person/omar='{NAME}' --language ar"
    )
    assert outcome.rc == 0, outcome.stderr
    source = (folder / "f" / "gaz.trig").read_text()
    registry = (folder / "f" / "entities.ttl").read_text()
    assert f'rdfs:label "{CHAIR}"@fa' in source
    assert f'tn:statement "{NAME} {CHAIR}"@ar' in source
    assert f'tn:statement "{CHAIR} {NAME}."@fa' in source
    assert 'tn:statement "Omar was chair."@en' in source
    assert f'"{NAME}"@ar' in registry
    assert f'"{CHAIR}"@fa' in registry
    assert '"Gazette"@en' in registry
    exported = run("tenure export ttl --facts f")
    assert f'"{CHAIR}"@fa' in exported.stdout
    # A name is called like another one, however it is typed, and that is said.
    assert "person/omar" in outcome.stdout
    assert "It is called" in outcome.stdout


@pytest.mark.parametrize(
    ("label", "what"),
    [
        (NAME, "in which language is not said"),
        (f"{{en: {NAME}}}", "is said to be in 'en'"),
        ("{fa: Qasem}", "of a transcription, fa-Latn"),
        ("{fa: }", "some words"),
        (f"{{text: {NAME}, lang: persian}}", "Write fa"),
        ("{}", "has no label"),
    ],
)
def test_refused(folder: Path, label: str, what: str) -> None:
    with pytest.raises(TenureError, match=re.escape(what)) as refused:
        add(folder, CLAIM.format(label=label, statement="Qasem was chair."))
    assert "claims.yaml:6:" in str(refused.value)


def test_the_usual_language_is_the_first_that_fits() -> None:
    assert said("Ana", ["fa", "en"]).language == "en"
    assert said("\u0410\u043d\u0430", ["en", "ru"]).language == "ru"
    assert said(f"Ali ({NAME})", ["en"]).language == "en"
    assert said("1990", ["fa"]).language == "fa"
    assert said("me@a.example", ["en"]).value == "me@a.example"
    with pytest.raises(BadClaim, match="Cyrillic"):
        said("\u0410\u043d\u0430", ["en", "fa"])
