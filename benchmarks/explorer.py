"""Pages of a large base, and moves of the day in a browser.

The base has an office of five seats, too few now and then, with a tenth of all its holders (of
100,000 a twentieth); a person with 200 situations (500); two sources with thousands of claims; and
conflicts. Pages are timed in processor time of the server, each on one day after another; moves of
the day by the clock of the browser, from the click until the new page is painted.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.result import Result
from benchmarks.scale.ours import Served
from benchmarks.scale.processes import spent
from benchmarks.scale.work import FIRST
from benchmarks.writing import fill
from tenure.knowledge import open_knowledge_base
from tenure.temporal import iso

TENURES: Final = 10_000
MORE: Final = 100_000
AIM: Final = 0.150
PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference" / "benchmarks-explorer.md"
_LARGEST: Final = 300_000
_TIMES: Final = 7
_MOVES: Final = 100
_SHAPES: Final = {
    TENURES: {"crowd": 1_000, "busy": 200, "first": 4_000},
    MORE: {"crowd": 5_000, "busy": 500, "first": 10_000},
}
_PAGES: Final = (
    "/?day={day}",
    "/id/office/o0?day={day}",
    "/id/office/o0?day={day}&page=20",
    "/id/office/o7?day={day}",
    "/id/person/p0?day={day}",
    "/id/person/p2?day={day}",
    "/id/org/registrar?day={day}",
    "/network?day={day}",
    "/network?day={day}&around=person/p0",
    "/network?day={day}&around=office/o0",
    "/at/{day}",
    "/at?day={day}&degree=possible&page=2",
    "/diff?day={day}",
    "/diff?from={day}&to={later}",
    "/conflicts?day={day}",
    "/conflicts?day={day}&entity=office/o0",
    "/history?day={day}&source=register-0-0",
    "/learned?day={day}&from=2025-01-01T00:00:00Z&to=2025-12-31T00:00:00Z",
    "/position-history?office=office/o7&day={day}",
    "/impact?source=register-0-0&day={day}",
    "/compare?a=register-0-0&b={other}&day={day}",
    "/source/register-0-0?day={day}",
    "/sources?day={day}",
    "/offices?day={day}",
    "/people?day={day}",
    "/search?q=person+12&day={day}",
    "/search?q=off&kind=offices&format=json",
    "/queries/incumbents?at={day}",
    "/queries/office-holders?office=office/o0&at={day}",
    "/queries/changes?from={day}&to={later}",
    "/queries/timeline?entity=office/o0&page=2&day={day}",
    "/queries/history?entity=person/p0&day={day}",
)
_TOO_LONG: Final = {MORE: {"/impact"}}
"""Pages that take minutes at first, which no request is given."""
_MOVED: Final = (
    "/",
    "/id/office/o0",
    "/id/person/p0",
    "/at",
    "/offices",
    "/network?around=person/p0",
)
_PAUSES: Final = (0, 250)
"""Milliseconds that somebody looks at a page before the next move."""

_MOVE: Final = """() => new Promise((told) => {
  performance.clearMeasures();
  const link = document.querySelector('.bar a.step[title^="The day after"]');
  const began = performance.now();
  document.addEventListener("tenure:shown", () => requestAnimationFrame(() => setTimeout(() => {
    const [fetched] = performance.getEntriesByName("tenure: fetched");
    told([performance.now() - began, fetched.duration]);
  })), { once: true });
  link.click();
})"""

_HEAD: Final = """# Benchmarks of the explorer

Made by `python -m benchmarks explorer explorer-100-000`. A generated register has an office of
five seats and a person with very many situations, sources of thousands of claims, and conflicts. A
page is measured in milliseconds of **processor time** of the server's processes, on seven days in
turn: the first time, which reads what nobody has asked for, and the median of the others. 150 ms
and 300 kB are aimed at. A move of the day is measured **by the clock** of Chromium, from the click
until the new page is painted, one after another and with a quarter of a second between, in which
the next day is fetched ahead; *browser* is what of it is not waiting for the service.
"""


@dataclass(frozen=True, slots=True)
class PageTime:
    """Seconds that the server took for a page at first and at the median, and its greatest size."""

    address: str
    first: float
    median: float
    size: int


@dataclass(frozen=True, slots=True)
class Moves:
    """Seconds of the moves of the day on a page, and of these what was waiting for the service."""

    address: str
    pause: int
    taken: Sequence[float]
    waited: Sequence[float]

    @property
    def in_time(self) -> int:
        """How many were within what is aimed at."""
        return sum(one <= AIM for one in self.taken)


def explorer(tenures: int = TENURES) -> list[Result]:
    """Median page and move of the day, each against the 150 ms aimed at; writes the page too."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        fill(folder / "store", folder / "facts", tenures, **_SHAPES[tenures])
        open_knowledge_base(store=folder / "store").store.close()
        return measured(folder, tenures)


explorer_100_000 = partial(explorer, MORE)


