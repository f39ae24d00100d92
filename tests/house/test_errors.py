"""What is refused says what to do about it."""

from __future__ import annotations

import ast
from pathlib import Path

from tenure import errors

REFUSALS = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.TenureError)
}
# A list of faults, each with a remedy of its own.
EXCEPT = {"kb/tenure/ingest/draft.py"}


def test_every_refusal_has_a_remedy(repo_root: Path) -> None:
    lacking = [
        f"{name}:{call.lineno}"
        for folder in ("kb/tenure", "api/tenure_api")
        for file in sorted((repo_root / folder).rglob("*.py"))
        if (name := file.relative_to(repo_root).as_posix()) not in EXCEPT
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in REFUSALS
        and not {one.arg for one in call.keywords} & {"remedy", None}
    ]
    assert lacking == []
