"""Claims, their evidence and attribution, and the policies that choose among them."""

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

__all__ = [
    "Claim",
    "ClaimBase",
    "Evidence",
    "Policy",
    "PolicyTerms",
    "Retraction",
    "Source",
    "Standing",
    "Term",
    "instant",
    "parse_policy",
    "read_claim",
    "read_claims",
    "refuse_before",
    "refuse_before_first",
]
