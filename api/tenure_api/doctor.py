"""``tenure doctor``: what is set, from where, and what is wrong with it.

To add a check, write a function that takes :class:`~tenure_api.settings.Settings` and returns a
:class:`Check`, and name it in :data:`CHECKS`. A check changes nothing, and takes no longer than a
few seconds.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
import socket
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tenure.catalog import Catalog
from tenure.cli.options import chosen_format
from tenure.cli.output import print_json, print_table
from tenure.errors import TenureError
from tenure.knowledge.filling import own_statements
from tenure.knowledge.renewal import is_current
from tenure.knowledge.store_state import read_format, refuse_foreign
from tenure.model import Schema, parse_policy
from tenure.namespaces import BASE, Names
from tenure.resources import OwnTerms, data_dir, ontology_files
from tenure.store import Store, read_file
from tenure.validate import UserShapes
from tenure_api.audit import Audit
from tenure_api.security import Keys, KeysUnreadable, Tokens, refuse_unsafe
from tenure_api.settings import ResolvedSettings, Settings, load_settings, read_assignments

OK: Final = "ok"
NOTE: Final = "note"
WRONG: Final = "wrong"
_OLDEST_PYTHON: Final = (3, 11)
_LEAST_FREE: Final = 1_000_000_000
_WRITTEN: Final = datetime(2026, 11, 1, tzinfo=UTC)
_SOON: Final = timedelta(days=14)
_SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
_SECCOMP: Final = Path("/proc/sys/kernel/seccomp/actions_avail")


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is (``ok``, ``note`` or ``wrong``), and what was found."""

    name: str
    state: str
    found: str


def python(_settings: Settings) -> Check:
    """Whether this Python is new enough."""
    number = ".".join(str(part) for part in sys.version_info[:3])
    new = sys.version_info >= _OLDEST_PYTHON
    return Check("python", OK if new else WRONG, f"{number}; 3.11 or newer is needed")


def data(settings: Settings) -> Check:
    """Whether the ontology, the queries and the facts are there."""
    try:
        folders = [data_dir("ontology"), data_dir("queries"), settings.facts or data_dir("facts")]
    except TenureError as error:
        return Check("data", WRONG, str(error))
    missing = [str(one) for one in folders if not one.is_dir()]
    if missing:
        return Check("data", WRONG, f"there is no folder {', '.join(missing)}")
    return Check("data", OK, ", ".join(str(one) for one in folders))


def own(settings: Settings) -> Check:
    """Whether the terms, shapes, questions and the default policy of the base's own can be used."""
    terms, names = OwnTerms(settings.ontology, settings.policy), Names(settings.base or BASE)
    try:
        number = len(own_statements(terms, names))
        if terms.shapes:
            UserShapes(terms.shapes)
        catalog = Catalog.load(own=settings.queries)
        packaged = (quad for file in ontology_files() for quad in read_file(file))
        schema = Schema([*packaged, *own_statements(terms, names)])
        facts = (settings.facts or data_dir("facts")).glob("*.trig")
        known = schema.policy_terms({})
        parse_policy(None, replace(known, published=dict.fromkeys(file.stem for file in facts)))
    except TenureError as error:
        return Check("own terms", WRONG, str(error))
    if not terms and settings.queries is None:
        return Check("own terms", OK, "none")
    found = f"{number} statements, {len(terms.shapes)} files of shapes"
    return Check("own terms", OK, f"{found}, {len(catalog)} questions with those of Tenure")


