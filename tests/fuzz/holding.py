"""What must hold of every answer, whatever was asked, and how many examples are tried.

The number comes from the environment variable ``FUZZ_EXAMPLES``: few by default, so that all of
this takes about a minute; ``FUZZ_EXAMPLES=500 pytest tests/fuzz`` is a longer run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from tenure_api.pages.rendering import SECURITY_HEADERS

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))

DELIBERATE = frozenset((503, 507))
"""Statuses above 499 that say something: stopped for a reason, no room on the disk."""

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
    """What came back, as bytes: nothing between the service and the test puts it right."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: bytes) -> bytes:
        return next((value for found, value in self.headers if found.lower() == name), b"")


def hold(answer: Answer) -> None:
    """What must be so whatever was asked."""
    assert answer.status < 500 or answer.status in DELIBERATE, answer.body[:500]
    assert b"Traceback" not in answer.body
    for name, value in answer.headers:
        assert not set(name + value) & {0, 10, 13}, (name, value)
    for required in SECURITY_HEADERS:
        assert answer.header(required.lower().encode()), required
    told = answer.header(b"content-type").startswith(b"application/json")
    # Reports are answers in themselves: of the gate, and of those who watch over the service.
    assert answer.status < 400 or answer.status in (422, 503) or not told, answer.body[:500]
