"""Denials against every way in which things could have happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from tests.amount import cases
from tests.fusion.lab import Lab, entity
from tests.fusion.oracle import DATED, LAST, Date, Span, day

from tenure.model import Claim
from tenure.temporal import Certainty

CERTAIN, POSSIBLE, OUT = Certainty.CERTAIN, Certainty.POSSIBLE, Certainty.RULED_OUT
T, E = entity("tenure/t").value, entity("event/e").value
WHOLE = f"{day(0)}/{day(LAST)}"
TENURE = "tn:Tenure ; tn:holder person:p ; tn:office office:o"
SPANS = [(a, b) for a in range(LAST + 1) for b in range(a, LAST + 1)]
WELL_KNOWN = "Preferred", "Normal"


def told(slug: str, *dates: tuple[str, str], kind: str = TENURE) -> str:
    """What a claim states of a tenure."""
    stated = "".join(f' ; tn:{prop} "{date}"^^edtf:EDTF' for prop, date in dates)
    return f"<{entity(slug).value}> a {kind}{stated} ."


# ---------------------------------------------------------------------- the oracle


@dataclass(frozen=True)
class Accepted:
    """A claim about one tenure, and the day of an event on which it was held, if it names one."""

    property: str
    date: Date
    rank: str

    def allows(self, span: Span, event: int) -> bool:
        if self.property == "heldAt":
            return span[0] <= event <= span[1]
        return DATED[self.property](span, self.date)


@dataclass(frozen=True)
class Denied:
    """A denial: what it states as dates, its tense, the days of its source, and the days out."""

    dates: tuple[tuple[str, str], ...]
    tense: str | None
    published: Span
    rank: str
    days: frozenset[int]


@dataclass(frozen=True)
class Tale:
    """Claims and denials of one tenure, and an event on one of some days."""

    accepted: tuple[Accepted, ...]
    denied: tuple[Denied, ...]
    event: tuple[int, int]

    def solutions(self, chosen: Iterable[int]) -> Iterator[tuple[Span, int]]:
        """Every way in which the chosen claims can be true."""
        claims = [self.accepted[i] for i in chosen]
        for span in SPANS:
            for event in range(self.event[0], self.event[1] + 1):
                if all(claim.allows(span, event) for claim in claims):
                    yield span, event

    def agree(self, accepted: Iterable[int], denied: Iterable[int]) -> bool:
        """Whether some claims and some denials can be true together; without claims, always."""
        some = tuple(accepted)
        out = frozenset(chain.from_iterable(self.denied[i].days for i in denied))
        return not some or any(
            out.isdisjoint(range(span[0], span[1] + 1)) for span, _ in self.solutions(some)
        )

    def disagreements(self) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
        """The smallest sets of claims and denials that cannot be true together."""
        found: list[tuple[frozenset[int], frozenset[int]]] = []
        everything = [("a", i) for i in range(len(self.accepted))]
        everything += [("d", i) for i in range(len(self.denied))]
        for size in range(1, len(everything) + 1):
            for chosen in combinations(everything, size):
                some = frozenset(i for kind, i in chosen if kind == "a")
                out = frozenset(i for kind, i in chosen if kind == "d")
                if any(a <= some and d <= out for a, d in found) or self.agree(some, out):
                    continue
                found.append((some, out))
                yield some, out

    def outcome(self) -> tuple[frozenset[int], frozenset[int]]:
        """The days that are ruled out, and those of which nothing is certain, by the denials."""
        lost, open_ = set[int](), set[int]()
        for some, out in self.disagreements():
            ranks = {("a", i): WELL_KNOWN.index(self.accepted[i].rank) for i in some}
            ranks |= {("d", i): WELL_KNOWN.index(self.denied[i].rank) for i in out}
            # Of those that are below the rest one is left out; which, nobody knows.
            below = {one for one, rank in ranks.items() if rank == 1}
            worst = below if 0 < len(below) < len(ranks) else set(ranks)
            (lost if len(worst) == 1 else open_).update(i for kind, i in worst if kind == "d")
        stands = [d for i, d in enumerate(self.denied) if i not in lost | open_]
        contested = [d for i, d in enumerate(self.denied) if i in open_ - lost]
        return (
            frozenset(chain.from_iterable(d.days for d in stands)),
            frozenset(chain.from_iterable(d.days for d in (*stands, *contested))),
        )

    def certainty(self, kind: str, first: int, last: int) -> Certainty:
        """How surely at a moment: a day, a vague day, some time or every day, or at the event."""
        out, less = self.outcome()
        possible = certain = None
        for span, event in self.solutions(range(len(self.accepted))):
            held = frozenset(range(span[0], span[1] + 1))
            asked = range(first, last + 1) if kind != "event" else range(event, event + 1)
            if kind == "sometime":
                may, must = (
                    bool(held - out & held and (held - out).intersection(asked)),
                    bool((held - less).intersection(asked)),
                )
            elif kind == "throughout":
                may, must = (held - out).issuperset(asked), (held - less).issuperset(asked)
            else:
                may = not (held - out).isdisjoint(asked)
                must = (held - less).issuperset(asked)
            possible = bool(possible) or may
            certain = must if certain is None else certain and must
        return CERTAIN if certain else POSSIBLE if possible else OUT


# ---------------------------------------------------------------------- tales


@st.composite
def _dates(draw: st.DrawFn) -> Date:
    first = draw(st.integers(0, LAST))
    last = draw(st.integers(first, LAST))
    if first == last:
        return Date(day(first), (first, last), (first, last), (first, last))
    if draw(st.booleans()):
        return Date(f"[{day(first)}..{day(last)}]", (first, last), (first, last), (first, last))
    return Date(f"{day(first)}/{day(last)}", (first, last), (first, first), (last, last))


@st.composite
def _accepted(draw: st.DrawFn) -> Accepted:
    what = ["start", "end", "heldOn", "heldThroughout", "date", "heldAt"]
    prop, date = draw(st.sampled_from(what)), draw(_dates())
    if prop in ("start", "end", "heldOn") and "/" in date.text:
        prop = "heldThroughout"
    return Accepted(prop, date, draw(st.sampled_from(WELL_KNOWN)))


@st.composite
def _denied(draw: st.DrawFn) -> Denied:
    first = draw(st.integers(0, LAST + 1))
    last = draw(st.just(first) | st.integers(first, LAST + 1))
    rank = draw(st.sampled_from(WELL_KNOWN))
    kind = draw(st.sampled_from(["dated", "dated", "edges", "present", "undated", "start"]))
    date = draw(_dates())
    tense = draw(st.sampled_from([None, "Past"]))
    days = frozenset[int]()
    dates: tuple[tuple[str, str], ...] = ()
    if kind == "dated":
        dates = ((draw(st.sampled_from(["date", "heldOn", "heldThroughout"])), date.text),)
        days = frozenset(range(date.moment[0], date.moment[1] + 1))
    elif kind == "edges":
        dates = (("start", day(date.moment[0])), ("end", day(date.moment[1])))
        days = frozenset(range(date.moment[0], date.moment[1] + 1))
    elif kind == "present":
        last, tense, days = first, "Present", frozenset({first})
    elif kind == "start":
        dates = (("start", day(date.moment[0])),)
    else:
        days = frozenset(range(-9, first + 1))
    # Nobody vouches for what comes after he spoke; what he tells as past had been by then.
    if not (tense == "Past" and max(days, default=0) <= last):
        days = frozenset(d for d in days if d <= first)
    return Denied(dates, tense, (first, last), rank, days)


@st.composite
def _tales(draw: st.DrawFn) -> Tale:
    first = draw(st.integers(0, LAST))
    event = (first, draw(st.integers(first, LAST)))
    whole = Date(WHOLE, (0, LAST), (0, 0), (LAST, LAST))
    bounding = Accepted("date", whole, draw(st.sampled_from(WELL_KNOWN)))
    some = draw(st.lists(_accepted(), max_size=2))
    denied = draw(st.lists(_denied(), min_size=1, max_size=3))
    tale = Tale((bounding, *some), tuple(denied), event)
    # Conflicts about dates alone are another matter.
    return (
        tale
        if next(tale.solutions(range(len(tale.accepted))), None)
        else Tale((bounding,), tuple(denied), event)
    )


def between(days: Span) -> str:
    return day(days[0]) if days[0] == days[1] else f"[{day(days[0])}..{day(days[1])}]"


def claims_of(lab: Lab, tale: Tale) -> tuple[list[Claim], dict[str, str]]:
    """The claims of a tale, and when their sources were published."""
    early, late = (day(one) for one in tale.event)
    happened = f'event:e a tn:Meeting ; tn:date "[{early}..{late}]"^^edtf:EDTF .'
    claims = [lab.claim(happened, source="s0", rank="Preferred")]
    for one in tale.accepted:
        stated = told("tenure/t", (one.property, one.date.text))
        if one.property == "heldAt":
            stated = f"<{T}> a {TENURE} ; tn:heldAt <{E}> ."
        claims.append(lab.claim(stated, source="s0", rank=one.rank))
    published = {"s0": day(LAST + 1)}
    for number, denied in enumerate(tale.denied):
        # Whoever denies it need not know by what name others tell of it.
        slug = "tenure/t" if number % 2 else f"tenure/denied-{number}"
        source = f"d{number}"
        published[source] = between(denied.published)
        claims.append(
            lab.claim(
                told(slug, *denied.dates),
                source=source,
                modality="Denied",
                tense=denied.tense,
                rank=denied.rank,
            )
        )
    return claims, published


MOMENTS = st.tuples(
    st.sampled_from(["day", "vague", "sometime", "throughout", "event", "any"]),
    st.integers(0, LAST),
    st.integers(0, LAST),
)


def key_of(kind: str, first: int, last: int) -> str:
    if kind == "vague":
        return f"[{day(first)}..{day(last)}]" if first < last else day(first)
    if kind in ("sometime", "throughout"):
        return f"{kind}/{day(first)}/to/{day(last)}"
    return {"day": day(first), "event": "event/e", "any": "any"}[kind]


@settings(max_examples=cases(300), deadline=None)
@given(tale=_tales(), moment=MOMENTS, backwards=st.booleans())
def test_whatever_is_denied_every_way_in_which_it_could_have_been_agrees(
    lab: Lab, tale: Tale, moment: tuple[str, int, int], backwards: bool
) -> None:
    kind, first, last = moment
    first, last = (0, LAST) if kind == "any" else (min(first, last), max(first, last))
    if kind in ("day", "event"):
        last = first
    claims, published = claims_of(lab, tale)
    world = lab.world(claims[::-1] if backwards else claims, published=published)
    note(str(tale))
    wanted = tale.certainty("sometime" if kind == "any" else kind, first, last)
    assert lab.certainty(world, "tenure/t", key_of(kind, first, last)) is wanted
    without = lab.world([c for c in claims if not c.denies], published=published)
    assert world.occurrences[T].bounds == without.occurrences[T].bounds
    ignored = lab.world(claims, published=published, policy="denials=no")
    assert ignored.occurrences[T] == without.occurrences[T]
    assert not [one for one in ignored.conflicts if one.kind == "denied"]


# ---------------------------------------------------------------------- whom a denial means


def held(lab: Lab, slug: str, who: str = "p", what: str = "o", **more: str | bool) -> Claim:
    stated = (
        f"<{entity(slug).value}> a tn:Tenure ; tn:holder person:{who} ; tn:office office:{what} ;"
        ' tn:start "2010"^^edtf:EDTF ; tn:end "2015"^^edtf:EDTF .'
    )
    return lab.claim(stated, **more)  # type: ignore[arg-type]


def denied(lab: Lab, content: str, **more: str | bool) -> Claim:
    return lab.claim(content, source="s2", modality="Denied", **more)  # type: ignore[arg-type]


PUBLISHED = {"s1": "2020-01-01", "s2": "2018-06-01", "s3": "2020-01-01"}


def test_a_denial_means_every_stretch_of_the_same_kind_person_and_office(lab: Lab) -> None:
    deny = (
        '<{}> a tn:Tenure ; tn:holder person:p ; tn:office office:o ; tn:heldOn "2012"^^edtf:EDTF .'
    )
    claims = [
        held(lab, "tenure/one"),
        held(lab, "tenure/other", what="another"),
        held(lab, "tenure/his", who="q"),
        denied(lab, deny.format(entity("tenure/by-another-name").value)),
    ]
    world = lab.world(claims, published=PUBLISHED)
    (conflict,) = world.conflicts
    assert (conflict.kind, conflict.settled) == ("denied", False)
    assert conflict.concerns == (entity("tenure/one").value,)
    assert lab.certainty(world, "tenure/one", "2012-05-01") is POSSIBLE
    assert lab.certainty(world, "tenure/one", "2011-05-01") is CERTAIN
    assert lab.certainty(world, "tenure/other", "2012-05-01") is CERTAIN
    assert lab.certainty(world, "tenure/his", "2012-05-01") is CERTAIN
    assert not world.occurrences[entity("tenure/one").value].contested
    assert entity("tenure/by-another-name").value not in world.occurrences


@pytest.mark.parametrize(
    "policy", ["", "modalities=all", "modalities=denied", "policy=everything-said"]
)
def test_no_policy_makes_a_fact_of_a_denial(lab: Lab, policy: str) -> None:
    world = lab.world([denied(lab, told("tenure/t", ("heldOn", "2012")))], policy=policy)
    assert not world.occurrences
    assert set(world.standings.values()) == {"Denying"}


def test_denials_can_be_left_out(lab: Lab) -> None:
    claims = [held(lab, "tenure/t"), denied(lab, told("tenure/t"))]
    claims[0], claims[1] = held(lab, "tenure/t"), denied(lab, told("tenure/t"))
    world = lab.world(claims, published=PUBLISHED, policy="denials=no")
    assert not world.conflicts
    assert world.standings[claims[1].iri] == "SetAside"
    assert lab.certainty(world, "tenure/t", "2012-05-01") is CERTAIN


@pytest.mark.parametrize(
    ("more", "certainty", "standing"),
    [
        ({}, POSSIBLE, "Disputed"),
        ({"rank": "Preferred"}, OUT, "Denying"),
        ({"rank": "Deprecated"}, CERTAIN, "Overruled"),
        ({"hedged": True}, CERTAIN, "Overruled"),
    ],
)
def test_a_denial_is_settled_like_other_conflicts(
    lab: Lab, more: dict[str, str | bool], certainty: Certainty, standing: str
) -> None:
    claims = [held(lab, "tenure/t"), denied(lab, told("tenure/t", ("heldOn", "2012")), **more)]
    world = lab.world(claims, published=PUBLISHED)
    assert lab.certainty(world, "tenure/t", "2012-05-01") is certainty
    assert world.standings[claims[1].iri] == standing
    assert world.conflicts[0].settled is (standing != "Disputed")


@pytest.mark.parametrize(("resolve", "certainty"), [("newest", OUT), ("named:s1", CERTAIN)])
def test_the_rule_of_a_policy_settles_it(lab: Lab, resolve: str, certainty: Certainty) -> None:
    claims = [held(lab, "tenure/t"), denied(lab, told("tenure/t", ("heldOn", "2012")))]
    published = {"s1": "2016-01-01", "s2": "2018-06-01"}
    world = lab.world(claims, published=published, policy=f"resolve={resolve}")
    assert lab.certainty(world, "tenure/t", "2012-05-01") is certainty


def test_a_denial_reaches_up_to_the_day_on_which_its_source_appeared(lab: Lab) -> None:
    claims = [
        lab.claim(told("tenure/t", ("heldThroughout", "2010-01-01/2019-12-31"))),
        denied(lab, told("tenure/denied")),
        denied(lab, told("tenure/planned", ("heldOn", "2019")), number="9"),
    ]
    world = lab.world(claims, published=PUBLISHED)
    assert lab.certainty(world, "tenure/t", "2018-06-01") is POSSIBLE
    assert lab.certainty(world, "tenure/t", "2018-06-02") is CERTAIN
    assert lab.certainty(world, "tenure/t", "2019-05-01") is CERTAIN
    assert world.occurrences[T].certainty is CERTAIN


def test_in_the_present_tense_one_day_is_denied_known_or_not(lab: Lab) -> None:
    whole = lab.claim(told("tenure/t", ("heldThroughout", "2010-01-01/2019-12-31")))
    now = denied(lab, told("tenure/t"), tense="Present")
    for published, day_of, before in (
        ("2018-06-01", POSSIBLE, CERTAIN),
        ("2018-05-31/2018-06-02", POSSIBLE, POSSIBLE),
    ):
        days = PUBLISHED | {
            "s2": published.replace("/", "..").join("[]") if "/" in published else published
        }
        world = lab.world([whole, now], published=days)
        assert lab.certainty(world, "tenure/t", "2018-06-01") is day_of
        assert lab.certainty(world, "tenure/t", "2018-05-31") is before
        assert lab.certainty(world, "tenure/t", "2018-05-30") is CERTAIN
    # Of a day within a week nobody knows that it was not on one of the other days.
    part = lab.claim(told("tenure/t", ("start", "2018-06-01"), ("end", "2018-06-01")))
    world = lab.world([part, now], published=PUBLISHED | {"s2": "[2018-05-31..2018-06-02]"})
    assert not world.conflicts
    assert lab.certainty(world, "tenure/t", "2018-06-01") is CERTAIN


def test_where_its_day_is_vague_a_denial_reaches_the_first(lab: Lab) -> None:
    whole = lab.claim(told("tenure/t", ("heldThroughout", "2010-01-01/2019-12-31")))
    for tense, dates, on_the_second in (
        (None, [("heldOn", "2018-06-02")], CERTAIN),
        ("Past", [("heldOn", "2018-06-02")], POSSIBLE),
        ("Past", [("heldThroughout", "2018-06-02/2018-06-09")], CERTAIN),
        ("Present", [("start", "2018-05-01")], POSSIBLE),
    ):
        now = denied(lab, told("tenure/t", *dates), tense=tense)  # type: ignore[arg-type]
        world = lab.world([whole, now], published=PUBLISHED | {"s2": "[2018-06-01..2018-06-03]"})
        assert lab.certainty(world, "tenure/t", "2018-06-02") is on_the_second, (tense, dates)
        assert all(one.certainty is not OUT for one in world.occurrences[T].exclusions)


@pytest.mark.parametrize("when", ["2019-01-01", "[2019-01-01..2019-01-05]"])
def test_nobody_denies_what_was_at_an_event_yet_to_come(lab: Lab, when: str) -> None:
    claims = [
        lab.claim(f'<{E}> a tn:Meeting ; tn:date "{when}"^^edtf:EDTF .'),
        lab.claim(f"<{T}> a {TENURE} ; tn:heldAt <{E}> ."),
        denied(lab, f"<{T}> a {TENURE} ; tn:heldAt <{E}> ."),
    ]
    assert not lab.world(claims, published=PUBLISHED).conflicts
    assert lab.world(claims, published=PUBLISHED | {"s2": "2019-01-05"}).conflicts


def test_to_deny_that_somebody_leaves_is_not_to_deny_that_he_is(lab: Lab) -> None:
    claims = [
        lab.claim(told("tenure/t", ("heldThroughout", "2010/2019"))),
        denied(lab, told("tenure/t", ("end", "2018-07-01")), tense="Present"),
    ]
    world = lab.world(claims, published=PUBLISHED)
    assert lab.certainty(world, "tenure/t", "2018-06-01") is CERTAIN


def test_what_only_a_hedge_tells_of_a_firm_denial_rules_out(lab: Lab) -> None:
    claims = [held(lab, "tenure/t", hedged=True), denied(lab, told("tenure/t"))]
    world = lab.world(claims, published=PUBLISHED)
    assert world.occurrences[T].certainty is OUT
    assert lab.certainty(world, "tenure/t", "any") is OUT


def test_without_days_of_its_own_nothing_certain_falls(lab: Lab) -> None:
    claims = [
        held(lab, "tenure/t"),
        denied(lab, told("tenure/t", ("start", "2011"))),
        denied(lab, told("tenure/t", ("end", "2013"))),
        denied(lab, told("tenure/t"), tense="Future"),
    ]
    world = lab.world(claims, published=PUBLISHED)
    assert not world.occurrences[T].exclusions
    assert not world.conflicts


MEETING = (
    "event:e a tn:Meeting ; tn:host person:a ; tn:participant person:b ;"
    ' tn:date "2012-03-04"^^edtf:EDTF .'
)


@pytest.mark.parametrize(
    ("rank", "host"),
    [
        ("Normal", (POSSIBLE, True)),
        ("Preferred", None),
        ("Deprecated", (CERTAIN, False)),
    ],
)
def test_who_denies_a_part_takes_that_part_alone(
    lab: Lab, rank: str, host: tuple[Certainty, bool] | None
) -> None:
    claims = [
        lab.claim(MEETING),
        denied(lab, "event:e tn:participant person:a .", rank=rank),
    ]
    world = lab.world(claims, published=PUBLISHED)
    parts = {p.who.rpartition("/")[2]: (p.certainty, p.contested) for p in world.participations}
    assert parts.get("a") == host
    assert parts["b"] == (CERTAIN, False)
    assert not world.occurrences[E].exclusions


def test_who_denies_an_event_denies_the_parts_in_it(lab: Lab) -> None:
    deny = "event:e a tn:Meeting ; tn:host person:a ; tn:participant person:b ."
    for rank, left in (("Normal", {(POSSIBLE, True)}), ("Preferred", set())):
        world = lab.world([lab.claim(MEETING), denied(lab, deny, rank=rank)], published=PUBLISHED)
        assert {(p.certainty, p.contested) for p in world.participations} == left
        assert world.occurrences[E].certainty is (POSSIBLE if left else OUT)


def test_what_a_part_rests_on_twice_has_to_fall_twice(lab: Lab) -> None:
    claims = [
        lab.claim(MEETING),
        lab.claim("event:e tn:host person:a .", source="s3", rank="Deprecated"),
        denied(lab, "event:e tn:host person:a ."),
    ]
    world = lab.world(claims, published=PUBLISHED)
    (host,) = [p for p in world.participations if p.who.endswith("/a")]
    assert (host.certainty, host.contested) == (POSSIBLE, True)
    assert sorted(one.settled for one in world.conflicts) == [False, True]


def test_the_search_cut_short_leaves_the_answer_weaker(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenure.fusion.exclusions.MOST_NODES", 1)
    claims = [
        held(lab, "tenure/t"),
        denied(lab, told("tenure/t", ("heldOn", "2012")), rank="Preferred"),
    ]
    world = lab.world(claims, published=PUBLISHED)
    assert lab.certainty(world, "tenure/t", "2012-05-01") is POSSIBLE


def test_of_a_date_with_holes_the_holes_are_not_denied(lab: Lab) -> None:
    whole = lab.claim(told("tenure/t", ("heldThroughout", "2010-01-01/2014-12-31")))
    for date in ("[2011, 2013]", "{2011, 2013}"):
        deny = denied(lab, told("tenure/t", ("heldOn", date)))
        world = lab.world([whole, deny], published=PUBLISHED)
        assert lab.certainty(world, "tenure/t", "2011-05-01") is POSSIBLE
        assert lab.certainty(world, "tenure/t", "2012-05-01") is CERTAIN
    deny = denied(lab, told("tenure/t", ("heldOn", "201X-03-05")))
    world = lab.world([whole, deny], published=PUBLISHED)
    assert lab.certainty(world, "tenure/t", "2011-03-05") is POSSIBLE
    assert lab.certainty(world, "tenure/t", "2011-03-06") is CERTAIN
    deny = denied(lab, told("tenure/t", ("heldOn", "XXXX-03-05")))
    world = lab.world([whole, deny], published=PUBLISHED)
    assert not world.occurrences[T].exclusions


def test_beside_claims_that_contradict_each_other_each_way_meets_the_denial(lab: Lab) -> None:
    claims = [
        lab.claim(told("tenure/t", ("start", "2012-11-05"))),
        lab.claim(told("tenure/t", ("start", "2012-12-05")), source="s3"),
        lab.claim(told("tenure/t", ("end", "2013-06-30"))),
        denied(lab, told("tenure/t", ("heldOn", "2012-11"))),
    ]
    world = lab.world(claims, published=PUBLISHED)
    assert {one.kind for one in world.conflicts} == {"time", "denied"}
    # By one alternative it had begun, and is denied; by the other it had not.
    assert lab.certainty(world, "tenure/t", "2012-11-20") is POSSIBLE
    assert lab.certainty(world, "tenure/t", "2012-12-20") is CERTAIN
    (out,) = world.occurrences[T].exclusions
    assert (out.certainty, out.contested) == (POSSIBLE, True)
    claims[3] = denied(lab, told("tenure/t", ("heldOn", "2012-11")), rank="Preferred")
    world = lab.world(claims, published=PUBLISHED)
    assert lab.certainty(world, "tenure/t", "2012-11-20") is OUT
    assert lab.certainty(world, "tenure/t", "2012-12-20") is CERTAIN
