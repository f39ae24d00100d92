"""Why: the claims, the derived bounds, and the chain of constraints that gave each of them."""

from tenure.explain.model import BoundReason, ClaimReason, Explanation, Step
from tenure.explain.reasons import claim_reason, explain

__all__ = ["BoundReason", "ClaimReason", "Explanation", "Step", "claim_reason", "explain"]