def store(settings: Settings) -> Check:
    """Whether the store can be opened."""
    folder = settings.store
    if folder is None:
        return Check("store", OK, "in memory; nothing that is written outlives the service")
    if not folder.exists():
        if os.access(folder.parent, os.W_OK):
            return Check("store", OK, f"{folder} will be made when it is first served")
        return Check("store", WRONG, f"{folder} cannot be made: its folder cannot be written")
    if not folder.is_dir():
        return Check("store", WRONG, f"{folder} is a file; a store is a folder")
    try:
        is_empty = not any(folder.iterdir())
    except OSError as error:
        return Check("store", WRONG, f"{folder} cannot be read: {error.strerror}")
    if is_empty:
        writable = os.access(folder, os.W_OK)
        return Check("store", OK if writable else WRONG, f"{folder} is empty")
    names = Names(settings.base or BASE)
    try:
        # The doctor looks, and leaves everything as it is.
        with closing(Store(folder, kept=False)) as opened:
            refuse_foreign(opened, names)
            found = read_format(opened, names)
            current = found is None or is_current(opened, names)
    except TenureError as error:
        if _answers(settings):
            return Check("store", OK, f"{folder} is in use by the service that answers")
        return Check("store", WRONG, str(error))
    if found is None:
        return Check("store", OK, f"{folder} holds nothing yet")
    notes = "" if current else "; it is of another version, and brought up by the next that writes"
    is_open = bool(folder.stat().st_mode & 0o077)
    notes += "; other users of this machine can look into it (chmod 700)" if is_open else ""
    good = current and not is_open
    return Check("store", OK if good else NOTE, f"{folder} has format {found}{notes}")


def keys(settings: Settings) -> Check:
    """Whether the keys can be read, and which of them end soon."""
    held = Keys(settings.keys)
    try:
        refuse_unsafe(settings, held)
        good = held.good()
    except KeysUnreadable as error:
        return Check("keys", WRONG, str(error.why))
    except TenureError as error:
        return Check("keys", WRONG, str(error))
    soon = datetime.now(UTC) + _SOON
    ending = [key for key in good if key.ends and datetime.fromisoformat(key.ends) < soon]
    if ending:
        listed = ", ".join(f"{key.id} of {key.name} on {key.ends}" for key in ending)
        return Check("keys", NOTE, f"these end soon: {listed}")
    if settings.writable and not good and not settings.issuer:
        return Check("keys", NOTE, "nobody can write: make a key with 'tenure key new'")
    return Check("keys", OK, f"{len(good)} good ones in {settings.keys}")


def issuer(settings: Settings) -> Check:
    """Whether the keys of the issuer can be fetched."""
    if settings.issuer is None:
        return Check("issuer", OK, "none is set")
    try:
        number = Tokens(settings).number_of_keys()
    except TenureError as error:
        return Check("issuer", WRONG, str(getattr(error, "why", error)))
    return Check("issuer", OK if number else WRONG, f"{number} keys of {settings.issuer}")


def audit(settings: Settings) -> Check:
    """Whether the audit log can be written to, without making it."""
    file = settings.audit_file
    if not settings.writable:
        return Check("audit log", OK, "not needed, since nobody may write")
    if file is None:
        return Check("audit log", NOTE, "none: writes are in the log only; set 'audit'")
    try:
        if file.exists():
            Audit(file).check()
        elif not os.access(file.parent, os.W_OK):
            return Check("audit log", WRONG, f"{file} cannot be made")
    except OSError as error:
        return Check("audit log", WRONG, f"{file}: {error.strerror}")
    return Check("audit log", OK, str(file))


def port(settings: Settings) -> Check:
    """Whether the address can be listened on, or this service listens there already."""
    place = f"{settings.host}:{settings.port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as bound:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and _answers(settings):
            return Check("port", OK, f"Tenure answers on {place}")
        return Check("port", WRONG, f"cannot listen on {place}: {error.strerror}")
    return Check("port", OK, f"{place} is free" if settings.port else f"any of {settings.host}")


def confinement(_settings: Settings) -> Check:
    """Whether the system can keep a query from reaching the network."""
    try:
        actions = _SECCOMP.read_text(encoding="ascii").split()
    except OSError:
        actions = []
    known = platform.machine() in ("x86_64", "aarch64")
    if sys.platform == "linux" and "errno" in actions and known:
        return Check("seccomp", OK, "queries are kept from the network by the system")
    return Check(
        "seccomp", NOTE, "not on this system: queries are kept from the network by inspection alone"
    )


