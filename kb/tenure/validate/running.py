"""Shapes of a user's, run by pySHACL as they come, where nothing can be fetched."""

from __future__ import annotations

import re

import pyshacl
from rdflib import Graph
from rdflib.namespace import OWL, SH

from tenure.errors import BadInput, BadRdf, Refused
from tenure.sandbox.confinement import offline
from tenure.validate.quiet import quiet_literals


def run_shapes(data: Graph, shapes: Graph, where: str) -> Graph:
    """The report of the shapes on the data, as a graph.

    Raises :class:`~tenure.errors.BadRdf`, whose ``where`` is ``where``, for shapes that cannot be
    run, :class:`~tenure.errors.Refused` for those that would fetch something, and
    :class:`~tenure.errors.BadInput` for data that they cannot be run on.
    """
    _declare_imported(shapes)

    def work() -> tuple[object, object]:
        with quiet_literals():
            _, report, text = pyshacl.validate(
                data, shacl_graph=shapes, inference="none", inplace=True
            )
        return report, text

    report: object
    text: object
    try:
        report, text = offline(work)
    except OSError as error:
        raise Refused(
            f"The shapes would fetch something: {error.strerror or error}.",
            where=where,
            remedy="Ask the facts alone.",
        ) from error
    except (AssertionError, RuntimeError, SyntaxError, ValueError, re.error) as error:
        report, text = None, str(error)
    except (ArithmeticError, TypeError) as error:
        raise BadInput(
            f"The data hold values that the shapes cannot compare: {error}.",
            where=where,
            remedy="Look for a number or a date that is none, such as NaN or 2020-02-30.",
        ) from error
    if not isinstance(report, Graph):
        raise BadRdf(
            f"The shapes cannot be run: {' '.join(str(text).split())[:300]}",
            where=where,
            remedy="Correct the shapes.",
        )
    return report


def _declare_imported(shapes: Graph) -> None:
    """Gives prefixes that come by owl:imports to whoever names them (SHACL, section 5.2.1).

    pySHACL 0.40.1 looks no further than the node that ``sh:prefixes`` names.
    """
    for named in set(shapes.objects(None, SH.prefixes)):
        for imported in set(shapes.transitive_objects(named, OWL.imports)) - {named}:
            for declared in list(shapes.objects(imported, SH.declare)):
                shapes.add((named, SH.declare, declared))
