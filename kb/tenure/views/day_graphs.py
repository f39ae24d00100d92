"""The graphs of a moment, and the IRIs that name them.

``<base>at/<moment>`` holds what was certainly so, ``…/presumed`` what was at least presumed to be
so, ``…/possible`` what was at least possibly so, and ``…/certainty`` says of every occurrence which
of the three it was, and of what is presumed on whose last word; ``…/certainty/presumed`` and
``…/certainty/certain`` leave out what is less sure. Each says which occurrences are contested.
Under another policy than the default one the IRI begins with ``<base>policy/<policy>/``; where all
that the policy says is ``known-at=<instant>``, with ``<base>known/<instant>/``: the day as it was
known then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode, Triple

from tenure.errors import BadParameter
from tenure.fusion import (
    ANY,
    CONCEPT_OF,
    AsOf,
    Moment,
    TimeSolution,
    World,
    contested_triples,
    has_contested,
    lasting_statements,
)
from tenure.namespaces import RDF_TYPE, TN, Names
from tenure.temporal import Certainty, FourBounds

CERTAINTY: Final = TN("certainty")
LAST_WORDS: Final = frozenset({TN("lastWord"), TN("lastWordSource")})
"""What the graphs that say how sure things are have of what is presumed."""


class GraphView(StrEnum):
    """Which graph of a moment; the value ends the graph's IRI."""

    CERTAIN = ""
    PRESUMED = "presumed"
    POSSIBLE = "possible"
    CERTAINTY = "certainty"
    OF_PRESUMED = "certainty/presumed"
    OF_CERTAIN = "certainty/certain"

    @property
    def degrees(self) -> tuple[Certainty, ...]:
        """The degrees that the graph holds."""
        return _DEGREES[: _DEGREES.index(_LEAST[self]) + 1]

    @property
    def tells_degrees(self) -> bool:
        """Whether it says of each occurrence how sure it is, instead of being the day itself."""
        return self.value.startswith("certainty")


_DEGREES = (Certainty.CERTAIN, Certainty.PRESUMED, Certainty.POSSIBLE)
_LEAST = {
    GraphView.CERTAIN: Certainty.CERTAIN,
    GraphView.PRESUMED: Certainty.PRESUMED,
    GraphView.POSSIBLE: Certainty.POSSIBLE,
    GraphView.CERTAINTY: Certainty.POSSIBLE,
    GraphView.OF_PRESUMED: Certainty.PRESUMED,
    GraphView.OF_CERTAIN: Certainty.CERTAIN,
}
_VIEWS = (
    GraphView.OF_PRESUMED,
    GraphView.OF_CERTAIN,
    GraphView.PRESUMED,
    GraphView.POSSIBLE,
    GraphView.CERTAINTY,
)


def least_degree(text: str | None) -> Certainty:
    """The degree that a text names: what is less sure is left out. None and empty: possible.

    Raises :class:`~tenure.errors.BadParameter` for another text.
    """
    name = (text or "").strip().lower() or "possible"
    for degree in _DEGREES:
        if name == degree.value:
            return degree
    raise BadParameter(
        f"There is no degree {name[:40]!r}.",
        where="degree",
        remedy="Choose certain, presumed or possible: what is less sure is left out.",
    )


def day_view(degree: Certainty) -> GraphView:
    """The graph of a day that holds what is at least so sure."""
    views = {Certainty.CERTAIN: GraphView.CERTAIN, Certainty.PRESUMED: GraphView.PRESUMED}
    return views.get(degree, GraphView.POSSIBLE)


def degree_view(degree: Certainty) -> GraphView:
    """The graph that says how sure each occurrence is, where it is at least so sure."""
    views = {Certainty.CERTAIN: GraphView.OF_CERTAIN, Certainty.PRESUMED: GraphView.OF_PRESUMED}
    return views.get(degree, GraphView.CERTAINTY)


@dataclass(frozen=True, slots=True)
class SliceRequest:
    """What the IRI of a slice asks for: a policy's text, a moment's key, and a view."""

    policy: str
    key: str
    view: GraphView


