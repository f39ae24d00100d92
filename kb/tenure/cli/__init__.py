"""The command line: one thin command a verb.

To add a command: a module here with a function that typer can read, one line in
:func:`tenure.cli.application.build_app`, and a section in ``docs/reference/cli.md``
(a test asks for it).
A package outside adds one through the entry point group ``tenure.commands``.

Exit codes: 0 fine, 1 findings, 2 wrong use or bad input, 70 a fault of Tenure itself.
"""

from tenure.cli.application import build_app, main

__all__ = ["build_app", "main"]
