"""Claims added and retracted over HTTP, and the plain backup."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient
from tests.service import app_over
from tests.transactions.documents import TENURE, claim, document, iri

from tenure.catalog import Catalog
from tenure.errors import BadInput, StoreFull
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.transactions.backup import lasting, restore
from tenure.transactions.commit import refuse_when_full
from tenure_api.security import Access, Principal, with_included
from tenure_api.settings import Settings

TRIG = "application/trig"


class ByName:
    """Knows bearers by what they send: the scope itself, written long enough."""

    async def authenticate(self, token: str) -> Principal | None:
        scope = token.partition("-")[0]
        return Principal("ada", with_included([scope]), "key", token)

    def check(self) -> None:
        """They are always known."""


@pytest.fixture
def kb(repo_root: Path, tmp_path: Path) -> Iterator[KnowledgeBase]:
    """A knowledge base of one source, to be written to."""
    for name in ("entities.ttl", "rt-483298.trig"):
        shutil.copyfile(repo_root / "kb" / "facts" / name, tmp_path / name)
    opened = open_knowledge_base(tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture
def client(kb: KnowledgeBase, catalog: Catalog) -> Iterator[TestClient]:
    """A client that may write."""
    app = app_over(kb, catalog, access=Access([ByName()], writable=True))
    headers = {"Authorization": "Bearer write-0123456789abcdef", "Content-Type": TRIG}
    with TestClient(app, follow_redirects=False, headers=headers) as client:
        yield client


def test_claims_are_added_and_said_to_be(client: TestClient, kb: KnowledgeBase) -> None:
    dry = client.post("/claims", params={"dry-run": "true"}, content=document())
    assert (dry.status_code, dry.json()["added"]) == (200, [iri()])
    assert iri() not in kb.claims
    done = client.post("/claims", params={"message": "By post."}, content=document())
    assert done.status_code == 201
    assert done.headers["location"] == "/claim/gazette/1"
    told = done.json()
    assert (told["added"], told["dryRun"], told["changed"]) == ([iri()], False, True)
    assert kb.claims[iri()].recorded_at == told["instant"]
    history = client.get("/history", headers={"Accept": "application/json"}).json()
    assert "By post." in str(history)
    assert client.get(done.headers["location"], headers={"Accept": TRIG}).status_code == 200
    again = client.post("/claims", content=document())
    assert (again.status_code, again.json()["changed"]) == (200, False)


def test_a_second_term_is_offered_and_made(client: TestClient, kb: KnowledgeBase) -> None:
    first = 'tn:start "2001"^^edtf:EDTF ; tn:end "2003"^^edtf:EDTF'
    second = 'tn:start "2010"^^edtf:EDTF ; tn:end "2012"^^edtf:EDTF'
    assert client.post("/claims", content=document(claim(1, first))).json()["stretches"] == []
    text = document(claim(2, second))
    told = client.post("/claims", params={"dry-run": "true"}, content=text).json()
    offered = {"claim": iri(2), "situation": TENURE, "nextStretch": f"{TENURE}--2"}
    assert told["stretches"] == [{**offered, "written": False}]
    assert [one["kind"] for one in told["conflicts"]] == ["time"]
    asked = {"next-stretch": "true"}
    done = client.post("/claims", params=asked, content=text)
    assert done.status_code == 201
    assert done.json()["stretches"] == [{**offered, "written": True}]
    assert done.json()["conflicts"] == []
    assert {str(one.subject) for one in kb.claims[iri(2)].content} == {f"<{TENURE}--2>"}
    rows = client.get("/queries/offices-held", params={"person": "person/jane-roe"}).json()
    assert len(rows["results"]["bindings"]) == 2
    again = client.post("/claims", params=asked, content=text)
    assert (again.status_code, again.json()["changed"]) == (200, False)
    wrong = client.post("/claims", params={"next-stretch": "perhaps"}, content=text)
    assert wrong.status_code == 400


def test_a_deprecated_term_is_taken_with_a_warning(client: TestClient, kb: KnowledgeBase) -> None:
    text = document(claim(1, "tn:hasAxiom tn:EndedHadBegun"))
    done = client.post("/claims", content=text)
    assert done.status_code == 201, done.text
    (warning,) = done.json()["warnings"]
    assert warning["rule"] == "DeprecatedTerm"
    assert warning["message"] == "tn:hasAxiom is deprecated since version 0.1.0."
    assert " or tn:useAxiom" in warning["remedy"]
    assert iri() in kb.claims


def test_a_claim_is_retracted(client: TestClient, kb: KnowledgeBase) -> None:
    path = "/claims/rt-483298/1/retraction"
    done = client.post(path, params={"message": "Not so."})
    assert done.status_code == 200
    assert done.json()["retracted"] == [f"{kb.names.claim_prefix}rt-483298/1"]
    assert client.post(path).json()["changed"] is False
    gone = client.post("/claims/rt-483298/99/retraction")
    assert (gone.status_code, gone.json()["type"]) == (404, "/problems#NotFound")


def test_broken_rules_come_as_a_report_in_the_format_asked_for(
    client: TestClient, kb: KnowledgeBase
) -> None:
    text = document(claim().replace(" ; tn:hedged false", ""))
    told = client.post("/claims", content=text)
    assert told.status_code == 422
    assert told.headers["content-type"] == "application/problem+json"
    (finding,) = told.json()["report"]["findings"]
    assert (finding["rule"], finding["focus"]) == ("ValueMissing", iri())
    assert text.splitlines()[finding["line"] - 1].startswith("c:1 ")
    shacl = client.post("/claims", content=text, headers={"Accept": "text/turtle"})
    assert shacl.status_code == 422
    triples = list(parse(shacl.content, RdfFormat.TURTLE))
    assert any(t.predicate.value.endswith("shacl#focusNode") for t in triples)
    assert iri() not in kb.claims


def test_a_change_can_depend_on_what_was_read(client: TestClient) -> None:
    tag = client.post("/claims", content=document()).json()["tag"]
    held = {"If-Match": f'"{tag}"'}
    assert client.post("/claims", content=document(claim(2)), headers=held).status_code == 201
    late = client.post("/claims", content=document(claim(3)), headers=held)
    assert (late.status_code, late.json()["where"]) == (412, "If-Match")


def test_a_change_follows_on_its_dry_run(client: TestClient) -> None:
    dry = client.post("/claims", params={"dry-run": "true"}, content=document()).json()
    held = {"If-Match": f'"{dry["tag"]}"'}
    assert client.post("/claims", content=document(claim(2)), headers=held).status_code == 201
    assert client.post("/claims", content=document(), headers=held).status_code == 412


def test_a_retracted_claim_that_is_sent_again_is_told_of(client: TestClient) -> None:
    assert client.post("/claims", content=document()).json()["warnings"] == []
    client.post("/claims/gazette/1/retraction")
    for text, added in ((document(), []), (document(claim(), claim(2)), [iri(2)])):
        told = client.post("/claims", content=text).json()
        assert told["added"] == added
        (warning,) = told["warnings"]
        assert (warning["rule"], warning["focus"]) == ("RetractedClaim", iri())
        assert "number of its own" in warning["remedy"]


@pytest.mark.parametrize(
    ("content", "headers", "params", "status"),
    [
        (document(), {"Content-Type": "text/html"}, {}, 415),
        (document(), {"Content-Type": "text/plain"}, {}, 415),
        (document(), {"Content-Type": "application/trig; charset=utf-16"}, {}, 415),
        (document() + "c:2 a", {}, {}, 400),
        (document(), {}, {"other": "1"}, 400),
        (document(), {}, {"dry-run": "perhaps"}, 400),
        ("<https://example.org/a> a <https://example.org/b> .", {}, {}, 403),
        ('{"@context": "http://127.0.0.1:9/"}', {"Content-Type": "application/ld+json"}, {}, 403),
        (document(), {"Authorization": "Bearer read-0123456789abcdef"}, {}, 403),
        (document(), {"If-None-Match": '"x"'}, {}, 400),
    ],
)
def test_what_is_refused(
    client: TestClient,
    kb: KnowledgeBase,
    content: str,
    headers: dict[str, str],
    params: dict[str, str],
    status: int,
) -> None:
    before = set(lasting(kb.store, kb.names))
    answer = client.post("/claims", content=content, headers=headers, params=params)
    assert answer.status_code == status
    assert answer.json()["remedy"]
    assert set(lasting(kb.store, kb.names)) == before


def test_nobody_writes_without_a_key_or_where_it_is_not_open(
    client: TestClient, kb: KnowledgeBase, catalog: Catalog
) -> None:
    del client.headers["Authorization"]
    assert client.post("/claims", content=document()).status_code == 401
    with TestClient(app_over(kb, catalog)) as reading:
        answer = reading.post("/claims", content=document(), headers={"Content-Type": TRIG})
        assert answer.status_code == 403
        assert reading.post("/admin/backup").status_code == 401
    assert iri() not in kb.claims


def test_a_full_disk_is_said_to_be_one(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreFull("No room.", remedy="Make room.")

    monkeypatch.setattr("tenure_api.routes.writing.commit", full)
    answer = client.post("/claims", content=document())
    assert (answer.status_code, answer.json()["title"]) == (507, "No room in the store")
    assert client.get("/health").status_code == 200


@pytest.mark.usefixtures("kb")
def test_what_refuses_writes_for_want_of_room_is_not_ready(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = open_knowledge_base(tmp_path, store=tmp_path / "store")
    settings = Settings(writable=True, audit=tmp_path / "audit.jsonl", hosts=("testserver",))
    access = Access([ByName()], writable=True)
    headers = {"Authorization": "Bearer write-0123456789abcdef", "Content-Type": TRIG}
    with TestClient(app_over(kept, catalog, access=access, settings=settings)) as client:
        assert client.get("/ready").status_code == 200
        monkeypatch.setattr(sys.modules[refuse_when_full.__module__], "KEPT_FREE", 1 << 62)
        assert client.post("/claims", content=document(), headers=headers).status_code == 507
        assert client.get("/ready").json()["problems"] == ["disk"]
    with TestClient(app_over(kept, catalog)) as reading:
        assert reading.get("/ready").status_code == 200
    kept.store.close()


def test_the_backup_is_everything_that_was_told(client: TestClient, kb: KnowledgeBase) -> None:
    client.post("/claims", content=document())
    assert client.post("/admin/backup").status_code == 403
    admin = {"Authorization": "Bearer admin-0123456789abcdef"}
    answer = client.post("/admin/backup", headers=admin)
    assert answer.headers["content-type"] == "application/n-quads"
    quads = set(parse(answer.content, RdfFormat.N_QUADS))
    assert quads == set(lasting(kb.store, kb.names))


def test_a_backup_that_breaks_off_is_refused(
    client: TestClient, kb: KnowledgeBase, tmp_path: Path
) -> None:
    admin = {"Authorization": "Bearer admin-0123456789abcdef"}
    lines = client.post("/admin/backup", headers=admin).content.splitlines(keepends=True)
    file = tmp_path / "copy.nq"
    for left in (1, 2, len(lines) // 2, len(lines) - 1):
        file.write_bytes(b"".join(lines[:left]))
        with pytest.raises(BadInput, match="cut short"):
            restore(file, tmp_path / "again", kb.names)
    file.write_bytes(b"".join(lines[:9] + lines[10:]))
    with pytest.raises(BadInput, match="altered"):
        restore(file, tmp_path / "again", kb.names)
    file.write_bytes(b"".join(lines))
    restore(file, tmp_path / "again", kb.names)
