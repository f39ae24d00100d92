"""The world: fusion of accepted claims into situations and events with four bounds in time."""

from tenure.world.constraints import Reason
from tenure.world.fusion import fuse
from tenure.world.gathering import Types, check_claims
from tenure.world.model import Conflict, Occurrence, Participation, TimeSolution, World
from tenure.world.moments import (
    ANY,
    AsOf,
    Day,
    Moment,
    at_occurrence,
    certainty_at,
    known,
    on_day_within,
    sometime,
)
from tenure.world.schema import Axiom, Schema, SituationKind
from tenure.world.triples import CONCEPT_OF, lasting_statements, world_triples
from tenure.world.wording import name_of

__all__ = [
    "ANY",
    "CONCEPT_OF",
    "AsOf",
    "Axiom",
    "Conflict",
    "Day",
    "Moment",
    "Occurrence",
    "Participation",
    "Reason",
    "Schema",
    "SituationKind",
    "TimeSolution",
    "Types",
    "World",
    "at_occurrence",
    "certainty_at",
    "check_claims",
    "fuse",
    "known",
    "lasting_statements",
    "name_of",
    "on_day_within",
    "sometime",
    "world_triples",
]
