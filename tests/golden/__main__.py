"""``make golden``: ask everything of every face, and show what differs from what is kept."""

from __future__ import annotations

import sys

from tests.golden import kept
from tests.golden.dump import whole

MOST_SHOWN = 400


def main() -> int:
    """1 where faces differ from each other or from the file.

    ``--write`` keeps what was found; ``--library`` asks the library alone, which is quicker.
    """
    found = whole(only_library="--library" in sys.argv[1:])
    before = kept.read() if kept.FILE.is_file() else {}
    differing = list(kept.differences(before, found.answers))
    told = [*(f"FACES DIFFER: {line}" for line in found.apart), *differing]
    say("\n".join(told[:MOST_SHOWN]) or f"{len(before)} answers, each as it is kept.")
    if len(told) > MOST_SHOWN:
        say(f"… and {len(told) - MOST_SHOWN} more lines")
    if "--write" in sys.argv[1:] and not found.apart:
        kept.write(found.answers)
        say(f"kept: {len(found.answers)} answers, {kept.FILE.stat().st_size} bytes")
        return 0
    return 1 if told else 0


def say(line: str) -> None:
    """Tell whoever runs it."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
