"""Which files are large, what each is about, and how they are read without being held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Final

from tenure.errors import BadInput, TooMuchToRead
from tenure.own_folder import own_folder
from tenure.store.formats import GraphFormat
from tenure.validate.large import LargeFacts, LargeFile
from tenure.validate.progress import Progress, Stage, Step
from tenure.validate.reading import (
    File,
    is_empty,
    is_of_facts,
    is_of_ontology,
    is_of_shapes,
    unreadable,
)
from tenure.validate.report import Finding
from tenure.validate.segments import Cutter

LARGE: Final = 96 << 20
"""Bytes of all files together from which on they are not held. Below, holding them is faster."""
_LOOKED_AT_FIRST: Final = 1 << 20


class Kind(Enum):
    """What a file is about."""

    FACTS = "facts"
    TERMS = "terms"
    SHAPES = "shapes"


@dataclass(slots=True)
class SortedFiles:
    """Files by what they are about, each list in the order given."""

    facts: list[File] = field(default_factory=list)
    terms: list[File] = field(default_factory=list)
    shapes: list[File] = field(default_factory=list)


def are_large(files: Iterable[File], held: int) -> bool:
    """Whether the files have more than ``held`` bytes together."""
    return _size(files) > held


def sorted_by_kind(files: Iterable[File]) -> SortedFiles:
    """The files by what they are about; one that does not parse counts as facts.

    Of a file of facts only the beginning is read, of any other all.
    """
    found = SortedFiles()
    lists = {Kind.FACTS: found.facts, Kind.TERMS: found.terms, Kind.SHAPES: found.shapes}
    with own_folder("validate") as folder:
        cutter = Cutter(folder, _LOOKED_AT_FIRST)
        for path, form in files:
            lists[_kind(cutter, path, form)].append((path, form))
    return found


def read_large(
    large: LargeFacts,
    given: Sequence[File],
    context: Sequence[File],
    progress: Progress,
    findings: list[Finding],
) -> int:
    """Reads files of facts and their context; the number of the given ones that parse.

    What does not parse, and what is empty, goes to ``findings``. Progress is told in MiB.
    """
    files = [*given, *context]
    total = _size(files)
    done = 0

    def show(more: int) -> None:
        nonlocal done
        done += more
        progress(Step(Stage.READING, min(done, total) >> 20, total >> 20))

    show(0)
    count = 0
    for number, (path, form) in enumerate(files):
        is_given = number < len(given)
        try:
            statements = large.read(LargeFile(path, form, is_given), show)
        except TooMuchToRead:
            raise
        except BadInput as error:
            opened = not isinstance(error.__cause__, OSError)
            text = _line(path, error.where.line) if opened and error.where else ""
            findings.append(unreadable(str(path), form if opened else None, error, text))
            continue
        count += is_given
        if not statements and is_given:
            findings.append(is_empty(str(path)))
    return count


def _kind(cutter: Cutter, path: Path, form: GraphFormat) -> Kind:
    terms = shapes = False
    try:
        for _, quads in cutter.segments(0, path, form):
            for quad in quads:
                if is_of_facts(quad):
                    return Kind.FACTS
                terms = terms or is_of_ontology(quad)
                shapes = shapes or is_of_shapes(quad)
    except BadInput:
        return Kind.FACTS
    if shapes:
        return Kind.SHAPES
    return Kind.TERMS if terms else Kind.FACTS


def _size(files: Iterable[File]) -> int:
    found = 0
    for path, _ in files:
        with suppress(OSError):
            found += path.stat().st_size
    return found


def _line(path: Path, number: int | None) -> str:
    with path.open("rb") as file:
        lines = islice(file, number - 1, number) if number else iter(())
        return b"".join(lines).decode("utf-8-sig", "replace").rstrip("\n")
