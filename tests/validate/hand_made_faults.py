"""For every rule of the gate, a fact of ``kb/facts`` broken by hand, and the line it is told for.

Each is the rule, the file, what stands in it, what stands there instead, and the beginning of the
line on which the finding must be: the first that begins so.
"""

from __future__ import annotations

from typing import NamedTuple

DW = "dw-52601139.trig"
JPOST = "jpost-620411.trig"
ENTITIES = "entities.ttl"
MANAR = "al-manar-953526.trig"
BAGHDAD = "baghdad-post-47426.trig"

_CLAIM = "claim:1 a tn:Claim ;\n    tn:source source:dw-52601139 ;"
_STATED = "    event:allawi-failure tn:appointee person:mohammed-allawi ;"
_LAST = "        tn:resigner person:adel-abdul-mahdi .\n}\n"
_QUANTITY = "        tn:value 108 ."
_DISTANCE = """    <https://w3id.org/tenure/id/distance/a> a tn:Distance ;
        tn:distanceFrom event:allawi-designation ;
        tn:distanceRelation tnv:DaysAfter ;
        tn:distanceAtLeastDays 1 .
    event:allawi-failure tn:atDistance <https://w3id.org/tenure/id/distance/a> .
"""
_ID = "https://w3id.org/tenure/id/"
_TWO = f"""<{_ID}tenure/mohammed-allawi--iraq-prime-minister> a tn:Tenure ;
        tn:holder <{_ID}person/mohammed-allawi> ;
        tn:office <{_ID}office/iraq-prime-minister> ;
        tn:start "1911"^^edtf:EDTF ; tn:end "1915"^^edtf:EDTF .
    <{_ID}tenure/adel-abdul-mahdi--iraq-prime-minister> a tn:Tenure ;
        tn:holder <{_ID}person/adel-abdul-mahdi> ;
        tn:office  <{_ID}office/iraq-prime-minister> ;
        tn:start "1913"^^edtf:EDTF ; tn:end "1919"^^edtf:EDTF .
"""
_UNBORN = f"""<{_ID}tenure/mohammed-allawi--iraq-prime-minister> a tn:Tenure ;
        tn:holder  <{_ID}person/mohammed-allawi> ;
        tn:office <{_ID}office/iraq-prime-minister> ;
        tn:start "1911"^^edtf:EDTF .
    <{_ID}person/mohammed-allawi> tn:bornOn "1912"^^edtf:EDTF .
"""


class Fault(NamedTuple):
    """One fact broken."""

    rule: str
    file: str
    old: str
    new: str
    line: str


def _in_claim(rule: str, old: str, new: str, line: str = "claim:1 a tn:Claim") -> Fault:
    return Fault(rule, DW, old, new, line)


def _stated(rule: str, new: str, line: str) -> Fault:
    """Something more in the last claim of the report."""
    return Fault(rule, DW, _LAST, _LAST.replace("}", f"    {new}\n}}"), line)


def _described(rule: str, new: str, line: str) -> Fault:
    """Something more at the end of the report."""
    return Fault(rule, DW, _LAST, f"{_LAST}\n{new}\n", line)


def _distance(rule: str, old: str, new: str, line: str) -> Fault:
    told = _DISTANCE.replace(old, new, 1)
    assert told != _DISTANCE
    return Fault(rule, DW, _LAST, _LAST.replace("}", f"{told}}}"), line)


