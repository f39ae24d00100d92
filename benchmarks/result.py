"""A measured figure and its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison: seconds of ours and of the peer, and how many answers were found equal."""

    name: str
    ours: float
    peer: float
    peer_name: str
    answers_equal: int

    @property
    def ratio(self) -> float:
        """Our time by the peer's: below 1 is faster."""
        return self.ours / self.peer


def table(results: Sequence[Result]) -> str:
    """The results as a Markdown table."""
    lines = [
        "| benchmark | ours (ms) | peer (ms) | ours / peer | peer | equal answers |",
        "| --- | ---: | ---: | ---: | --- | ---: |",
    ]
    lines += [
        f"| {r.name} | {1000 * r.ours:.2f} | {1000 * r.peer:.2f} | {r.ratio:.2f} "
        f"| {r.peer_name} | {r.answers_equal} |"
        for r in results
    ]
    return "\n".join(lines)
