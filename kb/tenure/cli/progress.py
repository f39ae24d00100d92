"""How far a command is, shown to whoever sits at a terminal.

On the error stream, so that what a command prints can still go into a file or a pipe; only where
that stream is a terminal, so that no log is filled with it; and gone again at the end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tenure.validate import Progress, ProgressStep, unwatched


def is_watched() -> bool:
    """Whether there is a terminal that can show a bar, and no job of a build server around it."""
    return (
        sys.stderr.isatty()
        and not os.environ.get("CI")
        and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
    )


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """What is called with each step; a bar of it is on the terminal as long as this lasts."""
    if not is_watched():
        yield unwatched
        return
    # Only a terminal needs it, and it takes a tenth of a second to load.
    from rich import console, progress  # noqa: PLC0415

    bar = progress.Progress(
        progress.SpinnerColumn(),
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        console=console.Console(stderr=True),
        transient=True,
    )
    steps: list[ProgressStep] = []

    def show(step: ProgressStep) -> None:
        if not steps:
            bar.start()
            bar.add_task("")
        # A stage is shown once at least, however short it is.
        refresh = not steps or steps[-1].stage is not step.stage
        steps[:] = [step]
        bar.update(
            bar.task_ids[0],
            description=step.stage.value,
            completed=step.done,
            total=step.of,
            refresh=refresh,
        )

    try:
        yield show
    finally:
        bar.stop()
