"""An imported source goes into the folder of facts: whole, through the gate, and never less."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad

from tenure.author.comments import header
from tenure.author.files import read_text, write_all
from tenure.author.format import format_trig, parse_trig
from tenure.author.gate import refuse_violations
from tenure.author.layout import write_layout
from tenure.errors import BadInput, NotFound
from tenure.importers.recorded import Counted, DataSet, RecordedState, source_quads
from tenure.terms import Names

REGISTRY = "entities.ttl"
_LICENCE = "# Licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Imported:
    """What was written: the file of the source, and what each revision did."""

    path: Path
    revisions: tuple[Counted, ...]


def read_registered(facts: Path, names: Names) -> tuple[str | None, list[Quad]]:
    """The text (None: there is no file yet) and the quads of the registry of a folder.

    Raises:
        NotFound: there is no such folder.
        BadRdf: the registry does not parse.
    """
    if not facts.is_dir():
        raise NotFound(
            "There is no such folder.",
            where=str(facts),
            remedy="Make it, or name the folder of facts.",
        )
    path = facts / REGISTRY
    if not path.exists():
        return None, []
    text = read_text(path)
    # Also refuses a registry with comments that would be lost.
    format_trig(text, name=str(path), names=names)
    return text, parse_trig(text, str(path))[0]


def write_import(
    facts: Path,
    data_set: DataSet,
    states: list[RecordedState],
    registered: list[Quad],
    names: Names,
) -> Imported:
    """Write the file of the source, and ``registered`` into the registry.

    A file that is there already may only gain: further states can be imported together with the
    old ones, and what was recorded stays.

    Raises:
        BadInput: something that was recorded would vanish, or a rule would be broken; nothing is
            written then.
    """
    quads, counted = source_quads(data_set, states, names)
    path = facts / f"{data_set.slug}.trig"
    before = read_text(path) if path.exists() else None
    if before is not None:
        lost = set(parse_trig(before, str(path))[0]) - set(quads)
        if lost:
            first = min(lost, key=str)
            raise BadInput(
                f"The import would undo what is recorded here, such as {first.subject} "
                f"{first.predicate} {first.object}.",
                where=str(path),
                remedy="Import all states that were imported before, and the new ones; or import "
                "into a folder of its own.",
            )
    changes: dict[Path, tuple[str | None, str]] = {}
    text, known = read_registered(facts, names)
    if registered:
        heads = header(text) if text is not None else (_LICENCE,)
        written = write_layout([*known, *registered], header=heads, names=names)
        # The registry first: an entity without claims is harmless, the reverse is not.
        changes[facts / REGISTRY] = (text, written)
    changes[path] = (before, write_layout(quads, header=(data_set.header,), names=names))
    changes = {one: (old, new) for one, (old, new) in changes.items() if old != new}
    refuse_violations(facts, changes, names)
    write_all(changes)
    return Imported(path, counted)
