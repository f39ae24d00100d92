"""The world: fusion of accepted claims into situations and events with four bounds in time."""

from tenure.world.components import BATCH, ClaimLookup, ClaimsInMemory, Components, Ties
from tenure.world.constraints import Reason
from tenure.world.disagreements import can_meet
from tenure.world.distances import Day, Distances
from tenure.world.fusion import FusionContext, fuse
from tenure.world.gathering import Types, check_claims
from tenure.world.model import Conflict, Occurrence, Participation, TimeSolution, World
from tenure.world.moments import (
    ANY,
    FAR,
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
from tenure.world.relations import Relations, Shared, Stretch, stretch_between
from tenure.world.schema import Axiom, Schema, SituationKind
from tenure.world.standing import claim_in_short, manner, manner_of, why_not
from tenure.world.triples import (
    CONCEPT_OF,
    TripleDiff,
    bound_triples,
    contested_triples,
    lasting_statements,
    triple_diff,
    world_triples,
)
from tenure.world.wording import name_of

__all__ = [
    "AFTER",
    "ANY",
    "BATCH",
    "BEFORE",
    "CONCEPT_OF",
    "FAR",
    "WITHIN",
    "AsOf",
    "Axiom",
    "ClaimLookup",
    "ClaimsInMemory",
    "Components",
    "Conflict",
    "Day",
    "Distances",
    "FusionContext",
    "Moment",
    "Occurrence",
    "Pair",
    "Participation",
    "Reason",
    "Relations",
    "Schema",
    "Shared",
    "SituationKind",
    "Stretch",
    "Ties",
    "TimeSolution",
    "TripleDiff",
    "Types",
    "World",
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
    "throughout",
    "triple_diff",
    "why_not",
    "world_triples",
]
