"""The days on which a base changes are those on which its days differ."""

from __future__ import annotations

import pytest

from tenure.knowledge import KnowledgeBase
from tenure.temporal import Certainty, iso, parse_iso

FIRST, LAST = parse_iso("2019-11-20"), parse_iso("2020-03-25")


@pytest.mark.parametrize("text", ["", "sources=ina-6771;modalities=all"])
@pytest.mark.parametrize("degree", [Certainty.CERTAIN, Certainty.PRESUMED, Certainty.POSSIBLE])
def test_a_day_that_differs_from_the_one_before_is_a_day_of_change(
    kb: KnowledgeBase, degree: Certainty, text: str
) -> None:
    policy = kb.policy(text)

    degrees = [Certainty.CERTAIN, Certainty.PRESUMED, Certainty.POSSIBLE]
    taken = degrees[: degrees.index(degree) + 1]

    def so_sure(day: int) -> set[str]:
        found = kb.certainty(kb.moment(at=iso(day)), policy)
        return {iri for iri, sure in found.items() if sure in taken}

    changed = {day for day in range(FIRST, LAST) if so_sure(day) != so_sure(day - 1)}
    assert changed
    assert changed <= set(kb.change_days(degree, policy))


def test_the_size_of_a_base_does_not_matter(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = kb.change_days(Certainty.PRESUMED)
    monkeypatch.setattr("tenure.knowledge.snapshot.MOST_AT_ONCE", 10)
    assert kb.is_large
    assert days == kb.change_days(Certainty.PRESUMED)
