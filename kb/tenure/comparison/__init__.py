"""Sources compared: what each has, how far their dates lie apart, and what the world makes of it.

:func:`differences` is a pure function of two lists of stretches; around it are what reads them out
of a base (:mod:`.stated`), what is shown (:mod:`.comparison`), and what is done about it.
"""

from tenure.comparison.accepting import Accepted, Decision, accepted_of, decided, decision
from tenure.comparison.comparison import (
    COLUMNS,
    Comparison,
    Filters,
    InWorld,
    compare,
    filters_of,
    identity,
)
from tenure.comparison.differences import Difference, DifferenceKind, differences
from tenure.comparison.position_history import (
    PositionHistory,
    PositionHolder,
    Remark,
    Remarked,
    in_world,
    position_history,
    remarks,
)
from tenure.comparison.proposals import (
    FILES,
    Proposals,
    corrected,
    mismatches,
    quick_statements,
)
from tenure.comparison.stretch import DatesApart, Relation, StatedStretch, apart

__all__ = [
    "COLUMNS",
    "FILES",
    "Accepted",
    "Comparison",
    "DatesApart",
    "Decision",
    "Difference",
    "DifferenceKind",
    "Filters",
    "InWorld",
    "PositionHistory",
    "PositionHolder",
    "Proposals",
    "Relation",
    "Remark",
    "Remarked",
    "StatedStretch",
    "accepted_of",
    "apart",
    "compare",
    "corrected",
    "decided",
    "decision",
    "differences",
    "filters_of",
    "identity",
    "in_world",
    "mismatches",
    "position_history",
    "quick_statements",
    "remarks",
]
