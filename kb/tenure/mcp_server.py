"""A server of the Model Context Protocol over an open base, for assistants. It writes nothing.

Each question of the catalogue is a tool, with both clocks (``at`` and its like where the question
has them, ``known_at`` for all) and the policy; beside them are ``find``, ``explain``, ``evidence``
and ``compare``. So a model can cite the passage that an answer rests on, and need not guess. What
Tenure refuses comes back as the answer, with its remedy, so that the model can ask again.

A question that is added to ``queries/`` is a tool, without code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from anyio import run, to_thread
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.types import CallToolResult, ListToolsResult, TextContent, Tool, ToolAnnotations

from tenure.catalog import CatalogQuery, Parameter
from tenure.errors import BadParameter, NotFound, TenureError
from tenure.folding import folded
from tenure.library import OpenBase
from tenure.model import Evidence
from tenure.suggest import nearest, remedy_of
from tenure.validate import Texts

MOST_ROWS: Final = 100
"""Rows of an answer, claims of a thing, and entities found, unless ``limit`` says otherwise."""

_TYPES: Final = {"string": str, "integer": int, "boolean": bool}
_TEXT: Final = {"type": "string"}
_COMMON: Final[Mapping[str, Any]] = {
    "policy": {**_TEXT, "description": "Which claims count, such as hedged=no or sources=-x."},
    "known_at": {**_TEXT, "description": "Only what was recorded by this instant (RFC 3339)."},
}
_LIMIT: Final = {"limit": {"type": "integer", "minimum": 1, "description": "How many at most."}}
_INSTRUCTIONS: Final = """\
A temporal knowledge base: who held which office, belonged to or did what, on which day, on whose
word, and how surely. Rows are certain, presumed or possible; say which. Times are EDTF (2020-01-02,
2020-01, 2019/2021) or the slug of an event. Entities are named by slug or by name; `find` looks
names up. Before you state something, ask `explain` or `evidence`, and cite source and passage.
No row does not mean that it was not so: the answer says what else was looked for."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """A tool, and what answers it."""

    tool: Tool
    answer: Callable[[dict[str, Any]], dict[str, Any]]


class Assistant:
    """The tools over an open base. ``texts`` is a folder of texts that passages are quoted from."""

    def __init__(self, base: OpenBase, texts: Path | None = None) -> None:
        self._base = base
        self._texts = Texts(texts) if texts is not None else None

    @cached_property
    def offers(self) -> Mapping[str, _Offer]:
        """The tools by name."""
        given = {"thing": {**_TEXT, "description": "Slug or IRI."}}
        when = {"at": {**_TEXT, "description": "Also how surely it was going on then."}}
        found = [self._offer_of(query) for _, query in sorted(self._base.questions.items())]
        found += [
            _offer(
                "find",
                "Which entities are called so?",
                "Slugs, kinds and names of entities whose name has the text in it.",
                {"text": {**_TEXT, "description": "A name, or a part of one."}, **_LIMIT},
                ("text",),
                self._find,
            ),
            _offer(
                "explain",
                "Why is that so?",
                "What a situation, an event or a claim rests on, and what would change it.",
                {**given, **when, **_COMMON},
                ("thing",),
                self._explain,
            ),
            _offer(
                "evidence",
                "On whose word?",
                "The claims about a thing, or one claim, each with source, speakers, passages.",
                {**given, **_COMMON, **_LIMIT},
                ("thing",),
                self._evidence,
            ),
        ]
        sides = {
            name: {**_TEXT, "description": "A source by its slug, or several parted by commas."}
            for name in ("a", "b")
        }
        narrower = {
            "entity": {**_TEXT, "description": "Only about this person, office or organization."},
            "office": {**_TEXT, "description": "Only about this office."},
            "from": {**_TEXT, "description": "Only what may reach this day, or a later one."},
            "to": {**_TEXT, "description": "Only what may have begun by this day."},
        }
        found.append(
            _offer(
                "compare",
                "Where do two sources disagree?",
                "What only one of two sources has, other dates and how far apart, other holders.",
                {**sides, **narrower, **_COMMON, **_LIMIT},
                ("a", "b"),
                self._compare,
            )
        )
        return {one.tool.name: one for one in found}

    def call(self, name: str, arguments: Mapping[str, Any] | None) -> CallToolResult:
        """The answer of a tool; what Tenure refuses is an answer too."""
        try:
            told = _checked(self.offers, name, arguments or {})
            found = self.offers[name].answer(told)
        except TenureError as error:
            return CallToolResult(content=[TextContent(text=str(error))], is_error=True)
        text = TextContent(text=json.dumps(found, ensure_ascii=False, default=str))
        return CallToolResult(content=[text], structured_content=json.loads(text.text))

    def _offer_of(self, query: CatalogQuery) -> _Offer:
        columns = "\n".join(f"{one.name}: {one.description}" for one in query.columns)
        why = {"type": "boolean", "description": "Also what each row rests on, and its passages."}
        named = {one.name: _schema_of(one) for one in query.all_parameters}

        def answer(told: dict[str, Any]) -> dict[str, Any]:
            wants_why, most = told.pop("why", False), told.pop("limit", MOST_ROWS)
            rows = self._base.ask(query.name, **told)
            listed = [dict(one) for one in rows[:most]]
            found: dict[str, Any] = {"rows": listed, "number_of_rows": len(rows)}
            if wants_why:
                for place, row in enumerate(listed):
                    row["why"] = str(rows.why(place))
            if (nothing := rows.nothing) is not None:
                found["nothing"] = nothing.to_dict()
            return found

        return _offer(
            query.name,
            query.title,
            f"{query.title} {query.description}\nColumns:\n{columns}",
            {**named, **_COMMON, "why": why, **_LIMIT},
            tuple(one.name for one in query.all_parameters if one.required),
            answer,
        )

    def _find(self, told: dict[str, Any]) -> dict[str, Any]:
        registry, names = self._base.engine.registry, self._base.engine.names
        wanted = folded(told["text"])
        iris = {iri for name, named in registry.by_name.items() if wanted in name for iri in named}
        listed = [
            {
                "slug": names.short(iri),
                "kind": names.short(registry.kind(iri)),
                "names": [one.value for one in registry.names(iri)],
            }
            for iri in sorted(iris)[: told.get("limit", MOST_ROWS)]
        ]
        found = {"entities": listed, "number_of_entities": len(iris)}
        return found if iris else {**found, "nearest": nearest(told["text"], registry.by_name)}

    def _explain(self, told: dict[str, Any]) -> dict[str, Any]:
        why = self._base.explain(told.pop("thing"), **told)
        return {"explanation": str(why), "parts": why.to_dict()}

    def _compare(self, told: dict[str, Any]) -> dict[str, Any]:
        most = told.pop("limit", MOST_ROWS)
        found = self._base.compare(told.pop("a"), told.pop("b"), **told).to_dict()
        return {**found, "differences": found["differences"][:most]}

    def _evidence(self, told: dict[str, Any]) -> dict[str, Any]:
        kb = self._base.engine
        chosen = self._base.policy(told.get("policy"), told.get("known_at"))
        thing = told["thing"]
        iris = [iri for iri in (thing, kb.names.base + thing) if iri in kb.claims]
        if not iris:
            about = (thing, kb.names.entity_iri(thing))
            iris = sorted({claim.iri for iri in about for claim in kb.claims_about(iri)})
        if not iris:
            raise NotFound(f"Nothing is claimed about {thing[:120]!r}.", remedy="Try `find`.")
        listed = []
        for iri in iris[: told.get("limit", MOST_ROWS)]:
            claim = asdict(kb.claim_reason(iri, chosen))
            claim["evidence"] = [self._cited(one) for one in kb.claims[iri].evidence]
            listed.append(claim)
        return {"claims": listed, "number_of_claims": len(iris)}

    def _cited(self, evidence: Evidence) -> dict[str, Any]:
        quote = self._texts.quote(evidence) if self._texts is not None else None
        return {"place": str(evidence), **asdict(evidence), "quote": quote}


def serve(base: OpenBase, texts: Path | None = None) -> None:
    """Answer an assistant over standard input and output until it hangs up."""
    assistant = Assistant(base, texts)

    async def listed(_context: Any, _asked: Any) -> ListToolsResult:
        return ListToolsResult(tools=[one.tool for one in assistant.offers.values()])

    async def called(_context: Any, asked: Any) -> CallToolResult:
        return await to_thread.run_sync(assistant.call, asked.name, asked.arguments)

    async def run_server() -> None:
        server: Server[Any] = Server(
            "tenure",
            version=_version(),
            instructions=_INSTRUCTIONS,
            on_list_tools=listed,
            on_call_tool=called,
        )
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    run(run_server)


def _checked(offers: Mapping[str, _Offer], name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as Python has them; dashes become lines. Refuses those that a tool lacks."""
    if name not in offers:
        near = remedy_of(nearest(name, offers), "tools/list has them all.")
        raise BadParameter(f"There is no tool {name[:80]!r}.", where="name", remedy=near)
    schema = offers[name].tool.input_schema
    for one in given.keys() - schema["properties"].keys():
        takes = f"It takes {', '.join(schema['properties'])}."
        near = remedy_of(nearest(one, schema["properties"]), takes)
        raise BadParameter(f"{name} takes no {one[:80]!r}.", where=one, remedy=near)
    for one in schema["required"]:
        if given.get(one) in (None, ""):
            raise BadParameter(f"{name} needs {one}.", where=one, remedy="Give it.")
    told = {one: value for one, value in given.items() if value not in (None, "")}
    for one, value in told.items():
        wanted = schema["properties"][one]
        # Equal types, since True is an int to Python.
        if type(value) is not _TYPES[wanted["type"]] or value < wanted.get("minimum", value):
            least = f" of at least {wanted['minimum']}" if "minimum" in wanted else ""
            raise BadParameter(
                f"{json.dumps(value)[:80]} is no value for it.",
                where=one,
                remedy=f"Give one of the JSON type {wanted['type']}{least}.",
            )
    return {_as_keyword(one): value for one, value in told.items()}


def _as_keyword(name: str) -> str:
    return f"{name}_" if name == "from" else name.replace("-", "_")


def _offer(
    name: str,
    title: str,
    description: str,
    properties: Mapping[str, Any],
    required: tuple[str, ...],
    answer: Callable[[dict[str, Any]], dict[str, Any]],
) -> _Offer:
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }
    hints = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    tool = Tool(
        name=name, title=title, description=description, input_schema=schema, annotations=hints
    )
    return _Offer(tool, answer)


def _schema_of(parameter: Parameter) -> dict[str, Any]:
    kinds = f" ({' or '.join(parameter.kinds)})" if parameter.kinds else ""
    found = {**_TEXT, "description": f"{parameter.description} A {parameter.type}{kinds}."}
    return found if parameter.default is None else {**found, "default": parameter.default}


def _version() -> str:
    try:
        return version("tenure")
    except PackageNotFoundError:
        return ""
