"""What the words of a data set mean, read from the file beside its importer."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Mapping:
    """The parts of a mapping file; ``us_executive.yaml`` says what each is."""

    source: dict[str, str]
    fields: dict[str, list[str]]
    person_identifiers: list[str]
    kept_identifiers: list[str]
    offices: dict[str, dict[str, str]]
    accessions: dict[str, dict[str, str]]
    parties: dict[str, str]
    entities: dict[str, dict[str, Any]]


def load_mapping(name: str) -> Mapping:
    """The mapping file of that name."""
    text = (files(__package__) / name).read_text(encoding="utf-8")
    parts = yaml.safe_load(text)
    return Mapping(**{key.replace(" ", "_"): value for key, value in parts.items()})
