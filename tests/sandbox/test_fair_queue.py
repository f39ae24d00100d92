"""Turns are fair, and frames come out as they went in."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.sandbox.fair_queue import FairQueue
from tenure.sandbox.frames import Frames, frame
from tenure.sandbox.limits import Shares, TooBusy, TooManyQueries

SHARES = Shares(running=2, waiting=5, waiting_in_all=12)


@given(st.lists(st.sampled_from("aaab" + "cdefg"), max_size=60), st.data())
def test_nobody_waits_for_more_than_one_turn_of_each(clients: str, data: st.DataObject) -> None:
    turns: FairQueue[int] = FairQueue(SHARES)
    joined: list[tuple[str, int]] = []
    running: list[str] = []
    passed: Counter[tuple[int, str]] = Counter()
    for number, client in enumerate(clients):
        try:
            turns.join(client, number, 1)
            joined.append((client, number))
        except (TooManyQueries, TooBusy):
            waiting = Counter(one for one, _ in joined)
            assert waiting[client] == SHARES.waiting or sum(waiting.values()) == 12
        if data.draw(st.booleans()) and running:
            turns.done(running.pop(data.draw(st.integers(0, len(running) - 1))))
        if data.draw(st.booleans()) and (turn := turns.next()) is not None:
            assert turn in joined
            own = [number for client, number in joined if client == turn[0]]
            assert turn[1] in (own[0], own[-1])
            joined.remove(turn)
            for waiter in joined:
                first = next(one for one in joined if one[0] == waiter[0]) == waiter
                if first and Counter(running)[waiter[0]] < SHARES.running:
                    passed[waiter[1], turn[0]] += 1
            running.append(turn[0])
            assert Counter(running)[turn[0]] <= SHARES.running
        assert turns.waiting == len(joined)
    # The oldest of a client has every other of its turns. Of one other client, no more than two
    # went ahead before either.
    assert all(count <= 2 * SHARES.running for count in passed.values())


def test_the_newest_and_the_oldest_of_a_client_are_taken_in_turn() -> None:
    turns: FairQueue[int] = FairQueue(SHARES)
    taken = []
    for number in range(5):
        turns.join("a", number, 1)
    while (turn := turns.next()) is not None:
        taken.append(turn[1])
        turns.done("a")
        if len(taken) == 1:
            turns.join("a", 5, 1)
    assert taken == [0, 5, 1, 4, 2, 3]
    turns.join("a", 6, 1)
    turns.join("a", 7, 1)
    assert turns.next() == ("a", 6)


def test_leaves_nothing_of_those_who_are_gone() -> None:
    turns: FairQueue[str] = FairQueue(SHARES)
    turns.join("a", "one", 1)
    turns.join("a", "two", 1)
    turns.leave("a", "one")
    turns.leave("a", "never joined")
    turn = turns.next()
    assert turn == ("a", "two")
    turns.put_first(*turn)
    turns.done("a")
    assert turns.others_wait("b")
    assert not turns.others_wait("a")
    assert turns.next() == ("a", "two")
    turns.done("a")
    assert turns.next() is None
    assert not turns.running
    assert turns.waiting == 0


@given(st.lists(st.tuples(st.sampled_from([b"D", b"E"]), st.binary(max_size=20))), st.data())
def test_frames_come_out_as_they_went_in(
    sent: list[tuple[bytes, bytes]], data: st.DataObject
) -> None:
    ahead = b"".join(frame(kind, body) for kind, body in sent)
    frames, found = Frames(), []
    while ahead:
        size = data.draw(st.integers(1, len(ahead)))
        found += list(frames.feed(ahead[:size]))
        ahead = ahead[size:]
    assert found == sent


def test_a_frame_of_any_length_is_not_waited_for() -> None:
    with pytest.raises(ValueError, match="frame"):
        list(Frames().feed(b"D\xff\xff\xff\xff"))
