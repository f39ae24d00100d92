"""Copies of a store: whole, as the store is, or plain, as a file of quads that any version reads.

A whole copy is a store itself, of one moment, and is made while others read and write. A plain one
holds what cannot be computed: the registry, the descriptions, what claims state, and ordinary
graphs. The ontology and the world are not in it; restoring takes the ontology that comes with
Tenure, and works the world out.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Quad

from tenure.errors import BadInput, NotFound, StoreFull
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.filling import Loaded, check_loaded, ontology_as_stored
from tenure.knowledge.opening import bring_up
from tenure.knowledge.store_state import format_quad, new_state, read_state, refuse_foreign
from tenure.namespaces import Names
from tenure.own_folder import own_folder
from tenure.store import Store, has_store, read_file
from tenure.store.formats import N_QUADS, TRIG, GraphFormat
from tenure.transactions.dump import check_whole, write_sorted
from tenure.transactions.user_graphs import is_user_graph
from tenure.views import is_computed

CHECKSUMS: Final = "SHA256SUMS"

_LINE: Final = re.compile(r"([0-9a-f]{64})  ([^/]+)")
PLAIN: Final = (".nq", ".trig")
"""What the name of a plain backup ends with."""

_FORMATS: Final = {".nq": N_QUADS, ".trig": TRIG}


def back_up(store: Store, target: Path, names: Names) -> int:
    """Copy the store to ``target``: a file with an ending of :data:`PLAIN`, else a folder.

    Nothing of that name must exist, and nothing does where it fails. Returns the number of bytes
    written, which are on the disk by then.

    Raises:
        BadInput: the name is taken, or cannot be written.
        StoreFull: no room on the disk.
    """
    if target.exists():
        raise BadInput(
            "It exists already.", where=str(target), remedy="Name a file or folder that does not."
        )

    def make(draft: Path) -> None:
        if target.suffix in PLAIN:
            _write_plain(store, draft, _FORMATS[target.suffix], names)
        else:
            store.backup(draft)
            _write_checksums(draft)

    _whole_or_not(target, make)
    return size_of(target)


def restore(backup: Path, target: Path, names: Names) -> None:
    """Make a store in the folder ``target`` out of a backup of either kind.

    The restored store gets an identifier of its own, since what is committed to it from now on is
    not what was committed to the first one.

    Raises:
        NotFound: there is no such backup.
        BadInput: the folder holds something, or the backup cannot be read.
        StoreFull: no room on the disk.
    """
    if not backup.exists():
        raise NotFound(
            "There is no such backup.", where=str(backup), remedy="Name the file or folder of one."
        )
    if backup.is_dir() and not has_store(backup):
        raise BadInput(
            "This folder is no backup: there is no store in it.",
            where=str(backup),
            remedy="Name the folder that tenure backup wrote.",
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput(
            "It exists already, and is not empty.",
            where=str(target),
            remedy="Name a folder that does not exist.",
        )

    def make(draft: Path) -> None:
        if backup.is_dir():
            _check_checksums(backup)
            shutil.copytree(backup, draft, ignore=shutil.ignore_patterns(CHECKSUMS))
            draft.chmod(0o700)
        with Store(draft) as store:
            refuse_foreign(store, names)
            if not backup.is_dir():
                store.add([*_read_plain(backup, names), format_quad(names)])
            bring_up(store, names)
            _renew(store, names)
            # With its world in it, so that it is sound from the moment it has its name.
            KnowledgeBase(store, names).close()

    _whole_or_not(target, make)


def lasting(store: Store, names: Names) -> Iterator[Quad]:
    """What cannot be computed: registry, descriptions, claims, ordinary graphs; of one moment."""
    return (quad for quad in store.quads() if _is_lasting(quad, names))


def size_of(path: Path) -> int:
    """The bytes of a file, or of all files in a folder."""
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files)


def _write_plain(store: Store, path: Path, form: GraphFormat, names: Names) -> None:
    with path.open("wb") as file:
        write_sorted(lasting(store, names), file, form, path.parent)
        file.flush()
        os.fsync(file.fileno())


def _read_plain(path: Path, names: Names) -> list[Quad]:
    counted = check_whole(path)
    quads = [_in_its_part(one, names) for one in read_file(path)]
    if counted not in (None, len(quads)) or not quads:
        raise BadInput(
            f"It holds {len(quads)} statements of {counted or 'those of a backup'}.",
            where=str(path),
            remedy="Take another copy of the backup, or the one before it.",
        )
    kept = [one for one in quads if _is_lasting(one, names)]
    kept += ontology_as_stored(names)
    ours = (one for one in kept if not is_user_graph(_name(one), names))
    check_loaded(Loaded(tuple(ours), {}), names)
    return kept


def _is_lasting(quad: Quad, names: Names) -> bool:
    graph = _name(quad)
    parts = (*names.computed_parts, names.graph("ontology"), names.graph("state"))
    computed = {part.value for part in parts}
    return graph not in computed and not is_computed(names, graph)


def _in_its_part(quad: Quad, names: Names) -> Quad:
    """A statement outside any graph describes, as in the files of facts."""
    if not isinstance(quad.graph_name, DefaultGraph):
        return quad
    subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
    part = "provenance" if names.slug_of(subject) is None else "entities"
    return Quad(quad.subject, quad.predicate, quad.object, names.graph(part))


def _name(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""


def _renew(store: Store, names: Names) -> None:
    old = read_state(store, names)
    new = new_state()
    store.change(old.quads(names) if old else (), new.quads(names))


def _whole_or_not(target: Path, make: Callable[[Path], None]) -> None:
    """Make something beside ``target`` and give it that name when it is whole and on the disk."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with own_folder("draft", target.parent, hidden=True) as folder:
            draft = folder / target.name
            make(draft)
            _sync(draft, *(draft.iterdir() if draft.is_dir() else ()))
            if target.is_dir():
                target.rmdir()
            draft.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise StoreFull(
            f"It cannot be written: {error.strerror or error}.",
            where=str(target),
            remedy="Name a place that can be written, with room enough.",
        ) from error


def _sync(*paths: Path) -> None:
    """Force files, or what folders list, onto the disk."""
    for one in paths:
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write_checksums(folder: Path) -> None:
    """Writes the SHA-256 of every file of a folder beside them, as ``sha256sum --check`` reads it.

    The engine checks what it reads, but a copy is not read as a whole before it is needed.
    """
    lines = [f"{_checksum(one)}  {one.name}\n" for one in sorted(folder.iterdir()) if one.is_file()]
    (folder / CHECKSUMS).write_text("".join(lines), "utf-8")


def _check_checksums(folder: Path) -> None:
    """Passes where the files of a folder are those of its :data:`CHECKSUMS`, or it has none.

    Raises:
        BadInput: a file is missing, another than it was, or was not there.
        OSError: one cannot be read.
    """
    listed = folder / CHECKSUMS
    if not listed.is_file():
        return
    found = [_LINE.fullmatch(line) for line in listed.read_text("utf-8", "replace").splitlines()]
    sums = {line[2]: line[1] for line in found if line}
    there = {one.name for one in folder.iterdir() if one.is_file()} - {CHECKSUMS}
    wrong = sorted(there ^ sums.keys())
    wrong += [
        name for name in sorted(there & sums.keys()) if _checksum(folder / name) != sums[name]
    ]
    if wrong or None in found:
        raise BadInput(
            f"It is not as it was written: {(wrong or [CHECKSUMS])[0]} is missing, new or altered.",
            where=str(folder),
            remedy="Take another copy of the backup, or the one before it.",
        )


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
