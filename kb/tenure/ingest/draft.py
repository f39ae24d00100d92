"""A claim as a person writes it down, before it has offsets, digests and a number.

The short YAML form::

    passage: a few words of the text
    statement: What it says, in one sentence of our own.
    modality: reported          # asserted when left out
    tense: past
    via: [org/some-agency]      # who is cited, in order, after the publisher
    states:
      - tenure: {holder: person/a, office: office/b, end: 2020-03}
      - event/c: {date: 2020-03-01, place: place/d}
    new entities:
      - person/a: A. Person
      - event/c: {kind: Visit, label: {en: A visit, fr: Une visite}}

A file holds one claim or a list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from tenure.errors import BadClaim, BadInput, TenureError, Where
from tenure.ingest.strict_yaml import Item, Scalar, YamlList, YamlMapping, read_yaml
from tenure.languages import is_tag, language_tag
from tenure.suggest import nearest, remedy_of


@dataclass(frozen=True, slots=True)
class Value:
    """A value as written, with the place where it was.

    ``parts`` are names and values where there are such instead of a text, as in a distance.
    ``as_set`` is the set of dates that a YAML list or table would be, were it in quotes.
    """

    text: str
    where: Where | None = None
    parts: tuple[tuple[str, Value], ...] = ()
    as_set: str = ""


@dataclass(frozen=True, slots=True)
class StatedOccurrence:
    """What a claim states of one occurrence.

    ``about`` is the slug of an event or situation, or the name of a kind of situation whose slug
    is to be made from the properties.
    """

    about: str
    properties: tuple[tuple[str, Value], ...]
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class NewEntity:
    """An entity to be put into the registry; ``kind`` is empty where the slug says it.

    ``label`` may say its language (:mod:`tenure.languages`); ``labels`` are those in
    further ones.
    """

    slug: str
    label: str
    kind: str = ""
    properties: tuple[tuple[str, Value], ...] = ()
    where: Where | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before it is anchored in its text.

    ``docs/explanation/model.md`` explains the parts.

    ``passages`` are words of the text, one piece of evidence each. ``via`` are the slugs of those
    cited, the publisher left out. ``language`` is that of words that say none. What is empty was
    not given; ``unread`` are the parts with a fault.
    """

    passages: tuple[str, ...]
    statement: str
    states: tuple[StatedOccurrence, ...]
    modality: str = "asserted"
    hedged: bool = False
    tense: str = ""
    rank: str = ""
    reading: str = ""
    via: tuple[str, ...] = ()
    exact: bool = False
    new_entities: tuple[NewEntity, ...] = field(default=())
    where: Where | None = None
    language: str = ""
    unread: frozenset[str] = frozenset()


class DraftFaults:
    """DraftFaults as they are found; the work goes on as far as it makes sense."""

    def __init__(self) -> None:
        self.found: list[TenureError] = []

    def __len__(self) -> int:
        return len(self.found)

    def noted(self, where: Where | None = None) -> _Noted:
        """Notes what is raised within, at ``where`` unless it says another place."""
        return _Noted(self, where)

    def refuse(self) -> None:
        """Raises what was found: the one fault itself, or all of them as one.

        Raises:
            BadInput: there is more than one.
        """
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            listed = "".join(f"\n  {one}" for one in sorted(self.found, key=_place_of))
            raise BadInput(f"Nothing was written; there are {len(self.found)} faults:{listed}")


@dataclass(frozen=True, slots=True)
class _Noted:
    faults: DraftFaults
    where: Where | None

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, TenureError):
            return False
        error.where = error.where or self.where
        # One mistake can be met twice on the way.
        if not any(_same(error, other) for other in self.faults.found):
            self.faults.found.append(error)
        return True


def _same(one: TenureError, other: TenureError) -> bool:
    places = {None if one.where is None else one.where.line for one in (one, other)}
    return (one.what, one.remedy) == (other.what, other.remedy) and len(places - {None}) < 2


