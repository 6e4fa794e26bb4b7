"""What is said to one person: the customer at the desk, the one who waits with a ticket, the teller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from display import terms
from display.speech import N_, Family, Ranged, Voice, voice
from display.views import (
    DeskView,
    StepChoice,
    StepView,
    TellerView,
    TicketState,
    TicketView,
    WindowState,
    WindowView,
)
from display.wording import AWAY, SERVICE, STEP, USUAL_TIMES, clock_time, service_overdue, window_lines

NOT_UPDATING = N_("Not updating at present. Watch for your number or ask staff")

AHEAD = Family(
    bare=N_("{ahead} ahead of you"),
    plain=Ranged(
        N_("{ahead} ahead of you, about {low}–{high} min"),
        N_("{ahead} ahead of you, within about {high} min"),
    ),
    longer=Ranged(
        N_("The wait is longer: {ahead} ahead of you, about {low}–{high} min. Sorry for the wait"),
        N_("The wait is longer: {ahead} ahead of you, within about {high} min. Sorry for the wait"),
    ),
    again=Ranged(
        N_("The wait is longer again: {ahead} ahead of you, about {low}–{high} min. Our sincere apologies"),
        N_("The wait is longer again: {ahead} ahead of you, within about {high} min. Our sincere apologies"),
    ),
    overdue=N_("The wait is longer: {ahead} ahead of you. Sorry for the wait"),
)
NO_ONE_AHEAD = Family(
    bare=N_("No one is ahead of you"),
    plain=Ranged(
        N_("No one is ahead of you, about {low}–{high} min"),
        N_("No one is ahead of you, within about {high} min"),
    ),
    longer=Ranged(
        N_("Longer: no one is ahead of you, about {low}–{high} min. Sorry for the wait"),
        N_("Longer: no one is ahead of you, within about {high} min. Sorry for the wait"),
    ),
    again=Ranged(
        N_("Longer again: no one is ahead of you, about {low}–{high} min. Our sincere apologies"),
        N_("Longer again: no one is ahead of you, within about {high} min. Our sincere apologies"),
    ),
    overdue=N_("Longer: no one is ahead of you. Sorry for the wait"),
)
LONG_LAST = N_("Few are ahead of you, but one service is a long one")
NOT_SERVED = N_("No window is open for this service at present. Your number stays valid")
IN_QUEUE = N_("You are still in the queue")
CALLED = N_("Please come to window {label}")
CALLED_SOMEWHERE = N_("Please come to the window that shows your number")
SERVED_AT = N_("You are being served at window {label}")
FINISHED = N_("Finished. Thank you for your visit")
MISSED_UNTIL = N_("Your number has been called. Ask staff before {time} and you will be called again")
MISSED = N_("Your number has been called and has expired. Please take a new one if you still need service")
ENDED = N_("This number has ended. Please take a new one if you still need service")

FOR_YOU = replace(
    SERVICE,
    bare=N_("We are working on your request"),
    plain=Ranged(
        N_("We are working on your request, about {low}–{high} min left"),
        N_("We are working on your request, finished within about {high} min"),
    ),
)
AT_DESK = replace(
    STEP,
    plain=Ranged(N_("{doing}, about {low}–{high} min"), N_("{doing}, within about {high} min")),
)
WELCOME = N_("Welcome. Please take a seat")
REMIND = N_("Wrap-up is running longer than usual. Ready for the next call?")


def desk_lines(view: DeskView, language: str | Voice) -> list[str]:
    """Say to the seated customer what is being done and for how long; steps that overlap side by side."""
    say = _voice(language)
    if view.state is WindowState.SERVING and not view.out_of_touch:
        steps = [desk_step_text(step, say) for step in view.steps]
        return [*steps, say.told(FOR_YOU, view.range, overdue=service_overdue(view))]
    if view.state is WindowState.CALLING and not view.out_of_touch:
        return [say.say(WELCOME)]
    if view.state is WindowState.WRAPPING_UP and not view.out_of_touch:
        return [say.say(FINISHED)]
    return window_lines(_as_window(view), say)


def desk_step_text(step: StepView, language: str | Voice) -> str:
    """Say one step in the teller's own voice, also before leaving the seat."""
    say = _voice(language)
    known = (terms.STEPS_LEAVING_DESK if step.away else terms.STEPS_AT_DESK).get(step.step)
    doing = say.say(known) if known else say.text(step.names) or say.text(step.public) or step.step
    return say.told(AWAY if step.away else AT_DESK, step.range, overdue=step.overdue, doing=doing)


def leaving_text(choice: StepChoice, language: str | Voice) -> str:
    """Give the sentence the teller may say before leaving the seat for this step."""
    say = _voice(language)
    doing = say.say(terms.STEPS_LEAVING_DESK.get(choice.step, terms.LEAVING_DESK))
    return say.told(AWAY, choice.usual, doing=doing)


def ticket_lines(view: TicketView, language: str | Voice) -> list[str]:
    """Say to the holder of one ticket where it stands."""
    return _TICKETS[view.state](view, _voice(language))


def reminder(view: TellerView, language: str | Voice) -> str | None:
    """Remind the teller of a wrap-up that runs long."""
    return _voice(language).say(REMIND) if view.remind else None


def _voice(language: str | Voice) -> Voice:
    return voice(language) if isinstance(language, str) else language


def _as_window(view: DeskView) -> WindowView:
    return WindowView(
        window=view.window,
        label=view.label,
        state=view.state,
        reason_text=view.reason_text,
        range=view.range,
        overdue=view.overdue,
        unattended=view.unattended,
        out_of_touch=view.out_of_touch,
    )


def _waiting(view: TicketView, say: Voice) -> list[str]:
    if view.out_of_touch:
        return [say.say(NOT_UPDATING), say.say(IN_QUEUE)]
    lines = [_place(view, say)]
    if not view.serving:
        return [*lines, say.say(NOT_SERVED)]
    if view.long_last:
        lines.append(say.say(LONG_LAST))
    if view.range is not None and view.basis == "configured":
        lines.append(say.say(USUAL_TIMES))
    return [*lines, say.say(IN_QUEUE)]


def _place(view: TicketView, say: Voice) -> str:
    if view.ahead == 0:
        return say.told(NO_ONE_AHEAD, view.range)
    return say.told(AHEAD, view.range, ahead=view.ahead)


def _called(view: TicketView, say: Voice) -> list[str]:
    return [say.say(CALLED, label=view.label) if view.label else say.say(CALLED_SOMEWHERE)]


def _served(view: TicketView, say: Voice) -> list[str]:
    where = [say.say(SERVED_AT, label=view.label)] if view.label else []
    if view.out_of_touch:
        return [*where, say.say(NOT_UPDATING)]
    return [*where, say.told(FOR_YOU, view.range)]


def _finished(_: TicketView, say: Voice) -> list[str]:
    return [say.say(FINISHED)]


def _missed(view: TicketView, say: Voice) -> list[str]:
    return [say.say(MISSED_UNTIL, time=clock_time(view.until)) if view.until else say.say(MISSED)]


def _ended(_: TicketView, say: Voice) -> list[str]:
    return [say.say(ENDED)]


_TICKETS: dict[TicketState, Callable[[TicketView, Voice], list[str]]] = {
    TicketState.WAITING: _waiting,
    TicketState.CALLED: _called,
    TicketState.SERVING: _served,
    TicketState.FINISHED: _finished,
    TicketState.NO_SHOW: _missed,
    TicketState.ABANDONED: _ended,
}
