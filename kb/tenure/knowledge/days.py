"""Days of a knowledge base held to the shapes for a day."""

from __future__ import annotations

from collections.abc import Sequence

from tenure.errors import BadParameter
from tenure.knowledge.base import KnowledgeBase
from tenure.model import Policy
from tenure.validate import (
    DayReport,
    Progress,
    SnapshotShapes,
    days_of_change,
    unwatched,
    validate_days,
)
from tenure.validate.days import Places


def check_days(
    kb: KnowledgeBase,
    at: Sequence[str],
    policy: Policy | None = None,
    *,
    every_change: bool = False,
    possible: bool = False,
    shapes: SnapshotShapes | None = None,
    places: Places | None = None,
    most: int | None = None,
    progress: Progress = unwatched,
) -> DayReport:
    """Hold days to the shapes for a day; see :func:`tenure.validate.validate_days`.

    ``at`` are the days, each as :meth:`KnowledgeBase.moment` takes it; with
    ``every_change`` all days on which the graph of the day changes are checked too, and, where
    these are all, what lasts over several is told once. ``most`` is
    how many days there may be; None means any number.

    Raises:
        BadDate: a day that is none.
        NotFound: an event or a source that is not there.
        BadParameter: a stretch of time instead of a day, or too many days.
        BadRdf: shapes that cannot be run.
    """
    world = kb.world(policy)
    moments = [kb.moment(at=key) for key in at]
    if every_change:
        moments += days_of_change(world, possible=possible)
    unique = list({moment.key: moment for moment in moments}.values())
    if most is not None and len(unique) > most:
        raise BadParameter(
            f"These are {len(unique)} days, more than the {most} that are checked at a time.",
            where="at",
            remedy="Name fewer days, or use the command line, which has no such limit.",
        )
    graphs = (kb.names.graph("entities"), *kb.names.ontology_graphs)
    background = [quad for graph in graphs for quad in kb.store.quads(graph)]
    return validate_days(
        world,
        unique,
        background,
        kb.names,
        possible=possible,
        of_change=every_change and not at,
        shapes=shapes,
        places=places,
        progress=progress,
    )
