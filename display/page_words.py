"""The words that the pages' scripts say by themselves: message ids by the name the script calls them.

What a view means is ``display.wording``'s business; these are labels, and what is left to say when minutes
have to be withdrawn. ``{name}`` marks a place that the script fills.
"""

from __future__ import annotations

from collections.abc import Mapping


def N_(message: str) -> str:  # noqa: N802 - the name that extraction of messages looks for
    """Mark a message for extraction; it is translated when a page is rendered."""
    return message


COMMON: Mapping[str, str] = {
    "closed": N_("Closed"),
    "back_office": N_("Branch work"),
    "open": N_("Available"),
    "calling": N_("Now calling"),
    "serving": N_("In service"),
    "wrapping_up": N_("Finishing up"),
    "paused": N_("Paused"),
    "away": N_("Teller away"),
    "fault": N_("Out of order"),
    "unattended": N_("No call at present"),
    "overdue": N_("Taking longer"),
    "out_of_touch": N_("Not updating"),
    "not_updating": N_("Screen not updating. Watch for your number or ask staff"),
    "as_of": N_("as of {time}"),
    "about": N_("about {low}–{high} min"),
    "within": N_("within about {high} min"),
    "waiting": N_("{n} waiting"),
    "to_window": N_("Window {n}"),
    "opens_at": N_("Due to open at {time}"),
    "no_window": N_("No window open for this at present"),
}

TICKET: Mapping[str, str] = {
    "ahead": N_("{n} ahead of you"),
    "first_in_line": N_("You are next"),
    "still": N_("You are still in the queue"),
    "go": N_("Please come to window"),
    "keep_open": N_("This page updates by itself. Your place is kept even when it is closed."),
    "ticket_called": N_("You are being called"),
    "ticket_serving": N_("You are being served"),
    "ticket_finished": N_("Finished. Thank you"),
    "ticket_no_show": N_("Your number was called"),
    "ticket_abandoned": N_("This number is no longer in the queue"),
    "not_updating": N_("This page is not updating. Watch for your number or ask staff"),
}

KIOSK: Mapping[str, str] = {
    "choose": N_("What would you like to do?"),
    "choose_hint": N_("Touch a service to take a number"),
    "ordinary": N_("No priority"),
    "priority": N_("Do you have priority?"),
    "items": N_("How many items?"),
    "fewer": N_("One fewer"),
    "more": N_("One more"),
    "take": N_("Take a number"),
    "back": N_("Back"),
    "sending": N_("One moment, your number is coming"),
    "your_number": N_("Your number"),
    "ahead": N_("{n} ahead of you"),
    "first_in_line": N_("You are next"),
    "follow": N_("Follow your place on your phone"),
    "qr_alt": N_("QR code with the link to your number's page"),
    "expected": N_("Expected wait: {range}"),
    "done": N_("Done"),
    "sorry": N_("No number could be given"),
    "no_answer": N_("The queue does not answer at present. Please ask staff for a number."),
    "refused": N_("Not possible now ({status})"),
}

BOARD: Mapping[str, str] = {
    "minutes": N_("{n} min"),
    "about": N_("{low}–{high} min"),
    "within": N_("within {high} min"),
    "mark_overdue": N_("longer than told"),
    "short_overdue": N_("late"),
    "short_unattended": N_("people wait"),
    "mark_unattended": N_("calls nobody while people wait"),
    "mark_out_of_touch": N_("out of touch"),
    "mark_closing": N_("closing after this one"),
    "sender_silent": N_("Nothing heard from {sender}"),
    "why": N_("Why this range?"),
}

TELLER: Mapping[str, str] = {
    "since": N_("since {time}"),
    "remind": N_("Finishing up takes longer than usual. Ready, or say how long."),
    "waited": N_("waited {n} min"),
    "with_minutes": N_("with “about {n} min”"),
    "nobody_signed_in": N_("nobody signed in"),
    "nobody_waiting": N_("Nobody waits for this window now"),
    "sending": N_("sending… {what}"),
    "refused": N_("Not possible now ({status})"),
    "not_now": N_("{what}: not possible now ({state})"),
    "unknown_target": N_("No such window or business"),
    "command_sign-in": N_("Sign in"),
    "command_sign-out": N_("Sign out"),
    "command_open": N_("Open"),
    "command_next": N_("Call next"),
    "command_recall": N_("Call again"),
    "command_no-show": N_("Did not come"),
    "command_start": N_("Start service"),
    "command_step": N_("Step"),
    "command_step-end": N_("End of step"),
    "command_finish": N_("Finish"),
    "command_ready": N_("Ready"),
    "command_pause": N_("Pause"),
    "command_resume": N_("Resume"),
    "command_back-office": N_("Back office"),
    "command_closing": N_("Last customer"),
    "command_close": N_("Close"),
    "command_transfer": N_("Transfer"),
    "command_undo": N_("Undo"),
    "undo_window.opened": N_("Open"),
    "undo_window.paused": N_("Pause"),
    "undo_window.resumed": N_("Resume"),
    "undo_window.closing": N_("Last customer"),
    "undo_window.closed": N_("Close"),
    "undo_window.ready": N_("Ready"),
    "undo_teller.signed_in": N_("Sign in"),
    "undo_teller.signed_out": N_("Sign out"),
    "undo_ticket.called": N_("Call next"),
    "undo_ticket.recalled": N_("Call again"),
    "undo_ticket.no_show": N_("Did not come"),
    "undo_ticket.abandoned": N_("Gave up"),
    "undo_ticket.transferred": N_("Transfer"),
    "undo_service.started": N_("Start service"),
    "undo_service.step_started": N_("Step"),
    "undo_service.step_ended": N_("End of step"),
    "undo_service.finished": N_("Finish"),
}

BY_PAGE: Mapping[str, Mapping[str, str]] = {
    "window": COMMON,
    "desk": COMMON,
    "hall": COMMON,
    "ticket": {**COMMON, **TICKET},
    "kiosk": {**COMMON, **KIOSK},
    "board": {**COMMON, **BOARD},
    "teller": {**COMMON, **TELLER},
}
