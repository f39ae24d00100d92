"""Tenure itself, by its catalogue and by graphs of days: in this process, and over HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.scale.processes import tree
from benchmarks.scale.work import Row
from benchmarks.warm_http import port_of
from tenure.catalog import Catalog, ask
from tenure.knowledge import open_knowledge_base
from tenure.namespaces import BASE
from tenure.store import Solutions
from tenure.store.formats import JSON
from tenure.temporal import iso

_PLAIN = (
    "PREFIX org: <http://www.w3.org/ns/org#> SELECT ?person ?office"
    f" FROM <{BASE}at/{{day}}> {{{{ ?person org:holds ?office }}}}"
)
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "day": ("office", "person", "certainty"),
    "plain": ("person", "office"),
    "office": ("situation", "person", "certainty"),
    "stretch": ("situation", "certainty"),
    "changes": ("situation", "change"),
    "vacancies": ("from", "to"),
    "history": ("thing",),
}


class _Ours:
    name: str
    _store: Path

    def _question(self, name: str, **given: str) -> object:
        raise NotImplementedError

    def _query(self, text: str) -> object:
        raise NotImplementedError

    def day(self, on: int) -> object:
        return self._question("incumbents", at=iso(on))

    def plain(self, on: int) -> object:
        return self._query(_PLAIN.format(day=iso(on)))

    def office(self, office: str, on: int) -> object:
        return self._question("office-holders", office=office.removeprefix("id/"), at=iso(on))

    def stretch(self, first: int, last: int) -> object:
        return self._question("sometime", from_=iso(first), to=iso(last), kind="Tenure")

    def changes(self, first: int, last: int) -> object:
        return self._question("changes", from_=iso(first), to=iso(last))

    def vacancies(self, office: str, first: int, last: int) -> object:
        days = {"from_": iso(first), "to": iso(last)}
        return self._question("vacancies", office=office.removeprefix("id/"), **days)

    def history(self, person: str) -> object:
        return self._question("history", entity=person.removeprefix("id/"))

    def rows(self, work: str, answer: object) -> Iterable[Row]:
        assert isinstance(answer, bytes)
        for row in json.loads(answer)["results"]["bindings"]:
            if work != "history" or row["what"]["value"] == "situation":
                yield tuple(row[name]["value"].removeprefix(BASE) for name in _COLUMNS[work])

    def disk(self) -> int:
        return sum(one.stat().st_size for one in self._store.rglob("*") if one.is_file())


class Library(_Ours):
    """From Python, its answers written as SPARQL's JSON."""

    name = "Tenure, library"

    def load(self, folder: Path) -> None:
        self._store = folder / "store"
        self._kb = open_knowledge_base(store=self._store)
        self._catalog = Catalog.load()

    def _question(self, name: str, **given: str) -> object:
        asked = {key.rstrip("_"): value for key, value in given.items()}
        answer = ask(self._kb, self._catalog.find(name), asked, self._kb.policy(None))
        assert isinstance(answer, Solutions)
        return answer.serialise(JSON)

    def _query(self, text: str) -> object:
        answer = self._kb.query(text)
        assert isinstance(answer, Solutions)
        return answer.serialise(JSON)

    def pids(self) -> Sequence[int]:
        return ()

    def close(self) -> None:
        self._kb.close()
        self._kb.store.close()


class Served(_Ours):
    """By ``tenure serve``, over HTTP."""

    name = "Tenure, HTTP"

    def load(self, folder: Path) -> None:
        self._store = folder / "store"
        command = [sys.executable, "-u", "-m", "tenure", "serve", "--port", "0"]
        self._server = subprocess.Popen(
            [*command, "--store", str(self._store)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.address = f"http://127.0.0.1:{port_of(self._server)}"

    def get(self, address: str, accept: str = "application/sparql-results+json") -> bytes:
        request = urllib.request.Request(self.address + address, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=600) as answer:
            text: bytes = answer.read()
        return text

    def _question(self, name: str, **given: str) -> object:
        values = {re.sub("_$", "", key): value for key, value in given.items()}
        return self.get(f"/queries/{name}?{urllib.parse.urlencode(values)}")

    def _query(self, text: str) -> object:
        return self.get(f"/sparql?{urllib.parse.urlencode({'query': text})}")

    def pids(self) -> Sequence[int]:
        return list(tree(self._server.pid))

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(60)
