"""Health, readiness, measures, log and audit log of a service."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from tests.bounded import files_bounded
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.errors import BadClaim, StoreFull
from tenure.knowledge import KnowledgeBase
from tenure_api import monitoring
from tenure_api.audit import Audit
from tenure_api.concurrency import MOST_CLIENTS, TokenBuckets, TooManyRequests
from tenure_api.middleware import AT_ONCE
from tenure_api.monitoring import Metrics, Readiness
from tenure_api.security import Keys, Principal, build_access
from tenure_api.settings import Settings


@pytest.fixture
def own(kb: KnowledgeBase, catalog: Catalog) -> Iterator[TestClient]:
    """A client of a service of this test's own, whose counts begin at zero."""
    app = app_over(kb, catalog)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def counted(client: TestClient, **labels: str) -> float:
    found = samples(client.get("/metrics").text)
    return found.get(("tenure_http_requests_total", tuple(sorted(labels.items()))), 0)


# ------------------------------------------------------------------ measures


def test_requests_are_counted_by_the_template_of_their_route(own: TestClient) -> None:
    for slug in ("state/iraq", "person/ali-shamkhani", "no/such-thing"):
        own.get(f"/doc/{slug}")
    own.get("/nowhere/at-all")
    own.get("/static/tenure.css")
    assert counted(own, method="GET", route="/doc/{slug}", status="200") == 2
    assert counted(own, method="GET", route="/doc/{slug}", status="404") == 1
    assert counted(own, method="GET", route="(none)", status="404") == 1
    assert counted(own, method="GET", route="/static", status="200") == 1
    text = own.get("/metrics").text
    assert "iraq" not in text
    assert "nowhere" not in text


def test_a_path_never_becomes_a_label(own: TestClient) -> None:
    paths = ("/at/2020", "/explain/x", "/id/a/b", "/queries/none", "//", "/%2e%2e/x", "/doc/")
    for path in paths:
        own.get(path)
    found = samples(own.get("/metrics").text)
    routes = {dict(labels)["route"] for name, labels in found if name.endswith("requests_total")}
    assert routes.isdisjoint(paths)
    assert {"/at/{when}", "/explain/{slug}", "/id/{slug}", "/queries/{name}", "(none)"} <= routes


def test_methods_that_nobody_knows_are_one(own: TestClient) -> None:
    for method in ("BREW", "PROPFIND"):
        own.request(method, "/queries")
    assert counted(own, method="other", route="/queries", status="405") == 2


def test_the_state_is_told(own: TestClient, kb: KnowledgeBase) -> None:
    found = samples(own.get("/metrics").text)
    assert found["tenure_claims", ()] == len(kb.claims)
    assert found["tenure_store_generation", ()] == kb.generation
    assert found["tenure_http_requests_in_progress", ()] == 1
    assert own.get("/metrics").headers["content-type"].startswith("text/plain")


def test_writes_stops_and_workers(kb: KnowledgeBase) -> None:
    metrics = Metrics()
    metrics.watch(kb, lambda: {"busy": 1, "idle": 2})
    metrics.wrote("committed")
    metrics.stopped("time")
    metrics.stopped("time")
    found = samples(metrics.text().decode())
    assert found["tenure_writes_total", (("outcome", "committed"),)] == 1
    assert found["tenure_queries_stopped_total", (("reason", "time"),)] == 2
    assert found["tenure_workers", (("state", "idle"),)] == 2


def test_a_fault_is_counted_as_one(kb: KnowledgeBase, catalog: Catalog) -> None:
    app = app_over(kb, catalog)

    def fail() -> None:
        raise RuntimeError("at once")

    app.add_api_route("/fails", fail)
    with TestClient(app, raise_server_exceptions=False) as client:
        failed = client.get("/fails", headers={"X-Request-Id": "this-one"})
        assert (failed.status_code, failed.headers["x-request-id"]) == (500, "this-one")
        assert counted(client, method="GET", route="/fails", status="500") == 1


