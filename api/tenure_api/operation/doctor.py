"""``tenure doctor``: what is set, from where, and what is wrong with it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tenure.cli.options import chosen_format
from tenure.cli.output import print_json, print_table
from tenure.errors import TenureError
from tenure_api.operation.checks import CHECKS, OK, WRONG, Check
from tenure_api.operation.configuration import Configuration, load_settings, read_assignments


def doctor_command(
    config: Annotated[
        Path | None, typer.Option(help="The file of the settings; default: tenure.toml, if any.")
    ] = None,
    assigned: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE: any setting, as for serve.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
) -> None:
    """Say what is set, from where, and what is wrong with it; changes nothing.

    Exit code 1 where something is wrong.
    """
    chosen = chosen_format(form, ("table", "json"))
    found: Configuration | None = None
    try:
        found = load_settings(config, read_assignments(assigned or []))
    except TenureError as error:
        checks = [Check("settings", WRONG, str(error))]
    else:
        told = str(found.file) if found.file else "no file; defaults and environment"
        checks = [Check("settings", OK, told), *(check(found.settings) for check in CHECKS)]
    settings = _listed(found) if found else []
    if chosen == "json":
        answer = {"checks": [asdict(one) for one in checks], "settings": settings}
        print_json(answer)
    else:
        print_table(("check", "state", "found"), [(c.name, c.state, c.found) for c in checks])
        if settings:
            typer.echo()
            rows = [(one["name"], _shown(one["value"]), one["from"]) for one in settings]
            print_table(("setting", "value", "from"), rows)
    if any(check.state == WRONG for check in checks):
        raise typer.Exit(1)


def _listed(found: Configuration) -> list[dict[str, Any]]:
    values = found.settings.model_dump(mode="json")
    return [
        {"name": name, "value": value, "from": found.origins[name]}
        for name, value in values.items()
    ]


def _shown(value: Any) -> str:
    if value is None or value == []:
        return "-"
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
