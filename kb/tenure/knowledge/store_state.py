"""What a store notes of itself, in a graph of its own: who wrote what is in it, and from what.

==============================  ==================================================================
``owl:versionInfo``             the format: how what it holds is laid out (:data:`FORMAT`)
``dct:identifier``              which store this is, unlike any other
``schema:version``              how many changes were committed to it
``dct:source``                  the files that it was filled from, as a digest
``dct:created``                 the last instant of recorded time in them, and ``dct:modified``
                                those of later loads
``dct:conformsTo``              the stamp: what its world follows from beside its claims
``schema:creativeWorkStatus``   that it is being filled, and holds nothing until that is done
==============================  ==================================================================

The formats so far:

==  ============================================================================================
1   graphs for the ontology, the registry, the descriptions, the world, and one for each claim;
    no number
2   the same, with what is noted here
==  ============================================================================================

A store is brought up to the present format when it is opened, in the transaction that also has it
say what this version says (:mod:`tenure.knowledge.renewal`). To add a format: raise
:data:`FORMAT`, and have :func:`format_change` change the layout of the one before.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.errors import BadInput
from tenure.namespaces import XSD_INTEGER, Names
from tenure.store import Store

FORMAT: Final = 2
"""The format that this version of Tenure writes."""

RULES: Final = 6
"""To be raised with every change of what fusion makes of the same claims, or of what the graph of
the world or its temporal index tells of it. The installed version is in the stamp too, so that no
release goes without a stamp of its own; this number is for those who run what lies between two
releases."""

_DCT: Final = "http://purl.org/dc/terms/"
_FORMAT: Final = NamedNode("http://www.w3.org/2002/07/owl#versionInfo")
_IDENTIFIER: Final = NamedNode(_DCT + "identifier")
_WRITES: Final = NamedNode("http://schema.org/version")
_STATUS: Final = NamedNode("http://schema.org/creativeWorkStatus")
_FACTS: Final = NamedNode(_DCT + "source")
_UNTIL: Final = NamedNode(_DCT + "created")
_LOADED: Final = NamedNode(_DCT + "modified")
_CONFORMS_TO: Final = NamedNode(_DCT + "conformsTo")
_BLANK: Final = re.compile(r"_:\w+")


def _noted(store: Store, names: Names, predicate: NamedNode) -> set[str]:
    node = names.graph("state")
    found = store.quads(node, subject=node, predicate=predicate)
    return {quad.object.value for quad in found if isinstance(quad.object, Literal)}


def _note(names: Names, predicate: NamedNode, value: str | int) -> Quad:
    node = names.graph("state")
    is_number = isinstance(value, int)
    literal = Literal(str(value), datatype=XSD_INTEGER) if is_number else Literal(value)
    return Quad(node, predicate, literal, node)


# ---------------------------------------------------------------------- the format


def read_format(store: Store, names: Names) -> int | None:
    """The number of the store's format; None for a store that holds nothing.

    Raises:
        BadInput: it is not a number.
    """
    found = max(_noted(store, names, _FORMAT), default=None)
    if found is None:
        return 1 if next(iter(store.quads()), None) is not None else None
    if not found.isdecimal():
        raise BadInput(
            f"The format of the store is {found[:40]!r}, which is no number.",
            where=names.graph("state").value,
            remedy="Restore the store from a backup.",
        )
    return int(found)


def refuse_foreign(store: Store, names: Names) -> None:
    """Refuse a store that a later version of Tenure wrote, or that is of another base.

    Raises:
        BadInput: its format is newer than :data:`FORMAT`, or what it notes of itself has the names
            of another base, under which nothing that it holds is known; it is left as it is.
    """
    ours = names.graph("state")
    ending = ours.value.removeprefix(names.base)
    noted = [
        one.graph_name for one in store.quads(predicate=_FORMAT) if one.subject == one.graph_name
    ]
    others = [str(one.value) for one in noted if isinstance(one, NamedNode)]
    if ours not in noted and (others := [one for one in others if one.endswith(ending)]):
        base = others[0].removesuffix(ending)
        raise BadInput(
            f"This store is of the base {base}, and not of {names.base}.",
            where="store",
            remedy=f"Give its base (--base {base}), or name another store.",
        )
    found = read_format(store, names)
    if found is not None and found > FORMAT:
        raise BadInput(
            f"This store has format {found}; this version of Tenure reads up to {FORMAT}.",
            where="store",
            remedy="Use the version of Tenure that wrote it or a later one, or restore a plain "
            "backup of it (tenure backup … FILE.nq), which any version reads.",
        )


def format_change(store: Store, names: Names) -> tuple[list[Quad], list[Quad]]:
    """What is to be removed from a store and added to it, so that it has the present format.

    Raises as :func:`refuse_foreign` does.
    """
    refuse_foreign(store, names)
    if read_format(store, names) in (None, FORMAT):
        return [], []
    # From 1 to 2 there is but the number, which a store of format 1 does not have.
    return [], [format_quad(names)]


def incomplete_quad(names: Names) -> Quad:
    """What a store notes as long as files are being brought into it that held nothing before."""
    return _note(names, _STATUS, "Incomplete")


def format_quad(names: Names) -> Quad:
    """The number of the present format, as a store notes it."""
    return _note(names, _FORMAT, FORMAT)


# ---------------------------------------------------------------------- its changes


@dataclass(frozen=True, slots=True)
class State:
    """Which store this is, and how many changes were committed to it."""

    identifier: str
    writes: int

    @property
    def tag(self) -> str:
        """Names this state and no other, also after the store was built anew."""
        return f"{self.identifier}-{self.writes}"

    @property
    def next(self) -> State:
        """The state after one more change."""
        return State(self.identifier, self.writes + 1)

    def quads(self, names: Names) -> list[Quad]:
        """As the store holds it."""
        identifier = _note(names, _IDENTIFIER, self.identifier)
        return [identifier, _note(names, _WRITES, self.writes)]


def read_state(store: Store, names: Names) -> State | None:
    """The state that the store holds; None before its first change."""
    identifiers, writes = (_noted(store, names, one) for one in (_IDENTIFIER, _WRITES))
    return State(max(identifiers), int(max(writes))) if identifiers and writes else None


def new_state() -> State:
    """The state of a store to which nothing was committed, unlike that of any other store."""
    return State(secrets.token_hex(6), 0)


# ---------------------------------------------------------------------- the files in it


@dataclass(frozen=True, slots=True)
class Origin:
    """What a store notes of the files in it, so that others can be distinguished.

    Every change that is committed is recorded later than whatever the store held when it was
    filled. So the claims that came from files are those recorded up to the last instant in the
    first files, and those recorded by a later load; all others were written here.

    Attributes:
        facts: the digest of the facts, see :func:`digest`.
        until: the last instant of recorded time in the files that the store was filled from.
        loads: the instants of the revisions that brought in others.
    """

    facts: str
    until: str
    loads: frozenset[str] = frozenset()

    def of_files(self, recorded: str) -> bool:
        """Whether a claim that was recorded at that instant came from files."""
        return recorded <= self.until or recorded in self.loads

    def at(self, instant: str | None) -> Origin:
        """The same with one more load; None: with a load that changed no claim."""
        return self if instant is None else replace(self, loads=self.loads | {instant})

    def quads(self, names: Names) -> list[Quad]:
        """As the store holds it."""
        loads = [_note(names, _LOADED, one) for one in sorted(self.loads)]
        return [_note(names, _FACTS, self.facts), _note(names, _UNTIL, self.until), *loads]


def read_origin(store: Store, names: Names) -> Origin | None:
    """What the store notes; None where it notes nothing, as one that was restored from quads."""
    facts, until, loads = (_noted(store, names, one) for one in (_FACTS, _UNTIL, _LOADED))
    return Origin(max(facts), max(until, default=""), frozenset(loads)) if facts else None


def digest(files: Iterable[Path]) -> str:
    """A text that changes with the names and the bytes of files."""
    whole = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{content}  {path.name}\n".encode())
    return f"sha256:{whole.hexdigest()}"


# ---------------------------------------------------------------------- the stamp of its world


def ontology_of(store: Store, names: Names) -> frozenset[Quad]:
    """The ontology as a store has it, with the terms of the base's own."""
    packaged, own = map(store.whole, names.ontology_graphs)
    return packaged | own if own else packaged


