"""Writes the pages of the reference that the code itself knows best: ``python docs/make_reference.py``.

A test holds each page to what this program would write now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer

from app.branch.events import OWN, TYPES
from app.branch.lifecycle import TICKET, WINDOW
from app.cli import app as command_line

REFERENCE = Path(__file__).with_name("reference")

MEANINGS: Mapping[str, str] = {
    "window.opened": "The window begins to call, for all its businesses or for some of them.",
    "window.paused": "The teller is not there for a while and will be back.",
    "window.resumed": "The teller is back.",
    "window.closing": "The window finishes its present customer and takes no further one.",
    "window.closed": "The window is shut. `reason` `back_office` and `fault` have sentences of their own.",
    "teller.signed_in": "Who sits there: services are learned teller by teller.",
    "teller.signed_out": "Nobody sits there.",
    "ticket.issued": "A customer has taken a number, which is what people see; `ticket` is never used twice.",
    "ticket.called": "The number is called to a window. A call also ends that window's wrap-up.",
    "ticket.recalled": "It is called again, or called back after it was missed.",
    "ticket.no_show": "Nobody came.",
    "ticket.abandoned": "The customer has given up. The service itself says so of whoever still waits when"
    " the business day changes (`day_end`).",
    "ticket.transferred": "The customer goes back in line: for another business, or tied to a window.",
    "service.started": "The customer has sat down. `expected_s` is the teller's own estimate.",
    "service.step_started": "A part of the service that people can be told of; several may run at once. "
    "`resource` is `teller`, `machine` or `supervisor`.",
    "service.step_announced": "The teller will leave the seat for this step in a moment: the customer at the"
    " desk is told before it begins. Its beginning, or another state of the window, ends it.",
    "service.step_ended": "That part is over.",
    "service.finished": "The customer has left. Wrap-up begins.",
    "window.ready": "Wrap-up is over.",
    "range.told": "What somebody is being told from now on, counted from `at`.",
    "notice.posted": "The manager's words to everybody in the hall, until a time: an hour later where none is"
    " given, the end of the business day at the latest.",
    "notice.withdrawn": "They are taken down before their time.",
    "event.corrected": "Takes back a wrong press, as if it had not been.",
    "sender.silent": "Nothing was heard from a sender for longer than its `heartbeat_s`.",
    "sender.heard": "A silent sender is back.",
}

KINDS: Mapping[str, tuple[str, str]] = {
    "id": ("id", "1 to 64 letters, digits, `.`, `_` or `-`"),
    "ids": ("ids", "a list of 1 to 64 ids"),
    "text": ("text", "1 to 64 printable characters"),
    "words": (
        "words",
        "1 to 200 readable characters, or an object of them by language; white space is one space",
    ),
    "moment": (
        "time",
        "RFC 3339 with an offset, such as `2026-11-21T09:30:00+08:00`; kept to the millisecond",
    ),
    "seconds": ("seconds", "a number from 0 to 86400"),
    "span": ("span", "a number of seconds from −86400 to 86400"),
    "count": ("count", "a whole number from 1 to 999"),
    "whole": ("whole", "a whole number from 0 to 1000000"),
    "seq": ("seq", "a whole number from 1"),
    "flag": ("flag", "`true` or `false`"),
}


def events_page() -> str:
    """The page about events, from ``app.branch.events`` and ``app.branch.lifecycle``."""
    return "\n".join([*_events_head(), *_events_kinds(), *_events_types()])


def _events_head() -> Iterator[str]:
    yield "# Events"
    yield ""
    yield "*Made from `app/branch/events.py` by `docs/make_reference.py`; a test holds them together.*"
    yield ""
    yield "An event is one JSON object: an envelope, and beside it the fields of its type. A field that is"
    yield "not in these tables is refused (422) and named; `null` is the same as leaving a field out."
    yield "How events are posted and what is answered: [http.md](http.md). What may follow what:"
    yield "[lifecycle.md](lifecycle.md)."
    yield ""
    yield "## The envelope"
    yield ""
    yield "| field | kind | |"
    yield "|---|---|---|"
    yield "| `id` | id | chosen by the sender, unique among its events; the same event again is a repeat |"
    yield "| `sender` | id | who says it; default `local` |"
    yield "| `type` | | one of those below |"
    yield "| `at` | time | when it happened |"
    yield "| `branch` | id | may be left out; another than that of the address is refused |"
    yield ""
    yield "What is read back has more, which is passed over where it is sent:"
    yield ""
    yield "| field | kind | |"
    yield "|---|---|---|"
    yield "| `seq` | seq | the event's place in the branch's order, without gaps |"
    yield "| `received_at` | time | when the service took it |"
    yield "| `v` | whole | version of the event's format, 1 |"
    yield "| `implied` | flag | only where `true`: nobody reported it, but what was reported needs it |"
    yield ""


def _events_kinds() -> Iterator[str]:
    yield "## Kinds of values"
    yield ""
    yield "| kind | |"
    yield "|---|---|"
    yield from (f"| {name} | {meaning} |" for name, meaning in KINDS.values())
    yield ""


def _events_types() -> Iterator[str]:
    yield "## The types"
    yield ""
    for name, kind in TYPES.items():
        yield f"### `{name}`"
        yield ""
        yield MEANINGS[name] + (" Said by the service itself only." if name in OWN else "")
        yield ""
        if states := _states_for(name):
            yield f"Possible when {states}."
            yield ""
        yield "| field | kind | |"
        yield "|---|---|---|"
        yield from _fields_of(kind)
        yield ""


def _fields_of(kind: Any) -> Iterator[str]:  # noqa: ANN401 - mypy has no type of dataclasses
    hints = get_type_hints(kind, include_extras=True)
    for field in fields(kind):
        name = KINDS[_kind_of(hints[field.name])][0]
        yield f"| `{field.name}` | {name} | {_default(field.default)} |"


def _kind_of(hint: Any) -> str:  # noqa: ANN401 - a type hint is whatever typing makes of it
    if get_origin(hint) is Annotated:
        return str(get_args(hint)[1])
    return next(_kind_of(part) for part in get_args(hint) if part is not type(None))


def _default(value: Any) -> str:  # noqa: ANN401 - any default
    if value is MISSING:
        return "needed"
    if value is None:
        return "may be left out"
    return f"default `{str(value).lower() if isinstance(value, bool) else value}`"


def _states_for(name: str) -> str:
    tickets = [have.value for have, kind in TICKET if kind == name and have]
    windows = [have.value for have, kind in WINDOW if kind == name]
    parts = (("the ticket is", tickets), ("the window is", windows))
    return " and ".join(f"{whose} {_any_of(states)}" for whose, states in parts if states)


def _any_of(states: list[str]) -> str:
    quoted = [f"`{state}`" for state in states]
    return " or ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))


def command_line_page() -> str:
    """The page about the command line, from ``app.cli``."""
    return "\n".join(_command_line())


def _command_line() -> Iterator[str]:
    yield "# Command line"
    yield ""
    yield "*Made from `app/cli.py` by `docs/make_reference.py`; a test holds them together.*"
    yield ""
    yield "Each command has `--help`. Long work shows its progress on a terminal. An error that you can do"
    yield "something about is one line on standard error, with status 2."
    yield ""
    yield "These variables of the environment stand in for options of `serve` and `import`:"
    yield ""
    yield "| variable | option | without either |"
    yield "|---|---|---|"
    yield "| `LOBBYCLOCK_BRANCHES` | `--branches` | `branches` |"
    yield "| `LOBBYCLOCK_DATA` | `--data` | `var` |"
    yield "| `LOBBYCLOCK_HOST` | `--host` | `127.0.0.1` |"
    yield "| `LOBBYCLOCK_PORT` | `--port` | `8000` |"
    yield ""
    for name, command in typer.main.get_command(command_line).commands.items():  # type: ignore[attr-defined]
        yield f"## `lobbyclock {name}`"
        yield ""
        yield str(command.help)
        yield ""
        yield "| | | |"
        yield "|---|---|---|"
        yield from (_parameter(one) for one in command.params if one.name != "help")
        yield ""


def _parameter(one: Any) -> str:  # noqa: ANN401 - typer's own copy of click has no public types
    is_argument = one.param_type_name == "argument"
    name = f"`{one.name.upper()}`" if is_argument else f"`{one.opts[0]}`"
    bounds = [f"{bound:g}" for bound in (one.min, one.max) if bound is not None]
    said = [str(one.help)]
    if bounds:
        said.append(f"From {' to '.join(bounds)}.")
    if one.default is not None and one.default is not False and not one.required:
        said.append(f"Default `{one.default}`.")
    return f"| {name} | {'needed' if one.required else ''} | {' '.join(said)} |"


PAGES: Mapping[str, Callable[[], str]] = {
    "events.md": events_page,
    "command-line.md": command_line_page,
}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
