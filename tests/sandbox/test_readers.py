"""Readers: what strangers send is read where it can be stopped, and what it took is given back."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tenure.errors import BadRdf, TenureError, TooMuchToRead
from tenure.sandbox.limits import ReadingStopped, TaskLimits, error_from_json
from tenure.sandbox.tasks import Done, Readers, Task
from tenure.store.sandbox_tasks import quads_read

TURTLE = "text/turtle"
JSON_LD = "application/ld+json"
SOUND = b"<https://example.org/a> <https://example.org/b> _:c ."
TERMS = 20_000


@pytest.fixture
def readers() -> Iterator[Readers]:
    opened = Readers(TaskLimits(seconds=1, memory=128 << 20, bytes=4 << 20))
    yield opened
    opened.close()


def read(readers: Readers, data: bytes, form: str = TURTLE, most: int = 100_000) -> Done:
    told = {"forms": [form], "base": None, "most": most}
    return readers.do(Task("tenure.store.sandbox_tasks", "read_bodies", told, (data,)))


def defined_by_each_other(kind: str) -> bytes:
    def of(number: int) -> object:
        after = f"t{number + 1}"
        return {
            "term": after,
            "prefix": f"{after}:x",
            "@id": {"@id": f"{after}:x"},
            "@type": {"@id": f"{after}:x", "@type": f"{after}:y"},
            "@reverse": {"@reverse": f"{after}:x"},
        }[kind]

    context = {f"t{number}": of(number) for number in range(TERMS)}
    context |= {f"t{TERMS}": "https://example.org/"}
    return json.dumps({"@context": context, "t0": {"@id": "https://example.org/a"}}).encode()


BASE = b"@base <https://example.org/> .\n" + b"@base <x/> .\n" * 100_000
LIST = b"<https://example.org/a> <https://example.org/b> (" + b"1 " * 2_000_000 + b")."
LONG_BASE = b"@base <https://example.org/%s/> .\n" % (b"a" * 1_000_000) + b"<x> <y> <z> .\n" * 9_000


def test_a_reader_reads(readers: Readers) -> None:
    done = read(readers, SOUND)
    assert done.result["count"] == 1
    assert len(list(quads_read(done.data))) == 1


@pytest.mark.parametrize("kind", ["term", "prefix", "@id", "@type", "@reverse"])
def test_terms_defined_by_each_other_end_the_reader_alone(readers: Readers, kind: str) -> None:
    # How deep the engine goes for a kind is its own affair.
    with suppress(BadRdf, TooMuchToRead):
        read(readers, defined_by_each_other(kind), JSON_LD)
    assert read(readers, SOUND).result["count"] == 1


@pytest.mark.parametrize("data", [BASE, LIST, LONG_BASE], ids=["base", "list", "long-base"])
def test_what_takes_too_much_is_stopped(readers: Readers, data: bytes) -> None:
    with pytest.raises((TooMuchToRead, ReadingStopped)):
        read(readers, data)
    assert read(readers, SOUND).result["count"] == 1


def test_a_place_in_the_body_comes_back(readers: Readers) -> None:
    with pytest.raises(BadRdf) as refused:
        read(readers, b"<https://example.org/a> <https://example.org/b> 1 .\n<a> nonsense")
    assert refused.value.where is not None
    assert refused.value.where.line == 2


def test_a_small_task_leaves_its_reader_to_the_next(readers: Readers) -> None:
    for _ in range(3):
        read(readers, SOUND)
    assert readers.counts() == {"busy": 0, "idle": 1}


def test_no_memory_is_kept_that_a_body_took(readers: Readers) -> None:
    some = b"".join(
        b"<https://example.org/%d> <https://example.org/b> 1 .\n" % n for n in range(90_000)
    )
    with pytest.raises(TooMuchToRead):
        read(readers, some, most=80_000)
    assert readers.counts()["busy"] == 0


def test_closing_stops_what_is_under_way(readers: Readers) -> None:
    said: list[TenureError] = []

    def work() -> None:
        try:
            read(readers, BASE)
        except TenureError as error:
            said.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    while not readers.counts()["busy"]:
        time.sleep(0.01)
    readers.close()
    thread.join(30)
    assert not thread.is_alive()
    assert [one.http_status for one in said] == [503]
    with pytest.raises(ReadingStopped):
        read(readers, SOUND)


def test_what_a_reader_says_is_not_believed() -> None:
    made = error_from_json(
        {"kind": "SystemExit", "what": "x" * 10_000, "where": {"a": 1}, "remedy": 3}
    )
    assert type(made).__name__ == "BadInput"
    assert len(made.what) == 2_000
    assert made.where is None
