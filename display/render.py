"""Views to plain data for the wire: the fields of ``display.views`` by name, with words in each language.

What is ``None`` is absent. Every dict that a person reads carries its words: ``lines`` (several) or ``text``
(one), language → words. Keys come in the order of the fields, then words: the same view is the same bytes.

=============  ==========================================================================
view           added
=============  ==========================================================================
``WindowView`` ``lines``; only steps with a public text, and of those no other name
``StepView``   ``text``: as the lobby may know it; at the desk and for the teller, theirs
``HallView``   ``lines``; every window, call and wait has its own
``CallView``   ``text``; ``note``: why it goes first, where it does
``WaitView``   ``text``
``DeskView``   ``lines``
``TicketView`` ``lines``
``TellerView`` ``reminder``, where there is one; each of ``steps`` has ``say``
=============  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from display import personal, views, wording
from display.speech import Voice, voices
from display.views import (
    CallView,
    DeskView,
    HallView,
    StepChoice,
    StepView,
    TellerView,
    TicketView,
    View,
    WaitView,
    WindowView,
)

Voices = tuple[tuple[str, Voice], ...]
Plain = dict[str, Any]


def to_plain(view: View, languages: Sequence[str]) -> Plain:
    """Give a view as JSON-able data, worded in the given languages."""
    return _dict(view, voices(languages))


def _dict(value: Any, speakers: Voices) -> Plain:  # noqa: ANN401 - any of the dataclasses of views
    special = _SPECIAL.get(type(value))
    return _fields(value, speakers) if special is None else special(value, speakers)


def _fields(value: Any, speakers: Voices, but: frozenset[str] = frozenset()) -> Plain:  # noqa: ANN401
    plain: Plain = {}
    for name in _FIELDS[type(value)]:
        part = getattr(value, name)
        if part is not None and name not in but:
            plain[name] = _part(part, speakers)
    return plain


def _part(part: Any, speakers: Voices) -> Any:  # noqa: ANN401
    kind = type(part)
    if kind in _AS_IS:
        return part
    if kind in _FIELDS:
        return _dict(part, speakers)
    if isinstance(part, StrEnum):
        return part.value
    if isinstance(part, tuple | list):
        return [_part(item, speakers) for item in part]
    return dict(part) if isinstance(part, Mapping) else part


def _window(view: WindowView, speakers: Voices) -> Plain:
    plain = _fields(view, speakers, _STEPS)
    plain["steps"] = [_public_step(step, speakers) for step in view.steps if step.public]
    plain["lines"] = {language: wording.window_lines(view, say) for language, say in speakers}
    return plain


def _public_step(step: StepView, speakers: Voices) -> Plain:
    plain = _fields(step, speakers, _NAMES)
    plain["text"] = {language: wording.step_text(step, say) for language, say in speakers}
    return plain


def _own_step(step: StepView, speakers: Voices) -> Plain:
    plain = _fields(step, speakers)
    plain["text"] = {language: personal.desk_step_text(step, say) for language, say in speakers}
    return plain


def _call(call: CallView, speakers: Voices) -> Plain:
    plain = _fields(call, speakers)
    plain["text"] = {language: wording.call_text(call, say) for language, say in speakers}
    if call.priority:
        plain["note"] = {language: wording.priority_text(call.priority, say) for language, say in speakers}
    return plain


def _wait(wait: WaitView, speakers: Voices) -> Plain:
    plain = _fields(wait, speakers)
    plain["text"] = {language: wording.wait_text(wait, say) for language, say in speakers}
    return plain


def _hall(view: HallView, speakers: Voices) -> Plain:
    plain = _fields(view, speakers)
    plain["lines"] = {language: wording.hall_lines(view, say) for language, say in speakers}
    return plain


def _desk(view: DeskView, speakers: Voices) -> Plain:
    plain = _fields(view, speakers)
    plain["lines"] = {language: personal.desk_lines(view, say) for language, say in speakers}
    return plain


def _ticket(view: TicketView, speakers: Voices) -> Plain:
    plain = _fields(view, speakers)
    plain["lines"] = {language: personal.ticket_lines(view, say) for language, say in speakers}
    return plain


def _choice(choice: StepChoice, speakers: Voices) -> Plain:
    plain = _fields(choice, speakers)
    plain["say"] = {language: personal.leaving_text(choice, say) for language, say in speakers}
    return plain


def _teller(view: TellerView, speakers: Voices) -> Plain:
    plain = _fields(view, speakers)
    if view.remind:
        plain["reminder"] = {language: personal.reminder(view, say) for language, say in speakers}
    return plain


_FIELDS = {
    kind: tuple(field.name for field in fields(kind)) for kind in vars(views).values() if is_dataclass(kind)
}
_AS_IS = frozenset({str, int, float, bool})
_STEPS = frozenset({"steps"})
_NAMES = frozenset({"names"})
_SPECIAL: dict[type, Callable[[Any, Voices], Plain]] = {
    WindowView: _window,
    StepView: _own_step,
    CallView: _call,
    WaitView: _wait,
    HallView: _hall,
    DeskView: _desk,
    TicketView: _ticket,
    StepChoice: _choice,
    TellerView: _teller,
}
