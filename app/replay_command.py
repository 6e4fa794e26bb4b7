"""What the command ``replay`` does, behind its options."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.branch.branch_file import Branch
from app.branch.errors import BranchError, Malformed
from app.branch.events import Event, parse_event
from app.history.past_day import past_of
from app.learned import Learned
from app.owner import Owner
from app.replay import Replay, is_recorded
from app.terminal import fail, progress


def replay_events(
    events: Path, branch: Branch, views: Path, history: Path | None, zone: ZoneInfo
) -> dict[str, Any]:
    """Write every view of a day, and count; ``zone``: of the history, which is learned from first."""
    recorded = read_events(events)
    learned = Learned(branch)
    if history:
        begins = next((event.at for event in recorded.values()), None)
        learned.learn_past(past_of(history, zone, before=begins))
    run = Replay(Owner(branch, learned=learned), recorded=is_recorded(recorded.values()))
    written = _write_views(run, recorded, views, events)
    return {"events": len(recorded), "views": written, "seq": run.owner.state.seq, "out": str(views)}


def _write_views(run: Replay, recorded: Mapping[int, Event], views: Path, source: Path) -> int:
    written = 0
    advance = progress("events")
    with views.open("wb") as out:
        for done, (line, event) in enumerate(recorded.items(), 1):
            try:
                messages = list(run.feed(event))
            except BranchError as error:
                fail(f"{source}:{line}: {event.type} ({event.id}): {error.detail}")
            out.writelines(message + b"\n" for _, message in messages)
            written += len(messages)
            advance(done, len(recorded))
        messages = list(run.finish())
        out.writelines(message + b"\n" for _, message in messages)
    return written + len(messages)


def read_events(path: Path) -> dict[int, Event]:
    """The events of an NDJSON file by line, each once, as the service takes what arrives twice.

    Stops with file and line where one cannot be read, or an id was used for something else before.
    """
    found: dict[int, Event] = {}
    first: dict[tuple[str, str], int] = {}
    for number, line in enumerate(path.read_bytes().removeprefix(codecs.BOM_UTF8).splitlines(), 1):
        if not line.strip():
            continue
        try:
            event = parse_event(json.loads(line.decode()))
        except Malformed as error:
            fail(f"{path}:{number}: {error.field}: {error.detail}")
        except UnicodeDecodeError as error:
            fail(f"{path}:{number}: not UTF-8: {error.reason} at byte {error.start}.")
        except ValueError as error:
            fail(f"{path}:{number}: not JSON: {error}")
        except RecursionError:
            fail(f"{path}:{number}: nested too deeply.")
        before = first.setdefault((event.sender, event.id), number)
        if before == number:
            found[number] = event
        elif not event.same_content(found[before]):
            fail(f"{path}:{number}: id: {event.id!r} of {event.sender} is another event on line {before}.")
    return found
