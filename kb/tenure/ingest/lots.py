"""The check of many new claims lot by lot, as if all of them were looked at together.

What the rules ask of a claim, they ask of its own statements, of its evidence, and of what it
names. So with each lot goes what it names, as far as that is described. Claims that tell of what
another claim tells of too, or names, are looked at once more together.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final
from weakref import finalize

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from tenure.ingest.new_claims import NewClaims
from tenure.namespaces import Names
from tenure.resources import OwnTerms
from tenure.validate.beside import CheckBeside
from tenure.validate.finding import Finding
from tenure.validate.validator import LotValidation

LOT: Final = 5_000
"""New claims that are looked at together; more are taken in lot by lot."""
_THINGS: Final = 10_000
"""Entities that are looked at together."""


class LotCheck:
    """The check of what files of a folder are to state, beside claims that one of them gets.

    It is done in the process beside, where there is one.
    """

    def __init__(
        self,
        contents: Mapping[Path, Sequence[Quad]],
        path: Path,
        folder: Path,
        names: Names,
        terms: OwnTerms,
        beside: CheckBeside | None,
    ) -> None:
        """``contents`` is what files are to state but for the claims, and ``path`` their file."""
        self._contents, self._path, self._names = contents, path, names
        self._beside = beside
        self._own = LotValidation(folder, path, names, terms)
        finalize(self, self._own.close)
        self._found: list[list[Finding]] = []
        self._described: dict[object, list[Quad]] = defaultdict(list)
        for quads in contents.values():
            for quad in quads:
                if isinstance(quad.graph_name, DefaultGraph):
                    self._described[quad.subject].append(quad)
        held = contents.get(path, ())
        self._told_before = {
            hash(q.subject) for q in held if not isinstance(q.graph_name, DefaultGraph)
        }
        self._told: dict[int, int] = {}
        self._together: set[int] = set()
        self._missing: set[str] = set()

    def lots(self, claims: NewClaims) -> Iterator[list[Quad]]:
        """Have everything checked; the claims lot by lot."""
        for path, quads in self._contents.items():
            lots = [list(quads)] if path == self._path else _by_subject(quads)
            for lot in lots:
                self._check(path, lot, lot)
        for text in claims.lots(LOT):
            quads = list(parse(text, RdfFormat.N_QUADS))
            self._note(quads, claims)
            self._check(self._path, text, quads)
            yield quads

    def findings(self, claims: NewClaims) -> list[Finding]:
        """What was found, each once."""
        found = self._together_too(claims)
        if found is None:
            self._beside = None
            deque(self.lots(claims), maxlen=0)
            found = self._together_too(claims) or []
        return list(dict.fromkeys(found))

    def _together_too(self, claims: NewClaims) -> list[Finding] | None:
        """Check what hangs together as well; None where the process beside could not be used."""
        missing = {hash(NamedNode(one)) for one in self._missing}
        rows = {*self._together, *(self._told[one] for one in missing & self._told.keys())}
        about = set(self._missing)
        if rows:
            held = self._contents.get(self._path, ()) if self._told_before else ()
            quads = [*parse(claims.texts(sorted(rows)), RdfFormat.N_QUADS), *held]
            about |= {
                node.value
                for quad in quads
                for node in (quad.subject, quad.graph_name)
                if isinstance(node, NamedNode)
            }
            self._check(self._path, quads, quads)
        found = self._found if self._beside is None else self._beside.findings()
        if found is None:
            return None
        *alone, together = found if rows else (*found, [])
        return [*(one for some in alone for one in some if one.focus not in about), *together]

    def _note(self, quads: Iterable[Quad], claims: NewClaims) -> None:
        """Note which claims of a lot cannot be looked at alone."""
        quads = list(quads)
        own = {quad.subject for quad in quads}
        last, row = None, -1
        for subject, _, value, claim in quads:
            if type(claim) is not NamedNode:
                continue
            if claim != last:
                last, row = claim, claims.row(claim.value)
            thing = hash(subject)
            other = self._told.setdefault(thing, row)
            if other != row:
                self._together.update((other, row))
                self._told[thing] = row
            elif thing in self._told_before:
                self._together.add(row)
            if (
                type(value) is NamedNode
                and value.value.startswith(self._names.id_prefix)
                and value not in self._described
                and value not in own
            ):
                self._together.add(row)
                self._missing.add(value.value)

    def _check(self, path: Path, given: bytes | Sequence[Quad], quads: Sequence[Quad]) -> None:
        around = self._around(quads)
        if self._beside is not None:
            self._beside.begin({path: given}, self._own, around)
        else:
            self._found.append(self._own.findings({path: quads}, around))

    def _around(self, quads: Iterable[Quad]) -> list[Quad]:
        """What describes all that some statements name, and what that names in turn."""
        seen: set[object] = set()
        named: set[object] = set()
        for subject, _, value, graph in quads:
            if type(graph) is DefaultGraph:
                seen.add(subject)
            else:
                named.add(subject)
            if type(value) is NamedNode:
                named.add(value)
        found: list[Quad] = []
        waiting: set[object] = named - seen
        while waiting:
            seen |= waiting
            more = [quad for one in waiting for quad in self._described.get(one, ())]
            found += more
            waiting = set[object](quad.object for quad in more) - seen
        return found


def _by_subject(quads: Iterable[Quad]) -> Iterator[list[Quad]]:
    """Statements in lots, all about one thing in the same."""
    about: dict[object, list[Quad]] = defaultdict(list)
    for quad in quads:
        about[quad.subject].append(quad)
    things = iter(about.values())
    while some := list(islice(things, _THINGS)):
        yield [quad for one in some for quad in one]
