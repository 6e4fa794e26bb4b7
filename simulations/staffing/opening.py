"""Which windows of a branch are open in each half-hour of its day.

A roster of windows is a table `open` [H, W]: in half-hour h window w calls customers. Windows of the same
rules and speed are twins, of which the first is as good as any; so a level (how many are open) says it all
where every window is a twin, or where there is an `order` in which they open. Without one, others are chosen
for each half-hour; windows then take turns, and each that closes finishes its customer beyond its hours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from estimator.columns import Floats, Ints, Rules, rules
from simulations.studies.problems import StudyError

__all__ = ["HOUR_S", "Flip", "Open", "StaffingError", "Windows", "flipped", "windows_of"]

Open = NDArray[np.bool_]
"""Half-hours by windows [H, W]."""

HOUR_S = 3600.0


class StaffingError(StudyError, ValueError):
    """What was asked makes no sense: a sentence that says what to change."""


class Flip(NamedTuple):
    """One window opened or closed for one half-hour."""

    slot: int
    window: int


def flipped(table: Open, flips: tuple[Flip, ...]) -> Open:
    """Return the table with these cells turned over."""
    changed = table.copy()
    for slot, window in flips:
        changed[slot, window] ^= True
    return changed


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """W windows and H half-hours, made by `windows_of`.

    `least`, `most` [H]: how many windows may be open. `twins`: groups of windows with the same rules and
    speed, or each by itself where an `order` is given. The first half-hour begins at `opens_s` on the clock
    of the customers' arrivals. Windows open in the last go on calling until `until_s`; infinite: until all
    are served. Who still waits then is sent away.
    """

    names: tuple[str, ...]
    rules: Rules
    speed: Floats
    least: Ints
    most: Ints
    twins: tuple[tuple[int, ...], ...]
    order: tuple[int, ...] | None = None
    opens_s: float = 0.0
    slot_s: float = 1800.0
    until_s: float = np.inf

    @property
    def slots(self) -> int:
        """How many half-hours the day has."""
        return self.least.size

    @property
    def closes_s(self) -> float:
        """The end of the last half-hour."""
        return self.opens_s + self.slots * self.slot_s

    def hours(self, table: Open) -> float:
        """Return a roster's window-hours."""
        return float(table.sum()) * self.slot_s / HOUR_S

    def at_levels(self, levels: Ints) -> Open:
        """Return the roster with so many windows open [H], the first ones in order, as far as may be."""
        order = self.order or range(len(self.names))
        table = np.zeros((self.slots, len(self.names)), bool)
        for slot, level in enumerate(np.clip(levels, self.least, self.most)):
            table[slot, list(order[:level])] = True
        return table

    def openings(self, table: Open, slot: int) -> list[Flip]:
        """Return the windows that may be opened in a half-hour: one of each kind of twins."""
        if table[slot].sum() >= self.most[slot]:
            return []
        if self.order is not None:
            return [Flip(slot, next(window for window in self.order if not table[slot, window]))]
        firsts = (next((one for one in group if not table[slot, one]), -1) for group in self.twins)
        return [Flip(slot, window) for window in firsts if window >= 0]

    def closings(self, table: Open, slot: int) -> list[Flip]:
        """Return the windows that may be closed in a half-hour: one of each kind of twins."""
        if table[slot].sum() <= self.least[slot]:
            return []
        if self.order is not None:
            return [Flip(slot, next(window for window in reversed(self.order) if table[slot, window]))]
        lasts = (next((one for one in reversed(group) if table[slot, one]), -1) for group in self.twins)
        return [Flip(slot, window) for window in lasts if window >= 0]

    def working_hours(self, table: Open) -> tuple[Floats, Floats]:
        """Return `opens_at`, `closes_at` [W, K] of the kernel: half-hours that touch are one."""
        spells = [self._spells(column) for column in table.T]
        hours = np.full((2, len(spells), max(1, *map(len, spells))), np.inf)
        for window, each in enumerate(spells):
            if each:
                hours[:, window, : len(each)] = np.transpose(each)
        return hours[0], hours[1]

    def _spells(self, column: NDArray[np.bool_]) -> list[tuple[float, float]]:
        edges = np.flatnonzero(np.diff(np.concatenate(([0], column.astype(np.int8), [0]))))
        spells = []
        for begins, ends in edges.reshape(-1, 2):
            end = self.until_s if ends == self.slots else self.opens_s + ends * self.slot_s
            spells.append((self.opens_s + begins * self.slot_s, float(end)))
        return spells

    def ordered(self, order: tuple[int, ...]) -> Windows:
        """Return the same windows, opened in this order."""
        return replace(self, order=order, twins=tuple((window,) for window in range(len(self.names))))

    def widened(self, slots: NDArray[np.bool_], extra: int) -> Windows:
        """Return the branch with `extra` more windows, that may open in some half-hours [H].

        They are like the first in the order, which helps most; without an order, like the last.
        """
        like = len(self.names) - 1 if self.order is None else self.order[0]
        rows = [*range(len(self.names)), *([like] * extra)]
        return windows_of(
            rules(self.rules.head_start, self.rules.reluctance[rows]),
            least=self.least,
            most=self.most + np.where(slots, extra, 0),
            names=self.names + tuple(f"+{number + 1}" for number in range(extra)),
            speed=self.speed[rows],
            order=None if self.order is None else (*self.order, *range(len(self.names), len(rows))),
            opens_s=self.opens_s,
            slot_s=self.slot_s,
            until_s=self.until_s,
        )


