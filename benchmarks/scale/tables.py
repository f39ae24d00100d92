"""Engines of tables and arrays: the limit (an array scan), DuckDB, PostgreSQL with range types."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.scale.processes import tree
from benchmarks.scale.work import (
    CERTAIN,
    POSSIBLE,
    RULED_OUT,
    Row,
    changed,
    gaps,
    read_register,
)
from tenure.temporal import iso

FAR = 10**7


class Arrays:
    """NumPy arrays of the bounds, scanned whole, and the rows found as JSON: what any can reach."""

    name = "array scan"

    def load(self, folder: Path) -> None:
        import numpy as np

        self._np = np
        tenures = list(read_register(folder))
        self._names = [(one.name, one.person, one.office) for one in tenures]

        def column(number: int, unknown: int) -> Any:
            days = (one[number] for one in tenures)
            return np.array([unknown if day is None else day for day in days], dtype=np.int32)

        self._first, self._begun = column(3, -FAR), column(4, FAR)
        self._lasting, self._last = column(5, -FAR), column(6, FAR)
        numbers: dict[str, int] = {}
        for which in (1, 2):
            for names in self._names:
                numbers.setdefault(names[which], len(numbers))
        self._numbers = numbers
        self._persons, self._offices = (
            np.array([numbers[names[which]] for names in self._names], dtype=np.int32)
            for which in (1, 2)
        )

    def pids(self) -> Sequence[int]:
        return ()

    def disk(self) -> int:
        return 0

    def _surely(self, first: int, last: int) -> Any:
        return (self._begun <= last) & (self._lasting >= first)

    def _maybe(self, first: int, last: int) -> Any:
        return (self._first <= last) & (self._last >= first)

    def _found(self, rows: Any, sure: Any) -> Iterable[tuple[tuple[str, str, str], str]]:
        for row, firm in zip(rows.tolist(), sure[rows].tolist(), strict=True):
            yield self._names[row], CERTAIN if firm else POSSIBLE

    def _judged(self, first: int, last: int, among: Any = None) -> Any:
        found = self._maybe(first, last)
        if among is not None:
            found &= among
        return self._found(self._np.flatnonzero(found), self._surely(first, last))

    def day(self, on: int) -> object:
        return json.dumps([(t[2], t[1], sure) for t, sure in self._judged(on, on)])

    def plain(self, on: int) -> object:
        rows = self._np.flatnonzero(self._surely(on, on)).tolist()
        return json.dumps([self._names[row][1:] for row in rows])

    def office(self, office: str, on: int) -> object:
        among = self._offices == self._numbers[office]
        return json.dumps([(t[0], t[1], sure) for t, sure in self._judged(on, on, among)])

    def stretch(self, first: int, last: int) -> object:
        return json.dumps([(t[0], sure) for t, sure in self._judged(first, last)])

    def changes(self, first: int, last: int) -> object:
        np = self._np
        degrees = [
            np.where(self._surely(day, day), 2, np.where(self._maybe(day, day), 1, 0))
            for day in (first, last)
        ]
        words = (RULED_OUT, POSSIBLE, CERTAIN)
        rows = np.flatnonzero(degrees[0] != degrees[1])
        pairs = (column[rows].tolist() for column in degrees)
        return json.dumps(
            [
                (self._names[row][0], words[was], words[now])
                for row, was, now in zip(rows.tolist(), *pairs, strict=True)
            ]
        )

    def vacancies(self, office: str, first: int, last: int) -> object:
        rows = self._np.flatnonzero(self._offices == self._numbers[office])
        days = zip(self._first[rows].tolist(), self._last[rows].tolist(), strict=True)
        return json.dumps(list(gaps(days, first, last)))

    def history(self, person: str) -> object:
        rows = self._np.flatnonzero(self._persons == self._numbers[person]).tolist()
        return json.dumps([self._names[row][:1] for row in rows])

    def rows(self, work: str, answer: object) -> Iterable[Row]:
        assert isinstance(answer, str)
        found = (tuple(one) for one in json.loads(answer))
        return changed(found) if work == "changes" else found

    def close(self) -> None:
        return


_SURELY = "end_earliest >= CAST({first} AS date) AND start_latest <= CAST({last} AS date)"
"""On some day of a stretch, be it known on which or not."""


class _Sql:
    """What is asked in SQL; rows are fetched, and written as JSON.

    ``certain`` and ``possible`` name the first day of a stretch before the last one.
    """

    name: str
    certain: str
    possible: str

    def _fetch(self, query: str, *values: object) -> list[Row]:
        raise NotImplementedError

    def _json(self, query: str, *values: object) -> object:
        return json.dumps(self._fetch(query, *values))

    def _degree(self, first: str = "%s", last: str = "%s") -> str:
        sure = _SURELY.format(first=first, last=last)
        return f"CASE WHEN {sure} THEN '{CERTAIN}' ELSE '{POSSIBLE}' END"

    def _during(self, first: str = "%s", last: str = "%s") -> str:
        return self.possible.format(first=first, last=last)

    def day(self, on: int) -> object:
        day = iso(on)
        query = f"SELECT office, person, {self._degree()} FROM held WHERE {self._during()}"
        return self._json(query, day, day, day, day)

    def plain(self, on: int) -> object:
        day = iso(on)
        sure = self.certain.format(first="%s", last="%s")
        return self._json(f"SELECT person, office FROM held WHERE {sure}", day, day)

    def office(self, office: str, on: int) -> object:
        day = iso(on)
        return self._json(
            f"SELECT tenure, person, {self._degree()} FROM held"
            f" WHERE office = %s AND {self._during()}",
            *(day, day, office, day, day),
        )

    def stretch(self, first: int, last: int) -> object:
        days = iso(first), iso(last)
        query = f"SELECT tenure, {self._degree()} FROM held WHERE {self._during()}"
        return self._json(query, *days, *days)

    def changes(self, first: int, last: int) -> object:
        degrees = (
            f"CASE WHEN {self._during()} THEN {self._degree()} ELSE '{RULED_OUT}' END AS {name}"
            for name in ("was", "now")
        )
        a, b = iso(first), iso(last)
        return self._json(
            f"SELECT * FROM (SELECT tenure, {', '.join(degrees)} FROM held"
            f" WHERE {self._during()} OR {self._during()}) AS both_days WHERE was <> now",
            *([a] * 4 + [b] * 4 + [a, a, b, b]),
        )

    def vacancies(self, office: str, first: int, last: int) -> object:
        return self._json(
            "SELECT CAST(free AS text), CAST(until AS text) FROM ("
            " SELECT greatest(max(until) OVER before + 1, CAST(%s AS date)) AS free,"
            " least(since - 1, CAST(%s AS date)) AS until FROM ("
            "  SELECT coalesce(start_earliest, DATE '0001-01-01') AS since,"
            "  coalesce(end_latest, DATE '9999-12-30') AS until FROM held WHERE office = %s"
            "  UNION ALL SELECT CAST(%s AS date), CAST(%s AS date)"
            "  UNION ALL SELECT CAST(%s AS date), CAST(%s AS date)) AS stretches"
            " WINDOW before AS (ORDER BY since ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
            ") AS gaps WHERE free <= until",
            *(iso(first), iso(last), office),
            *(iso(first - 1), iso(first - 1), iso(last + 1), iso(last + 1)),
        )

    def history(self, person: str) -> object:
        return self._json("SELECT tenure FROM held WHERE person = %s", person)

    def rows(self, work: str, answer: object) -> Iterable[Row]:
        assert isinstance(answer, str)
        found = (tuple(one) for one in json.loads(answer))
        return changed(found) if work == "changes" else found


class DuckDb(_Sql):
    """DuckDB: a table of columns, without an index."""

    name = "DuckDB"
    certain = _SURELY
    possible = (
        "coalesce(end_latest, DATE '9999-12-30') >= CAST({first} AS date)"
        " AND coalesce(start_earliest, DATE '0001-01-01') <= CAST({last} AS date)"
    )

    def load(self, folder: Path) -> None:
        import duckdb

        self._path = folder / "register.duckdb"
        self._path.unlink(missing_ok=True)
        self._base = duckdb.connect(str(self._path))
        self._base.execute(
            "CREATE TABLE held AS SELECT tenure, person, office, startEarliest AS start_earliest,"
            " startLatest AS start_latest, endEarliest AS end_earliest, endLatest AS end_latest"
            f" FROM read_csv('{folder / 'bounds.csv'}', header = true, types = {{'startEarliest':"
            " 'DATE', 'startLatest': 'DATE', 'endEarliest': 'DATE', 'endLatest': 'DATE'})"
        )
        self._base.execute("CHECKPOINT")

    def _fetch(self, query: str, *values: object) -> list[Row]:
        found: list[Row] = self._base.execute(query.replace("%s", "?"), values).fetchall()
        return found

    def pids(self) -> Sequence[int]:
        return ()

    def disk(self) -> int:
        return self._path.stat().st_size

    def close(self) -> None:
        self._base.close()


class Postgres(_Sql):
    """PostgreSQL: ranges of days with GiST indexes, office and person with B-trees."""

    name = "PostgreSQL"
    certain = "sure && daterange(CAST({first} AS date), CAST({last} AS date), '[]')"
    possible = "maybe && daterange(CAST({first} AS date), CAST({last} AS date), '[]')"

    def load(self, folder: Path) -> None:
        import psycopg

        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not programs:
            raise ImportError("PostgreSQL's server")
        self._folder = Path(tempfile.mkdtemp(prefix="tenure-bench-"))
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:  # under which the server does not run
            self._as = {"user": "postgres"}
            shutil.chown(self._folder, "postgres")
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        data = self._folder / "data"
        subprocess.run(
            [programs[-1] / "initdb", "-D", data, "--auth=trust", "--username=bench"],
            check=True,
            cwd=self._folder,
            **self._as,
            **quiet,
        )
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder),
            "shared_buffers": "512MB",
            "work_mem": "64MB",
            "max_parallel_workers_per_gather": "0",
            "jit": "off",
        }
        options = [part for name, one in settings.items() for part in ("-c", f"{name}={one}")]
        self._server = subprocess.Popen(
            [programs[-1] / "postgres", "-D", data, *options],
            cwd=self._folder,
            **self._as,
            **quiet,
        )
        for left in range(100, -1, -1):
            try:
                self._base = psycopg.connect(
                    host=str(self._folder), user="bench", dbname="postgres", autocommit=True
                )
                break
            except psycopg.OperationalError:
                if not left or self._server.poll() is not None:
                    raise
                time.sleep(0.1)
        days = ("start_earliest", "start_latest", "end_earliest", "end_latest")
        self._base.execute(
            "CREATE TABLE held (tenure text, person text, office text,"
            f" {', '.join(f'{one} date' for one in days)})"
        )
        with (
            self._base.cursor().copy("COPY held FROM STDIN (FORMAT csv, HEADER)") as copy,
            (folder / "bounds.csv").open("rb") as file,
        ):
            while block := file.read(1 << 20):
                copy.write(block)
        for statement in (
            "ALTER TABLE held ADD COLUMN sure daterange",
            "ALTER TABLE held ADD COLUMN maybe daterange",
            "UPDATE held SET maybe = daterange(start_earliest, end_latest, '[]'), sure = 'empty'",
            (
                "UPDATE held SET sure = daterange(start_latest, end_earliest, '[]')"
                " WHERE start_latest <= end_earliest"
            ),
            "CREATE INDEX ON held USING gist (sure)",
            "CREATE INDEX ON held USING gist (maybe)",
            "CREATE INDEX ON held (office)",
            "CREATE INDEX ON held (person)",
            "VACUUM FULL ANALYZE held",
        ):
            self._base.execute(statement)

    def _fetch(self, query: str, *values: object) -> list[Row]:
        return list(self._base.execute(query, values, prepare=True))

    def pids(self) -> Sequence[int]:
        return list(tree(self._server.pid))

    def disk(self) -> int:
        found = self._base.execute("SELECT pg_total_relation_size('held')").fetchone()
        return int(found[0]) if found else 0

    def close(self) -> None:
        self._base.close()
        self._server.terminate()
        self._server.wait(30)
        shutil.rmtree(self._folder)
