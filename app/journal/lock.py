"""One writer per journal: an advisory lock on a file beside the database.

SQLite's own locks last for one transaction; this one lasts as long as the process has the journal open. The
kernel lets go of it when the process dies, however it dies. The file stays: removing it would let two
processes hold locks on two files of the same name.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Self

from app.journal.errors import AlreadyOpen


class WriterLock:
    """Held from `take` until `release`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, database: Path) -> Self:
        """Lock the journal at `database`, or raise `AlreadyOpen` naming it and who has it."""
        descriptor = os.open(database.with_name(database.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise AlreadyOpen(database, f"process {holder}" if holder else "another process") from None
        with suppress(OSError):  # the name is a courtesy, a full disk need not keep us from starting
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Let go; may be called again."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
