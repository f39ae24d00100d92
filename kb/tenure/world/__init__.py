"""The world: fusion of accepted claims into situations and events with four bounds in time."""

from tenure.world.all_pieces import all_pieces
from tenure.world.bulk import BulkWorld, Setting
from tenure.world.bulk_seats import can_meet
from tenure.world.constraints import Reason
from tenure.world.distances import Day, Distances
from tenure.world.fusion import fuse
from tenure.world.gathering import Types, check_claims
from tenure.world.incremental import Fusion, Ground
from tenure.world.model import Conflict, Occurrence, Participation, TimeSolution, World
from tenure.world.moments import (
    ANY,
    AsOf,
    Moment,
    at_occurrence,
    certainty_at,
    known,
    named_in,
    on_day_within,
    sometime,
    throughout,
)
from tenure.world.pairs import AFTER, BEFORE, WITHIN, Pair
from tenure.world.participation import participations_of
from tenure.world.partition import Ties
from tenure.world.parts import Difference
from tenure.world.relations import Relations, Shared, Stretch, stretch_between
from tenure.world.schema import Axiom, Schema, SituationKind
from tenure.world.standing import claim_in_short, manner, manner_of, why_not
from tenure.world.surroundings import surroundings
from tenure.world.triples import (
    CONCEPT_OF,
    bound_triples,
    contested_triples,
    lasting_statements,
    world_triples,
)
from tenure.world.wording import name_of

__all__ = [
    "AFTER",
    "ANY",
    "BEFORE",
    "CONCEPT_OF",
    "WITHIN",
    "AsOf",
    "Axiom",
    "BulkWorld",
    "Conflict",
    "Day",
    "Difference",
    "Distances",
    "Fusion",
    "Ground",
    "Moment",
    "Occurrence",
    "Pair",
    "Participation",
    "Reason",
    "Relations",
    "Schema",
    "Setting",
    "Shared",
    "SituationKind",
    "Stretch",
    "Ties",
    "TimeSolution",
    "Types",
    "World",
    "all_pieces",
    "at_occurrence",
    "bound_triples",
    "can_meet",
    "certainty_at",
    "check_claims",
    "claim_in_short",
    "contested_triples",
    "fuse",
    "known",
    "lasting_statements",
    "manner",
    "manner_of",
    "name_of",
    "named_in",
    "on_day_within",
    "participations_of",
    "sometime",
    "stretch_between",
    "surroundings",
    "throughout",
    "why_not",
    "world_triples",
]
