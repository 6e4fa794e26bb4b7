"""The house: every branch that this process owns, with its journal, its hub and its links."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer

from app.background import thinkers
from app.branch.branch_file import Branch, BranchFileError, parse
from app.branch.errors import Over, Unknown
from app.branch.state import ENDED, business_day
from app.clock import Clock
from app.hub import Hub
from app.journal import Journal, naming
from app.live import Live
from app.signs.signs import Signs
from display.catalogues import LANGUAGES

JOURNAL = "journal.sqlite"
SECRET = "secret"  # noqa: S105 - the name of the file
RECORDINGS = "voice"
RESTART_S = 2


@dataclass(frozen=True, slots=True)
class BranchFile:
    """A branch and the very text that describes it."""

    branch: Branch
    text: str


def read_branch_file(path: Path) -> BranchFile:
    """The branch in a file. Errors: ``BranchFileError``, with file, line and field."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise BranchFileError(
            str(path), line, "", f"is not UTF-8 ({error.reason}); save it as UTF-8."
        ) from None
    except OSError as error:
        raise BranchFileError(str(path), 1, "", f"cannot be read: {error.strerror}.") from None
    return BranchFile(parse(text, str(path), LANGUAGES), text)


def read_branches(path: Path) -> list[BranchFile]:
    """The branches of a folder of ``*.toml``, or of one file. Errors: ``BranchFileError``."""
    paths = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not paths:
        raise BranchFileError(str(path), 1, "", "holds no branch file (*.toml).")
    files = [read_branch_file(one) for one in paths]
    seen: dict[str, Path] = {}
    for one, file in zip(paths, files, strict=True):
        if first := seen.get(file.branch.id):
            raise BranchFileError(str(one), 1, "[branch] id", f"{file.branch.id!r} is {first}'s already.")
        seen[file.branch.id] = one
    return files


class House:
    """All branches of one process (``lives``, by id), from opening the journal to closing it.

    ``texts``: their branch files by id; ``data``: the folder that holds all that is kept.
    """

    def __init__(self, files: list[BranchFile], data: Path, clock: Clock) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.clock = clock
        self.data = data
        self.texts = {file.branch.id: file.text for file in files}
        self._links = URLSafeSerializer(_secret(data / SECRET), salt="ticket")
        self._signs: list[Signs] = []
        self._journal = Journal.open(data / JOURNAL)
        try:
            with naming(self._journal.path):
                self.lives: Mapping[str, Live] = {
                    file.branch.id: Live(file.branch, file.text, self._journal, Hub(), clock)
                    for file in files
                }
        except BaseException:
            self._journal.close()
            raise

    @property
    def recordings(self) -> Path:
        """The folder of the bank's own recordings; it need not be there."""
        return self.data / RECORDINGS

    def live(self, branch: str) -> Live:
        """One branch. Errors: ``Unknown``."""
        found = self.lives.get(branch)
        if found is None:
            raise Unknown("branch", branch, self.lives)
        return found

    def token(self, branch: str, ticket: str) -> str:
        """The unguessable name of a ticket's own page."""
        return str(self._links.dumps([branch, ticket]))

    def by_token(self, token: str) -> tuple[Live, str]:
        """The branch and ticket of a link. Errors: ``Unknown``; ``Over`` when the link's day has ended."""
        try:
            branch, ticket = self._links.loads(token)
        except (BadSignature, ValueError):
            raise Unknown("ticket link", token[:64], ()) from None
        live = self.live(branch)
        found = live.owner.state.tickets.get(ticket)
        today = business_day(live.branch, self.clock.now())
        if found is None or (found.state in ENDED and business_day(live.branch, found.issued_at) < today):
            raise Over("The day of this number is over.")
        return live, ticket

    async def open(self) -> None:
        """Begin to serve; what takes thought, in threads that stand back."""
        asyncio.get_running_loop().set_default_executor(thinkers())
        for live in self.lives.values():
            await live.start()
        self._signs = [Signs(live) for live in self.lives.values()]
        for signs in self._signs:
            signs.start()

    async def say_goodbye(self) -> None:
        """Tell every screen when to come back, and close it."""
        farewell = f'{{"kind":"restarting","retry_s":{RESTART_S}}}'
        await asyncio.gather(*(live.hub.drain_and_close(farewell) for live in self.lives.values()))

    async def close(self) -> None:
        """Say goodbye to whoever is still there, keep snapshots, close the journal."""
        await self.say_goodbye()
        for signs in self._signs:
            await signs.stop()
        for live in self.lives.values():
            await live.stop()
        await asyncio.to_thread(self._journal.close)


def _secret(path: Path) -> bytes:
    """The key of this installation's links, made when first needed and readable by its owner only.

    An empty file is none: with it anybody could make links.
    """
    if not path.exists() or not path.read_bytes().strip():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)  # whole or not at all, however this process may end
    return path.read_bytes()
