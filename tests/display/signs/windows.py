"""Windows in every state that a view can have."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from display.terms import step_public
from display.views import Shown, StepView, Tone, WindowState, WindowView

TIMES = st.none() | st.builds(
    lambda low, more, tone: Shown(low * 60, (low + more) * 60, tone),
    st.integers(0, 90),
    st.integers(1, 60),
    st.sampled_from(Tone),
)
STEPS = st.builds(
    StepView,
    step_id=st.just("s"),
    step=st.just("photocopy"),
    names=st.just({"en": "Photocopy"}),
    public=st.sampled_from([{}, step_public("photocopy"), step_public("photocopy", away=True)]),
    resource=st.just("teller"),
    away=st.booleans(),
    started_at=st.just("2026-11-21T10:00:00+08:00"),
    range=TIMES,
    overdue=st.booleans(),
)
VIEWS = st.builds(
    WindowView,
    window=st.just("3"),
    label=st.sampled_from(["3", "A", "12345678", "三"]),
    state=st.sampled_from(WindowState),
    closing=st.booleans(),
    reason=st.sampled_from([None, "fault", "back_office", "break"]),
    number=st.sampled_from([None, "A012", "B7", "ABC99999", "号7"]),
    steps=st.lists(STEPS, max_size=2).map(tuple),
    range=TIMES,
    overdue=st.booleans(),
    unattended=st.booleans(),
    out_of_touch=st.booleans(),
    reopens_at=st.sampled_from([None, "2026-11-21T13:30:00+08:00"]),
    priority=st.sampled_from([{}, {"zh-Hans": "长者优先", "en": "Seniors first"}]),
)


def window(
    state: WindowState = WindowState.SERVING,
    number: str | None = "A012",
    **more: Any,  # noqa: ANN401 - further fields of the view
) -> WindowView:
    return WindowView("3", "3", state, number=number, **more)


def minutes(low: int, high: int, tone: Tone = Tone.PLAIN) -> Shown:
    return Shown(low * 60, high * 60, tone)
