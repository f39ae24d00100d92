"""The shapes of the gate, made once for all tests of a process: that takes half a second."""

from __future__ import annotations

from functools import cache

from tenure.validate.shapes import Shapes
from tenure.validate.validator import gate_shapes


@cache
def gate() -> Shapes:
    """The shapes that facts are held to, with the ontology that comes with Tenure."""
    return gate_shapes()
