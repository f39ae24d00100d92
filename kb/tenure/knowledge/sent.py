"""What a reader does with facts that were sent: it holds them to the rules, and their days too.

Runs in a process of its own (:mod:`tenure.sandbox.program`), which is stopped where it takes too
much.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode, RdfFormat, parse

from tenure.errors import BadInput, NothingTakenIn, TooMuchToRead
from tenure.knowledge.base import KnowledgeBase
from tenure.knowledge.conflicting import conflict_check
from tenure.knowledge.days import check_days
from tenure.knowledge.opening import from_quads
from tenure.namespaces import Names
from tenure.store import graph_format, read_text
from tenure.validate import REPORT_FORMATS, DayReport, Severity, UserShapes, validate_text
from tenure.validate.finding import shortened

_MOST_NAMED: Final = 100_000
_LONGEST_NAME: Final = 1_000
_MOST_TOLD: Final = 8 << 20

Answer = Callable[[bytes], None]


def check(asked: Mapping[str, Any], bodies: list[bytes], answer: Answer) -> dict[str, Any]:
    """Writes the report on a body to ``answer``, and says whether it ``conforms``.

    The first body is what was sent, the second what the registry says of it, the third the terms of
    the base's own, both as N-Quads. ``asked`` has the body's ``form``, the ``base`` of the
    knowledge base's names, the files of its own ``shapes``, the ``report``'s format, the
    ``most_findings`` that it lists, ``policy``, whether ``conflicts`` are looked for and among how
    many claims at most (``most_claims``), and of which days: ``at``, ``every_change``,
    ``possible``, ``most_days``.

    Raises what :func:`tenure.validate.validate_text` and :func:`tenure.knowledge.days.check_days`
    do.
    """
    data, known, own = bodies
    terms = list(parse(own, RdfFormat.N_QUADS))
    registry = list(parse(known, RdfFormat.N_QUADS))
    names = Names(asked["base"])
    conflicts = None
    if asked["conflicts"]:
        conflicts = conflict_check(names, asked["policy"], most=asked["most_claims"])
    form = graph_format(asked["form"])
    write = REPORT_FORMATS[asked["report"]].write
    report = validate_text(
        data,
        form.media_type,
        registry=lambda _: registry,
        names=names,
        conflicts=conflicts,
        terms=terms,
        shapes=UserShapes([Path(one) for one in asked["shapes"]]) if asked["shapes"] else None,
    )
    if report.conforms and not report.checked.get("triples"):
        raise NothingTakenIn.of()
    if not report.conforms or not (asked["at"] or asked["every_change"]):
        listed = shortened(report, asked["most_findings"])
        answer(write(listed, Severity.VIOLATION).encode())
        return {"conforms": report.conforms}
    kb = from_quads([*read_text(data, form, name="body"), *registry], names, terms)
    try:
        days = _days(kb, asked)
    finally:
        kb.store.close()
    answer(write(days, Severity.VIOLATION).encode())
    return {"conforms": days.conforms}


def check_base(asked: Mapping[str, Any], bodies: list[bytes], answer: Answer) -> dict[str, Any]:
    """Writes the report on days of a whole base to ``answer``.

    The first body is what the base was told, as N-Quads: registry, descriptions and claims, the
    second the terms of its own. ``asked`` is as for :func:`check`. Raises what
    :func:`tenure.knowledge.days.check_days` does.
    """
    data, own = (parse(one, RdfFormat.N_QUADS) for one in bodies)
    kb = from_quads(data, Names(asked["base"]), own)
    try:
        report = _days(kb, asked)
    finally:
        kb.store.close()
    listed = shortened(report, asked["most_findings"])
    answer(REPORT_FORMATS[asked["report"]].write(listed, Severity.VIOLATION).encode())
    return {}


def _days(kb: KnowledgeBase, asked: Mapping[str, Any]) -> DayReport:
    return check_days(
        kb,
        asked["at"],
        kb.policy(asked["policy"]),
        every_change=asked["every_change"],
        possible=asked["possible"],
        most=asked["most_days"],
    )


def named(asked: Mapping[str, Any], bodies: list[bytes], answer: Answer) -> dict[str, Any]:
    """Writes the IRIs that a body names, as JSON; of one that does not parse, none.

    Raises :class:`~tenure.sandbox.tasks.TooMuchToRead` where they are too many to be told.
    """
    found: set[str] = set()
    left = _MOST_TOLD
    try:
        quads = read_text(bodies[0], graph_format(asked["form"]))
    except BadInput:
        quads = []  # the report tells why
    for quad in quads:
        for node in (quad.subject, quad.object):
            if not isinstance(node, NamedNode) or node.value in found:
                continue
            if not node.value.startswith(asked["base"]) or len(node.value) > _LONGEST_NAME:
                continue
            found.add(node.value)
            left -= len(node.value)
            if left < 0 or len(found) > _MOST_NAMED:
                raise TooMuchToRead(
                    f"It names more than {len(found) - 1:,} things.",
                    where="body",
                    remedy="Send it in several parts.",
                )
    answer(json.dumps(sorted(found)).encode())
    return {}
