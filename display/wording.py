"""What the lobby's screens say: views to sentences, per language.

Which sentence a window shows when several things hold; the first row that fits decides, "+" adds a line:

===  ==================  ==========================================================================
1    out of touch        nothing that was last known is said as present; nothing is added
2    closed              a fault; back office (+ due to open); due to open; plainly closed. A closed
                         window is only closed: neither range, step nor closing is added
3    calling             the call + why this ticket goes first
4    paused              a fault +; taking longer, staff have been told + back in; back in + reason
5    serving, away       why the teller left the seat, and when back; it stands for the service
6    serving             the steps that may be public, then the service: nearly done; longer than
                         told, again; about so long
7    wrapping up         longer than told, again; next call in. When closing: calls no one else
8    open                when closing: calls no one else; calls nobody though people wait; available
===  ==================  ==========================================================================

Rows 3 to 6 add "closes after the current customer" where that is so. The number has a field of its own: only
the call names it. A step without a public text is never said here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from display import terms
from display.catalogues import gettext_for
from display.speech import N_, Family, Ranged, Voice, voice
from display.views import (
    CallView,
    DeskView,
    HallView,
    Shown,
    StepView,
    Tone,
    WaitView,
    WindowState,
    WindowView,
)

__all__ = ["call_text", "gettext_for", "hall_lines", "range_text", "step_text", "wait_text", "window_lines"]

NEARLY_S = 180
"""A range that ends within this is "almost finished"."""
MOST_STEPS = 2
"""Steps side by side above one counter; more could not be read from afar."""

OUT_OF_TOUCH = N_("Screen not updating. Watch for your number or ask staff")

CLOSED = N_("Window closed. Please wait for your number")
OPENS = N_("Closed. Due to open at {time}")
OPENS_TOO = N_("Due to open at {time}")
BACK_OFFICE = N_("Closed to customers. Staff are doing branch work")
FAULT = N_("Out of order. Watch the other windows or ask staff")

CLOSING = N_("This window closes after the current customer")
CLOSING_NOW = N_("This window is closing and calls no one else. Please watch the other windows")

OPEN = N_("Available. Please take a ticket")
UNATTENDED = N_("Open, but no call at present. Staff have been told. Sorry for the wait")

CALL = N_("{number}, please come to window {label}")
CALL_AGAIN = N_("Calling again: {number}, please come to window {label}")
CALLING = N_("Calling")
PRIORITY = N_("Priority call: {priority}. Thank you for your understanding")

PAUSE = Family(
    bare=N_("Paused. Please watch the other windows"),
    plain=Ranged(
        N_("Paused. Back in about {low}–{high} min"),
        N_("Paused. Back within about {high} min"),
    ),
    longer=Ranged(
        N_("Pause is taking longer. Back in about {low}–{high} min. Sorry for the wait"),
        N_("Pause is taking longer. Back within about {high} min. Sorry for the wait"),
    ),
    again=Ranged(
        N_("Pause is taking longer again. Back in about {low}–{high} min. Our sincere apologies"),
        N_("Pause is taking longer again. Back within about {high} min. Our sincere apologies"),
    ),
    overdue=N_("Pause is taking longer. Staff have been told. Sorry"),
)
BACK = Ranged(N_("Back in about {low}–{high} min"), N_("Back within about {high} min"))

NEARLY_DONE = N_("Almost finished, within about {high} min")
SERVICE = Family(
    bare=N_("In service"),
    plain=Ranged(
        N_("In service. About {low}–{high} min left"),
        N_("In service. Finished within about {high} min"),
    ),
    longer=Ranged(
        N_("More time is needed: about {low}–{high} min. Sorry for the wait"),
        N_("More time is needed: within about {high} min. Sorry for the wait"),
    ),
    again=Ranged(
        N_("Still more time is needed: about {low}–{high} min. Our sincere apologies"),
        N_("Still more time is needed: within about {high} min. Our sincere apologies"),
    ),
    overdue=N_("More time is needed. Sorry for the wait"),
)

STEP = Family(
    bare=N_("{doing}"),
    plain=Ranged(
        N_("{doing}. About {low}–{high} min"),
        N_("{doing}. Within about {high} min"),
    ),
    longer=Ranged(
        N_("{doing}. It takes longer: about {low}–{high} min. Sorry for the wait"),
        N_("{doing}. It takes longer: within about {high} min. Sorry for the wait"),
    ),
    again=Ranged(
        N_("{doing}. It takes longer again: about {low}–{high} min. Our sincere apologies"),
        N_("{doing}. It takes longer again: within about {high} min. Our sincere apologies"),
    ),
    overdue=N_("{doing}. It takes longer. Staff have been told. Sorry"),
)
AWAY = Family(
    bare=STEP.bare,
    plain=Ranged(
        N_("{doing}. Back in about {low}–{high} min"),
        N_("{doing}. Back within about {high} min"),
    ),
    longer=Ranged(
        N_("{doing}. It takes longer: back in about {low}–{high} min. Sorry for the wait"),
        N_("{doing}. It takes longer: back within about {high} min. Sorry for the wait"),
    ),
    again=Ranged(
        N_("{doing}. It takes longer again: back in about {low}–{high} min. Our sincere apologies"),
        N_("{doing}. It takes longer again: back within about {high} min. Our sincere apologies"),
    ),
    overdue=N_("{doing}. The return is delayed. Staff have been told. Sorry"),
)

WRAP_UP = Family(
    bare=N_("Completing the previous transaction. Please watch for your number"),
    plain=Ranged(
        N_("Completing the previous transaction. Next call in about {low}–{high} min"),
        N_("Completing the previous transaction. Next call within about {high} min"),
    ),
    longer=Ranged(
        N_("Completion is taking longer. Next call in about {low}–{high} min. Sorry for the wait"),
        N_("Completion is taking longer. Next call within about {high} min. Sorry for the wait"),
    ),
    again=Ranged(
        N_("Completion is taking longer again. Next call in about {low}–{high} min. Our sincere apologies"),
        N_("Completion is taking longer again. Next call within about {high} min. Our sincere apologies"),
    ),
    overdue=N_("Completion is taking longer. Staff have been told. Sorry"),
)

WINDOWS_OPEN = N_("{open} of {all} windows open")
NONE_OPEN = N_("No window is open at present")
NEXT_OPENS = N_("The next window is due to open at {time}")

WAITING = N_("{business}: {waiting} waiting")
WAITING_RANGE = Ranged(
    N_("{business}: {waiting} waiting, about {low}–{high} min"),
    N_("{business}: {waiting} waiting, within about {high} min"),
)
NO_ONE = N_("{business}: no one waiting")
NO_ONE_RANGE = Ranged(
    N_("{business}: no one waiting, about {low}–{high} min"),
    N_("{business}: no one waiting, within about {high} min"),
)
NO_WINDOW = N_("{waits}. No window is open for this at present")
LONG_LAST = N_("{waits}. The service ahead is a long one")
LONGER_WAITS = N_("{waits}. Waits are longer at present. Sorry")

MISSED = N_("Missed your number? Ask staff and you will be called again")
USUAL_TIMES = N_("Times are estimated from usual durations and may differ")

RANGE = Ranged(N_("about {low}–{high} min"), N_("within about {high} min"))


def window_lines(view: WindowView, language: str | Voice) -> list[str]:
    """Say what one window is doing: the most important line first, at most four."""
    say = _voice(language)
    if view.out_of_touch:
        return [say.say(OUT_OF_TOUCH)]
    if view.state is WindowState.CLOSED:
        return _closed(view, say)
    lines = _STATES[view.state](view, say)
    if view.closing and view.state not in _CLOSING_THEMSELVES:
        lines.append(say.say(CLOSING))
    return lines


def step_text(step: StepView, language: str | Voice) -> str | None:
    """Say what a step does, as strangers may know it; nothing where they must not be told."""
    say = _voice(language)
    doing = say.text(step.public)
    if doing is None:
        return None
    return say.told(AWAY if step.away else STEP, step.range, overdue=step.overdue, doing=doing)


def call_text(call: CallView, language: str | Voice) -> str:
    """Say one call; a recall says that it is one."""
    message = CALL_AGAIN if call.again else CALL
    return _voice(language).say(message, number=call.number, label=call.label)


def priority_text(priority: Mapping[str, str], language: str | Voice) -> str | None:
    """Say why someone who came later goes first."""
    say = _voice(language)
    name = say.text(priority)
    return None if name is None else say.say(PRIORITY, priority=name)


def wait_text(wait: WaitView, language: str | Voice) -> str:
    """Say how many wait for one business and how long a ticket taken now would."""
    say = _voice(language)
    values = {"business": say.text(wait.names) or wait.business}
    if wait.waiting:
        values["waiting"] = str(wait.waiting)
    if wait.range is None:
        text = say.say(WAITING if wait.waiting else NO_ONE, **values)
        return text if wait.windows else say.say(NO_WINDOW, waits=text)
    text = say.ranged(WAITING_RANGE if wait.waiting else NO_ONE_RANGE, wait.range, **values)
    if wait.long_last:
        text = say.say(LONG_LAST, waits=text)
    return text if wait.range.tone is Tone.PLAIN else say.say(LONGER_WAITS, waits=text)


def hall_lines(view: HallView, language: str | Voice) -> list[str]:
    """Say what concerns everyone in the hall; windows, calls and waits have words of their own."""
    say = _voice(language)
    if view.out_of_touch:
        return [say.say(OUT_OF_TOUCH)]
    lines = [say.say(MISSED)] if view.missed else []
    if any(wait.basis == "configured" and wait.range for wait in view.waits):
        lines.append(say.say(USUAL_TIMES))
    return lines


def windows_text(view: HallView, language: str | Voice) -> list[str]:
    """Say how many windows are there for people now, and when the next is due to open; nothing when blind."""
    say = _voice(language)
    if view.out_of_touch:
        return []
    there = sum(1 for window in view.windows if _is_there(window))
    first = say.say(WINDOWS_OPEN, open=there, all=len(view.windows)) if there else say.say(NONE_OPEN)
    return [first] + ([say.say(NEXT_OPENS, time=clock_time(view.opens_at))] if view.opens_at else [])


def _is_there(window: WindowView) -> bool:
    """Neither shut nor paused, and heard of."""
    return window.state not in {WindowState.CLOSED, WindowState.PAUSED} and not window.out_of_touch


def range_text(shown: Shown, language: str | Voice) -> str:
    """Say a range by itself, as in the answer to a new ticket."""
    return _voice(language).ranged(RANGE, shown)


def clock_time(at: str) -> str:
    """Take hours and minutes from an RFC 3339 time, on the clock of its own offset."""
    return at[11:16]


def _voice(language: str | Voice) -> Voice:
    return voice(language) if isinstance(language, str) else language


def _closed(view: WindowView, say: Voice) -> list[str]:
    if view.reason == "fault":
        return [say.say(FAULT)]
    opens = clock_time(view.reopens_at) if view.reopens_at else None
    if view.reason == "back_office":
        return [say.say(BACK_OFFICE)] + ([say.say(OPENS_TOO, time=opens)] if opens else [])
    return [say.say(OPENS, time=opens) if opens else say.say(CLOSED)]


def _calling(view: WindowView, say: Voice) -> list[str]:
    if view.number is None:
        return [say.say(CALLING)]
    why = priority_text(view.priority, say)
    return [say.say(CALL, number=view.number, label=view.label)] + ([why] if why else [])


def _paused(view: WindowView, say: Voice) -> list[str]:
    if view.reason == "fault":
        return [say.say(FAULT)] + ([say.ranged(BACK, view.range)] if view.range else [])
    if view.overdue:
        lines = [say.say(PAUSE.overdue)] + ([say.ranged(BACK, view.range)] if view.range else [])
    else:
        lines = [say.told(PAUSE, view.range)]
    reason = say.text(view.reason_text) or say.text(terms.pause_reason(view.reason))
    return lines + ([reason] if reason else [])


def _serving(view: WindowView, say: Voice) -> list[str]:
    away = next((step for step in view.steps if step.away and step.public), None)
    if away is not None:
        doing = say.text(away.public)
        return [say.told(AWAY, away.range, overdue=away.overdue, doing=doing)]
    steps = [text for step in view.steps if (text := step_text(step, say))]
    return [*steps[:MOST_STEPS], _service(view, say)]


def _service(view: WindowView, say: Voice) -> str:
    left, overdue = view.range, service_overdue(view)
    calm = left is not None and left.tone is Tone.PLAIN and not overdue
    if left is not None and calm and left.low_s == 0 and left.high_s <= NEARLY_S:
        return say.say(NEARLY_DONE, high=left.high_s // 60)
    return say.told(SERVICE, left, overdue=overdue)


def service_overdue(view: WindowView | DeskView) -> bool:
    """Whether the service itself is overdue: a step that is says so in its own line."""
    return view.overdue and not any(step.overdue for step in view.steps)


def _wrapping_up(view: WindowView, say: Voice) -> list[str]:
    if view.closing:
        return [say.say(CLOSING_NOW)]
    return [say.told(WRAP_UP, view.range, overdue=view.overdue)]


def _open(view: WindowView, say: Voice) -> list[str]:
    if view.closing:
        return [say.say(CLOSING_NOW)]
    return [say.say(UNATTENDED if view.unattended else OPEN)]


_STATES: dict[WindowState, Callable[[WindowView, Voice], list[str]]] = {
    WindowState.CALLING: _calling,
    WindowState.PAUSED: _paused,
    WindowState.SERVING: _serving,
    WindowState.WRAPPING_UP: _wrapping_up,
    WindowState.OPEN: _open,
}
_CLOSING_THEMSELVES = frozenset({WindowState.WRAPPING_UP, WindowState.OPEN})
