"""What people are told next: the forecast held against what they read now.

Each range that a screen shows is a fact in the journal before anybody sees it. This module decides which new
ones are due; whether a range stays or moves is ``display.ranges``' rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.branch.branch_file import Branch
from app.branch.events import RangeTold
from app.branch.state import State, TicketState, Window, WindowState, about_key, subject_key
from app.branch.state import Told as Fact
from display import ranges
from display.views import Shown
from estimator.estimate import Estimate, Forecast, WindowForecast

WAIT, SERVICE, WRAP_UP, RETURN = "wait", "service", "wrap_up", "return"
DAY_S = 86_400.0


def told_of(state: State, subject: str, name: str, about: str, step_id: str | None = None) -> Fact | None:
    """What is being told of something now."""
    return state.told.get(subject_key(subject, name), {}).get(about_key(about, step_id))


def due(
    branch: Branch, before: State, state: State, forecast: Forecast, ahead: Mapping[str, int], now: float
) -> Iterator[RangeTold]:
    """The ranges to tell now, of whatever is still as it was in ``before``, when the forecast was asked."""
    for name, estimate in forecast.waits.items():
        if estimate and _holds(told_of(state, "ticket", name, WAIT), estimate, now):
            continue  # as nearly everybody's does
        ticket = state.tickets.get(name)
        if ticket and ticket == before.tickets.get(name) and ticket.state is TicketState.WAITING:
            yield from _tell(state, "ticket", name, WAIT, estimate, now, ahead=ahead.get(name))
    for name, expected in forecast.windows.items():
        if state.windows[name] == before.windows[name]:
            yield from _of_window(state, state.windows[name], expected, now)
    for name in branch.businesses:
        yield from _of_business(state, name, forecast.waits_now.get(name))


def _of_window(state: State, window: Window, expected: WindowForecast, now: float) -> Iterator[RangeTold]:
    name = window.window
    match window.state:
        case WindowState.SERVING:
            yield from _tell(state, "window", name, SERVICE, expected.service, now)
        case WindowState.OPEN | WindowState.WRAPPING_UP if not window.closing:
            yield from _tell(state, "window", name, WRAP_UP, expected.wrap_up, now)
        case WindowState.PAUSED:
            yield from _tell(state, "window", name, RETURN, expected.back, now)
        case _:
            pass
    for step in window.steps:
        yield from _tell(state, "window", name, RETURN, expected.steps.get(step.step_id), now, step.step_id)


def _tell(
    state: State,
    subject: str,
    name: str,
    about: str,
    estimate: Estimate | None,
    now: float,
    step_id: str | None = None,
    *,
    ahead: int | None = None,
) -> Iterator[RangeTold]:
    if estimate is None:
        return
    fact = told_of(state, subject, name, about, step_id)
    if _holds(fact, estimate, now):
        return
    told = ranges.tell(as_told(fact) if fact else None, _outlook(estimate), now)
    plain = told.to_plain()
    if fact is None and ahead is not None:
        plain |= {name: round(getattr(estimate, name), 3) for name in ("p10_s", "median_s", "p90_s")}
    yield _of(about, plain, step_id=step_id, ahead=ahead, **{subject: name})


def _holds(fact: Fact | None, estimate: Estimate, now: float) -> bool:
    return fact is not None and ranges.holds(int(fact.low_s), int(fact.high_s), fact.due_at, estimate, now)


def _of_business(state: State, name: str, estimate: Estimate | None) -> Iterator[RangeTold]:
    if estimate is None:
        return
    fact = told_of(state, "business", name, WAIT)
    before = Shown(int(fact.low_s), int(fact.high_s)) if fact else None
    shown = ranges.steady(before, _outlook(estimate))
    if shown != before or fact is None or fact.basis != estimate.basis:
        plain = {"low_s": shown.low_s, "high_s": shown.high_s, "basis": estimate.basis}
        yield _of(WAIT, {**plain, "reason": ranges.FIRST}, business=name)


def _of(about: str, plain: Mapping[str, object], **subjects: object) -> RangeTold:
    """The fact exactly as the journal will give it back: floats, and within its bounds.

    What lasts longer than a day is told as a day, and a clock that was set back makes nothing negative.
    """
    bounded = {name: _bounded(name, value) for name, value in plain.items()}
    return RangeTold(about=about, **bounded, **subjects)  # type: ignore[arg-type]


def _bounded(name: str, value: object) -> object:
    if not name.endswith("_s") or not isinstance(value, int | float):
        return value
    return min(max(float(value), -DAY_S if name == "due_s" else 0.0), DAY_S)


def _outlook(estimate: Estimate) -> ranges.Outlook:
    return ranges.Outlook(estimate.low_s, estimate.high_s, estimate.median_s, estimate.basis)


def as_told(fact: Fact) -> ranges.Told:
    """The fact in the words of ``display.ranges``."""
    return ranges.Told(
        fact.at,
        int(fact.low_s),
        int(fact.high_s),
        fact.reason,
        fact.rises,
        fact.first_at,
        int(fact.first_low_s),
        int(fact.first_high_s),
        fact.due_at,
        fact.basis,
    )
