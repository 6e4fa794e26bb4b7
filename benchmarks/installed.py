"""The command as a branch runs it, in a process of its own, and the browser that looks at it."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2

COMMAND = Path(sys.executable).with_name("lobbyclock")
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def installed(branch_text: str, folder: Path) -> Iterator[str]:
    """The address of a running service, which keeps its data in the folder ``data`` of ``folder``."""
    branch, port = folder / "bench.toml", free_port()
    branch.write_text(branch_text, "utf-8")
    where = ("--branches", branch, "--data", folder / "data", "--port", str(port))
    process = subprocess.Popen([COMMAND, "serve", *where], stdout=subprocess.DEVNULL)
    try:
        yield _answering(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait()


def _answering(base: str, process: subprocess.Popen[bytes]) -> str:
    while process.poll() is None:
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"{base}/healthz").status_code == 200:
                return base
        time.sleep(0.05)
    raise SystemExit("the service did not start")
