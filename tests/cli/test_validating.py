"""``tenure validate`` in its formats and with its options, as validating.md shows them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tenure.cli.reporting import FORMATS
from tenure.validate import REPORT_FORMATS

Run = Callable[..., Any]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.fixture
def page(repo_root: Path) -> str:
    return (repo_root / "docs" / "howto" / "validating.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _in_a_folder_with_the_files_of_the_page(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts, own, kinds = blocks(page, "turtle")
    (tmp_path / "facts.ttl").write_text(facts, encoding="utf-8")
    (tmp_path / "own.ttl").write_text(own, encoding="utf-8")
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "kinds.ttl").write_text(kinds, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_the_kind_of_the_page_is_held_to_its_declaration(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tenure.toml").write_text('ontology = "kinds"\n')
    (tmp_path / "claims.trig").write_text(
        "@prefix ex: <https://example.org/own#> .\n"
        "@prefix id: <https://w3id.org/tenure/id/> .\n"
        "<https://w3id.org/tenure/claim/c/1> {\n"
        "    <https://w3id.org/tenure/id/rivalry/r> a ex:Rivalry ;\n"
        "        ex:rival <https://w3id.org/tenure/id/person/ali-shamkhani> ;\n"
        "        ex:opponent <https://w3id.org/tenure/id/office/pmu-deputy-head> .\n"
        "}\n"
    )
    told = json.loads(run("validate", "claims.trig", "--format", "json").stdout)["findings"]
    assert [one["line"] for one in told if one["rule"] == "ValueOfItsKind"] == [6]


def test_what_the_page_shows_is_what_appears(run: Run, page: str) -> None:
    words, annotations = blocks(page, "text")
    assert run("validate", "facts.ttl").stdout == words
    assert run("validate", "facts.ttl", "--format", "github").stdout == annotations
    assert run("validate", "facts.ttl", "--format", "junit").stdout == blocks(page, "xml")[0]
    log = json.loads(run("validate", "facts.ttl", "--format", "sarif").stdout)
    assert log["runs"][0]["results"] == [json.loads(blocks(page, "json")[0])]


def test_the_conflict_that_the_page_shows_is_found(
    run: Run, page: str, repo_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shown,) = blocks(page, "console")
    command, _, told = shown.partition("\n")
    monkeypatch.chdir(repo_root)
    result = run(*shlex.split(command)[2:])
    assert result.exit_code == 0
    assert told in result.stdout


def test_the_commands_of_the_page_run(run: Run, page: str) -> None:
    commands = [
        line
        for block in blocks(page, "sh")
        for line in block.splitlines()
        if line.startswith("tenure validate facts.ttl") and "--changed-since" not in line
    ]
    codes = [run(*shlex.split(line)[1:]).exit_code for line in commands]
    assert codes == [1, 0, 0, 1, 1, 1]


def test_every_format_is_told_on_the_page(page: str) -> None:
    assert set(FORMATS) == set(REPORT_FORMATS)
    for one in REPORT_FORMATS.values():
        assert f"`{one.name}`" in page
        assert one.media_type is None or f"`{one.media_type}`" in page


@pytest.mark.parametrize(
    ("least", "code"), [("violation", 0), ("warning", 1), ("info", 1), ("WARNING", 1)]
)
def test_what_counts(run: Run, tmp_path: Path, least: str, code: int) -> None:
    facts = tmp_path / "facts.ttl"
    text = facts.read_text(encoding="utf-8")
    facts.write_text(text.replace('"Ada Lovelace"', '"Ada Lovelace"@en'), encoding="utf-8")
    result = run("validate", facts, "--shapes", "own.ttl", "--fail-on", least)
    assert result.exit_code == code
    assert "warning: " in result.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--fail-on", "fatal"), "--fail-on"),
        (("--format", "html"), "--format"),
        (("--baseline", "none.json"), "none.json"),
        (("--shapes", "facts.ttl"), "no shape with a target"),
        (("--texts", "none"), "none"),
        (("--changed-since", "HEAD"), "no work tree"),
    ],
)
def test_wrong_use(run: Run, words: tuple[str, ...], told: str) -> None:
    result = run("validate", "facts.ttl", *words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stderr.startswith("error: ")


def test_the_evidence_of_texts_at_hand(run: Run, repo_root: Path) -> None:
    examples = repo_root / "ontology" / "examples"
    result = run("validate", examples, "--texts", examples / "texts")
    assert result.exit_code == 0
    assert "5 pointers, 5 confirmed" in result.stdout


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.ttl", b"<urn:x:a> <urn:x:b> .\n", "a.ttl:1:"),
        (
            "a.trig",
            "\n\nä".encode("latin-1"),
            "a.trig:3: It cannot be read as trig: This is not UTF-8",
        ),
        ("a.ttl", "<a>".encode("utf-16"), "This is UTF-16 text."),
        ("a.jsonld", b'{"@id": ', "a.jsonld:1"),
        ("a.nq", b"<urn:x:a> <urn:x:b> 5 .\n", "a.nq:1:"),
    ],
)
def test_a_file_that_cannot_be_read(run: Run, name: str, data: bytes, told: str) -> None:
    Path(name).write_bytes(data)
    result = run("validate", name)
    assert result.exit_code == 1
    assert told in result.stdout


def test_a_long_literal_is_shown_in_part(run: Run) -> None:
    facts = Path("facts.ttl")
    text = facts.read_text(encoding="utf-8").replace("Ada Lovelace", "Ada " * 500_000)
    facts.write_text(text, encoding="utf-8")
    result = run("validate", facts)
    assert "facts.ttl:5:16: " in result.stdout
    assert len(result.stdout) < 2_000


def test_a_literal_too_long_to_be_read_is_a_finding(run: Run) -> None:
    facts = Path("facts.ttl")
    text = facts.read_text(encoding="utf-8").replace("Ada Lovelace", "Ada " * 5_000_000)
    facts.write_text(text, encoding="utf-8")
    result = run("validate", facts)
    assert result.exit_code == 1
    assert "facts.ttl:5: It cannot be read as ttl: One literal or name is longer" in result.stdout


def test_json_ld_has_lines_too(run: Run) -> None:
    document = {
        "@context": {"tn": "https://w3id.org/tenure/ontology#"},
        "@id": "https://w3id.org/tenure/id/person/ada",
        "@type": "tn:Person",
        "tn:holdr": {"@id": "https://w3id.org/tenure/id/person/ada"},
    }
    text = json.dumps(document, indent=1)
    Path("a.jsonld").write_text(text, encoding="utf-8")
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "holdr" in one)
    assert (
        f"a.jsonld:{line}:2: The ontology has no term tn:holdr."
        in run("validate", "a.jsonld").stdout
    )


# ---------------------------------------------------------------- ways in


def test_the_hook(repo_root: Path) -> None:
    hooks = yaml.safe_load((repo_root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (hook,) = hooks
    assert {"id", "name", "entry", "language", "files"} <= set(hook)
    assert shlex.split(hook["entry"]) == ["tenure", "validate"]
    for name in ("a.ttl", "b/c.trig", "d.nt", "e.nq", "f.jsonld"):
        assert re.search(hook["files"], name)
    assert not re.search(hook["files"], "readme.md")


def test_the_page_uses_the_hook_and_the_inputs_that_exist(repo_root: Path, page: str) -> None:
    hook, workflow = (yaml.safe_load(one) for one in blocks(page, "yaml"))
    assert hook["repos"][0]["hooks"][0]["id"] == "tenure-validate"
    action = yaml.safe_load((repo_root / "action.yml").read_text(encoding="utf-8"))
    step = workflow["jobs"]["facts"]["steps"][1]
    assert set(step["with"]) <= set(action["inputs"])
    for name in action["inputs"]:
        assert f"`{name}`" in page


def test_the_action_runs_the_command(
    repo_root: Path, tmp_path: Path, environment: dict[str, str], forked: Path
) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash on this machine")
    action = yaml.safe_load((repo_root / "action.yml").read_text(encoding="utf-8"))
    assert action["runs"]["using"] == "composite"
    step = action["runs"]["steps"][-1]
    given = {"paths": "facts.ttl\n$(touch pwned)\n", "fail-on": "violation", "shapes": "own.ttl\n"}
    inputs = {
        name: given.get(re.sub(r".*inputs\.([a-z-]+).*", r"\1", value), "")
        for name, value in step["env"].items()
    }
    (tmp_path / "$(touch pwned)").mkdir()
    done = subprocess.run(
        [bash, "-e", "-c", step["run"]],
        cwd=tmp_path,
        env={**environment, **inputs, "PATH": f"{forked}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=facts.ttl,line=5,col=16,")
    assert "::warning file=facts.ttl" in done.stdout
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize(("given", "asked"), [("true", True), ("false", False), ("", False)])
def test_the_action_asks_for_conflicts_where_it_is_told_to(
    repo_root: Path, tmp_path: Path, environment: dict[str, str], given: str, asked: bool
) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash on this machine")
    action = yaml.safe_load((repo_root / "action.yml").read_text(encoding="utf-8"))
    step = action["runs"]["steps"][-1]
    command = tmp_path / "bin" / "tenure"
    command.parent.mkdir()
    command.write_text(f'#!{bash}\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    inputs = {**dict.fromkeys(step["env"], ""), "TENURE_CONFLICTS": given, "TENURE_PATHS": "facts"}
    done = subprocess.run(
        [bash, "-e", "-c", step["run"]],
        env={**environment, **inputs, "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    words = done.stdout.splitlines()
    assert words[-2:] == ["--", "facts"]
    assert ("--conflicts" in words) is asked


def test_the_command_line_loads_no_command_that_is_not_asked_for(
    environment: dict[str, str], tmp_path: Path
) -> None:
    heavy = "{'numpy', 'rdflib', 'pyoxigraph'}"
    program = f"import sys, tenure.cli; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == "[]\n"


def test_a_pattern_that_never_ends_is_stopped(run: Run, tmp_path: Path) -> None:
    text = "a" * 64
    (tmp_path / "long.ttl").write_text(
        "<https://w3id.org/tenure/id/person/a> a <https://w3id.org/tenure/ontology#Person> ;"
        f' <http://www.w3.org/2000/01/rdf-schema#label> "{text}!"@en .',
        encoding="utf-8",
    )
    (tmp_path / "never.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:s> a sh:NodeShape ; sh:targetClass <https://w3id.org/tenure/ontology#Person> ;\n"
        "    sh:property [ sh:path <http://www.w3.org/2000/01/rdf-schema#label> ;"
        ' sh:pattern "^(a+)+$" ] .\n',
        encoding="utf-8",
    )
    result = run("validate", "long.ttl", "--shapes", "never.ttl", "--seconds", "2")
    assert result.exit_code == 2
    assert "stopped after 2 seconds" in result.stderr


def test_what_goes_wrong_inside_comes_out_as_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "no.ttl").write_text("<urn:a> <urn:b> .", encoding="utf-8")
    result = run("validate", "facts.ttl", "--shapes", "no.ttl")
    assert result.exit_code == 2
    assert "The shapes do not parse" in result.stderr


ORG = """\
@prefix org: <http://www.w3.org/ns/org#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<urn:ann> a foaf:Person ; org:hasMembership [ a org:Membership ; org:organization <urn:board> ] .
<urn:bob> a foaf:Person ; foaf:name "Bob" .
"""
NAMED = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<urn:Persons> a sh:NodeShape ; sh:targetClass foaf:Person ; sh:property <urn:Named> .
<urn:Named> sh:path foaf:name ; sh:minCount 1 ; sh:message "A person has a name." .
"""


def test_data_of_others_are_held_to_shapes_of_ones_own_and_chosen_rules(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "org.ttl").write_text(ORG, encoding="utf-8")
    (tmp_path / "named.ttl").write_text(NAMED, encoding="utf-8")

    def rules(*options: str) -> list[str]:
        done = run("validate", "org.ttl", "--shapes", "named.ttl", "--format", "json", *options)
        return sorted({one["rule"] for one in json.loads(done.stdout)["findings"]})

    assert rules("--only-shapes") == ["urn:Named"]
    assert rules("--only-shapes", "--without", "urn:Named") == []
    everything = rules()
    assert {"BlankNodeInFacts", "urn:Named"} <= set(everything)
    left_out = [word for rule in everything[:-1] for word in ("--without", rule)]
    assert rules(*left_out) == ["urn:Named"]
    wrong = run("validate", "org.ttl", "--without", "BlankNodesInFacts")
    assert wrong.exit_code == 2
    assert "Nearest: BlankNodeInFacts" in wrong.stderr
    assert "no shapes of your own" in run("validate", "org.ttl", "--only-shapes").stderr
