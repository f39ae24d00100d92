"""What a page is looked at by: the day, how sure, on whose word, and known when.

All four stand in the address (``?day=…&degree=…&policy=…&known-at=…``) and are carried along by
every link of a page: by :meth:`View.link`, and by the ``links`` of its templates, which are bound
to the view. :func:`read_view` is the one place that reads them from a request.

A day that cannot be read stays in its field and is explained there (:attr:`View.problem`); the page
is that of the base's own default day then: the last day that a source of it can vouch for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, urlencode

from pyoxigraph import Literal
from starlette.requests import Request

from tenure.errors import BadInput, NotFound, TenureError, TooLarge
from tenure.fusion import ANY, Moment, on_day_within
from tenure.knowledge import KnowledgeBase
from tenure.model.edits import EDITS
from tenure.namespaces import local_name
from tenure.temporal import Certainty, iso
from tenure.temporal.in_words import date_in_words, day_in_words
from tenure.views import least_degree, read_key

DAY: Final = "day"
DEGREE: Final = "degree"
POLICY: Final = "policy"
KNOWN_AT: Final = "known-at"
VIEW_NAMES: Final = (DAY, DEGREE, POLICY, KNOWN_AT)
"""The parameters that every page takes, whatever else it takes."""

PAGE: Final = "page"
"""The parameter that says which part of what is shown page by page."""
_PARTS: Final = (PAGE, "events", "claims")
"""All that say which part is shown: there may be no such part by another view."""

_OF_DAY: Final = "/at"
"""The path of the page whose parts are of the day."""

_LONGEST: Final = 300
"""Characters of a value that the page of a problem carries along."""
Named = Callable[[str], tuple[Literal, ...]]
"""The names of a thing by its IRI."""


@dataclass(frozen=True, slots=True)
class View:
    """What a page is looked at by. Made by :func:`read_view`.

    Attributes:
        day: a day, any EDTF value, ``event/…``, ``source/…``, ``before/…``, be it in words in the
            address; empty for the base's own default day.
        otherwise: what else it can be, where it is written so that nobody can tell.
        degree: what is less sure is not shown.
        policy: which claims count, as text; empty for the base's default.
        known_at: an instant of recorded time; empty for now.
        moment: the day as the catalogue resolves moments.
        first: the first day number that the moment can be; None where it is not known.
        last: the last one.
        phrase: the day in words, such as ``on 3 January 2020`` or ``on the day of``.
        named: what the day is that of, where it has a name.
        vouching: the IRI of the source that the default day is that of; empty for a chosen day.
        problem: why ``day`` cannot be read, with the remedy; empty where it can.
        path: the path of the page.
        others: the parameters of the page that are not of the view.
    """

    day: str = ""
    otherwise: tuple[str, ...] = ()
    degree: Certainty = Certainty.PRESUMED
    policy: str = ""
    known_at: str = ""
    moment: Moment = ANY
    first: int | None = None
    last: int | None = None
    phrase: str = ""
    named: tuple[Literal, ...] = ()
    vouching: str = ""
    problem: tuple[str, str] | None = None
    path: str = "/"
    others: tuple[tuple[str, str], ...] = field(default=())

    @property
    def given(self) -> dict[str, str]:
        """The parameters of the view that are not as they are by default."""
        degree = "" if self.degree is Certainty.PRESUMED else str(self.degree)
        values = (self.day, degree, self.policy, self.known_at)
        return {name: value for name, value in zip(VIEW_NAMES, values, strict=True) if value}

    @property
    def policy_text(self) -> str:
        """The policy with the instant of ``known_at``, as :meth:`KnowledgeBase.policy` takes it."""
        known = f"{KNOWN_AT}={self.known_at}" if self.known_at else ""
        return ";".join(filter(None, (self.policy, known)))

    @property
    def suffix(self) -> str:
        """The same as the query string of an address, with its question mark; or nothing."""
        return f"?{_encoded(self.given)}" if self.given else ""

    @property
    def machine(self) -> str:
        """What addresses of machine formats take of it, to be followed by another parameter."""
        known = {name: value for name, value in self.given.items() if name in (POLICY, KNOWN_AT)}
        return f"{_encoded(known)}&" if known else ""

    def link(self, path: str, **more: str | int | None) -> str:
        """The address of ``path`` on this service with the view carried along.

        ``more`` are further parameters, or other values for those of the view (``known_at`` for
        ``known-at``); empty ones are left out. Addresses elsewhere stay as they are.
        """
        if not path.startswith(("/", "?")) or path.startswith("//"):
            return path
        address, hash_, anchor = path.partition("#")
        plain, _, query = address.partition("?")
        values = self.given | dict(parse_qsl(query, keep_blank_values=True))
        values |= {name.replace("_", "-"): str(v or "") for name, v in more.items()}
        if values.get(DEGREE) == Certainty.PRESUMED:
            del values[DEGREE]
        ordered = sorted(values, key=lambda name: name in VIEW_NAMES and VIEW_NAMES.index(name) + 1)
        asked = _encoded({name: values[name] for name in ordered if values[name]})
        return plain + (f"?{asked}" if asked else "") + hash_ + anchor

    def here(self, **more: str | int | None) -> str:
        """The address of the same page, with other values for some parameters.

        Looked at otherwise it begins with its first part: there may be no such part as this one.
        """
        others: dict[str, str] = dict(self.others)
        for name in more:
            others = {n: v for n, v in others.items() if (n, v) in self.kept(name)}
        return self.link(f"{self.path}?{_encoded(others)}", **more)

    def kept(self, but: str) -> Sequence[tuple[str, str]]:
        """The other parameters of the page that stay where one is another.

        Of the view: all but those that say which part of it is shown. What there is on a page but
        that of a day does not hang on the day.
        """
        name = but.replace("_", "-")
        if name not in VIEW_NAMES or (name == DAY and self.path != _OF_DAY):
            return self.others
        return [(name, value) for name, value in self.others if name not in _PARTS]

    @property
    def single(self) -> str:
        """The one day that the moment is, as ``YYYY-MM-DD``; empty where it is more than one."""
        return iso(self.first) if self.first is not None and self.first == self.last else ""

    @property
    def begins(self) -> str:
        """The first day that the moment can be, as ``YYYY-MM-DD``; empty where unknown."""
        return "" if self.first is None else iso(self.first)


def _encoded(values: dict[str, str]) -> str:
    return urlencode(values, safe="/:,~")


def read_view(
    kb: KnowledgeBase, named: Named, request: Request, *, forgiving: bool = False
) -> View:
    """The view that a request asks for.

    Where ``forgiving``, as for the page of a problem, whatever is wrong in it is left out.

    Raises :class:`~tenure.errors.BadParameter` for a degree that is none, and
    :class:`~tenure.errors.BadPolicy` for a policy, or an instant, that is none.
    """
    values = {name: request.query_params.get(name, "").strip() for name in VIEW_NAMES}
    if forgiving:  # left out, not cut: a part of a policy is another policy
        values = {name: "" if len(text) > _LONGEST else text for name, text in values.items()}
    view = View(
        day=values[DAY],
        path=request.url.path,
        others=tuple(
            (name, value)
            for name, value in request.query_params.multi_items()
            if name not in VIEW_NAMES and value
        ),
    )
    leaving = partial(suppress, TenureError) if forgiving else nullcontext
    with leaving():
        view = replace(view, degree=least_degree(values[DEGREE] or "presumed"))
    with leaving():
        view = _known(kb, replace(view, policy=values[POLICY]))
    with leaving():
        view = _known(kb, replace(view, known_at=values[KNOWN_AT]))
    return resolved(kb, named, view)


def _known(kb: KnowledgeBase, view: View) -> View:
    """The view, whose policy there is. Raises as :meth:`KnowledgeBase.policy`."""
    kb.policy(view.policy_text)
    return view


def resolved(kb: KnowledgeBase, named: Named, view: View) -> View:
    """The view with its day worked out; with the problem where the day cannot be read."""
    if not view.day:
        return _on_default_day(kb, view)
    try:
        (key, *otherwise), moment = read_day(kb, view.day)
    except (BadInput, NotFound) as error:
        problem = error.what, error.remedy or ""
        return replace(_on_default_day(kb, view), problem=problem)
    first, last = _days(kb, moment)
    phrase, of = _in_words(kb, named, key, first, last)
    known = replace(view, moment=moment, first=first, last=last, phrase=phrase, named=of)
    return replace(known, day=key, otherwise=tuple(otherwise))


def read_day(kb: KnowledgeBase, text: str) -> tuple[tuple[str, ...], Moment]:
    """What a day can be that is typed or stands in an address, and the moment of the likeliest.

    Raises as :func:`tenure.views.read_key`.
    """
    forms = kb.forms_of_time(text) or (text,)
    return forms, read_key(kb.names, kb.resolve_dated, forms[0])


def _on_default_day(kb: KnowledgeBase, view: View) -> View:
    day, source = kb.companion(_DefaultDay).found
    moment = on_day_within(iso(day), day, day)
    phrase = f"on {day_in_words(day)}"
    return replace(view, moment=moment, first=day, last=day, phrase=phrase, vouching=source)


class _DefaultDay:
    """The last day on which a source of a base can have been published, and that source.

    Of a base without one, and of what is said to be published later, it is today.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._of: object = None
        self._today = 0
        self._found = (0, "")

    @property
    def found(self) -> tuple[int, str]:
        """The day and the IRI of the source, which is empty where there is none."""
        snapshot = self._kb.snapshot
        today = datetime.now(UTC).date().toordinal()
        if self._of is not snapshot.policy_terms or self._today != today:
            published = snapshot.policy_terms.published
            past = {slug: day for slug, day in published.items() if day and day <= today}
            newest = max(sorted(past.keys() - {EDITS}), key=past.__getitem__, default="")
            source = self._kb.names.source_prefix + newest if newest else ""
            self._found = past.get(newest, today), source
            self._of, self._today = snapshot.policy_terms, today
        return self._found


