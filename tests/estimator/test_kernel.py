from __future__ import annotations

from math import factorial, inf
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import discipline, kernel
from estimator.discipline import Waiting, WindowRule

if TYPE_CHECKING:
    from collections.abc import Callable


# Whole seconds, few of them: ties of every sort come up all the time.
seconds = st.integers(0, 8).map(float)


@st.composite
def branches(draw: st.DrawFn) -> dict[str, Any]:
    windows, lines = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    sizes = [draw(st.integers(0, 4)) for _ in range(lines)]
    arrivals = [sorted(draw(st.lists(st.integers(-8, 8), min_size=n, max_size=n))) for n in sizes]
    arrival = np.array([moment for line in arrivals for moment in line], float)
    tickets = arrival.size
    end = np.cumsum(sizes)

    def column(strategy: st.SearchStrategy[float], size: int) -> np.ndarray:
        return np.array(draw(st.lists(strategy, min_size=size, max_size=size)), float)

    rank = np.empty(tickets, np.int64)
    rank[np.argsort(arrival, kind="stable")] = np.arange(tickets)
    return {
        "arrival": arrival[None],
        "rank": rank,
        "service": column(seconds, tickets)[None],
        "overhead": column(st.sampled_from([0.0, 1.0]), tickets)[None],
        "patience": column(st.sampled_from([-1.0, 0.0, 3.0, 9.0, inf]), tickets)[None],
        "line_start": end - sizes,
        "line_end": end[None],
        "head_start": column(st.sampled_from([0.0, 2.0, inf]), lines),
        "reluctance": column(st.sampled_from([0.0, 0.0, 3.0, 5.0, inf]), windows * lines).reshape(
            windows, lines
        ),
        "free_at": column(st.sampled_from([0.0, 0.0, 2.0, 5.0, inf]), windows)[None],
        "stops_at": column(st.sampled_from([inf, inf, 6.0, 0.0]), windows),
        "speed": column(st.sampled_from([1.0, 1.0, 0.5]), windows)[None],
        "horizon": draw(st.sampled_from([0.0, inf])),
    }


@given(branch=branches())
@settings(max_examples=150)
def test_the_compiled_kernel_is_its_python_source_bit_for_bit(
    undecorated: Callable[..., Callable[..., Any]], branch: dict[str, Any]
) -> None:
    python = undecorated(kernel.run_days)
    for compiled, plain in zip(kernel.run_days(**branch), python(**branch), strict=True):
        assert compiled.tobytes() == plain.tobytes()


def simulated(branch: dict[str, Any]) -> tuple[list[float], list[int]]:
    """The same branch, moment by moment, by `discipline` and nothing else."""
    lines = branch["head_start"].size
    windows = branch["free_at"].shape[1]
    tickets = {}
    for line in range(lines):
        for number in range(branch["line_start"][line], branch["line_end"][0, line]):
            name = f"{branch['rank'][number]:03}"
            tickets[name] = number, Waiting(name, str(line), str(line), branch["arrival"][0, number])
    head_start = {str(line): branch["head_start"][line] for line in range(lines)}
    rules = [
        WindowRule(str(w), {str(line): branch["reluctance"][w, line] for line in range(lines)})
        for w in range(windows)
    ]
    free_at = list(branch["free_at"][0])
    called_at, called_by = [inf] * len(tickets), [-1] * len(tickets)
    waiting = {name: ticket for name, (_, ticket) in tickets.items()}
    wanted = {name for name, ticket in waiting.items() if ticket.issued_at <= branch["horizon"]}
    moments = {0.0, *free_at}
    for ticket in waiting.values():
        moments |= {discipline.eligible_at(ticket, rule) for rule in rules}
    now = 0.0
    while wanted & waiting.keys():
        free = [
            rule for rule in rules if free_at[int(rule.window)] <= now < branch["stops_at"][int(rule.window)]
        ]
        here = [ticket for ticket in waiting.values() if ticket.issued_at <= now]
        for ticket in discipline.order(here, head_start):
            rule = discipline.choose_window(ticket, free, now)
            if rule is None:
                continue
            number, window = tickets[ticket.ticket][0], int(rule.window)
            del waiting[ticket.ticket]
            called_at[number] = now
            if ticket.issued_at + branch["patience"][0, number] >= now:
                called_by[number] = window
                busy = (
                    branch["service"][0, number] * branch["speed"][0, window] + branch["overhead"][0, number]
                )
                free_at[window] = now + busy
                moments.add(now + busy)
            break
        else:
            now = min((moment for moment in moments if moment > now), default=inf)
            if now == inf:
                break
    return called_at, called_by


