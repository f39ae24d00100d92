"""Build the container image, start it as deploy/Containerfile says, and ask it as its users would.

Takes podman, or else docker. The image is ``tenure:<version>``; the container and its volume are
removed afterwards, the image is kept. A single check that fails ends the script with exit code 1.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import tomllib

from try_wheel import ROOT, Failed, ask_over_http, free_port, get, run

HARDENED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "all")  # noqa: S108 - in the container
START_UP_SECONDS = 60.0


def main() -> int:
    """Run all checks; the exit code."""
    engine = shutil.which("podman") or shutil.which("docker")
    if engine is None:
        print("image: neither podman nor docker is installed here", file=sys.stderr)
        return 1
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    tag, name, volume = f"tenure:{version}", "tenure-trial", "tenure-trial"
    try:
        run([engine, "build", "-f", ROOT / "deploy" / "Containerfile", "-t", tag, ROOT])
        print(f"image: built {tag}")
        for _ in ("filled", "started again"):
            port = free_port()
            published = ["-p", f"127.0.0.1:{port}:8080", "-v", f"{volume}:/var/lib/tenure"]
            run([engine, "run", "-d", "--rm", "--name", name, *HARDENED, *published, tag])
            wait(f"http://127.0.0.1:{port}")
            ask_over_http(f"http://127.0.0.1:{port}")
            run([engine, "stop", "-t", "20", name])
    except Failed as failure:
        print(f"image: FAILED: {failure}", file=sys.stderr)
        return 1
    finally:
        for words in (["rm", "-f", name], ["volume", "rm", "-f", volume]):
            subprocess.run([engine, *words], capture_output=True, check=False)
    print("image: starts with nothing but its volume, answers, and starts again with what it had")
    return 0


def wait(base: str) -> None:
    """Return when the container's service is ready; raise when it took too long."""
    deadline = time.monotonic() + START_UP_SECONDS
    while True:
        try:
            get(f"{base}/ready")
        except Failed:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    sys.exit(main())
