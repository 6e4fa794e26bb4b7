"""Words for what most branches have: steps and reasons to pause. The branch file's own texts go before these.

What concerns cash has no public text, here or anywhere: strangers must not learn of it from a screen.
"""

from __future__ import annotations

from functools import cache

from display.catalogues import LANGUAGES
from display.speech import N_, voice
from display.views import Text

STEP_NAMES = {
    "authorisation": N_("Authorisation"),
    "photocopy": N_("Photocopying"),
    "data_entry": N_("Data entry"),
    "cash_counting": N_("Cash counting"),
}
"""For the staff and for the customer at the desk."""

STEPS_PUBLIC = {
    "authorisation": N_("Waiting for approval"),
    "photocopy": N_("Copying documents"),
    "data_entry": N_("Entering details"),
}
STEPS_PUBLIC_AWAY = {
    "authorisation": N_("Teller is asking a supervisor for approval"),
    "photocopy": N_("Teller is copying documents for the customer"),
    "data_entry": N_("Teller is away for a moment on the customer's business"),
}

STEPS_AT_DESK = {
    "authorisation": N_("My supervisor is approving your request"),
    "photocopy": N_("I am copying your documents"),
    "data_entry": N_("I am entering your details"),
    "cash_counting": N_("The machine is counting, please stay here"),
}
STEPS_LEAVING_DESK = {
    "authorisation": N_("I am going to ask my supervisor for approval"),
    "photocopy": N_("I am going to copy your documents"),
    "data_entry": N_("I am going to have your details entered"),
    "cash_counting": N_("I am going to have this counted, please stay here"),
}
LEAVING_DESK = N_("I have to leave my seat for your request for a moment")

PAUSE_REASONS = {
    "copying": N_("Staff are copying documents"),
    "authorisation": N_("Staff are asking for an approval"),
    "break": N_("Scheduled staff break"),
    "handover": N_("Change of staff at this window"),
    "helping": N_("Staff are helping at another window"),
    "vault": N_("Staff are doing branch work"),
    "system": N_("The system is being restored"),
}
"""``other`` and what is not known say nothing; ``fault`` has a sentence of its own."""


def step_names(step: str) -> Text:
    """Name a well-known step in every language; empty for others."""
    return _in_all(STEP_NAMES.get(step))


def step_public(step: str, *, away: bool = False) -> Text:
    """Say in every language what the lobby may know of a well-known step; empty: nothing."""
    return _in_all((STEPS_PUBLIC_AWAY if away else STEPS_PUBLIC).get(step))


def pause_reason(reason: str | None) -> Text:
    """Say in every language why a window pauses, where that is known and may be said."""
    return _in_all(PAUSE_REASONS.get(reason or ""))


@cache
def _in_all(message: str | None) -> Text:
    if message is None:
        return {}
    return {language: voice(language).say(message) for language in LANGUAGES}
