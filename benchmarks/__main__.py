"""Run all benchmarks and make their page, or those named and print their table."""

from __future__ import annotations

import sys

from benchmarks.cold_start import cold_start
from benchmarks.comparison import comparison
from benchmarks.days import days, days_100_000
from benchmarks.disagreement import disagreement
from benchmarks.explorer import explorer, explorer_100_000
from benchmarks.fusion import fusion
from benchmarks.importing import importing
from benchmarks.linking import linking
from benchmarks.queries import queries
from benchmarks.result import Result, table
from benchmarks.scale.page import SIZES, measure
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
    "explorer": explorer,
    "explorer-100-000": explorer_100_000,
    "validation-engines": validation_engines,
    "days-100-000": days_100_000,
    "importing": importing,
    "linking": linking,
    "validation-million": validation_million,
    "writing-million": writing_million,
}


def main(arguments: list[str]) -> int:
    """Run the benchmarks named and print their table; when none is, make the page.

    A number is a size of register that ``scale`` measures. Returns 1 where answers differ.
    """
    sizes = [int(one) for one in arguments if one.isdigit()] or list(SIZES)
    names = [one for one in arguments if not one.isdigit()]
    known = BENCHMARKS | BY_NAME_ONLY
    unknown = sorted(set(names) - known.keys() - {"scale"})
    if unknown:
        print(f"error: no benchmark {', '.join(unknown)}; there are scale, {', '.join(known)}")
        return 2
    scale = measure(sizes) if not names or "scale" in names else None
    results: list[Result] = []
    for name in names or list(BENCHMARKS):
        if name != "scale":
            print(f"{name} …", file=sys.stderr, flush=True)
            results += known[name]()
    if results:
        print(table(results))
    if scale is None:
        return 0
    scale.write(table(results) if results else "")
    for line in scale.different:
        print(line, file=sys.stderr)
    return 1 if scale.different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