@given(branches())
@settings(max_examples=250)
def test_the_kernel_calls_whom_the_discipline_calls(branch: dict[str, Any]) -> None:
    called_at, called_by = kernel.run_days(**branch)
    expected_at, expected_by = simulated(branch)
    if branch["horizon"] == inf:
        assert (list(called_at[0]), list(called_by[0])) == (expected_at, expected_by)
    else:  # it stops in the middle of a moment when the last one wanted is called
        wanted = branch["arrival"][0] <= 0.0
        assert list(called_at[0, wanted]) == list(np.array(expected_at)[wanted])


def one_line(
    arrival: np.ndarray, service: np.ndarray, windows: int, patience: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    days, tickets = arrival.shape
    return kernel.run_days(
        arrival=arrival,
        rank=np.arange(tickets),
        service=service,
        overhead=np.zeros_like(service),
        patience=np.full_like(service, inf) if patience is None else patience,
        line_start=np.zeros(1, np.int64),
        line_end=np.full((days, 1), tickets),
        head_start=np.zeros(1),
        reluctance=np.zeros((windows, 1)),
        free_at=np.zeros((days, windows)),
        stops_at=np.full(windows, inf),
        speed=np.ones((days, windows)),
        horizon=inf,
    )


def test_m_m_c_waits_agree_with_erlang_c() -> None:
    rng = np.random.default_rng(20261121)
    servers, load, days, tickets = 4, 3.2, 200, 3000
    arrival = np.cumsum(rng.exponential(1 / load, (days, tickets)), axis=1)
    called_at, _ = one_line(arrival, rng.exponential(1.0, (days, tickets)), servers)
    waits = (called_at - arrival)[:, 500:].mean(axis=1)
    last = load**servers / factorial(servers) * servers / (servers - load)
    delayed = last / (sum(load**k / factorial(k) for k in range(servers)) + last)
    expected = delayed / (servers - load)
    assert abs(waits.mean() - expected) < 4 * waits.std(ddof=1) / days**0.5


def test_a_single_window_with_impatience_agrees_with_its_birth_and_death_chain() -> None:
    """M/M/1+M: the share of those who leave follows from the chain's stationary distribution."""
    rng = np.random.default_rng(7)
    load, leaving, days, tickets = 1.5, 0.5, 200, 3000
    arrival = np.cumsum(rng.exponential(1 / load, (days, tickets)), axis=1)
    patience = rng.exponential(1 / leaving, (days, tickets))
    _, called_by = one_line(arrival, rng.exponential(1.0, (days, tickets)), 1, patience=patience)
    left = (called_by < 0)[:, 500:].mean(axis=1)
    weights = np.cumprod([1.0, *(load / (1.0 + leaving * n) for n in range(200))])
    in_system = weights / weights.sum()
    expected = leaving * float(in_system @ np.maximum(np.arange(201) - 1, 0)) / load
    assert abs(left.mean() - expected) < 4 * left.std(ddof=1) / days**0.5


@given(branches(), st.integers(-8, 8).map(float), st.sampled_from([0.0, 2.0, inf]))
def test_a_probe_disturbs_nobody(branch: dict[str, Any], moment: float, head_start: float) -> None:
    branch["horizon"] = inf
    without, _ = kernel.run_days(**branch)
    tickets = without.shape[1]
    wide = {
        key: np.concatenate((branch[key], [[value]]), axis=1)
        for key, value in (("arrival", moment), ("service", 9.0), ("overhead", 9.0), ("patience", -1.0))
    }
    probed = branch | wide
    probed["rank"] = np.append(branch["rank"], tickets)
    probed["line_start"] = np.append(branch["line_start"], tickets)
    probed["line_end"] = np.concatenate((branch["line_end"], [[tickets + 1]]), axis=1)
    probed["head_start"] = np.append(branch["head_start"], head_start)
    probed["reluctance"] = np.concatenate(
        (branch["reluctance"], np.zeros((branch["stops_at"].size, 1))), axis=1
    )
    called_at, called_by = kernel.run_days(**probed)
    assert list(called_at[0, :tickets]) == list(without[0])
    assert called_by[0, tickets] == -1


def test_a_branch_without_windows_or_tickets() -> None:
    called_at, called_by = one_line(np.zeros((2, 3)), np.ones((2, 3)), 0)
    assert np.isinf(called_at).all()
    assert (called_by == -1).all()
    called_at, _ = one_line(np.zeros((2, 0)), np.ones((2, 0)), 3)
    assert called_at.shape == (2, 0)
