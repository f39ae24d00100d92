"""Run all benchmarks, or those named, and print one table."""

from __future__ import annotations

import sys

from benchmarks.cold_start import cold_start
from benchmarks.fusion import fusion
from benchmarks.one_claim import one_claim
from benchmarks.queries import queries
from benchmarks.result import Result, table
from benchmarks.scale import scale
from benchmarks.warm_http import warm_http

BENCHMARKS = {
    "cold-start": cold_start,
    "warm-http": warm_http,
    "fusion": fusion,
    "scale": scale,
    "one-claim": one_claim,
    "queries": queries,
}


def main(names: list[str]) -> int:
    """Run the benchmarks named (all when none is) and print their table."""
    unknown = sorted(set(names) - BENCHMARKS.keys())
    if unknown:
        print(f"error: no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
        return 2
    results: list[Result] = []
    for name in names or list(BENCHMARKS):
        print(f"{name} …", file=sys.stderr, flush=True)
        results += BENCHMARKS[name]()
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