def _days(kb: KnowledgeBase, moment: Moment) -> tuple[int | None, int | None]:
    """The first and the last day number that a moment can be."""
    low, high = moment.begun, moment.lasting
    if low is None or high is None:
        return (low.shift if low and low.iri is None else None), None
    if low.iri is None and high.iri is None:
        return low.shift, high.shift
    iri = low.iri or high.iri or ""
    if iri in kb.sources:
        published = kb.sources[iri].published.fuzzy_bounds
        return published.earliest, published.latest
    found = kb.occurrences([iri]).get(iri)
    if found is None:
        return None, None
    bounds = found.bounds
    first, last = (
        (bounds.start_earliest, bounds.start_latest)
        if low.which == "start"
        else (bounds.end_earliest, bounds.end_latest)
    )
    shift = low.shift
    return (
        None if first is None else first + shift,
        None if last is None else last + shift,
    )


def _in_words(
    kb: KnowledgeBase, named: Named, key: str, first: int | None, last: int | None
) -> tuple[str, tuple[Literal, ...]]:
    head, _, rest = key.partition("/")
    relation = head if head in ("before", "after") and rest else ""
    text = rest if relation else key
    if first is not None and first == last and not _is_name(text):
        return f"on {day_in_words(first)}", ()
    if key == "any":
        return "at any time", ()
    if _is_name(text):
        with suppress(TenureError):
            iri = kb.resolve_dated(text)
            words = {
                "": "on the day of",
                "before": "on the day before",
                "after": "on the day after",
            }
            return words[relation], named(iri)
    with suppress(TenureError):
        return f"{relation} {date_in_words(text)}".strip(), ()
    return key.replace("/", " "), ()