def slice_iri(
    names: Names, key: str, view: GraphView = GraphView.CERTAIN, policy: str = ""
) -> NamedNode:
    """The IRI of a moment's graph; ``policy`` is a policy's canonical text."""
    path = quote(key, safe="/:.,~-")
    for other in _VIEWS:  # a slug can be the name of a view; escaped, it is none
        name = other.rpartition("/")[2]
        if path.endswith(f"/{name}"):
            path = f"{path.removesuffix(name)}%{ord(name[0]):X}{name[1:]}"
    tail = f"/{view}" if view else ""
    return NamedNode(f"{names.base}{names.policy_part(policy)}at/{path}{tail}")


def read_slice_iri(names: Names, iri: str) -> SliceRequest | None:
    """What an IRI asks for, or None when it is not the IRI of a slice."""
    split = names.split_policy(iri)
    if split is None:
        return None
    policy, path = split
    if not path.startswith("at/"):
        return None
    path = path[len("at/") :]
    for view in _VIEWS:
        if path.endswith(f"/{view}"):
            return SliceRequest(policy, unquote(path.removesuffix(f"/{view}")), view)
    return SliceRequest(policy, unquote(path), GraphView.CERTAIN)


def at_least_possible(names: Names, iri: str) -> str:
    """The graph of what was possible instead of what was certain on a day; else the IRI itself."""
    request = read_slice_iri(names, iri)
    if request is None or request.view is not GraphView.CERTAIN or not request.key:
        return iri
    return f"{iri}/{GraphView.POSSIBLE}"


def is_computed(names: Names, iri: str) -> bool:
    """Whether the IRI names a graph made when asked for: a moment, relations, or another world."""
    made = ("relations/", "policy/", "known/")
    return iri.startswith((names.at_prefix, *(names.base + start for start in made)))


def certainty_triples(
    certainties: Mapping[str, Certainty], prop: NamedNode = CERTAINTY
) -> Iterator[Triple]:
    """Of each occurrence, whether it was certain or possible; what is ruled out is absent."""
    for iri, certainty in certainties.items():
        if certainty is not Certainty.RULED_OUT:
            yield Triple(NamedNode(iri), prop, CONCEPT_OF[certainty])


def contested_at(
    moment: Moment,
    time: TimeSolution,
    agreed: Mapping[str, FourBounds],
    certainties: Mapping[str, Certainty],
) -> set[str]:
    """The contested occurrences of which it matters at a moment that they are.

    ``agreed`` has for each contested one the bounds by what no alternative leaves out: what is
    certain at the moment by them, and by what ties them to it in ``time``, is so without a doubt.
    """
    if moment.always or not agreed:
        return set(agreed)
    as_of, sure = AsOf(moment, time.common), Certainty.CERTAIN
    return {
        iri
        for iri, bounds in agreed.items()
        if certainties.get(iri) is not sure or as_of.by_network(iri, bounds) is not sure
    }


def slice_triples(
    world: World,
    certainties: Mapping[str, Certainty],
    *,
    moment: Moment = ANY,
    possible: bool = False,
) -> Iterator[Triple]:
    """The world of a moment: one plain triple for each situation, and the occurrences themselves.

    With ``possible`` everything that is not ruled out, else what is certain.
    """
    agreed = {
        iri: world.occurrences[iri].agreed or FourBounds()
        for iri in certainties
        if world.occurrences[iri].contested
    }
    contested = contested_at(moment, world.time, agreed, certainties)
    first, last = AsOf(moment, world.time).days
    # What is certain whatever the contested days are is so without a doubt.
    contested |= {
        iri
        for iri, surely in certainties.items()
        if (moment.always or surely is not Certainty.CERTAIN)
        and has_contested(world.occurrences[iri].exclusions, first, last)
    }
    wanted = (GraphView.POSSIBLE if possible else GraphView.CERTAIN).degrees
    chosen = {iri for iri, certainty in certainties.items() if certainty in wanted}
    for iri in sorted(chosen):
        occurrence = world.occurrences[iri]
        yield Triple(NamedNode(iri), RDF_TYPE, NamedNode(occurrence.kind))
        declared = world.schema.kinds.get(occurrence.kind)
        if declared and declared.flattens_to and occurrence.subject and occurrence.object:
            yield Triple(
                NamedNode(occurrence.subject),
                NamedNode(declared.flattens_to),
                NamedNode(occurrence.object),
            )
        if iri in contested:
            yield from contested_triples([iri])
    for statement in lasting_statements(world):
        if statement.subject in chosen and not world.schema.is_time(statement.predicate):
            yield Triple(
                NamedNode(statement.subject), NamedNode(statement.predicate), statement.object
            )
