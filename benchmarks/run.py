"""All benchmarks, one after the other: prints their tables and keeps them, with the machine they are of.

python benchmarks/run.py [--quick] [NAME …]
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
NAMES = (
    "forecast_pass",
    "reference_day",
    "staffing",
    "learning",
    "january",
    "branches",
    "studies",
    "advice",
    "advice_truth",
    "lobby",
    "live_path",
    "ingest",
    "start",
    "memory",
    "reconnect",
    "pixels",
    "fanout",
    "journal_append",
    "voice",
)
PACKAGES = ("fastapi", "uvicorn", "uvloop", "websockets", "numpy", "numba", "simpy", "ciw")


def machine() -> str:
    """One line on what all this ran on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = models[0] if models else platform.machine()
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    return (
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, {os.cpu_count()} cores {name}, "
        f"Python {platform.python_version()}, {packages}."
    )


def run(name: str, *, quick: bool) -> str:
    """One benchmark's section; SystemExit if it failed."""
    began, load = time.monotonic(), os.getloadavg()[0]
    command = [sys.executable, str(HERE / f"{name}.py"), *(["--quick"] if quick else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=HERE.parent)
    if done.returncode:
        raise SystemExit(f"{name} failed ({done.returncode})\n{done.stdout}")
    note = f"({time.monotonic() - began:.0f} s; the machine's load before: {load:.1f})"
    return f"## {name}\n\n{done.stdout.strip()}\n\n{note}"


def main() -> None:
    """Run, print, keep."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="all in a minute, rougher figures")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; default: all")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in NAMES]:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(NAMES)}")
    parts = ["# The last run", machine()]
    print(parts[-1], flush=True)
    # Quick figures are rough anyway; those in earnest must not disturb each other.
    with ThreadPoolExecutor(os.cpu_count() if arguments.quick else 1) as pool:
        for part in pool.map(partial(run, quick=arguments.quick), arguments.names or NAMES):
            parts.append(part)
            print(f"\n{part}", flush=True)
    (HERE / "build").mkdir(exist_ok=True)
    (HERE / "build" / "results.md").write_text("\n\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
