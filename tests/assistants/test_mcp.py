"""An assistant that asks: a client of the Model Context Protocol, over a pipe, as assistants do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from tests.added import add_claim
from tests.ingest.harbour import ARTICLE, REGISTRY, TENURE

import tenure
from tenure.catalog import Catalog
from tenure.errors import NotFound
from tenure.ingest import add_source
from tenure.mcp_server import Assistant

OFFICE = "office/pmu-deputy-head"


def asked(work: Callable[[Client], Any], *options: str, cwd: Path | None = None) -> None:
    """Run ``work`` with a client of ``tenure mcp``."""
    words = ["-m", "tenure", "mcp", *options]
    server = StdioServerParameters(command=sys.executable, args=words, cwd=cwd)

    async def talk() -> None:
        async with Client(stdio_client(server)) as client:
            await work(client)

    anyio.run(talk)


def test_passages_are_quoted_from_the_texts(tmp_path: Path) -> None:
    """Word for word, where the digest proves it; nothing from a text that was changed."""
    facts, texts = tmp_path / "facts", tmp_path / "texts"
    facts.mkdir()
    texts.mkdir()
    (facts / "entities.ttl").write_text(REGISTRY, encoding="utf-8")
    article = texts / "article.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    add_source(
        facts, "eva-1", publisher="org/eva-courier", published="2021-05-12", title="News",
        url="https://courier.example/1", text_path=article,
    )  # fmt: skip
    passage = "took over as harbour master of Port Eva in May 2021"
    added = add_claim(
        facts, "eva-1", text_path=article, passage=passage, statement="She took over.",
        states=[TENURE], exact=True,
    )  # fmt: skip
    with tenure.open(facts) as base:
        thing = {"thing": base.engine.names.short(added.iri)}
        cited = Assistant(base, texts).call("evidence", thing).structured_content
        assert cited["claims"][0]["evidence"][0]["quote"] == passage
        article.write_text(ARTICLE.replace("May", "June"), encoding="utf-8")
        changed = Assistant(base, texts).call("evidence", thing).structured_content
        assert changed["claims"][0]["evidence"][0]["quote"] is None
        with pytest.raises(NotFound, match="no such folder"):
            Assistant(base, tmp_path / "none")


def test_an_assistant_asks_with_both_clocks_and_cites_passages(
    repo_root: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()

    async def work(client: Client) -> None:
        tools = {one.name: one for one in (await client.list_tools()).tools}
        assert set(tools) == {*Catalog.load(), "find", "explain", "evidence", "compare"}
        assert all(one.annotations and one.annotations.read_only_hint for one in tools.values())
        schema = tools["office-holders"].input_schema
        assert schema["required"] == ["office"]
        assert {"before", "degree", "policy", "known_at", "why"} <= set(schema["properties"])

        async def call(name: str, **given: Any) -> dict[str, Any]:
            done = await client.call_tool(name, given)
            assert not done.is_error, done.content
            found: dict[str, Any] = done.structured_content
            return found

        told = await call("office-holders", office=OFFICE, before="2020-01-03", why=True)
        (row,) = told["rows"]
        assert (row["person"], row["certainty"]) == ("person/abu-mahdi-al-muhandis", "certain")
        assert "claim/jpost-620411/30-3" in row["why"]
        meetings = await call("meetings", participant="person/ali-shamkhani", **{"from": "2019"})
        assert meetings["number_of_rows"] == len(meetings["rows"])
        assert len((await call("incumbents", at="2020-01-02", limit=3))["rows"]) == 3
        found = await call("find", text="muhandis")
        assert "person/abu-mahdi-al-muhandis" in [one["slug"] for one in found["entities"]]
        why = await call("explain", thing=row["situation"], at="2020")
        assert why["parts"]["moments"][0]["certainty"] == "possible"
        (claim,) = (await call("evidence", thing="claim/jpost-620411/30-1"))["claims"]
        assert claim["source_label"]
        assert claim["evidence"][0]["place"].startswith("sentence 30")
        compared = await call("compare", a="jpost-620411", b="ina-6771", **{"from": "2019"})
        assert compared["b"] == "ina-6771"
        assert sum(compared["counts"].values()) == len(compared["differences"])
        assert (await call("evidence", thing=OFFICE, limit=1))["number_of_claims"] > 1

        for name, given, what in (
            ("office-holders", {}, "needs office"),
            ("office-holders", {"ofice": OFFICE}, "Nearest: office"),
            ("office-holders", {"office": "office/pmu-deputy-chief"}, f"Nearest: {OFFICE}"),
            ("office-holders", {"office": OFFICE, "known_at": "1999-01-01T00:00:00Z"}, "first"),
            ("office-holder", {}, "Nearest: office-holders"),
            ("office-holders", {"office": OFFICE, "limit": "3"}, "JSON type integer of at least 1"),
            ("evidence", {"thing": OFFICE, "limit": 0}, "limit: 0 is no value"),
            ("find", {"phrase": "muhandis"}, "It takes text, limit."),
            ("find", {"text": "muhandis", "limit": True}, "limit: true is no value"),
            ("office-holders", {"office": OFFICE, "at": 2020}, "JSON type string"),
        ):
            refused = await client.call_tool(name, given)
            assert refused.is_error
            assert what in refused.content[0].text  # type: ignore[union-attr]

    asked(work, "--texts", str(tmp_path / "empty"), cwd=repo_root)
