"""What a client wants most, as its ``Accept`` header says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure_api.negotiation import negotiate

TTL, JSONLD, HTML = "text/turtle", "application/ld+json", "text/html"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, TTL),
        ("", TTL),
        ("  ", TTL),
        ("*/*", TTL),
        ("text/*", TTL),
        (HTML, HTML),
        ("TEXT/HTML", HTML),
        ("application/ld+json, text/turtle;q=0.9", JSONLD),
        ("text/turtle;q=0.9,application/ld+json", JSONLD),
        ("text/turtle ; q=0.1 , text/html ; Q=0.2", HTML),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", HTML),
        ("*/*;q=0.5, text/turtle;q=0", JSONLD),
        ("text/*;q=0, */*", JSONLD),
        ("text/*;q=0.9, text/turtle;q=0.1, application/ld+json;q=0.5", HTML),
        ('application/ld+json;profile="a, b;q=0"', JSONLD),
        ("application/pdf", None),
        ("text/turtle;q=0", None),
        ("text/turtle;q=2", None),
        ("text/turtle;q=nan, text/html;q=0.1", HTML),
        ("text/turtle;q=-1", None),
        ("text/turtle;q=0.0001", None),
        ("garbage", None),
        ("/", None),
        ("*/turtle", None),
        ('"', None),
        (",,, text/html ,,", HTML),
        ("x/y," * 5000 + "text/html", None),
    ],
)
def test_negotiation(accept: str | None, expected: str | None) -> None:
    assert negotiate(accept, [TTL, JSONLD, HTML]) == expected


def test_nothing_offered_is_nothing_chosen() -> None:
    assert negotiate("*/*", []) is None


@given(st.text(max_size=300))
def test_whatever_a_client_sends_the_choice_is_one_of_those_offered(accept: str) -> None:
    assert negotiate(accept, [TTL, JSONLD]) in {TTL, JSONLD, None}


@given(st.text(alphabet='text/urlhmq=0.159;,* "\\', max_size=200))
def test_headers_that_are_nearly_right(accept: str) -> None:
    assert negotiate(accept, [TTL, HTML]) in {TTL, HTML, None}