def _place_of(error: TenureError) -> tuple[str, int, int]:
    where = error.where
    return ("", 0, 0) if where is None else (where.name, where.line or 0, where.column or 0)


_KEYS = (
    "passage",
    "statement",
    "modality",
    "hedged",
    "tense",
    "rank",
    "reading",
    "via",
    "exact",
    "language",
    "states",
    "new entities",
)
_YES = {"true": True, "yes": True, "false": False, "no": False}
_T = TypeVar("_T")


def read_drafts(text: str, name: str, faults: DraftFaults | None = None) -> tuple[Draft, ...]:
    """The claims of a YAML text; ``name`` is what errors call it.

    With ``faults``, what is wrong with a part is noted there, and the rest is read.

    Raises:
        BadClaim: no YAML, or not of this form; says the line.
        BadInput: several faults; lists them all.
    """
    noted = faults if faults is not None else DraftFaults()
    root = read_yaml(text, name)
    items = root.items if isinstance(root, YamlList) else (root,)
    if not items:
        raise BadClaim("There is no claim in it.", where=name, remedy=_form())
    drafts = []
    for item in items:
        with noted.noted():
            drafts.append(_draft(_table(item, "a claim"), noted))
    if faults is None:
        noted.refuse()
    return tuple(drafts)


def _draft(table: YamlMapping, faults: DraftFaults) -> Draft:
    fields = table.fields
    unread = set()
    meant: set[str] = set()
    for key, item in fields.items():
        if key not in _KEYS:
            meant.update(nearest(key, _KEYS, 1))
            with faults.noted():
                raise BadClaim(
                    f"A claim has no part {key!r}.",
                    where=item.where,
                    remedy=remedy_of(nearest(key, _KEYS), _form()),
                )
    for key in ("passage", "statement", "states"):
        if key not in fields:
            unread.add(key)
            if key not in meant:
                with faults.noted():
                    raise BadClaim(f"The claim has no {key!r}.", where=table.where, remedy=_form())

    def part(key: str, read: Callable[[Item], _T], otherwise: _T) -> _T:
        if key in fields:
            with faults.noted():
                return read(fields[key])
            unread.add(key)
        return otherwise

    def parts(key: str, read: Callable[[Item], Iterable[_T]]) -> tuple[_T, ...]:
        found: list[_T] = []
        for item in _listed(fields[key]) if key in fields else ():
            before = len(faults)
            with faults.noted():
                found += read(item)
            if len(faults) > before:
                unread.add(key)
        return tuple(found)

    return Draft(
        passages=parts("passage", lambda item: [_text(item)]),
        statement=part("statement", _statement, ""),
        states=parts("states", lambda item: _states(item, faults)),
        modality=part("modality", _text, "asserted"),
        hedged=part("hedged", lambda item: _truth("hedged", item), False),
        tense=part("tense", _text, ""),
        rank=part("rank", _text, ""),
        reading=part("reading", _text, ""),
        via=parts("via", lambda item: [_text(item)]),
        exact=part("exact", lambda item: _truth("exact", item), False),
        new_entities=parts("new entities", lambda item: _entities(item, faults)),
        where=table.where,
        language=part("language", _language, ""),
        unread=frozenset(unread),
    )


def _states(item: Item, faults: DraftFaults) -> list[StatedOccurrence]:
    table = _table(item, "a statement about something (`tenure: {…}` or `event/…: {…}`)")
    states = []
    for about, value in table.fields.items():
        with faults.noted():
            stated = _table(value, f"what is stated of {about!r}")
            states.append(StatedOccurrence(about, _properties(stated, faults), value.where))
    return states


def _properties(
    table: YamlMapping, faults: DraftFaults, without: Collection[str] = ()
) -> tuple[tuple[str, Value], ...]:
    found: list[tuple[str, Value]] = []
    for name, value in table.fields.items():
        if name not in without:
            with faults.noted():
                found += [(name, one) for one in _values(value)]
    return tuple(found)


