"""``/compare``, ``/impact`` and ``/position-history``: sources beside each other, or left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from pyoxigraph import Literal, NamedNode
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from tenure.catalog import CatalogQuery, ask
from tenure.comparison import (
    FILES,
    Comparison,
    Difference,
    DifferenceKind,
    InWorld,
    PositionHistory,
    StatedStretch,
    accepted_of,
    compare,
    filters_of,
    position_history,
)
from tenure.errors import BadParameter
from tenure.knowledge import KnowledgeBase
from tenure.model import Policy
from tenure.store import Solutions, Term, result_format
from tenure.temporal import Certainty
from tenure.temporal.in_words import date_in_words
from tenure_api.kept import KeptLast
from tenure_api.negotiation import PLAIN_JSON, VARY
from tenure_api.openapi import described, known_at_parameter, page_parameter, policy_parameter
from tenure_api.pages.over_time import KnownConflicts
from tenure_api.pages.paging import pager_of
from tenure_api.pages.rendering import Pages
from tenure_api.pages.sentences import Sentence, sentence_of, text, verb_of
from tenure_api.pages.tables import Grid, GridRow, value_of
from tenure_api.pages.view import PAGE
from tenure_api.parameters import FORMAT
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

_FILE: Final = "file"
_MOST_TOLD: Final = 200
_MOST_IMPACTS: Final = 100
_MOST_HOLDERS: Final = 50
_MOST_BESIDE: Final = 8
_FILTERS: Final = ("entity", "office", "from", "to", "kind", "gap")


def router(service: Service) -> APIRouter:
    """The routes of comparisons."""
    resources = Resources(service, "Comparison")
    refusals = [(404, "An unknown source, entity or office.")]
    resources.add(
        "/compare",
        _compare,
        operation_id="compare-sources",
        summary="Where what two sources state of the same tenures and memberships differs",
        formats=(PLAIN_JSON, result_format("csv")),
        parameters=[
            described("a", "A source by its slug, or several parted by commas.", required=True),
            described("b", "The source to compare it with.", required=True),
            described("entity", "Only about this person, office or organization."),
            described("office", "Only about this office."),
            described("from", "Only what may reach this day, or a later one; EDTF."),
            described("to", "Only what may have begun by this day; EDTF."),
            described("kind", f"Only differences of this kind: {', '.join(DifferenceKind)}."),
            described(
                "gap", "Take stretches of one side with at most so many days between for one."
            ),
            described(
                _FILE, f"Instead, a file for whoever keeps B, were A right: {', '.join(FILES)}."
            ),
            policy_parameter(),
            known_at_parameter(),
        ],
        refusals=refusals,
    )
    resources.add(
        "/impact",
        _impact,
        operation_id="impact-of-source",
        summary="What would be different without a source, in sentences",
        parameters=[
            described("source", "A source by its slug.", required=True),
            policy_parameter(),
            known_at_parameter(),
        ],
        paging=(PAGE,),
        refusals=[(404, "An unknown source.")],
    )
    resources.add(
        "/position-history",
        _position_history,
        operation_id="position-history",
        summary="Who held an office, one after the other, by several sources",
        parameters=[
            described("office", "The office: slug, IRI or name.", required=True),
            described("source", "Sources by slug, parted by commas; default: all that tell."),
            policy_parameter(),
            known_at_parameter(),
            page_parameter(),
        ],
        refusals=refusals,
    )
    return resources.api


class _LastComparison(KeptLast[Comparison]):
    """The comparison that was asked for last."""


def _compare(asked: ReadRequest) -> Response:
    values = {name: value.strip() for name, value in asked.values.items() if value.strip()}
    if asked.as_page and not {"a", "b"} <= values.keys():
        # Where the form is found, before anything was chosen.
        return _form(asked, values, None)
    for name in ("a", "b"):
        if name not in values:
            raise BadParameter(
                f"The parameter {name!r} is missing.", where=name, remedy="Name two sources."
            )
    kb = asked.service.kb
    filters = filters_of(
        kb,
        entity=values.get("entity"),
        office=values.get("office"),
        from_=values.get("from"),
        to=values.get("to"),
        kinds=[values["kind"]] if "kind" in values else (),
    )
    gap = values.get("gap", "0")
    if not gap.isdecimal() or len(gap) > 6:
        raise BadParameter(f"{gap[:40]!r} is no number of days.", where="gap", remedy="Write 30.")
    found = kb.companion(_LastComparison).of(
        (values["a"], values["b"], filters, asked.policy.text, int(gap)),
        lambda: compare(
            kb, values["a"], values["b"], filters=filters, policy=asked.policy, gap=int(gap)
        ),
    )
    if _FILE in values:
        if values[_FILE] not in FILES:
            raise BadParameter(
                f"{values[_FILE][:80]!r} is no form of a file.",
                where=_FILE,
                remedy=f"Choose one of: {', '.join(FILES)}.",
            )
        made = FILES[values[_FILE]](found, accepted_of(found, "a"))
        return PlainTextResponse(made.text, headers=VARY)
    if asked.choice.form is not None and asked.choice.form.name == "csv":
        return Response(found.csv(), headers=VARY, media_type=asked.choice.media_type)
    if not asked.as_page:
        return asked.json(found.to_dict())
    return _form(asked, values, found)


def _form(asked: ReadRequest, values: Mapping[str, str], found: Comparison | None) -> Response:
    service = asked.service
    most = min(service.limits.rows, _MOST_TOLD)
    kinds: dict[str, list[Told]] = defaultdict(list)
    if found is not None:
        for one in found.differences[:most]:
            kinds[_KINDS[one.kind]].append(_told(asked.pages, found, one))
    text = asked.pages.render(
        "compare.html",
        values=values,
        sources=[(side, _sources(service, values.get(side, ""))) for side in ("a", "b")],
        kinds=[kind.value for kind in DifferenceKind],
        found=found,
        told=[(heading, kinds[heading]) for heading in _KINDS.values() if heading in kinds],
        most=most,
        files=[(name, urlencode({**values, _FILE: name})) for name in FILES],
        csv=urlencode({**values, FORMAT: "csv"}),
        json=urlencode({**values, FORMAT: "json"}),
        command=_command(values) if found else "",
    )
    return HTMLResponse(text, headers=VARY)


_KINDS: Final = {
    DifferenceKind.DATES: "The dates cannot be the same",
    DifferenceKind.PRECISION: "One of the two is vaguer",
    DifferenceKind.MISSING: "One of the two gives fewer dates",
    DifferenceKind.SPLIT: "One stretch here is several there",
    DifferenceKind.SWAPPED: "Two are exchanged",
    DifferenceKind.OFFICE: "The same holder on the same dates, in another office",
    DifferenceKind.HOLDER: "The same office on the same dates, with another holder",
    DifferenceKind.TITLE: "The same on the same dates, under another title",
    DifferenceKind.LABEL: "The same on the same dates, by another name",
    DifferenceKind.ONLY_A: "Only A has",
    DifferenceKind.ONLY_B: "Only B has",
}
"""What a difference of each kind is, as a heading."""


@dataclass(frozen=True, slots=True)
class Told:
    """A difference as sentences: what each side says, how far apart, and what is so together.

    ``sides`` are the side, the sentence, its dates in words, and the claim, or nothing.
    """

    sides: Sequence[tuple[str, Sentence, str, str]]
    apart: str
    world: Sequence[tuple[str, str]]


def _told(pages: Pages, found: Comparison, one: Difference) -> Told:
    def said(side: str, stretch: StatedStretch) -> tuple[str, Sentence, str, str]:
        verb = text(f" {verb_of(pages.kb.schema, stretch.kind)} ")
        sentence = (NamedNode(stretch.subject), verb, NamedNode(stretch.object))
        title = (
            (text(f" as \u201c{stretch.title}\u201d"),) if one.kind is DifferenceKind.TITLE else ()
        )
        when = _when(stretch.start, stretch.end) or "without a date"
        return side, (*sentence, *title), when, stretch.claims[0] if stretch.claims else ""

    sides = [said("A", each) for each in one.a] + [said("B", each) for each in one.b]
    seen = [(_together(each), each.occurrence) for each in found.in_world(one)]
    return Told(sides, found.apart(one), seen)


def _together(one: InWorld) -> str:
    doubts = [] if one.certainty == Certainty.CERTAIN else [one.certainty]
    doubts += ["contested"] if one.contested else []
    return ", ".join([_when(one.start, one.end) or "nobody knows when", *doubts])


def _sources(service: Service, text: str) -> list[str]:
    """The IRIs of sources that are named with commas between; of what is none, nothing."""
    kb = service.kb
    slugs = (one.strip().removeprefix("source/") for one in text.split(","))
    iris = (kb.names.source_prefix + slug for slug in slugs)
    return [iri for iri in iris if iri in kb.sources]


def _command(values: Mapping[str, str]) -> str:
    """What is typed to accept all that A says."""
    options = "".join(f" --{name} '{values[name]}'" for name in _FILTERS if name in values)
    return (
        f"tenure compare {values['a']} {values['b']}{options} --format csv > decide.csv\n"
        f"tenure compare {values['a']} {values['b']}{options} --accept decide.csv --into decisions"
    )


_IMPACT: Final = "impact"
"""The question of the catalogue that says what a source makes of the world."""


def _impact(asked: ReadRequest) -> Response:
    kb, source = asked.service.kb, asked.values.get("source", "").strip()
    query = asked.service.catalog.find(_IMPACT)
    if not source and not asked.as_page:
        raise BadParameter(
            "The parameter 'source' is missing.", where="source", remedy="Name a source."
        )
    rows: list[dict[str, Term | None]] = []
    if source:
        slug = kb.names.short(kb.source_iri(source))
        source = slug.removeprefix("source/")
        rows = kb.companion(_LastImpact).of(
            (slug, asked.policy.text), lambda: _impacts(kb, query, slug, asked.policy)
        )
    if not asked.as_page:
        plain = [
            {name: str(getattr(term, "value", "")) for name, term in row.items()} for row in rows
        ]
        return asked.json({"source": source, "changes": plain})
    pager = pager_of(asked.values, len(rows), _MOST_IMPACTS)
    shown = pager.part(rows)
    things = {value_of(row["thing"]) for row in shown}
    known = kb.occurrences(sorted(things), asked.policy)
    conflicts = kb.companion(KnownConflicts).of(asked.policy) if things - known.keys() else ()
    reasons = {one.iri: text(one.reason) for one in conflicts if one.iri in things}
    groups: dict[str, list[tuple[str, Sentence, str]]] = defaultdict(list)
    for row in shown:
        thing = value_of(row["thing"])
        one = known.get(thing)
        if one is not None:
            sentence = sentence_of(asked.pages, one)
        elif thing in reasons:
            sentence = (reasons[thing],)
        else:
            named = (row["subject"], row["other"]) if row["subject"] else (row["thing"],)
            sentence = _between(named)
        # What is in time has days, though they may be unknown; a name or a conflict has none.
        unknown = "on unknown days" if one or row["subject"] else ""
        before, after = (_days(row, suffix) or unknown for suffix in ("", "Without"))
        change = value_of(row["change"])
        moved = {
            "gone": before,
            "new": after,
            "other days": f"{before}; without it {after}",
        }.get(change, "")
        groups[change].append((thing if one else "", sentence, moved))
    return asked.page(
        "impact.html",
        source=source,
        groups=dict(groups),
        counts=Counter(value_of(row["change"]) for row in rows),
        pager=pager,
    )


class _LastImpact(KeptLast[list[dict[str, Term | None]]]):
    """What would be different without the source that was asked about last."""


def _impacts(
    kb: KnowledgeBase, query: CatalogQuery, source: str, policy: Policy
) -> list[dict[str, Term | None]]:
    answer = ask(kb, query, {"source": source}, policy)
    assert isinstance(answer, Solutions)
    return [dict(zip(answer.variables, row, strict=True)) for row in answer]


def _between(terms: Iterable[Term | None]) -> Sentence:
    found: list[NamedNode | Literal] = []
    for term in terms:
        if isinstance(term, NamedNode | Literal):
            found += [text(" – "), term] if found else [term]
    return tuple(found)


def _days(row: Mapping[str, Term | None], suffix: str) -> str:
    """When something can have begun and ended, in words."""
    start, end = (value_of(row[name + suffix]) for name in ("start", "end"))
    return _when(start, end)


def _when(*days: str) -> str:
    """A start and an end, EDTF values or empty, in words."""
    words = [date_in_words(one) if one else "" for one in days]
    if days[0] == days[1]:
        return words[0]
    told = (f"{verb} {one}" for verb, one in zip(("began", "ended"), words, strict=True) if one)
    return ", ".join(told)


class _LastHistory(KeptLast[PositionHistory]):
    """The history of an office that was asked for last."""


def _position_history(asked: ReadRequest) -> Response:
    values = {name: value.strip() for name, value in asked.values.items() if value.strip()}
    if "office" not in values:
        if asked.as_page:
            return asked.page(
                "position_history.html",
                title="Who held an office",
                office="",
                sources=values.get("source", ""),
                grid=None,
            )
        raise BadParameter(
            "The parameter 'office' is missing.", where="office", remedy="Name an office."
        )
    kb = asked.service.kb
    sources = [one.strip() for one in values.get("source", "").split(",") if one.strip()]
    found = kb.companion(_LastHistory).of(
        (values["office"], *sources, asked.policy.text),
        lambda: position_history(kb, values["office"], sources, asked.policy),
    )
    if not asked.as_page:
        return asked.json(found.to_dict())
    lists = len(found.lists) - 1
    if not sources:
        found = found.with_most(_MOST_BESIDE)
    pager = pager_of(asked.values, len(found.holders), _MOST_HOLDERS)
    rows = []
    for holder in pager.part(found.holders):
        _, *told = found.row(holder)
        cells = (Literal(one) if one else None for one in told)
        rows.append(GridRow((NamedNode(holder.subject), *cells)))
    return asked.page(
        "position_history.html",
        title=f"{kb.registry.label(found.office)}: who held it",
        office=values["office"],
        sources=",".join(sources),
        lists=lists,
        shown=len(found.lists) - 1,
        pager=pager,
        grid=Grid(("holder", *found.lists, "remarks"), rows),
    )
