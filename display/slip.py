"""What stands on a printed slip: one customer's number, in their own language."""

from __future__ import annotations

from dataclasses import dataclass

from display.speech import N_, Ranged, Voice
from display.views import Shown, Text

__all__ = ["Slip", "slip"]

YOURS = N_("Your number")
WAIT = Ranged(N_("Expected wait: about {low}–{high} min"), N_("Expected wait: within about {high} min"))
NO_WINDOW = N_("No window open for this at present")
AHEAD = N_("{ahead} ahead of you")
NEXT = N_("You are next")
TAKEN = N_("Taken {day} at {time}")
FOLLOW = N_("Follow your place on your phone")
LISTEN = N_("Please keep this slip until you are called")


@dataclass(frozen=True, slots=True)
class Slip:
    """The texts of a slip from top to bottom, and the link of its QR code; ``lines`` stand in between.

    Only ``number`` is large; ``business`` is larger than the rest. ``language``: in which it is drawn.
    """

    language: str
    branch: str
    heading: str
    number: str
    business: str
    lines: tuple[str, ...]
    link: str
    follow: str
    keep: str


def slip(
    names: Text,
    business: Text,
    number: str,
    ahead: int,
    wait: Shown | None,
    taken_at: str,
    link: str,
    say: Voice,
) -> Slip:
    """Put a slip into words. ``wait``: as first told, None where no window serves it.

    ``taken_at``: RFC 3339, branch-local.
    """
    place = say.say(AHEAD, ahead=ahead) if ahead else say.say(NEXT)
    expected = say.ranged(WAIT, wait) if wait else say.say(NO_WINDOW)
    taken = say.say(TAKEN, day=taken_at[:10], time=taken_at[11:16])
    return Slip(
        language=say.language,
        branch=say.text(names) or "",
        heading=say.say(YOURS),
        number=number,
        business=say.text(business) or "",
        lines=(place, expected, taken),
        link=link,
        follow=say.say(FOLLOW),
        keep=say.say(LISTEN),
    )