def _values(item: Item) -> list[Value]:
    """The values of a property: one, each of a list, or each of the languages of a table."""
    if isinstance(item, YamlMapping) and _by_language(item):
        return [Value(one, item.where) for one in _words(item)]
    if isinstance(item, YamlMapping) and item.fields:
        if all(isinstance(one, Scalar) and not one.text for one in item.fields.values()):
            return [Value("", item.where, as_set=f"{{{', '.join(item.fields)}}}")]
        parts = tuple((name, Value(_text(one), one.where)) for name, one in item.fields.items())
        return [Value("", item.where, parts)]
    if isinstance(item, YamlList):
        as_set = f"[{', '.join(one.text for one in item.items if isinstance(one, Scalar))}]"
        return [
            replace(value, where=one.where if len(item.items) == 1 else item.where, as_set=as_set)
            for one in item.items
            for value in _values(one)
        ]
    return [Value(_text(item), item.where)]


def _entities(item: Item, faults: DraftFaults) -> list[NewEntity]:
    entities = []
    for slug, value in _table(item, "an entity (`person/…: Name`)").fields.items():
        if isinstance(value, YamlMapping) and not _by_language(value):
            if "label" not in value.fields:
                raise BadClaim(
                    f"The entity {slug!r} has no label.",
                    where=value.where,
                    remedy="Write label: and its name.",
                )
            label, *labels = _words(value.fields["label"])
            kind = _text(value.fields["kind"]) if "kind" in value.fields else ""
            properties = _properties(value, faults, ("label", "kind"))
        else:
            label, *labels = _words(value)
            kind, properties = "", ()
        entities.append(NewEntity(slug, label, kind, properties, value.where, tuple(labels)))
    return entities


def _words(item: Item) -> list[str]:
    """Words, with the language at the end of each where it is given."""
    if isinstance(item, YamlMapping) and _by_language(item):
        if {*item.fields} == {"text", "lang"}:
            tag = language_tag(_text(item.fields["lang"]), item.where)
            return [f"{_text(item.fields['text'])}@{tag}"]
        return [f"{_text(one)}@{tag}" for tag, one in item.fields.items()]
    if isinstance(item, YamlList) and item.items:
        return [words for one in item.items for words in _words(one)]
    if isinstance(item, Scalar):
        return [_text(item)]
    raise BadClaim(
        "Here should be some words, or words by their languages.",
        where=item.where,
        remedy="Write Name, or {fa: …, en: …} with tags of languages.",
    )


def _statement(item: Item) -> str:
    words = _words(item)
    if len(words) == 1:
        return words[0]
    raise BadClaim(
        "The statement is one sentence, in one language.",
        where=item.where,
        remedy="Write it in one, as {fa: …}; labels can be in several.",
    )


def _by_language(table: YamlMapping) -> bool:
    """Whether a table says some words in one language or in several."""
    names = {*table.fields}
    return bool(names) and (names == {"text", "lang"} or all(map(is_tag, names)))


def _language(item: Item) -> str:
    return language_tag(_text(item), item.where)


def _table(item: Item, what: str) -> YamlMapping:
    if isinstance(item, YamlMapping):
        return item
    raise BadClaim(f"Here should be {what}, as names and values.", where=item.where, remedy=_form())


def _listed(item: Item) -> tuple[Item, ...]:
    return item.items if isinstance(item, YamlList) else (item,)


def _text(item: Item) -> str:
    if isinstance(item, Scalar) and item.text.strip():
        return " ".join(item.text.split())
    raise BadClaim("Here should be some words.", where=item.where, remedy=_form())


def _truth(key: str, item: Item) -> bool:
    text = _text(item).lower()
    if text not in _YES:
        raise BadClaim(
            f"{key!r} is true or false, not {text!r}.",
            where=item.where,
            remedy="Write true or false.",
        )
    return _YES[text]


def _form() -> str:
    return "`docs/howto/adding-a-source.md` shows the form."
