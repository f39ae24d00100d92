"""How many examples a test draws or takes: few in every run, many in a longer one.

``EXAMPLES=20 pytest tests/temporal`` draws twenty times the number that a test names, as ``make
properties`` does. Without it, a run draws a third of that number, so that it ends in time.
"""

from __future__ import annotations

import os

_TIMES = float(os.environ.get("EXAMPLES", "0.34"))


def cases(few: int) -> int:
    """The number of examples of this run, for a test that names ``few`` of them."""
    return max(1, round(few * _TIMES))
