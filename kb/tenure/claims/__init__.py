"""Claims, their evidence and attribution, and the policies that choose among them."""

from tenure.claims.change import Change
from tenure.claims.model import Claim, Evidence, Retraction, Source
from tenure.claims.policy import (
    Policy,
    PolicyTerms,
    Standing,
    parse_policy,
    refuse_before,
    refuse_before_first,
)
from tenure.claims.read import ClaimBase, Term, instant, read_claim, read_claims
from tenure.claims.revisions import (
    Learned,
    Revision,
    clean_message,
    learned,
    notes,
    read_instant,
    retraction_of,
    revision_quads,
    revisions,
)

__all__ = [
    "Change",
    "Claim",
    "ClaimBase",
    "Evidence",
    "Learned",
    "Policy",
    "PolicyTerms",
    "Retraction",
    "Revision",
    "Source",
    "Standing",
    "Term",
    "clean_message",
    "instant",
    "learned",
    "notes",
    "parse_policy",
    "read_claim",
    "read_claims",
    "read_instant",
    "refuse_before",
    "refuse_before_first",
    "retraction_of",
    "revision_quads",
    "revisions",
]
