"""A version of an ontology: a file, a folder, or a revision of the checkout that holds it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from pyoxigraph import Quad

from tenure.errors import BadInput, NotFound
from tenure.resources import data_dir
from tenure.store import graph_format, read_file, read_text


def read_version(name: str, *, folder: Path | None = None) -> list[Quad]:
    """The triples of a version, its shapes among them.

    Args:
        name: a file of RDF, a folder of Turtle files (and one of ``shapes`` in it), or else a
            revision of git, whose state of ``folder`` is read.
        folder: where the ontology lies in the checkout; None is that of Tenure.

    Raises:
        NotFound: it is neither there nor a revision, or holds no ontology.
        BadRdf: a file that does not parse.
    """
    path = Path(name)
    if path.is_file():
        return list(read_file(path))
    if path.is_dir():
        files = [*sorted(path.glob("*.ttl")), *sorted((path / "shapes").glob("*.ttl"))]
        if not files:
            raise _missing(name)
        return [quad for file in files for quad in read_file(file)]
    return _revision(name, (folder or data_dir("ontology")).resolve())


def _revision(name: str, folder: Path) -> list[Quad]:
    if name.startswith("-"):
        raise _missing(name)
    listed = _git(folder, "ls-tree", "--name-only", name, "./", "./shapes/").splitlines()
    files = [file for file in listed if file.endswith(".ttl")]
    if not files:
        raise _missing(name)
    quads: list[Quad] = []
    for file in files:
        text = _git(folder, "show", f"{name}:./{file}")
        quads += read_text(text, graph_format("ttl"))
    return quads


def _git(folder: Path, *words: str) -> str:
    git = shutil.which("git")
    if git is None:
        raise BadInput("There is no git on this machine.", remedy="Name files or folders instead.")
    done = subprocess.run(  # noqa: S603 - git itself, and no shell between
        [git, "-C", str(folder), *words], capture_output=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise NotFound(
            f"It is no file, no folder and no revision here: {said[0] if said else 'git failed'}.",
            where=words[2] if len(words) > 2 else words[-1],
            remedy="Name a file, a folder of Turtle files, or a commit or tag of this checkout.",
        )
    return done.stdout.decode("utf-8")


def _missing(name: str) -> NotFound:
    return NotFound(
        "There is no ontology here.",
        where=name,
        remedy="Name a file of RDF, a folder that holds Turtle files (*.ttl), or a revision.",
    )
