"""A small branch whose days are quickly made: six half-hours, up to five windows, four-minute services."""

import numpy as np

from estimator.columns import Customers, rules
from simulations.staffing.opening import Windows, windows_of
from simulations.staffing.recommend import Samples
from simulations.staffing.sampled import Sample, sample

ARRIVALS = np.array([10.0, 20.0, 30.0, 24.0, 14.0, 8.0])
SLOTS = ARRIVALS.size


def branch(windows: int = 5, *, most: int | None = None, **others: object) -> Windows:
    takes_all = rules(np.array([0.0, np.inf]), np.zeros((windows, 2)))
    bounds = {"least": np.ones(SLOTS, np.int64), "most": np.full(SLOTS, windows if most is None else most)}
    return windows_of(takes_all, **(bounds | others))  # type: ignore[arg-type]


def express_branch() -> Windows:
    """The first two of four windows take only the short services of line 1; nobody is first there."""
    reluctance = np.zeros((4, 2))
    reluctance[:2, 0] = np.inf
    of = rules(np.zeros(2), reluctance)
    return windows_of(of, least=np.zeros(SLOTS, np.int64), most=np.full(SLOTS, 4))


def days(number: int, seed: int, windows: Windows, *, crowd: float = 1.0) -> Sample:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(40.0, crowd / 40.0, number)[:, None] * ARRIVALS)
    day = np.repeat(np.arange(number), counts.sum(axis=1))
    slot = np.repeat(np.tile(np.arange(SLOTS), number), counts.ravel())
    arrival = 1800.0 * (slot + rng.random(slot.size))
    arrival = arrival[np.lexsort((arrival, day))]
    line = (rng.random(arrival.size) < 0.3).astype(np.int64)
    service = rng.exponential(np.where(line == 1, 90.0, 270.0))
    columns = Customers(
        arrival, line, service, np.full(arrival.size, 15.0), rng.exponential(1800.0, arrival.size)
    )
    return sample(np.concatenate(([0], np.cumsum(counts.sum(axis=1)))), columns, windows)


def samples(windows: Windows, seed: int = 1, *, crowd: float = 1.0, number: int = 150) -> Samples:
    return Samples(*(days(number, 10 * seed + part, windows, crowd=crowd) for part in range(3)))
