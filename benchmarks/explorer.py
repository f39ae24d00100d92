"""Pages of a large base, and moves of the day in a browser.

The base has an office with a twentieth of all its holders and a person with a two-hundredth of all
situations. Pages are timed in processor time of the server, each about another day; moves of the
day by the clock of the browser, from the click to the new page.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.result import Result
from benchmarks.scale.ours import Served
from benchmarks.scale.processes import used
from benchmarks.scale.work import FIRST
from benchmarks.writing import fill
from tenure.knowledge import open_knowledge_base
from tenure.temporal import iso

TENURES = 10_000
MORE = 100_000
AIM = 0.150
_TIMES = 20
_MOVES = 100
_PAGES = (
    "/?day={day}",
    "/id/office/o0?day={day}",
    "/id/office/o7?day={day}",
    "/id/person/p0?day={day}",
    "/id/person/p2?day={day}",
    "/network?day={day}&around=person/p0",
    "/network?day={day}",
    "/queries/incumbents?at={day}",
    "/queries/office-holders?office=office/o0&at={day}",
    "/diff?from={day}&to={later}",
    "/at/{day}",
    "/queries/history?entity=person/p0",
    "/conflicts?day={day}&entity=office/o0",
    "/position-history?office=office/o0",
    "/impact?source=register-0-0",
    "/offices?day={day}",
    "/people?day={day}",
)
_MOVED = ("/", "/id/office/o0", "/id/person/p0")


def explorer(tenures: int = TENURES) -> list[Result]:
    """Median page and move of the day, each against the 150 ms aimed at."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        fill(folder / "store", folder / "facts", tenures, tenures // 20, tenures // 200)
        open_knowledge_base(store=folder / "store").store.close()
        served = Served()
        served.load(folder)
        try:
            return [*_pages(served, tenures), *_moves(served, tenures)]
        finally:
            served.close()


explorer_100_000 = partial(explorer, MORE)


def _pages(served: Served, tenures: int) -> Iterator[Result]:
    for page in _PAGES:
        taken, size = [], 0
        for number in range(_TIMES):
            day = FIRST + 37 * number
            address = page.format(day=iso(day), later=iso(day + 30))
            began = used(served.pids())
            size = max(size, len(served.get(address, "text/html")))
            taken.append(used(served.pids()) - began)
        name = f"{page.partition('?')[0]}, {tenures:,} tenures, {size // 1000} kB at most"
        print(f"explorer: {name}, at first {1000 * taken[0]:.0f} ms", file=sys.stderr, flush=True)
        yield Result(name, statistics.median(taken[1:]), AIM, "the 150 ms aimed at", len(taken))


def _moves(served: Served, tenures: int) -> Iterator[Result]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not everybody has a browser

    program = shutil.which("chromium")
    if program is None:
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for path in _MOVED:
            page = browser.new_page()
            page.goto(f"{served.address}{path}?day={iso(FIRST)}")
            taken = []
            for _ in range(_MOVES):
                began = page.evaluate("performance.timeOrigin + performance.now()")
                with page.expect_navigation(wait_until="load"):
                    page.get_by_title("The day after").first.click()
                ended = page.evaluate("performance.timeOrigin + performance.now()")
                taken.append((ended - began) / 1000)
            page.close()
            under = sum(one <= AIM for one in taken)
            name = f"a move of the day, {path}, {tenures:,} tenures, {under} of {_MOVES} in 150 ms"
            yield Result(name, statistics.median(taken), AIM, "the 150 ms aimed at", _MOVES)
        browser.close()
