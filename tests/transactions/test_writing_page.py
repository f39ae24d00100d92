"""writing.md and durability.md: the example is committed, the numbers are in use."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.transactions.documents import body

from tenure.knowledge import KnowledgeBase
from tenure.knowledge.store_state import FORMAT
from tenure.namespaces import BASE
from tenure.transactions import Committed
from tenure.transactions.commit import KEPT_FREE


@pytest.fixture(scope="module")
def pages(repo_root: Path) -> dict[str, str]:
    """The two pages."""
    names = ("writing", "durability")
    found = {name: next(repo_root.glob(f"docs/*/{name}.md")) for name in names}
    return {name: page.read_text(encoding="utf-8") for name, page in found.items()}


def test_the_example_is_committed_and_repeated_in_vain(
    pages: dict[str, str], kb: KnowledgeBase, write: Callable[..., Committed]
) -> None:
    (example,) = re.findall(r"```trig\n(.*?)```", pages["writing"], re.DOTALL)
    done = write(body(example))
    assert done.added == (f"{BASE}claim/example-gazette/1",)
    assert f"{BASE}id/tenure/jane-roe--pmu-deputy-head" in kb.world().occurrences
    assert not write(body(example)).changed


def test_the_numbers_are_those_in_use(pages: dict[str, str]) -> None:
    assert f"fewer than {KEPT_FREE // 1_000_000} million bytes" in pages["durability"]
    assert f"writes format {FORMAT}" in pages["durability"]


def test_what_it_tells_to_run_is_there(pages: dict[str, str], repo_root: Path) -> None:
    makefile = (repo_root / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make ([a-z]+)", pages["durability"])) - {"crash"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for command in set(re.findall(r"`tenure ([a-z]+)", pages["durability"])):
        assert f"## tenure {command}" in (repo_root / "docs" / "reference" / "cli.md").read_text(
            "utf-8"
        )
