"""Shapes of a user's, run by pySHACL as they come."""

from __future__ import annotations

import re

import pyshacl
from pyshacl.graph_abstraction import DataGraph
from rdflib import Graph

from tenure.errors import BadRdf
from tenure.validate.quiet import quiet_literals


def run_shapes(data: DataGraph | Graph, shapes: Graph, where: str) -> Graph:
    """The report of the shapes on the data, as a graph.

    Raises :class:`~tenure.errors.BadRdf`, whose ``where`` is ``where``, for shapes that cannot be
    run.
    """
    try:
        with quiet_literals():
            _, report, text = pyshacl.validate(
                data, shacl_graph=shapes, inference="none", inplace=True
            )
    except (RuntimeError, SyntaxError, ValueError, re.error) as error:
        report, text = None, str(error)
    if not isinstance(report, Graph):
        raise BadRdf(
            f"The shapes cannot be run: {' '.join(str(text).split())[:300]}",
            where=where,
            remedy="Correct the shapes.",
        )
    return report
