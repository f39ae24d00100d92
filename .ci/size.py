"""Measure how large the code is and how it hangs together: ``make size``.

Counted are the two packages, ``tenure`` and ``tenure_api``. An import of a package counts as one of
the modules that define the names taken from it, so that handing names on in an ``__init__`` hides
nothing; imports inside functions and under ``TYPE_CHECKING`` count as well. The journeys are taken
in this process, by the service that the tests ask, workers aside; what they pass is what Python's
profiler reports of all threads. ``ARGS=--no-journeys`` leaves them out.
"""

from __future__ import annotations

import ast
import shutil
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"tenure": ROOT / "kb" / "tenure", "tenure_api": ROOT / "api" / "tenure_api"}
FACTS = ROOT / "kb" / "facts"


@dataclass
class Module:
    """One file: its name, its tree, the names that it defines, and the modules that it imports."""

    name: str
    path: Path
    tree: ast.Module
    is_package: bool
    handed_on: dict[str, str] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)


def modules() -> dict[str, Module]:
    """Every module by its dotted name."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = [package, *path.relative_to(folder).with_suffix("").parts]
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            found[name] = Module(name, path, ast.parse(path.read_text("utf-8")), is_package)
    for module in found.values():
        for node in module.tree.body:
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    module.handed_on[alias.asname or alias.name] = node.module
    for module in found.values():
        module.imports = set(_imports(module, found)) - {module.name}
    return found


def _imports(module: Module, known: Mapping[str, Module]) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module in known:
            for alias in node.names:
                yield _definer(node.module, alias.name, known)


def _definer(module: str, name: str, known: Mapping[str, Module]) -> str:
    if f"{module}.{name}" in known:
        return f"{module}.{name}"
    handed_on = known[module].handed_on.get(name, "")
    if known[module].is_package and handed_on in known:
        return _definer(handed_on, name, known)
    return module


def circles(found: Mapping[str, Module]) -> list[list[str]]:
    """The strongly connected sets of more than one module (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    circular = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(found[name].imports):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            at = stack.index(name)
            if len(stack) - at > 1:
                circular.append(sorted(stack[at:]))
            del stack[at:]

    for name in found:
        if name not in index:
            visit(name)
    return circular


def room(name: str) -> str:
    """The package that a module is in, or the module where it is in none, two names deep."""
    parts = name.split(".")
    return ".".join(parts[:2])


def used_twice(names: Iterator[str]) -> list[str]:
    """Those names that come more than once."""
    return sorted(name for name, times in Counter(names).items() if times > 1)


def structure() -> dict[str, str]:
    """What can be counted without running anything."""
    found = modules()
    importers = defaultdict(set)
    for module in found.values():
        for other in module.imports:
            importers[other].add(module.name)
    once = [name for name in found if len(importers[name]) == 1 and not found[name].is_package]
    lines = {m.name: len(m.path.read_text("utf-8").splitlines()) for m in found.values()}
    rooms = {room(name) for name in found if "." in name}
    arrows = {
        (room(module.name), room(other))
        for module in found.values()
        for other in module.imports
        if room(module.name) != room(other) and "." in module.name
    }
    classes = used_twice(
        node.name
        for module in found.values()
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
    )
    files = used_twice(m.path.name for m in found.values() if not m.is_package)
    round_about = circles(found)
    tests = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")]
    return {
        "lines of Python": f"{sum(lines.values()):,}",
        "files": str(len(found)),
        "packages, and modules beside them": (
            f"{sum(m.is_package for m in found.values())}, {len(rooms)}"
        ),
        "arrows between these": str(len(arrows)),
        "circles of imports": f"{len(round_about)} ({sum(map(len, round_about))} modules)",
        "modules that exactly one other imports": (
            f"{len(once)} ({sum(lines[name] for name in once):,} lines)"
        ),
        "names of classes that two modules define": f"{len(classes)}{_some(classes)}",
        "names of files used twice": f"{len(files)}{_some(files)}",
        "lines of tests": f"{sum(text.count(chr(10)) for text in tests):,}",
    }


def _some(names: list[str]) -> str:
    return f" ({', '.join(names[:6])}{', …' if len(names) > 6 else ''})" if names else ""


# --- The journeys ------------------------------------------------------------------------------


class Calls:
    """Which functions of Tenure's own were called while it counts, and how often anything was."""

    def __init__(self) -> None:
        """Nothing was called yet; every thread from now on is watched."""
        self.counts = False
        self.total = 0
        self.codes: set[CodeType] = set()
        threading.setprofile(self._see)

    def _see(self, frame: FrameType, event: str, _: object) -> None:
        if self.counts and event == "call":
            self.total += 1
            self.codes.add(frame.f_code)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count anew, for as long as it lasts."""
        self.total, self.codes, self.counts = 0, set(), True
        sys.setprofile(self._see)
        try:
            yield
        finally:
            sys.setprofile(None)
            self.counts = False

    @property
    def passed(self) -> str:
        """How many modules and functions of Tenure's the calls went through."""
        folders = tuple(f"{folder}/" for folder in PACKAGES.values())
        own = [code for code in self.codes if code.co_filename.startswith(folders)]
        return f"{len({code.co_filename for code in own})} modules, {len(own)} functions"


def journeys() -> dict[str, str]:
    """What three journeys pass: opening the base, a catalogue question, one claim written."""
    sys.path.insert(0, str(ROOT))
    from tests.api.writable import writable
    from tests.transactions.documents import document

    from tenure.catalog import Catalog
    from tenure.knowledge import open_knowledge_base

    calls, found = Calls(), {}
    facts = ROOT / "kb" / "facts"
    open_knowledge_base(facts).close()  # what is imported late is imported now
    with calls.counted():
        kb = open_knowledge_base(facts)
    each = calls.total / len(kb.claims)
    found["calls to open the article's base, for each claim"] = f"{each:,.0f}"
    kb.close()
    question = "/queries/office-holders?office=office/pmu-deputy-head&before=2020-01-03"
    catalog = Catalog.load(ROOT / "queries")
    with writable(facts, catalog) as (client, _), calls.counted():
        client.get(question, headers={"accept": "application/json"}).raise_for_status()
    found["a catalogue question, as served"] = calls.passed
    with tempfile.TemporaryDirectory() as folder:
        for name in ("entities.ttl", "rt-483298.trig"):
            shutil.copyfile(facts / name, Path(folder) / name)
        with writable(Path(folder), catalog) as (client, _), calls.counted():
            headers = {"content-type": "application/trig"}
            client.post("/claims", content=document(), headers=headers).raise_for_status()
    found["one POST of a claim"] = calls.passed
    return found


def main() -> int:
    """Print a table in Markdown; the exit code."""
    measured = structure()
    if "--no-journeys" not in sys.argv[1:]:
        measured |= journeys()
    print("| what | measured |\n| --- | --- |")
    for what, value in measured.items():
        print(f"| {what} | {value} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
