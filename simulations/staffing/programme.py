"""A mixed-integer programme, built row by row and solved by HiGHS."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from estimator.columns import Floats

__all__ = ["Programme"]

_NODES, _SECONDS = 10_000, 60.0
_GAP = 1e-6


class Programme:
    """Least cost over variables, made by `variable`, within the rows made by `row`."""

    def __init__(self) -> None:
        self._costs: list[float] = []
        self._lows: list[float] = []
        self._highs: list[float] = []
        self._whole: list[bool] = []
        self._rows: list[tuple[list[int], list[float], float, float]] = []

    def variable(self, cost: float = 0.0, *, low: float = 0.0, high: float = inf, whole: bool = True) -> int:
        """Add a variable, and return its number."""
        self._costs.append(cost)
        self._lows.append(low)
        self._highs.append(high)
        self._whole.append(whole)
        return len(self._costs) - 1

    def row(self, terms: Iterable[tuple[int, float]], *, low: float = -inf, high: float = inf) -> None:
        """Demand that the sum of variables times factors lies between `low` and `high`."""
        columns, factors = [], []
        for column, factor in terms:
            columns.append(column)
            factors.append(factor)
        self._rows.append((columns, factors, low, high))

    def solve(self, nodes: int = _NODES) -> Floats | None:
        """Return the values of all variables, those of whole ones rounded; None where there are none.

        If the best is not proven after so many branches of the tree, the best so far: the same each time,
        unless even those take a minute.
        """
        if not self._costs:
            return np.empty(0)
        result = milp(
            np.array(self._costs),
            integrality=np.array(self._whole, int),
            bounds=Bounds(np.array(self._lows), np.array(self._highs)),
            constraints=[self._constraint()] if self._rows else [],
            options={"node_limit": nodes, "time_limit": _SECONDS, "mip_rel_gap": _GAP},
        )
        if result.x is None:
            return None
        found: Floats = np.where(self._whole, np.round(result.x), result.x)
        return found

    def _constraint(self) -> LinearConstraint:
        numbers = np.repeat(np.arange(len(self._rows)), [len(columns) for columns, *_ in self._rows])
        columns = np.array([one for columns, *_ in self._rows for one in columns], int)
        factors = np.array([one for _, factors, *_ in self._rows for one in factors], float)
        matrix = csr_array((factors, (numbers, columns)), shape=(len(self._rows), len(self._costs)))
        return LinearConstraint(
            matrix, np.array([low for *_, low, _ in self._rows]), np.array([high for *_, high in self._rows])
        )
