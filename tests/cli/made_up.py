"""A few made-up facts about time, some of which cannot be so."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.catalog.test_holders import CLAIM, HEADER, SOURCE

ANN = (
    "tenure:ann--o a tn:Tenure ; tn:holder person:ann ; tn:office office:o ;"
    ' tn:start "2001-01-01"^^edtf:EDTF ; tn:end "2003-12-31"^^edtf:EDTF .'
)
BEN = "tenure:ben--o a tn:Tenure ; tn:holder person:ben ; tn:office office:o ; "
CIRCLE = tuple(
    f"event:{one} tn:atDistance distance:{one} . distance:{one} a tn:Distance ;"
    f" tn:distanceFrom event:{other} ; tn:distanceRelation tnv:DaysAfter ;"
    " tn:distanceAtLeastDays 1 ."
    for one, other in ("ab", "bc", "ca")
)
BACKWARDS = (BEN + 'tn:start "2005"^^edtf:EDTF .', BEN + 'tn:end "2004"^^edtf:EDTF .')
REVERSED = BEN + 'tn:heldThroughout "2005/2004"^^edtf:EDTF .'
STRANGER = ANN.replace(":ann", ":zoe")


def made_up_facts(folder: Path, stated: Iterable[str]) -> Path:
    """A folder of facts with one claim for each thing stated, numbered from 0."""
    folder.mkdir()
    things = [HEADER, "org:o a tn:Organization ; rdfs:label 'Org'@en .\n"]
    things.append("office:o a tn:Office ; rdfs:label 'Seat'@en ; tn:seats 1 .\n")
    things += [f"person:{p} a tn:Person ; rdfs:label '{p}'@en .\n" for p in ("ann", "ben")]
    things += [f"event:{e} a tn:Event ; rdfs:label '{e}'@en .\n" for e in "abc"]
    (folder / "entities.ttl").write_text("".join(things), encoding="utf-8")
    described = CLAIM.partition("claim:{n} {{")[0]
    claims = [
        f"{described.format(n=number)}claim:{number} {{ {text} }}\n"
        for number, text in enumerate(stated)
    ]
    (folder / "made-up.trig").write_text("".join([HEADER, SOURCE, *claims]), encoding="utf-8")
    return folder
