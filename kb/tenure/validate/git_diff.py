"""Findings about what changed since a revision of git, and about nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tenure.errors import BadInput, BadParameter
from tenure.validate.documents import Document
from tenure.validate.finding import NOT_READ, NOTHING_CHECKED, Finding, Report

_HUNK: Final = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
_TIMEOUT: Final = 60.0
_PREFIXES: Final = ("--src-prefix=a/", "--dst-prefix=b/")


@dataclass(frozen=True)
class GitChanges:
    """What differs from a revision: lines of files, and files that are new as a whole."""

    revision: str
    lines: Mapping[Path, Sequence[range]] = field(default_factory=dict)
    """By absolute path: stretches of lines, from 1, as the file is now."""
    new: frozenset[Path] = frozenset()

    def touches(self, file: str, first: int, last: int) -> bool:
        """Whether one of the lines differs."""
        path = Path(file).resolve()
        if path in self.new:
            return True
        return any(one.start <= last and first < one.stop for one in self.lines.get(path, ()))

    def has(self, file: str) -> bool:
        """Whether anything of the file differs."""
        path = Path(file).resolve()
        return path in self.new or path in self.lines


def changes_since(revision: str, paths: Iterable[Path]) -> GitChanges:
    """What differs from ``revision`` in the work trees that hold ``paths``, saved or staged.

    Raises:
        BadInput: git is not there, or a path lies in no work tree.
        BadParameter: no such revision.
    """
    git = shutil.which("git")
    if git is None:
        raise BadInput(
            "There is no git on this machine.",
            where="--changed-since",
            remedy="Install git, or check everything.",
        )
    lines: dict[Path, list[range]] = defaultdict(list)
    new: set[Path] = set()
    for root in sorted({_root(git, path) for path in paths}):
        commit = _commit(git, root, revision)
        options = ("--unified=0", "--no-color", "--no-ext-diff", "--no-renames", *_PREFIXES)
        diff = _run(git, root, "-c", "core.quotePath=false", "diff", *options, commit, "--")
        _read_diff(root, diff, lines)
        others = _run(git, root, "ls-files", "-z", "--others", "--exclude-standard")
        new.update((root / name).resolve() for name in others.split("\0") if name)
    return GitChanges(revision, dict(lines), frozenset(new))


def only_changed(report: Report, documents: Iterable[Document], changes: GitChanges) -> Report:
    """The report with the findings on lines that differ, or about nodes of which a line differs."""
    documents = list(documents)
    touched: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        if changes.has(document.name):
            for block in document.positions.blocks():
                if changes.touches(document.name, block.first, block.last):
                    touched[document.name].add(block.subject)
    kept = tuple(
        one
        for one in report.findings
        if one.rule in (NOTHING_CHECKED, NOT_READ) or _concerns(one, touched, changes)
    )
    notes = list(report.notes)
    if not any(changes.has(one.name) for one in documents):
        notes.append(f"Nothing in these files changed since {changes.revision}.")
    left_out = len(report.findings) - len(kept)
    if left_out:
        notes.append(
            f"{left_out} findings about what did not change since {changes.revision} are left out."
        )
    return replace(report, findings=kept, notes=tuple(notes))


def _concerns(one: Finding, touched: Mapping[str, set[str]], changes: GitChanges) -> bool:
    if not changes.has(one.file):
        return False
    if one.line is None or not one.focus:
        return True
    return one.focus in touched[one.file] or changes.touches(one.file, one.line, one.line)


def _read_diff(root: Path, diff: str, lines: dict[Path, list[range]]) -> None:
    file: Path | None = None
    for line in diff.split("\n"):
        if line.startswith("+++ "):
            # A tab follows a name with a space in it.
            name = line.removeprefix("+++ ").rstrip("\t\r")
            file = None if name == "/dev/null" else (root / name.removeprefix("b/")).resolve()
            if file is not None:
                lines.setdefault(file, [])
        elif file is not None and (hunk := _HUNK.match(line)):
            start, count = int(hunk[1]), int(hunk[2] or "1")
            # Where lines were taken out, those on both sides are what changed.
            lines[file].append(range(start, start + count) if count else range(start, start + 2))


def _root(git: str, path: Path) -> Path:
    folder = path if path.is_dir() else path.parent
    try:
        return Path(_run(git, folder, "rev-parse", "--show-toplevel").rstrip("\n"))
    except BadInput as error:
        raise BadInput(
            "This lies in no work tree of git.",
            where=str(path),
            remedy="Leave out --changed-since, or name files that git knows.",
        ) from error


def _commit(git: str, root: Path, revision: str) -> str:
    try:
        # A revision that begins with a hyphen must not pass for an option.
        wanted = f"{revision}^{{commit}}"
        found = _run(git, root, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    except BadInput as error:
        raise BadParameter(
            f"git knows no revision {revision[:80]!r}.",
            where="--changed-since",
            remedy="Name a branch, a tag or a commit; a shallow clone may not hold it.",
        ) from error
    return found.strip()


def _run(git: str, folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - git by its full path, and no shell
            [git, "-C", str(folder), *words],
            capture_output=True,
            check=True,
            timeout=_TIMEOUT,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise BadInput(
            f"git {words[0]} failed.", where=str(folder), remedy="See what git says there."
        ) from error
    return done.stdout.decode("utf-8", "surrogateescape")
