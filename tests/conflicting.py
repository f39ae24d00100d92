"""What the facts disagree about, and a made-up base that disagrees about a day, a seat, a title."""

from __future__ import annotations

from pathlib import Path

from tests.made_facts import MadeSource, Said, made_facts

from tenure.namespaces import Names

ENTITIES = """
org:port-eva a tn:Organization ; rdfs:label "Port Eva"@en .
org:courier a tn:MediaOutlet ; rdfs:label "Eva Courier"@en .
org:herald a tn:MediaOutlet ; rdfs:label "Eva Herald"@en .
office:harbour-master a tn:Office ; rdfs:label "Harbour master"@en ;
    tn:officeOf org:port-eva ; tn:seats 1 .
person:ada-brook a tn:Person ; rdfs:label "Ada Brook"@en .
person:cy-dale a tn:Person ; rdfs:label "Cy Dale"@en .
event:fire a tn:Event ; rdfs:label "Fire in the harbour"@en .
"""
ADA = (
    "tenure:ada a tn:Tenure ; tn:holder person:ada-brook ; tn:office office:harbour-master ; "
    'tn:start "2020-01-01"^^edtf:EDTF ; tn:end "2021-06-30"^^edtf:EDTF ; tn:title "Head"@en .'
)
CY = (
    "tenure:cy a tn:Tenure ; tn:holder person:cy-dale ; tn:office office:harbour-master ; "
    'tn:start "2021-06-01"^^edtf:EDTF .'
)
AGAIN = (
    "tenure:ada a tn:Tenure ; tn:holder person:ada-brook ; tn:office office:harbour-master ; "
    'tn:title "Chief"@en .'
)
STAYED = (
    "tenure:cy a tn:Tenure ; tn:holder person:cy-dale ; tn:office office:harbour-master ; "
    'tn:heldOn "2021-12-31"^^edtf:EDTF .'
)
FIRE = 'event:fire tn:date "{}"^^edtf:EDTF .'
TOLD = {
    "courier-1": ("org:courier", "2022-01-01", (ADA, FIRE.format("2021-03-01"))),
    "herald-1": ("org:herald", "2022-02-01", (CY, AGAIN, FIRE.format("2021-04-01"), STAYED)),
}

_FAILURE = {"dw-52601139/1", "iraq-business-news-2020-03-02/1", "baghdad-post-47446/12"}
_FAILURE |= {"iraq-business-news-2020-03-03/1", "al-manar-953526/1"}
OF_THE_FACTS = {frozenset({"jpost-620411/13-1", other}) for other in _FAILURE} | {
    frozenset({"jpost-620411/7-2", "dw-52601139/6"})
}
"""The real disagreements of ``kb/facts``: about the days of a failure and of a resignation."""

FIRE_REASON = (
    "On Fire in the harbour: courier-1 (claim 2) puts it on 1 March 2021;"
    " herald-1 (claim 3) puts it on 1 April 2021."
)
SEAT_REASON = (
    "Ada Brook and Cy Dale certainly held one seat at a time: Harbour master."
    " courier-1 says: Said in courier-1 as number 1; herald-1 says: Said in herald-1 as number 1;"
    " herald-1 says: Said in herald-1 as number 4."
)
TITLE_REASON = (
    "Ada Brook, Harbour master: gives title in two ways:"
    " courier-1 (claim 1) says “Head”; herald-1 (claim 2) says “Chief”."
)
MADE_UP = (
    ("time", ["courier-1/2", "herald-1/3"], ["event/fire"], FIRE_REASON),
    (
        "seats",
        ["courier-1/1", "herald-1/1", "herald-1/4"],
        ["tenure/ada", "tenure/cy"],
        SEAT_REASON,
    ),
    ("title", ["courier-1/1", "herald-1/2"], ["tenure/ada"], TITLE_REASON),
)
"""Kind, claims, what it concerns and the reason of each conflict of the made-up base."""

KINDS = [kind for kind, *_ in MADE_UP]


def told(rule: str | None, lost: list[list[str]]) -> list[dict[str, object]]:
    """The made-up conflicts as JSON shows them, without their own names."""
    names = Names()
    return [
        {
            "kind": kind,
            "settledBy": rule,
            "claims": [names.claim_prefix + claim for claim in claims],
            "gaveWay": [names.claim_prefix + claim for claim in gave_way],
            "concerns": [names.id_prefix + slug for slug in concerns],
            "reason": reason,
        }
        for (kind, claims, concerns, reason), gave_way in zip(MADE_UP, lost, strict=True)
    ]


def made_up_conflicts(folder: Path) -> Path:
    """Write the base into a folder, which is made; the folder."""
    sources = {slug: MadeSource(when, who) for slug, (who, when, _) in TOLD.items()}
    said = [Said(content, slug) for slug, (_, _, contents) in TOLD.items() for content in contents]
    return made_facts(folder, ENTITIES, said, sources)
