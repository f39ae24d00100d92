"""What answers in JSON look like, as JSON Schema for the OpenAPI description (3.1).

Where an answer is made of dataclasses, its schema is made of these; what is put together by hand is
a ``TypedDict`` here. ``tests/api/test_openapi.py`` holds the answers of a service to
them. To describe the answer of a new address, write its type and name it in :data:`ANSWERS`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NotRequired

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict  # that of typing is one for pydantic from Python 3.12 on

from tenure.catalog import CatalogQuery, EmptyAnswer
from tenure.explain import AlternativeReason, ClaimReason, Explanation, OrderReason, PartReason
from tenure.explain import SourceReason as Source

_OPEN: Final = with_config(ConfigDict(extra="allow"))


class Problem(TypedDict):
    """A refusal (RFC 9457): what is wrong, where, and the remedy."""

    type: str
    title: str
    status: int
    detail: str
    where: NotRequired[str]
    line: NotRequired[int]
    column: NotRequired[int]
    remedy: NotRequired[str]
    report: NotRequired[Report]


class Conflict(TypedDict):
    """Claims that cannot all be true; ``settledBy`` is null where it is contested."""

    conflict: str
    kind: str
    settledBy: str | None
    claims: list[str]
    gaveWay: list[str]
    concerns: list[str]
    reason: str


class Conflicts(TypedDict):
    """The conflicts, and of each contested thing its alternatives."""

    conflicts: list[Conflict]
    alternatives: dict[str, list[AlternativeReason]]


class Policies(TypedDict):
    """The policies that have a name, and what each stands for."""

    policies: dict[str, str]


class RevisionMade(TypedDict):
    """A revision: when what was recorded and retracted, by whom and why."""

    instant: str
    source: str | None
    by: str | None
    message: str | None
    added: list[str]
    retracted: list[str]


class History(TypedDict):
    """The revisions, the oldest first."""

    revisions: list[RevisionMade]


class ClaimRecorded(TypedDict):
    """A claim, and when it was recorded and retracted."""

    claim: str
    source: str
    statement: str
    recordedAt: str
    retractedAt: str | None


Learned = TypedDict(
    "Learned",
    {
        "from": str,
        "to": str,
        "added": list[ClaimRecorded],
        "retracted": list[ClaimRecorded],
        "addedAndRetracted": list[ClaimRecorded],
    },
)


class Change(TypedDict, total=False):
    """One situation of which the certainty differs between two moments."""

    change: str
    situation: str
    subject: str
    property: str
    object: str
    contested: str
    basis: str


Difference = TypedDict("Difference", {"from": str, "to": str, "changes": list[Change]})


class QuestionParameter(TypedDict):
    """A parameter of a question; ``kinds`` are the classes of the ontology that it takes."""

    name: str
    type: str
    required: bool
    default: str | None
    kinds: list[str]
    description: str


class QuestionColumn(TypedDict):
    """A column of an answer."""

    name: str
    description: str


class Question(TypedDict):
    """A question of the catalogue; ``example`` are arguments to try with this base."""

    name: str
    title: str
    description: str
    subject: str
    address: str
    parameters: list[QuestionParameter]
    columns: list[QuestionColumn]
    example: dict[str, str]


class Questions(TypedDict):
    """The catalogue."""

    queries: list[Question]


class ComparedStretch(TypedDict):
    """A stretch of a holder in an office, as one of the sources has it."""

    kind: str
    holder: str
    holderName: str
    office: str
    officeName: str
    start: str | None
    end: str | None
    occurrence: str
    claims: list[str]
    records: list[str]


class DatesApart(TypedDict):
    """How two dates lie to each other, and how many days apart they are."""

    relation: str
    least: int | None
    most: int | None


class SeenInWorld(TypedDict):
    """What the world makes of a stretch."""

    occurrence: str
    start: str | None
    end: str | None
    certainty: str
    contested: bool


class ComparedDifference(TypedDict):
    """What two sources say otherwise."""

    id: str
    difference: str
    a: list[ComparedStretch]
    b: list[ComparedStretch]
    start: DatesApart | None
    end: DatesApart | None
    hint: str | None
    world: list[SeenInWorld]


class Comparison(TypedDict):
    """Two sources compared."""

    a: str
    b: str
    policy: str
    stretches: dict[str, int]
    counts: dict[str, int]
    differences: list[ComparedDifference]


class ListedDates(TypedDict):
    """The dates that one list gives, as EDTF."""

    start: str | None
    end: str | None


class HolderRemark(TypedDict):
    """What is odd about a holder in a list."""

    list: str
    remark: str
    days: int | None
    others: list[str]
    text: str


class HolderOfOffice(TypedDict):
    """A holder of an office, with the dates by each list."""

    holder: str
    holderName: str
    dates: dict[str, ListedDates]
    remarks: list[HolderRemark]


class PositionHistory(TypedDict):
    """The holders of an office by several lists."""

    office: str
    officeName: str
    seats: int | None
    lists: list[str]
    holders: list[HolderOfOffice]


class Health(TypedDict):
    """That the process answers, and how much there is."""

    status: str
    version: str
    claims: NotRequired[int]
    sources: NotRequired[int]
    entities: NotRequired[int]
    questions: NotRequired[int]


class Readiness(TypedDict):
    """Whether it can answer; else why not."""

    status: str
    problems: list[str]


class Warned(TypedDict):
    """Something that is no fault, and should be otherwise."""

    rule: str
    focus: str
    message: str
    remedy: str
    line: int | None


class Stretch(TypedDict):
    """A claim whose dates are those of another stretch of a situation."""

    claim: str
    situation: str
    nextStretch: str
    written: bool


class Committed(TypedDict):
    """What a change did, or would do."""

    dryRun: bool
    changed: bool
    instant: str | None
    revisions: list[str]
    generation: int
    tag: str
    added: list[str]
    retracted: list[str]
    registered: list[str]
    described: list[str]
    graphs: list[str]
    conflicts: list[Conflict]
    resolved: list[Conflict]
    warnings: list[Warned]
    stretches: list[Stretch]


@_OPEN
class Found(TypedDict):
    """One thing that breaks one rule; what else it says depends on what was checked."""

    rule: str
    message: str
    remedy: str


class Report(TypedDict):
    """What was checked, and what breaks a rule."""

    conforms: bool
    checked: dict[str, int]
    notes: list[str]
    findings: list[Found]


class RdfTerm(TypedDict):
    """A term as the SPARQL 1.1 Query Results JSON Format (section 3.2.2) has it."""

    type: str
    value: Any
    datatype: NotRequired[str]


class ResultsHead(TypedDict):
    """The columns."""

    vars: NotRequired[list[str]]


class AnyBindings(TypedDict):
    """The rows."""

    bindings: list[dict[str, RdfTerm]]


class SparqlResults(TypedDict):
    """The answer to a SELECT (``results``) or an ASK (``boolean``)."""

    head: ResultsHead
    results: NotRequired[AnyBindings]
    boolean: NotRequired[bool]


class Looked(TypedDict):
    """What was looked for in vain, and when."""

    sought: str
    first: str
    last: str
    when: str
    policy: str


class RowReasons(TypedDict):
    """What a row hangs on, with ``why=1``."""

    occurrences: list[Explanation]
    claims: list[ClaimReason]
    sources: list[Source]
    conflicts: list[Conflict]
    order: list[OrderReason]
    parts: list[PartReason]
    absence: Looked | None


class Spelled(TypedDict):
    """A name, with its language and direction where these are not plain."""

    name: str
    language: NotRequired[str]
    direction: NotRequired[str]


class Thing(Spelled):
    """A thing by name; ``address`` is its page, ``foundAs`` the name that was searched for."""

    iri: str
    slug: str
    kind: str
    address: str
    foundAs: NotRequired[Spelled]


class Search(TypedDict):
    """What was found, likeliest first; where nothing was, what is called alike."""

    query: str
    results: list[Thing]
    more: bool
    nearest: NotRequired[list[Thing]]


class Things(TypedDict):
    """One page of a list; ``number`` is of all that there are."""

    things: list[Thing]
    page: int
    pages: int
    number: int


class Labelled(TypedDict):
    """A thing and what it is called."""

    iri: str
    label: str


class NetworkTie(TypedDict):
    """A situation between two."""

    situation: str
    kind: str
    property: str
    words: str
    subject: Labelled
    object: Labelled
    certainty: str
    contested: bool
    basis: str
    start: str | None
    end: str | None


class NetworkChange(TypedDict):
    """What begins or ends on the day."""

    change: str
    situation: str


class Network(TypedDict):
    """Who stood how to whom on a day; ``more`` and ``lessSure`` are numbers of ties not listed."""

    day: str
    ties: list[NetworkTie]
    more: int
    lessSure: int
    unread: int
    changes: list[NetworkChange]


class NamedPolicy(TypedDict):
    """A policy that has a name: what it does, and its text."""

    name: str
    label: str
    does: str
    text: str


class Impact(TypedDict):
    """What would be different without a source, as the question ``impact`` has it."""

    source: str
    changes: list[dict[str, str]]


ANSWERS: Final[dict[str, Any]] = {
    "sparql": SparqlResults,
    "sparql-post": SparqlResults | Committed,
    "graph-store-put-indirect": Committed,
    "graph-store-post-indirect": Committed,
    "graph-store-delete-indirect": Committed,
    "graph-store-put-direct": Committed,
    "graph-store-post-direct": Committed,
    "graph-store-delete-direct": Committed,
    "add-claims": Committed,
    "retract-claim": Committed,
    "edit": Committed,
    "queries": Questions,
    "explain-iri": Explanation,
    "explain": Explanation,
    "clock-history": History,
    "clock-learned": Learned,
    "clock-diff": Difference,
    "list-conflicts": Conflicts,
    "list-policies": Policies,
    "compare-sources": Comparison,
    "position-history": PositionHistory,
    "validate": Report,
    "validate-days": Report,
    "search": Search,
    **dict.fromkeys(("list-people", "list-organizations", "list-offices", "list-events"), Things),
    **dict.fromkeys(("list-places", "list-sources"), Things),
    "network": Network,
    "policy": NamedPolicy,
    "impact-of-source": Impact,
    "health": Health,
    "ready": Readiness,
}
"""What operations answer with in JSON that is no RDF; questions with :func:`of_question`."""

_NAMED: Final = {"Problem": Problem, "RowReasons": RowReasons, "EmptyAnswer": EmptyAnswer}
_PLACE: Final = "#/components/schemas/"


def reference(name: str) -> dict[str, str]:
    """The schema of a component, by its name."""
    return {"$ref": _PLACE + name}


def components(questions: Iterable[CatalogQuery]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schemas by name, and those of the answers by operation."""
    wanted = {**ANSWERS, **_NAMED, "RdfTerm": RdfTerm}
    found, defined = TypeAdapter.json_schemas(
        [(name, "serialization", TypeAdapter(kind)) for name, kind in wanted.items()],
        ref_template=_PLACE + "{model}",
    )
    schemas: dict[str, Any] = dict(defined["$defs"])
    answers = {name: found[name, "serialization"] for name in ANSWERS}
    for query in questions:
        name = "".join(part.capitalize() for part in query.name.split("-"))
        schemas |= of_question(name, query)
        answers[query.name] = reference(f"{name}Answer")
    return schemas, answers


def of_question(name: str, query: CatalogQuery) -> dict[str, Any]:
    """The schemas of the answer to a question and of its rows; a column may be missing in a row."""
    term = reference("RdfTerm")
    columns = {one.name: {**term, "description": one.description} for one in query.columns}
    row = {
        "type": "object",
        "description": f"A row of the answer: {query.title}",
        "properties": {**columns, "why": reference("RowReasons")},
    }
    rows = {"type": "array", "items": reference(f"{name}Row")}
    return {
        f"{name}Row": row,
        f"{name}Rows": {
            "type": "object",
            "description": "The rows.",
            "properties": {"bindings": rows},
            "required": ["bindings"],
        },
        f"{name}Answer": {
            "type": "object",
            "description": query.title,
            "properties": {
                "head": reference("ResultsHead"),
                "results": reference(f"{name}Rows"),
                "nothing": reference("EmptyAnswer"),
            },
            "required": ["head", "results"],
        },
    }
