"""``tenure format``: files of facts in the house layout, or a complaint that they are not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from tenure.author.comments import header, inner_comments
from tenure.author.files import read_text, write_all
from tenure.author.layout import write_layout
from tenure.errors import BadInput, BadRdf, NotFound, TenureError, Where
from tenure.inputs import leads_out
from tenure.terms import Names

SUFFIXES = (".ttl", ".trig")


def parse_trig(text: str, name: str = "text") -> tuple[list[Quad], dict[str, str]]:
    """The quads of a Turtle or TriG text, and the prefixes that it declares.

    Raises:
        BadRdf: the text does not parse; says the line.
    """
    parser = parse(text, RdfFormat.TRIG)
    try:
        return list(parser), dict(parser.prefixes)
    except SyntaxError as error:
        raise BadRdf(
            f"It does not parse: {error.msg}.",
            where=Where(name, error.lineno, error.offset),
            remedy="Correct the file at that place.",
        ) from error


def format_trig(
    text: str, *, name: str = "text", names: Names | None = None, drop_comments: bool = False
) -> str:
    """``text`` in the house layout: the same quads, and the comment lines at its head.

    Formatting what is formatted changes nothing.

    Raises:
        BadRdf: the text does not parse.
        BadInput: there is a blank node, or a comment below the head and ``drop_comments`` is false.
    """
    quads, declared = parse_trig(text, name)
    comments = inner_comments(text)
    if comments and not drop_comments:
        lines = "".join(f"\n  line {comment.line}: {comment.text}" for comment in comments)
        raise BadInput(
            f"Only comments at the head of a file are kept; these would be lost:{lines}\n",
            where=Where(name, comments[0].line),
            remedy="Move them to the head, or drop them with `tenure format --drop-comments`.",
        )
    try:
        written = write_layout(quads, header=header(text), declared=declared, names=names)
    except TenureError as error:
        error.where = error.where or Where(name)
        raise
    # A layout that says something else than its input would be the worst that a formatter can do.
    if set(parse_trig(written, name)[0]) != set(quads):
        raise BadInput(
            "The layout would not say the same as the file; nothing was changed.",
            where=name,
            remedy="Please report this, with the file.",
        )
    return written


def facts_files(paths: Iterable[Path]) -> list[Path]:
    """The Turtle and TriG files among ``paths``, and in the folders among them.

    Raises:
        NotFound: a path that is not there.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (
                file
                for file in path.rglob("*")
                if file.suffix in SUFFIXES and file.is_file() and not leads_out(file, path)
            )
            found.update(dict.fromkeys(sorted(inside)))
        elif path.is_file():
            found[path] = None
        else:
            raise NotFound("There is no such file or folder.", where=str(path))
    return list(found)


def format_files(
    paths: Sequence[Path],
    *,
    check: bool = False,
    drop_comments: bool = False,
    names: Names | None = None,
) -> tuple[Path, ...]:
    """Put files, and the files in folders, into the house layout; the paths that needed it.

    With ``check`` nothing is written. Either all files are written or, on an error, none.

    Raises:
        BadRdf, BadInput: as :func:`format_trig`.
        NotFound: a path that is not there.
    """
    changed: dict[Path, tuple[str, str]] = {}
    for path in facts_files(paths):
        before = read_text(path)
        after = format_trig(before, name=str(path), names=names, drop_comments=drop_comments)
        if after != before:
            changed[path] = (before, after)
    if not check:
        write_all(changed)
    return tuple(changed)
