"""A day as a graph: moments read from text, and the world of a moment as plain triples."""

from tenure.slices.graphs import (
    SliceRequest,
    View,
    certainty_triples,
    is_computed,
    read_slice_iri,
    slice_iri,
    slice_triples,
)
from tenure.slices.reading import read_key, read_moment

__all__ = [
    "SliceRequest",
    "View",
    "certainty_triples",
    "is_computed",
    "read_key",
    "read_moment",
    "read_slice_iri",
    "slice_iri",
    "slice_triples",
]
