"""What the windows are busy with now, and until when: one window's near future in every draw."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from estimator.durations import Durations, sampled, together

if TYPE_CHECKING:
    from estimator.kernel import Floats
    from estimator.observation import Kind
    from estimator.pools import Pools
    from estimator.situation import Told, WindowNow

__all__ = ["Timeline", "timeline"]

_DOUBT = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Seconds from now, one per draw [D].

    Until the window can call (infinite: never), until the customer leaves, until the teller is back, until
    each open step ends (by step id).
    """

    next_call: Floats
    service: Floats | None = None
    back: Floats | None = None
    steps: dict[str, Floats] = field(default_factory=dict)


def timeline(window: WindowNow, pools: Pools, rng: np.random.Generator, draws: int) -> Timeline:
    """Return what becomes of one window, whatever its phase, given how long that has lasted.

    No draws: empty columns.
    """
    return _Chance(window, pools, rng, draws).timeline()


@dataclass(frozen=True, slots=True)
class _Chance:
    """One window, and where its durations and draws come from."""

    window: WindowNow
    pools: Pools
    rng: np.random.Generator
    draws: int

    def timeline(self) -> Timeline:
        window = self.window
        match window.phase:
            case "closed":
                result = self._closed()
            case "open":
                result = Timeline(self._open())
            case "calling":
                result = Timeline(self._calling())
            case "serving":
                result = self._serving()
            case "wrapping_up":
                wrap_up = self._remaining(
                    "wrap_up", self._durations("wrap_up"), window.elapsed_s, window.told
                )
                result = Timeline(wrap_up + self._draw(self._durations("idle")))
            case "paused":
                pause = self.pools.durations("pause", window.reason, teller=window.teller)
                back = self._remaining("pause", pause, window.elapsed_s, window.told)
                result = Timeline(back + self._draw(self._durations("idle")), back=back)
        stops_s = -np.inf if window.closing else window.stops_in_s
        if stops_s is None:
            return result
        return replace(result, next_call=np.where(result.next_call >= stops_s, np.inf, result.next_call))

    def _closed(self) -> Timeline:
        if self.window.opens_in_s is None:
            return Timeline(np.full(self.draws, np.inf))
        late = self._durations("opening").remaining(-self.window.opens_in_s)
        return Timeline(
            max(0.0, self.window.opens_in_s) + self._draw(late) + self._draw(self._durations("idle"))
        )

    def _open(self) -> Floats:
        """Nobody to call: it is free, unless an unreported wrap-up still runs; else, why has it not called.

        Either the wrap-up has lasted until now, or it ended and the teller has let people wait; each of the
        explanations weighs what it makes of the time that has passed.
        """
        window = self.window
        waiting_s, since_s = window.eligible_waiting_for_s, window.elapsed_s
        idle = self._durations("idle")
        if window.reports_ready or window.business is None:
            return self._draw(idle.remaining(waiting_s)) if waiting_s > 0.0 else np.zeros(self.draws)
        wrap_up = self._durations("wrap_up")
        if waiting_s <= 0.0:
            return np.maximum(0.0, self._draw(wrap_up) - since_s)
        before_s = max(0.0, since_s - waiting_s)
        busy = wrap_up.longer_than(since_s)
        idling = (
            (1.0 - wrap_up.longer_than(before_s)) * idle.longer_than(waiting_s) if before_s > 0.0 else 0.0
        )
        return self._either(busy / (busy + idling), wrap_up.remaining(since_s), idle.remaining(waiting_s))

    def _calling(self) -> Floats:
        """Somebody is on the way, or does not come: the longer it lasts, the likelier the latter."""
        window, elapsed_s = self.window, self.window.elapsed_s
        walking, missing = self._durations("walking"), self._durations("no_show")
        service = self._service()
        if not window.reports_start:  # then the service may run already
            walking = Durations(service.values_s + walking.mean_s(), service.weights, service.tail)
        missed = self.pools.no_show_share() * missing.longer_than(elapsed_s)
        came = (1.0 - self.pools.no_show_share()) * walking.longer_than(elapsed_s)
        misses = self.rng.random(self.draws) < missed / (missed + came)
        occupied = self._draw(walking.remaining(elapsed_s))
        if window.reports_start:
            occupied += self._draw(service)
        occupied += self._turnaround()
        lost = self._draw(missing.remaining(elapsed_s)) + self._draw(self._durations("idle"))
        return np.where(misses, lost, occupied)

    def _serving(self) -> Timeline:
        """The customer leaves when the service is over, and never before the last open step."""
        window = self.window
        service = self._remaining("service", self._service(), window.elapsed_s, window.told)
        steps: dict[str, Floats] = {}
        away: list[Floats] = []
        for step in window.steps:
            pool = self.pools.durations("step", step.step, teller=window.teller)
            steps[step.step_id] = self._remaining("step", pool, step.elapsed_s, step.told)
            service = np.maximum(service, steps[step.step_id])
            if step.away:
                away.append(steps[step.step_id])
        back = np.maximum.reduce(away) if away else None
        return Timeline(service + self._turnaround(), service, back, steps)

    def _service(self) -> Durations:
        window = self.window
        return self.pools.service(window.business, teller=window.teller, items=window.items)

    def _durations(self, kind: Kind) -> Durations:
        key = self.window.business if kind == "wrap_up" else None
        return self.pools.durations(kind, key, teller=self.window.teller if key else None)

    def _turnaround(self) -> Floats:
        """From the customer's leaving to the next call, with somebody waiting."""
        wrap_up = self._draw(self._durations("wrap_up"))
        return wrap_up + self._draw(self._durations("idle")) if self.window.reports_ready else wrap_up

    def _remaining(self, kind: Kind, durations: Durations, elapsed_s: float, told: Told | None) -> Floats:
        if told is None:
            return self._draw(durations.remaining(elapsed_s))
        factor, spread = self.pools.told(kind)
        before = durations.remaining(max(0.0, elapsed_s - told.ago_s))
        after = before.told(told.expected_s * factor, spread)
        # A word that time has proved wrong must lose its hold: some of the doubt is that it means nothing.
        believed = together(after.weighing(1.0 - _DOUBT), before.weighing(_DOUBT))
        return self._draw(replace(believed, tail=before.tail).remaining(told.ago_s))

    def _draw(self, durations: Durations) -> Floats:
        return sampled(durations.table, self.rng.random(self.draws))

    def _either(self, share: float, first: Durations, second: Durations) -> Floats:
        chosen = self.rng.random(self.draws) < share
        return np.where(chosen, self._draw(first), self._draw(second))
