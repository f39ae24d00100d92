"""``tenure ontology``: is it well made, and what shapes follow from it?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import chosen_format
from tenure.cli.output import print_json
from tenure.errors import Findings
from tenure.reason.quality import SEVERITIES, check_quality, quality_rules
from tenure.validate.portable_shapes import portable_shapes

CHECK_FORMATS = ("text", "json")


def build_group() -> typer.Typer:
    """The group ``tenure ontology``."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="The ontology itself: whether it is well made, and its shapes for other engines.",
    )
    group.command("check")(check_command)
    group.command("shapes")(shapes_command)
    return group


def shapes_command(
    own: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Turtle files with kinds of your own."),
    ] = None,
) -> None:
    """Print the shapes that facts are held to, as SHACL for other engines.

    They are for one graph: facts together with the ontology. With files of your own, what these
    declare is held to as well.
    """
    typer.echo(portable_shapes(own or ()), nl=False)


def check_command(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PATH]",
            help="A file, or a folder of Turtle files; default: the ontology of Tenure.",
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(help="A folder of rules (*.rq) to check instead of those of Tenure."),
    ] = None,
    severity: Annotated[
        str, typer.Option(help=f"The least grave to fail on: {', '.join(SEVERITIES)}.")
    ] = "warning",
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(CHECK_FORMATS)}.")] = "text",
) -> None:
    """Check an ontology for what reviewers of ontologies look for.

    Labels, definitions, names, ends of properties, inverses, cycles, deprecation, licence, version.
    The exit code is 1 where a finding is as grave as --severity.
    """
    chosen = chosen_format(form, CHECK_FORMATS)
    least = SEVERITIES.index(chosen_format(severity, SEVERITIES))
    asked = quality_rules(rules)
    found = check_quality(path, rules=asked)
    if chosen == "json":
        told = {"rules": len(asked), "findings": [one.to_dict() for one in found]}
        print_json(told)
    else:
        for one in found:
            typer.echo(str(one))
        typer.echo(f"{len(asked)} rules checked, findings: {len(found)}")
    if any(SEVERITIES.index(one.severity) <= least for one in found):
        raise typer.Exit(Findings.exit_code)
