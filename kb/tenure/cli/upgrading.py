"""``tenure upgrade``: stores, facts and questions of other versions."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tenure.cli.options import Base, chosen_format, names_of
from tenure.cli.output import print_json
from tenure.cli.progress import progress_bar
from tenure.configuration import configuration
from tenure.errors import NotFound, TenureError, Where
from tenure.inputs import read_input
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.filling import holds_nothing
from tenure.knowledge.renewal import is_current, plan_renewal
from tenure.namespaces import RDF_TYPE, TN, TNV, Names
from tenure.outputs import write_all
from tenure.store import Store, has_store
from tenure.store.corruption import corruption_reported

FORMATS: Final = ("table", "json")


def upgrade_command(
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="The folder of a store, of facts or of questions."),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be changed, and write nothing.")
    ] = False,
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}.")] = "table",
    base: Base = None,
) -> None:
    """Bring a store of another version of Tenure up to this one, and say what that changes.

    Claims, revisions and users' graphs are kept; the ontology is replaced by that of this version,
    and what is computed is computed anew. A folder of facts needs no change: it is checked, and
    what this version makes of it that others did not is shown. Exit code 1 where it breaks a rule.
    Questions (*.rq) get what takes the place of deprecated terms; --dry-run shows the difference.
    Exit code 1 where one is left that a person has to replace.
    """
    chosen = chosen_format(form, FORMATS)
    names = names_of(base)
    questions = [path] if path.suffix == ".rq" else sorted(path.glob("*.rq"))
    questions += sorted(path.glob("*/*.rq"))
    if questions:
        found, lines, sound = _of_questions(questions, dry_run=dry_run)
    elif path.is_dir() and not has_store(path) and any(path.glob("*.t[rt][il]*")):
        found, lines, sound = _of_facts(path, names)
    else:
        found, lines = _of_store(path, names, dry_run=dry_run)
        sound = True
    if chosen == "json":
        print_json({"dryRun": dry_run, **found})
    else:
        for line in lines:
            typer.echo(line)
        if dry_run:
            typer.echo("Nothing was written.")
    if not sound:
        raise typer.Exit(1)


def _of_store(path: Path, names: Names, *, dry_run: bool) -> tuple[dict[str, Any], list[str]]:
    with corruption_reported(path), Store(path, make=False, kept=not dry_run) as store:
        if holds_nothing(store, names):
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
    from tenure.validate import given_facts, validate_paths  # noqa: PLC0415

    with progress_bar() as progress:
        report = validate_paths([folder], names=names, progress=progress)
    quads = given_facts([folder])
    claims = {q.subject for q in quads if q.predicate == RDF_TYPE and q.object == TN("Claim")}
    read = {q.subject for q in quads if q.predicate == TN("reading")}
    low = {q.subject for q in quads if q.object == TNV("Deprecated")}
    found = {
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
    return found, lines, report.conforms


def _of_questions(files: list[Path], *, dry_run: bool) -> tuple[dict[str, Any], list[str], bool]:
    from tenure.catalog.deprecations import rewritten  # noqa: PLC0415
    from tenure.model.ontology import Ontology  # noqa: PLC0415
    from tenure.resources import ontology_files  # noqa: PLC0415
    from tenure.store import read_file  # noqa: PLC0415

    terms = [*ontology_files(), *configuration().terms.files]
    ontology = Ontology(quad for file in terms for quad in read_file(file))
    changed: list[str] = []
    by_hand: list[str] = []
    lines: list[str] = []
    for file in files:
        text = read_input(file).decode("utf-8")
        try:
            done = rewritten(text, ontology)
        except TenureError as error:
            error.where = error.where or Where.in_file(file)
            raise
        if done.text != text:
            changed.append(str(file))
            before, after = (one.splitlines(keepends=True) for one in (text, done.text))
            diff = "".join(unified_diff(before, after, str(file), str(file)))
            lines.append(diff.rstrip() if dry_run else f"rewritten: {file}")
            if not dry_run:
                write_all({file: (text, done.text)})
        by_hand += (f"{file}:{one.line}: {one}" for one in done.left)
    lines += by_hand
    verb = "would be" if dry_run else "are"
    lines.append(
        f"questions {len(files):,}: {len(changed):,} {verb} rewritten, "
        f"{len(by_hand):,} deprecated terms are left to be replaced by hand."
    )
    found = {"kind": "questions", "rewritten": changed, "byHand": by_hand}
    return found, lines, not by_hand
