"""What an estimate rests on: the pools it is drawn from, and how many cases each has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from estimator.estimate import Basis
    from estimator.observation import Kind
    from estimator.pools import Pools
    from estimator.situation import WindowNow

__all__ = ["Rest", "rests_of_ticket", "rests_of_window"]


@dataclass(frozen=True, slots=True)
class Rest:
    """One pool: of a kind, a business, step or reason (`key`; None: all), shrunk towards a teller's own.

    `cases` observations in all, `teller_cases` of them the teller's.
    """

    kind: Kind
    key: str | None
    teller: str | None
    cases: int
    teller_cases: int
    basis: Basis

    @classmethod
    def of(cls, pools: Pools, kind: Kind, key: str | None = None, teller: str | None = None) -> Rest:
        """Return what such a duration rests on; 0 cases of what was never seen."""
        cases = pools.cases(kind, key)
        own = pools.cases(kind, key, teller=teller) if teller else 0
        return cls(kind, key, teller, cases, own, pools.basis(kind, key, teller=teller))


def rests_of_window(window: WindowNow, pools: Pools) -> tuple[Rest, ...]:
    """Return what a window's own range rests on, what it is doing now first; nothing if it stays closed."""
    business, teller = window.business, window.teller
    wrap_up = Rest.of(pools, "wrap_up", business, teller)
    match window.phase:
        case "serving" | "calling":
            before = (Rest.of(pools, "walking"), Rest.of(pools, "no_show"))
            service = Rest.of(pools, "service", business, teller)
            return (service, wrap_up) if window.phase == "serving" else (service, *before, wrap_up)
        case "wrapping_up":
            return (wrap_up, Rest.of(pools, "idle"))
        case "paused":
            return (Rest.of(pools, "pause", window.reason, teller), Rest.of(pools, "idle"))
        case "open":
            return (Rest.of(pools, "idle"), *(() if window.reports_ready else (wrap_up,)))
        case "closed":
            return (Rest.of(pools, "opening"),) if window.opens_in_s is not None else ()


def rests_of_ticket(
    windows: Sequence[WindowNow], ahead: Sequence[str], pools: Pools, *, comers: bool
) -> tuple[Rest, ...]:
    """Return what a wait rests on: its windows now, the businesses ahead of it, and those who may come.

    Without windows and with nobody ahead it rests on nothing.
    """
    found = [rest for window in windows for rest in rests_of_window(window, pools)]
    found += [Rest.of(pools, "step", step.step, each.teller) for each in windows for step in each.steps]
    for business in ahead:
        found += [Rest.of(pools, kind, business) for kind in ("service", "wrap_up", "patience")]
    if ahead:
        found += [Rest.of(pools, "walking"), Rest.of(pools, "no_show"), Rest.of(pools, "idle")]
    if comers:
        found.append(Rest.of(pools, "arrival"))
    return tuple(dict.fromkeys(found))
