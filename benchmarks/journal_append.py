"""Durable appends per second: the journal's group commit against plain `sqlite3` with a commit each.

Both write the same rows of one branch into the same schema with synchronous=FULL; each of the producers waits
for its acknowledgement before it appends again, and none waits for another's. Rounds are interleaved, the
table shows medians.

    python benchmarks/journal_append.py [--quick] [--directory DIR]
"""

import argparse
import asyncio
import math
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from pathlib import Path

from app.journal import Journal, Record
from app.journal.store import _append, _connect

BODY = '{"business":"personal","language":"zh-Hans","number":"A012","ticket":"20261121-A012"}'
IMPLIED = False


def _event(seq: int) -> list[Record]:
    at = 1_790_000_000.0 + seq
    return [Record(seq, "local", f"event-{seq}", "ticket.issued", at, at, IMPLIED, 1, f"ticket-{seq}", BODY)]


def _in_threads(append: Callable[[], None], producers: int, each: int) -> list[float]:
    """Latencies in seconds of `producers` threads that append `each` events one after another."""

    def produce(_: int) -> list[float]:
        latencies = []
        for _ in range(each):
            start = time.perf_counter()
            append()
            latencies.append(time.perf_counter() - start)
        return latencies

    with ThreadPoolExecutor(producers) as pool:
        return [latency for latencies in pool.map(produce, range(producers)) for latency in latencies]


def _a_commit_each(path: Path, producers: int, each: int) -> list[float]:
    """One connection under a lock: the best that a commit for each event can do."""
    with Journal.open(path) as journal:
        epoch = journal.epoch("one")
    connection, lock, seqs = _connect(path, "rw"), threading.Lock(), count()

    def append() -> None:
        with lock:
            seq = next(seqs)
            connection.execute("BEGIN IMMEDIATE")
            _append(connection, branch="one", epoch=epoch, expected_seq=seq, records=_event(seq + 1))
            connection.execute("COMMIT")

    try:
        return _in_threads(append, producers, each)
    finally:
        connection.close()


def _in_order(journal: Journal) -> Callable[[], Future[None]]:
    """Append the next event of the branch; as in the service, in order, and ahead of the disk."""
    epoch, lock, seqs = journal.epoch("one"), threading.Lock(), count()

    def append() -> Future[None]:
        with lock:
            seq = next(seqs)
            return journal.append("one", epoch, seq, _event(seq + 1))

    return append


def _journal_in_threads(path: Path, producers: int, each: int) -> list[float]:
    with Journal.open(path) as journal:
        append = _in_order(journal)
        return _in_threads(lambda: append().result(), producers, each)


def _journal_in_a_loop(path: Path, producers: int, each: int) -> list[float]:
    latencies: list[float] = []

    async def produce(append: Callable[[], Future[None]]) -> None:
        for _ in range(each):
            start = time.perf_counter()
            await asyncio.wrap_future(append())
            latencies.append(time.perf_counter() - start)

    async def all_of_them(append: Callable[[], Future[None]]) -> None:
        await asyncio.gather(*(produce(append) for _ in range(producers)))

    with Journal.open(path) as journal:
        asyncio.run(all_of_them(_in_order(journal)))
    return latencies


WAYS = {
    "a commit each": _a_commit_each,
    "journal, threads": _journal_in_threads,
    "journal, event loop": _journal_in_a_loop,
}


def _measure(root: Path, producers: int, each: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Medians over the rounds of (events per second, p99 in ms), by way of appending."""
    seen: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, run in WAYS.items():
            with tempfile.TemporaryDirectory(dir=root) as directory:
                path = Path(directory) / "journal.db"
                Journal.open(path).close()  # the schema, outside the measured time
                start = time.perf_counter()
                latencies = sorted(run(path, producers, each))
                rate = len(latencies) / (time.perf_counter() - start)
                seen[way].append((rate, 1_000 * latencies[math.ceil(0.99 * len(latencies)) - 1]))
    return {
        way: (statistics.median(r for r, _ in runs), statistics.median(p for _, p in runs))
        for way, runs in seen.items()
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a few seconds, rougher figures")
    parser.add_argument("--directory", type=Path, default=Path("build"), help="on the disk to be measured")
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    events, rounds = (3_000, 3) if options.quick else (20_000, 5)
    print("| producers | way | events/s | p99 ms | against a commit each |")
    print("|---|---|---|---|---|")
    for producers, share in ((1, 4), (64, 1)):
        results = _measure(options.directory, producers, events // share // producers, rounds)
        base, _ = results["a commit each"]
        for way, (rate, p99) in results.items():
            print(f"| {producers} | {way} | {rate:,.0f} | {p99:.1f} | {rate / base:.2f} |")


if __name__ == "__main__":
    main()
