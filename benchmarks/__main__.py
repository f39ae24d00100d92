"""Run all benchmarks, or those named, and print one table."""

from __future__ import annotations

import sys

from benchmarks.cold_start import cold_start
from benchmarks.comparison import comparison
from benchmarks.days import days, days_100_000
from benchmarks.disagreement import disagreement
from benchmarks.fusion import fusion
from benchmarks.importing import importing
from benchmarks.linking import linking
from benchmarks.queries import queries
from benchmarks.result import Result, table
from benchmarks.validation import validation, validation_million
from benchmarks.validation_engines import validation_engines
from benchmarks.warm_http import warm_http
from benchmarks.writing import writing, writing_million

BENCHMARKS = {
    "cold-start": cold_start,
    "warm-http": warm_http,
    "fusion": fusion,
    "disagreement": disagreement,
    "queries": queries,
    "writing": writing,
    "days": days,
    "validation": validation,
    "comparison": comparison,
}
BY_NAME_ONLY = {
    "validation-engines": validation_engines,
    "days-100-000": days_100_000,
    "importing": importing,
    "linking": linking,
    "validation-million": validation_million,
    "writing-million": writing_million,
}


def main(names: list[str]) -> int:
    """Run the benchmarks named (when none is, all but the long ones) and print their table."""
    known = BENCHMARKS | BY_NAME_ONLY
    unknown = sorted(set(names) - known.keys())
    if unknown:
        print(f"error: no benchmark {', '.join(unknown)}; there are {', '.join(known)}")
        return 2
    results: list[Result] = []
    for name in names or list(BENCHMARKS):
        print(f"{name} …", file=sys.stderr, flush=True)
        results += known[name]()
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
