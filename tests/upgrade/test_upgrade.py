"""A store, facts, settings and questions of the version before, with this one; see README.md."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from tenure.catalog import Catalog, ask
from tenure.errors import BadClaim
from tenure.knowledge import open_knowledge_base, read_knowledge_base
from tenure.knowledge.filling import ontology_as_stored
from tenure.knowledge.opening import bring_up
from tenure.knowledge.renewal import is_current
from tenure.knowledge.store_state import RULES, statements_of
from tenure.namespaces import BASE, TN, Names
from tenure.store import Solutions, Store, graph_format
from tenure.store.formats import JSON
from tenure.transactions import BodyChange, Change, GraphChange, commit
from tenure.transactions.verify import verify
from tenure.views import is_computed
from tenure_api.settings import load_settings

HERE = Path(__file__).resolve().parent
NAMES = Names()
NOTES = "https://example.org/notes"
WRITTEN = BASE + "claim/gazette/"
WORLD = "SELECT * FROM <https://w3id.org/tenure/graph/world> { ?s ?p ?o } ORDER BY ?s ?p ?o"
PILOTS = "SELECT ?x { ?x a tn:Tenure ; tn:office <https://w3id.org/tenure/id/office/pilot> }"
PILOTS = f"PREFIX tn: <{BASE}ontology#> {PILOTS}"

OLD_SETTINGS = """
host = "127.0.0.1"
port = 8080
hosts = ["kb.example.org"]
proxies = ["127.0.0.1", "::1"]
drain_seconds = 5
writable = false
keys = "keys.json"
open_reading = true
issuer = "https://login.example.org"
audience = "https://kb.example.org"
jwks = "https://login.example.org/keys"
algorithms = ["RS256"]
scope_claim = "scope"
scope_prefix = "kb:"
leeway_seconds = 60
audit = "audit.jsonl"
workers = 2
query_seconds = 10
query_memory_mb = 512
query_rows = 1000
query_characters = 10000
body_bytes = 1000000
rate = 50
burst = 200
metrics = "key"
log_format = "json"
log_level = "info"
slow_seconds = 2
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The store that the version before has written."""
    with tarfile.open(HERE / "store.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    (tmp_path / "store").chmod(0o700)
    return tmp_path / "store"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that this version fills from the same facts and in which the same is written."""
    path = tmp_path_factory.mktemp("fresh") / "store"
    kb = open_knowledge_base(HERE / "facts", store=path)
    text = (HERE / "written.trig").read_bytes()
    commit(kb, BodyChange(text, graph_format("trig")), who="ada", message="Written.")
    commit(kb, Change(retracted=(WRITTEN + "2",)), who="ada", message="Retracted.")
    kb.close()
    return path


@pytest.fixture(scope="module", autouse=True)
def _command(forked: Path) -> Iterator[None]:
    """The command, in the path of this process and of those that it starts."""
    with pytest.MonkeyPatch.context() as set_to:
        set_to.setenv("PATH", f"{forked}{os.pathsep}{os.environ['PATH']}")
        yield


def run(*words: object, code: int = 0) -> tuple[str, str]:
    """What ``tenure`` says on standard output and standard error, as a process of its own."""
    done = subprocess.run(
        ["tenure", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout, done.stderr


def contents(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(path.iterdir())}


def quads(path: Path) -> set[Quad]:
    with Store(path, kept=False) as opened:
        return set(opened.quads())


def lasting(told: set[Quad]) -> set[Quad]:
    """What somebody told: all but the ontology, the world, and what a store says of itself."""
    computed = {*NAMES.computed_parts, NAMES.graph("ontology"), NAMES.graph("state")}
    return {
        one
        for one in told
        if isinstance(one.graph_name, NamedNode)
        and one.graph_name not in computed
        and not is_computed(NAMES, one.graph_name.value)
    }


@contextmanager
def served(store: Path, *options: str) -> Iterator[tuple[str, Path]]:
    """The address of a server over a store, and the file that has what it says of it."""
    said = store.parent / "said.txt"
    keys = ["--set", f"keys={store.parent / 'keys.json'}", "--set", "workers=1"]
    command = [sys.executable, "-m", "tenure", "serve", "--port", "0", "--store", str(store)]
    with said.open("w") as errors:
        server = subprocess.Popen(
            [*command, *keys, *options], stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert server.stdout is not None
        lines = (re.search(r"http://127\.0\.0\.1:\d+", line) for line in server.stdout)
        yield next(one[0] for one in lines if one), said
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)


def fetched(address: str) -> str:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers={"Accept": "*/*"})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "words",
    [
        ("query", WORLD, "--format", "csv"),
        ("conflicts", "--format", "json"),
        ("at", "2021-06-15", "--format", "nt"),
    ],
    ids=["query", "conflicts", "at"],
)
def test_who_reads_gets_what_this_version_says_and_changes_no_byte(
    store: Path, fresh: Path, words: tuple[str, ...]
) -> None:
    before = contents(store)
    answer, said = run(*words, "--store", store)
    assert answer == run(*words, "--store", fresh)[0]
    (line,) = said.splitlines()
    assert "another version" in line
    assert "tenure upgrade" in line
    assert contents(store) == before
    assert [one.name for one in store.parent.iterdir()] == ["store"]


