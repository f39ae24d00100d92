"""A town whose papers, lists and ministries disagree, plan, deny, and fall silent."""

from __future__ import annotations

from pathlib import Path

from tests.made_facts import MadeSource, Said, made_facts

_PEOPLE = "ada ben cem dan eve fay gil hal ian kay lea max ned ola pia quin sue tom uma"
_OFFICES = (
    "mayor treasurer harbour-master pilot chair vice-chair chief deputy captain speaker clerk"
    " bailiff steward"
)
ENTITIES = (
    'org:press a tn:MediaOutlet ; rdfs:label "The Press"@en .\n'
    'org:town a tn:Organization ; rdfs:label "The town"@en .\n'
    'event:fire a tn:Event ; rdfs:label "Fire"@en .\n'
    'event:coup a tn:Event ; rdfs:label "Coup"@en .\n'
    'event:talks a tn:Meeting ; rdfs:label "Talks"@en .\n'
    'office:keeper a tn:Office ; rdfs:label "Keeper"@en ; tn:officeOf org:town ;'
    " tn:officeHorizonDays 366 .\n"
    'office:ombudsman a tn:Office ; rdfs:label "Ombudsman"@en .\n'
    'office:alderman a tn:Office ; rdfs:label "Alderman"@en .\n'
    + "".join(
        f'person:{one} a tn:Person ; rdfs:label "{one.title()}"@en .\n' for one in _PEOPLE.split()
    )
    + "".join(
        f'office:{one} a tn:Office ; rdfs:label "{one.title()}"@en ; tn:officeOf org:town ;'
        " tn:seats 1 .\n"
        for one in _OFFICES.split()
    )
)
SOURCES = {
    "herald": MadeSource("2012-06-01"),
    "post": MadeSource("2012-07-01"),
    "gazette": MadeSource("2016-02-10"),
    "courier": MadeSource("2020-03-01"),
    "palace": MadeSource("2020-06-01"),
    "ministry": MadeSource("2020-08-01"),
}


ENDED = " ; tn:endedBy event:coup"


def _held(who: str, office: str, nth: str = "", rest: str = "", **dates: str) -> str:
    stated = "".join(f' ; tn:{name} "{date}"^^edtf:EDTF' for name, date in dates.items())
    roles = f"tn:holder person:{who} ; tn:office office:{office}"
    return f"tenure:{who}--{office}{nth} a tn:Tenure ; {roles}{stated}{rest} ."


def _seating(number: int, days: str) -> str:
    return (
        f"<https://w3id.org/tenure/id/seating/alderman--{number}> a tn:Seating ;"
        f" tn:seatingOf office:alderman ; tn:numberOfSeats {number} ;"
        f' tn:heldThroughout "{days}"^^edtf:EDTF .'
    )


SAID = (
    # Alternatives: two papers put one end into two months; and dates with holes.
    Said(_held("ada", "mayor", start="2005-01-01", end="2011-11"), "herald"),
    Said(_held("ada", "mayor", end="2011-12"), "post"),
    Said(_held("ben", "treasurer", start="[2001, 2003]", end="2005-05-05"), "herald"),
    Said('event:fire tn:date "[1990, 1993]"^^edtf:EDTF .', "herald"),
    # Presumed: in office when a paper appeared, and nobody says anything since.
    Said(_held("cem", "harbour-master"), "post", tense="Present"),
    Said(_held("dan", "keeper"), "post", tense="Present"),
    Said(_held("eve", "pilot"), "herald", tense="Present"),
    Said(_held("fay", "pilot"), "post", tense="Present"),
    # Planned: what a paper tells of days after it appeared.
    Said(_held("gil", "chair", start="2016-01-01", end="2019-12-31"), "gazette"),
    Said(_held("hal", "vice-chair", start="2016-05-01"), "gazette", tense="Future"),
    # Denied: against somebody, and of days that are not known to the day.
    Said(_held("kay", "chief", start="2012-01-01", end="2018-12-31"), "courier"),
    Said(_held("kay", "chief", "--2", heldThroughout="2015-05"), "ministry", modality="Denied"),
    Said(_held("lea", "deputy", date="2013"), "courier"),
    Said(_held("lea", "deputy", "--2", heldThroughout="2013-03"), "ministry", modality="Denied"),
    Said(_held("max", "deputy"), "ministry", modality="Denied"),
    Said('event:talks tn:host person:kay ; tn:date "2013-05-04"^^edtf:EDTF .', "courier"),
    Said("event:talks tn:host person:kay .", "ministry", modality="Denied"),
    # Defaults: what an event ends had begun on an earlier day, unless somebody says otherwise.
    Said('event:coup tn:date "2013-09-09"^^edtf:EDTF .', "courier"),
    Said(
        _held("ned", "captain", rest=ENDED, start="2013-09-09"),
        "courier",
    ),
    Said(_held("ola", "bailiff", rest=ENDED), "courier"),
    # Completeness: the palace names all its speakers of ten years, a paper one more.
    Said(
        'office:speaker tn:holdersCompleteThroughout "2010-01-01/2019-12-31"^^edtf:EDTF .', "palace"
    ),
    Said(_held("pia", "speaker", start="2010-01-01", end="2013-12-31"), "palace"),
    Said(_held("quin", "speaker", heldThroughout="2016", start="2016", end="2016"), "courier"),
    # Stretches: two terms of one person in one office.
    Said(_held("sue", "clerk", start="2001-01-01", end="2003-12-31"), "herald"),
    Said(_held("sue", "clerk", "--2", start="2010-01-01", end="2011-12-31"), "herald"),
    # Existence and seats.
    Said(
        'office:ombudsman tn:foundedOn "2013-04-01"^^edtf:EDTF ;'
        ' tn:ceasedOn "2014-03"^^edtf:EDTF .',
        "courier",
    ),
    Said(_seating(3, "2010/2014"), "courier"),
    Said(_seating(5, "2013/2016"), "gazette"),
    # Two papers, years apart, have the same steward.
    Said(_held("tom", "steward"), "herald", tense="Present"),
    Said(_held("tom", "steward"), "courier", tense="Present"),
)


def doubtful_facts(folder: Path) -> Path:
    """The facts, written into a new folder."""
    return made_facts(folder, ENTITIES, SAID, SOURCES)
