"""A base of one's own: begun, found from below, with terms and questions of its own, and served."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode
from tests.e2e.serving import served

import tenure
from tenure.configuration import FILE, configuration
from tenure.errors import InvalidChange
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.namespaces import RDFS_LABEL, Names
from tenure.resources import OwnTerms
from tenure.store import Store, graph_format
from tenure.transactions import BodyChange, commit

Run = Callable[..., Any]

TEXT = "Weddings of the week. On 1 June 2019 Anna Berg married Otto Berg in the town.\n"
BASE = "https://example.org/weddings/"
MARRIAGE = f"{BASE}terms#Marriage"


pytestmark = pytest.mark.usefixtures("elsewhere")


@pytest.fixture
def begun(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A base that was just begun, with the command running in its folder."""
    done = run("init", "weddings", "--title", 'Weddings, "all"', "--language", "en")
    assert done.exit_code == 0, done.output
    monkeypatch.chdir(tmp_path / "weddings")
    return tmp_path / "weddings"


@pytest.fixture
def married(run: Run, begun: Path) -> Path:
    """The base with the kind that its file of terms proposes, and a claim of that kind."""
    terms = begun / "ontology" / "terms.ttl"
    text = terms.read_text("utf-8")
    proposed = text[text.index("# :Marriage") :]
    terms.write_text(text.replace(proposed, re.sub(r"^# ?", "", proposed, flags=re.MULTILINE)))
    (begun.parent / "gazette.txt").write_text(TEXT)
    publisher = ("--publisher", "org/gazette", "--publisher-name", "The Gazette")
    source = ("--title", "Weddings", "--published", "2020-05-01", "--text", "../gazette.txt")
    assert run("source", "add", "gazette", *publisher, *source).exit_code == 0
    done = run("claim", "add", "gazette", *MARRIED)
    assert done.exit_code == 0, done.output
    return begun


MARRIED = (
    *("--text", "../gazette.txt", "--passage", "Anna Berg married Otto Berg"),
    *("--statement", "Anna and Otto married.", "--kind", "marriage", "--start", "2019-06-01"),
    *("--subject", "person/anna", "--new", "person/anna=Anna Berg"),
    *("--object", "person/otto", "--new", "person/otto=Otto Berg"),
)


def test_a_base_is_begun_and_every_command_speaks_of_it_alone(run: Run, begun: Path) -> None:
    assert "holds no fact yet" in run("validate").output
    assert "not even possibly" in run("ask", "incumbents", "--at", "2020").output
    told = json.loads(run("doctor", "--format", "json").stdout)
    held = {one["name"]: (one["value"], one["from"]) for one in told["settings"]}
    assert held["base"] == (BASE, FILE)
    assert held["title"] == ('Weddings, "all"', FILE)
    assert held["facts"] == ("facts", FILE)
    assert {one.name for one in begun.iterdir()} >= {".gitattributes", ".github", "README.md"}
    assert "tenure validate" in (begun / ".github/workflows/validate.yml").read_text("utf-8")


