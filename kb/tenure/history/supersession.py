"""Supersession: one claim retracted and others put in its place, as one revision."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from tenure.author.claims import Added, add_claims
from tenure.author.comments import header
from tenure.author.draft import Draft
from tenure.author.faults import Faults
from tenure.author.files import read_text, write_all
from tenure.author.format import parse_trig
from tenure.author.layout import write_layout
from tenure.author.registry import source_files
from tenure.history.writing import claim_named, retract_claim
from tenure.own_folder import own_folder
from tenure.terms import TN, Names


def supersede_claim(
    facts: Path,
    claim: str,
    drafts: Sequence[Draft],
    *,
    text_path: Path,
    message: str,
    by: str | None = None,
    names: Names | None = None,
    now: datetime | None = None,
    language: str | None = None,
    faults: Faults | None = None,
) -> tuple[Added, ...]:
    """Retract ``claim`` and add ``drafts`` to the same source at one instant.

    Each new claim ``tn:supersedes`` the old one. Either all of it is written or nothing; then all
    faults are told at once, those that ``faults`` has already among them.

    Raises as :func:`~tenure.history.writing.retract_claim` and
    :func:`~tenure.author.add_claims` do.
    """
    names = names or Names()
    noted = faults if faults is not None else Faults()
    found = None
    with noted.noted():
        found = claim_named(facts, claim, names)
    if found is None:
        # Without its source, what is to be put in its place cannot be looked at.
        noted.refuse()
        raise AssertionError("a fault was noted")
    slug, old = found
    file = source_files(facts)[slug].name
    with own_folder("facts") as folder:
        # A copy, so that the two steps become visible together or not at all.
        copy = folder
        for path in sorted(facts.iterdir()):
            if path.is_file():
                shutil.copyfile(path, copy / path.name)
        instant = now
        with noted.noted():
            done = retract_claim(copy, claim, message=message, by=by, names=names, now=now)
            instant = datetime.fromisoformat(done.instant).astimezone(UTC)
        added = add_claims(
            copy,
            slug,
            drafts,
            text_path=text_path,
            names=names,
            now=instant,
            language=language,
            faults=noted,
        )
        written = read_text(copy / file)
        quads, declared = parse_trig(written, file)
        quads += [Quad(NamedNode(one.iri), TN("supersedes"), old) for one in added]
        text = write_layout(quads, header=header(written), declared=declared, names=names)
        changes: dict[Path, tuple[str | None, str]] = {}
        # The registry first: an entity without claims is harmless, the reverse is not.
        for name, after in (
            ("entities.ttl", read_text(copy / "entities.ttl")),
            (file, text),
        ):
            before = read_text(facts / name)
            if before != after:
                changes[facts / name] = (before, after)
    write_all(changes)
    return added