def measured(folder: Path, tenures: int) -> list[Result]:
    """The same of a folder whose store is made."""
    load = os.getloadavg()[0]
    served = Served()
    served.load(folder)
    try:
        pages = list(_pages(served, tenures))
        moves = list(_moves(served))
    finally:
        served.close()
    _write(tenures, pages, moves, f"{(load + os.getloadavg()[0]) / 2:.1f}")
    aim = "the 150 ms aimed at"
    return [
        *(Result(one.address, one.median, AIM, aim, _TIMES) for one in pages),
        *(
            Result(
                f"a move of the day, {one.address}, {one.in_time} of {_MOVES} in 150 ms",
                statistics.median(one.taken),
                AIM,
                aim,
                _MOVES,
            )
            for one in moves
        ),
    ]


def _pages(served: Served, tenures: int) -> Iterator[PageTime]:
    served.get("/policies", "text/html")  # what any page needs
    other = f"register-1-{tenures // 100}"
    for page in _PAGES:
        if page.partition("?")[0] in _TOO_LONG.get(tenures, ()):
            continue
        taken, size = [], 0
        for number in range(_TIMES):
            day = FIRST + 37 * number
            address = page.format(day=iso(day), later=iso(day + 30), other=other)
            began = spent(served.pids())
            accept = "application/json" if "format=" in page else "text/html"
            size = max(size, len(served.get(address, accept)))
            taken.append(spent(served.pids()) - began)
        name = page.replace("?day={day}&", "?").replace("?day={day}", "").replace("&day={day}", "")
        name = re.sub(r"\{(.*?)\}", lambda one: other if one[1] == "other" else "…", name)
        one = PageTime(name, taken[0], statistics.median(taken[1:]), size)
        print(f"explorer: {name} {1000 * one.median:.0f} ms", file=sys.stderr, flush=True)
        yield one


def _moves(served: Served) -> Iterator[Moves]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not everybody has a browser

    program = shutil.which("chromium")
    if program is None:
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for path in _MOVED:
            for pause in _PAUSES:
                page = browser.new_page()
                sign = "&" if "?" in path else "?"
                page.goto(f"{served.address}{path}{sign}day={iso(FIRST)}", wait_until="networkidle")
                taken = []
                for _ in range(_MOVES):
                    taken.append(page.evaluate(_MOVE))
                    page.wait_for_timeout(pause)
                page.close()
                every, waited = (
                    [each / 1000 for each in some] for some in zip(*taken, strict=True)
                )
                yield Moves(path, pause, every, waited)
        browser.close()


def _write(tenures: int, pages: Sequence[PageTime], moves: Sequence[Moves], load: str) -> None:
    """Put what was measured of one size into the page, in the place of what was there of it."""
    title = f"{tenures:,} tenures"
    before = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    kept = {part.partition("\n")[0]: part for part in before.split("\n## ")[1:]}
    kept[title] = "".join(_section(title, tenures, pages, moves, load)).rstrip("\n")
    parts = sorted(kept.items(), key=lambda one: int(one[0].split()[0].replace(",", "")))
    text = "\n## ".join([_HEAD, *(part.rstrip("\n") + "\n" for _, part in parts)])
    PAGE.write_text(text, encoding="utf-8")


def _section(
    title: str, tenures: int, pages: Sequence[PageTime], moves: Sequence[Moves], load: str
) -> Iterator[str]:
    shape, day = _SHAPES[tenures], datetime.now(UTC).date().isoformat()
    yield (
        f"{title}\n\nOn {day}, {os.cpu_count()} cores under a load of {load}. The office has"
        f" {shape['crowd']:,} holders, the person {shape['busy']} situations, the source"
        f" {shape['first']:,} claims.\n\n"
        "| page | first (ms) | median (ms) | kB | |\n| --- | ---: | ---: | ---: | --- |\n"
    )
    for one in pages:
        met = "met" if one.median <= AIM and one.size <= _LARGEST else "missed"
        yield f"| `{one.address}` | {1000 * one.first:,.0f} | {1000 * one.median:,.0f}"
        yield f" | {one.size // 1000} | {met} |\n"
    left_out = ", ".join(f"`{one}`" for one in sorted(_TOO_LONG.get(tenures, ())))
    if left_out:
        yield f"\nLeft out, since it takes minutes at first: {left_out}.\n"
    if moves:
        yield "\n| moves of the day | pause (ms) | median (ms) | 95 of 100 (ms) | browser (ms) "
        yield "| in 150 ms |\n| --- | ---: | ---: | ---: | ---: | ---: |\n"
    for some in moves:
        own = [all_of_it - wait for all_of_it, wait in zip(some.taken, some.waited, strict=True)]
        most = sorted(some.taken)[int(0.95 * len(some.taken)) - 1]
        cells = statistics.median(some.taken), most, statistics.median(own)
        yield f"| `{some.address}` | {some.pause} |"
        yield f" {' | '.join(f'{1000 * cell:,.0f}' for cell in cells)}"
        yield f" | {some.in_time} of {len(some.taken)} |\n"
