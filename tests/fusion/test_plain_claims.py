"""Claims that are told to be sound at once are those that the network finds no fault with."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.amount import cases
from tests.fusion.lab import Lab, types_of

from tenure.fusion.self_contradiction import PlainClaims, contradiction_in

DATES = ("2001", "2001-05", "2001-05-04", "2003~", "2003-01-01", "[2001..2004]", "199X", "../2002")
KINDS = (
    "tenure:x a tn:Tenure ; tn:holder person:a ; tn:office office:o",
    "membership:x a tn:Membership ; tn:member person:a ; tn:organization person:a",
    "event:x a tn:Event ; tn:participant person:a",
    "event:x a tn:Statement ; tn:speaker person:a",
    "tenure:x a tn:Tenure ; tn:holder person:a ; tn:office office:o ; tn:endedBy event:x",
    "event:x a tn:Event ; tn:after event:y",
    "event:x a tn:Event ; tn:partOf event:x",
)
DATE = st.sampled_from(["", *DATES])


@given(st.sampled_from(KINDS), DATE, DATE, DATE)
@settings(max_examples=cases(150), deadline=None)
def test_what_is_told_at_once_is_what_the_network_finds(
    lab: Lab, kind: str, start: str, end: str, second: str
) -> None:
    stated = [kind]
    for name, value in (("start", start), ("end", end), ("start", second[:4])):
        stated += [f'tn:{name} "{value}"^^edtf:EDTF'] if value else []
    claim = lab.claim(" ; ".join(stated) + " .")
    plain, types = PlainClaims(lab.schema), types_of([claim])
    # Twice: the second time, what was worked out for the first is known.
    sound = [plain.is_sound(claim.content, types) for _ in range(2)]
    assert sound[0] == sound[1]
    assert not (sound[0] and contradiction_in(claim, None, types, lab.schema))


def test_most_claims_of_a_data_set_are_plain(lab: Lab) -> None:
    plain = PlainClaims(lab.schema)
    held = "tenure:x a tn:Tenure ; tn:holder person:a ; tn:office office:o ; "

    def sound(dates: str) -> bool:
        claim = lab.claim(f"{held}{dates} .")
        return plain.is_sound(claim.content, types_of([claim]))

    assert sound('tn:start "2001-05"^^edtf:EDTF ; tn:end "2003"^^edtf:EDTF')
    assert sound('tn:end "2003"^^edtf:EDTF')
    assert not sound('tn:start "2004"^^edtf:EDTF ; tn:end "2003"^^edtf:EDTF')
    assert not sound('tn:start "2004"^^edtf:EDTF ; tn:lastedAtLeastDays 30')