def windows_of(
    of: Rules,
    *,
    least: Ints,
    most: Ints,
    names: tuple[str, ...] = (),
    speed: Floats | None = None,
    order: tuple[int, ...] | None = None,
    opens_s: float = 0.0,
    slot_s: float = 1800.0,
    until_s: float = np.inf,
) -> Windows:
    """Return the windows and half-hours of a branch. StaffingError where they cannot be.

    `of`: the rules of its W windows. `least`, `most` [H]. `names`, `speed` [W]: 1, 2, … and 1.0 if not given.
    """
    windows = of.reluctance.shape[0]
    names = names or tuple(str(number + 1) for number in range(windows))
    speed = np.ones(windows) if speed is None else speed
    _check(of, least, most, order, slot_s)
    return Windows(names, of, speed, least, most, _twins(of, speed, order), order, opens_s, slot_s, until_s)


def _check(of: Rules, least: Ints, most: Ints, order: tuple[int, ...] | None, slot_s: float) -> None:
    windows = of.reluctance.shape[0]
    if not least.size or least.shape != most.shape or slot_s <= 0.0:
        raise StaffingError("A day needs at least one half-hour, each with a least and a most of windows.")
    for slot, (few, many) in enumerate(zip(least.tolist(), most.tolist(), strict=True)):
        if many > windows:
            raise StaffingError(f"Half-hour {slot + 1} may have {many} windows open; there are {windows}.")
        if not 0 <= few <= many:
            raise StaffingError(f"Half-hour {slot + 1}: at least {few} and at most {many} windows cannot be.")
    if order is not None and sorted(order) != list(range(windows)):
        raise StaffingError("The order in which windows open names each window once.")
    if (lost := np.flatnonzero(~np.isfinite(of.reluctance).any(axis=0))).size:
        raise StaffingError(f"No window ever takes line {lost[0]}: give its business to a window.")


def _twins(of: Rules, speed: Floats, order: tuple[int, ...] | None) -> tuple[tuple[int, ...], ...]:
    groups: dict[tuple[object, ...], list[int]] = {}
    for window, row in enumerate(of.reluctance):
        alone = window if order is not None else None
        groups.setdefault((row.tobytes(), float(speed[window]), alone), []).append(window)
    return tuple(map(tuple, groups.values()))
