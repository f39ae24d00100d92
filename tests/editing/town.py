"""A town with one mayor at a time, of whom two registers tell, each calling people its own way."""

from __future__ import annotations

from pathlib import Path

ENTITIES = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix office: <https://w3id.org/tenure/id/office/> .
@prefix org: <https://w3id.org/tenure/id/org/> .
@prefix person: <https://w3id.org/tenure/id/person/> .

org:town a tn:Organization ; rdfs:label "Town"@en .
org:register a tn:Organization ; rdfs:label "Register"@en .
office:mayor a tn:Office ; rdfs:label "Mayor"@en ; tn:officeOf org:town ; tn:seats 1 .
person:ada-brook a tn:Person ; rdfs:label "Ada Brook"@en ; tn:identifier "roll:17" .
person:brook-ada a tn:Person ; rdfs:label "Brook, Ada"@en .
person:ben-carr a tn:Person ; rdfs:label "Ben Carr"@en ; skos:altLabel "Benjamin Carr"@en .
person:ben-carr-2 a tn:Person ; rdfs:label "Ben Carr"@en ; tn:identifier "roll:99" .
"""

_HEAD = """
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix tnv: <https://w3id.org/tenure/vocabulary#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/tenure/> .

<source/{slug}> a tn:Source ; rdfs:label "Roll {slug}"@en ; tn:publisher <id/org/register> ;
    tn:published "2020-06-01"^^edtf:EDTF ; tn:webAddress "https://example.org/{slug}"^^xsd:anyURI .
<source/{slug}/chain/register> a tn:SpeechChain ; tn:link <source/{slug}/chain/register-1> .
<source/{slug}/chain/register-1> a tn:SpeechLink ; tn:position 1 ; tn:voice <id/org/register> .
"""

_CLAIM = """
<source/{slug}/record/{number}> a tn:Record ; tn:recordLocator "row {number}" .
<claim/{slug}/{number}> a tn:Claim ; tn:source <source/{slug}> ; tn:statement "Row {number}."@en ;
    tn:evidence <source/{slug}/record/{number}> ; tn:modality tnv:Asserted ; tn:hedged false ;
    tn:attribution <source/{slug}/chain/register> ;
    tn:recordedAt "2021-01-01T00:00:00Z"^^xsd:dateTime .
<claim/{slug}/{number}> {{
    <id/tenure/{who}--mayor> a tn:Tenure ;
        tn:holder <id/person/{who}> ; tn:office <id/office/mayor> ;
        tn:start "{start}"^^edtf:EDTF ; tn:end "{end}"^^edtf:EDTF .
}}
"""

ROWS = {
    "roll-a": [("ada-brook", "2010-01-05", "2012-06-30"), ("ben-carr", "2012-07-01", "2015-03-01")],
    "roll-b": [
        ("brook-ada", "2010-01", "2012-06"),
        ("ben-carr-2", "1950", "1955"),
        ("ben-carr-2", "1951", "1955"),
        ("ben-carr-2", "1950", "1955-06"),
    ],
}


def build_town(folder: Path) -> Path:
    """The facts of the town in a new folder."""
    folder.mkdir()
    (folder / "entities.ttl").write_text(ENTITIES, encoding="utf-8")
    for slug, rows in ROWS.items():
        text = _HEAD.format(slug=slug)
        for number, (who, start, end) in enumerate(rows, start=1):
            text += _CLAIM.format(slug=slug, number=number, who=who, start=start, end=end)
        (folder / f"{slug}.trig").write_text(text, encoding="utf-8")
    return folder
