"""The corpus of hostile queries, read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

FILE: Final = Path(__file__).with_name("queries.yaml")


@dataclass(frozen=True, slots=True)
class Hostile:
    """One query: what it tries, its text, and what is to become of it."""

    name: str
    query: str
    expect: str


def read_corpus(port: int = 9) -> list[Hostile]:
    """All of them, where ``port`` is one that nobody may be made to connect to."""
    entries = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [Hostile(one["name"], _text(one, port), one["expect"]) for one in entries]


def _text(entry: dict[str, str | int], port: int) -> str:
    text = str(entry["query"]).replace("PORT", str(port))
    times = int(entry.get("times", 0))
    if times:
        fill = str(entry["fill"])
        filled = "".join(fill.replace("#", str(n)).replace("+)", f"{n + 1})") for n in range(times))
        text = text.replace("@", filled + str(entry.get("after", "")))
        text += str(entry.get("after_all", "")) * times
    return text + str(entry.get("close", ""))
