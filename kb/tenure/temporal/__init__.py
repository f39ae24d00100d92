"""Time: EDTF values and their day bounds, uncertain intervals, Allen's relations.

Days are integers (:mod:`tenure.temporal.calendar`); an absent bound is ``None``, unbounded.
"""

from tenure.temporal.allen import Allen, least_days, relations
from tenure.temporal.bounds import Bounds
from tenure.temporal.calendar import (
    civil,
    day_number,
    days_in_month,
    is_leap,
    iso,
    parse_iso,
)
from tenure.temporal.edtf import OPEN, UNKNOWN, Edtf, NoDate, from_bounds, parse
from tenure.temporal.edtf_grammar import Kind, Precision, Qualifier
from tenure.temporal.interval import Certainty, FourBounds
from tenure.temporal.network import (
    ORIGIN,
    Constraint,
    Inconsistent,
    Reach,
    TimeNetwork,
    find_contradiction,
)

__all__ = [
    "OPEN",
    "ORIGIN",
    "UNKNOWN",
    "Allen",
    "Bounds",
    "Certainty",
    "Constraint",
    "Edtf",
    "FourBounds",
    "Inconsistent",
    "Kind",
    "NoDate",
    "Precision",
    "Qualifier",
    "Reach",
    "TimeNetwork",
    "civil",
    "day_number",
    "days_in_month",
    "find_contradiction",
    "from_bounds",
    "is_leap",
    "iso",
    "least_days",
    "parse",
    "parse_iso",
    "relations",
]
