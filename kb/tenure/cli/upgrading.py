"""``tenure upgrade``: a store of another version made to say what this one says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tenure.cli.options import Base, chosen_format
from tenure.cli.output import print_json
from tenure.cli.progress import progress_bar
from tenure.errors import NotFound
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.opening import checked_base, holds_nothing
from tenure.knowledge.renewal import is_current, plan_renewal
from tenure.store import Store, has_store
from tenure.store.corruption import corruption_reported
from tenure.terms import RDF_TYPE, TN, TNV, Names

FORMATS = ("table", "json")


def upgrade_command(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The folder of a store, or one of facts.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be changed, and write nothing.")
    ] = False,
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}.")] = "table",
    base: Base = None,
) -> None:
    """Bring a store of another version of Tenure up to this one, and say what that changes.

    Claims, revisions and users' graphs are kept; the ontology is replaced by that of this version,
    and what is computed is computed anew. A folder of facts needs no change: it is checked, and it
    is said what this version makes of it that others did not. Exit code 1 where it breaks a rule.
    """
    chosen = chosen_format(form, FORMATS)
    names = checked_base(base)
    if path.is_dir() and not has_store(path) and any(path.glob("*.t[rt][il]*")):
        told, lines, sound = _of_facts(path, names)
    else:
        told, lines = _of_store(path, names, dry_run=dry_run)
        sound = True
    if chosen == "json":
        print_json({"dryRun": dry_run, **told})
    else:
        for line in lines:
            typer.echo(line)
        if dry_run:
            typer.echo("Nothing was written.")
    if not sound:
        raise typer.Exit(1)


def _of_store(path: Path, names: Names, *, dry_run: bool) -> tuple[dict[str, Any], list[str]]:
    with corruption_reported(path), Store(path, make=False, kept=not dry_run) as store:
        if holds_nothing(store):
            raise NotFound(
                "This store holds nothing.", where=str(path), remedy="Fill it: tenure load."
            )
        renewal = None if is_current(store, names) else plan_renewal(store, names)
        if not dry_run:
            if renewal is not None:
                renewal.write(store)
            if renewal is None or renewal.world is None:
                KnowledgeBase(store, names).close()
    if renewal is None:
        return {"kind": "store", "current": True}, ["It is of this version: nothing is to be done."]
    verb = "would be" if dry_run else "are"
    lines = [f"{path}: what another version wrote; these {verb} changed.", str(renewal)]
    return {"kind": "store", "current": False, **renewal.to_dict()}, lines


def _of_facts(folder: Path, names: Names) -> tuple[dict[str, Any], list[str], bool]:
    # SHACL comes along, which no store should have to wait for.
    from tenure.validate import given_facts, validate_paths  # noqa: PLC0415

    with progress_bar() as progress:
        report = validate_paths([folder], names=names, progress=progress)
    quads = given_facts([folder])
    claims = {q.subject for q in quads if q.predicate == RDF_TYPE and q.object == TN("Claim")}
    read = {q.subject for q in quads if q.predicate == TN("reading")}
    low = {q.subject for q in quads if q.object == TNV("Deprecated")}
    told = {
        "kind": "facts",
        "conforms": report.conforms,
        "claims": len(claims),
        "takenAsStated": len(claims - read),
        "deprecated": len(claims & low),
        "findings": [str(one) for one in report.findings],
    }
    lines = [str(one) for one in report.findings]
    lines.append(f"claims {len(claims):,}; files of facts are read as they are.")
    if claims - read:
        lines.append(
            f"{len(claims - read):,} do not say how they were read (tn:reading): taken as stated."
        )
    if claims & low:
        lines.append(
            f"{len(claims & low):,} are deprecated: left out by default, also without a rival."
        )
    return told, lines, report.conforms
