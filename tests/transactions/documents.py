"""Documents that the tests of writing write: a gazette, its evidence, and claims of it."""

from __future__ import annotations

from tenure.namespaces import BASE
from tenure.store import graph_format
from tenure.transactions import BodyChange

PREFIXES = f"""\
@prefix tn: <{BASE}ontology#> .
@prefix tnv: <{BASE}vocabulary#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix source: <{BASE}source/> .
@prefix gazette: <{BASE}source/gazette-> .
@prefix c: <{BASE}claim/gazette/> .
@prefix org: <{BASE}id/org/> .
@prefix person: <{BASE}id/person/> .
@prefix office: <{BASE}id/office/> .
@prefix tenure: <{BASE}id/tenure/> .
"""

SOURCE = f"""\
org:gazette a tn:Organization ; rdfs:label "The Gazette"@en .
source:gazette a tn:Source ; rdfs:label "The Gazette of 2020"@en ;
    tn:publisher org:gazette ; tn:published "2020-06-01"^^edtf:EDTF ;
    tn:webAddress "https://example.org/gazette"^^xsd:anyURI .
<{BASE}source/gazette/chain/own> a tn:SpeechChain ; tn:link <{BASE}source/gazette/chain/own-1> .
<{BASE}source/gazette/chain/own-1> a tn:SpeechLink ; tn:position 1 ; tn:voice org:gazette .
<{BASE}source/gazette/locator/1> a tn:WebLocator ;
    tn:webAddress "https://example.org/gazette"^^xsd:anyURI .
person:jane-roe a tn:Person ; rdfs:label "Jane Roe"@en .
"""

STATED = """
    tenure:jane-roe--pmu-deputy-head a tn:Tenure ; tn:holder person:jane-roe ;
        tn:office office:pmu-deputy-head ; {more} .
"""


def claim(
    number: int | str = 1, more: str = 'tn:start "2020-05-04"^^edtf:EDTF', stated: str = STATED
) -> str:
    """A claim of the gazette in TriG, without prefixes."""
    return f"""\
c:{number} a tn:Claim ; tn:source source:gazette ;
    tn:statement "Jane Roe became deputy head."@en ;
    tn:evidence <{BASE}source/gazette/locator/1> ;
    tn:attribution <{BASE}source/gazette/chain/own> ;
    tn:modality tnv:Asserted ; tn:hedged false .
c:{number} {{ {stated.replace("{more}", more)} }}
"""


def document(*parts: str) -> str:
    """The gazette and the parts, as one document; without parts, with one claim."""
    return PREFIXES + SOURCE + "".join(parts or (claim(),))


def body(text: str, form: str = "trig") -> BodyChange:
    """The document as a change."""
    return BodyChange(text.encode(), graph_format(form))


def iri(number: int | str = 1) -> str:
    """The IRI of a claim of the gazette."""
    return f"{BASE}claim/gazette/{number}"


TENURE = f"{BASE}id/tenure/jane-roe--pmu-deputy-head"
