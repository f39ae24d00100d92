"""Small facts made up in a test: entities, sources, and one claim for each thing said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tenure.namespaces import Names, prefixes

HEADER = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in prefixes(Names()).items())


@dataclass(frozen=True)
class MadeSource:
    """When a source appeared, in EDTF, and who published it and speaks in it."""

    published: str
    publisher: str = "org:press"


@dataclass(frozen=True)
class Said:
    """The content of one claim in Turtle, and how it is put.

    ``tense``, ``modality`` and ``rank`` are the names of concepts.
    """

    content: str
    source: str = "a"
    tense: str = ""
    hedged: bool = False
    recorded: str = "2026-11-23T12:00:00Z"
    modality: str = "Asserted"
    rank: str = "Normal"


def made_facts(
    folder: Path, entities: str, said: Iterable[Said], sources: Mapping[str, MadeSource]
) -> Path:
    """Write facts into a folder, which is made; the claims of a source are numbered from 1."""
    folder.mkdir()
    (folder / "entities.ttl").write_text(HEADER + entities, encoding="utf-8")
    texts = {slug: [HEADER, _source(slug, source)] for slug, source in sources.items()}
    numbers: dict[str, int] = defaultdict(int)
    for one in said:
        numbers[one.source] += 1
        texts[one.source].append(_claim(one, numbers[one.source]))
    for slug, parts in texts.items():
        (folder / f"{slug}.trig").write_text("".join(parts), encoding="utf-8")
    return folder


def _iri(path: str) -> str:
    return f"<{Names().base}source/{path}>"


def _source(slug: str, source: MadeSource) -> str:
    return (
        f'source:{slug} a tn:Source ; rdfs:label "{slug}"@en ; tn:publisher {source.publisher} ;'
        f' tn:published "{source.published}"^^edtf:EDTF ; tn:textLength 400 .\n'
        f"{_iri(slug + '/chain/c')} a tn:SpeechChain ; tn:link {_iri(slug + '/chain/c-1')} .\n"
        f"{_iri(slug + '/chain/c-1')} a tn:SpeechLink ; tn:position 1 ;"
        f" tn:voice {source.publisher} .\n"
        f"{_iri(slug + '/passage/1')} a tn:Passage ; tn:sentence 1 ; oa:start 0 ; oa:end 90 .\n"
    )


def _claim(said: Said, number: int) -> str:
    claim = f"<{Names().claim(said.source, str(number)).value}>"
    tense = f" tn:tense tnv:{said.tense} ;" if said.tense else ""
    return (
        f"{claim} a tn:Claim ; tn:source source:{said.source} ;"
        f' tn:statement "Said in {said.source} as number {number}."@en ;'
        f" tn:evidence {_iri(said.source + '/passage/1')} ;"
        f" tn:attribution {_iri(said.source + '/chain/c')} ;"
        f" tn:modality tnv:{said.modality} ; tn:rank tnv:{said.rank} ;"
        f" tn:hedged {str(said.hedged).lower()} ;{tense}"
        f' tn:recordedAt "{said.recorded}"^^xsd:dateTime .\n'
        f"{claim} {{ {said.content} }}\n"
    )
