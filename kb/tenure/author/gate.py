"""The gate before the files: what would break a rule of the shapes is not written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tenure.errors import BadInput
from tenure.own_folder import own_folder
from tenure.terms import Names


def refuse_violations(
    facts: Path, changes: Mapping[Path, tuple[str | None, str]], names: Names
) -> None:
    """Hold the new texts of files in the folder ``facts`` to structure and shapes.

    ``changes`` is what :func:`~tenure.author.files.write_all` is going to get. The other files of
    the folder are what references resolve in.

    Raises:
        BadInput: a rule would be broken; names all of them.
    """
    if not changes:
        return
    # SHACL takes longer to load than most commands take to answer; only writing needs it.
    from tenure.validate import Severity, validate_paths  # noqa: PLC0415

    with own_folder("facts") as folder:
        staged = []
        for path, (_, text) in changes.items():
            copy = folder / path.name
            copy.write_bytes(text.encode("utf-8"))
            staged.append(copy)
        report = validate_paths(staged, context=facts, names=names)
    broken = [one for one in report.findings if one.severity is Severity.VIOLATION]
    if broken:
        listed = "".join(
            f"\n  {Path(one.file).name}, {names.short(one.focus)}: {one.message} {one.remedy}"
            for one in broken
        )
        raise BadInput(
            f"Nothing was written, because rules would be broken:{listed}\n",
            where=str(facts),
            remedy="Put it right, and add it again.",
        )