def stamp_quad(ontology: frozenset[Quad], names: Names) -> Quad:
    """The stamp of a world: a digest of what it follows from beside its claims.

    That is the ontology, what this version makes of the same claims, and the base. Where the stamp
    in a store is another one, its world was worked out by other rules and is no answer of this
    version.
    """
    beside = str(RULES), _version(), names.base
    return _note(names, _CONFORMS_TO, _digest(beside, ontology))


@lru_cache(maxsize=4)
def _digest(beside: tuple[str, ...], ontology: frozenset[Quad]) -> str:
    parts = [*beside, *statements_of(ontology)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def noted_stamp(store: Store, names: Names) -> list[Quad]:
    """What a store notes; nothing where its world is yet to be worked out, or was before stamps."""
    state = names.graph("state")
    return list(store.quads(state, subject=state, predicate=_CONFORMS_TO))


@lru_cache(maxsize=4)
def statements_of(ontology: frozenset[Quad]) -> Sequence[str]:
    """The statements in order, without the names of blank nodes, which differ in every store."""
    stated = (str(quad.triple) for quad in ontology)
    return sorted(_BLANK.sub("_:", one) if "_:" in one else one for one in stated)


@cache
def _version() -> str:
    # Only who has a store on disk needs it, and it brings the mail parser along.
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version("tenure")
    except PackageNotFoundError:
        return ""
