"""How many connections there may be, of one address and in all.

A connection costs a file descriptor, of which a process has few, and one that asks for nothing
costs as much as any. So who has many loses those that have been idle for longest, and the others
find room.
"""

from __future__ import annotations

import resource
from collections import Counter, OrderedDict
from collections.abc import Collection
from ipaddress import ip_address, ip_network
from typing import Final, Protocol

from tenure_api.access.who import network_of

MOST_OF_ONE: Final = 256
"""Connections of one address; far more than requests of one client are worked on at a time."""

MOST_IN_ALL: Final = 4_096
"""Connections of all addresses together, where the system lets a process have twice as many."""

_MOST_FILES: Final = 65_536


class Connection(Protocol):
    """What is counted."""

    def give_up(self) -> bool:
        """Closes it; false where an answer is still on its way."""
        ...


class Crowd:
    """The connections of one server. Belongs to the event loop's thread.

    Args:
        of_one: how many one address may have.
        in_all: how many there may be.
        proxies: addresses and networks that others' requests come from, which count in all only.
    """

    def __init__(
        self,
        *,
        of_one: int = MOST_OF_ONE,
        in_all: int = MOST_IN_ALL,
        proxies: Collection[str] = (),
    ) -> None:
        self._of_one = of_one
        self._in_all = in_all
        self._proxies = [ip_network(one, strict=False) for one in proxies]
        self._counts: Counter[str] = Counter()
        self._total = 0
        self._idle: dict[str, OrderedDict[Connection, None]] = {}

    def enter(self, one: Connection, host: str) -> bool:
        """Counts a new connection, idle as yet; false where there is no room for it."""
        address = network_of(host)
        many = self._counts[address] >= self._of_one and not self._is_proxy(host)
        if many and not self._make_room(address):
            return False
        if self._total >= self._in_all and not self._make_room(self._most_idle()):
            return False
        self._counts[address] += 1
        self._total += 1
        self.rests(one, host)
        return True

    def leave(self, one: Connection, host: str) -> None:
        """One that had entered is gone."""
        address = network_of(host)
        self._total -= 1
        self._counts[address] -= 1
        if not self._counts[address]:
            del self._counts[address]
        self.works(one, host)

    def rests(self, one: Connection, host: str) -> None:
        """Nothing is asked on it now."""
        self._idle.setdefault(network_of(host), OrderedDict())[one] = None

    def works(self, one: Connection, host: str) -> None:
        """Something is asked on it."""
        address = network_of(host)
        idle = self._idle.get(address)
        if idle is not None:
            idle.pop(one, None)
            if not idle:
                del self._idle[address]

    @property
    def addresses(self) -> int:
        """From how many addresses there are any."""
        return max(len(self._counts), len(self._idle))

    def _make_room(self, address: str | None) -> bool:
        """Closes the connection of an address that has been idle for longest."""
        # It leaves, and so changes what is gone through.
        return any(one.give_up() for one in list(self._idle.get(address or "", ())))

    def _most_idle(self) -> str | None:
        return max(self._idle, key=lambda one: len(self._idle[one]), default=None)

    def _is_proxy(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)


def room_for_connections() -> int:
    """How many connections this process may have; it asks the system for as many as it grants."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    # The other half is for stores, copies and workers.
    return MOST_IN_ALL if soft == resource.RLIM_INFINITY else min(MOST_IN_ALL, soft // 2)
