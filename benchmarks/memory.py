"""Resident memory of one branch with 300 screens, beyond the imports.

python benchmarks/memory.py [--quick]
"""

from __future__ import annotations

import argparse
import random

from live_path import RATE, TOPICS, Lobby
from load import allow_many_sockets
from service import LOAD_CORE, WHOLE, pin, resident_bytes, serving, where

MB = 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="some seconds instead of minutes")
    minutes = (0.05,) if parser.parse_args().quick else (1.0, 2.0, 3.0)
    allow_many_sockets()
    pin(LOAD_CORE)
    print("| resident memory | MB | beyond the imports, MB |\n|---|---|---|", flush=True)
    with serving(WHOLE) as [service]:

        def show(what: str) -> None:
            resident = resident_bytes(service.pid)
            print(
                f"| {what} | {resident / MB:.0f} | {(resident - service.imports) / MB:.0f} |",
                flush=True,
            )

        print(f"| imports | {service.imports / MB:.0f} | |")
        show("started, no screen")
        lobby = Lobby(service)
        show(f"{len(TOPICS)} screens, 60 waiting")
        passed = 0.0
        for minute in minutes:
            lobby.round(60 * (minute - passed), even=True, rng=random.Random(1))
            passed = minute
            show(f"after {minute:g} min of {RATE:.0f} events/s")
    print(f"\n{where()}")


if __name__ == "__main__":
    main()
