"""A day as a graph: moments read from text, and the world of a moment as plain triples."""

from tenure.slices.graphs import (
    SliceRequest,
    View,
    at_least_possible,
    certainty_triples,
    is_computed,
    read_slice_iri,
    slice_iri,
    slice_triples,
)
from tenure.slices.reading import read_every_day, read_key, read_moment, read_stretch
from tenure.slices.relations import (
    NEAR,
    OPERANDS,
    RelationRequest,
    read_relation_iri,
    relation_iri,
    relation_triples,
    stretches_of,
)

__all__ = [
    "NEAR",
    "OPERANDS",
    "RelationRequest",
    "SliceRequest",
    "View",
    "at_least_possible",
    "certainty_triples",
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
    "stretches_of",
]
