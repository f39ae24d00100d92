"""A client that a generator makes of the OpenAPI description, used against a real server."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import openapi_generator_cli
import pytest

JAR = Path(openapi_generator_cli.__file__).with_name("openapi-generator.jar")
USE = """
import sys
import tenure_client as made

api = made.QuestionsApi(made.ApiClient(made.Configuration(host=sys.argv[1])))
asked = {"office": "office/pmu-deputy-head", "before": "2020-01-03"}
answer = api.office_holders(**asked, why="1")
assert type(answer) is made.OfficeHoldersAnswer
(row,) = answer.results.bindings
assert type(row) is made.OfficeHoldersRow
assert row.person.value.endswith("/person/abu-mahdi-al-muhandis")
(reason,) = row.why.occurrences
assert type(reason) is made.Explanation
assert [one.name for one in reason.bounds][:2] == ["startEarliest", "startLatest"]
assert made.ServiceApi(api.api_client).health().claims > 200
assert made.ConflictsApi(api.api_client).list_conflicts().conflicts[0].reason
try:
    api.office_holders(office="office/none")
except made.ApiException as refused:
    assert type(refused.data) is made.Problem
    assert refused.data.remedy
else:
    raise AssertionError("an unknown office was not refused")
"""


@pytest.mark.skipif(shutil.which("java") is None, reason="the generator runs on Java")
def test_a_generated_client_has_types(address: str, tmp_path: Path) -> None:
    described = tmp_path / "openapi.json"
    with urlopen(f"{address}/openapi.json") as answer:  # noqa: S310 - on loopback
        described.write_bytes(answer.read())
    less = (
        "apis,models,supportingFiles,apiTests=false,modelTests=false,apiDocs=false,modelDocs=false"
    )
    generate = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(JAR), "generate"]
    generate += [
        "-g",
        "python",
        "-i",
        str(described),
        "-o",
        str(tmp_path),
        "--package-name",
        "tenure_client",
        "--global-property",
        less,
    ]
    done = subprocess.run(generate, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    use = [sys.executable, "-c", USE, address]
    done = subprocess.run(use, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
