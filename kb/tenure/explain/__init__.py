"""Why: the claims, the bounds with the constraints that gave them, and what would change them."""

from typing import TYPE_CHECKING

from tenure.first_use import on_first_use

if TYPE_CHECKING:
    from tenure.explain.left_out import beside, left_out_wholly
    from tenure.explain.model import (
        AlternativeReason,
        BoundReason,
        ClaimReason,
        Dependency,
        Explanation,
        LeftOut,
        MomentReason,
        OrderReason,
        PartReason,
        SourceReason,
        Step,
    )
    from tenure.explain.order import length_of, order_of
    from tenure.explain.parts import Parts
    from tenure.explain.reasons import (
        alternatives_of,
        claim_reason,
        explain,
        plan_in_words,
        source_reason,
        with_presumed,
    )
    from tenure.explain.what_if import WhatIf

__all__ = [
    "AlternativeReason",
    "BoundReason",
    "ClaimReason",
    "Dependency",
    "Explanation",
    "LeftOut",
    "MomentReason",
    "OrderReason",
    "PartReason",
    "Parts",
    "SourceReason",
    "Step",
    "WhatIf",
    "alternatives_of",
    "beside",
    "claim_reason",
    "explain",
    "left_out_wholly",
    "length_of",
    "order_of",
    "plan_in_words",
    "source_reason",
    "with_presumed",
]

__getattr__ = on_first_use(
    __name__,
    {
        "left_out": (
            "beside",
            "left_out_wholly",
        ),
        "model": (
            "AlternativeReason",
            "BoundReason",
            "ClaimReason",
            "Dependency",
            "Explanation",
            "LeftOut",
            "MomentReason",
            "OrderReason",
            "PartReason",
            "SourceReason",
            "Step",
        ),
        "order": (
            "length_of",
            "order_of",
        ),
        "parts": ("Parts",),
        "reasons": (
            "alternatives_of",
            "claim_reason",
            "explain",
            "plan_in_words",
            "source_reason",
            "with_presumed",
        ),
        "what_if": ("WhatIf",),
    },
)
