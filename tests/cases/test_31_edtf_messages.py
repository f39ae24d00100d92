"""A date that is refused is refused with the form that was meant."""

from __future__ import annotations

from tests.cases.conftest import RunCase


def test_the_case(run_case: RunCase) -> None:
    outcome = run_case("31-edtf-messages")
    assert outcome.rc == 0
    told = dict(line.split(" REFUSED ") for line in outcome.lines)
    assert told["44 BC"].endswith("A right form: -0043")
    assert told["c. 1920"].endswith("A right form: 1920~")
    assert told["1990s"].endswith("A right form: 199X")
    assert told["2006/present"].endswith("A right form: 2006/..")
    assert "Leave the end out, and say `tense: present`" in told["present"]