def memory(settings: Settings) -> Check:
    """Whether all queries at their limit fit into the memory of the machine."""
    workers = settings.query_workers
    asked = workers * settings.query_memory_mb
    try:
        held = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (AttributeError, ValueError, OSError):
        return Check("memory", NOTE, "this system does not say how much it has")
    found = f"{workers} workers of {settings.query_memory_mb} MB each; the machine has {held} MB"
    return Check("memory", NOTE if asked > held else OK, found)


def disk(settings: Settings) -> Check:
    """Whether there is room where the store and the audit log are."""
    folder = _existing(settings.store or settings.audit or Path())
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB are free at {folder}"
    return Check("disk", OK if free >= _LEAST_FREE or settings.store is None else WRONG, found)


def temporary(settings: Settings) -> Check:
    """Whether copies of the store for queries can share its files."""
    try:
        folder = Path(tempfile.gettempdir())
        beside = _existing(settings.store) if settings.store else folder
        shared = folder.stat().st_dev == beside.stat().st_dev
    except OSError as error:
        return Check("temporary files", WRONG, str(error))
    if shared:
        return Check("temporary files", OK, str(folder))
    found = (
        f"{folder} is on another file system than the store: each copy for queries is a whole one"
    )
    return Check("temporary files", NOTE, f"{found}; name a folder beside the store in TMPDIR")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that exists."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


def clock(_settings: Settings) -> Check:
    """Whether the clock can be right: recorded time, ends of keys and tokens rest on it."""
    now = datetime.now(UTC)
    shown = now.isoformat(timespec="seconds")
    if now < _WRITTEN:
        return Check("clock", WRONG, f"{shown} is before this program was written")
    if _SYNCHRONISED.exists():
        return Check("clock", OK, f"{shown}, synchronised")
    return Check("clock", OK, f"{shown}; whether it is synchronised cannot be seen here")


def java(_settings: Settings) -> Check:
    """Whether ``tenure reason`` finds the Java that it needs."""
    found = shutil.which("java")
    return (
        Check("java", OK, found) if found else Check("java", NOTE, "none; only 'reason' needs it")
    )


CHECKS: Final[tuple[Callable[[Settings], Check], ...]] = (
    python,
    data,
    own,
    store,
    keys,
    issuer,
    audit,
    port,
    confinement,
    memory,
    disk,
    temporary,
    clock,
    java,
)


def _answers(settings: Settings) -> bool:
    """Whether a service of ours answers at the address."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{host}:{settings.port}/health", timeout=2) as answer:
            health = json.loads(answer.read(10_000))
    except (OSError, ValueError):
        return False
    return isinstance(health, dict) and health.get("status") == "ok" and "version" in health


def doctor_command(
    config: Annotated[
        Path | None, typer.Option(help="The file of the settings; default: tenure.toml, if any.")
    ] = None,
    assigned: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE: any setting, as for serve.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
) -> None:
    """Say what is set, from where, and what is wrong with it; changes nothing.

    Exit code 1 where something is wrong.
    """
    chosen = chosen_format(form, ("table", "json"))
    found: ResolvedSettings | None = None
    try:
        found = load_settings(config, read_assignments(assigned or []))
    except TenureError as error:
        checks = [Check("settings", WRONG, str(error))]
    else:
        source = str(found.file) if found.file else "no file; defaults and environment"
        checks = [Check("settings", OK, source), *(check(found.settings) for check in CHECKS)]
    settings = _listed(found) if found else []
    if chosen == "json":
        answer = {"checks": [asdict(one) for one in checks], "settings": settings}
        print_json(answer)
    else:
        print_table(("check", "state", "found"), [(c.name, c.state, c.found) for c in checks])
        if settings:
            typer.echo()
            rows = [(one["name"], _shown(one["value"]), one["from"]) for one in settings]
            print_table(("setting", "value", "from"), rows)
    if any(check.state == WRONG for check in checks):
        raise typer.Exit(1)


def _listed(found: ResolvedSettings) -> list[dict[str, Any]]:
    values = found.settings.model_dump(mode="json")
    return [
        {"name": name, "value": value, "from": found.origins[name]}
        for name, value in values.items()
    ]


def _shown(value: Any) -> str:
    if value is None or value == []:
        return "-"
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
