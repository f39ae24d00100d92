"""What doubt costs: worlds without a contradiction, with one, and with six that hang together.

Processor time, as the median of several runs. What is found is held to what was put in.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tests.made_facts import MadeSource, Said, made_facts

from benchmarks.result import Result
from tenure.fusion import AsOf, FusionContext, World, fuse
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.namespaces import Names
from tenure.store import Solutions
from tenure.temporal import ORIGIN, iso

T = TypeVar("T")

TENURES = 300
OFFICES = 30
CONFLICTS = 6
RUNS = 9
GOAL_OF_ONE = 0.002
GOAL_OF_SIX = 0.020
DAY = "2015-06-01"

_NAMES = Names()
_HELD_ON = """PREFIX tn: <https://w3id.org/tenure/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?of { ?of a tn:Tenure ; tn:startLatest ?start ; tn:endEarliest ?end
  FILTER (?start <= "$day"^^xsd:date && ?end >= "$day"^^xsd:date) }""".replace("$day", DAY)


def disagreement() -> list[Result]:
    """Four figures; each is printed only where the answers are those that were put in."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_agreeing(Path(folder)), _one(Path(folder)), _six(Path(folder))]


def _agreeing(folder: Path) -> Iterable[Result]:
    said = [
        f"tenure:t{n} a tn:Tenure ; tn:holder person:p{n} ; tn:office office:o{n % OFFICES} ;"
        f' tn:start "20{n % 15:02d}-0{n % 9 + 1}"^^edtf:EDTF ;'
        f' tn:end "20{n % 15 + 2:02d}-0{n % 9 + 1}"^^edtf:EDTF .'
        for n in range(TENURES)
    ]
    kb = _base(folder / "agreeing", {f"s{n % 10}": said[n::10] for n in range(10)})
    ours, world = _median(lambda: _fused(kb))
    peer, bounds = _median(lambda: _bounds_alone(world), runs=1)
    for number, name in enumerate(world.time.names):
        low = world.time.at_least.distance.get(number)
        high = world.time.at_most.distance.get(number)
        if bounds[number] != (low, high):
            raise SystemExit(f"disagreement: the bounds of {name} differ")
    yield Result(
        f"{TENURES} tenures that agree", ours, peer, "Bellman-Ford, bounds only", len(bounds)
    )
    moment = kb.moment(at=DAY)
    as_of = AsOf(moment, world.time)
    ours, sure = _median(
        lambda: {iri for iri, one in world.occurrences.items() if as_of.certainty(one) == "certain"}
    )
    peer, rows = _median(lambda: _held_on(kb))
    if sure != rows:
        raise SystemExit("disagreement: who was certainly in office differs")
    yield Result(
        f"a day's certainties of {TENURES}", ours, peer, "a plain FILTER on bounds", len(rows)
    )


def _one(folder: Path) -> Result:
    """One contradiction of two claims, beside two that agree."""
    dates = "2020-01-01", "2020-02-01"
    told = {f"s{n}": [_dated("e", dates[n])] for n in (0, 1)}
    same = {f"s{n}": [_dated("e", dates[0])] for n in (0, 1)}
    quarrelling, agreeing = _base(folder / "one", told), _base(folder / "same", same)
    ours, world = _median(lambda: _fused(quarrelling), runs=5 * RUNS)
    without, _ = _median(lambda: _fused(agreeing), runs=5 * RUNS)
    found = _alternatives(world, "e")
    if found != list(dates):
        raise SystemExit(f"disagreement: of one contradiction {found} are told")
    return Result("a contradiction of two claims", ours - without, GOAL_OF_ONE, "goal", len(found))


def _six(folder: Path) -> Result:
    """Twenty claims about one chain of events, six of which are dated in two ways."""
    told: dict[str, list[str]] = {"s0": [], "s1": []}
    for n in range(CONFLICTS):
        told["s0"].append(_dated(f"e{n}", f"20{10 + n}-01-01"))
        told["s1"].append(_dated(f"e{n}", f"20{10 + n}-06-01"))
    more = [f"event:e{n + 1} tn:after event:e{n} ." for n in range(CONFLICTS - 1)]
    more += [f"event:e{n} tn:lastedAtMostDays {n + 9} ." for n in range(3)]
    told["s2"] = more
    kb = _base(folder / "six", told)
    if len(kb.claims) != 20:
        raise SystemExit(f"disagreement: there are {len(kb.claims)} claims instead of 20")
    ours, world = _median(lambda: _fused(kb))
    for n in range(CONFLICTS):
        found = _alternatives(world, f"e{n}")
        if found != [f"20{10 + n}-01-01", f"20{10 + n}-06-01"]:
            raise SystemExit(f"disagreement: of e{n} {found} are told")
    name = f"20 claims, {CONFLICTS} contradictions"
    return Result(name, ours, GOAL_OF_SIX, "goal", 2 * CONFLICTS)


# ---------------------------------------------------------------- how


def _dated(event: str, day: str) -> str:
    return f'event:{event} a tn:Event ; tn:date "{day}"^^edtf:EDTF .'


def _base(folder: Path, told: Mapping[str, Sequence[str]]) -> KnowledgeBase:
    """A base in memory: by source, what each of its claims says."""
    entities = [
        'org:press a tn:MediaOutlet ; rdfs:label "Press"@en .',
        *(f'office:o{n} a tn:Office ; rdfs:label "o{n}"@en .' for n in range(OFFICES)),
        *(f'person:p{n} a tn:Person ; rdfs:label "p{n}"@en .' for n in range(TENURES)),
    ]
    said = [Said(content, slug) for slug, contents in told.items() for content in contents]
    sources = {slug: MadeSource("2030-01-01") for slug in told}
    return open_knowledge_base(made_facts(folder, "\n".join(entities), said, sources))


def _fused(kb: KnowledgeBase) -> World:
    registry = kb.registry
    context = FusionContext(
        registry.types, kb.schema, kb.default_policy, kb.names, registry.labels, kb.sources
    )
    return fuse(dict(kb.claims), context)


def _alternatives(world: World, event: str) -> list[str]:
    """The first days of an event's alternatives."""
    found = world.alternatives_of(_NAMES.entity(f"event/{event}").value)
    return [iso(day) for one in found if (day := one.bounds.start_earliest) is not None]


def _held_on(kb: KnowledgeBase) -> set[str]:
    answer = kb.store.query(_HELD_ON, default_graphs=[kb.names.graph("world")], named_graphs=())
    assert isinstance(answer, Solutions)
    return {str(row[0])[1:-1] for row in answer}


def _bounds_alone(world: World) -> list[tuple[int | None, int | None]]:
    """The least and the greatest day of each point, as long as any constraint moves it."""
    constraints = world.time.network.constraints
    low: dict[int, int] = {ORIGIN: 0}
    high: dict[int, int] = {ORIGIN: 0}
    moved = True
    while moved:
        moved = False
        for c in constraints:
            if c.earlier in low and low[c.earlier] + c.least > low.get(c.later, -(10**12)):
                low[c.later] = low[c.earlier] + c.least
                moved = True
            if c.later in high and high[c.later] - c.least < high.get(c.earlier, 10**12):
                high[c.earlier] = high[c.later] - c.least
                moved = True
    return [(low.get(point), high.get(point)) for point in range(len(world.time.names))]


def _median(work: Callable[[], T], runs: int = RUNS) -> tuple[float, T]:
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), result
