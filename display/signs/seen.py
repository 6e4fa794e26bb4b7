"""A window's view as the live channel carries it, read back: a sign sees what every other screen sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from display.views import Shown, StepView, Tone, WindowState, WindowView


def window_view(plain: Mapping[str, Any]) -> WindowView:
    """The view that ``display.render`` made the plain data of; steps come back without their own names."""
    known = {name: plain[name] for name in _AS_THEY_ARE if name in plain}
    return WindowView(
        state=WindowState(plain["state"]),
        range=_shown(plain.get("range")),
        steps=tuple(_step(step) for step in plain.get("steps", ())),
        businesses=tuple(plain.get("businesses", ())),
        **known,
    )


_AS_THEY_ARE = (
    *("window", "label", "closing", "reason", "reason_text", "number", "overdue", "unattended"),
    *("out_of_touch", "reopens_at", "priority", "call"),
)


def _step(plain: Mapping[str, Any]) -> StepView:
    return StepView(
        step_id=plain["step_id"],
        step=plain["step"],
        names={},
        public=plain["public"],
        resource=plain["resource"],
        away=plain["away"],
        started_at=plain["started_at"],
        range=_shown(plain.get("range")),
        overdue=plain["overdue"],
    )


def _shown(plain: Mapping[str, Any] | None) -> Shown | None:
    return None if plain is None else Shown(plain["low_s"], plain["high_s"], Tone(plain["tone"]))
