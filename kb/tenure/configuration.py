"""The settings of a base of one's own: its facts, names, terms and questions, in ``tenure.toml``.

Every command looks for that file in the folder where it runs, and in those above. What the command
line says wins over the environment (``TENURE_FACTS``), and that over the file. A path in the file
is relative to its folder. The settings of the web service stand in the same file, best in its table
``[serve]``; they are read by the service (``tenure_api.settings``).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from tenure.errors import BadInput, Where
from tenure.inputs import require_file
from tenure.resources import OwnTerms
from tenure.suggest import nearest, remedy_of

FILE: Final = "tenure.toml"
PREFIX: Final = "TENURE_"
"""What the name of an environment variable of a setting begins with."""
CONFIG_VARIABLE: Final = f"{PREFIX}CONFIG"
SERVE: Final = "serve"
"""The table of the settings of the web service."""

SETTINGS: Final = "tenure.settings"
"""The entry point group of collections of names: settings that other packages read in the file."""

_TRUSTED: Final = 0
"""The owner of files whom everybody has to believe."""
_FOLDERS: Final = ("facts", "ontology", "queries", "store")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is set about a base; None, or empty, where nothing is said.

    Attributes:
        file: where it is set.
        base: what all IRIs begin with.
        title: what the base is called, in a line.
        licence: the IRI of the licence of its facts.
        languages: the languages of its labels, the one that is shown first at the head.
        facts: the folder of the facts.
        ontology: a folder with terms of its own, and with shapes in ``shapes/``.
        queries: a folder with questions of its own.
        store: the folder of the store.
        policy: the text of the policy of whoever names none.
        editor: who makes changes, by name.
    """

    file: Path | None = None
    base: str | None = None
    title: str | None = None
    licence: str | None = None
    languages: tuple[str, ...] = ()
    facts: Path | None = None
    ontology: Path | None = None
    queries: Path | None = None
    store: Path | None = None
    policy: str | None = None
    editor: str | None = None

    @property
    def terms(self) -> OwnTerms:
        """What the base has beside the ontology of Tenure."""
        return OwnTerms(self.ontology, self.policy)


NAMES: Final = tuple(field.name for field in fields(Configuration) if field.name != "file")


def configuration(
    environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Configuration:
    """What is set where this process runs, or in the file of ``folder`` alone.

    Raises :class:`~tenure.errors.BadInput` as :func:`find_file` and :func:`read_file`.
    """
    variables = os.environ if environment is None else environment
    if folder is not None:
        variables = {}
    file = find_file(None if folder is None else folder / FILE, variables)
    found = read_file(file) if file else {}
    for name in NAMES:
        if value := variables.get(PREFIX + name.upper()):
            found[name] = _listed(value) if name == "languages" else value
    values = {name: found[name] for name in NAMES if found.get(name) is not None}
    for name, value in values.items():
        if name == "languages":
            values[name] = tuple(value)
        elif name in _FOLDERS:
            values[name] = Path(value)
    return Configuration(file, **values)


def find_file(named: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The file of the settings: the one that is named, else the nearest here or above.

    Above the folder where the process runs, files of other users are not believed. Raises
    :class:`~tenure.errors.BadInput` where the file that is named is not there.
    """
    if named is None and environment.get(CONFIG_VARIABLE):
        named = Path(environment[CONFIG_VARIABLE])
    if named is not None:
        if not named.is_file():
            raise BadInput(
                "There is no such file of settings.",
                where=str(named),
                remedy=f"Correct --config or {CONFIG_VARIABLE}.",
            )
        return named
    if Path(FILE).is_file():
        return Path(FILE)
    above = (folder / FILE for folder in Path.cwd().parents)
    return next((file for file in above if file.is_file() and _is_ours(file)), None)


def _is_ours(file: Path) -> bool:
    owner = file.stat().st_uid
    return owner in (_TRUSTED, os.geteuid())


def read_file(file: Path) -> dict[str, Any]:
    """The settings in a file by name, those of its table ``[serve]`` among them.

    Raises :class:`~tenure.errors.BadInput` for what is no TOML, a name that is no setting, and a
    value that is none for the setting of a base.
    """
    try:
        require_file(file)
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            f"It is no TOML: {error}.", where=str(file), remedy="Correct that line."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"It cannot be read: {error}.", where=str(file), remedy="Give it in UTF-8, readable."
        ) from error
    serve = found.pop(SERVE, {})
    if not isinstance(serve, dict):
        raise _no_value(file, SERVE, "a table of settings")
    others = [name for name in found if name not in NAMES]
    if others:
        known = settings_of_others()
        for name in others:
            if name not in known:
                raise no_setting(name, str(file), (*NAMES, *known))
    for name in NAMES:
        _check(file, name, found.get(name))
        if name in _FOLDERS and name in found:
            found[name] = str(file.parent / Path(found[name]).expanduser())
    return {**found, **serve}


def settings_of_others() -> Collection[str]:
    """The names that other packages know in the file."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - brings the mail parser along

    return [name for one in entry_points(group=SETTINGS) for name in one.load()]


def no_setting(name: str, where: str, known: Collection[str]) -> BadInput:
    """What to raise for a name that is no setting."""
    return BadInput(
        f"There is no setting {name[:80]!r}.",
        where=where,
        remedy=remedy_of(nearest(name, known), "All are listed by 'tenure doctor'."),
    )


def _check(file: Path, name: str, value: Any) -> None:
    if value is None:
        return
    if name == "languages":
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise _no_value(file, name, 'a list of language tags, such as ["en", "fa"]')
    elif not isinstance(value, str) or not value.strip():
        raise _no_value(file, name, "text in quotation marks")


def _no_value(file: Path, name: str, what: str) -> BadInput:
    return BadInput(
        f"The value of {name} is not as it should be.",
        where=Where(f"{file}: {name}"),
        remedy=f"Write {what}.",
    )


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
