"""What is seen of a world: moments read from text, graphs of days, graphs of relations in time."""

from tenure.views.day_graphs import (
    SliceRequest,
    View,
    at_least_possible,
    certainty_triples,
    is_computed,
    read_slice_iri,
    slice_iri,
    slice_triples,
)
from tenure.views.lineage import Lineage
from tenure.views.moments import read_every_day, read_key, read_moment, read_stretch
from tenure.views.relation_graphs import (
    IMPACT,
    NEAR,
    OPERANDS,
    RelationRequest,
    differing,
    read_relation_iri,
    relation_iri,
    relation_triples,
    stretches_of,
)
from tenure.views.relations import (
    AFTER,
    BEFORE,
    WITHIN,
    Pair,
    Relations,
    Shared,
    Stretch,
    stretch_between,
)

__all__ = [
    "AFTER",
    "BEFORE",
    "IMPACT",
    "NEAR",
    "OPERANDS",
    "WITHIN",
    "Lineage",
    "Pair",
    "RelationRequest",
    "Relations",
    "Shared",
    "SliceRequest",
    "Stretch",
    "View",
    "at_least_possible",
    "certainty_triples",
    "differing",
    "is_computed",
    "read_every_day",
    "read_key",
    "read_moment",
    "read_relation_iri",
    "read_slice_iri",
    "read_stretch",
    "relation_iri",
    "relation_triples",
    "slice_iri",
    "slice_triples",
    "stretch_between",
    "stretches_of",
]