def test_a_server_that_only_reads_likewise(store: Path) -> None:
    before, told_before = contents(store), quads(store)
    with served(store) as (address, _):
        told = json.loads(fetched(f"{address}/sparql?query={quote(PILOTS)}"))
        # Those who read do not keep each other out; a writer is kept out.
        assert run("verify", store)[0]
        assert contents(store) == before
        assert "has this store open" in run("upgrade", store, code=2)[1]
    pilots = [one["x"]["value"] for one in told["results"]["bindings"]]
    assert pilots == [f"{BASE}id/tenure/jo-fenn--pilot"]  # not whom a deprecated claim names
    assert quads(store) == told_before
    assert (
        lasting(quads(store)) - {one for one in quads(store) if one.graph_name == NamedNode(NOTES)}
        != set()
    )


def test_a_writer_brings_it_up_and_keeps_all_that_was_told(store: Path, fresh: Path) -> None:
    before = quads(store)
    with served(store, "--writable") as (address, said):
        told = json.loads(fetched(f"{address}/sparql?query={quote(PILOTS)}"))
        assert len(told["results"]["bindings"]) == 1
        assert "a note of Ada" in fetched(
            f"{address}/sparql?query={quote(f'SELECT ?o {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }}')}"
        )
    lines = [line for line in said.read_text().splitlines() if "brought up" in line]
    assert len(lines) == 1
    assert "claims kept 9" in lines[0]
    after = quads(store)
    assert lasting(after) == lasting(before)
    world = NAMES.graph("world")
    assert {one for one in after if one.graph_name == world} == {
        one for one in quads(fresh) if one.graph_name == world
    }
    found = json.loads(run("verify", store, "--format", "json")[0])
    assert found["sound"]
    assert not any("another version" in one for one in found["notes"])
    kb = read_knowledge_base(store)
    assert kb.claims[WRITTEN + "2"].retracted_at is not None
    assert any(one.source.endswith("gazette") for one in kb.revisions())
    kb.close()


def test_upgrade_says_what_it_would_change_and_changes_it_once(store: Path) -> None:
    before = contents(store)
    planned = json.loads(run("upgrade", store, "--dry-run", "--format", "json")[0])
    assert contents(store) == before
    assert (planned["current"], planned["claimsKept"]) == (False, 9)
    assert planned["ontology"]["added"] > 0
    assert planned["world"]["removed"] > 0
    assert "another version" in run("verify", store)[0]
    assert contents(store) == before
    done = json.loads(run("upgrade", store, "--format", "json")[0])
    assert done == {**planned, "dryRun": False}
    assert "nothing is to be done" in run("upgrade", store)[0]
    assert run("query", "ASK {}", "--store", store)[1] == ""


def test_newer_facts_are_loaded_into_it(store: Path) -> None:
    before = contents(store)
    words = ("load", "--store", store, "--facts", HERE / "facts", "--format", "json")
    planned = json.loads(run(*words, "--dry-run")[0])
    assert planned["renewsOntology"]
    assert contents(store) == before
    done = json.loads(run(*words)[0])
    # That version did not note what came from files: what the files have as well is left.
    assert (done["leave"]["same"], done["retract"], done["add"]["claims"]) == (7, [], [])
    with Store(store) as opened:
        assert is_current(opened, NAMES)
        assert verify(opened, NAMES).sound


