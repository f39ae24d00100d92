"""Every operation of the OpenAPI description, with values that fit it and values that do not."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from tests.fuzz.conftest import Ask
from tests.fuzz.holding import EXAMPLES

# The few examples of the bounded run are the same each time; a longer one looks elsewhere.
QUIET = settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES < 20,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)

ACCEPTED = ("*/*", "text/html", "application/json", "text/turtle")


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_operation_fails(service: FastAPI, ask: Ask, bearer: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_dict(service.openapi())
    asked = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @QUIET
        @given(operation.as_strategy(generation_mode=mode))
        def try_it(case: Case[Any]) -> None:
            nonlocal asked
            asked += 1
            send(ask, case, bearer, ACCEPTED[asked % len(ACCEPTED)])

        try:
            try_it()
        except Unsatisfiable:
            # An operation without parameters cannot be given wrong ones.
            assert mode is GenerationMode.NEGATIVE, operation.label
        except AssertionError as error:
            error.add_note(operation.label)
            raise
    assert asked > 40 * EXAMPLES / 2


def send(ask: Ask, case: Case[Any], bearer: str, accept: str) -> None:
    """Sends what was generated, as the bytes that a client would send."""
    told: dict[str, Any] = case.as_transport_kwargs(base_url="http://testserver")
    headers = [(b"authorization", bearer.encode()), (b"accept", accept.encode())]
    body = told.get("data", b"")
    if "json" in told:
        body = json.dumps(told["json"])
    elif isinstance(body, dict):
        body = urlencode(body, doseq=True, errors="surrogatepass")
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogatepass")
    if case.media_type:
        headers.append((b"content-type", case.media_type.encode("latin-1", "replace")))
    query = urlencode(told.get("params") or {}, doseq=True, errors="surrogatepass")
    ask(
        urlsplit(told["url"]).path.encode("latin-1", "replace"),
        case.method,
        query=query.encode(),
        headers=headers,
        body=body if isinstance(body, bytes) else b"",
    )
