"""Run as a process of its own: append for ever, print each acknowledgement, until killed.

Each of eight threads has a branch and runs some requests ahead of the disk, as the service does.
"""

import os
import sys
import threading
from collections import deque
from concurrent.futures import Future
from pathlib import Path

from app.journal import Journal, Record


def append(journal: Journal, branch: str) -> None:
    epoch, seq = journal.epoch(branch), journal.last_seq(branch)
    in_flight: deque[tuple[int, Future[None]]] = deque()
    while True:
        records = [
            Record(n, "local", f"{branch}-{n}", "window.ready", 1.0, 2.0, False, 1, None, "x" * 200)
            for n in range(seq + 1, seq + 2 + seq % 3)
        ]
        in_flight.append((records[-1].seq, journal.append(branch, epoch, seq, records)))
        seq = records[-1].seq
        if len(in_flight) > 4:
            acknowledged, future = in_flight.popleft()
            future.result()
            os.write(1, f"{branch} {acknowledged}\n".encode())


if __name__ == "__main__":
    opened = Journal.open(Path(sys.argv[1]))
    for number in range(8):
        threading.Thread(target=append, args=(opened, f"branch-{number}")).start()
