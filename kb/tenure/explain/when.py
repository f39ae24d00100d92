"""Moments in words."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.errors import BadDate
from tenure.fusion import Day, Moment, World, name_of
from tenure.temporal import parse
from tenure.temporal.in_words import date_in_words, day_in_words

_EDGES = {"before": "the day before {}", "after": "the day after {}"}


def moment_in_words(moment: Moment, labels: Mapping[str, str], world: World) -> str:
    """When a moment is, as a phrase: *on 3 January 2020*, *on the day US strike began*."""
    head, _, rest = moment.key.partition("/")
    if moment.always:
        return "at some time or other"
    if head in _EDGES:
        day = moment.begun or moment.lasting
        if day is not None and day.iri is None and moment.begun == moment.lasting:
            return f"on {day_in_words(day.shift)}"
        if day is not None and day.iri is not None:
            return f"on {day_of(day, labels, world)}"
        return f"on {_EDGES[head].format(rest)}"
    if moment.stretch or moment.throughout:
        first, last = (
            (moment.lasting, moment.begun) if moment.stretch else (moment.begun, moment.lasting)
        )
        word = "on every day" if moment.throughout else "at some time"
        return _stretch(first, last, word, labels, world)
    day = moment.begun
    if day is not None and day.iri is not None:
        return f"on {day_of(day, labels, world)}"
    try:
        return date_in_words(parse(moment.key).text)
    except BadDate:
        return f"at {moment.key}"


def day_of(day: Day, labels: Mapping[str, str], world: World) -> str:
    """A day of a moment: by its date, or by what began or ended on it."""
    if day.iri is None:
        return day_in_words(day.shift)
    source = world.sources.get(day.iri)
    if source is not None:
        named = f"“{source.label}” was published"
    else:
        verb = "ended" if day.which == "end" else "began"
        occurrence = world.occurrences.get(day.iri)
        name = name_of(day.iri, labels)
        if occurrence is not None and occurrence.subject is not None:
            whose = name_of(occurrence.subject, labels)
            name = f"the {world.schema.label(occurrence.kind)} of {whose}"
        named = f"“{name}” {verb}"
    number = abs(day.shift)
    if number == 0:
        return f"the day on which {named}"
    ahead = "before" if day.shift < 0 else "after"
    return f"the day {ahead} {named}" if number == 1 else f"{number} days {ahead} {named}"


def _stretch(
    first: Day | None, last: Day | None, word: str, labels: Mapping[str, str], world: World
) -> str:
    begins = "" if first is None else f" from {day_of(first, labels, world)} on"
    ends = "" if last is None else f" up to {day_of(last, labels, world)}"
    return f"{word}{begins}{ends}"
