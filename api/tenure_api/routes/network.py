"""``/network``: who is tied to whom on a day, as a list; a script of the page draws it.

A tie is a situation that an agent is in with another agent or an institution, by what the ontology
declares of its kind: what it leaves a plain triple of, and that its subject is an agent.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.responses import Response

from tenure.errors import BadParameter
from tenure.knowledge import KnowledgeBase
from tenure.model import Occurrence, Policy
from tenure.namespaces import TN, local_name
from tenure.temporal import Certainty, iso
from tenure.views import read_key
from tenure_api.openapi import described, known_at_parameter, policy_parameter
from tenure_api.pages.rendering import telling, words
from tenure_api.pages.tables import dates, grounds
from tenure_api.pages.view import DAY, DEGREE, View
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

PATH: Final = "/network"
KIND: Final = "kind"
SOURCE: Final = "source"
AROUND: Final = "around"
_ENDS: Final = ("Agent", "Institution")
_ORDER: Final = tuple(Certainty)
_NEVER: Final = Certainty.RULED_OUT

MOST: Final = 150
"""Ties on one page: those that are surest, and of them those between what has most ties."""
MOST_READ: Final = 300
"""Situations and events of a day that are looked at, the surest first: reading one takes 0.1 ms."""
MOST_CHANGES: Final = 60
"""Changes of a day that the page tells; the comparison of two days tells all."""
MOST_DAYS: Final = 500
"""Days of change around the one that is looked at, between which the page lets one move."""


def router(service: Service) -> APIRouter:
    """The route of the network."""
    resources = Resources(service, "Days")
    resources.add(
        PATH,
        _network,
        operation_id="network",
        summary="Who is tied to whom on a day",
        parameters=[
            described(DAY, "A day as in `/at/…`; else the base's own.", example="2020-01-03"),
            described(DEGREE, "certain, presumed (the default) or possible."),
            described(KIND, "Only ties of this class of the ontology.", example="Membership"),
            described(SOURCE, "Only ties that this source tells of, by its slug."),
            described(AROUND, "Only ties of this thing, by its slug."),
            policy_parameter(),
            known_at_parameter(),
        ],
    )
    return resources.api


@dataclass(frozen=True, slots=True)
class Tie:
    """A situation between two things on a day, and how sure it is."""

    occurrence: Occurrence
    subject: str
    object: str
    certainty: Certainty


class NetworkTies:
    """The ties on the day of a view, and what is left of them by the filters."""

    def __init__(self, kb: KnowledgeBase, view: View, policy: Policy, around: str = "") -> None:
        self._kb, self._policy = kb, policy
        self._degrees = _ORDER[: _ORDER.index(view.degree) + 1]
        self.certainties = kb.certainty(view.moment, policy)
        self._about = kb.snapshot.certainty(view.moment, policy, [around]) if around else ()
        self.kind, self.source, self.around = "", "", around
        self.all = list(self._read())

    def _read(self) -> Iterable[Tie]:
        kinds = kinds_of_ties(self._kb)
        for iri, one in self._occurrences():
            if one.kind in kinds and one.subject and one.object and self._ends(one.object):
                yield Tie(one, one.subject, one.object, self.certainties[iri])

    def _occurrences(self) -> Iterable[tuple[str, Occurrence]]:
        """What there is on the day; around one thing only what is told of it."""
        found = self.certainties
        if self.around:
            about = sorted(iri for iri in self._about if iri in found)
            return self._kb.occurrences(about, self._policy).items()
        read = sorted(found, key=lambda iri: (_ORDER.index(found[iri]), iri))[:MOST_READ]
        return self._kb.occurrences(read, self._policy).items()

    @property
    def unread(self) -> int:
        """How many situations and events of the day were not looked at, the least sure of them."""
        return 0 if self.around else max(0, len(self.certainties) - MOST_READ)

    def _ends(self, iri: str) -> bool:
        classes = self._kb.registry.types.get(iri, frozenset())
        return any(self._kb.schema.is_a(one, TN(end).value) for one in classes for end in _ENDS)

    def sources(self, tie: Tie) -> set[str]:
        """The sources of the claims that a tie rests on."""
        return {self._kb.claims[claim].source for claim in tie.occurrence.claims}

    @cached_property
    def fitting(self) -> list[Tie]:
        """Those that the filters leave, however sure."""
        return [
            tie
            for tie in self.all
            if (not self.kind or tie.occurrence.kind == self.kind)
            and (not self.around or self.around in (tie.subject, tie.object))
            and (not self.source or self.source in self.sources(tie))
        ]

    @cached_property
    def sure(self) -> list[Tie]:
        """Those of them that are as sure as is asked for; the surest and most tied come first."""
        sure = [tie for tie in self.fitting if tie.certainty in self._degrees]
        tied = Counter(end for tie in sure for end in (tie.subject, tie.object))

        def place(tie: Tie) -> tuple[int, int, str]:
            weight = tied[tie.subject] + tied[tie.object]
            return _ORDER.index(tie.certainty), -weight, tie.occurrence.iri

        return sorted(sure, key=place)

    @property
    def unsure(self) -> int:
        """How many are less sure than is asked for."""
        return len(self.fitting) - len(self.sure)

    def counted(self) -> list[tuple[int, str]]:
        """How many there are of each certainty, the surest first."""
        found = Counter(tie.certainty for tie in self.sure)
        return [(found[one], str(one)) for one in _ORDER if found[one]]


def kinds_of_ties(kb: KnowledgeBase) -> frozenset[str]:
    """The kinds of situation that tie an agent to something; cheap, read from the schema."""
    schema = kb.schema
    found = set()
    for kind in schema.kinds.values():
        who = schema.range_of(kind.subject_role) if kind.subject_role else None
        if kind.flattens_to and kind.object_role and who and schema.is_a(who, TN("Agent").value):
            found.add(kind.iri)
    return frozenset(found)


def _network(asked: ReadRequest) -> Response:
    kb, view = asked.service.kb, asked.view
    if view.problem and not asked.as_page:
        raise BadParameter(view.problem[0], where=DAY, remedy=view.problem[1])
    around = asked.values.get(AROUND, "")
    centre = kb.registry.find(around).value if around else ""
    ties = NetworkTies(kb, view, asked.policy, centre)
    ties.kind = _kind(kb, asked.values.get(KIND, ""))
    ties.source = kb.source_iri(asked.values[SOURCE]) if asked.values.get(SOURCE) else ""
    shown = ties.sure[: asked.service.limits.rows if not asked.as_page else MOST]
    changes = _changes(asked, ties)
    if not asked.as_page:
        told = [_told(asked, tie) for tie in shown]
        return asked.json(
            {
                "day": view.single or view.moment.key,
                "ties": told,
                "more": len(ties.sure) - len(shown),
                "lessSure": ties.unsure,
                "unread": ties.unread,
                "changes": [{"change": change, "situation": iri} for change, iri in changes],
            }
        )
    days = list(_days(asked))
    return asked.page(
        "network.html",
        here=PATH,
        ties=ties,
        rows=[
            (tie, *dates(tie.occurrence), *grounds(asked.pages, tie.occurrence)) for tie in shown
        ],
        things=len({end for tie in ties.sure for end in (tie.subject, tie.object)}),
        kinds=sorted((kb.schema.label(one), local_name(one)) for one in kinds_of_ties(kb)),
        kind=local_name(ties.kind) if ties.kind else "",
        word_of=partial(_word, kb),
        sources=[(kb.names.short(iri).removeprefix("source/"), iri) for iri in _sources(ties)],
        people={
            iri
            for tie in shown
            for iri in (tie.subject, tie.object)
            if any(
                kb.schema.is_a(one, TN("Person").value)
                for one in kb.registry.types.get(iri, frozenset())
            )
        },
        around=around,
        changes=changes[:MOST_CHANGES],
        more_changes=max(0, len(changes) - MOST_CHANGES),
        days=days,
        near=_near(days, view),
    )


def _word(kb: KnowledgeBase, one: Occurrence) -> str:
    """What ties the two: which of several of its kind it is, where it says so, else the kind."""
    words = (word.value for word in telling(kb, one) if isinstance(word, NamedNode))
    return kb.schema.label(next(words, kb.schema.kinds[one.kind].flattens_to or one.kind))


def _sources(ties: NetworkTies) -> list[str]:
    return sorted({one for tie in ties.all for one in ties.sources(tie)})


def _kind(kb: KnowledgeBase, name: str) -> str:
    by_name = {local_name(iri): iri for iri in kinds_of_ties(kb)}
    if name and name not in by_name:
        raise BadParameter(
            f"There is no tie of the kind {name[:80]!r}.",
            where=KIND,
            remedy=f"Choose one of: {', '.join(sorted(by_name))}.",
        )
    return by_name[name] if name else ""


def _changes(asked: ReadRequest, ties: NetworkTies) -> list[tuple[str, str]]:
    """What became otherwise with ties on the day of the view, in the words of `changes`."""
    kb, view = asked.service.kb, asked.view
    if not view.single or view.first is None:
        return []
    day_before = iso(view.first - 1)
    before = kb.certainty(read_key(kb.names, kb.resolve_dated, day_before), asked.policy)
    after = ties.certainties
    changed = {
        iri: said
        for iri in (before.keys() | after.keys())
        if before.get(iri) is not after.get(iri)
        and (said := change_in_words(before.get(iri, _NEVER), after.get(iri, _NEVER)))
    }
    kinds = kinds_of_ties(kb)
    found = kb.occurrences(sorted(changed)[:MOST_READ], asked.policy)
    return sorted(
        (changed[iri], iri)
        for iri, one in found.items()
        if one.kind in kinds
        and (not ties.kind or one.kind == ties.kind)
        and (not ties.around or ties.around in (one.subject, one.object))
    )


def change_in_words(before: Certainty, after: Certainty) -> str:
    """What the question `changes` calls it; empty where it takes it for none."""
    held = (Certainty.CERTAIN, Certainty.PRESUMED)
    if before in held and after in held:
        return ""  # that nobody vouches for it any more is no change
    if after is _NEVER:
        return "ended" if before in held else f"no longer {before}"
    if before is _NEVER:
        return "began" if after in held else f"became {after}"
    return (
        f"became {after}" if _ORDER.index(after) < _ORDER.index(before) else f"no longer {before}"
    )


def _days(asked: ReadRequest) -> Iterable[str]:
    """The days on which something changes, around that of the view."""
    view = asked.view
    days = asked.service.kb.change_days(view.degree, asked.policy)
    place = bisect_left(days, view.first or 0)
    return map(iso, days[max(0, place - MOST_DAYS // 2) : place + MOST_DAYS // 2])


def _near(days: Sequence[str], view: View) -> list[str]:
    """The five days of change before that of the view, that day, and the five after it."""
    before = days[: bisect_left(days, view.begins)][-5:]
    return [*before, *days[bisect_left(days, view.begins) :][:6]] if view.begins else list(before)


def _told(asked: ReadRequest, tie: Tie) -> dict[str, Any]:
    kb, one = asked.service.kb, tie.occurrence
    start, end = dates(one)
    _, basis = grounds(asked.pages, one)
    return {
        "situation": one.iri,
        "kind": one.kind,
        "property": kb.schema.kinds[one.kind].flattens_to,
        "words": words(_word(kb, one)),
        "subject": {"iri": tie.subject, "label": asked.pages.links.label(tie.subject)},
        "object": {"iri": tie.object, "label": asked.pages.links.label(tie.object)},
        "certainty": str(tie.certainty),
        "contested": one.contested,
        "basis": getattr(basis, "value", ""),
        "start": getattr(start, "value", None),
        "end": getattr(end, "value", None),
    }
