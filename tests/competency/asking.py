"""The three faces at which competency questions are asked."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from starlette.testclient import TestClient
from tests.competency.questions import Question, Row, rows_of
from tests.golden.faces import command
from typer.testing import CliRunner

from tenure.catalog import Catalog, ask
from tenure.cli import build_app
from tenure.knowledge import KnowledgeBase
from tenure.store import Solutions, result_format

Ask = Callable[[Question], list[Row]]

FACES = ("python", "command line", "http")
_IN_PROCESS = 8


def from_python(kb: KnowledgeBase, catalog: Catalog) -> Ask:
    """Asks the library."""

    def asked(question: Question) -> list[Row]:
        answer = ask(
            kb, catalog.find(question.ask), question.parameters, kb.policy(question.policy)
        )
        assert isinstance(answer, Solutions)
        return rows_of(answer.serialise(result_format("json")))

    return asked


def on_the_command_line(
    kb: KnowledgeBase, catalog: Catalog, forked: Path, facts: Path, among: list[Question]
) -> Ask:
    """Asks the command.

    One in :data:`_IN_PROCESS` is a process of its own, which opens the facts; the others spare it.
    """

    def asked(question: Question) -> list[Row]:
        words = ["ask", question.ask]
        for name, value in question.parameters.items():
            words += [f"--{name}", value]
        words += ["--policy", question.policy, "--format", "json"]
        if among.index(question) % _IN_PROCESS:
            with command(kb, catalog):
                result = CliRunner().invoke(build_app(), words, prog_name="tenure")
            assert (result.exit_code, result.stderr) == (0, "")
            return rows_of(result.stdout)
        done = subprocess.run(
            [forked / "tenure", *words, "--facts", facts],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return rows_of(done.stdout)

    return asked


def over_http(client: TestClient) -> Ask:
    """Asks the service."""

    def asked(question: Question) -> list[Row]:
        response = client.get(
            f"/queries/{question.ask}",
            params={**question.parameters, "policy": question.policy},
            headers={"accept": "application/sparql-results+json"},
        )
        assert response.status_code == 200, response.text
        return rows_of(response.text)

    return asked
