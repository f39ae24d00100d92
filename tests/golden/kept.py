"""The answers that are kept: a small file with the same bytes whenever the answers are the same.

Most lines are part of many answers, so each is written once and answers name lines by number.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Mapping
from pathlib import Path

Answers = Mapping[str, list[str]]

FILE = Path(__file__).with_name("answers.json.xz")
MOST_SHOWN = 12
"""Lines of one answer, and answers of one kind, that a summary shows."""


def read(file: Path = FILE) -> dict[str, list[str]]:
    """The answers by case."""
    data = json.loads(lzma.decompress(file.read_bytes()))
    lines = data["lines"]
    return {case: [lines[number] for number in found] for case, found in data["answers"].items()}


def write(answers: Answers, file: Path = FILE) -> None:
    """Keep answers."""
    lines = sorted({line for found in answers.values() for line in found})
    number = {line: place for place, line in enumerate(lines)}
    told = {case: [number[line] for line in found] for case, found in sorted(answers.items())}
    text = json.dumps({"lines": lines, "answers": told}, ensure_ascii=False, separators=(",", ":"))
    file.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def differences(before: Answers, after: Answers) -> Iterator[str]:
    """What is otherwise, for people: first how many answers of which question, then how."""
    changed = [case for case in before if case in after and before[case] != after[case]]
    gone = [case for case in before if case not in after]
    come = [case for case in after if case not in before]
    if not (changed or gone or come):
        return
    yield f"{len(changed)} answers differ, {len(come)} are new, {len(gone)} are gone."
    by_name: dict[str, list[str]] = {}
    for case in (*changed, *gone, *come):
        words = case.split(" ", 2)
        by_name.setdefault(" ".join(words[: 2 if words[0] == "ask" else 1]), []).append(case)
    for name, found in sorted(by_name.items()):
        yield f"  {name}: {len(found)}"
    shown: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    for case in changed:
        lost = [line for line in before[case] if line not in after[case]]
        new = [line for line in after[case] if line not in before[case]]
        # Under many policies the same rows differ: they are shown once.
        if (key := (tuple(lost), tuple(new))) in shown:
            continue
        shown.add(key)
        yield ""
        yield case
        for mark, found in (("-", lost), ("+", new)):
            yield from (f"  {mark} {line}" for line in found[:MOST_SHOWN])
            if len(found) > MOST_SHOWN:
                yield f"  {mark} … and {len(found) - MOST_SHOWN} more"
        if not lost and not new:
            yield "  the same lines, in another number or order"
    for mark, of in (("gone", gone), ("new", come)):
        yield from (f"{mark}: {case}" for case in of[:MOST_SHOWN])
        if len(of) > MOST_SHOWN:
            yield f"{mark}: … and {len(of) - MOST_SHOWN} more"