FAULTS = [
    _in_claim("ValueMissing", _CLAIM, "claim:1 a tn:Claim ;"),
    _in_claim(
        "ValueDatatype", '"Allawi withdrew on 1 March 2020."@en', '""@en', '    tn:statement ""'
    ),
    _in_claim("ValueMissing", "    tn:evidence locator:1 ;\n", ""),
    _in_claim("ValueMissing", "    tn:attribution chain:via-reuters ;\n", ""),
    _in_claim("ValueMissing", "    tn:modality tnv:Reported ;\n", ""),
    _in_claim("ValueDatatype", "tn:hedged false", 'tn:hedged "no"', '    tn:hedged "no"'),
    _in_claim(
        "ValueRepeated", "tn:tense tnv:Past", "tn:tense tnv:Past , tnv:Present", "    tn:tense"
    ),
    _in_claim(
        "ValueRepeated",
        _CLAIM,
        f"{_CLAIM}\n    tn:rank tnv:Preferred , tnv:Normal ;",
        "    tn:rank",
    ),
    _in_claim(
        "ValueRepeated",
        _CLAIM,
        f"{_CLAIM}\n    tn:reading tnv:Stated , tnv:Inferred ;",
        "    tn:reading",
    ),
    Fault(
        "ClaimReadFromPlaces",
        JPOST,
        "claim:1-3 a tn:Claim ;",
        "passage:all a tn:WebLocator ;\n"
        '    tn:webAddress "https://paper.example/1"^^xsd:anyURI .\n\n'
        "claim:1-3 a tn:Claim ;\n    tn:evidence passage:all ;",
        "    tn:evidence passage:all",
    ),
    _in_claim(
        "ValueDatatype",
        '"2026-11-23T12:00:00Z"^^xsd:dateTime',
        '"today"',
        '    tn:recordedAt "today"',
    ),
    _in_claim(
        "ValueDatatype",
        _CLAIM,
        f'{_CLAIM}\n    tn:retractedAt "soon" ;',
        '    tn:retractedAt "soon"',
    ),
    _in_claim(
        "ClaimRetractedAfterRecorded",
        _CLAIM,
        f'{_CLAIM}\n    tn:retractedAt "2020-01-01T00:00:00Z"^^xsd:dateTime ;',
        "    tn:retractedAt",
    ),
    _in_claim("ClaimName", "claim:1 ", "org:x ", "    tn:source source:dw-52601139"),
    _in_claim(
        "ClaimEvidenceOfSource",
        "tn:evidence locator:1",
        "tn:evidence <https://w3id.org/tenure/source/al-manar-953526/locator/1>",
        "    tn:evidence <",
    ),
    _in_claim(
        "ClaimAttributionOfSource",
        "tn:attribution chain:via-reuters",
        "tn:attribution <https://w3id.org/tenure/source/al-manar-953526/chain/x>",
        "    tn:attribution <",
    ),
    _in_claim(
        "ClaimBeginsWithPublisher", "tn:voice org:dw", "tn:voice org:al-ain", "    tn:attribution"
    ),
    _described("ValueMissing", "source:r a tn:Revision .", "source:r a tn:Revision"),
    _described(
        "ValueRepeated",
        'source:r a tn:Revision ;\n    tn:revisionBy "a", "b" .',
        "    tn:revisionBy",
    ),
    _described("ValueMissing", "chain:none a tn:SpeechChain .", "chain:none"),
    Fault("SpeechChainWithoutGap", DW, "tn:position 2", "tn:position 3", "chain:via-reuters a"),
    Fault("SpeechChainOneVoiceAPlace", DW, "tn:position 2", "tn:position 1", "chain:via-reuters a"),
    Fault("SpeechLinkPosition", DW, "tn:position 2", "tn:position 0", "    tn:position 0"),
    Fault(
        "ValueMissing",
        DW,
        "tn:position 2 ;\n    tn:voice org:reuters",
        "tn:position 2",
        "chain:via-reuters-2",
    ),
    Fault("SpeechLinkChain", DW, " , chain:via-reuters-2 .", " .", "chain:via-reuters-2"),
    _distance(
        "ValueMissing",
        "        tn:distanceRelation tnv:DaysAfter ;\n",
        "",
        "    <https://w3id.org/tenure/id/distance/a>",
    ),
    _distance(
        "DistanceSaidOnce",
        "tn:distanceAtLeastDays 1",
        "tn:distanceAtLeastDays 1 , 2",
        "        tn:distanceAtLeastDays",
    ),
    _distance(
        "DistanceOfSomething",
        "tn:atDistance <https://w3id.org/tenure/id/distance/a>",
        "tn:after event:x",
        "    <https://w3id.org/tenure/id/distance/a>",
    ),
    _distance(
        "DistanceHasDays",
        " ;\n        tn:distanceAtLeastDays 1",
        "",
        "    <https://w3id.org/tenure/id/distance/a>",
    ),
    _distance("DistanceDaysCount", "tnv:DaysAfter", "tnv:DaysApart", "        tn:distanceRelation"),
    _distance(
        "DistanceInOrder",
        "tn:distanceAtLeastDays 1",
        "tn:distanceAtLeastDays 9 ; tn:distanceAtMostDays 2",
        "        tn:distanceAtLeastDays 9",
    ),
    _distance(
        "DistanceFromAnother",
        "event:allawi-designation",
        "event:allawi-failure",
        "    event:allawi-failure tn:atDistance",
    ),
    _distance(
        "DistanceDays",
        "tn:distanceAtLeastDays 1",
        "tn:distanceAtLeastDays -1",
        "        tn:distanceAtLeastDays",
    ),
    _distance(
        "DistanceMeasuredFrom",
        "tn:distanceAtLeastDays 1",
        "tn:distanceAtLeastDays 1 ; tn:measuredFrom tn:SubjectStart",
        "        tn:distanceAtLeastDays",
    ),
    _distance(
        "DistanceMeasuredTo",
        "tn:distanceAtLeastDays 1",
        "tn:distanceAtLeastDays 1 ; tn:measuredTo tn:ObjectStart",
        "        tn:distanceAtLeastDays",
    ),
    Fault(
        "EntityLabel",
        ENTITIES,
        '"Al-Askara\'s threat against Kadhimi"@en',
        '"One"@en , "Other"@en',
        '    rdfs:label "One"',
    ),
    Fault(
        "EntityLabelLanguage",
        ENTITIES,
        '"Al-Askara\'s threat against Kadhimi"@en',
        '"Threat"',
        '    rdfs:label "Threat"',
    ),
    Fault(
        "EntityOneKind",
        ENTITIES,
        "event:al-askara-threat a tn:Threat",
        "event:al-askara-threat a tn:Threat , tn:Person",
        "event:al-askara-threat",
    ),
    _stated(
        "EventApartFromItself",
        "event:allawi-failure tn:partOf event:allawi-failure .",
        "    event:allawi-failure tn:partOf",
    ),
    _in_claim(
        "ValueMissing",
        f" ;\n{_QUANTITY}",
        " .",
        "    quantity:allawi-cabinet-session-second--votes-present",
    ),
    _in_claim("QuantityOneNumber", "tn:value 108", "tn:value 108 , 109", "        tn:value 108"),
    _in_claim("QuantityNotNegative", "tn:value 108", "tn:value -108", "        tn:value -108"),
    _in_claim(
        "SourceLabel",
        '    rdfs:label "DW report 52601139 on Allawi\'s withdrawal, after Reuters"@en ;\n',
        "",
        "source:dw-52601139",
    ),
    _in_claim("ValueMissing", "    tn:publisher org:dw ;\n", "", "source:dw-52601139"),
    _in_claim(
        "ValueMissing", '    tn:published "2020-03-01"^^edtf:EDTF ;\n', "", "source:dw-52601139"
    ),
    _in_claim(
        "SourceDigest",
        "    tn:publisher org:dw ;",
        '    tn:publisher org:dw ;\n    tn:textDigest "abc" ;\n    tn:textLength 5 ;',
        "    tn:textDigest",
    ),
    _in_claim(
        "SourceLength",
        "    tn:publisher org:dw ;",
        "    tn:publisher org:dw ;\n    tn:textLength 0 ;",
        "    tn:textLength 0",
    ),
    Fault(
        "SourceFindable",
        DW,
        "^^edtf:EDTF ;\n"
        "    tn:webAddress "
        '"https://www.dw.com/en/iraqs-prime-minister-designate-mohammed-allawi-withd'
        'raws-from-race/a-52601139"^^xsd:anyURI .',
        "^^edtf:EDTF .",
        "source:dw-52601139",
    ),
    _in_claim(
        "SourceDigestWithLength",
        "    tn:publisher org:dw ;",
        f'    tn:publisher org:dw ;\n    tn:textDigest "{"0" * 64}" ;',
        "source:dw-52601139",
    ),
    _in_claim("EvidenceKind", "locator:1 a tn:WebLocator", "locator:1 a tn:Evidence", "locator:1"),
    _described("PassageStart", "locator:p a tn:Passage .", "locator:p"),
    _described("PassageEnd", "locator:p a tn:Passage .", "locator:p"),
    _described(
        "PassageDigest",
        'locator:p a tn:Passage ;\n    tn:passageDigest "abc" .',
        "    tn:passageDigest",
    ),
    _described(
        "PassageSentence", "locator:p a tn:Passage ;\n    tn:sentence 0 .", "    tn:sentence"
    ),
    _described(
        "PassageForward",
        "@prefix oa: <http://www.w3.org/ns/oa#> .\n"
        "locator:p a tn:Passage ;\n"
        "    oa:start 9 ;\n"
        "    oa:end 3 .",
        "    oa:start 9",
    ),
    Fault("PassageInsideText", JPOST, "tn:textLength 7501", "tn:textLength 75", "    oa:end 258"),
    _described("PassageOfText", "locator:p a tn:Passage .", "locator:p"),
    _in_claim(
        "ValueRepeated",
        "locator:1 a tn:WebLocator ;\n    tn:webAddress",
        'locator:1 a tn:WebLocator ;\n    tn:webAddress "https://x.org/"^^xsd:anyURI ,',
        '    tn:webAddress "https://x',
    ),
    _described("ValueMissing", "locator:r a tn:Record .", "locator:r"),
    _described(
        "ValueRepeated",
        'locator:r a tn:Record ;\n    tn:recordText "a"@en , "b"@en .',
        "    tn:recordText",
    ),
    _described(
        "KindsExcludeEachOther",
        "locator:2 a tn:Record , tn:WebLocator .",
        "locator:2 a tn:Record",
    ),
    _in_claim("WebAddressForm", '"https://www.dw.com/', '"www.dw.com/', "    tn:webAddress"),
    _described(
        "ValueMissing",
        "@prefix office: <https://w3id.org/tenure/id/office/> .\noffice:x a tn:Office .",
        "office:x",
    ),
    _described(
        "OfficeHorizon",
        "@prefix office: <https://w3id.org/tenure/id/office/> .\n"
        "office:x a tn:Office ;\n"
        "    tn:officeHorizonDays 0 .",
        "    tn:officeHorizonDays 0",
    ),
    _described(
        "ClaimDeniesNoDenial",
        "claim:98 a tn:Claim ; tn:modality tnv:Denied .\n"
        "claim:99 a tn:Claim ; tn:modality tnv:Denied .\n"
        "claim:99 { claim:98 tn:about event:allawi-failure . }",
        "claim:99",
    ),
    _described(
        "CompleteListInterval",
        'org:x tn:holdersCompleteThroughout "[1990, 1991]"^^edtf:EDTF .',
        "org:x tn:holdersCompleteThroughout",
    ),
    _described(
        "CompleteListOfOffice",
        'org:x a tn:Organization ; tn:holdersCompleteThroughout "1990"^^edtf:EDTF .',
        "org:x a",
    ),
    _described(
        "OfficeSeats",
        "@prefix office: <https://w3id.org/tenure/id/office/> .\n"
        "office:x a tn:Office ;\n"
        "    tn:seats 0 .",
        "    tn:seats 0",
    ),
    _stated(
        "ValueMissing",
        "<https://w3id.org/tenure/id/tenure/x> a tn:Tenure .",
        "    <https://w3id.org/tenure/id/tenure/x>",
    ),
    _stated(
        "ValueRepeated",
        "<https://w3id.org/tenure/id/tenure/x> a tn:Tenure ;\n"
        "        tn:holder person:mohammed-allawi , person:adel-abdul-mahdi .",
        "        tn:holder",
    ),
    _stated(
        "ValueRepeated",
        "<https://w3id.org/tenure/id/tenure/x> a tn:Tenure ;\n"
        "        tn:office <https://w3id.org/tenure/id/office/pmu-deputy-head> , "
        "<https://w3id.org/tenure/id/office/y> .",
        "        tn:office",
    ),
    _stated(
        "SituationOneKind",
        "<https://w3id.org/tenure/id/tenure/x> a tn:Tenure , tn:Membership .",
        "    <https://w3id.org/tenure/id/tenure/x>",
    ),
    Fault(
        "SituationKindRepeated",
        JPOST,
        "intention:iran--iraq--control-politics a tn:Intention ;\n        tn:aim",
        "intention:iran--iraq--control-politics tn:aim",
        "    intention:iran--iraq--control-politics tn:aim",
    ),
    _stated(
        "SituationBetweenTwo",
        "<https://w3id.org/tenure/id/membership/org-iraqi-parliament--org-iraqi-parl"
        "iament> a tn:Membership ;\n"
        "        tn:member org:iraqi-parliament ;\n"
        "        tn:organization org:iraqi-parliament .",
        "        tn:organization",
    ),
    _stated(
        "SituationName",
        "<https://w3id.org/tenure/id/tenure/x> a tn:Tenure ;\n"
        "        tn:holder person:mohammed-allawi .",
        "    <https://w3id.org/tenure/id/tenure/x>",
    ),
    _stated(
        "ValueRepeated",
        "<https://w3id.org/tenure/id/stance/x> a tn:Stance ;\n"
        "        tn:stance tnv:Opposes , tnv:Supports .",
        "        tn:stance tnv:Opposes",
    ),
    _stated(
        "ValueMissing",
        "<https://w3id.org/tenure/id/intention/x> a tn:Intention .",
        "    <https://w3id.org/tenure/id/intention/x>",
    ),
    _stated(
        "ValueMissing",
        "<https://w3id.org/tenure/id/naming/x> a tn:Naming .",
        "    <https://w3id.org/tenure/id/naming/x>",
    ),
    _stated(
        "ValueMissing",
        "<https://w3id.org/tenure/id/seating/x> a tn:Seating .",
        "    <https://w3id.org/tenure/id/seating/x>",
    ),
    _stated(
        "ValueMissing",
        "<https://w3id.org/tenure/id/officeterm/x> a tn:OfficeTerm .",
        "    <https://w3id.org/tenure/id/officeterm/x>",
    ),
    _stated(
        "QuantityPerDays",
        "<https://w3id.org/tenure/id/quantity/x> a tn:Quantity ; tn:perDays 0 .",
        "    <https://w3id.org/tenure/id/quantity/x>",
    ),
    Fault("ValueMissing", MANAR, "tn:conditionText", "tn:aim", "    condition:"),
    _in_claim(
        "ValueDatatype", '"2020-02-01"^^edtf:EDTF', '"2020-02-01"', '        tn:date "2020-02-01" .'
    ),
    _stated(
        "DurationPositive",
        "event:allawi-failure tn:lastedAtLeastDays 0 .",
        "    event:allawi-failure tn:lastedAtLeastDays",
    ),
    _stated(
        "TimeRelationToAnother",
        "event:allawi-failure tn:after event:allawi-failure .",
        "    event:allawi-failure tn:after",
    ),
    _stated(
        "ComputedNotWritten",
        'event:allawi-failure tn:startEarliest "2020-01-01"^^xsd:date .',
        "    event:allawi-failure tn:startEarliest",
    ),
    _in_claim(
        "ClosedVocabulary",
        "tn:modality tnv:Reported",
        "tn:modality tnv:Exactly",
        "    tn:modality tnv:Exactly",
    ),
    _stated(
        "SaidOfItsKind",
        "event:allawi-failure tn:holder person:mohammed-allawi .",
        "    event:allawi-failure tn:holder",
    ),
    _in_claim(
        "ValueOfItsKind",
        "tn:publisher org:dw",
        "tn:publisher event:allawi-failure",
        "    tn:publisher event",
    ),
    _in_claim(
        "ValueIsThing",
        _STATED,
        _STATED.replace("person:mohammed-allawi", '"Mohammed Allawi"'),
        "    event:allawi-failure tn:appointee",
    ),
    _in_claim(
        "ValueDatatype",
        '"Allawi withdrew on 1 March 2020."@en',
        "event:allawi-failure",
        "    tn:statement event",
    ),
    _in_claim("ValueDatatype", "tn:value 108", 'tn:value "many"', '        tn:value "many"'),
    _described(
        "GraphWithoutClaim",
        "claim:77 { event:allawi-failure tn:partOf event:allawi-designation . }",
        "claim:77",
    ),
    _in_claim(
        "ClaimWithoutGraph",
        "claim:2 {\n"
        "    event:allawi-cabinet-session-second tn:attendee org:iraqi-parliament .\n"
        "}\n",
        "",
        "claim:2",
    ),
    _described(
        "BareStatement",
        "event:allawi-failure tn:partOf event:allawi-designation .",
        "event:allawi-failure tn:partOf",
    ),
    _stated(
        "DescriptionInClaim",
        'event:allawi-failure rdfs:label "Failure"@en .',
        "    event:allawi-failure rdfs:label",
    ),
    _stated(
        "BlankNodeInFacts",
        "event:allawi-failure tn:partOf [] .",
        "    event:allawi-failure tn:partOf",
    ),
    _described("TermInFacts", 'tn:Claim rdfs:label "Claim"@en .', "tn:Claim"),
    _stated(
        "StatementAboutStatement",
        "event:allawi-failure tn:partOf <<( person:a tn:holder person:b )>> .",
        "    event:allawi-failure tn:partOf",
    ),
    _in_claim(
        "UnknownTerm",
        "tn:modality tnv:Reported",
        "tn:modality tnv:Reprted",
        "    tn:modality tnv:Reprted",
    ),
    _in_claim(
        "DanglingReference",
        "tn:attendee org:iraqi-parliament",
        "tn:attendee org:iraqi-parlament",
        "    event:allawi-cabinet-session-second tn:attendee",
    ),
    _in_claim("DateUnreadable", '"2020-02-01"^^', '"2020-02-31"^^', '        tn:date "2020-02-31"'),
    _in_claim("DateSentinel", '"2020-02-01"^^', '"9999-12-31"^^', '        tn:date "9999-12-31"'),
    _in_claim("DateSuspicious", '"2020-02-01"^^', '"1970-01-01"^^', '        tn:date "1970-01-01"'),
    Fault(
        "DuplicateEntity",
        ENTITIES,
        '"Al-Askara\'s threat against Kadhimi"@en .',
        '"Al-Askara\'s threat against Kadhimi"@en .\n'
        "\n"
        "event:twin a tn:Threat ;\n"
        '    rdfs:label "Al-Askara\'s  THREAT against Kadhimi"@en .',
        '    rdfs:label "Al-Askara',
    ),
    _described(
        "SameAsInFacts",
        f"<{_ID}person/mohammed-allawi>\n"
        "    <http://www.w3.org/2002/07/owl#sameAs> <http://www.wikidata.org/entity/Q1> .",
        "    <http://www.w3.org/2002/07/owl#sameAs>",
    ),
    _stated("SeatTaken", _TWO, f"        tn:office  <{_ID}office/iraq-prime-minister>"),
    _stated("OutsideLife", _UNBORN, f"        tn:holder  <{_ID}person/mohammed-allawi>"),
]
