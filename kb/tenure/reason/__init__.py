"""The ontology before a reasoner: is it consistent, can every class have a member, is it OWL 2 DL?

A gate for authors of the ontology; nothing that is asked at run time depends on it.
"""

from tenure.reason.check import SECONDS, check_ontology
from tenure.reason.profile import profile_findings
from tenure.reason.report import Clash, ClashingAxiom, ProfileFinding, ReasonReport

__all__ = [
    "SECONDS",
    "Clash",
    "ClashingAxiom",
    "ProfileFinding",
    "ReasonReport",
    "check_ontology",
    "profile_findings",
]