@pytest.mark.parametrize(("setting", "status"), [("open", 200), ("key", 401), ("off", 404)])
def test_who_may_read_the_measures(
    kb: KnowledgeBase, catalog: Catalog, tmp_path: Path, setting: str, status: int
) -> None:
    keys = Keys(tmp_path / "keys.json")
    settings = Settings.model_validate({"metrics": setting, "hosts": ("testserver",)})
    app = app_over(kb, catalog, access=build_access(settings, keys), settings=settings)
    with TestClient(app) as client:
        assert client.get("/metrics").status_code == status
        for scope, allowed in (("write", 403), ("admin", 200)):
            told, _ = keys.add("Ada", [scope])
            answer = client.get("/metrics", headers={"Authorization": f"Bearer {told}"})
            assert answer.status_code == (allowed if setting == "key" else status)


def test_every_measure_is_documented(repo_root: Path, kb: KnowledgeBase) -> None:
    page = (repo_root / "docs" / "howto" / "operations.md").read_text(encoding="utf-8")
    metrics = Metrics()
    metrics.watch(kb, lambda: {"idle": 1})
    names = {family.name for family in text_string_to_metric_families(metrics.text().decode())}
    for name in names:
        if name.startswith("tenure_") and not name.endswith("_created"):
            assert f"`{name}`" in page, f"docs/howto/operations.md does not tell of {name}"


# ------------------------------------------------------------------ readiness


