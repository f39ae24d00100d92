"""How many examples a property test draws: few in every run, many in a longer one.

``EXAMPLES=20 pytest tests/temporal`` draws twenty times as many; ``make properties`` does. The gate
draws a third, so that it ends in time.
"""

from __future__ import annotations

import os

_TIMES = float(os.environ.get("EXAMPLES", "1"))


def cases(few: int) -> int:
    """The number of examples of this run, for a test that takes ``few`` of them in every run."""
    return max(1, round(few * _TIMES))
