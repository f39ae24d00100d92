"""``tenure mcp``: the base as tools for an assistant, over standard input and output."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.opening import opened
from tenure.cli.options import Base, Facts, StorePath, questions
from tenure.errors import BadInput
from tenure.library import OpenBase


def mcp_command(
    texts: Annotated[
        Path | None,
        typer.Option(help="A folder of the texts; passages are quoted from them, word for word."),
    ] = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Answer an assistant: a server of the Model Context Protocol over standard input and output.

    Its tools are the questions, find, explain, evidence and compare; it writes nothing. It needs
    the extra mcp.
    """
    try:
        serve = import_module("tenure.mcp_server").serve
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        raise BadInput(
            "The package mcp is not installed.",
            where="tenure mcp",
            remedy="Install it: pip install 'tenure[mcp]'.",
        ) from error
    serve(OpenBase(opened(facts, store, base), questions()), texts)
