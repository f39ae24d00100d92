"""The parts of a form with several files."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.amount import cases

from tenure.errors import BadInput
from tenure_api.bodies import MOST_PARTS, FormPart, parts_of

BOUNDARY = "multipart/form-data; boundary=xyz"


def test_parts_of_a_form() -> None:
    body = (
        b"preamble\r\n--xyz\r\nContent-Type: text/turtle\r\n"
        b'Content-Disposition: form-data; name="a"\r\n\r\none\r\n\r\n'
        b"--xyz  \r\ncontent-type:text/csv\r\n\r\n--xy\r\n--xyz--epilogue"
    )
    assert parts_of(body, BOUNDARY) == [
        FormPart("text/turtle", "a", b"one\r\n"),
        FormPart("text/csv", "", b"--xy"),
    ]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--xyz\r\n\r\n\r\n--xyz--", "multipart/form-data"),
        (b"--xyz\r\n\r\n\r\n--xyz--", "multipart/form-data; boundary=" + "x" * 71),
        (b"--xyz\r\n\r\n\r\n--xyz--", 'multipart/form-data; boundary="\xfc"'),
        (b"", BOUNDARY),
        (b"--xyz\r\nno end", BOUNDARY),
        (b"--xyz\r\n\r\nno end", BOUNDARY),
        (b"--xyz\r\n\r\n\r\n" * (MOST_PARTS + 1) + b"--xyz--", BOUNDARY),
        (b"--xyz\r\nX: " + b"y" * 9_000 + b"\r\n\r\n\r\n--xyz--", BOUNDARY),
    ],
)
def test_forms_that_cannot_be_read(body: bytes, content_type: str) -> None:
    with pytest.raises(BadInput):
        parts_of(body, content_type)


@settings(max_examples=cases(100))
@given(st.lists(st.binary(max_size=40), max_size=5))
def test_what_is_put_into_a_form_comes_out(contents: list[bytes]) -> None:
    mark = b"boundary-7MA4YWxkTrZu0gW"
    body = b"".join(
        b"--" + mark + b"\r\nContent-Type: text/turtle\r\n\r\n" + data + b"\r\n"
        for data in contents
    )
    kind = f"multipart/form-data; boundary={mark.decode()}"
    found = parts_of(body + b"--" + mark + b"--\r\n", kind)
    assert [part.data for part in found] == contents


@settings(max_examples=cases(100))
@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_refused(body: bytes) -> None:
    try:
        parts = parts_of(body, "multipart/form-data; boundary=-")
    except BadInput:
        return
    assert all(part.data in body for part in parts)