def test_it_is_found_from_a_folder_below_and_options_win(
    run: Run, married: Path, monkeypatch: pytest.MonkeyPatch, repo_root: Path
) -> None:
    (married / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(married / "a" / "b")
    assert "Anna Berg" in run("ask", "entities").output
    assert re.fullmatch(r"no findings \(2 files, \d+ triples, 1 claim\)\n", run("validate").output)
    there = ("--facts", repo_root / "kb/facts", "--base", Names().base)
    other = run("ask", "incumbents", "--at", "2020-01-02", *there)
    assert other.exit_code == 0
    assert "berg" not in other.output.lower()
    monkeypatch.setenv("TENURE_TITLE", "Others")
    assert configuration().title == "Others"


def test_a_kind_of_its_own_is_written_asked_and_kept(run: Run, married: Path) -> None:
    assert f"a <{MARRIAGE}>" in (married / "facts" / "gazette.trig").read_text("utf-8")
    assert "Marriage" in run("timeline", "person/anna").output
    assert run("validate").exit_code == 0
    assert "otto" in run("at", "2019-06-01").output
    kept = run("export", "nq").output
    assert f"<{MARRIAGE}>" in kept


def test_a_store_takes_the_terms_and_later_ones(run: Run, married: Path) -> None:
    facts, terms = married / "facts", OwnTerms(married / "ontology")

    def opened() -> KnowledgeBase:
        return open_knowledge_base(facts, store=married / "store", base=BASE, terms=terms)

    opened().close()
    file = married / "ontology" / "terms.ttl"
    file.write_text(file.read_text("utf-8").replace('"marriage"@en', '"wedlock"@en'))
    ask = 'ASK { ?of <http://www.w3.org/2000/01/rdf-schema#label> "wedlock"@en }'
    assert run("query", ask, "--store", "store").output.strip() == "yes"
    # Who only reads leaves the store as it is; who serves it does not.
    with Store(married / "store", kept=False) as untouched:
        assert _labels(untouched) == ["marriage"]
    kb = opened()
    assert _labels(kb.store) == ["wedlock"]
    kb.close()
    assert run("verify", "store").exit_code == 0


def _labels(store: Store) -> list[str]:
    found = store.quads(subject=NamedNode(MARRIAGE), predicate=RDFS_LABEL)
    return [str(getattr(quad.object, "value", "")) for quad in found]


def test_it_is_served_with_its_own_name_terms_and_shapes(married: Path, forked: Path) -> None:
    (married / "ontology" / "shapes").mkdir()
    (married / "ontology" / "shapes" / "self.ttl").write_text(SELF)
    with served(married, command=forked / "tenure") as server:
        response, page = server.ask("/", Accept="text/html")
        assert response.status == 200
        assert "Weddings, &#34;all&#34;" in page
        assert "CC0 1.0" in page
        assert "CC BY 4.0" not in page
        for path in ("/", "/conflicts", "/queries", "/doc/person/anna", "/sparql", "/ontology"):
            _, page = server.ask(path, Accept="text/html")
            assert '<a class="mark" href="/">Weddings, &#34;all&#34;</a>' in page, path
        _, rows = server.ask("/queries/entities", Accept="text/csv")
        assert "Anna Berg" in rows
        wrong = (married / "facts" / "gazette.trig").read_text("utf-8")
        wrong = wrong.replace("2-1", "3-1")
        _, report = server.ask("/validate", "POST", wrong, Content_Type="application/trig")
        assert json.loads(report)["conforms"], report
        wrong = wrong.replace("spouse> person:anna", "spouse> person:otto")
        _, report = server.ask("/validate", "POST", wrong, Content_Type="application/trig")
        assert "Nobody marries themselves." in report
        _, page = server.ask("/terms", Accept="text/html")
        assert 'id="Marriage"' in page
        assert "Two persons are married to each other." in page
        _, turtle = server.ask("/terms", Accept="text/turtle")
        assert "marriedTo" in turtle
        _, page = server.ask("/ontology", Accept="text/html")
        assert '<a href="/terms#Marriage">marriage</a>' in page
        server.stop()


QUESTION = f"""\
# title: Who is there?
# column: who - Somebody.

SELECT ?who WHERE {{ ?who a <{MARRIAGE}> }}
"""


def test_validating_tells_what_is_wrong_with_questions_too(run: Run, begun: Path) -> None:
    """All of them at once, with file and line, and green again when they are right."""
    own = begun / "queries" / "own"
    own.mkdir(exist_ok=True)
    (own / "there.rq").write_text(QUESTION)
    assert run("validate").exit_code == 0
    (own / "colour.rq").write_text(QUESTION.replace("# column", "# colour"))
    (own / "open.rq").write_text(QUESTION.replace(" }", ""))
    (own / "incumbents.rq").write_text(QUESTION)
    (own / "unmade.rq").write_text(QUESTION.replace("\n\n", "\n# column: when - Then.\n\n"))
    (own / "latin.rq").write_bytes(QUESTION.replace("Some", "\xe9").encode("latin-1"))
    done = run("validate", "--format", "json")
    assert done.exit_code == 1, done.output
    told = {
        (Path(one["file"]).name, one["line"]): one["message"]
        for one in json.loads(done.stdout)["findings"]
        if one["rule"] == "Question"
    }
    assert "'colour'" in told["colour.rq", 2]
    assert "two queries 'incumbents'" in told["incumbents.rq", None]
    assert "UTF-8" in told["latin.rq", None]
    assert "does not select its column 'when'" in told["unmade.rq", 3]
    (line,) = (line for name, line in told if name == "open.rq")
    assert line in (4, 5)
    assert (
        "::error file=queries/own/colour.rq,line=2" in run("validate", "--format", "github").output
    )
    for name in ("colour", "open", "incumbents", "latin", "unmade"):
        (own / f"{name}.rq").unlink()
    assert run("validate").exit_code == 0


def test_nothing_is_overwritten(run: Run, begun: Path) -> None:
    before = {path: path.read_bytes() for path in begun.rglob("*") if path.is_file()}
    (begun / FILE).unlink()
    again = run("init", ".")
    assert again.exit_code == 2
    assert "already" in again.output
    assert not (begun / FILE).exists()
    assert all(path.read_bytes() == data for path, data in before.items() if path.name != FILE)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--base", "example.org"), "is no base"),
        (("--licence", "CC 0"), "is no IRI"),
        (("--language", "persian"), "Write fa"),
        (("--title", "a\nb"), "is no title"),
    ],
)
def test_what_cannot_be_a_base_is_refused(run: Run, words: tuple[str, ...], what: str) -> None:
    done = run("init", "new", *words)
    assert (done.exit_code, what in done.output) == (2, True), done.output
    assert not Path("new").exists()


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("fact = 'x'", FILE, "Nearest: facts"),
        ("facts = 3", f"{FILE}: facts", "Write text in quotation marks"),
        ("languages = 'en'", f"{FILE}: languages", "a list of language tags"),
        ("serve = 1", f"{FILE}: serve", "a table of settings"),
        ("facts = ", FILE, "no TOML"),
        ("ontology = 'none'\nfacts = 'facts'", "none", "no such folder of terms"),
        ("queries = 'none'", "none", "no such folder of questions"),
    ],
)
def test_wrong_settings_are_told_by_every_command(
    run: Run, text: str, where: str, what: str
) -> None:
    Path("facts").mkdir()
    Path(FILE).write_text(text)
    done = run("ask", "incumbents", "--at", "2020")
    assert done.exit_code == 2
    assert done.output.startswith(f"error: {where}")
    assert what in done.output


