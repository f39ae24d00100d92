"""Made-up registers of office-holders as N-Quads: claims with descriptions, as ``kb/facts`` has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tenure.temporal import iso

_BASE: Final = "https://w3id.org/tenure/"
_TN: Final = f"{_BASE}ontology#"
_TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_LABEL: Final = "<http://www.w3.org/2000/01/rdf-schema#label>"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF"
_FIRST_DAY: Final = 693_961  # 1900-12-31
_DAYS: Final = 40_000
_CROWDED: Final = 5
"""Seats of the office with a crowd."""


def write_registers(
    folder: Path,
    tenures: int,
    seed: int = 1,
    files: int = 2,
    broken_every: int = 997,
    crowd: int = 0,
    busy: int = 0,
    first: int = 50,
) -> list[Path]:
    """Writes ``tenures`` tenures into N-Quads files; the same for the same numbers.

    A third as many persons, a hundredth as many offices (one at least) of ten seats each, fifty
    records a source, of which the first tells a birth too. One tenure in ``broken_every`` breaks a
    rule: the first has no holder, the next an ill-typed date, then a claim without evidence, a
    label without a language, a holder that is an office, a holder born after it.
    ``files`` files hold the claims, and ``entities.nq`` the registry. The first ``crowd`` tenures
    are of one office of five seats, in which now and then more than five sit, and the next ``busy``
    ones of one person; where there are such, one claim in 500 contradicts the one before it. The
    first source of a file has ``first`` records.
    """
    registry = folder / "entities.nq"
    shape = _Shape(tenures, seed, broken_every, crowd, busy, first)
    with registry.open("w", encoding="utf-8") as out:
        out.writelines(_registry(shape))
    paths = [registry]
    step = -(-tenures // files)
    for index in range(files):
        path = folder / f"register-{index}.nq"
        numbers = range(index * step, min((index + 1) * step, tenures))
        with path.open("w", encoding="utf-8") as out:
            out.writelines(_register(index, numbers, shape))
        paths.append(path)
    return paths


class _Shape(NamedTuple):
    """What :func:`write_registers` was asked for."""

    tenures: int
    seed: int
    every: int
    crowd: int
    busy: int
    first: int

    @property
    def offices(self) -> int:
        return max(1, self.tenures // 100)

    def fault(self, number: int) -> int | None:
        turn, rest = divmod(number + self.seed, self.every)
        return turn % 6 if rest == self.every - 1 else None


def _registry(shape: _Shape) -> Iterator[str]:
    yield _line("id/org/registrar", _TYPE, _tn("Organization"))
    yield _line("id/org/registrar", _LABEL, '"Registrar"@en')
    for number in range(shape.offices):
        seats = _CROWDED if shape.crowd and not number else 10
        yield _line(f"id/office/o{number}", _TYPE, _tn("Office"))
        yield _line(f"id/office/o{number}", _LABEL, f'"Office {number}"@en')
        yield _line(f"id/office/o{number}", _tn("officeOf"), _iri("id/org/registrar"))
        yield _line(f"id/office/o{number}", _tn("seats"), f'"{seats}"^^<{_XSD}integer>')
    for number in range(shape.tenures // 3 + 1):
        broken = shape.fault(3 * number) == 3
        yield _line(f"id/person/p{number}", _TYPE, _tn("Person"))
        yield _line(
            f"id/person/p{number}", _LABEL, f'"Person {number}"' + ("" if broken else "@en")
        )


def _register(index: int, numbers: range, shape: _Shape) -> Iterator[str]:
    source, slug = "", ""
    for number in numbers:
        if not source or (number % 50 == 0 and number - numbers.start >= shape.first):
            slug = f"register-{index}-{number // 50}"
            source = f"source/{slug}"
            yield _line(source, _TYPE, _tn("Source"))
            yield _line(source, _LABEL, f'"Register {index}, sheet {number // 50}"@en')
            yield _line(source, _tn("publisher"), _iri("id/org/registrar"))
            yield _line(source, _tn("published"), f'"2024-05"^^<{_EDTF}>')
            yield _line(source, _tn("webAddress"), f'"https://example.org/{slug}"^^<{_XSD}anyURI>')
            chain = f"{source}/chain/own"
            yield _line(chain, _TYPE, _tn("SpeechChain"))
            yield _line(chain, _tn("link"), _iri(f"{chain}-1"))
            yield _line(f"{chain}-1", _TYPE, _tn("SpeechLink"))
            yield _line(f"{chain}-1", _tn("position"), f'"1"^^<{_XSD}integer>')
            yield _line(f"{chain}-1", _tn("voice"), _iri("id/org/registrar"))
        yield from _claim(number, source, slug, shape)


def _claim(number: int, source: str, slug: str, shape: _Shape) -> Iterator[str]:
    fault = shape.fault(number)
    record, claim = f"{source}/record/{number}", f"claim/{slug}/{number}"
    yield _line(record, _TYPE, _tn("Record"))
    yield _line(record, _tn("recordLocator"), f'"row {number}"')
    yield _line(claim, _TYPE, _tn("Claim"))
    yield _line(claim, _tn("source"), _iri(source))
    yield _line(claim, _tn("statement"), f'"Row {number}: somebody held an office."@en')
    if fault != 2:
        yield _line(claim, _tn("evidence"), _iri(record))
    yield _line(claim, _tn("attribution"), _iri(f"{source}/chain/own"))
    yield _line(claim, _tn("modality"), _iri("vocabulary#Asserted"))
    yield _line(claim, _tn("hedged"), f'"false"^^<{_XSD}boolean>')
    yield _line(claim, _tn("recordedAt"), f'"2026-01-01T00:00:00Z"^^<{_XSD}dateTime>')
    contradicts = bool(shape.crowd) and number % 500 == 499
    number -= contradicts
    noise = ((number + shape.seed) * 2_654_435_761 + 97) % 2**32
    # From other digits than the dates, or the tenures of an office would begin on a few days.
    office_number = (noise * 40_503 >> 7) % 65_537 * 48_271 % shape.offices
    person, office = f"p{number // 3}", f"o{office_number}"
    start = _FIRST_DAY + noise % _DAYS
    end = start + 30 + (noise >> 8) % 3_000
    if number < shape.crowd:
        person, office, noise = f"p{number}", "o0", 0  # days that are known to the day
        turns = _CROWDED + (2 if number % 50 == 0 else 0)
        start, end = (_FIRST_DAY + _DAYS * (number + n) // shape.crowd for n in (0, turns))
    elif number < shape.crowd + shape.busy:
        person = "p0"
    if contradicts:
        start, end = (day + 4_000 for day in (start, end))
    tenure = f"id/tenure/{person}--{office}--{number}"
    yield _line(tenure, _TYPE, _tn("Tenure"), claim)
    if fault != 0:
        holder = f"id/office/{office}" if fault == 4 else f"id/person/{person}"
        yield _line(tenure, _tn("holder"), _iri(holder), claim)
    yield _line(tenure, _tn("office"), _iri(f"id/office/{office}"), claim)
    yield _line(tenure, _tn("start"), _date(start, noise, typed=fault != 1), claim)
    yield _line(tenure, _tn("end"), _date(end, noise >> 4, typed=True), claim)
    if fault == 5 or number % 50 == 0:
        born = f'"{2100 if fault == 5 else 1850}"^^<{_EDTF}>'
        yield _line(f"id/person/{person}", _tn("bornOn"), born, claim)


def _date(day: int, noise: int, *, typed: bool) -> str:
    text = iso(day)[: (10, 7, 4)[noise % 3]]
    return f'"{text}"^^<{_EDTF}>' if typed else f'"{text}"'


def _tn(name: str) -> str:
    return f"<{_TN}{name}>"


def _iri(path: str) -> str:
    return f"<{_BASE}{path}>"


def _line(subject: str, predicate: str, value: str, graph: str = "") -> str:
    return f"{_iri(subject)} {predicate} {value}{' ' + _iri(graph) if graph else ''} .\n"
