"""What every test may ask for: the checkout, outside material, a command, a browser."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tests.amount import cases
from tests.forked import forked_command

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.resources import NO_TERMS, OwnTerms

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a test's own is made in it
_ROOM = 4 << 30
_LONG = frozenset(("crash", "golden", "hostile", "ontology", "reason"))


def pytest_configure() -> None:
    """Let Hypothesis judge results, never speed; a busy machine is no fault of the code."""
    inherited = settings.get_profile(settings.get_current_profile_name())
    settings.register_profile("tenure", parent=inherited, deadline=None, max_examples=cases(100))
    settings.load_profile("tenure")
    gc.set_threshold(50_000, 20, 1_000)
    _stay_in_memory()


def _stay_in_memory() -> None:
    """Keep what tests write in memory, if there is room: half of their time they wait for a disk.

    What is killed here are processes, never the machine, so nothing is proved by waiting.
    """
    if "TMPDIR" not in os.environ and os.access(_IN_MEMORY, os.W_OK):
        room = os.statvfs(_IN_MEMORY)
        if room.f_bavail * room.f_frsize >= _ROOM and not room.f_flag & os.ST_NOEXEC:
            os.environ["TMPDIR"] = tempfile.tempdir = str(_IN_MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders of the longest tests, lest one worker end with such a test alone."""
    items.sort(key=lambda item: item.path.parent.name not in _LONG)


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Look for circles between folders, and never again in what outlives one.

    Session fixtures hold a gigabyte of objects, which Python otherwise goes through again and again
    (a quarter of the processor time of all tests).
    """
    if nextitem is None or nextitem.path.parent != item.path.parent:
        gc.collect()
        gc.freeze()


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared(repo_root: Path) -> Path:
    """The folder beside the checkout with source texts and test vectors; skips without it."""
    folder = repo_root.parent / "shared"
    if not folder.is_dir():
        pytest.skip("there is no folder 'shared' beside the checkout (source texts, test vectors)")
    return folder


@pytest.fixture(scope="session")
def kb(repo_root: Path) -> Iterator[KnowledgeBase]:
    """The knowledge base of ``kb/facts``, in memory; nobody changes it."""
    opened = open_knowledge_base(repo_root / "kb" / "facts")
    yield opened
    opened.store.close()


@pytest.fixture
def opened_once(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have commands in this process read the facts that come along from ``kb``."""

    def opening(
        facts: Path | None = None,
        *,
        store: Path | None = None,
        base: str | None = None,
        terms: OwnTerms = NO_TERMS,
    ) -> KnowledgeBase:
        if facts is None and store is None and base is None and not terms:
            return kb
        return open_knowledge_base(facts, store=store, base=base, terms=terms)

    monkeypatch.setattr("tenure.cli.opening.open_knowledge_base", opening)


@pytest.fixture(scope="session")
def catalog(repo_root: Path) -> Catalog:
    """The catalogue of ``queries``."""
    return Catalog.load(repo_root / "queries")


@pytest.fixture(scope="session")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a command ``tenure`` that is a process of its own and starts at once."""
    with forked_command(tmp_path_factory.mktemp("forked")) as folder:
        yield folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A Chromium of this machine; skips without one. Mark such tests ``browser``."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return Path(found)
    pytest.skip("there is no Chromium on this machine (on Debian: apt-get install chromium)")
