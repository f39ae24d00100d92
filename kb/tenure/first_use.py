"""Packages whose parts are loaded when they are first used, so that a short command stays short."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module


def on_first_use(package: str, homes: Mapping[str, Iterable[str]]) -> Callable[[str], object]:
    """The ``__getattr__`` of a package (PEP 562), given the names that each of its modules has.

    Whoever may not need them asks the package for them when he does: ``package.name``. To import
    them from it loads their module at once. Raises AttributeError for any other name.
    """
    home = {name: module for module, names in homes.items() for name in names}

    def load(name: str) -> object:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return load