def test_ready_says_what_is_the_matter_and_no_more(
    kb: KnowledgeBase, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "none" / "audit.jsonl"
    settings = Settings(writable=True, audit=log, hosts=("testserver",))
    with TestClient(app_over(kb, catalog, settings=settings)) as client:
        answer = client.get("/ready")
        assert answer.status_code == 503
        assert answer.json() == {"status": "not ready", "problems": ["audit log"]}
        assert str(tmp_path) not in answer.text
        log.parent.mkdir()
        assert client.get("/ready").json() == {"status": "ready", "problems": []}
        assert client.get("/ready").headers["cache-control"] == "no-store"

        def broken(_self: KnowledgeBase) -> None:
            raise BadClaim("one that nobody understands")

        monkeypatch.setattr(KnowledgeBase, "claims", property(broken))
        assert client.get("/ready").json()["problems"] == ["knowledge base"]
        # It is alive all the same: to start it anew would not help.
        assert client.get("/health").json()["status"] == "ok"
        assert client.get("/metrics").status_code == 200


def test_checks_that_are_added_count() -> None:
    readiness = Readiness()
    assert readiness.problems() == []
    failing: list[OSError] = []

    def check() -> None:
        if failing:
            raise failing[0]

    readiness.add("disk", check)
    assert readiness.problems() == []
    failing.append(OSError("full"))
    assert readiness.problems() == ["disk"]


# ------------------------------------------------------------------ the log


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Where a test sends the log; what was set up before is put back afterwards."""
    root = logging.getLogger()
    handlers, level, requests = root.handlers[:], root.level, monitoring.REQUESTS.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    monitoring.REQUESTS.setLevel(requests)


def test_a_request_is_a_line_of_json(own: TestClient, written: io.StringIO) -> None:
    monitoring.configure("json", "info", written)
    own.get("/doc/state/iraq?format=ttl", headers={"X-Request-Id": "mine-1"})
    # On a busy machine it may be slow, which its message would say.
    [line] = [json.loads(line) for line in written.getvalue().splitlines() if '"method"' in line]
    assert line["request"] == "mine-1"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/doc/{slug}", 200)
    assert line["path"] == "/doc/state/iraq"
    assert line["milliseconds"] >= 0
    assert "format" not in json.dumps(line)


@pytest.mark.parametrize("sent", [None, "", "a b", "x" * 65, "a\tb", "<script>", '"'])
def test_an_id_that_is_not_safe_is_replaced(own: TestClient, sent: str | None) -> None:
    answer = own.get("/health", headers={} if sent is None else {"X-Request-Id": sent})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    assert (
        own.get("/health", headers={"X-Request-Id": "a.B-1_"}).headers["x-request-id"] == "a.B-1_"
    )


def test_a_slow_query_is_told_of_without_what_is_secret(
    kb: KnowledgeBase, catalog: Catalog, tmp_path: Path, written: io.StringIO
) -> None:
    keys = Keys(tmp_path / "keys.json")
    told, _ = keys.add("Ada", ["read"])
    settings = Settings(slow_seconds=1e-9, hosts=("testserver",))
    monitoring.configure("json", "warning", written)
    with TestClient(
        app_over(kb, catalog, access=build_access(settings, keys), settings=settings)
    ) as client:
        query = f"SELECT * {{ ?s ?p '{told}' }}\n# {'long ' * 100}"
        headers = {"Authorization": f"Bearer {told}", "Cookie": "secret-cookie"}
        client.post("/sparql", data={"query": query}, headers=headers)
    text = written.getvalue()
    [line] = [json.loads(line) for line in text.splitlines() if '"slow"' in line]
    assert line["who"] == "Ada"
    assert line["route"] == "/sparql"
    assert len(line["query"]["begins"]) <= 200
    assert line["query"]["characters"] == len(query)
    assert line["query"]["begins"].startswith("SELECT * { ?s ?p 'tenure_")
    assert told not in text
    assert "secret-cookie" not in text


@pytest.mark.parametrize("form", ["text", "json"])
@given(message=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_nobody_puts_a_line_of_their_own_into_the_log(form: str, message: str) -> None:
    formatter = monitoring._JsonFormatter() if form == "json" else monitoring._TextFormatter()
    record = logging.LogRecord("x", logging.INFO, "f", 1, "%s", (message,), None)
    record.fields = {"path": message}
    line = formatter.format(record)
    assert "\n" not in line
    assert "\r" not in line
    if form == "json":
        assert json.loads(line)["path"] == monitoring.blotted(message) or '"' in message


@given(st.binary(min_size=32, max_size=32), st.text(max_size=20), st.text(max_size=20))
def test_a_key_is_blotted_out_wherever_it_stands(secret: bytes, before: str, after: str) -> None:
    told = f"tenure_0123abcd_{secret.hex()[:43]}"
    assert secret.hex()[:43] not in monitoring.blotted(f"{before}{told} {after}")


def test_tokens_are_blotted_out() -> None:
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2ln"
    assert monitoring.blotted(f"x {token} y") == "x *** y"
    assert monitoring.blotted("authorization: BEARER abc/def+=") == "authorization: BEARER ***"


def test_bytes_that_are_no_request_do_not_fill_the_log() -> None:
    now = [0.0]
    seldom = monitoring.Seldom(most=2, seconds=60, clock=lambda: now[0])

    def passes(name: str, message: str, level: int = logging.WARNING) -> logging.LogRecord | None:
        record = logging.LogRecord(name, level, "f", 1, message, (), None)
        return record if seldom.filter(record) else None

    passed = [passes("uvicorn.error", "Invalid HTTP request received.") for _ in range(1_000)]
    assert [one is not None for one in passed] == [True, True] + [False] * 998
    assert passes("uvicorn.error", "Another.")
    assert passes("uvicorn.error", "Invalid HTTP request received.", logging.ERROR)
    assert all(passes("tenure_api.slow", "slow") for _ in range(1_000))
    now[0] = 61
    later = passes("uvicorn.error", "Invalid HTTP request received.")
    assert later is not None
    assert vars(later)["fields"] == {"left_out": 998}


# ------------------------------------------------------------------ the audit log


@pytest.fixture
def asked() -> Request:
    return Request(
        {"type": "http", "method": "POST", "path": "/sparql", "headers": [], "client": ("::1", 1)}
    )


UPDATE = "INSERT DATA { GRAPH <https://example.org/graph> { <urn:x:a> <urn:x:b> <urn:x:c> } }"

ADA = Principal("Ada", frozenset({"write"}), "key", "0123abcd")


def test_a_write_is_a_line(tmp_path: Path, asked: Request) -> None:
    audit = Audit(tmp_path / "audit.jsonl")
    for outcome in ("committed", "refused"):
        audit.record(asked, ADA, "POST /sparql", outcome, revisions=["urn:r"], added=2)
    assert audit.file is not None
    lines = [json.loads(line) for line in audit.file.read_text().splitlines()]
    assert [line["outcome"] for line in lines] == ["committed", "refused"]
    first = lines[0]
    assert (first["who"], first["how"], first["identity"]) == ("Ada", "key", "0123abcd")
    assert (first["from"], first["action"], first["added"]) == ("::1", "POST /sparql", 2)
    if os.name == "posix":
        assert stat.S_IMODE(audit.file.stat().st_mode) == 0o600


def test_it_can_be_rotated_and_holds_no_key(tmp_path: Path, asked: Request) -> None:
    audit = Audit(tmp_path / "audit.jsonl")
    audit.record(asked, ADA, "one", "committed")
    assert audit.file is not None
    audit.file.rename(tmp_path / "old")
    key = f"tenure_0123abcd_{'s' * 43}"
    audit.record(asked, ADA, f"two {key}", "committed")
    assert "one" in (tmp_path / "old").read_text()
    assert "two" in audit.file.read_text()
    assert "s" * 43 not in audit.file.read_text()


def test_half_a_line_is_taken_back_and_waits_with_the_others(
    tmp_path: Path, asked: Request
) -> None:
    audit = Audit(tmp_path / "audit.jsonl")
    assert audit.file is not None
    audit.record(asked, ADA, "one", "committed")
    size = audit.file.stat().st_size
    with files_bounded(size + 50):
        for action in ("two", "three"):
            audit.record(asked, ADA, action, "refused")
        with pytest.raises(OSError, match=r"large|space"):
            audit.check()
        with pytest.raises(StoreFull):
            audit.refuse_unwritten()
        assert audit.file.stat().st_size == size
    audit.check()
    lines = [json.loads(line) for line in audit.file.read_text().splitlines()]
    assert [line["action"] for line in lines] == ["one", "two", "three"]


def test_a_line_that_broke_off_is_closed_before_the_next(tmp_path: Path, asked: Request) -> None:
    audit = Audit(tmp_path / "audit.jsonl")
    assert audit.file is not None
    audit.file.write_text('{"at": "2026-01-01T00:00:00.000+00:00", "wh')
    audit.record(asked, ADA, "one", "committed")
    broken, whole = audit.file.read_text().splitlines()
    assert broken.endswith('"wh')
    assert json.loads(whole)["action"] == "one"


def test_a_disk_that_fills_up_is_noticed_before_a_line_is_lost(
    tmp_path: Path, asked: Request
) -> None:
    audit = Audit(tmp_path / "audit.jsonl")
    audit.record(asked, ADA, "one", "committed")
    audit.check()
    assert [one.name for one in tmp_path.iterdir()] == ["audit.jsonl"]
    assert audit.file is not None
    with (
        files_bounded(audit.file.stat().st_size + 50),
        pytest.raises(OSError, match=r"large|space"),
    ):
        audit.check()
    full = Audit(Path("/dev/full"))
    with pytest.raises(OSError, match="space"):
        full.check()


def test_lines_beyond_those_that_wait_are_counted(
    tmp_path: Path, asked: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenure_api.audit._MOST_WAITING", 2)
    audit = Audit(tmp_path / "none" / "audit.jsonl")
    for action in ("one", "two", "three", "four"):
        audit.record(asked, ADA, action, "refused")
    assert audit.file is not None
    audit.file.parent.mkdir()
    audit.check()
    first, second, last = map(json.loads, audit.file.read_text().splitlines())
    assert (first["action"], second["action"], last["left_out"]) == ("one", "two", 2)


def test_a_service_whose_audit_log_is_full_takes_no_write_and_is_not_ready(
    kb: KnowledgeBase, catalog: Catalog, tmp_path: Path
) -> None:
    keys = Keys(tmp_path / "keys.json")
    key, _ = keys.add("Ada", ["write"], None)
    settings = Settings(writable=True, audit=Path("/dev/full"), hosts=("testserver",))
    app = app_over(kb, catalog, access=build_access(settings, keys), settings=settings)
    with TestClient(app) as client:
        assert client.get("/ready").json()["problems"] == ["audit log"]
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/sparql-update"}
        before = kb.store.generation
        # What is refused finds out; from then on nothing is asked of the writer.
        wrong = client.post("/sparql", content="INSERT DATA {", headers=headers)
        assert wrong.status_code == 400
        right = client.post("/sparql", content=UPDATE, headers=headers)
        assert right.status_code == 507
        assert "audit log" in right.json()["detail"]
        assert kb.store.generation == before


def test_a_line_that_cannot_be_written_goes_to_the_log(
    tmp_path: Path, asked: Request, caplog: pytest.LogCaptureFixture
) -> None:
    audit = Audit(tmp_path / "none" / "audit.jsonl")
    audit.record(asked, ADA, "one", "committed")
    assert "cannot be written" in caplog.text
    with pytest.raises(OSError, match="No such file"):
        audit.check()


@pytest.fixture
def refusing(
    kb: KnowledgeBase, catalog: Catalog, tmp_path: Path
) -> Iterator[tuple[TestClient, Path, str]]:
    """A service whose writes all are refused, its audit log, and a key that may only read."""
    keys = Keys(tmp_path / "keys.json")
    reader, _ = keys.add("Bert", ["read"])
    file = tmp_path / "audit.jsonl"
    settings = Settings(writable=True, hosts=("testserver",), audit=file, keys=keys.file)
    app = app_over(kb, catalog, access=build_access(settings, keys), settings=settings)
    with TestClient(app) as client:
        yield client, file, reader


def test_refused_writes_leave_a_line(refusing: tuple[TestClient, Path, str]) -> None:
    client, file, reader = refusing
    bearer = {"Authorization": f"Bearer {reader}"}
    bad = f"tenure_0123abcd_{'x' * 43}"
    client.post("/sparql", content=UPDATE, headers={"content-type": "application/sparql-update"})
    client.post("/claims", content="x", headers=bearer)
    client.put(f"/rdf-graph-store/{bad}", content="x")
    client.delete("/rdf-graph-store/a", headers={"Authorization": f"Bearer {bad}"})
    client.post("/admin/backup", headers=bearer)
    # What only reads leaves none, whatever it is answered.
    client.post("/sparql", data={"query": "ASK {"})
    client.post("/validate", content="x")
    client.get("/queries", headers={"Authorization": f"Bearer {bad}"})
    client.post("/nowhere")
    text = file.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(one["who"], one["action"], one["status"], one["why"]) for one in lines] == [
        ("anonymous", "POST /sparql", 401, "Unauthorised"),
        ("Bert", "POST /claims", 403, "Forbidden"),
        ("unknown", "DELETE /rdf-graph-store/a", 401, "Unauthorised"),
        ("Bert", "POST /admin/backup", 403, "Forbidden"),
    ]
    assert {one["outcome"] for one in lines} == {"refused"}
    assert reader not in text
    assert bad not in text


def test_strangers_do_not_fill_the_audit_log(refusing: tuple[TestClient, Path, str]) -> None:
    client, file, reader = refusing
    for _ in range(AT_ONCE + 40):
        assert client.post("/claims", content="x").status_code == 401
    assert len(file.read_text().splitlines()) <= AT_ONCE + 3
    # Whoever is known has lines of their own, and the next line tells how many are missing.
    client.post("/claims", content="x", headers={"Authorization": f"Bearer {reader}"})
    last = json.loads(file.read_text().splitlines()[-1])
    assert last["who"] == "Bert"
    assert last["left_out"] >= 37


# ------------------------------------------------------------------ token buckets


@given(
    st.integers(1, 20),
    st.floats(0.1, 100),
    st.lists(st.floats(0, 5), max_size=60),
)
def test_a_bucket_never_gives_more_than_it_holds_and_gets(
    burst: int, rate: float, pauses: list[float]
) -> None:
    now = [0.0]
    buckets = TokenBuckets(rate, burst, lambda: now[0])
    given_at: list[float] = []
    for pause in pauses:
        now[0] += pause
        try:
            buckets.take("one")
        except TooManyRequests:
            continue
        given_at.append(now[0])
    for first, begin in enumerate(given_at):
        for last in range(first, len(given_at)):
            allowed = burst + (given_at[last] - begin) * rate
            assert last - first + 1 <= allowed + 1e-6


def test_who_waits_as_long_as_told_is_answered() -> None:
    now = [0.0]
    buckets = TokenBuckets(0.5, 1, lambda: now[0])
    buckets.take("one")
    with pytest.raises(TooManyRequests) as caught:
        buckets.take("one")
    now[0] += int(caught.value.headers["Retry-After"])
    buckets.take("one")
    buckets.take("two")


def test_the_number_of_buckets_is_bounded() -> None:
    buckets = TokenBuckets(1, 1, lambda: 0.0)
    for number in range(MOST_CLIENTS + 50):
        buckets.take(str(number))
    assert len(buckets) == MOST_CLIENTS


def test_no_rate_is_no_limit() -> None:
    buckets: Any = TokenBuckets(0, 1, lambda: 0.0)
    for _ in range(1_000):
        buckets.take("one")
    assert len(buckets) == 0
