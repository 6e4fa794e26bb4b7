"""Running it: the service on real branches, or on a demo's day."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from app.clock import WallClock
from app.house import BranchFile, House
from app.main import make_app, make_server

out = Console(highlight=False)


def serve_branches(files: list[BranchFile], data: Path, host: str, port: int) -> None:
    """Serve until stopped. Errors: ``JournalError`` where the journal cannot be opened."""
    house = House(files, data, WallClock())
    server = make_server(make_app(house), host, port)
    names = ", ".join(file.branch.id for file in files)
    out.print(f"Lobbyclock serves {names} on http://{host}:{port}/ (data in {data}; Ctrl-C stops it).")
    server.run()
