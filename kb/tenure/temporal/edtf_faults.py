"""What is wrong with a text that is no EDTF, told so that it can be put right."""

from __future__ import annotations

import re
from typing import Final

from tenure.errors import BadDate
from tenure.temporal.calendar import quoted

# The first pattern found anywhere in the text gives the message: what is wrong, and a right form.
_FAULTS: Final = tuple(
    (re.compile(pattern), what, example)
    for pattern, what, example in (
        (r"^\s|\s$", "It begins or ends with a space.", "2020-01-03"),
        (r"[^ -~]", "It has a character that no date has.", "2020-01-03"),
        (
            r"(?i)^(unknown|open)$",
            "An unknown end is left empty, an open one is two dots.",
            "2019/..",
        ),
        (r"[A-Za-z]{3}", "It has words; a date is written in digits.", "2020-01-03 or 2020-01"),
        (r"\s", "A space stands only after a comma in a set.", "[1667, 1668]"),
        (r"[()]", "The draft of 2012 had parentheses; EDTF has none.", "2004-06~-11"),
        (r"\?~|~\?", "Uncertain and approximate together are one mark, %.", "1984%"),
        (r"[?~%]{2}", "A mark stands once at a component.", "1984% or ?2004-06~-11"),
        (r"[ux]", "A digit that is not known is a capital X.", "199X or 2004-XX"),
        (r"[yesp]", "The letters Y, E and S are capitals.", "Y17E7 or 1950S2"),
        (
            r"T",
            "A time of day is complete, to the second, after a complete date.",
            "2020-01-03T09:30:00Z",
        ),
        (r"W", "EDTF has no weeks.", "2019-12-30/2020-01-05"),
        (r"\.\.", "Two dots stand inside brackets or as an end of an interval.", "[1670..1672]"),
        (r"[\[\]{}]", "Brackets enclose a whole set.", "[1667, 1668]"),
        (r",", "A list of dates stands in brackets.", "[1667, 1668]"),
        (r"^[?~%]?-0000", "There is no year -0000; the year before 0001 is 0000.", "0000"),
        (r"^[?~%]?\+", "A year has no plus sign.", "2020"),
        (r"^[?~%]?Y-?0", "A year after Y does not begin with 0.", "Y12020"),
        (r"^[?~%]?Y.*[0-9]-", "A year after Y has no month and no day.", "Y12020"),
        (
            r"^[?~%]?Y.*X",
            "A year after Y has no X, but can say how many digits count.",
            "Y171010000S3",
        ),
        (r"^[0-9]{8}$", "Year, month and day are separated by dashes.", "2020-01-03"),
        (
            r"^[0-9]{2}[.-][0-9]{2}[.-][0-9]{4}$",
            "The year comes first, the day last.",
            "2020-01-03",
        ),
        (r"^-?[0-9]{5,}", "A year of more than four digits has a Y before it.", "Y12020"),
        (r"^[?~%]?-?[0-9X]{1,3}([?~%-]|$)", "A year has four digits.", "0476"),
        (r"-[?~%]?[0-9X]([?~%-]|$)", "Month and day have two digits.", "2020-01-03"),
        (r"^[0-9]{4}-[0-9]{3}$", "Days are counted within the month.", "2020-01-03"),
        (r"^[0-9-]{10}(Z|[+-][0-9:]+)$", "A date without a time of day has no zone.", "2020-01-03"),
    )
)


def form_error(text: str) -> BadDate:
    """The error for a text that the grammar of a single date does not accept."""
    if not text:
        return bad_text(text, "It is empty.", "2020-01-03")
    for pattern, what, example in _FAULTS:
        if pattern.search(text):
            return bad_text(text, what, example)
    return bad_text(
        text,
        "It does not have the form of a date.",
        "2020-01-03 or 2020-03~ or 199X or 2019-12-21/2020-01-03 or [..2020-01-03]",
    )


def bad_text(text: str, what: str, example: str) -> BadDate:
    """The error for ``text``: what is wrong with it (a sentence) and an example of a right form."""
    return BadDate(f"{quoted(text)} is no EDTF value. {what}", remedy=f"A right form: {example}")
