"""A maker of small worlds, as the tests of fusion have it."""

from __future__ import annotations

from tests.fusion.conftest import lab, ontology

__all__ = ["lab", "ontology"]
