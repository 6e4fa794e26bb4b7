"""Many draws of one branch's near future, compiled: columns of chance in, moments of calls out."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from estimator.kernel import Floats, Ints, run

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
    rank: Ints,
    line_start: Ints,
    line_end: Ints,
    head_start: Floats,
    reluctance: Floats,
    free_at: Floats,
    stops_at: Floats,
    speed: Floats,
    uniform: Singles,
    exponential: Singles,
) -> Singles:
    """Return when each present ticket is called in each draw [N, D]; infinite if never.

    T tickets, of which the first N are here (`arrival` [N], seconds from now, not positive) and the others
    come later (`later` [D, T - N], infinite: not at all); D draws, W windows, L lines as in `kernel.run`.
    `tables` [R, K]: quantiles in equal steps of probability. `service_row`, `overhead_row` [T]: which of them
    a ticket's service and overhead follow; `service_factor` [T]. A share of the called does not come; the
    window then loses what `no_show_row` says. `patience_times` [P, C]: when the cumulative hazard reaches
    each of C equal steps, `cells_per_hazard` of them in one unit; `patience_row` [T], -1 for a probe;
    `hazard_cells` [T]: where on it the ticket stands by what it has waited. `free_at`, `speed` [W, D].
    `uniform` [D, T, 2] and `exponential` [D, T]: the chance of service, overhead and patience. Nobody
    here: an empty result; no window: nobody is called.
    """
    draws, tickets = exponential.shape
    present = arrival.shape[0]
    windows = free_at.shape[0]
    lines = line_start.shape[0]
    result = np.empty((present, draws), np.float32)
    arrives = np.empty(tickets)
    arrives[:present] = arrival
    service = np.zeros(tickets)
    overhead = np.zeros(tickets)
    patience = np.full(tickets, -1.0)
    called_at = np.empty(tickets)
    called_by = np.empty(tickets, np.int64)
    head = np.empty(lines)
    at = np.empty(lines, np.int64)
    free = np.empty(windows)
    pace = np.empty(windows)
    for draw in range(draws):
        arrives[present:] = later[draw]
        for ticket in range(tickets):
            if patience_row[ticket] < 0 or arrives[ticket] == np.inf:
                continue  # a probe, or somebody who does not come
            cells = hazard_cells[ticket] + np.float64(exponential[draw, ticket]) * cells_per_hazard
            patience[ticket] = _patience(patience_times[patience_row[ticket]], cells)
            chance = np.float64(uniform[draw, ticket, 0])
            other_chance = np.float64(uniform[draw, ticket, 1])
            if chance < no_show_share:
                service[ticket] = 0.0
                overhead[ticket] = _quantile(tables[no_show_row], other_chance)
            else:
                chance = (chance - no_show_share) / (1.0 - no_show_share)
                service[ticket] = service_factor[ticket] * _quantile(tables[service_row[ticket]], chance)
                overhead[ticket] = _quantile(tables[overhead_row[ticket]], other_chance)
        at[:] = line_start
        free[:] = free_at[:, draw]
        pace[:] = speed[:, draw]
        run(
            arrives,
            rank,
            service,
            overhead,
            patience,
            at,
            line_end,
            head_start,
            reluctance,
            free,
            stops_at,
            pace,
            present,
            0.0,
            head,
            called_at,
            called_by,
        )
        result[:, draw] = called_at[:present]
    return result
