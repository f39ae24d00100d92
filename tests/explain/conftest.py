"""A maker of small worlds, as the tests of fusion have it."""

from __future__ import annotations

from tests.world.conftest import lab, ontology

__all__ = ["lab", "ontology"]
