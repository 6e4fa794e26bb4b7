"""Many draws of one branch's near future, compiled: columns of chance in, moments of calls out."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from estimator.columns import Customers, Floats, Ints, Roster, Rules, scratch
from estimator.kernel import run

__all__ = ["Singles", "draw_calls"]

Singles = NDArray[np.float32]


@njit(cache=True, nogil=True)
def _quantile(table: Floats, probability: float) -> float:
    """Return the quantile of a table over equal steps of probability, linear in between."""
    position = probability * (table.shape[0] - 1)
    cell = int(position)
    return table[cell] + (position - cell) * (table[cell + 1] - table[cell])  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _patience(times: Floats, cells: float) -> float:
    """Return when the cumulative hazard (in cells of its table) is reached, linear beyond the last."""
    last = times.shape[0] - 1
    cell = min(int(cells), last - 1)
    return times[cell] + (cells - cell) * (times[cell + 1] - times[cell])  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _merge(later: Floats, first: int, stream_start: Ints, at: Ints, arrives: Floats, order: Ints) -> int:
    """Append to `arrives` and `order`, from `first` on, who comes later, in order; return how many there are.

    Stream s brings the tickets `first + stream_start[s]` to `first + stream_start[s + 1]`; `at` is scratch.
    """
    streams = at.shape[0]
    at[:] = stream_start[:streams]
    there = first
    while True:
        soonest = np.inf
        whose = -1
        for stream in range(streams):
            if at[stream] < stream_start[stream + 1] and later[at[stream]] < soonest:
                soonest = later[at[stream]]
                whose = stream
        if whose < 0:
            return there
        arrives[there] = soonest
        order[there] = first + at[whose]
        at[whose] += 1
        there += 1


@njit(cache=True, nogil=True)
def draw_calls(
    tables: Floats,
    service_row: Ints,
    service_factor: Floats,
    overhead_row: Ints,
    no_show_row: int,
    no_show_share: float,
    patience_times: Floats,
    patience_row: Ints,
    hazard_cells: Floats,
    cells_per_hazard: float,
    arrival: Floats,
    later: Floats,
    stream_start: Ints,
    line: Ints,
    rules: Rules,
    free_at: Floats,
    stops_at: Floats,
    reopens_at: Floats,
    speed: Floats,
    uniform: Singles,
    exponential: Singles,
) -> Singles:
    """Return when each present ticket is called in each draw [N, D]; infinite if never.

    T tickets, of which the first N are here (`arrival` [N], seconds from now, not positive, in the order of
    their issue) and the others come later (`later` [D, T - N], infinite: not at all), S streams of them:
    stream s has the columns `stream_start[s]` to `stream_start[s + 1]` [S + 1] of `later`, each ascending.
    D draws, W windows, L lines, `line` [T] and `rules` as in `columns.Rules`.
    `tables` [R, K]: quantiles in equal steps of probability. `service_row`, `overhead_row` [T]: which of them
    a ticket's service and overhead follow; `service_factor` [T]. A share of the called does not come; the
    window then loses what `no_show_row` says. `patience_times` [P, C]: when the cumulative hazard reaches
    each of C equal steps, `cells_per_hazard` of them in one unit; `patience_row` [T], -1 for a probe;
    `hazard_cells` [T]: where on it the ticket stands by what it has waited. `free_at`, `speed` [W, D]; a
    window calls nobody from `stops_at` [W] on, until `reopens_at` [W], infinite: never.
    `uniform` [D, T, 2] and `exponential` [D, T]: the chance of service, overhead and patience. Nobody
    here: an empty result; no window: nobody is called.
    """
    draws, tickets = exponential.shape
    present = arrival.shape[0]
    windows = free_at.shape[0]
    result = np.empty((present, draws), np.float32)
    order = np.arange(tickets)
    arrives = np.empty(tickets)
    arrives[:present] = arrival
    stands = np.empty(tickets, np.int64)
    service = np.zeros(tickets)
    overhead = np.zeros(tickets)
    patience = np.empty(tickets)
    called_at = np.empty(tickets)
    called_by = np.empty(tickets, np.int64)
    merged = np.empty(stream_start.shape[0] - 1, np.int64)
    free = np.empty(windows)
    pace = np.empty(windows)
    opens_at = np.empty((windows, 2))
    closes_at = np.empty((windows, 2))
    opens_at[:, 0] = -np.inf
    closes_at[:, 0] = stops_at
    opens_at[:, 1] = reopens_at
    closes_at[:, 1] = np.inf
    room = scratch(tickets, rules.head_start.shape[0], windows)
    for draw in range(draws):
        there = _merge(later[draw], present, stream_start, merged, arrives, order)
        for place in range(there):
            ticket = order[place]
            stands[place] = line[ticket]
            if patience_row[ticket] < 0:
                patience[place] = -1.0
                continue
            cells = hazard_cells[ticket] + np.float64(exponential[draw, ticket]) * cells_per_hazard
            patience[place] = _patience(patience_times[patience_row[ticket]], cells)
            chance = np.float64(uniform[draw, ticket, 0])
            other_chance = np.float64(uniform[draw, ticket, 1])
            if chance < no_show_share:
                service[place] = 0.0
                overhead[place] = _quantile(tables[no_show_row], other_chance)
            else:
                chance = (chance - no_show_share) / (1.0 - no_show_share)
                service[place] = service_factor[ticket] * _quantile(tables[service_row[ticket]], chance)
                overhead[place] = _quantile(tables[overhead_row[ticket]], other_chance)
        free[:] = free_at[:, draw]
        pace[:] = speed[:, draw]
        called_at[:present] = np.inf
        run(
            Customers(arrives[:there], stands[:there], service[:there], overhead[:there], patience[:there]),
            rules,
            Roster(free, opens_at, closes_at, pace),
            present,
            room,
            called_at,
            called_by,
        )
        result[:, draw] = called_at[:present]
    return result
