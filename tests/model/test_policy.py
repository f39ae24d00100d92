"""Policies: what they mean, their canonical text, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import BadPolicy
from tenure.knowledge import KnowledgeBase
from tenure.model import Claim, Evidence, Policy, PolicyTerms, Standing, parse_policy
from tenure.namespaces import TNV, Names
from tenure.temporal import day_number

TERMS = PolicyTerms(
    frozenset({"Asserted", "Reported", "Alleged", "Denied"}),
    frozenset({"Asserted", "Reported"}),
    frozenset({"Preferred", "Normal", "Deprecated"}),
    frozenset({"Preferred", "Normal"}),
    {
        "jpost-1": day_number(2020, 3, 8),
        "ina-2": day_number(2020, 2, 29),
        "undated-3": None,
    },
)


def policy(text: str | None) -> Policy:
    return parse_policy(text, TERMS)


def claim(
    modality: str = "Asserted",
    *,
    source: str = "jpost-1",
    hedged: bool = False,
    rank: str = "Normal",
    reading: str = "Stated",
    retracted: str | None = None,
    record: str | None = None,
    recorded: str = "2026-06-01T12:00:00Z",
) -> Claim:
    return Claim(
        Names().claim(source, "1").value,
        Names().source(source).value,
        "Somebody says something.",
        TNV(modality).value,
        hedged,
        None,
        TNV(rank).value,
        TNV(reading).value,
        recorded,
        retracted,
        (),
        (Evidence("https://example.org/record", record=record),) if record else (),
        (),
    )


def state(recorded: str, retracted: str | None = None) -> Claim:
    """What a state of a data set said, and a later one no more."""
    at = f"{retracted}T12:00:00Z" if retracted else None
    return claim(record="row=1", recorded=f"{recorded}T12:00:00Z", retracted=at)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        (None, ""),
        ("", ""),
        (" ; ;", ""),
        ("modalities=asserted,reported", ""),
        ("modalities=Reported, ASSERTED", ""),
        ("hedged=yes;inferred=yes;ranks=normal,preferred;sources=all", ""),
        ("ranks=all", "ranks=all"),
        ("inferred=NO;hedged=no", "hedged=no;inferred=no"),
        ("hedged=NO", "hedged=no"),
        ("sources=ina-2 , jpost-1", "sources=ina-2,jpost-1"),
        ("modalities=all", "modalities=all"),
        ("modalities=alleged,asserted,alleged", "modalities=alleged,asserted"),
        ("ranks=preferred,deprecated", "ranks=deprecated,preferred"),
        ("resolve=rank", ""),
        ("resolve=NEWEST", "resolve=newest"),
        ("resolve= majority ", "resolve=majority"),
        ("resolve=ranked:jpost-1, ina-2", "resolve=ranked:jpost-1,ina-2"),
        ("resolve=ranked:ina-2,jpost-1", "resolve=ranked:ina-2,jpost-1"),
        ("resolve=named:jpost-1,ina-2", "resolve=named:ina-2,jpost-1"),
        ("sources=ina-2;resolve=newest", "resolve=newest;sources=ina-2"),
        ("known-at=2026-11-23T13:00:00+01:00", "known-at=2026-11-23T12:00:00Z"),
        ("sources=-jpost-1", "sources=-jpost-1"),
        ("sources= -JPOST-1, -ina-2", "sources=-ina-2,-jpost-1"),
        ("published-by=2020-03", "published-by=2020-03-31"),
        ("published-by=[2020-03-01, 2020-03-09]", "published-by=2020-03-09"),
        (
            "sources=jpost-1;ranks=normal;modalities=denied;known-at=2026-01-01T00:00Z;hedged=no",
            "hedged=no;known-at=2026-01-01T00:00:00Z;modalities=denied;ranks=normal;sources=jpost-1",
        ),
    ],
)
def test_the_canonical_text(written: str | None, canonical: str) -> None:
    assert policy(written).text == canonical
    assert policy(canonical) == policy(written)


def test_today_is_the_day_that_it_is_in_the_canonical_text() -> None:
    before = datetime.now(UTC).date()
    assert policy("published-by=Today").text in {
        f"published-by={day}" for day in (before, datetime.now(UTC).date())
    }


@given(
    modalities=st.none() | st.sets(st.sampled_from(sorted(TERMS.modalities)), min_size=1),
    sources=st.none() | st.sets(st.sampled_from(sorted(TERMS.published)), min_size=1),
    ranks=st.none() | st.sets(st.sampled_from(sorted(TERMS.ranks)), min_size=1),
    hedged=st.sampled_from(["", "hedged=no", "hedged=yes"]),
)
def test_equal_policies_have_one_text(
    modalities: set[str] | None,
    sources: set[str] | None,
    ranks: set[str] | None,
    hedged: str,
) -> None:
    parts = [hedged]
    for name, values in (("modalities", modalities), ("sources", sources), ("ranks", ranks)):
        if values is not None:
            parts.append(f"{name}={','.join(values)}")
    text = ";".join(parts)
    assert parse_policy(";".join(reversed(parts)), TERMS) == policy(text)
    assert policy(policy(text).text) == policy(text)


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("modality=all", "no part 'modality'", "modalities="),
        ("modalities", "no part of a policy", "modalities="),
        ("modalities=", "no part of a policy", "modalities="),
        ("modalities=aleged", "no value 'aleged'", "alleged"),
        ("sources=jpost", "no value 'jpost'", "jpost-1"),
        ("sources=zzz", "no value 'zzz'", "ina-2"),
        ("ranks=best", "no value 'best'", "normal"),
        ("sources=jpost-1,,ina-2", "no value ''", "ina-2"),
        ("sources=-zzz", "no value 'zzz'", "ina-2"),
        ("sources=-jpost", "no value 'jpost'", "jpost-1"),
        ("sources=-jpost-1,ina-2", "or with a minus", "modalities="),
        ("sources=-all", "nobody", "modalities="),
        ("published-by=soon", "no EDTF value", "2020-01-03"),
        ("published-by=2020/..", "has none", "2020-03-31"),
        ("published-by=2020-02-28", "No source was certainly published by", "2020-02-29"),
        ("published-by=2020-03-01;sources=jpost-1", "source/jpost-1, by 2020-03-08", "2020-03-08"),
        ("published-by=2020-03-01;sources=-ina-2", "None of these sources", "2020-03-08"),
        ("published-by=2020-03-01;sources=undated-3", "no day is known", "Leave published-by out"),
        ("hedged=maybe", "yes or no", "hedged=no"),
        ("inferred=maybe", "inferred is yes or no", "hedged=no"),
        ("resolve=coin", "cannot be resolved by 'coin'", "named:SOURCE"),
        ("resolve=ranked", "cannot be resolved by 'ranked'", "ranked:SOURCE"),
        ("resolve=newest:ina-2", "cannot be resolved by 'newest:ina-2'", "majority"),
        ("resolve=ranked:", "names no source ''", "Known: ina-2, jpost-1, undated-3"),
        ("resolve=ranked:ina-3", "names no source 'ina-3'", "ina-2"),
        ("resolve=named:ina-2,ina-2", "names a source twice", "once"),
        ("hedged=no;hedged=yes", "given twice", "hedged=no"),
        ("denials=some", "denials is yes or no", "hedged=no"),
        ("known-at=yesterday", "no instant", "2026-11-23T12:00:00Z"),
        ("known-at=2026-11-23", "no instant", "2026-11-23T12:00:00Z"),
        ("known-at=2026-11-23T12:00:00", "no instant", "2026-11-23T12:00:00Z"),
        ("known-at=0001-01-01T00:00:00+09:00", "no instant", "2026-11-23T12:00:00Z"),
    ],
)
def test_what_is_refused(text: str, what: str, remedy: str) -> None:
    with pytest.raises(BadPolicy) as caught:
        policy(text)
    assert what in caught.value.what
    assert remedy in caught.value.remedy
    assert caught.value.where is not None


@pytest.mark.parametrize(
    ("text", "said", "standing"),
    [
        ("", claim(), Standing.ACCEPTED),
        ("", claim("Alleged"), Standing.SET_ASIDE),
        ("", claim(hedged=True), Standing.ACCEPTED),
        ("", claim(rank="Deprecated"), Standing.SET_ASIDE),
        ("ranks=all", claim(rank="Deprecated"), Standing.ACCEPTED),
        ("", claim(reading="Inferred"), Standing.ACCEPTED),
        ("inferred=no", claim(reading="Inferred"), Standing.SET_ASIDE),
        ("inferred=no", claim(), Standing.ACCEPTED),
        ("modalities=all", claim("Denied"), Standing.DENYING),
        ("", claim("Denied"), Standing.DENYING),
        ("modalities=asserted", claim("Denied"), Standing.DENYING),
        ("denials=no", claim("Denied"), Standing.SET_ASIDE),
        ("modalities=all;denials=no", claim("Denied"), Standing.SET_ASIDE),
        ("denials=no", claim("Asserted"), Standing.ACCEPTED),
        ("modalities=alleged", claim(), Standing.SET_ASIDE),
        ("hedged=no", claim(hedged=True), Standing.SET_ASIDE),
        ("ranks=preferred", claim(), Standing.SET_ASIDE),
        ("sources=ina-2", claim(), Standing.OUT_OF_REACH),
        ("sources=ina-2", claim(source="ina-2"), Standing.ACCEPTED),
        ("sources=-ina-2", claim(source="ina-2"), Standing.OUT_OF_REACH),
        ("sources=-ina-2", claim(), Standing.ACCEPTED),
        ("published-by=2020-03-07", claim(), Standing.SET_ASIDE),
        ("published-by=2020-03-07", claim(source="ina-2"), Standing.ACCEPTED),
        ("published-by=2020-03-08", claim(), Standing.ACCEPTED),
        ("published-by=2030", claim(source="undated-3"), Standing.SET_ASIDE),
        ("published-by=2021-06-30", state("2021-06-30"), Standing.ACCEPTED),
        ("published-by=2021-06-29", state("2021-06-30"), Standing.SET_ASIDE),
        # What the data set said then counts, though a later state says it no more.
        ("published-by=2021-08", state("2021-06-30", "2022-01-01"), Standing.ACCEPTED),
        ("published-by=2022", state("2021-06-30", "2022-01-01"), Standing.OUT_OF_REACH),
        ("published-by=Y12020", state("2021-06-30", "2022-01-01"), Standing.OUT_OF_REACH),
        (
            "published-by=2021-08;known-at=2021-07-15T00:00:00Z",
            state("2021-06-30", "2021-08-01"),
            Standing.ACCEPTED,
        ),
        # A document that was misread is withdrawn, whenever the public knew it.
        ("published-by=2021", claim(retracted="2026-07-01T00:00:00Z"), Standing.OUT_OF_REACH),
        ("known-at=2026-06-01T11:59:59Z", claim(), Standing.OUT_OF_REACH),
        ("known-at=2026-06-01T12:00:00Z", claim(), Standing.ACCEPTED),
        ("", claim(retracted="2026-07-01T00:00:00Z"), Standing.OUT_OF_REACH),
        (
            "known-at=2026-06-30T23:59:59Z",
            claim(retracted="2026-07-01T00:00:00Z"),
            Standing.ACCEPTED,
        ),
        (
            "known-at=2026-07-01T00:00:00Z",
            claim(retracted="2026-07-01T00:00:00Z"),
            Standing.OUT_OF_REACH,
        ),
    ],
)
def test_what_a_policy_makes_of_a_claim(text: str, said: Claim, standing: Standing) -> None:
    assert policy(text).standing(said) is standing


def test_the_vocabulary_says_what_can_be_named(kb: KnowledgeBase) -> None:
    terms = kb.schema.policy_terms(kb.sources)
    assert terms.default_modalities == {"Asserted", "Reported"}
    assert {"Alleged", "Speculated", "Intended", "Predicted", "Denied"} <= terms.modalities
    assert terms.ranks == {"Preferred", "Normal", "Deprecated"}
    assert terms.default_ranks == {"Preferred", "Normal"}
    assert "jpost-620411" in terms.published


def test_each_policy_says_of_each_claim_within_reach_what_it_makes_of_it(
    kb: KnowledgeBase,
) -> None:
    for text in ("", "modalities=all", "sources=jpost-620411", "hedged=no;ranks=normal"):
        world = kb.world(kb.policy(text))
        reach = {
            iri
            for iri, c in kb.claims.items()
            if world.policy.standing(c) is not Standing.OUT_OF_REACH
        }
        assert set(world.standings) == reach
