"""Popolo JSON, in both dialects: names as texts, and names by language.

See https://www.popoloproject.com/specs/. What a membership points at is joined to it, so that the
mapping sees one row with ``membership``, ``person``, ``organization``, ``party``, ``office``,
``term`` and ``area``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from tenure.errors import BadInput
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.forms import TEXT, require_form
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.reading import is_shallow, json_items
from tenure.ingest.records import ImportReport
from tenure.ingest.rows import RowMapping, TableRow

_Things: TypeAlias = dict[str, dict[str, Any]]
_KEPT = ("birth_date", "death_date", "start_date", "end_date", "organization_id", "role", "label")
_NAME = (TEXT, {...: TEXT})
_THING = {
    "id": TEXT, "name": _NAME, "label": _NAME, "role": _NAME, "organization_id": TEXT,
    "birth_date": TEXT, "death_date": TEXT, "start_date": TEXT, "end_date": TEXT,
    "other_names": [{"name": TEXT, "lang": TEXT}],
    "identifiers": [{"scheme": TEXT, "identifier": TEXT}],
}  # fmt: skip
_POINTS = {
    "person_id": "person", "organization_id": "organization", "on_behalf_of_id": "party",
    "post_id": "post", "legislative_period_id": "term", "area_id": "area",
}  # fmt: skip
_MEMBERSHIP = {
    "id": TEXT, "role": _NAME, "role_code": TEXT, "start_date": TEXT, "end_date": TEXT,
    **dict.fromkeys(_POINTS, TEXT),
}  # fmt: skip
_PLAIN_ROLES = frozenset({"member", ""})


def names_of(value: Any) -> list[str]:
    """A name as a text or by language, each with its language at the end where it is said.

    >>> names_of({"lang:en": "Theresa May"}), names_of("Alþingi")
    (['Theresa May@en'], ['Alþingi'])
    """
    if isinstance(value, Mapping):
        tagged = ((key.removeprefix("lang:"), words) for key, words in value.items())
        return [f"{words}@{tag}" for tag, words in tagged if words]
    return [str(value)] if value else []


def _thing(item: Mapping[str, Any]) -> dict[str, Any]:
    """What of a person, organization, post or term is joined to a membership."""
    found: dict[str, Any] = {"id": item.get("id"), "names": names_of(item.get("name"))}
    tagged = {name.rpartition("@")[0]: name for name in _other_names(item)}
    # The plain name may be there once more, with its language.
    found["names"] = [tagged.pop(name, name) for name in found["names"]] + list(tagged.values())
    found["name"] = next(iter(names_of(item.get("name"))), "")
    wikidata = (
        one.get("identifier")
        for one in item.get("identifiers") or ()
        if one.get("scheme") == "wikidata"
    )
    found["wikidata"] = next(wikidata, None)
    found.update((key, item[key]) for key in _KEPT if key in item)
    return found


def _other_names(item: Mapping[str, Any]) -> Iterator[str]:
    for one in item.get("other_names") or ():
        if one.get("name"):
            yield f"{one['name']}@{one['lang']}" if one.get("lang") else f"{one['name']}@"


def _things(path: Path, kind: str, report: ImportReport) -> _Things:
    found: _Things = {}
    for number, item in enumerate(json_items(path, f"{kind}.item", report)):
        locator = f"{path.name}#{kind}/{number}"
        if not report.fits(item, _THING, locator):
            continue
        if not item.get("id"):
            remedy = "Nothing can point at it; give it an id."
            report.fault(
                locator, BadInput(f"There is one of the {kind} without an id.", remedy=remedy)
            )
        elif str(item["id"]) in found:
            what = f"There are two of the {kind} with the id {item['id']!r}; the first was taken."
            report.fault(locator, what)
        else:
            found[str(item["id"])] = _thing(item)
    return found


def _rows(path: Path, context: ImportContext) -> Iterator[TableRow]:
    report = context.report
    if not is_shallow(path, report):
        return
    persons, organizations, areas, posts, events = (
        _things(path, kind, report)
        for kind in ("persons", "organizations", "areas", "posts", "events")
    )
    pointed = {"person": persons, "organization": organizations, "party": organizations,
               "post": posts, "term": events, "area": areas}  # fmt: skip
    blank = context.mapping.get("popolo", {}).get("blank") == "whole term"
    for one in events.values():
        organization = organizations.get(str(one.get("organization_id")), {})
        cells = {"record": "term", "term": one, "organization": organization}
        if one.get("organization_id"):
            yield TableRow(cells, f"{path.name}#{one['id']}")
    for one in persons.values():
        if one.get("birth_date") or one.get("death_date"):
            yield TableRow({"record": "person", "person": one}, f"{path.name}#{one['id']}")
    for locator, membership in _memberships(path, report):
        try:
            require_form(membership, _MEMBERSHIP)
            joined = _joined(membership, pointed)
        except BadInput as error:
            report.fault(locator, error)
            continue
        if blank and "term" in joined:
            term = joined["term"]
            dates = {key: term[key] for key in ("start_date", "end_date") if term.get(key)}
            membership = {**dates, **membership}  # noqa: PLW2901 - with the dates that it means
        yield _membership(path, locator, membership, joined)


def _memberships(path: Path, report: ImportReport) -> Iterator[tuple[str, Any]]:
    """Those of a file, which may stand in a person or an organization too, with their places."""
    for within in ("", "persons.item.", "organizations.item."):
        found = json_items(path, f"{within}memberships.item", report)
        place = f"{path.name}#{within.replace('.item.', '/')}memberships"
        yield from ((f"{place}/{number}", one) for number, one in enumerate(found))


def _joined(membership: Mapping[str, Any], pointed: Mapping[str, _Things]) -> _Things:
    """What a membership points at. Raises BadInput: the file does not have it."""
    wanted = {
        name: (key, str(membership[key])) for key, name in _POINTS.items() if membership.get(key)
    }
    missing = [
        f"{key} {id_!r}"
        for name, (key, id_) in wanted.items()
        if id_ not in pointed[name] and name != "area"
    ]
    if missing:
        what = f"It points at what the file does not have: {', '.join(missing)}."
        raise BadInput(what, remedy="Complete the file.")
    return {name: pointed[name].get(id_, {}) for name, (_, id_) in wanted.items()}


def _membership(
    path: Path, locator: str, membership: Mapping[str, Any], joined: dict[str, Any]
) -> TableRow:
    roles = names_of(membership.get("role"))
    post = joined.get("post", {})
    organization = joined.get("organization", {})
    if post or not _PLAIN_ROLES.issuperset(one.rpartition("@")[0] or one for one in roles):
        called = post.get("names") or names_of(post.get("label")) or roles
        code = membership.get("role_code")
        own = post.get("id") or code or f"{organization.get('id')}/{called[0]}"
        joined["office"] = {"names": called, "id": own, "wikidata": code}
    own = str(membership.get("id") or "")
    cells = {"record": "membership", "membership": {**membership, "id": own}, **joined}
    if own:
        return TableRow(cells, f"{path.name}#{own}")
    return TableRow(cells, locator, positional=True)


def _read(context: ImportContext) -> Iterator[RecordedState]:
    mapping = RowMapping(context)
    rows = (row for path in context.paths for row in _rows(path, context))
    yield RecordedState(
        None, f"State of {', '.join(one.name for one in context.paths)}", mapping.records(rows)
    )


FORMAT = Format("Popolo JSON", ("*.json",), _read, own_mapping("popolo.toml"))
