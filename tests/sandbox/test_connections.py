"""How many connections there may be."""

from __future__ import annotations

from tenure_api.protocol import ConnectionTable


class Line:
    """A connection; ``busy`` while an answer is on its way."""

    def __init__(self, connections: ConnectionTable, host: str) -> None:
        self.connections = connections
        self.host = host
        self.busy = False
        self.open = connections.enter(self, host)

    def give_up(self) -> bool:
        """Closes it, where it may."""
        if self.busy:
            return False
        self.open = False
        self.connections.leave(self, self.host)
        return True


def test_the_one_that_is_idle_for_longest_goes() -> None:
    connections = ConnectionTable(of_one=3, in_all=100)
    first, second, third = (Line(connections, "192.0.2.1") for _ in range(3))
    connections.works(first, first.host)
    second.busy = True
    fourth = Line(connections, "192.0.2.1")
    assert [one.open for one in (first, second, third, fourth)] == [True, True, False, True]
    connections.works(fourth, fourth.host)
    assert not Line(connections, "192.0.2.1").open
    connections.rests(first, first.host)
    assert Line(connections, "192.0.2.1").open
    assert not first.open


def test_one_address_leaves_room_for_others() -> None:
    connections = ConnectionTable(of_one=3, in_all=100)
    lines = [Line(connections, "192.0.2.1") for _ in range(10)]
    assert sum(one.open for one in lines) == 3
    assert all(Line(connections, f"192.0.2.{number}").open for number in range(2, 50))


def test_a_network_of_ipv6_is_one_client() -> None:
    connections = ConnectionTable(of_one=3)
    lines = [Line(connections, f"2001:db8::{number:x}") for number in range(1, 10)]
    assert sum(one.open for one in lines) == 3
    assert Line(connections, "2001:db8:1::1").open


def test_a_proxy_has_as_many_as_there_may_be() -> None:
    connections = ConnectionTable(of_one=3, in_all=8, proxies=("10.0.0.0/8",))
    lines = [Line(connections, "10.1.2.3") for _ in range(8)]
    assert all(one.open for one in lines)
    stranger = Line(connections, "192.0.2.1")
    assert stranger.open
    assert sum(one.open for one in lines) == 7
    for one in lines:
        connections.works(one, one.host)
    connections.works(stranger, stranger.host)
    assert not Line(connections, "192.0.2.2").open
    stranger.give_up()
    assert Line(connections, "192.0.2.2").open


def test_nothing_is_kept_of_who_is_gone() -> None:
    connections = ConnectionTable(of_one=1)
    for number in range(300):
        line = Line(connections, f"192.0.{number // 200}.{number % 200}")
        connections.works(line, line.host)
        connections.rests(line, line.host)
        line.give_up()
    assert not connections.addresses
