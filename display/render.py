"""Views to plain data for the wire: the fields of ``display.views`` by name, with words in each language.

What is ``None`` is absent. Every dict that a person reads carries its words: ``lines`` (several) or ``text``
(one), language → words. Keys come in the order of the fields, then words: the same view is the same bytes.

=============  ==========================================================================
view           added
=============  ==========================================================================
``WindowView`` ``lines``; only steps with a public text, and of those no other name
``StepView``   ``text``: as the lobby may know it; at the desk and for the teller, theirs
``HallView``   ``lines``; ``open``: how many windows are; every window, call and wait has its own
``NoticeView`` ``text`` instead of its words
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

import orjson

from display import personal, views, wording
from display.speech import voices
from display.views import (
    BoardTicket,
    CallView,
    DeskView,
    HallView,
    NoticeView,
    StepChoice,
    StepView,
    TellerView,
    TicketView,
    View,
    WaitView,
    WindowView,
)

Plain = dict[str, Any]

MOST_KEPT = 5_000


class Renderer:
    """Words views in a branch's languages, and remembers the parts: most are the same from view to view."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.voices = voices(languages)
        self._kept: dict[tuple[type, str], tuple[Any, Plain]] = {}

    def encode(self, view: View) -> bytes:
        """Give a view as JSON."""
        return orjson.dumps(_dict(view, self))

    def part(self, part: Any, name: str) -> Plain:  # noqa: ANN401 - any of the dataclasses of views
        """Give the plain data of a part that has a name of its own; not to be changed."""
        key = (type(part), name)
        kept = self._kept.get(key)
        if kept is None or kept[0] != part:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            kept = self._kept[key] = (part, _worded(part, self))
        return kept[1]


def to_plain(view: View, languages: Sequence[str]) -> Plain:
    """Give a view as JSON-able data, worded in the given languages."""
    return _dict(view, Renderer(languages))


def _dict(value: Any, to: Renderer) -> Plain:  # noqa: ANN401 - any of the dataclasses of views
    name = _NAME.get(type(value))
    return _worded(value, to) if name is None else to.part(value, getattr(value, name))


def _worded(value: Any, to: Renderer) -> Plain:  # noqa: ANN401
    special = _SPECIAL.get(type(value))
    return _fields(value, to) if special is None else special(value, to)


def _fields(value: Any, to: Renderer, but: frozenset[str] = frozenset()) -> Plain:  # noqa: ANN401
    plain: Plain = {}
    for name in _FIELDS[type(value)]:
        part = getattr(value, name)
        if part is not None and name not in but:
            plain[name] = _part(part, to)
    return plain


def _part(part: Any, to: Renderer) -> Any:  # noqa: ANN401
    kind = type(part)
    if kind in _AS_IS:
        return part
    if kind in _FIELDS:
        return _dict(part, to)
    if isinstance(part, StrEnum):
        return part.value
    if isinstance(part, tuple | list):
        return [_part(item, to) for item in part]
    return dict(part) if isinstance(part, Mapping) else part


def _window(view: WindowView, to: Renderer) -> Plain:
    plain = _fields(view, to, _STEPS)
    plain["steps"] = [_public_step(step, to) for step in view.steps if step.public]
    plain["lines"] = {language: wording.window_lines(view, say) for language, say in to.voices}
    return plain


def _public_step(step: StepView, to: Renderer) -> Plain:
    plain = _fields(step, to, _NAMES)
    plain["text"] = {language: wording.step_text(step, say) for language, say in to.voices}
    return plain


def _own_step(step: StepView, to: Renderer) -> Plain:
    plain = _fields(step, to)
    plain["text"] = {language: personal.desk_step_text(step, say) for language, say in to.voices}
    return plain


def _call(call: CallView, to: Renderer) -> Plain:
    plain = _fields(call, to)
    plain["text"] = {language: wording.call_text(call, say) for language, say in to.voices}
    if call.priority:
        plain["note"] = {language: wording.priority_text(call.priority, say) for language, say in to.voices}
    return plain


def _wait(wait: WaitView, to: Renderer) -> Plain:
    plain = _fields(wait, to)
    plain["text"] = {language: wording.wait_text(wait, say) for language, say in to.voices}
    return plain


def _hall(view: HallView, to: Renderer) -> Plain:
    plain = _fields(view, to)
    plain["lines"] = {language: wording.hall_lines(view, say) for language, say in to.voices}
    plain["open"] = {language: wording.windows_text(view, say) for language, say in to.voices}
    return plain


def _notice(notice: NoticeView, to: Renderer) -> Plain:
    plain = _fields(notice, to, _WORDS)
    plain["text"] = {language: say.text(notice.words) or "" for language, say in to.voices}
    return plain


def _desk(view: DeskView, to: Renderer) -> Plain:
    plain = _fields(view, to)
    plain["lines"] = {language: personal.desk_lines(view, say) for language, say in to.voices}
    return plain


def _ticket(view: TicketView, to: Renderer) -> Plain:
    plain = _fields(view, to)
    plain["lines"] = {language: personal.ticket_lines(view, say) for language, say in to.voices}
    return plain


def _choice(choice: StepChoice, to: Renderer) -> Plain:
    plain = _fields(choice, to)
    plain["say"] = {language: personal.leaving_text(choice, say) for language, say in to.voices}
    return plain


def _teller(view: TellerView, to: Renderer) -> Plain:
    plain = _fields(view, to)
    if view.remind:
        plain["reminder"] = {language: personal.reminder(view, say) for language, say in to.voices}
    return plain


_FIELDS = {
    kind: tuple(field.name for field in fields(kind)) for kind in vars(views).values() if is_dataclass(kind)
}
_AS_IS = frozenset({str, int, float, bool})
_STEPS = frozenset({"steps"})
_NAMES = frozenset({"names"})
_WORDS = frozenset({"words"})
_SPECIAL: dict[type, Callable[[Any, Renderer], Plain]] = {
    WindowView: _window,
    StepView: _own_step,
    CallView: _call,
    WaitView: _wait,
    HallView: _hall,
    NoticeView: _notice,
    DeskView: _desk,
    TicketView: _ticket,
    StepChoice: _choice,
    TellerView: _teller,
}
_NAME: dict[type, str] = {
    WindowView: "window",
    CallView: "call",
    WaitView: "business",
    BoardTicket: "ticket",
    NoticeView: "notice",
}
