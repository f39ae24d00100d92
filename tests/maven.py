"""Java libraries for tests, which Maven has in its own cache or fetches."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def class_path(pom: Path, folder: Path, seconds: float = 300) -> str:
    """The class path of what a ``pom`` names; ``folder`` is an empty one to work in.

    The test is skipped where there is no Java or Maven, or where Maven does not get the libraries
    in so many seconds.
    """
    java, maven = shutil.which("java"), shutil.which("mvn")
    if java is None or maven is None:
        pytest.skip("Java and Maven are needed (on Debian: apt-get install maven)")
    file = folder / "class-path"
    command = [maven, "-q", "-B", "-f", str(pom)]
    command += ["dependency:build-classpath", f"-Dmdep.outputFile={file}"]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            # It is done before a better compiler would pay.
            env={**os.environ, "MAVEN_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"},
            capture_output=True,
            check=False,
            text=True,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        pytest.skip("Maven does not reach the libraries in time")
    if done.returncode != 0:
        pytest.skip(f"Maven could not fetch the libraries: {done.stdout[-300:]}")
    return file.read_text(encoding="utf-8").strip()
