"""The ontology before a reasoner: is it consistent, can every class have a member?

A check for authors of the ontology; nothing that is asked at run time depends on it.
"""

from tenure.reason.check import (
    SECONDS,
    Clash,
    ClashingAxiom,
    ReasonReport,
    check_ontology,
    why_inconsistent,
)
from tenure.reason.hermit import Members, members
from tenure.reason.pellet import InconsistentOntology, Realized, realize
from tenure.reason.programs import NotReasoned, java
from tenure.reason.shown import shown

__all__ = [
    "SECONDS",
    "Clash",
    "ClashingAxiom",
    "InconsistentOntology",
    "Members",
    "NotReasoned",
    "Realized",
    "ReasonReport",
    "check_ontology",
    "java",
    "members",
    "realize",
    "shown",
    "why_inconsistent",
]
