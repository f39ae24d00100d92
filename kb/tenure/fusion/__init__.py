"""Fusion: accepted claims in, a world of situations and events with four bounds in time out."""

from tenure.fusion.certainty import (
    ANY,
    FAR,
    AsOf,
    Day,
    Distances,
    Moment,
    at_occurrence,
    certainty_at,
    combined,
    known,
    named_in,
    on_day_within,
    sometime,
    throughout,
)
from tenure.fusion.components import BATCH, ClaimLookup, ClaimsInMemory, Components, Ties
from tenure.fusion.constraints import Reason
from tenure.fusion.days_left import (
    Range,
    common,
    gaps,
    has_contested,
    left_on_day,
    merged,
    not_certain,
    ruled_out,
)
from tenure.fusion.denials import Denial, denied_of
from tenure.fusion.fusion import FusionContext, fuse
from tenure.fusion.fusion_input import Types, check_claims
from tenure.fusion.messages import claim_in_short, manner, manner_of, name_of, why_not
from tenure.fusion.participation import participations_of
from tenure.fusion.presumption import ceasing
from tenure.fusion.seats import Seating, Seats, seats_of
from tenure.fusion.solution import TimeSolution
from tenure.fusion.succession import Holding, SeatsOn, presumed_stretches
from tenure.fusion.triples import (
    ANY_NODE,
    CONCEPT_OF,
    MOST_WRITTEN,
    TripleDiff,
    WorldLines,
    bound_triples,
    contested_triples,
    last_word,
    lasting_statements,
    triple_diff,
    world_triples,
)
from tenure.fusion.vouching import Plan, looks_beyond, vouching_of
from tenure.fusion.world import DATING, PlainOccurrence, PlainWorld, World

__all__ = [
    "ANY",
    "ANY_NODE",
    "BATCH",
    "CONCEPT_OF",
    "DATING",
    "FAR",
    "MOST_WRITTEN",
    "AsOf",
    "ClaimLookup",
    "ClaimsInMemory",
    "Components",
    "Day",
    "Denial",
    "Distances",
    "FusionContext",
    "Holding",
    "Moment",
    "PlainOccurrence",
    "PlainWorld",
    "Plan",
    "Range",
    "Reason",
    "Seating",
    "Seats",
    "SeatsOn",
    "Ties",
    "TimeSolution",
    "TripleDiff",
    "Types",
    "World",
    "WorldLines",
    "at_occurrence",
    "bound_triples",
    "ceasing",
    "certainty_at",
    "check_claims",
    "claim_in_short",
    "combined",
    "common",
    "contested_triples",
    "denied_of",
    "fuse",
    "gaps",
    "has_contested",
    "known",
    "last_word",
    "lasting_statements",
    "left_on_day",
    "looks_beyond",
    "manner",
    "manner_of",
    "merged",
    "name_of",
    "named_in",
    "not_certain",
    "on_day_within",
    "participations_of",
    "presumed_stretches",
    "ruled_out",
    "seats_of",
    "sometime",
    "throughout",
    "triple_diff",
    "vouching_of",
    "why_not",
    "world_triples",
]
