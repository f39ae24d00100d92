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
      - event/c: {kind: Visit, label: A visit}

A file holds one claim or a list of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from tenure.author.short_yaml import Item, Listing, Scalar, Table, read_yaml
from tenure.errors import BadClaim, Where
from tenure.nearest import nearest, remedy_of


@dataclass(frozen=True, slots=True)
class Value:
    """A value as written, with the place where it was.

    ``parts`` are names and values where such stand in the place of a text, as in a distance.
    """

    text: str
    where: Where | None = None
    parts: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """What a claim states of one occurrence.

    ``about`` is the slug of an event or situation, or the name of a kind of situation whose slug
    is to be made from the properties.
    """

    about: str
    properties: tuple[tuple[str, Value], ...]
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class NewEntity:
    """An entity to be put into the registry; ``kind`` is empty where the slug says it."""

    slug: str
    label: str
    kind: str = ""
    properties: tuple[tuple[str, Value], ...] = ()
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before it is anchored in its text; the meaning of the parts is in ``docs/model.md``.

    ``passages`` are words of the text, one piece of evidence each. ``via`` are the slugs of those
    cited, the publisher left out.
    """

    passages: tuple[str, ...]
    statement: str
    states: tuple[State, ...]
    modality: str = "asserted"
    hedged: bool = False
    tense: str | None = None
    rank: str | None = None
    reading: str | None = None
    via: tuple[str, ...] = ()
    exact: bool = False
    new_entities: tuple[NewEntity, ...] = field(default=())
    where: Where | None = None


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
    "states",
    "new entities",
)
_YES = {"true": True, "yes": True, "false": False, "no": False}
Fields: TypeAlias = Mapping[str, Item]


def read_drafts(text: str, name: str) -> tuple[Draft, ...]:
    """The claims of a YAML text; ``name`` is what errors call it.

    Raises:
        BadClaim: no YAML, or not of this form; says the line.
    """
    root = read_yaml(text, name)
    items = root.items if isinstance(root, Listing) else (root,)
    if not items:
        raise BadClaim("There is no claim in it.", where=name, remedy=_form())
    return tuple(_draft(_table(item, "a claim")) for item in items)


def _draft(table: Table) -> Draft:
    fields = table.fields
    for key, item in fields.items():
        if key not in _KEYS:
            raise BadClaim(
                f"A claim has no part {key!r}.",
                where=item.where,
                remedy=remedy_of(nearest(key, _KEYS), _form()),
            )
    for key in ("passage", "statement", "states"):
        if key not in fields:
            raise BadClaim(f"The claim has no {key!r}.", where=table.where, remedy=_form())
    return Draft(
        passages=tuple(_text(item) for item in _listed(fields["passage"])),
        statement=_text(fields["statement"]),
        states=tuple(s for item in _listed(fields["states"]) for s in _states(item)),
        modality=_optional(fields, "modality") or "asserted",
        hedged=_truth(fields, "hedged"),
        tense=_optional(fields, "tense"),
        rank=_optional(fields, "rank"),
        reading=_optional(fields, "reading"),
        via=tuple(_text(item) for item in _listed(fields["via"])) if "via" in fields else (),
        exact=_truth(fields, "exact"),
        new_entities=tuple(
            entity
            for item in (_listed(fields["new entities"]) if "new entities" in fields else ())
            for entity in _entities(item)
        ),
        where=table.where,
    )


def _states(item: Item) -> list[State]:
    table = _table(item, "a statement about something (`tenure: {…}` or `event/…: {…}`)")
    return [
        State(about, _properties(_table(value, f"what is stated of {about!r}")), value.where)
        for about, value in table.fields.items()
    ]


def _properties(table: Table, *without: str) -> tuple[tuple[str, Value], ...]:
    return tuple(
        (name, _value(one))
        for name, value in table.fields.items()
        if name not in without
        for one in _listed(value)
    )


def _value(item: Item) -> Value:
    if isinstance(item, Table) and item.fields:
        parts = tuple((name, Value(_text(one), one.where)) for name, one in item.fields.items())
        return Value("", item.where, parts)
    return Value(_text(item), item.where)


def _entities(item: Item) -> list[NewEntity]:
    entities = []
    for slug, value in _table(item, "an entity (`person/…: Name`)").fields.items():
        if isinstance(value, Table):
            if "label" not in value.fields:
                raise BadClaim(
                    f"The entity {slug!r} has no label.",
                    where=value.where,
                    remedy="Write label: and its name.",
                )
            entities.append(
                NewEntity(
                    slug,
                    _text(value.fields["label"]),
                    _optional(value.fields, "kind") or "",
                    _properties(value, "label", "kind"),
                    value.where,
                )
            )
        else:
            entities.append(NewEntity(slug, _text(value), where=value.where))
    return entities


def _table(item: Item, what: str) -> Table:
    if isinstance(item, Table):
        return item
    raise BadClaim(
        f"Here should stand {what}, as names and values.", where=item.where, remedy=_form()
    )


def _listed(item: Item) -> tuple[Item, ...]:
    return item.items if isinstance(item, Listing) else (item,)


def _text(item: Item) -> str:
    if isinstance(item, Scalar) and item.text.strip():
        return " ".join(item.text.split())
    raise BadClaim("Here should stand some words.", where=item.where, remedy=_form())


def _optional(fields: Fields, key: str) -> str | None:
    return _text(fields[key]) if key in fields else None


def _truth(fields: Fields, key: str) -> bool:
    if key not in fields:
        return False
    text = _text(fields[key]).lower()
    if text not in _YES:
        raise BadClaim(
            f"{key!r} is true or false, not {text!r}.",
            where=fields[key].where,
            remedy="Write true or false.",
        )
    return _YES[text]


def _form() -> str:
    return "`docs/adding-a-source.md` shows the form."
