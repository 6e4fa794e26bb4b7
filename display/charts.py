"""The geometry of charts: numbers to the paths, ticks and boxes of an SVG, in its own units; no words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

WIDTH, HEIGHT = 960.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 12.0, 30.0
_TICKS = 5
_LABELS = 20

Number = float | None


class Tick(NamedTuple):
    """A mark on an axis: where, and what stands there."""

    at: float
    text: str


class Line(NamedTuple):
    """A curve and its band, as the `d` of two paths."""

    line: str
    band: str


class Chart(NamedTuple):
    """Curves over the time of day, in a box of ``width`` by ``height``."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    x: tuple[Tick, ...]
    y: tuple[Tick, ...]
    lines: tuple[Line, ...]


class Span(NamedTuple):
    """What was simulated (low to high, and the mean) and what happened, at a place on the axis."""

    at: float
    text: str
    low: float
    high: float
    mean: float
    happened: float
    is_inside: bool


class Box(NamedTuple):
    """A stretch of time on a row, as x and width."""

    x: float
    width: float


def clock(seconds: float) -> str:
    """Write a moment of the day, in seconds from midnight, as people do."""
    minutes = round(seconds / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def curves(begins_s: Sequence[float], slot_s: float, series: Sequence[Sequence[Sequence[Number]]]) -> Chart:
    """Draw series of (low, middle, high) by half-hour, of which any may be missing, in minutes."""
    first, last = begins_s[0], begins_s[-1] + slot_s
    numbers = [value for one in series for row in one for value in row if value is not None]
    steps = ticks(max(numbers, default=1.0))
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x(seconds: float) -> float:
        return LEFT + (right - LEFT) * (seconds - first) / (last - first)

    def y(value: float) -> float:
        return bottom - (bottom - TOP) * value / steps[-1]

    middles = [x(at + slot_s / 2) for at in begins_s]
    every = 2 if len(begins_s) <= _LABELS * 2 else 4
    marks = [at for at in begins_s if round(at / slot_s) % every == 0]
    return Chart(
        WIDTH, HEIGHT, LEFT, right, TOP, bottom,
        tuple(Tick(x(at), clock(at)) for at in marks),
        tuple(Tick(y(value), f"{value:g}") for value in steps),
        tuple(_line(middles, [[None if v is None else y(v) for v in row] for row in one]) for one in series),
    )  # fmt: skip


def spans(days: Sequence[Mapping[str, float]], names: Sequence[str]) -> tuple[Chart, tuple[Span, ...]]:
    """Draw for each past day what was simulated and what happened, in minutes."""
    steps = ticks(max((max(day["high"], day["happened"]) for day in days), default=1.0))
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def y(value: float) -> float:
        return bottom - (bottom - TOP) * value / steps[-1]

    wide = (right - LEFT) / max(1, len(days))
    found = tuple(
        Span(
            LEFT + wide * (number + 0.5), name, y(day["low"]), y(day["high"]), y(day["simulated"]),
            y(day["happened"]), day["low"] <= day["happened"] <= day["high"],
        )
        for number, (day, name) in enumerate(zip(days, names, strict=True))
    )  # fmt: skip
    marks = tuple(Tick(y(value), f"{value:g}") for value in steps)
    return Chart(WIDTH, HEIGHT, LEFT, right, TOP, bottom, (), marks, ()), found


def boxes(
    hours: Sequence[Sequence[float]], begins_s: float, ends_s: float, width: float = 100.0
) -> list[Box]:
    """Draw spells of the day on a row from ``begins_s`` to ``ends_s``."""
    whole = ends_s - begins_s
    cut = [(max(a, begins_s), min(b, ends_s)) for a, b in hours]
    return [Box(width * (a - begins_s) / whole, width * (b - a) / whole) for a, b in cut if b > a]


def ticks(most: float) -> list[float]:
    """Return round numbers from 0 to at least `most`, about five of them."""
    rough = max(most, 1e-6) / _TICKS
    power = 10.0 ** len(str(int(rough))) / 10.0 if rough >= 1.0 else 0.1
    while power > rough and rough < 1.0:
        power /= 10.0
    step = next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= rough)
    found = [0.0]
    while found[-1] < most:
        found.append(round(found[-1] + step, 9))
    return found if len(found) > 1 else [0.0, step]


def heat(share: Number, most: float = 0.9, steps: int = 8) -> int:
    """Return the shade of a share, 0 for next to nothing to ``steps`` for ``most`` and more."""
    if share is None or share < 0.005:
        return 0
    return max(1, min(steps, round(steps * float((share / most) ** 0.6))))


def _line(x: Sequence[float], rows: Sequence[Sequence[Number]]) -> Line:
    """Draw what is there; a half-hour without anybody leaves a gap."""
    line, band = [], []
    for part in _parts(x, rows):
        line.append(_path([(at, middle) for at, _, middle, _ in part]))
        around = [(at, high) for at, _, _, high in part] + [(at, low) for at, low, _, _ in reversed(part)]
        band.append(_path(around) + "Z")
    return Line(" ".join(line), " ".join(band))


def _parts(
    x: Sequence[float], rows: Sequence[Sequence[Number]]
) -> Iterator[list[tuple[float, float, float, float]]]:
    known = [
        (at, row[0], row[1], row[2]) if None not in (row[0], row[1], row[2]) else None
        for at, row in zip(x, rows, strict=True)
    ]
    for is_known, part in groupby(known, key=lambda one: one is not None):
        if is_known:
            yield [one for one in part if one is not None]  # type: ignore[misc]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
