"""A small busy branch, and what it has learned in some weeks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from estimator.observation import Kind, Observation
from estimator.pools import Pools
from estimator.situation import Situation, TicketNow, WindowNow

MEAN_S = {"cash": 120.0, "loans": 900.0}
PER_HOUR = {"cash": 24, "loans": 4}
DAYS = 20

BUSY = Situation(
    windows=(
        WindowNow(window="1", phase="serving", reluctance={"cash": 0.0}, business="cash", elapsed_s=60.0),
        WindowNow(
            window="2",
            phase="serving",
            reluctance={"cash": 0.0, "loans": 0.0},
            business="loans",
            elapsed_s=300.0,
        ),
        WindowNow(window="3", phase="closed", reluctance={"cash": 0.0}),
        WindowNow(window="4", phase="closed", reluctance={"cash": 0.0, "loans": 0.0}, reason="back_office"),
    ),
    waiting=tuple(
        TicketNow(
            ticket=f"{number:03}",
            business="loans" if number % 4 == 3 else "cash",
            waited_s=900.0 - 60.0 * number,
        )
        for number in range(12)
    ),
    businesses=("cash", "loans"),
    hour=10.0,
)
"""A dozen wait, two windows serve, two are shut."""


def learned(hours: Sequence[int] = range(24)) -> Pools:
    """What twenty days teach, with as many arrivals in each of these hours."""
    rng = np.random.default_rng(5)
    pools = Pools({name: (0.4 * mean, 0.8 * mean, 2.0 * mean) for name, mean in MEAN_S.items()})

    def learn(kind: Kind, at: float, value_s: float, **more: object) -> None:
        pools.learn(Observation(kind=kind, at=at, value_s=value_s, **more))  # type: ignore[arg-type]

    for number in range(600):
        business, at = ("loans" if number % 4 == 3 else "cash"), 60.0 * number
        learn("service", at, MEAN_S[business] * rng.lognormal(-0.125, 0.5), business=business)
        learn("wrap_up", at, 5.0, business=business)
        learn("walking", at, 10.0)
        learn("idle", at, 1.0)
        learn("patience", at, rng.exponential(1800.0), business=business, censored=rng.random() < 0.95)
    for day in range(DAYS):
        for hour in hours:
            for business, count in PER_HOUR.items():
                for _ in range(count):
                    learn("arrival", 0.0, 0.0, business=business, day=day, hour=hour)
    return pools
