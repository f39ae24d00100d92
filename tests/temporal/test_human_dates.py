"""What is refused is refused with the form that was meant, not with one for another mistake."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import BadDate
from tenure.temporal import from_bounds, iso, parse

MEANT: Final = {
    "44 BC": "-0043",
    "44 B.C.E.": "-0043",
    "BC 44": "-0043",
    "1 BC": "0000",
    "15 March 44 BC": "-0043-03-15",
    "c. 44 BC": "-0043~",
    "AD 44": "0044",
    "44 CE": "0044",
    "c. 1920": "1920~",
    "ca. 1920": "1920~",
    "c1920": "1920~",
    "circa March 1920": "1920-03~",
    "about 1920": "1920~",
    "1920 (approx.)": "1920~",
    "probably 1920": "1920?",
    "1920 (?)": "1920?",
    "c. 1920?": "1920%",
    "1990s": "199X",
    "the 1990's": "199X",
    "1900s": "190X or 19XX",
    "199-": "199X",
    "19th century": "18XX",
    "nineteenth century": "18XX",
    "5th century BC": "-04XX",
    "1st c. BC": "[-0099..0000]",
    "Jan 2020": "2020-01",
    "Sept. 2001": "2001-09",
    "3 January 2020": "2020-01-03",
    "January 3rd, 2020": "2020-01-03",
    "Monday, May 10, 2021": "2021-05-10",
    "2020-Jan-03": "2020-01-03",
    "03/01/2020": "2020-01-03 or 2020-03-01",
    "31/01/2020": "2020-01-31",
    "01/31/2020": "2020-01-31",
    "10.5.2021": "2021-05-10",
    "2020-1-3": "2020-01-03",
    "2020/01/03": "2020-01-03",
    "20200103": "2020-01-03",
    "01/2020": "2020-01",
    "2020-003": "2020-01-03",
    "2020-W01": "2019-12-30/2020-01-05",
    "spring 2020": "2020-21",
    "Q3 2020": "2020-35",
    "2020-Q1": "2020-33",
    "early March 2020": "[2020-03-01..2020-03-10]",
    "late February 2020": "[2020-02-21..2020-02-29]",
    "late 1990s": "[1997..1999] or 199X",
    "2006/present": "2006/..",
    "2006/now": "2006/..",
    "2006\u2013present": "2006/..",
    "2006/unknown": "2006/",
    "unknown/2006": "/2006",
    "1920?-1930": "1920?/1930",
    "1990\u20131995": "1990/1995",
    "1914-18": "1914/1918",
    "from 1990 to May 1995": "1990/1995-05",
    "3-5 March 2020": "2020-03-03/2020-03-05",
    "since 1990": "1990/..",
    "until 1990": "/1990",
    "before 1990": "[..1989-12-31]",
    "after 3 May 1990": "[1990-05-04..]",
    "by 1990": "[..1990-12-31]",
    "between 1990 and May 1995": "[1990-01-01..1995-05-31]",
    "1990 or 1991": "[1990, 1991]",
    "1990 and 1991": "{1990, 1991}",
    "[1667,  1668]": "[1667,1668]",
    "[1984..1986-05]": "[1984-01-01..1986-05-31]",
    "2020-01-03 10:00": "2020-01-03T10:00:00 or 2020-01-03",
    "2020-01-03T24:00:00": "2020-01-04T00:00:00",
    "\u06f2\u06f0\u06f2\u06f0-\u06f0\u06f1": "2020-01",
    "\u0661\u0669\u0669\u0660": "1990",
    "\u22120043": "-0043",
    "2020\u201301\u201303": "2020-01-03",
    "2020\u00a0": "2020",
    "199x": "199X",
    "1984~?": "1984%",
    "+2020": "2020",
    "476": "0476",
    "Y2019": "2019",
}


@pytest.mark.parametrize(("written", "form"), MEANT.items())
def test_the_form_that_was_meant(written: str, form: str) -> None:
    with pytest.raises(BadDate) as caught:
        parse(written)
    assert caught.value.remedy == f"A right form: {form}"
    assert all(str(parse(one)) == one for one in form.split(" or "))


@pytest.mark.parametrize("word", ["present", "Ongoing", "now", "to date", "incumbent", "today"])
def test_what_goes_on_is_no_date(word: str) -> None:
    with pytest.raises(BadDate, match=r"Leave the end out, and say `tense: present`"):
        parse(word)


@pytest.mark.parametrize("word", ["n.d.", "unknown", "undated", "N/A"])
def test_what_nobody_knows_is_left_out(word: str) -> None:
    with pytest.raises(BadDate, match="Leave the date out"):
        parse(word)


words = st.sampled_from(
    [
        *("c.", "ca", "about", "1920", "1990s", "44", "BC", "AD", "03/01/2020", "-", "/", "to"),
        *("present", "from", "until", "or", "and", "[", "]", "early", "March", "19th", "century"),
        *("?", "~", "%", "1914-18", "2020", "spring", "Q1", "of", "between", "T24:00", "31", "0"),
        *("000", "0000-00", "W54", "-366", "0th", "99999", "9999", "-0000", "0000"),
    ]
)


@given(st.lists(words, max_size=7), st.sampled_from(["", " "]))
def test_a_guess_is_always_a_right_form(parts: list[str], space: str) -> None:
    text = space.join(parts)
    try:
        parse(text)
    except BadDate as error:
        if error.remedy.startswith("A right form: "):
            for form in error.remedy.removeprefix("A right form: ").split(" or "):
                assert str(parse(form)) == form


@given(st.integers(-(10**7), 10**7), st.integers(0, 10**7))
def test_ranges_over_long_years_have_one_precision_each(earliest: int, length: int) -> None:
    printed = from_bounds(earliest, earliest + length)
    assert printed is not None
    assert printed.bounds.earliest is not None
    assert printed.bounds.earliest <= earliest, iso(earliest)
