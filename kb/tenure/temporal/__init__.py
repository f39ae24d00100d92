"""Time: EDTF values and their day bounds, uncertain intervals, Allen's relations.

Days are integers (:mod:`tenure.temporal.calendar`); an absent bound is ``None``, unbounded.
"""

from tenure.errors import BadDate
from tenure.temporal.allen import Allen, least_days, relations
from tenure.temporal.bounds import Bounds
from tenure.temporal.calendar import (
    civil,
    day_number,
    days_in_month,
    from_today,
    is_leap,
    iso,
    parse_iso,
    quoted,
)
from tenure.temporal.edtf import OPEN, UNKNOWN, Edtf, NoDate, from_bounds, read
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
from tenure.temporal.readings import MOST_READINGS, readings

__all__ = [
    "MOST_READINGS",
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
    "from_today",
    "is_leap",
    "iso",
    "least_days",
    "parse",
    "parse_iso",
    "readings",
    "relations",
]


def parse(text: str) -> Edtf:
    """Read an EDTF value of level 0, 1 or 2.

    Nothing is tolerated but what the format allows; the day of every date must exist, and the
    ends of intervals and ranges must not certainly be reversed. Values are cached.

    Raises :class:`~tenure.errors.BadDate`, which says what is wrong and how to write it.

    >>> value = parse("2020-03~")
    >>> str(value), str(value.bounds), str(value.fuzzy_bounds)
    ('2020-03~', '2020-03-01 to 2020-03-31', '2020-02-01 to 2020-04-30')
    """
    if not isinstance(text, str):
        raise BadDate(f"{type(text).__name__} is no text.", remedy="Give an EDTF text: 2020-01-03")
    # An RDF literal is a str with another hash; the plain characters are the key.
    plain = str.__str__(text)
    try:
        return read(plain)
    except BadDate as error:
        # Only a refusal needs to know how people write dates.
        from tenure.temporal.human_dates import meant  # noqa: PLC0415

        guess = meant(plain)
        if guess is None:
            raise
        raise BadDate(
            f"{quoted(plain)} is no EDTF value. {guess.what}", remedy=guess.remedy
        ) from error
