from __future__ import annotations

from math import factorial, inf
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import discipline, kernel
from estimator.bits import WORD
from estimator.columns import Customers, Roster, Rules, rules, scratch
from estimator.days import run_days
from estimator.discipline import Waiting, WindowRule

if TYPE_CHECKING:
    from collections.abc import Callable


# Whole seconds, few of them: ties of every sort come up all the time.
seconds = st.integers(0, 8).map(float)


Branch = tuple[Customers, Rules, Roster, int]


@st.composite
def branches(draw: st.DrawFn) -> Branch:
    windows, lines, tickets = draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.integers(0, 12))

    def column(strategy: st.SearchStrategy[Any], size: int, kind: type = float) -> np.ndarray:
        return np.array(draw(st.lists(strategy, min_size=size, max_size=size)), kind)

    # Few spans, many windows: those beyond the first word must work as well.
    unused = draw(st.sampled_from([0, 0, 0, WORD - 1, 2 * WORD]))
    reluctance = column(st.sampled_from([0.0, 0.0, 3.0, 5.0, inf]), windows * lines).reshape(windows, lines)
    free_at = column(st.sampled_from([0.0, 0.0, 2.0, 5.0, inf]), windows)
    moments = st.lists(st.sampled_from([-inf, 0.0, 1.0, 2.0, 4.0, 6.0, 9.0, inf]), min_size=4, max_size=4)
    hours = np.array([sorted(draw(moments)) for _ in range(windows)]).reshape(windows, 2, 2)
    always = draw(st.booleans())
    opens_at = np.full((windows, 2), -inf) if always else hours[:, :, 0]
    closes_at = np.full((windows, 2), inf) if always else hours[:, :, 1]
    shut = np.full((unused, 2), inf)
    return (
        Customers(
            arrival=np.sort(column(st.integers(-8, 8), tickets)),
            line=column(st.integers(0, lines - 1), tickets, np.int64),
            service=column(seconds, tickets),
            overhead=column(st.sampled_from([0.0, 1.0]), tickets),
            patience=column(st.sampled_from([-1.0, 0.0, 3.0, 9.0, inf]), tickets),
        ),
        rules(
            column(st.sampled_from([0.0, 2.0, inf]), lines),
            np.concatenate((np.zeros((unused, lines)), reluctance)),
        ),
        Roster(
            free_at=np.concatenate((np.zeros(unused), free_at)),
            opens_at=np.concatenate((shut, opens_at)),
            closes_at=np.concatenate((shut, closes_at)),
            speed=np.concatenate((np.ones(unused), column(st.sampled_from([1.0, 1.0, 0.5]), windows))),
        ),
        draw(st.sampled_from([0, tickets // 2, tickets])),
    )


def called(branch: Branch, run: Callable[..., int] = kernel.run) -> tuple[int, np.ndarray, np.ndarray]:
    customers, our_rules, roster, wanted = branch
    tickets, lines = customers.arrival.size, our_rules.head_start.size
    called_at, called_by = np.full(tickets, inf), np.full(tickets, -1)
    room = scratch(tickets, lines, roster.free_at.size)
    return run(customers, our_rules, roster, wanted, room, called_at, called_by), called_at, called_by


@given(branch=branches())
@settings(max_examples=150)
def test_the_compiled_kernel_is_its_python_source_bit_for_bit(
    undecorated: Callable[..., Callable[..., Any]], branch: Branch
) -> None:
    compiled, plain = called(branch), called(branch, undecorated(kernel.run))
    assert compiled[0] == plain[0]
    assert compiled[1].tobytes() == plain[1].tobytes()
    assert compiled[2].tobytes() == plain[2].tobytes()


def simulated(branch: Branch) -> tuple[list[float], list[int]]:
    """The same branch, moment by moment, by `discipline` and nothing else."""
    customers, our_rules, roster, wanted_first = branch
    tickets = [
        Waiting(f"{number:03}", str(line), str(line), float(arrival))
        for number, (arrival, line) in enumerate(zip(customers.arrival, customers.line, strict=True))
    ]
    windows, lines = our_rules.reluctance.shape
    head_start = {str(line): our_rules.head_start[line] for line in range(lines)}
    window_rules = [
        WindowRule(str(w), {str(line): our_rules.reluctance[w, line] for line in range(lines)})
        for w in range(windows)
    ]
    free_at = list(roster.free_at)
    called_at, called_by = [inf] * len(tickets), [-1] * len(tickets)
    waiting = dict(enumerate(tickets))
    moments = {*free_at, *roster.opens_at.ravel()}
    for ticket in tickets:
        moments |= {discipline.eligible_at(ticket, rule) for rule in window_rules}
    now = min(moments, default=inf)

    def is_free(window: int) -> bool:
        hours = zip(roster.opens_at[window], roster.closes_at[window], strict=True)
        return free_at[window] <= now and any(opens <= now < closes for opens, closes in hours)

    while waiting and min(waiting) < wanted_first and now < inf:
        free = [rule for rule in window_rules if is_free(int(rule.window))]
        here = [ticket for ticket in waiting.values() if ticket.issued_at <= now]
        for ticket in discipline.order(here, head_start):
            rule = discipline.choose_window(ticket, free, now)
            if rule is None:
                continue
            number, window = int(ticket.ticket), int(rule.window)
            del waiting[number]
            called_at[number] = now
            if ticket.issued_at + customers.patience[number] >= now:
                called_by[number] = window
                busy = customers.service[number] * roster.speed[window] + customers.overhead[number]
                free_at[window] = now + busy
                moments.add(now + busy)
            break
        else:
            now = min((moment for moment in moments if moment > now), default=inf)
    return called_at, called_by


@given(branches())
@settings(max_examples=300)
def test_the_kernel_calls_whom_the_discipline_calls(branch: Branch) -> None:
    left_over, called_at, called_by = called(branch)
    expected_at, expected_by = (told[: branch[3]] for told in simulated(branch))
    assert list(called_at[: branch[3]]) == expected_at
    assert list(called_by[: branch[3]]) == expected_by
    assert left_over == expected_at.count(inf)


def test_more_lines_and_windows_than_a_word_holds() -> None:
    """Everybody has a window of one's own: each is called at once, by it."""
    many = 3 * WORD + 1
    reluctance = np.full((many, many), inf)
    np.fill_diagonal(reluctance, 0.0)
    branch = (
        Customers(np.arange(many) * 1.0, np.arange(many)[::-1].copy(), *np.full((3, many), 1e9)),
        rules(np.zeros(many), reluctance),
        Roster(np.zeros(many), np.full((many, 1), -inf), np.full((many, 1), inf), np.ones(many)),
        many,
    )
    left_over, called_at, called_by = called(branch)
    assert left_over == 0
    assert (called_at == branch[0].arrival).all()
    assert (called_by == branch[0].line).all()


def one_line(
    arrival: np.ndarray, service: np.ndarray, windows: int, patience: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    days, tickets = arrival.shape
    called_at, called_by = np.empty(arrival.size), np.empty(arrival.size, np.int64)
    run_days(
        day_start=np.arange(days + 1) * tickets,
        customers=Customers(
            arrival.ravel(),
            np.zeros(arrival.size, np.int64),
            service.ravel(),
            np.zeros(arrival.size),
            (np.full_like(service, inf) if patience is None else patience).ravel(),
        ),
        rules=rules(np.zeros(1), np.zeros((windows, 1))),
        free_at=np.zeros((1, windows)),
        opens_at=np.zeros((1, windows, 1)),
        closes_at=np.full((1, windows, 1), inf),
        speed=np.ones((1, windows)),
        called_at=called_at,
        called_by=called_by,
    )
    return called_at.reshape(arrival.shape), called_by.reshape(arrival.shape)


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


@pytest.mark.parametrize("variation", [0.0, 0.6, 1.5])
def test_m_g_1_waits_agree_with_pollaczek_and_khinchine(variation: float) -> None:
    rng = np.random.default_rng(1930)
    load, days, tickets = 0.7, 300, 3000
    arrival = np.cumsum(rng.exponential(1 / load, (days, tickets)), axis=1)
    variance = np.log1p(variation**2)
    service = rng.lognormal(-variance / 2, variance**0.5, (days, tickets))
    called_at, _ = one_line(arrival, service, 1)
    waits = (called_at - arrival)[:, 1000:].mean(axis=1)
    expected = load * (1.0 + variation**2) / (2.0 * (1.0 - load))
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
def test_a_probe_disturbs_nobody(branch: Branch, moment: float, head_start: float) -> None:
    customers, our_rules, roster, _ = branch
    tickets = customers.arrival.size
    _, without_at, without_by = called((customers, our_rules, roster, tickets))
    place = int(np.searchsorted(customers.arrival, moment, side="right"))
    probe = (moment, our_rules.head_start.size, 9.0, 9.0, -1.0)
    probed = Customers(
        *(np.insert(column, place, value) for column, value in zip(customers, probe, strict=True))
    )
    windows = roster.free_at.size
    wider = rules(
        np.append(our_rules.head_start, head_start), np.hstack((our_rules.reluctance, np.zeros((windows, 1))))
    )
    _, called_at, called_by = called((probed, wider, roster, tickets + 1))
    assert (np.delete(called_at, place) == without_at).all()
    assert (np.delete(called_by, place) == without_by).all()
    assert called_by[place] == -1


def test_a_branch_without_windows_or_tickets() -> None:
    called_at, called_by = one_line(np.zeros((2, 3)), np.ones((2, 3)), 0)
    assert np.isinf(called_at).all()
    assert (called_by == -1).all()
    called_at, _ = one_line(np.zeros((2, 0)), np.ones((2, 0)), 3)
    assert called_at.shape == (2, 0)
