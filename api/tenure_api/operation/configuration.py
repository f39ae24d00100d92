"""Where settings come from, and which of two wins.

In this order: what the command line says, the environment (``TENURE_PORT``), a file in TOML, the
default. The file is the one that ``--config`` or ``TENURE_CONFIG`` names, else ``tenure.toml`` in
the folder where the command runs. A path in the file is relative to the folder of that file, any
other to the folder where the command runs. What is misspelt is refused, in all of them.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource, TomlConfigSettingsSource

from tenure.errors import BadInput, Where
from tenure.inputs import require_file
from tenure.nearest import nearest, remedy_of
from tenure_api.operation.settings import PREFIX, Settings

FILE: Final = "tenure.toml"
CONFIG_VARIABLE: Final = PREFIX + "CONFIG"

_OTHER_VARIABLES: Final = frozenset((CONFIG_VARIABLE, PREFIX + "DEBUG", PREFIX + "KEY"))
"""No settings of the service: the command line shows faults by one, and sends a key by another."""

_PATHS: Final = ("facts", "store", "keys", "audit")

DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings, the file that was read if any, and of each setting where it came from."""

    settings: Settings
    file: Path | None
    origins: Mapping[str, str]


def load_settings(
    config: Path | None = None,
    given: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Configuration:
    """All settings together.

    Args:
        config: the file; None looks for it as told above.
        given: what the command line says, by the name of the setting; None values do not count.
        environment: the variables; None: those of this process.

    Raises:
        BadInput: a file that is missing or no TOML, a name that is no setting, or a value that is
            none for its setting. Says where it stands, what is wrong, and the remedy.
    """
    variables = os.environ if environment is None else environment
    file = _file(config, variables)
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, DEFAULT)
    for origin, found in (
        (str(file), _from_file(file) if file else {}),
        ("environment", _from_environment(variables)),
        ("command line", {k: v for k, v in (given or {}).items() if v is not None}),
    ):
        for name, value in found.items():
            if name not in Settings.model_fields:
                raise _unknown(name, origin)
            values[name] = value
            origins[name] = f"{PREFIX}{name.upper()}" if origin == "environment" else origin
    try:
        return Configuration(Settings(**values), file, origins)
    except ValidationError as error:
        raise _told(error, origins) from error


def read_assignments(texts: list[str]) -> dict[str, str]:
    """What ``--set NAME=VALUE`` says. Raises :class:`~tenure.errors.BadInput` without ``=``."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise BadInput(
                f"{text[:80]!r} sets nothing.", where="--set", remedy="Write it as NAME=VALUE."
            )
        found[name.strip().replace("-", "_")] = value.strip()
    return found


def _file(config: Path | None, variables: Mapping[str, str]) -> Path | None:
    named = config or (Path(variables[CONFIG_VARIABLE]) if variables.get(CONFIG_VARIABLE) else None)
    if named is None:
        return Path(FILE) if Path(FILE).is_file() else None
    if not named.is_file():
        raise BadInput(
            "There is no such file of settings.",
            where=str(named),
            remedy=f"Correct --config or {CONFIG_VARIABLE}.",
        )
    return named


def _from_file(file: Path) -> dict[str, Any]:
    try:
        require_file(file)
        found: dict[str, Any] = TomlConfigSettingsSource(Settings, file)()
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            f"It is no TOML: {error}.", where=str(file), remedy="Correct that line."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"It cannot be read: {error}.", where=str(file), remedy="Give it in UTF-8, readable."
        ) from error
    for name in _PATHS:
        if isinstance(found.get(name), str):
            found[name] = str(file.parent / Path(found[name]).expanduser())
    return found


def _from_environment(variables: Mapping[str, str]) -> dict[str, Any]:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in variables:
        if name.startswith(PREFIX) and name not in known and name not in _OTHER_VARIABLES:
            raise _unknown(name, "environment")
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value for name, value in variables.items() if value}
    found: dict[str, Any] = source()
    return found


def _unknown(name: str, origin: str) -> BadInput:
    in_environment = origin == "environment"
    written = [PREFIX + one.upper() if in_environment else one for one in Settings.model_fields]
    if in_environment:
        written += _OTHER_VARIABLES
    return BadInput(
        f"There is no setting {name[:80]!r}.",
        where=origin,
        remedy=remedy_of(nearest(name, written), "All are listed by 'tenure doctor'."),
    )


def _told(error: ValidationError, origins: Mapping[str, str]) -> BadInput:
    first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    origin = origins.get(name, "settings")
    place = origin if origin.startswith(PREFIX) or not name else f"{origin}: {name}"
    field = Settings.model_fields.get(name)
    about = f"It is: {field.description}" if field is not None else ""
    return BadInput(f"{first['msg'].removesuffix('.')}.", where=Where(place), remedy=about)
