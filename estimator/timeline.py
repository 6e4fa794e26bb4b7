"""What the windows are busy with now, and until when: one window's near future in every draw."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from estimator.durations import Durations, sampled, together
from estimator.histogram import SHORTEST_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from estimator.kernel import Floats, Ints
    from estimator.observation import Kind
    from estimator.pools import Pools
    from estimator.situation import OpenStep, Told, WindowNow

    Flags = NDArray[np.bool_]

__all__ = ["Timeline", "timeline"]

_DOUBT = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Seconds from now, one per draw [D].

    Until the window is done with what it does now (infinite: never), until the customer leaves, until the
    teller is back, until each open step ends (by step id). It calls nobody from `stops_s` on.
    """

    free: Floats
    service: Floats | None = None
    back: Floats | None = None
    steps: dict[str, Floats] = field(default_factory=dict)
    stops_s: float = np.inf

    @property
    def next_call(self) -> Floats:
        """Until the window can call, in its present hours; infinite: it will not."""
        return np.where(self.free >= self.stops_s, np.inf, self.free)


def timeline(
    window: WindowNow, pools: Pools, rng: np.random.Generator, draws: int, hour: float | None = None
) -> Timeline:
    """Return what becomes of one window, whatever its phase, given how long that has lasted.

    `hour` is the branch's local hour, 0 to 24; None where it is not known. No draws: empty columns.
    """
    return _Chance(window, pools, rng, draws, hour).timeline()


@dataclass(frozen=True, slots=True)
class _Chance:
    """One window, and where its durations and draws come from."""

    window: WindowNow
    pools: Pools
    rng: np.random.Generator
    draws: int
    hour: float | None

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
        return result if stops_s is None else replace(result, stops_s=stops_s)

    def _closed(self) -> Timeline:
        if self.window.opens_in_s is None and not self.window.reports_presence:
            rate = self.pools.presence.newcomer_rate(int(self.hour or 0))
            return Timeline(self.rng.standard_exponential(self.draws) / rate)
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
        if not window.reports_presence and window.business is not None:
            return self._unseen()
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

    def _unseen(self) -> Floats:
        """Nobody says whether the teller is there: only that the window has called nobody since."""
        since_s = self.window.elapsed_s
        passed_over_s = since_s if self.window.eligible_waiting_for_s > 0.0 else self.window.passed_over_s
        return np.maximum(0.0, self._ready(min(passed_over_s, since_s)) - since_s)

    def _ready(self, passed_over_s: float = 0.0) -> Floats:
        away = self.pools.presence.away(self.window.window)
        return away.ready_s(passed_over_s, self.rng.standard_exponential(self.draws))

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
        steps = {step.step_id: self._step(step) for step in window.steps}
        service = self._remaining("service", self._service(), window.elapsed_s, window.told)
        if window.steps:
            service, steps = self._through_steps(service, steps)
        elif window.after:
            after, share = self.pools.after_step(window.after.step, window.business)
            usual = self._draw(after.remaining(window.after.ago_s))
            if window.told:
                usual = usual[self._believing(window.told, usual)]
            service = np.where(self._chosen(share), usual, service)
        away = [steps[step.step_id] for step in window.steps if step.away]
        back = np.maximum.reduce(away) if away else None
        return Timeline(service + self._turnaround(), service, back, steps)

    def _step(self, step: OpenStep) -> Floats:
        pool = self.pools.durations("step", step.step, teller=self.window.teller)
        return self._remaining("step", pool, step.elapsed_s, step.told)

    def _through_steps(self, service: Floats, steps: dict[str, Floats]) -> tuple[Floats, dict[str, Floats]]:
        """Return until the customer leaves, and until each open step ends, with both in agreement.

        The steps say it as far as what follows such steps is known; as far as not, the elapsed time does.
        """
        window = self.window
        shares, ends = [], []
        for step in window.steps:
            after, share = self.pools.after_step(step.step, window.business)
            shares.append(share)
            ends.append(steps[step.step_id] + self._draw(after))
        usual = np.maximum.reduce(ends)
        if window.told:
            kept = self._believing(window.told, usual)
            usual, steps = usual[kept], {step_id: row[kept] for step_id, row in steps.items()}
        at_least = np.maximum(service, np.maximum.reduce(list(steps.values())))
        return np.where(self._chosen(min(shares)), usual, at_least), steps

    def _service(self) -> Durations:
        window, hour = self.window, None
        if self.hour is not None:
            begun = self.hour - (window.elapsed_s / 3600.0 if window.phase == "serving" else 0.0)
            hour = int(begun % 24.0)
        return self.pools.service(window.business, teller=window.teller, items=window.items, hour=hour)

    def _durations(self, kind: Kind) -> Durations:
        key = self.window.business if kind == "wrap_up" else None
        return self.pools.durations(kind, key, teller=self.window.teller if key else None)

    def _turnaround(self) -> Floats:
        """From the customer's leaving to the next call, with somebody waiting."""
        if not self.window.reports_presence:
            return self._ready()
        turnaround = self._draw(self._durations("wrap_up"))
        if self.window.reports_ready:
            turnaround += self._draw(self._durations("idle"))
        share = self.pools.pause_share()
        if share:
            turnaround += np.where(self._chosen(share), self._draw(self.pools.durations("pause")), 0.0)
        return turnaround

    def _remaining(self, kind: Kind, durations: Durations, elapsed_s: float, told: Told | None) -> Floats:
        if told is None:
            return self._draw(durations.remaining(elapsed_s))
        factor, spread = self.pools.told(kind, self.window.teller)
        before = durations.remaining(max(0.0, elapsed_s - told.ago_s))
        after = before.told(told.expected_s * factor, spread)
        # A word that time has proved wrong must lose its hold: some of the doubt is that it means nothing.
        believed = together(after.weighing(1.0 - _DOUBT), before.weighing(_DOUBT))
        return self._draw(replace(believed, tail=before.tail).remaining(told.ago_s))

    def _believing(self, told: Told, remaining: Floats) -> Ints:
        """Return which draws of what remains [D] to keep, some of them repeatedly, after the teller's word.

        Each counts as the word makes it likely (systematic resampling, Kitagawa 1996).
        """
        factor, spread = self.pools.told("service", self.window.teller)
        length_s = np.maximum(remaining + told.ago_s, SHORTEST_S)
        off = np.log(length_s / max(told.expected_s * factor, SHORTEST_S)) / spread
        likelihood = np.exp((np.square(off).min() - np.square(off)) / 2)
        weights = (1.0 - _DOUBT) * likelihood / likelihood.sum() + _DOUBT / self.draws
        positions = (np.arange(self.draws) + self.rng.random()) / self.draws
        kept = np.minimum(np.searchsorted(np.cumsum(weights), positions), self.draws - 1)
        return self.rng.permutation(kept)

    def _draw(self, durations: Durations) -> Floats:
        return sampled(durations.table, self.rng.random(self.draws))

    def _chosen(self, share: float) -> Flags:
        return self.rng.random(self.draws) < share

    def _either(self, share: float, first: Durations, second: Durations) -> Floats:
        return np.where(self._chosen(share), self._draw(first), self._draw(second))
