"""What a writer asks for, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pyoxigraph import Quad, Triple

from tenure.fusion.stretches import NextStretch
from tenure.knowledge import KnowledgeBase
from tenure.model import Change, Conflict
from tenure.store import GraphFormat
from tenure.validate import Finding

GraphVerb = Literal["put", "post", "delete"]


@dataclass(frozen=True, slots=True)
class BodyChange:
    """A document that is to be added: claims with their descriptions, and ordinary graphs.

    Statements outside any graph describe claims, sources and evidence, or register entities, as in
    the files of ``kb/facts``. ``graph`` takes such statements instead where it is given, as Turtle
    needs it that is meant for an ordinary graph; ``others`` lets those about anything else than
    what Tenure names go into the users' default graph. JSON-LD with a remote context is refused.
    ``statements`` are those of ``data`` where somebody has read them already.
    """

    data: bytes = field(repr=False)
    format: GraphFormat
    graph: str | None = None
    name: str = "body"
    statements: tuple[Quad, ...] | None = field(default=None, repr=False)
    others: bool = False


@dataclass(frozen=True, slots=True)
class UpdateChange:
    """A request in SPARQL 1.1 Update; ``using_graphs`` and ``using_named_graphs`` as its protocol.

    ``LOAD`` and ``SERVICE`` are refused. Its default graph holds the descriptions of claims and
    sources, the registry, and what users have written without naming a graph; named graphs are the
    claims' own and the ordinary ones.
    """

    text: str = field(repr=False)
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GraphChange:
    """An operation of the SPARQL 1.1 Graph Store HTTP Protocol on one graph.

    ``put`` makes ``triples`` the content of the graph, ``post`` adds them, ``delete`` takes the
    graph away; of a claim's graph the last one retracts the claim.
    """

    verb: GraphVerb
    graph: str
    triples: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class EditChange:
    """A change that is made of the base as it is when its turn has come."""

    make: Callable[[KnowledgeBase], Change] = field(repr=False)


ChangeRequest = Change | BodyChange | UpdateChange | GraphChange | EditChange
"""All that can be asked of :func:`tenure.transactions.commit`."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What a change did, or would do where ``dry_run`` is set.

    ``instant`` is the recorded time in UTC of the revision, None where no claim was added or
    retracted. ``revisions`` are IRIs, one for each source concerned. ``added`` and ``retracted``
    are IRIs of claims, ``registered`` of entities, ``described`` of new sources; ``graphs`` are
    the ordinary graphs that were written, ``created`` and ``dropped`` those among them that were
    not there before, or are there no more. ``conflicts`` appeared and ``resolved`` vanished, both
    under the default policy. ``stretches`` are of the added claims whose dates cannot be those of
    the situation that they name, or named. ``tag`` names the state of all that can be written; it
    is what ``if_match`` compares for a change that is not of a single graph; a dry run gives the
    one of before, so that the change itself may follow on it.
    """

    dry_run: bool
    instant: str | None
    revisions: tuple[str, ...]
    generation: int
    tag: str
    added: tuple[str, ...] = ()
    retracted: tuple[str, ...] = ()
    registered: tuple[str, ...] = ()
    described: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    created: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    resolved: tuple[Conflict, ...] = ()
    warnings: tuple[Finding, ...] = ()
    stretches: tuple[NextStretch, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether there was anything to write: a repeated request finds all of it there."""
        return bool(
            self.added or self.retracted or self.registered or self.described or self.graphs
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "dryRun": self.dry_run,
            "changed": self.changed,
            "instant": self.instant,
            "revisions": list(self.revisions),
            "generation": self.generation,
            "tag": self.tag,
            "added": list(self.added),
            "retracted": list(self.retracted),
            "registered": list(self.registered),
            "described": list(self.described),
            "graphs": list(self.graphs),
            "conflicts": _told(self.conflicts),
            "resolved": _told(self.resolved),
            "warnings": [
                {
                    "rule": one.rule,
                    "focus": one.focus,
                    "message": one.message,
                    "remedy": one.remedy,
                    "line": one.line,
                }
                for one in self.warnings
            ],
            "stretches": [one.to_dict() for one in self.stretches],
        }


def _told(conflicts: Sequence[Conflict]) -> list[dict[str, Any]]:
    return [one.to_dict() for one in conflicts]
