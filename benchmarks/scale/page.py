"""``make bench``'s page: every engine asked the same of registers of several sizes."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.scale.child import ENGINES
from benchmarks.scale.register import make
from benchmarks.scale.work import works

PAGE: Final = Path("docs/reference/benchmarks.md")
SIZES: Final = (10_000, 100_000, 1_000_000)
TOO_LONG: Final = {"rdflib": 10_000, "fuseki": 100_000}
"""The largest register of an engine that takes more than ten minutes to load the next one."""

_HEAD = """# Benchmarks

Made by `make bench` on {day}: {machine}. A register of generated tenures, each told by a claim,
is asked about its days by Tenure and by others. Tenure gets the claims and derives the days; the
others are given the days that it derived, as a table (`tenure`, `person`, `office`, four bounds)
or as plain triples, and are asked in their own language. An answer counts only where it is the
same, row by row, as the array scan's; **every figure below had the same answers**, unless it says
otherwise.

Times are **processor time in milliseconds** of all processes that take part: the median, and in
brackets the 99th in a hundred, of up to 40 questions, each about another day or thing than the
last, the answers written as JSON. The first question of each kind is left out, for everybody.
*Array scan* is the limit: NumPy over arrays of the bounds in memory, which knows nothing else.
*Growth* is the exponent between the smallest and the largest size: 0 is constant, 1 is in
proportion. A dash: not run ({reasons}).

"""


@dataclass(frozen=True, slots=True)
class Scale:
    """What the engines took, by size and engine, and what Tenure's stores took to make."""

    found: Mapping[int, Mapping[str, dict[str, Any]]]
    made: Mapping[int, Mapping[str, float]]
    different: Sequence[str]

    def write(self, others: str = "") -> None:
        """Write the page and its plots, with the table of the ``others`` benchmarks below."""
        PAGE.write_text("".join(_page(self, others)), encoding="utf-8")
        _plots(self.found)


