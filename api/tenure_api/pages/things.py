"""What a page shows of a person, an organization, an office, a place or an event.

One sentence about the day, the situations as lanes of a timeline and as cards, who came before and
after, and what an event changed. What the world is comes from fusion, and what relations there are
from the questions of the catalogue; here is only chosen and put in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from pyoxigraph import Literal, NamedNode

from tenure.catalog import Catalog, ask
from tenure.errors import TooLarge
from tenure.explain import AlternativeReason, alternatives_of, order_of, plan_in_words
from tenure.fusion import World, manner
from tenure.model import Occurrence, Participation, Policy
from tenure.namespaces import TN
from tenure.store import Solutions, Term
from tenure.temporal import Certainty, iso, parse_iso
from tenure.temporal.in_words import all_days_in_words, stretch_in_words
from tenure_api.pages.figure import LaneSpan, Timeline, timeline
from tenure_api.pages.over_time import ThingsOverTime
from tenure_api.pages.paging import EACH
from tenure_api.pages.rendering import Pages
from tenure_api.pages.sentences import (
    Sentence,
    clause_of,
    lane_of,
    presumed_until,
    sentence_of,
    text,
    when_of,
)
from tenure_api.pages.tables import ClaimView, claim_views, value_of

_IN_SUMMARY: Final = 3
_IN_CARD: Final = 8
_MOST_BESIDE: Final = 8
_MOST_SOURCES: Final = 12
_MOST_ORDERED: Final = 12
_DEGREES: Final = (Certainty.CERTAIN, Certainty.PRESUMED, Certainty.POSSIBLE)


@dataclass(frozen=True, slots=True)
class BoundInWords:
    """One of several bounds, or those by one source alone, in words, and whose they are."""

    when: str
    source: str = ""
    text: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InOfficeToo:
    """Some of those who sat in an office beside one in excess, how many more, and how surely."""

    certainty: str
    some: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Card:
    """A situation or an event with all that a page shows of it.

    ``standing`` is how surely it holds on the page's day: a degree, or *over*, *not yet*, *not
    then*. ``lines`` say what is planned and presumed; ``before`` and ``after`` are who held an
    office before and after; ``beside`` who held it at the same time, in excess of its seats.
    """

    iri: str
    anchor: str
    sentence: Sentence
    when: str
    standing: str
    contested: bool
    basis: str
    lines: tuple[str, ...]
    alternatives: tuple[AlternativeReason, ...]
    by_source: tuple[BoundInWords, ...]
    claims: Sequence[ClaimView]
    claims_in_all: int
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    beside: tuple[InOfficeToo, ...] = ()


@dataclass(frozen=True, slots=True)
class LaneName:
    """What a lane of the timeline is called: its place there, the card, the words, the source."""

    place: int
    anchor: str
    words: Sentence
    source: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Cards of one kind, and whether the page's thing is their subject; with their lanes."""

    title: str
    direction: str
    cards: Sequence[Card]
    lanes: Sequence[LaneName]


@dataclass(frozen=True, slots=True)
class Gap:
    """Days on which nobody is known to have held an office, in words, and how surely."""

    when: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a situation between the day before an event and the day after."""

    change: str
    sentence: Sentence
    iri: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two days (ISO): what has to do with the event, and everything else."""

    first: str
    last: str
    of_it: Sequence[Changed]
    others: Sequence[Changed]