def test_other_rules_of_the_same_version_are_noticed(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(fresh, tmp_path / "store")
    with Store(tmp_path / "store") as opened:
        assert is_current(opened, NAMES)
        monkeypatch.setattr("tenure.knowledge.store_state.RULES", 1_000)
        assert not is_current(opened, NAMES)
        bring_up(opened, NAMES)
        assert is_current(opened, NAMES)
        assert verify(opened, NAMES).sound


def test_a_large_store_is_worked_out_anew_too(
    store: Path, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenure.knowledge.snapshot.MOST_AT_ONCE", 1)
    kb = open_knowledge_base(store=store)
    assert kb.is_large
    kb.close()
    world = NAMES.graph("world")
    assert {one for one in quads(store) if one.graph_name == world} == {
        one for one in quads(fresh) if one.graph_name == world
    }


def test_a_claim_that_this_version_cannot_read_leaves_the_store_as_it_was(store: Path) -> None:
    with Store(store) as opened:
        claim = NamedNode(WRITTEN + "1")
        start = next(opened.quads(claim, predicate=TN("start")))
        never = Literal("in May", datatype=start.object.datatype)  # type: ignore[union-attr]
        opened.change([start], [Quad(start.subject, start.predicate, never, claim)])
        before = set(opened.quads())
        with pytest.raises(BadClaim):
            bring_up(opened, NAMES)
        assert set(opened.quads()) == before


def test_who_reads_cannot_write(fresh: Path) -> None:
    kb = read_knowledge_base(fresh)
    change = GraphChange(NOTES, ())  # type: ignore[arg-type]
    with pytest.raises(Exception, match="opened to be read"):
        commit(kb, change, who=None, message="Not kept.")
    kb.close()


def test_the_ontology_that_comes_along_is_the_one_in_a_new_store(fresh: Path) -> None:
    ontology = NAMES.graph("ontology")
    here = [one for one in quads(fresh) if one.graph_name == ontology]
    assert len(here) == len(ontology_as_stored(NAMES))


def test_a_folder_of_old_facts_is_read_as_it_is(tmp_path: Path, repo_root: Path) -> None:
    told = json.loads(run("upgrade", HERE / "facts", "--dry-run", "--format", "json", code=1)[0])
    assert (told["claims"], told["takenAsStated"], told["deprecated"]) == (7, 7, 1)
    assert told["findings"]
    shutil.copytree(repo_root / "kb" / "facts", tmp_path / "facts")
    assert "files of facts are read as they are" in run("upgrade", tmp_path / "facts")[0]


def test_old_settings_are_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in os.environ if one.startswith("TENURE_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "tenure.toml"
    file.write_text(OLD_SETTINGS, "utf-8")
    settings = load_settings(file, {}).settings
    assert (settings.burst, settings.hosts) == (200, ("kb.example.org",))
    for line in OLD_SETTINGS.strip().splitlines():
        name, _, value = line.partition(" = ")
        plain = ",".join(re.findall(r'"([^"]*)"', value)) if '"' in value else value
        monkeypatch.setenv(f"TENURE_{name.upper()}", plain)
    told = load_settings(None, {}).settings
    assert (told.burst, told.slow_seconds, told.hosts) == (200, 2, ("kb.example.org",))


def test_old_questions_of_ones_own_are_asked(store: Path) -> None:
    question = Catalog.load(HERE / "questions").get("who-held")
    assert question is not None
    kb = read_knowledge_base(store)
    answer = ask(kb, question, {"office": "office/harbour-master", "at": "2021-02-01"})
    assert isinstance(answer, Solutions)
    assert b"ada-brook" in answer.serialise(JSON)
    kb.close()
    run("query", HERE / "questions" / "offices" / "who-held.rq", "--store", store)


def test_rules_are_raised_with_what_is_made_of_the_same_claims(repo_root: Path) -> None:
    """A store made before a change of words has the old ones, and else ``verify`` calls it broken.

    Where this fails for anything else than facts or terms that changed, raise ``RULES``; in any
    case write what was found into ``world.txt``.
    """
    facts = sorted((repo_root / "kb" / "facts").iterdir())
    with open_knowledge_base(repo_root / "kb" / "facts").store as store:
        world = [
            line
            for graph in NAMES.computed_parts
            for line in statements_of(frozenset(store.quads(graph)))
        ]
    parts = b"".join(one.read_bytes() for one in facts), "\n".join(world).encode()
    found = [str(RULES), *(hashlib.sha256(one).hexdigest()[:16] for one in parts)]
    assert found == (HERE / "world.txt").read_text(encoding="utf-8").split()
