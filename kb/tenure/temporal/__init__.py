"""Time: EDTF values and their day bounds, uncertain intervals, Allen's relations.

Days are integers (:mod:`tenure.temporal.calendar`); an absent bound is ``None``, unbounded.
"""

from tenure.temporal.allen import Allen, relations
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

__all__ = [
    "OPEN",
    "UNKNOWN",
    "Allen",
    "Bounds",
    "Certainty",
    "Edtf",
    "FourBounds",
    "Kind",
    "NoDate",
    "Precision",
    "Qualifier",
    "civil",
    "day_number",
    "days_in_month",
    "from_bounds",
    "is_leap",
    "iso",
    "parse",
    "parse_iso",
    "relations",
]