def _is_name(text: str) -> bool:
    return text[:1].isalpha() and ("/" in text or ":" in text)


# --- The bar -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BarChoices:
    """What the bar of a page offers beside its view: the days around, and the policies by name."""

    view: View
    kb: KnowledgeBase

    @property
    def day_before(self) -> str:
        """The day before the view's first; empty where that is not known."""
        return "" if self.view.first is None else _short(self.view.first - 1)

    @property
    def day_after(self) -> str:
        """The day after the view's last; empty where that is not known."""
        return "" if self.view.last is None else _short(self.view.last + 1)

    @property
    def change_before(self) -> str:
        """The last day before the view's on which something changed; empty where none did."""
        days = self._changes
        place = 0 if self.view.first is None else bisect_left(days, self.view.first)
        return iso(days[place - 1]) if place else ""

    @property
    def change_after(self) -> str:
        """The first day after the view's on which something changes."""
        days = self._changes
        place = len(days) if self.view.last is None else bisect_right(days, self.view.last)
        return iso(days[place]) if place < len(days) else ""

    @property
    def _changes(self) -> Sequence[int]:
        # A page says itself that a base is too large for a policy, the page of that problem too.
        with suppress(TooLarge):
            return self.kb.change_days(self.view.degree, self.kb.policy(self.view.policy_text))
        return ()

    @property
    def policy_name(self) -> str:
        """What the chosen policy is called, or its text."""
        text = self.view.policy
        named = (one.label for one in self.policies if text == f"policy={one.name}")
        return next(named, text)

    @property
    def policies(self) -> list[PolicyChoice]:
        """The policies that have a name."""
        return named_policies(self.kb)


def _short(day: int) -> str:
    """The day as ``YYYY-MM-DD``; empty where its year has five digits, which no EDTF day has."""
    text = iso(day)
    return text if len(text.removeprefix("-")) == len("YYYY-MM-DD") else ""


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    """A policy that the ontology names: what it is called, what it does, and its text."""

    name: str
    label: str
    does: str
    text: str


def named_policies(kb: KnowledgeBase) -> list[PolicyChoice]:
    """The policies that have a name, by name."""
    schema = kb.schema
    return [
        PolicyChoice(local_name(iri), schema.label(iri), schema.definition(iri), text)
        for iri, text in sorted(schema.policies.items())
    ]
