"""Containers that a change makes another one of, without copying what stays.

They rest on hash array mapped tries (Bagwell, *Ideal hash trees*, 2001), as the library immutables
has them: a changed map shares all but O(log n) with the former.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Generic, TypeVar, overload

from immutables import Map

Value = TypeVar("Value")
Item_co = TypeVar("Item_co", covariant=True)


class Ordered(Mapping[str, Value]):
    """A mapping that is gone through by sorted keys; they are sorted when that is first done."""

    def __init__(self, table: Mapping[str, Value] | None = None) -> None:
        self._table: Map[str, Value] = table if isinstance(table, Map) else Map(dict(table or {}))

    def updated(self, come: Mapping[str, Value], gone: Iterable[str] = ()) -> Ordered[Value]:
        """Another one with some entries more, or otherwise, and some fewer.

        Raises KeyError where one that is to go is not there.
        """
        changed = self._table.mutate()
        for key in gone:
            del changed[key]
        for key, value in come.items():
            changed[key] = value
        return Ordered(changed.finish())

    def __getitem__(self, key: str) -> Value:
        return self._table[key]

    def __contains__(self, key: object) -> bool:
        return key in self._table

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._table)

    def __repr__(self) -> str:
        return f"Ordered({dict(self)!r})"

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(sorted(self._table))


class Lazily(Sequence[Item_co], Generic[Item_co]):
    """A sequence that is put together when first asked for."""

    def __init__(self, make: Callable[[], Iterable[Item_co]]) -> None:
        self._make = make

    @cached_property
    def _items(self) -> tuple[Item_co, ...]:
        return tuple(self._make())

    @overload
    def __getitem__(self, index: int) -> Item_co: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Item_co]: ...

    def __getitem__(self, index: int | slice) -> Item_co | Sequence[Item_co]:
        return self._items[index]

    def __iter__(self) -> Iterator[Item_co]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return self._items == (other._items if isinstance(other, Lazily) else other)

    def __hash__(self) -> int:
        return hash(self._items)
