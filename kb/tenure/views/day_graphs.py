"""The graphs of a moment, and the IRIs that name them.

``<base>at/<moment>`` holds what was certainly so, ``…/possible`` what was at least possibly so, and
``…/certainty`` says of every occurrence which of the two it was. Each says which occurrences are
contested. Under another policy than the
default one the IRI begins with ``<base>policy/<policy>/``; where all that the policy says is
``known-at=<instant>``, with ``<base>known/<instant>/``: the day as it was known then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode, Triple

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


class View(StrEnum):
    """Which graph of a moment; the value ends the graph's IRI."""

    CERTAIN = ""
    POSSIBLE = "possible"
    CERTAINTY = "certainty"


_VIEWS = (View.POSSIBLE, View.CERTAINTY)


@dataclass(frozen=True, slots=True)
class SliceRequest:
    """What the IRI of a slice asks for: a policy's text, a moment's key, and a view."""

    policy: str
    key: str
    view: View


def slice_iri(names: Names, key: str, view: View = View.CERTAIN, policy: str = "") -> NamedNode:
    """The IRI of a moment's graph; ``policy`` is a policy's canonical text."""
    path = quote(key, safe="/:.,~-")
    for other in _VIEWS:  # a slug can be the name of a view; escaped, it is none
        if path.endswith(f"/{other}"):
            path = f"{path.removesuffix(other)}%{ord(other[0]):X}{other[1:]}"
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
    return SliceRequest(policy, unquote(path), View.CERTAIN)


def at_least_possible(names: Names, iri: str) -> str:
    """The graph of what was possible instead of what was certain on a day; else the IRI itself."""
    request = read_slice_iri(names, iri)
    if request is None or request.view is not View.CERTAIN or not request.key:
        return iri
    return f"{iri}/{View.POSSIBLE}"


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
    certain at the moment by them is certain without a doubt. ``time`` has what the moment names.
    """
    if moment.always or not agreed:
        return set(agreed)
    as_of, sure = AsOf(moment, time.common), Certainty.CERTAIN
    return {
        iri
        for iri, bounds in agreed.items()
        if certainties.get(iri) is not sure or as_of.by_bounds(bounds, sure) is not sure
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
    contested |= {
        iri for iri in certainties if has_contested(world.occurrences[iri].exclusions, first, last)
    }
    wanted = (Certainty.CERTAIN, Certainty.POSSIBLE) if possible else (Certainty.CERTAIN,)
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
