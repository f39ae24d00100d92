"""All answers of all faces, held to each other: ``make golden``, and a test with fewer of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from pyoxigraph import BlankNode
from tests.e2e.serving import Served, served
from tests.golden.faces import Face, Library, Lines, Process, Service, command
from tests.golden.questions import Case, cases

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.validate import Finding, validate_paths

PROCESSES = 60
"""Runs of the command that are processes of their own."""

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "kb" / "facts"
EXAMPLES = ROOT / "ontology" / "examples"
_AT_ONCE = 2
"""Processes, or connections to a server, at a time."""
_IN_WRITABLE = 3
"""One in so many cases is asked of a service that can be written too."""


def dump(
    kb: KnowledgeBase,
    catalog: Catalog,
    *,
    every: int = 1,
    processes: int = PROCESSES,
    only_library: bool = False,
) -> Dump:
    """One in ``every`` case asked of every face, some of them of processes of their own."""
    chosen = [case for case in cases(kb, catalog) if case.number % every == 0]
    found = Dump()
    library = Library(kb, catalog)
    found.hold("library", chosen, library.answer)
    if only_library:
        return found
    with command(kb, catalog) as face:
        found.hold("command", chosen, face.answer)
    drawn = sorted(chosen, key=lambda case: case.number)
    base = kb.names.base
    with tempfile.TemporaryDirectory(prefix="tenure-golden-") as name:
        folder = Path(name)
        found.hold_several("process", drawn[:processes], partial(Process, base, FACTS, folder))
        store = ("--store", f"{name}/store", "--writable", "--set", f"keys={name}/keys.json")
        for face_name, options, asked in (
            ("read-only", (), drawn),
            # What differs between the two is how they were opened, which a part of all shows.
            ("writable", store, drawn[::_IN_WRITABLE]),
        ):
            with _serving(folder, options) as server:
                found.hold_several(face_name, asked, partial(Service, server.port, base))
    return found


@contextmanager
def _serving(folder: Path, options: Sequence[str]) -> Iterator[Served]:
    limits = ("--workers", "2", "--set", "query_seconds=60")
    with served(folder, "--facts", str(FACTS), *options, *limits) as server:
        yield server
        server.stop()


class Dump:
    """Answers by case, and where faces differ."""

    def __init__(self) -> None:
        self.answers: dict[str, Lines] = {}
        self.apart: list[str] = []

    def hold(self, face: str, asked: Sequence[Case], answer: Callable[[Case], Lines]) -> None:
        """Ask a face; the first that is asked says what the others are held to."""
        for case in asked:
            self._take(face, case, answer(case))

    def hold_several(self, name: str, asked: Sequence[Case], make: Callable[[], Face]) -> None:
        """The same with two of a face at a time."""

        def part(start: int) -> list[tuple[Case, Lines]]:
            with closing(make()) as face:
                return [(case, face.answer(case)) for case in asked[start::_AT_ONCE]]

        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for found in threads.map(part, range(_AT_ONCE)):
                for case, lines in found:
                    self._take(name, case, lines)

    def _take(self, face: str, case: Case, lines: Lines) -> None:
        known = self.answers.setdefault(str(case), lines)
        if known != lines:
            lost = [line for line in known if line not in lines][:2]
            new = [line for line in lines if line not in known][:2]
            numbers = f"{len(lines)} lines, not {len(known)}"
            self.apart.append(f"{face}: {case}: {numbers}: -{lost} +{new}")


def findings(every: int = 1) -> dict[str, Lines]:
    """What is found in one in ``every`` example, by rule and place and not by wording."""
    found: dict[str, Lines] = {}
    folders = [EXAMPLES, EXAMPLES / "snapshots", *sorted(EXAMPLES.rglob("invalid"))]
    files = [file for folder in folders for file in sorted(folder.glob("*.trig"))]
    for file in files[::every]:
        found[f"findings {file.relative_to(EXAMPLES)}"] = sorted(
            f"{one.rule} {one.severity} {one.line}:{one.column} {_focus(one)} {_value(one)}".strip()
            for one in validate_paths([file]).findings
        )
    return found


def _focus(finding: Finding) -> str:
    """The node, without the label of a blank one: each reading gives it another."""
    return "_:" if finding.focus.startswith("_:") else finding.focus


def _value(finding: Finding) -> str:
    value = finding.result.value if finding.result else None
    return "" if value is None or isinstance(value, BlankNode) else str(value)


def whole(*, only_library: bool = False) -> Dump:
    """Everything, over the facts of this checkout."""
    kb = open_knowledge_base(FACTS)
    try:
        found = dump(kb, Catalog.load(ROOT / "queries"), only_library=only_library)
    finally:
        kb.store.close()
    found.answers |= findings()
    return found