class ThingPage:
    """The parts of the page about one thing under a policy, on the day of the view."""

    def __init__(self, pages: Pages, catalog: Catalog, policy: Policy, iri: str) -> None:
        self._pages = pages
        self._catalog = catalog
        self._policy = policy
        self.iri = iri
        self._kb = pages.kb
        self._view = pages.view
        self.known = pages.kb.companion(ThingsOverTime).about(iri, policy)
        self._near = self.known.around(())
        self.occurrence: Occurrence | None = self.world.occurrences.get(iri)
        self._surely = self._kb.certainty(self._view.moment, policy)
        day = self._view.first
        self.day: int | None = day if day == self._view.last else None

    @property
    def world(self) -> World:
        """All there is about the thing, or about what is shown of it."""
        return self._near.world

    def show(self, shown: Sequence[Occurrence]) -> Sequence[Occurrence]:
        """The situations that the page shows, with all there is about them."""
        self._near = self.known.around(shown)
        return [self.world.occurrences.get(one.iri, one) for one in shown]

    # ------------------------------------------------------------------ the day in one sentence

    @property
    def is_office(self) -> bool:
        """Whether it is an office."""
        return self._is_a("Office")

    @property
    def is_event(self) -> bool:
        """Whether it is an event."""
        return self.occurrence is not None and self.occurrence.subject is None

    def _is_a(self, name: str) -> bool:
        types = self._kb.registry.types.get(self.iri, frozenset())
        return any(self._kb.schema.is_a(one, TN(name).value) for one in types)

    def summary(self) -> list[Sentence]:
        """What is so on the day, by degree, the surest first; else that nothing is known to be."""
        one = self.occurrence
        if one is not None:
            told = f"{when_of(one)} That there was such a thing at all is {one.certainty}."
            sentence = [] if one.subject is None else [(*sentence_of(self._pages, one), text("."))]
            return [*sentence, (text(told),)]
        degrees = _DEGREES[: _DEGREES.index(self._view.degree) + 1]
        surely = [(self._surely.get(one.iri), one) for one in self.known.possible_on(self.day)]
        found = []
        for degree in degrees:
            holding = [one for sure, one in surely if sure is degree]
            if holding:
                found.append(self._holding(degree, holding))
        ended = self._over()
        if ended:
            found.insert(0, (text(ended),))
        elif not found:
            found.append((text(self._nothing()),))
        return found

    def page_of_day(self) -> int:
        """The page with the first of the situations that hold on the day; 0 where none does."""
        degrees = _DEGREES[: _DEGREES.index(self._view.degree) + 1]
        for degree in degrees:
            for one in self.known.possible_on(self.day):
                if self._surely.get(one.iri) is degree:
                    return self.known.situations.index(one) // EACH + 1
        return 0

    def _holding(self, degree: Certainty, holding: Sequence[Occurrence]) -> Sentence:
        parts: list[NamedNode | Literal] = [text(f"{_ADVERBS[degree]} ")]
        for place, one in enumerate(holding[:_IN_SUMMARY]):
            if place:
                parts.append(text(", " if place < len(holding) - 1 else " and "))
            parts += clause_of(self._pages, one) if one.subject == self.iri else ()
            parts += sentence_of(self._pages, one) if one.subject != self.iri else ()
        more = len(holding) - _IN_SUMMARY
        parts.append(text(f", and {more} more." if more > 0 else "."))
        return tuple(parts)

    def _over(self) -> str:
        """That a life, or an existence, had ended by the day."""
        if (self.iri, "end") not in self.world.time.points or self._view.first is None:
            return ""
        bounds = self.world.time.bounds(self.iri)
        if bounds.end_latest is None or bounds.end_latest >= self._view.first:
            return ""
        when = stretch_in_words(bounds.end_earliest, bounds.end_latest)
        return f"{'Died' if self._is_a('Person') else 'Ceased to exist'} {when}."

    def _nothing(self) -> str:
        degree = self._view.degree
        sure = {Certainty.CERTAIN: "certainly ", Certainty.PRESUMED: "certainly or presumably "}
        if self.is_office:
            vacant = self._vacant_on_day()
            may = sum(
                self._surely.get(one.iri) is not None for one in self.known.possible_on(self.day)
            )
            tail = f": a {vacant} vacancy" if vacant else f"; {may} may have" if may else ""
            return f"Nobody is known to have held it{tail}."
        return f"Nothing is known that {sure.get(degree, '')}held."

    def _vacant_on_day(self) -> str:
        if self.day is None:
            return ""
        found = self._vacancies(iso(self.day), iso(self.day))
        return found[0].certainty if found else ""

    def _standing(self, one: Occurrence) -> str:
        surely = self._surely.get(one.iri)
        if surely is not None:
            return str(surely)
        bounds, first, last = one.bounds, self._view.first, self._view.last
        if first is not None and bounds.end_latest is not None and bounds.end_latest < first:
            return "over"
        if last is not None and bounds.start_earliest is not None and bounds.start_earliest > last:
            return "not yet"
        return "not then"

    # ------------------------------------------------------------------ lanes and cards

    def groups(self, shown: Sequence[Occurrence]) -> tuple[list[Group], Timeline | None]:
        """The situations as cards by kind and direction, and the timeline with a lane for each.

        Where sources differ about one, a lane for each source follows it.
        """
        spans: list[LaneSpan] = []
        groups: list[Group] = []
        claims = self._claims_of(shown)
        around = self._around_each(shown)
        both = self.known.both_ways

        def kind_and_side(one: Occurrence) -> tuple[str, bool]:
            return one.kind, one.subject == self.iri

        for (kind, outgoing), members in groupby(shown, kind_and_side):
            cards: list[Card] = []
            lanes: list[LaneName] = []
            for one in members:
                ways = self._by_source(one)
                words = lane_of(self._pages, one, self.iri)
                lanes.append(LaneName(len(spans), self._anchor(one), words))
                spans.append(self.span_of(one))
                for slug, other in ways:
                    lanes.append(LaneName(len(spans), self._anchor(one), (), slug))
                    spans.append(self.span_of(other))
                cards.append(self._card(one, ways, claims, around))
            title = self._pages.links.label(kind).capitalize()
            side = ("from here" if outgoing else "towards here") if kind in both else ""
            groups.append(Group(title, side, cards, lanes))
        return groups, timeline(spans, self.day)

    def span_of(self, one: Occurrence) -> LaneSpan:
        """An occurrence as it is drawn."""
        planned = next((p for p in self.world.plans_of(one.iri) if p.which == "end"), None)
        return LaneSpan(
            one.bounds,
            one.presumption.until if one.presumption else None,
            (planned.low, planned.high) if planned else None,
            one.contested,
            tuple(each.bounds for each in one.alternatives),
        )

    def _card(
        self,
        one: Occurrence,
        ways: Sequence[tuple[str, Occurrence]],
        claims: Mapping[str, ClaimView],
        around: _Around,
    ) -> Card:
        lines = [*dict.fromkeys(map(plan_in_words, self.world.plans_of(one.iri)))]
        if self._surely.get(one.iri) is Certainty.PRESUMED:
            lines.append(presumed_until(one))
        others = around.beside.get(one.iri, ())
        return Card(
            one.iri,
            self._anchor(one),
            sentence_of(self._pages, one),
            when_of(one),
            self._standing(one),
            one.contested,
            manner([self._kb.claims[iri] for iri in one.claims], self._kb.schema),
            tuple(line for line in lines if line),
            alternatives_of(one),
            tuple(BoundInWords(when_of(other), slug) for slug, other in ways),
            [claims[iri] for iri in self._some(one)],
            len(one.claims),
            around.before.get(one.iri, ()),
            around.after.get(one.iri, ()),
            others,
        )

    def _anchor(self, one: Occurrence) -> str:
        return self._kb.names.short(one.iri).replace("/", ".")

    def _some(self, one: Occurrence) -> Sequence[str]:
        """The claims of a card: some, where there are many, first those that name the thing."""
        return sorted(one.claims, key=lambda iri: iri not in self.known.naming)[:_IN_CARD]

    def _claims_of(self, shown: Iterable[Occurrence]) -> dict[str, ClaimView]:
        wanted = dict.fromkeys(claim for one in shown for claim in self._some(one))
        views = claim_views(self._kb, self.world, [self._kb.claims[iri] for iri in wanted])
        return {one.claim.iri: one for one in views}

    def by_source(self) -> tuple[list[Group], Timeline | None]:
        """Of an event or a situation, a lane for each source that dates it otherwise."""
        one = self.occurrence
        ways = self._by_source(one) if one is not None else []
        if one is None or not ways:
            return [], None
        spans = [self.span_of(one), *(self.span_of(other) for _, other in ways)]
        lanes = [LaneName(0, "", (text("together"),))]
        lanes += [LaneName(place, "", (), slug) for place, (slug, _) in enumerate(ways, 1)]
        return [Group("By each source alone", "", (), lanes)], timeline(spans, self.day)

    def _by_source(self, one: Occurrence) -> list[tuple[str, Occurrence]]:
        """An occurrence by each of its sources alone, where they date it differently."""
        sources = sorted({self._kb.claims[iri].source for iri in one.claims})
        chosen = dict(self._policy.parts)
        if not 1 < len(sources) <= _MOST_SOURCES or "sources" in chosen:
            return []
        found = []
        for source in sources:
            slug = self._kb.names.short(source).removeprefix("source/")
            alone = self._kb.policy(";".join(filter(None, (self._policy.text, f"sources={slug}"))))
            other = self._kb.around([one.iri], alone).occurrences.get(one.iri)
            if other is not None:
                found.append((slug, other))
        return found if len({other.bounds for _, other in found}) > 1 else []

    # ------------------------------------------------------------------ offices

    def _around_each(self, shown: Sequence[Occurrence]) -> _Around:
        """Who came before and after each holder of an office, and who sat beside them."""
        found = _Around()
        if not self.is_office:
            return found
        for one, other in self._following(shown):
            found.after[one.iri] = (*found.after.get(one.iri, ()), other.subject or "")
            found.before[other.iri] = (*found.before.get(other.iri, ()), one.subject or "")
        here = {one.iri for one in shown}
        crowding = self._near.relations.crowding(
            self._near.seats, self._kb.schema.seat_kinds, self.iri, among=here
        )
        there: dict[str, dict[str, dict[str, None]]] = {}
        for shared in crowding:
            who = self.world.occurrences[shared.other].subject
            if shared.one in here and who is not None:
                surely = there.setdefault(shared.one, {})
                surely.setdefault(str(shared.certainty), {})[who] = None
        for iri, surely in there.items():
            found.beside[iri] = tuple(
                InOfficeToo(sure, tuple(who)[:_MOST_BESIDE], max(0, len(who) - _MOST_BESIDE))
                for sure, who in surely.items()
            )
        return found

    def _following(self, shown: Sequence[Occurrence]) -> Iterator[tuple[Occurrence, Occurrence]]:
        """Who followed whom among the holders shown and those just before and after them."""
        known = self.world.occurrences
        here = {one.iri for one in shown}
        near = {one.iri for one in self.known.before_and_after(here)}
        for pair in self._near.relations.following(self.iri, near):
            if not here.isdisjoint(pair):
                one, other = pair
                yield known[one], known[other]

    def gaps(self, shown: Sequence[Occurrence]) -> list[Gap]:
        """The days within those of the holders shown on which nobody is known to have held it."""
        days = [day for one in shown for day in self.span_of(one).days]
        if not self.is_office or not days:
            return []
        # What came after all of them stands with the last holders, however many pages there are.
        last = self.known.holders[-1:] or shown[-1:]
        if self._view.first is not None and last[0].iri in {one.iri for one in shown}:
            days.append(self._view.first)
        return self._vacancies(iso(min(days)), iso(max(days)))

    def _vacancies(self, first: str, last: str) -> list[Gap]:
        rows = self._rows("vacancies", office=self._slug, **{"from": first, "to": last})
        return [
            Gap(
                all_days_in_words(parse_iso(value_of(row["from"])), parse_iso(value_of(row["to"]))),
                value_of(row["certainty"]),
            )
            for row in rows
        ]

    def seats(self) -> list[str]:
        """How many seats an office has, one line a stretch of time."""
        if not self.is_office:
            return []
        periods = self.world.seats.periods(self.iri)
        lines = [
            f"{_seats(one.least, one.most)} {all_days_in_words(one.first, one.last)}"
            for one in periods
            if one.most is not None
        ]
        number = self._kb.registry.seats.get(self.iri)
        return lines or ([_seats(number, number)] if number else [])

    # ------------------------------------------------------------------ events

    def took_part(self) -> list[tuple[Sentence, Participation]]:
        """Who took part in the event, each with the role."""
        found: list[tuple[Sentence, Participation]] = []
        for part in self.world.participations:
            if part.event == self.iri:
                role = self._kb.schema.label(part.role)
                found.append(((text(f"{role} "), NamedNode(part.who)), part))
        return found

    def took_part_in(self, shown: Sequence[tuple[str, Occurrence]]) -> list[Card]:
        """The events that the thing took part in or is named in, as cards."""
        claims = self._claims_of(event for _, event in shown)
        cards = []
        for role, event in shown:
            card = self._card(event, (), claims, _Around())
            told = text(f" {self._kb.schema.label(role)} ")
            sentence = (NamedNode(event.iri), told, NamedNode(self.iri))
            cards.append(_with_sentence(card, sentence))
        return cards

    def changes(self) -> Changes | None:
        """What changed between the day before an event and the day after; None of other things."""
        one = self.occurrence
        if one is None or one.subject is not None:
            return None
        first, last = one.bounds.start_earliest, one.bounds.end_latest
        if first is None or last is None:
            return None
        before, after = iso(first - 1), iso(last + 1)
        taking = {part.who for part in self.world.participations if part.event == self.iri}
        ended = {value_of(row["situation"]) for row in self._rows("ended-by", event=self._slug)}
        rows = list(self._rows("changes", **{"from": before, "to": after}))
        known = self._kb.occurrences([value_of(row["situation"]) for row in rows], self._policy)
        of_it: list[Changed] = []
        others: list[Changed] = []
        for row in rows:
            situation = known.get(value_of(row["situation"]))
            if situation is None:
                continue
            changed = Changed(
                value_of(row["change"]), sentence_of(self._pages, situation), situation.iri
            )
            own = situation.iri in ended or not taking.isdisjoint(
                (situation.subject or "", situation.object or "")
            )
            (of_it if own else others).append(changed)
        return Changes(before, after, of_it, others[:EACH])

    def order(self) -> list[str]:
        """How the event certainly lies to others that its claims or participants tie it to."""
        if not self.is_event:
            return []
        labels = self._kb.registry.labels
        taking = {part.who for part in self.world.participations if part.event == self.iri}
        others = {
            part.event
            for part in self.world.participations
            if part.who in taking and part.event != self.iri
        }
        found: dict[str, None] = {}
        for other in sorted(others)[:_MOST_ORDERED]:
            if other in self.world.occurrences:
                pairs = ((self.iri, other), (other, self.iri))
                reasons = (order_of(self.world, *pair, labels) for pair in pairs)
                found.update((one.text, None) for some in reasons for one in some[:1])
        return list(found)

    # ------------------------------------------------------------------ the catalogue

    @property
    def _slug(self) -> str:
        return self._kb.names.short(self.iri)

    def _rows(self, question: str, **arguments: str) -> Iterable[Mapping[str, Term | None]]:
        query = self._catalog.get(question)
        if query is None:
            return ()
        try:
            answer = ask(self._kb, query, arguments, self._policy)
        except TooLarge:
            return ()
        assert isinstance(answer, Solutions)
        columns = answer.variables
        return (dict(zip(columns, row, strict=True)) for row in answer)


@dataclass(slots=True)
class _Around:
    """Of an office: whom each holder followed, who followed, and who sat there in excess."""

    before: dict[str, tuple[str, ...]] = field(default_factory=dict)
    after: dict[str, tuple[str, ...]] = field(default_factory=dict)
    beside: dict[str, tuple[InOfficeToo, ...]] = field(default_factory=dict)


_ADVERBS: Final = {
    Certainty.CERTAIN: "Certainly",
    Certainty.PRESUMED: "Presumably",
    Certainty.POSSIBLE: "Possibly",
}


def _with_sentence(card: Card, sentence: Sentence) -> Card:
    return replace(card, sentence=sentence)


def _seats(least: int | None, most: int | None) -> str:
    number = str(most) if least == most else f"{least or 0} to {most}"
    return f"{number} seat{'' if number == '1' else 's'}"
