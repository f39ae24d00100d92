"""Fetches the W3C's test suite for SHACL: ``python -m tests.validate.fetch_shacl_suite``.

The source package of pySHACL carries a copy. It goes beside the installed packages, where the tests
look for it; nothing of it comes into the checkout.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.validate.shacl_suite import FETCHED

_CARRIED = "test/resources/sht_tests"


def main() -> int:
    """Fetch it anew, of the version of pySHACL that is installed."""
    package = f"pyshacl=={version('pyshacl')}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--no-binary", "pyshacl", "--dest", name]
        if subprocess.run([*command, package], check=False).returncode:
            sys.stderr.write(f"error: the source package {package} could not be fetched\n")
            return 1
        (archive,) = folder.glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        (carried,) = folder.glob(f"*/{_CARRIED}")
        shutil.rmtree(FETCHED, ignore_errors=True)
        shutil.copytree(carried, FETCHED)
    sys.stdout.write(f"the suite is in {FETCHED}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
