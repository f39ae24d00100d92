"""Edits by name and values, as they come in JSON: ``{"edit": "rename", "entity": …}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from inspect import Parameter, signature
from types import MappingProxyType
from typing import Any, Final

from tenure.editing import accepting, claims, entities, linking, sources, undoing
from tenure.errors import BadParameter
from tenure.knowledge import KnowledgeBase
from tenure.model import Change
from tenure.suggest import nearest, remedy_of

Make = Callable[[KnowledgeBase], Change]

OPERATIONS: Final[Mapping[str, Callable[..., Change]]] = MappingProxyType(
    {
        "accept": accepting.accept,
        "add": entities.add,
        "rename": entities.rename,
        "alias": entities.alias,
        "merge": entities.merge,
        "split": entities.split,
        "same-as": entities.same_as,
        "reject": linking.reject,
        "undecide": linking.decision,
        "source": sources.edit_source,
        "move": claims.move,
        "rank": claims.rank,
        "retract": claims.retract,
        "supersede": claims.supersede,
        "undo": undoing.undo,
    }
)
_NAMES: Final = {"frm": "from", "exact_matches": "exactMatches"}
"""What an argument is called in JSON, where that is another name."""


def operation(name: str, values: Mapping[str, Any]) -> Make:
    """What makes the change that an edit with some values asks for.

    Raises :class:`~tenure.errors.BadParameter` for an edit or a value that there is not.
    """
    function = OPERATIONS.get(name)
    if function is None:
        raise BadParameter(
            f"There is no edit {name[:80]!r}.",
            where="edit",
            remedy=remedy_of(nearest(name, OPERATIONS), f"Edits: {', '.join(OPERATIONS)}."),
        )
    given: dict[str, Any] = {}
    known = {_NAMES.get(one.name, one.name): one for one in _slots(function)}
    for text, value in values.items():
        if text not in known:
            raise BadParameter(
                f"The edit {name} takes no {text[:80]!r}.",
                where=text,
                remedy=remedy_of(nearest(text, known), f"It takes {', '.join(known)}."),
            )
        given[known[text].name] = _read(text, value, known[text])
    missing = [n for n, one in known.items() if one.default is Parameter.empty and n not in values]
    if missing:
        raise BadParameter(
            f"The edit {name} needs {' and '.join(missing)}.",
            where=missing[0],
            remedy=f"It takes {', '.join(known)}.",
        )
    return partial(_made, function, given)


def _slots(function: Callable[..., Change]) -> list[Parameter]:
    return [one for one in signature(function).parameters.values() if one.name != "kb"]


def _made(function: Callable[..., Change], given: Mapping[str, Any], kb: KnowledgeBase) -> Change:
    return function(kb, **given)


def _read(name: str, value: Any, slot: Parameter) -> Any:
    """A value of JSON as the argument that it is for."""
    kind = str(slot.annotation)
    if "tuple" in kind and isinstance(value, dict) and all(map(_is_text, value.values())):
        return tuple(value.items())
    if "Sequence[str]" in kind and isinstance(value, list) and all(map(_is_text, value)):
        return value
    if kind == "bool" and isinstance(value, bool):
        return value
    if "str" in kind and "Sequence" not in kind and _is_text(value):
        return value
    wanted = {"bool": "true or false"}.get(kind, "text")
    if "Sequence" in kind:
        wanted = "an object of names and texts" if "tuple" in kind else "a list of texts"
    raise BadParameter(f"{name} is {value!r:.80}.", where=name, remedy=f"Give {wanted}.")


def _is_text(value: object) -> bool:
    return isinstance(value, str)
