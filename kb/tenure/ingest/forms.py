"""Values of data sets and mappings held to the form that whoever reads them takes for granted.

Who takes a text for a list makes names out of its letters, and who takes a list for a table falls.
A form is :data:`TEXT`, a list with the form of all its items, a table with the forms of its names
(``...``: of all others), or a tuple of such, of which one fits. The items of an empty list have any
form, and those of a list that is to be empty none, ``()``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from tenure.errors import BadInput

TEXT: Final = "text"
"""A text, number or day; none of the three is taken for another."""
_FORMS: Final[Mapping[type, tuple[Any, str]]] = {
    str: ((str, int, float, date), "a text"),
    list: (list, "a list"),
    dict: (Mapping, "a table of names and values"),
}


def require_form(value: Any, form: Any, name: str = "") -> None:
    """Refuse a value that has another form; what is empty has any, save as an item of a list.

    Raises:
        BadInput: with the way from ``name`` to the part that is otherwise.
    """
    forms = form if isinstance(form, tuple) else (form,)
    fitting = next((one for one in forms if isinstance(value, _FORMS[type(one)][0])), None)
    if fitting is None:
        is_now = next((said for kind, said in _FORMS.values() if isinstance(value, kind)), "empty")
        wanted = " or ".join(_FORMS[type(one)][1] for one in forms) or "left out"
        what = f"{name or 'The record'} is {is_now}, and is to be {wanted}."
        raise BadInput(what, remedy="Correct it in the source.")
    if isinstance(fitting, list):
        for number, item in enumerate(value if fitting else ()):
            require_form(item, fitting[0], f"{name}/{number + 1}")
    elif isinstance(fitting, dict):
        for key in value if ... in fitting else fitting.keys() & value.keys():
            if value[key] not in (None, ""):
                inner = fitting.get(key, fitting.get(...))
                require_form(value[key], inner, f"{name}.{key}".lstrip("."))


def whole_number(value: Any, where: str) -> int:
    """A number that may be written as a text. Raises :class:`~tenure.errors.BadInput`."""
    if re.fullmatch(r"\d{1,9}", str(value), re.ASCII):
        return int(value)
    raise BadInput(f"{str(value)[:80]!r} is no whole number.", where=where, remedy="Write 1, 2, ….")
