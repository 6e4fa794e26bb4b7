"""The recordings that calls are spoken from: those that come with the program, and the bank's own.

The bank's lie in the data folder, under ``voice/NAME/`` (``cmn``, ``yue``, ``en``), each named after its
chunk; they are used instead of the program's own and outlive its updates.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi.staticfiles import StaticFiles

from app.branch.branch_file import Branch
from app.branch.errors import Unknown
from app.branch.events import format_moment
from display import voice
from display.voice import Voices

OWN = "/static/voice/own"
"""Where the bank's own recordings are served."""
SOUNDS = frozenset({".opus", ".ogg", ".wav", ".mp3", ".flac", ".m4a", ".webm"})
"""What Chromium can play, by the ends of files' names."""


class OwnRecordings(StaticFiles):
    """Serves the bank's own, if there are any: a folder that is not there is empty, and may yet be made."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)

    async def check_config(self) -> None:
        """Let the folder be missing, which would be an error of the service else."""


def voices_of(folder: Path) -> Voices:
    """The voices, with the bank's own recordings out of ``folder`` in place of the program's."""
    return {
        name: voice.replaced(one, _recordings(folder / name, f"/{name}"))
        for name, one in voice.shipped().items()
    }


def chime_of(folder: Path) -> str:
    """The address of the sound before the first word."""
    return _recordings(folder, "").get("chime", f"/static/voice/{voice.CHIME}")


def speaker(branch: Branch, folder: Path, room: str | None, now: float) -> dict[str, Any]:
    """All that a room's speaker needs to know at ``now``, as JSON; ``room`` None: it calls to every window.

    Errors: ``Unknown`` for a room that the branch does not have.
    """
    plan = branch.voice
    if room is not None and room not in plan.rooms:
        raise Unknown("room", room, plan.rooms)
    windows = plan.rooms[room] if room is not None else tuple(branch.windows)
    labels = {name: branch.windows[name].label for name in windows}
    return {
        "speech": voice.script(voices_of(folder), plan.languages or branch.languages, labels),
        "chime": chime_of(folder),
        "volume": [[f"{starts:%H:%M}", level] for starts, level in plan.volume],
        "forget_ms": round(plan.forget_s * 1000),
        "now": format_moment(now, branch.zone),
        "memory": f"voice:{branch.id}:{room or ''}",
    }


def _recordings(folder: Path, place: str) -> Mapping[str, str]:
    """The recordings in a folder: name → address."""
    if not folder.is_dir():
        return {}
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SOUNDS and path.is_file())
    return {path.stem: f"{OWN}{place}/{quote(path.name)}" for path in files}
