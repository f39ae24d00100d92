"""The texts that passages point into, where a folder holds copies of them.

A copy is looked for in the folder and those in it: ``<slug>/article.txt``, ``<slug>.txt``, else any
text file with the digest of the source. Offsets count Unicode code points; digests are SHA-256 of
UTF-8, so that nothing is quoted from a text that was changed since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from tenure.errors import NotFound
from tenure.inputs import leads_out, read_input
from tenure.model import Evidence, Source
from tenure.namespaces import local_name
from tenure.validate.documents import leading_out

_ARTICLE: Final = "article.txt"


@dataclass(frozen=True, slots=True)
class Text:
    """A text at hand, with the SHA-256 of it in UTF-8."""

    path: Path
    text: str
    digest: str


class Texts:
    """The copies in a folder, read when first asked for; ``notes`` say what was left out."""

    def __init__(self, folder: Path) -> None:
        """Raises :class:`~tenure.errors.NotFound` where there is no such folder."""
        if not folder.is_dir():
            raise NotFound(
                "There is no such folder of texts.",
                where=str(folder),
                remedy="Give the folder that holds <slug>/article.txt or <slug>.txt.",
            )
        self._folder = folder
        self.notes: list[str] = []

    @cached_property
    def copies(self) -> Sequence[Text]:
        """All texts, by path."""
        found: list[Text] = []
        for path in sorted(self._folder.rglob("*.txt")):
            if leads_out(path, self._folder):
                self.notes.append(leading_out(path))
                continue
            try:
                data = read_input(path)
                found.append(Text(path, data.decode("utf-8"), hashlib.sha256(data).hexdigest()))
            except (OSError, UnicodeDecodeError):
                self.notes.append(f"{path}: left out, it is no text in UTF-8 that can be read.")
        return found

    def copy_of(self, slug: str, digest: str | None) -> Text | None:
        """The copy with the digest of a source, else one of its name; None where neither is."""
        by_digest = [one for one in self.copies if one.digest == digest]
        by_name = [
            one
            for one in self.copies
            if one.path.name == f"{slug}.txt"
            or (one.path.name == _ARTICLE and one.path.parent.name == slug)
        ]
        return next(iter(by_digest + by_name), None)

    def of(self, source: Source) -> str | None:
        """The text of a source, as its digest proves; None where no copy has it."""
        copy = self.copy_of(local_name(source.iri), source.text_digest)
        return copy.text if copy is not None and copy.digest == source.text_digest else None

    def quote(self, evidence: Evidence) -> str | None:
        """The words of a passage, as its digest proves; None where no text has them."""
        if evidence.digest is None:
            return None
        cut = (one.text[evidence.start : evidence.end] for one in self.copies)
        return next((one for one in cut if sha256_of(one) == evidence.digest), None)


def sha256_of(text: str) -> str:
    """The digest of a text or a passage."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
