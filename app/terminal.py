"""What the commands have in common on a terminal: complaints, progress, and values out of their options."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

err = Console(stderr=True, highlight=False)


def fail(message: str) -> NoReturn:
    """Stop with a message and status 2."""
    err.print(Text("lobbyclock:", "bold red"), Text(message), soft_wrap=True)  # what is quoted is no markup
    sys.exit(2)


def parse_day(text: str, option: str = "--day") -> dt.date:
    """A day as ``YYYY-MM-DD``."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fail(f"{option} {text!r} should be a date such as 1999-01-13.")


def parse_zone(name: str) -> ZoneInfo:
    """An IANA time zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fail(f"--timezone {name!r} should be an IANA time zone such as Asia/Shanghai.")


def keep_apart(files: Mapping[str, Path | None]) -> None:
    """Stop before a file that is read, or written too, is written over."""
    names: dict[Path, str] = {}
    for name, path in files.items():
        if path is None or path.is_char_device():  # /dev/null takes all
            continue
        if (other := names.setdefault(path.resolve(), name)) != name:
            fail(f"{name} {path} is the file of {other} as well; choose another.")


def progress(what: str) -> Callable[[int, int], None]:
    """A progress bar on a terminal; silence elsewhere."""
    if not err.is_terminal:
        return lambda _done, _total: None
    bar = Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )
    task = bar.add_task(what)
    bar.start()

    def advance(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)
        if done >= total:
            bar.stop()

    return advance