def measure(sizes: Sequence[int]) -> Scale:
    """Every engine asked of registers of these sizes, each in a process of its own."""
    found: dict[int, dict[str, dict[str, Any]]] = {}
    made: dict[int, dict[str, float]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as text:
            folder = Path(text)
            print(f"scale: {size:,} tenures made …", file=sys.stderr, flush=True)
            made[size] = make(folder, size)
            found[size] = {}
            for name in ENGINES:
                if size <= TOO_LONG.get(name, size):
                    print(f"scale: {size:,} tenures, {name} …", file=sys.stderr, flush=True)
                    found[size][name] = _run(name, folder, size)
        # What was measured is not lost if the next size, which takes ten times as long, is stopped.
        Scale(found, made, tuple(_differences(found))).write()
    return Scale(found, made, tuple(_differences(found)))


def _run(name: str, folder: Path, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scale.child", name, str(folder), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        return {"engine": name, "missing": last[0][:200]}
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def _differences(found: Mapping[int, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    for size, engines in found.items():
        expected = engines.get("arrays", {}).get("works", {})
        for one in engines.values():
            for title, work in one.get("works", {}).items():
                right = expected.get(title, {}).get("answers")
                answers = work.get("answers")
                if answers and right and any(a != b for a, b in zip(answers, right, strict=False)):
                    work["failed"] = "other answers"
                    yield f"{size:,} tenures, {title}: {one['engine']} gives other answers"


def _page(scale: Scale, others: str) -> Iterator[str]:
    found, made = scale.found, scale.made
    sizes = list(found)
    missing = {
        one["engine"]: f"{one['engine']}: {one['missing']}"
        for engines in found.values()
        for one in engines.values()
        if "missing" in one
    }
    limits = [f"{name} over {size:,}: it takes too long" for name, size in TOO_LONG.items()]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    reasons = "; ".join([*missing.values(), *limits])
    yield _HEAD.format(day=datetime.now(UTC).date().isoformat(), machine=machine, reasons=reasons)
    engines = {name: one["engine"] for every in found.values() for name, one in every.items()}
    for number, work in enumerate(works(sizes[0])):
        title = work.title
        yield f"## {title[0].upper()}{title[1:]}\n\n![{title}](benchmarks/work-{number}.svg)\n\n"
        counts = ", ".join(
            f"{found[size]['arrays']['works'][title]['rows']:,.0f} of {size:,}"
            for size in sizes
            if title in found[size].get("arrays", {}).get("works", {})
        )
        yield f"Rows in the middle: {counts}.\n\n"
        yield f"| engine | {' | '.join(f'{size:,}' for size in sizes)} | growth |\n"
        yield f"| --- |{' ---: |' * (len(sizes) + 1)}\n"
        for name, engine in engines.items():
            cells, medians = [], []
            for size in sizes:
                told = found[size].get(name, {}).get("works", {}).get(title)
                cells.append(_cell(told))
                if told and "failed" not in told:
                    medians.append((size, told["median"]))
            yield f"| {engine} | {' | '.join(cells)} | {_growth(medians)} |\n"
        yield "\n"
    yield from _aims(found)
    yield "## Loading, memory, disk\n\n"
    yield (
        "Loading is by the clock, for processes that load have ended when it is told. Of Tenure,"
        " what was made before is opened; the making stands below. Memory is what the processes"
        " hold after all questions.\n\n"
    )
    yield "| engine | tenures | opened (s) | first day (ms) | memory (MiB) | disk (MiB) |\n"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |\n"
    for name, engine in engines.items():
        for size in sizes:
            one = found[size].get(name, {})
            if "memory" in one:
                first = one["works"][works(size)[0].title].get("first", math.nan)
                parts = one["load wall"], 1000 * first, one["memory"] / 2**20, one["disk"] / 2**20
                yield f"| {engine} | {size:,} | {' | '.join(f'{part:,.1f}' for part in parts)} |\n"
    yield "\nProcessor time of making Tenure's store, in seconds:\n\n| step |"
    yield f"{' | '.join(f' {size:,}' for size in sizes)} |\n| --- |{' ---: |' * len(sizes)}\n"
    for step in next(iter(made.values())):
        yield f"| {step} | {' | '.join(f'{made[size][step]:,.1f}' for size in sizes)} |\n"
    if others:
        yield "\n## Other work\n\nBeside a peer each, as `benchmarks/README.md` tells.\n\n"
        yield f"{others}\n"


_AIMS: Final = (
    ("whole day in plain triples, a new one", "oxigraph", 1 / 40, "a fortieth of FILTER's"),
    ("one office on a day", "oxigraph", 1.0, "at most FILTER's"),
    ("30 days", "arrays", 5.0, "five times the scan's"),
    ("changes over 30 days", "arrays", 5.0, "five times the scan's"),
    ("whole day, a new one", "arrays", 3.0, "three times the scan's, and 1 ms for 1,000 rows"),
)
_WHY: Final = (
    "Among few tenures the constant part counts: arguments are read and held to their kinds, rows"
    " are put in order; the scan does neither.\n\n"
)


def _aims(found: Mapping[int, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    yield "## What is aimed at\n\n| work | tenures | aim (ms) | library (ms) | |\n"
    yield "| --- | ---: | --- | ---: | --- |\n"
    for title, peer, share, words in _AIMS:
        for size, engines in found.items():
            ours, theirs = (
                engines.get(name, {}).get("works", {}).get(title, {}) for name in ("library", peer)
            )
            if "median" in ours and "median" in theirs:
                more = ours["rows"] / 1e6 if "rows" in words else 0
                aim = share * theirs["median"] + more
                met = "met" if ours["median"] <= aim else "missed"
                yield f"| {title} | {size:,} | {1000 * aim:,.2f} ({words})"
                yield f" | {1000 * ours['median']:,.2f} | {met} |\n"
    yield f"\n{_WHY}"


def _cell(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return "–"
    if "failed" in told:
        return f"no answer ({told['failed']})"
    return f"{1000 * told['median']:,.2f} ({1000 * told['p99']:,.2f})"


def _growth(medians: Sequence[tuple[int, float]]) -> str:
    if len(medians) < 2 or min(time for _, time in medians) <= 0:
        return "–"
    (small, least), (large, most) = medians[0], medians[-1]
    return f"{math.log(most / least) / math.log(large / small):.2f}"


def _plots(found: Mapping[int, Mapping[str, Mapping[str, Any]]]) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "tenure", "svg.fonttype": "none"}
    from matplotlib import pyplot as plt

    folder = PAGE.parent / "benchmarks"
    folder.mkdir(exist_ok=True)
    for number, work in enumerate(works(next(iter(found)))):
        figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
        for name in ENGINES:
            points = [
                (size, 1000 * told["median"], engines[name]["engine"])
                for size, engines in found.items()
                if (told := engines.get(name, {}).get("works", {}).get(work.title))
                and "failed" not in told
            ]
            if points:
                style = "-" if name in ("library", "served") else ":" if name == "arrays" else "--"
                sizes, times, labels = zip(*points, strict=True)
                axes.plot(sizes, times, style, marker="o", label=labels[0])
        axes.set(xscale="log", yscale="log", xlabel="tenures", ylabel="ms of processor time")
        axes.set_title(work.title)
        axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
        figure.savefig(folder / f"work-{number}.svg", metadata={"Date": None})
        plt.close(figure)
