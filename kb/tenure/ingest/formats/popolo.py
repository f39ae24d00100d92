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
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.reading import json_items
from tenure.ingest.records import ImportReport
from tenure.ingest.rows import RowMapping, TableRow

_Things: TypeAlias = dict[str, dict[str, Any]]
_KEPT = ("birth_date", "death_date", "start_date", "end_date", "organization_id", "role", "label")
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
        if isinstance(one, Mapping) and one.get("scheme") == "wikidata"
    )
    found["wikidata"] = next(wikidata, None)
    found.update((key, item[key]) for key in _KEPT if key in item)
    return found


def _other_names(item: Mapping[str, Any]) -> Iterator[str]:
    for one in item.get("other_names") or ():
        if isinstance(one, Mapping) and one.get("name"):
            yield f"{one['name']}@{one['lang']}" if one.get("lang") else f"{one['name']}@"


def _things(path: Path, kind: str, report: ImportReport) -> _Things:
    found: _Things = {}
    for number, item in enumerate(json_items(path, f"{kind}.item", report)):
        locator = f"{path.name}#{kind}/{number}"
        if not isinstance(item, dict) or not item.get("id"):
            remedy = "Nothing can point at it; give it an id."
            report.fault(
                locator, BadInput(f"There is one of the {kind} without an id.", remedy=remedy)
            )
        elif item["id"] in found:
            what = f"There are two of the {kind} with the id {item['id']!r}; the first was taken."
            report.fault(locator, what)
        else:
            found[str(item["id"])] = _thing(item)
    return found


def _rows(path: Path, context: ImportContext) -> Iterator[TableRow]:
    report = context.report
    persons, organizations, areas, posts, events = (
        _things(path, kind, report)
        for kind in ("persons", "organizations", "areas", "posts", "events")
    )
    blank = context.mapping.get("popolo", {}).get("blank") == "whole term"
    for one in events.values():
        organization = organizations.get(str(one.get("organization_id")), {})
        cells = {"record": "term", "term": one, "organization": organization}
        if one.get("organization_id"):
            yield TableRow(cells, f"{path.name}#{one['id']}")
    for one in persons.values():
        if one.get("birth_date") or one.get("death_date"):
            yield TableRow({"record": "person", "person": one}, f"{path.name}#{one['id']}")
    for number, membership in enumerate(json_items(path, "memberships.item", report)):
        locator = f"{path.name}#memberships/{number}"
        if not isinstance(membership, dict):
            report.fault(locator, "The membership is no object.")
            continue
        joined, missing = {}, []
        for name, key, things in (
            ("person", "person_id", persons),
            ("organization", "organization_id", organizations),
            ("party", "on_behalf_of_id", organizations),
            ("post", "post_id", posts),
            ("term", "legislative_period_id", events),
            ("area", "area_id", areas),
        ):
            if wanted := membership.get(key):
                joined[name] = things.get(str(wanted), {})
                if str(wanted) not in things and name != "area":
                    missing.append(f"{key} {wanted!r}")
        if missing:
            what = f"It points at what the file does not have: {', '.join(missing)}."
            report.fault(locator, BadInput(what, remedy="Complete the file."))
            continue
        if blank and "term" in joined:
            term = joined["term"]
            dates = {key: term[key] for key in ("start_date", "end_date") if term.get(key)}
            membership = {**dates, **membership}  # noqa: PLW2901 - with the dates that it means
        yield _membership(path, number, membership, joined)


def _membership(
    path: Path, number: int, membership: Mapping[str, Any], joined: dict[str, Any]
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
    return TableRow(cells, f"{path.name}#memberships/{number}", positional=True)


def _read(context: ImportContext) -> Iterator[RecordedState]:
    mapping = RowMapping(context)
    rows = (row for path in context.paths for row in _rows(path, context))
    yield RecordedState(
        None, f"State of {', '.join(one.name for one in context.paths)}", mapping.records(rows)
    )


FORMAT = Format("Popolo JSON", ("*.json",), _read, own_mapping("popolo.toml"))
