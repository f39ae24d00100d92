"""An article about nobody in particular, the registry beside it, and what its tests state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from tenure.ingest import StatedOccurrence, Value
from tenure.model import Claim

BASE = "https://w3id.org/tenure/"
ARTICLE = """\
New harbour master for Port Eva

Ada Brook took over as harbour master of Port Eva in May 2021, the Eva Courier reports. \
She said “the quay is ours” on Monday. Dr. Cole, who had held the post since 2011, stepped down \
after the flood.

The flood came on April 3, 2021. Some 40 people were hurt. It was over by night.
"""

REGISTRY = """\
# Licence: CC BY 4.0

@prefix event: <https://w3id.org/tenure/id/event/> .
@prefix office: <https://w3id.org/tenure/id/office/> .
@prefix org: <https://w3id.org/tenure/id/org/> .
@prefix person: <https://w3id.org/tenure/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .

event:eva-flood a tn:Event ;
    rdfs:label "Flood in Port Eva"@en .

office:harbour-master a tn:Office ;
    rdfs:label "Harbour master of Port Eva"@en ;
    tn:officeOf org:port-eva ;
    tn:seats 1 .

org:eva-courier a tn:MediaOutlet ;
    rdfs:label "Eva Courier"@en .

org:port-eva a tn:Organization ;
    rdfs:label "Port Eva"@en .

person:ada-brook a tn:Person ;
    rdfs:label "Ada Brook"@en .

person:cole a tn:Person ;
    rdfs:label "Dr Cole"@en .
"""

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TENURE = StatedOccurrence(
    "tenure",
    (
        ("holder", Value("person/ada-brook")),
        ("office", Value("office/harbour-master")),
        ("start", Value("2021-05")),
    ),
)

Add = Callable[..., Claim]
ClaimsOf = Callable[..., Mapping[str, Claim]]


def state(about: str, **properties: str) -> StatedOccurrence:
    """What a draft states of something."""
    return StatedOccurrence(about, tuple((name, Value(text)) for name, text in properties.items()))
