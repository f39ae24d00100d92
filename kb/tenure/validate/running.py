"""Shapes of a user's, run by pySHACL as they come."""

from __future__ import annotations

import re

import pyshacl
from rdflib import Graph
from rdflib.namespace import OWL, SH

from tenure.errors import BadInput, BadRdf
from tenure.validate.quiet import quiet_literals


def run_shapes(data: Graph, shapes: Graph, where: str) -> Graph:
    """The report of the shapes on the data, as a graph.

    Raises :class:`~tenure.errors.BadRdf`, whose ``where`` is ``where``, for shapes that cannot be
    run, and :class:`~tenure.errors.BadInput` for data that they cannot be run on.
    """
    _declare_imported(shapes)
    try:
        with quiet_literals():
            _, report, text = pyshacl.validate(
                data, shacl_graph=shapes, inference="none", inplace=True
            )
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
