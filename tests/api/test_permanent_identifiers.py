"""Where https://w3id.org/tenure/ leads: deploy/w3id redirects to addresses that the service has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

REDIRECT = re.compile(
    r"^RewriteRule (\S+) https://%\{ENV:TENURE_HOST\}(\S+) \[R=303,", re.MULTILINE
)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "ontology",
        "ontology/0.1.0",
        "ontology/time",
        "ontology/time/0.1.0",
        "vocabulary",
        "vocabulary/0.1.0",
        "id/person/ali-shamkhani",
        "claim/jpost-620411/10-1",
        "source/jpost-620411",
        "at/2020-01-02",
        "policy/newest/at/2020-01-02",
        "graph/world",
        "relations/crowding",
    ],
)
def test_they_lead_to_addresses_of_the_service(
    path: str, repo_root: Path, client: TestClient
) -> None:
    rules = (repo_root / "deploy" / "w3id" / "tenure" / ".htaccess").read_text(encoding="utf-8")
    targets = [
        re.compile(pattern).sub(target.replace("$", "\\"), path)
        for pattern, target in REDIRECT.findall(rules)
        if re.search(pattern, path)
    ]
    assert len(targets) == 1
    answer = client.get(targets[0], headers={"accept": "text/turtle, text/html;q=0.1"})
    assert answer.status_code in (200, 303), targets[0]
