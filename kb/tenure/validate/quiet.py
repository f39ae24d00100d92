"""Literals that are ill-typed, read without a word in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_literals() -> Iterator[None]:
    """Keeps rdflib from writing a traceback to the log for every literal that is ill-typed.

    Ill-typed literals are what the shapes are there to find.
    """
    logger = logging.getLogger("rdflib.term")

    def nothing(_record: logging.LogRecord) -> bool:
        return False

    logger.addFilter(nothing)
    try:
        yield
    finally:
        logger.removeFilter(nothing)