def test_a_file_of_somebody_else_above_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / FILE).write_text("title = 'Mine'")
    monkeypatch.chdir(tmp_path / "below")
    assert configuration({}).title == "Mine"
    monkeypatch.setattr("os.geteuid", lambda: 4_000_000)
    monkeypatch.setattr("tenure.configuration._TRUSTED", 4_000_001)
    assert configuration({}).title is None


def test_a_name_in_the_language_of_the_base_is_shown_first(begun: Path, forked: Path) -> None:
    file = begun / FILE
    file.write_text(file.read_text("utf-8").replace('["en"]', '["fa", "en"]'))
    (begun / "facts" / "entities.ttl").write_text(
        "@prefix person: <https://example.org/weddings/id/person/> .\n"
        "@prefix tn: <https://w3id.org/tenure/ontology#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'person:ali a tn:Person ; rdfs:label "Ali"@en , "علی"@fa .\n'
    )
    with served(begun, command=forked / "tenure") as server:
        _, page = server.ask("/doc/person/ali", Accept="text/html")
        server.stop()
    title = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert title
    assert "علی" in title[1]


def test_python_opens_it_too(married: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(married.parent)
    for path in (Path("weddings"), None):
        if path is None:
            monkeypatch.chdir(married / "queries")
        with tenure.open(path) as kb:
            assert [row.name for row in kb.ask("entities")][:1] == ["Anna Berg"]
            assert kb.engine.names.base == BASE


SHAPE = f"""\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix : <{BASE}terms#> .
:OneSpouse a sh:NodeShape ; sh:targetClass tn:Person ;
    sh:property [ sh:path [ sh:inversePath :spouse ] ; sh:maxCount 1 ;
        sh:message "A person marries once. Take the second marriage out." ] .
"""
SELF = f"""\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <{BASE}terms#> .
:NotSelf a sh:NodeShape ; sh:targetSubjectsOf :spouse ;
    sh:property [ sh:path :spouse ; sh:disjoint :otherSpouse ;
        sh:message "Nobody marries themselves." ] .
"""
AGAIN = (
    *(*MARRIED[:8], "--start", "2021", "--subject", "person/anna"),
    *("--object", "person/karl", "--new", "person/karl=Karl Berg"),
)


@pytest.fixture
def strict(married: Path) -> Path:
    """The base with a shape of its own."""
    (married / "ontology" / "shapes").mkdir(exist_ok=True)
    (married / "ontology" / "shapes" / "own.ttl").write_text(SHAPE)
    return married


def test_a_deprecated_term_is_written_with_a_warning(run: Run, married: Path) -> None:
    """And says what takes its place."""
    terms = married / "ontology" / "terms.ttl"
    deprecated = f"<{MARRIAGE}> owl:deprecated true ; dcterms:isReplacedBy :Wedlock ."
    prefix = "@prefix dcterms: <http://purl.org/dc/terms/> ."
    terms.write_text(f"{prefix}\n{terms.read_text('utf-8')}\n{deprecated}\n")
    again = run("claim", "add", "gazette", *AGAIN)
    assert again.exit_code == 0, again.output
    warning = "warning: terms#Marriage is deprecated. Write terms#Wedlock instead. (DeprecatedTerm)"
    assert f"    {warning}\n" in again.stdout
    assert "person:karl" in (married / "facts" / "gazette.trig").read_text("utf-8")


def test_shapes_of_its_own_hold_where_files_are_written(run: Run, strict: Path) -> None:
    before = (strict / "facts" / "gazette.trig").read_bytes()
    again = run("claim", "add", "gazette", *AGAIN)
    assert again.exit_code == 2
    assert "person/anna: A person marries once. Take the second marriage out." in again.output
    assert (strict / "facts" / "gazette.trig").read_bytes() == before


def test_shapes_of_its_own_hold_where_a_store_is_written(strict: Path) -> None:
    """What is there already counts too: the shape looks back from a person at both marriages."""
    text = (strict / "facts" / "gazette.trig").read_text("utf-8")
    second = text.replace("claim:2-1", "claim:2-2").replace("anna--otto", "anna--karl")
    second = second.replace("person:otto", "person:karl")
    second += 'person:karl a tn:Person ; rdfs:label "Karl Berg"@en .'
    kb = open_knowledge_base(strict / "facts", base=BASE, terms=configuration().terms)
    with pytest.raises(InvalidChange, match="A person marries once"):
        commit(kb, _in_trig(second), who="ada", message="A second.")
    kb.close()
    (strict / "ontology" / "shapes" / "own.ttl").unlink()
    kb = open_knowledge_base(strict / "facts", base=BASE, terms=configuration().terms)
    assert commit(kb, _in_trig(second), who="ada", message="A second.").added
    kb.close()


def _in_trig(text: str) -> BodyChange:
    return BodyChange(text.encode(), graph_format("trig"))


def test_its_default_policy_holds_for_every_face(
    run: Run, married: Path, forked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "otto" in run("at", "2019-06-01").output
    file = married / FILE
    file.write_text(f'policy = "only-distrusting"\n{file.read_text("utf-8")}')
    terms = married / "ontology" / "terms.ttl"
    policy = ':only-distrusting a tn:Policy ; tn:policyText "hedged=no;sources=-gazette" .'
    terms.write_text(f"{terms.read_text('utf-8')}\n{policy}\n")
    assert "otto" not in run("at", "2019-06-01").output
    # Parts change the default, and a policy that is named takes its place.
    assert "otto" not in run("at", "2019-06-01", "--policy", "hedged=yes").output
    for asked in ("sources=all", "everything-said"):
        assert "otto" in run("at", "2019-06-01", "--policy", asked).output
    assert "only-distrusting" in run("policies").output
    count = "SELECT (COUNT(*) AS ?n) { ?s <https://w3id.org/tenure/ontology#startEarliest> ?d }"
    with tenure.open(married) as kb:
        assert not kb.engine.world().occurrences
        assert kb.engine.default_policy.text == ""
        assert kb.policy("sources=-gazette;hedged=no").text == ""
        assert kb.policy("sources=all").text == "sources=all"
        assert kb.policy(kb.policy("everything-said").text).hears("gazette")
        assert str(kb.sparql(count)).split()[-1] == "0"
        assert str(kb.sparql(count, policy="sources=all")).split()[-1] == "1"
    with served(married, command=forked / "tenure") as server:
        for path, seen in (
            ("/at/2019-06-01", False),
            ("/at/2019-06-01?policy=sources%3Dall", True),
        ):
            _, told = server.ask(path, Accept="text/turtle")
            assert ("otto" in told) is seen, path
        _, told = server.ask(f"/sparql?query={quote(count)}", Accept="text/csv")
        assert told.split() == ["n", "0"]
        server.stop()
    monkeypatch.setenv("TENURE_POLICY", "sources=-gazzete")
    wrong = run("ask", "entities")
    assert wrong.exit_code == 2
    assert "Nearest: gazette" in wrong.output
    monkeypatch.setenv("TENURE_POLICY", "published-by=2020")
    assert "is for one question" in run("ask", "entities").output
