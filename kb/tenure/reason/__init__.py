"""The ontology before a reasoner: is it consistent, can every class have a member?

A gate for authors of the ontology; nothing that is asked at run time depends on it.
"""

from tenure.reason.check import SECONDS, check_ontology
from tenure.reason.report import Clash, ClashingAxiom, ReasonReport

__all__ = [
    "SECONDS",
    "Clash",
    "ClashingAxiom",
    "ReasonReport",
    "check_ontology",
]
