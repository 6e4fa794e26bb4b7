"""Run as a process of its own: fill the disk under a journal, make room, go on; print what happened.

Arguments: the directory, and `tmpfs` (it is a small file system of its own) or `limit` (no file may grow
beyond a size).
"""

import json
import resource
import sys
from concurrent.futures import wait
from pathlib import Path

from app.journal import Journal, Record, Unavailable


def event(seq: int) -> Record:
    return Record(seq, "local", f"event-{seq}", "window.ready", 1.0, 2.0, False, 1, None, "x" * 400)


def main() -> None:
    directory, way = Path(sys.argv[1]), sys.argv[2]
    ballast = directory / "ballast"
    ballast.write_bytes(bytes(1 << 20))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal.open(directory / "j.db") as journal:
        epoch = journal.epoch("one")
        if way == "limit":
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
        acknowledged = 0
        errors: list[BaseException] = []
        while not errors:
            futures = [
                journal.append("one", epoch, acknowledged + n, [event(acknowledged + n + 1)])
                for n in range(50)
            ]
            wait(futures)
            outcomes = [future.exception() for future in futures]
            acknowledged += outcomes.count(None)
            errors = [error for error in outcomes if error is not None]
        seqs = [record.seq for record in journal.read("one")]
        ballast.unlink()
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        again = journal.append("one", epoch, acknowledged, [event(acknowledged + 1)]).exception()
        stored = list(journal.read("one"))
    with Journal.open(directory / "j.db") as journal:
        reopened = list(journal.read("one"))
    print(  # noqa: T201
        json.dumps(
            {
                "acknowledged": acknowledged,
                "stored_is_acknowledged": seqs == list(range(1, acknowledged + 1)),
                "all_unavailable": all(isinstance(error, Unavailable) for error in errors),
                "reason": str(errors[0]),
                "again": repr(again),
                "in_the_end": stored == reopened == [event(seq) for seq in range(1, acknowledged + 2)],
            }
        )
    )


if __name__ == "__main__":
    main()
