"""Everything in one file over HTTP: sent while it is made, a few at a time."""

from __future__ import annotations

from typing import cast

import pytest
from starlette.testclient import TestClient

from tenure.errors import TenureError
from tenure.export import export
from tenure.knowledge import KnowledgeBase
from tenure_api.responses import BodyWriter
from tenure_api.routes import export as export_routes
from tenure_api.routes.export import Sink, TooManyExports, Turns


class Heard:
    """An output that keeps what is written."""

    def __init__(self) -> None:
        self.text = b""

    def begin(self, *_: object) -> None:
        """Nothing is to be begun."""

    def flush(self) -> None:
        """Nothing is held."""

    def write(self, data: bytes) -> int:
        """Keeps it."""
        self.text += data
        return len(data)


def heard() -> BodyWriter:
    return cast("BodyWriter", Heard())


@pytest.mark.parametrize("form", export_routes.FORMATS)
def test_it_is_what_the_library_gives(client: TestClient, kb: KnowledgeBase, form: str) -> None:
    answer = client.get(f"/export/{form}")
    assert answer.content == export(kb, form)
    assert answer.headers["content-disposition"].startswith('inline; filename="tenure.')


def test_one_is_made_at_a_time_and_few_are_under_way() -> None:
    turns = Turns(making=1, under_way=2)

    def while_making(sink: Sink) -> None:
        with pytest.raises(TooManyExports):
            turns.in_turn(while_sent, heard())
        while_sent(sink)

    def while_sent(sink: Sink) -> None:
        sink.write(b"x")
        turns.in_turn(while_both_are_sent, heard())

    def while_both_are_sent(sink: Sink) -> None:
        sink.write(b"x")
        with pytest.raises(TooManyExports) as refused:
            turns.in_turn(last, heard())
        assert refused.value.headers["Retry-After"].isdecimal()

    def last(sink: Sink) -> None:
        sink.write(b"whole")

    turns.in_turn(while_making, heard())
    output = heard()
    turns.in_turn(last, output)
    assert cast("Heard", output).text == b"whole"


def test_a_turn_ends_when_making_fails() -> None:
    turns = Turns(making=1, under_way=1)

    def fails(_: Sink) -> None:
        raise TenureError("No.")

    for _ in range(3):
        with pytest.raises(TenureError, match="No"):
            turns.in_turn(fails, heard())


def test_much_is_not_made_in_memory(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_routes, "MOST_AS_JSON_LD", 100)
    refused = client.get("/export/jsonld")
    assert (refused.status_code, refused.json()["where"]) == (400, "format")
    assert "nq" in refused.json()["remedy"]
    assert client.get("/export/jsonld?source=dw-52601139").status_code == 200
    assert client.get("/export/trig").status_code == 200
